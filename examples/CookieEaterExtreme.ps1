<#
.SYNOPSIS
    A hundred eaters, and every one of them sees every one of the cookies.
.DESCRIPTION
    Half of the cookies are baked before the first eater exists. The eaters watch from revision 0, so each of them sees all
    cookies, once and in order. The shared state counts the bites, and the final count is exact.
#>
param(
    [ValidateRange(1, 1000)]
    [int] $Eaters = 100,

    [ValidateRange(2, 10000)]
    [int] $Cookies = 20,

    [ValidateSet('Process', 'Runspace')]
    [string] $As = 'Runspace'
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../ZProc.psd1"

Use-ZProcContext {
    $early = [Math]::Floor($Cookies / 2)
    foreach ($cookie in 1..$early) {
        Set-ZState cookie $cookie
    }

    "main: baked $early cookies, before anybody was there"
    $watchers = foreach ($eater in 1..$Eaters) {
        Register-ZStateWatcher cookie -Name "eater $eater" -As $As -SinceRevision 0 -Count $Cookies -Action {
            if ($Update.Value -ne ++$script:expected) {
                throw "saw cookie $($Update.Value) where cookie $script:expected was next"
            }

            Update-ZState bites -Increment 1 -NoWait
        }
    }

    foreach ($cookie in ($early + 1)..$Cookies) {
        Set-ZState cookie $cookie
    }

    "main: baked $($Cookies - $early) more"
    Receive-ZProcess $watchers.Process -Wait
    "main: $Eaters eaters took $(Get-ZState bites) bites of $Cookies cookies"
    if ((Get-ZState bites) -ne $Eaters * $Cookies) {
        throw 'A bite is missing.'
    }
}
