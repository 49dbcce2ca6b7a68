<#
.SYNOPSIS
    A wait with a timeout tells short presses of a button from long ones.
.DESCRIPTION
    The script waits until the button goes down, and then waits half a second for the button to come up again. The finger is a
    process of its own. For a short press it releases the button at once. For a long press it holds the button until the script
    has noticed the press.
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
