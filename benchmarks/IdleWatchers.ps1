# Milliseconds of processor time of a session that is idle for some seconds, without a watcher and with 1,000 watchers.
param([int] $Repetitions = 7, [double] $Seconds = 3)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../ZProc.psd1"
Import-Module "$PSScriptRoot/Figures.psm1"

$self = [System.Diagnostics.Process]::GetCurrentProcess()

function Measure-Idle([double] $Time) {
    $self.Refresh()
    $before = $self.TotalProcessorTime
    $null = Wait-ZState never -TimeoutSec $Time -ErrorAction SilentlyContinue
    $self.Refresh()
    ($self.TotalProcessorTime - $before).TotalMilliseconds
}

$null = Start-ZProcContext
1..3 | ForEach-Object { $null = Measure-Idle $Seconds } # the runtime still compiles code that ran before
1..$Repetitions | ForEach-Object { Write-Figure 'idle' (Measure-Idle $Seconds) }
$null = 1..1000 | ForEach-Object { Register-ZStateWatcher "idle.$_" -Action { $State["woken.$($Props)"] = 1 } -Props $_ }
$null = Measure-Idle $Seconds
1..$Repetitions | ForEach-Object { Write-Figure 'idle with watchers' (Measure-Idle $Seconds) }
Stop-ZProcContext
