<#
.SYNOPSIS
    A cookie eater in a process of its own eats every cookie that this script bakes.
.DESCRIPTION
    The eater watches the key 'cookies' and wakes whenever another process changes the key. No process sleeps or polls. The eater
    sees every cookie that is baked after Register-ZStateWatcher has returned, however long the eater takes to start.
#>
$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../ZProc.psd1"

Use-ZProcContext {
    Set-ZState cookies 0

    $eater = Register-ZStateWatcher cookies -Name eater -As Process -ExcludeSelf -Count 5 -Action {
        $null = Update-ZState cookies -Increment -1
        'child: nom nom nom'
    }
    "main: the eater is process $($eater.Process.ProcessId)"

    foreach ($i in 1..5) {
        $null = Update-ZState cookies -Increment 1
        'main: baked a cookie'
    }

    Receive-ZProcess $eater.Process -Wait
    "main: $(Get-ZState cookies) cookies left"
}
