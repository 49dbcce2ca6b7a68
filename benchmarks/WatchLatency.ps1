# Prints samples for the benchmark program: microseconds from just before a commit to the first line of the action, and
# what 1,000 idle watchers cost.
param([int] $Count = 2000, [int] $WarmUp = 2000, [int] $IdleSeconds = 30)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../ZProc.psd1"

$scale = 1e6 / [System.Diagnostics.Stopwatch]::Frequency
$context = Start-ZProcContext
foreach ($as in 'Runspace', 'Process') {
    $key = "start.$as"
    $watcher = Register-ZStateWatcher $key -As $as -Count ($WarmUp + $Count) -Props $as -Action {
        $now = [System.Diagnostics.Stopwatch]::GetTimestamp()
        $State["seen.$Props"] = @(($now - $Update.Value), $Update.Revision) # never twice the same: that would be no update
    }
    $seen = Register-ZStateWatcher "seen.$as"
    $times = foreach ($i in 1..($WarmUp + $Count)) {
        Set-ZState $key ([System.Diagnostics.Stopwatch]::GetTimestamp())
        [Math]::Round((Wait-ZState -Watcher $seen -TimeoutSec 60)[0] * $scale)
    }

    # A worker's code is compiled for speed after 1,000 calls.
    "commit to action, as $($as.ToLowerInvariant()): $($times | Select-Object -Skip $WarmUp)"
    $null = Wait-ZProcess $watcher.Process
}

$self = [System.Diagnostics.Process]::GetCurrentProcess()

# Processor time of this session over some seconds in which it does nothing.
function Measure-Idle {
    $null = Wait-ZState never -TimeoutSec 3 -ErrorAction SilentlyContinue # the runtime still compiles what was used before
    $self.Refresh()
    $before = $self.TotalProcessorTime
    $null = Wait-ZState never -TimeoutSec $IdleSeconds -ErrorAction SilentlyContinue
    $self.Refresh()
    ($self.TotalProcessorTime - $before).TotalMilliseconds
}

$idle = Measure-Idle
$threads = $self.Threads.Count
$watchers = foreach ($i in 1..1000) { Register-ZStateWatcher "idle.$i" -Action { $State["woken.$($Props)"] = 1 } -Props $i }
$self.Refresh()
$more = $self.Threads.Count - $threads
"1,000 idle watchers: $more more threads, $(Measure-Idle) ms of CPU in $IdleSeconds s; without any: $idle ms"
Stop-ZProcContext
