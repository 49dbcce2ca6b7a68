<#
.SYNOPSIS
    Three levels of processes share one state. The script kills the top process, and all levels end.
#>
param(
    [ValidateRange(2, 6)]
    [int] $Levels = 3
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../ZProc.psd1"

# The script of each level: starts the next level, and counts in the shared state.
$level = {
    param($Level)
    if ($Level -lt $Props.Levels) {
        $null = Start-ZProcess -Name "level $($Level + 1)" -Props $Props -ArgumentList ($Level + 1) ([scriptblock]::Create($Props.Script))
    }

    $State["pid/$Level"] = $PID
    $null = Update-ZState { $State.ready++ }
    $null = Wait-ZState nobody -Available
}

Use-ZProcContext {
    $top = Start-ZProcess -Name 'level 1' -Props @{ Levels = $Levels; Script = "$level" } -ArgumentList 1 $level
    $null = Wait-ZState ready -Equal $Levels
    $running = foreach ($i in 1..$Levels) { [System.Diagnostics.Process]::GetProcessById((Get-ZState "pid/$i")) }
    "main: $Levels levels run, in $(@($running.Id | Select-Object -Unique).Count) OS processes, and all have counted: $(Get-ZState ready)"

    $lower = Get-ZProcess -All | Where-Object IsRemote | Sort-Object Name
    $running[0].Kill()
    "main: killed level 1"
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    foreach ($process in $running) {
        if (-not $process.WaitForExit([Math]::Max(0, 5000 - $clock.ElapsedMilliseconds))) {
            throw "The OS process $($process.Id) is still there."
        }
    }

    'main: all are gone'
    $null = $top, $lower | Wait-ZProcess
    foreach ($process in @($top) + $lower) {
        "main: $($process.Name) is $($process.State)"
    }
}
