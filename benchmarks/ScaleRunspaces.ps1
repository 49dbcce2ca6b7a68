# The cost of many runspaces of one session that live at the same time: seconds and bytes, for the program that runs this script.
param([string] $Count = "10,100", [int] $Each = 10)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../ZProc.psd1"

# Resident memory of this session, after a collection of unused memory.
function Get-Resident {
    foreach ($time in 1..2) {
        [GC]::Collect([GC]::MaxGeneration, [GCCollectionMode]::Aggressive, $true, $true)
        [GC]::WaitForPendingFinalizers()
    }

    [System.Diagnostics.Process]::GetCurrentProcess().WorkingSet64
}

function Measure-Runspaces([int] $n, [bool] $tell) {
    function Write-Scale([string] $series, [double] $value) {
        if ($tell) { "$series|$n`t$($value.ToString([cultureinfo]::InvariantCulture))" }
    }

    Clear-ZState
    Clear-ZState -Namespace done # separate from the counters, whose updates soon fill the history that a late reader needs
    $before = Get-Resident
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $processes = Start-ZProcess -As Runspace -Count $n -Props $Each {
        $null = Update-ZState alive -Increment 1 -Namespace done
        $null = Wait-ZState phase -Equal 1
        foreach ($time in 1..$Props) { $null = Update-ZState sum -Increment 1 }
        $null = Update-ZState summed -Increment 1 -Namespace done
        $null = Wait-ZState phase -Equal 2
        Update-ZState { $State.blocks++ }
        $null = Update-ZState blocked -Increment 1 -Namespace done
        $null = Wait-ZState phase -Equal 3
    }
    $null = Wait-ZState alive -Equal $n -Namespace done -TimeoutSec 120
    Write-Scale 'start, each' ($watch.Elapsed.TotalSeconds / $n)
    Write-Scale 'session, per runspace' (((Get-Resident) - $before) / $n)
    Write-Scale 'session threads' ([System.Diagnostics.Process]::GetCurrentProcess().Threads.Count)

    $watch.Restart()
    Set-ZState phase 1
    $null = Wait-ZState summed -Equal $n -Namespace done -TimeoutSec 120
    Write-Scale 'increment' ($watch.Elapsed.TotalSeconds / $n / $Each)

    $watch.Restart()
    Set-ZState phase 2
    $null = Wait-ZState blocked -Equal $n -Namespace done -TimeoutSec 120
    Write-Scale 'atomic block' ($watch.Elapsed.TotalSeconds / $n)

    $watch.Restart()
    Set-ZState phase 3
    $processes | Receive-ZProcess -Wait
    $processes | Remove-ZProcess
    Write-Scale 'end, each' ($watch.Elapsed.TotalSeconds / $n)
    Write-Scale 'counts lost' ([Math]::Abs((Get-ZState sum) - $n * $Each) + [Math]::Abs((Get-ZState blocks) - $n))
}

Use-ZProcContext {
    Measure-Runspaces 10 $false # compiles the code
    foreach ($n in [int[]] ($Count -split ",")) { Measure-Runspaces $n $true }
}
