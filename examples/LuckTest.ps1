<#
.SYNOPSIS
    A generator writes random numbers as fast as it can, until a listener sees a number between two bounds.
.DESCRIPTION
    The listener gets the bounds as its props. It misses no number, however fast the numbers come. At the first number between
    the bounds it sets STOP.
#>
param(
    [double] $Low = 0.70,
    [double] $High = 0.71,

    [ValidateSet('Process', 'Runspace')]
    [string] $As = 'Process'
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../ZProc.psd1"

Use-ZProcContext -MaximumHistoryCount 1000000 {
    Set-ZState STOP $false

    $listener = Start-ZProcess -Name listener -As $As -Props @{ Low = $Low; High = $High } {
        $tried = 0
        Watch-ZState number -SinceRevision 1 |
            ForEach-Object { $tried++; $_ } |
            Where-Object { $_.Value -gt $Props.Low -and $_.Value -lt $Props.High } |
            Select-Object -First 1 |
            ForEach-Object { "listener: $($_.Value) is between $($Props.Low) and $($Props.High), number $tried" }
        $State.STOP = $true
    }

    $generator = Start-ZProcess -Name generator -As $As {
        $random = [System.Random]::new()
        $written = 0
        while (-not $State.STOP) {
            $State.number = $random.NextDouble()
            $written++
        }

        "generator: wrote $written numbers"
    }

    Receive-ZProcess $listener, $generator -Wait
}
