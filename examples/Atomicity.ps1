<#
.SYNOPSIS
    Hundreds of processes count up one number at the same time, and no count is lost.
.DESCRIPTION
    Two processes that read a number, add one and write it back at the same time lose a count. Inside Update-ZState these three
    steps are one: the block runs in a turn, no other process commits meanwhile, and its changes are one update.

    First 500 runspaces add one each, then 20 OS processes add 25 each. Both halves print every number from 1 to 500 exactly
    once. The last line of each half shows the time and the memory. A lost number is an error.
.EXAMPLE
    ./examples/Atomicity.ps1 -Runspaces 100 -Processes 4 -Each 10
#>
param(
    [ValidateRange(1, 5000)]
    [int] $Runspaces = 500,

    [ValidateRange(1, 500)]
    [int] $Processes = 20,

    # How many times each OS process counts.
    [ValidateRange(1, 100000)]
    [int] $Each = 25
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../ZProc.psd1"

$count = {
    foreach ($time in 1..$Props) {
        Update-ZState {
            $number = $State.count
            $number = $number + 1
            $State.count = $number
            $number
        }
    }

    # For the last line: the most memory that this OS process has used. Runspaces share theirs.
    Set-ZState "memory.$PID" ([System.Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64)
}

function Measure-Counting([string] $as, [int] $workers, [int] $each) {
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    Clear-ZState
    Set-ZState count 0
    Start-ZProcess -ScriptBlock $count -As $as -Count $workers -Props $each | Receive-ZProcess -Wait | Tee-Object -Variable numbers

    $target = $workers * $each
    $distinct = [System.Collections.Generic.HashSet[int]]::new([int[]] $numbers)
    $lost = $target - $distinct.Count
    if ($lost -ne 0 -or @($numbers).Count -ne $target -or (Get-ZState count) -ne $target) {
        throw "$lost of $target numbers were lost."
    }

    $memory = ((Get-ZState memory.*).Values | Measure-Object -Sum).Sum
    '{0} {1}: every number from 1 to {2} exactly once, {3:N1} s, {4:N0} MB' -f
        $workers, @{ Runspace = 'runspaces'; Process = 'OS processes' }[$as], $target, $watch.Elapsed.TotalSeconds, ($memory / 1MB)
}

Use-ZProcContext {
    Measure-Counting Runspace $Runspaces 1
    Measure-Counting Process $Processes $Each
}
