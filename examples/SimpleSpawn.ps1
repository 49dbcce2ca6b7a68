<#
.SYNOPSIS
    Makes processes, starts all of them, lists them, and stops all of them.
#>
param(
    [ValidateRange(1, 100)]
    [int] $Count = 4,

    [ValidateSet('Process', 'Runspace')]
    [string] $As = 'Process'
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../ZProc.psd1"

Use-ZProcContext {
    $processes = New-ZProcess -Name worker -Count $Count -As $As {
        try {
            $null = Update-ZState running -Increment 1
            $null = Wait-ZState nobody -Available # until it is stopped
        }
        finally {
            "$($Process.Name) cleans up"
        }
    }

    "main: made $Count, and $(@($processes | Where-Object State -EQ NotStarted).Count) of them wait to be started"
    $processes | Start-ZProcess | Out-Null
    $null = Wait-ZState running -Equal $Count
    foreach ($process in Get-ZProcess) {
        "main: $($process.Name) is $($process.State), as $($process.As)"
    }

    Get-ZProcess | Stop-ZProcess
    Get-ZProcess | Receive-ZProcess
    "main: $(@(Get-ZProcess | Where-Object State -EQ Stopped).Count) are stopped"
}
