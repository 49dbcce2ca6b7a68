# Milliseconds for the first Import-Module and the first Start-ZProcContext of a fresh session. One repetition.
param([string] $Manifest = "$PSScriptRoot/../ZProc.psd1")

$ErrorActionPreference = 'Stop'
$toMilliseconds = 1e3 / [System.Diagnostics.Stopwatch]::Frequency

$begin = [System.Diagnostics.Stopwatch]::GetTimestamp()
Import-Module $Manifest
$imported = [System.Diagnostics.Stopwatch]::GetTimestamp()
$null = Start-ZProcContext
$started = [System.Diagnostics.Stopwatch]::GetTimestamp()
Stop-ZProcContext

"import`t$(($imported - $begin) * $toMilliseconds)"
"start context`t$(($started - $imported) * $toMilliseconds)"
