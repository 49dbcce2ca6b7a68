<#
.SYNOPSIS
    Three consumers of the same stream: a buffered one, a live one, and one that is first buffered and then live.
.DESCRIPTION
    Ten peanuts are made before the first consumer reads. The buffered watcher still gets each peanut, in order. The live watcher
    gets the newest peanut. The third watcher takes three peanuts in order and then goes live.
#>
param(
    [ValidateRange(4, 1000)]
    [int] $Peanuts = 10,

    [ValidateSet('Process', 'Runspace')]
    [string] $As = 'Process'
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../ZProc.psd1"

Use-ZProcContext {
    $buffered = Register-ZStateWatcher peanuts
    $live = Register-ZStateWatcher peanuts -Live
    $hybrid = Register-ZStateWatcher peanuts

    $maker = Start-ZProcess -As $As -Props $Peanuts { foreach ($peanut in 1..$Props) { $State.peanuts = $peanut } }
    $null = Wait-ZProcess $maker

    "buffered: $(1..$Peanuts | ForEach-Object { Wait-ZState -Watcher $buffered })"
    "live:     $(Wait-ZState -Watcher $live)"

    $first = 1..3 | ForEach-Object { Wait-ZState -Watcher $hybrid }
    $hybrid.GoLive()
    "hybrid:   $first, then live: $(Wait-ZState -Watcher $hybrid)"

    Set-ZState peanuts ($Peanuts + 1)
    "one more: $(Wait-ZState -Watcher $buffered) $(Wait-ZState -Watcher $live) $(Wait-ZState -Watcher $hybrid)"
}
