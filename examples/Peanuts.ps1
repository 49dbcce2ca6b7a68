<#
.SYNOPSIS
    Three consumers of the same stream: one that takes everything, one that takes what is newest, and one that does both.
.DESCRIPTION
    Ten peanuts are made before anybody looks. A buffered watcher still gets each of them, in order; a live one gets the
    newest; the third one takes three in order, sees how far behind it is, and goes live.
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
