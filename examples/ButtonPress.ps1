<#
.SYNOPSIS
    Short and long presses of a button, told apart by a wait with a timeout.
.DESCRIPTION
    Whoever watches the button waits for it to go down, and then for half a second that it comes up again. The finger, a
    process of its own, lets go at once of a short press and holds a long one until it was noticed.
#>
param(
    [string[]] $Presses = @('short', 'long', 'short', 'long', 'long', 'short'),

    # Seconds after which a press is a long one.
    [double] $LongAfter = 0.5,

    [ValidateSet('Process', 'Runspace')]
    [string] $As = 'Process'
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../ZProc.psd1"

Use-ZProcContext {
    Set-ZState -InputObject @{ down = $false; noticed = 0 }
    $button = Register-ZStateWatcher down

    $finger = Start-ZProcess -Name finger -As $As -Props $Presses {
        for ($press = 1; $press -le $Props.Count; $press++) {
            $State.down = $true
            if ($Props[$press - 1] -eq 'long') {
                $null = Wait-ZState noticed -Equal $press
            }

            $State.down = $false
            $null = Wait-ZState noticed -Equal $press
        }
    }

    foreach ($press in 1..$Presses.Count) {
        $null = Wait-ZState -Watcher $button
        try {
            $null = Wait-ZState -Watcher $button -TimeoutSec $LongAfter
            "press ${press}: short"
            Set-ZState noticed $press
        }
        catch [System.TimeoutException] {
            "press ${press}: long"
            Set-ZState noticed $press
            $null = Wait-ZState -Watcher $button
        }
    }

    Receive-ZProcess $finger -Wait
}
