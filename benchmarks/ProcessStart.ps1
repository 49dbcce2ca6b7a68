# Milliseconds from just before a start to the first line of the script, as an OS process and in a runspace.
param([int] $Repetitions = 7)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../ZProc.psd1"
Import-Module "$PSScriptRoot/Figures.psm1"

$shell = [Environment]::ProcessPath
$first = '[System.Diagnostics.Stopwatch]::GetTimestamp()'
$block = [scriptblock]::Create($first)
$toMilliseconds = 1e3 / [System.Diagnostics.Stopwatch]::Frequency

# Runs a block that outputs the time of a script's first line.
function Measure-Start([scriptblock] $Start) {
    $begin = [System.Diagnostics.Stopwatch]::GetTimestamp()
    ([long] @(& $Start)[-1] - $begin) * $toMilliseconds
}

# Waits for the background work of the session, which opens spares and reports no end.
function Wait-Spare { Start-Sleep -Seconds 2 }

$cold = Start-ZProcContext -Name cold -SpareProcesses 0
$warm = Start-ZProcContext -Name warm -SpareProcesses 1
$null = Start-ZProcess $block -Context $warm | Receive-ZProcess -Wait
foreach ($repetition in 0..$Repetitions) {
    Write-Figure 'bare host' (Measure-Start { & $shell -NoProfile -NonInteractive -Command $first }) 1 $repetition
    Write-Figure 'process cold' (Measure-Start { Start-ZProcess $block -Context $cold | Receive-ZProcess -Wait }) 1 $repetition
    if ((Split-Path -Leaf $shell) -like 'pwsh*') {
        Write-Figure 'start-job' (Measure-Start { Start-Job $block | Receive-Job -Wait -AutoRemoveJob }) 1 $repetition
    }

    Wait-Spare
    Write-Figure 'process spare' (Measure-Start { Start-ZProcess $block -Context $warm | Receive-ZProcess -Wait }) 1 $repetition
    Write-Figure 'bare runspace' (Measure-Start {
            $runspace = [runspacefactory]::CreateRunspace($Host, [runspace]::DefaultRunspace.InitialSessionState.Clone())
            $runspace.Open()
            $shellOfIt = [powershell]::Create($runspace)
            $shellOfIt.AddScript($first).Invoke()
            $runspace.Dispose()
        }) 1 $repetition
    if (Get-Command Start-ThreadJob -ErrorAction Ignore) {
        Write-Figure 'start-threadjob' (Measure-Start { Start-ThreadJob $block | Receive-Job -Wait -AutoRemoveJob }) 1 $repetition
    }

    Write-Figure 'runspace' (Measure-Start { Start-ZProcess $block -As Runspace -Context $warm | Receive-ZProcess -Wait }) 1 $repetition
}

$cold, $warm | Stop-ZProcContext
