# Microseconds from just before a commit to the first line of a watcher's action, as the median of many updates, one at a time.
# Also from just before a call to the first line of a block in a bare runspace. One repetition.
# .NET compiles the code of both processes again during some thousand updates: until then, the 99th percentile is 2 to 4 ms.
param([int] $Count = 1000, [int] $WarmUp = 20000)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../ZProc.psd1"
Import-Module "$PSScriptRoot/Figures.psm1"

$toMicroseconds = 1e6 / [System.Diagnostics.Stopwatch]::Frequency

function Write-Percentiles([string] $Series, [double[]] $Figures) {
    [array]::Sort($Figures)
    Write-Figure $Series $Figures[$Figures.Length / 2]
    Write-Figure "$Series, 99th percentile" $Figures[0.99 * $Figures.Length]
}

$runspace = [runspacefactory]::CreateRunspace($Host, [runspace]::DefaultRunspace.InitialSessionState.Clone())
$runspace.Open()
$shell = [powershell]::Create($runspace).AddScript('[System.Diagnostics.Stopwatch]::GetTimestamp()')
$calls = foreach ($i in 1..($WarmUp + $Count)) {
    $begin = [System.Diagnostics.Stopwatch]::GetTimestamp()
    ($shell.Invoke()[0] - $begin) * $toMicroseconds
}

$runspace.Dispose()
Write-Percentiles 'bare call' $calls[$WarmUp..($calls.Length - 1)]

$null = Start-ZProcContext
foreach ($as in 'Runspace', 'Process') {
    $key = "start.$as"
    $watcher = Register-ZStateWatcher $key -As $as -Count ($WarmUp + $Count) -Props $as -Action {
        $now = [System.Diagnostics.Stopwatch]::GetTimestamp()
        $State["seen.$Props"] = @(($now - $Update.Value), $Update.Revision) # a different value each time: an equal one would be no update
    }
    $seen = Register-ZStateWatcher "seen.$as"
    $times = foreach ($i in 1..($WarmUp + $Count)) {
        Set-ZState $key ([System.Diagnostics.Stopwatch]::GetTimestamp())
        (Wait-ZState -Watcher $seen -TimeoutSec 60)[0] * $toMicroseconds
    }

    Write-Percentiles "action, as $($as.ToLowerInvariant())" $times[$WarmUp..($times.Length - 1)]
    $null = Wait-ZProcess $watcher.Process
}

Stop-ZProcContext
