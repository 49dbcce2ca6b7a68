# Microseconds for one item of a parallel pipeline: trivial items, and heavy items that keep a core busy.
param([int] $Repetitions = 7, [int] $Count = 100000)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../ZProc.psd1"
Import-Module "$PSScriptRoot/Figures.psm1"
Import-Module SplitPipeline, PSParallelPipeline -ErrorAction Ignore # where they are installed

$cores = [Environment]::ProcessorCount
$numbers = 1..$Count
$spins = 1..(100 * $cores)
$few = 1..1000 # for commands that take milliseconds for an item

# Keeps a core busy for some milliseconds inside .NET, because the speed of a script's loop depends on how the loop is run.
$spin = { [System.Security.Cryptography.Rfc2898DeriveBytes]::Pbkdf2('password', [byte[]]::new(16), 100000, 'SHA256', 32).Length }

function Test-Command([string] $Name) { $null -ne (Get-Command $Name -ErrorAction Ignore) }

$hasParallel = (Get-Command ForEach-Object).Parameters.ContainsKey('Parallel')
foreach ($repetition in 0..$Repetitions) {
    Write-Figure 'sequential' (Measure-Microseconds { $null = $numbers | ForEach-Object { $_ } }) $Count $repetition
    Write-Figure 'parallel' (Measure-Microseconds { $null = $numbers | Invoke-ZParallel { $_ } }) $Count $repetition
    Write-Figure 'parallel unordered' (Measure-Microseconds { $null = $numbers | Invoke-ZParallel { $_ } -Unordered }) $Count $repetition
    Write-Figure 'parallel processes' (Measure-Microseconds { $null = $numbers | Invoke-ZParallel { $_ } -As Process }) $Count $repetition
    if (Test-Command Split-Pipeline) {
        Write-Figure 'split-pipeline' (Measure-Microseconds { $null = $numbers | Split-Pipeline { process { $_ } } -Order }) $Count $repetition
    }

    if (Test-Command Invoke-Parallel) {
        Write-Figure 'psparallelpipeline' (Measure-Microseconds { $null = $few | Invoke-Parallel { $_ } -ThrottleLimit $cores }) $few.Count $repetition
    }

    if ($hasParallel) {
        Write-Figure 'foreach-parallel' (Measure-Microseconds { $null = $few | ForEach-Object -Parallel { $_ } -ThrottleLimit $cores }) $few.Count $repetition
        Write-Figure 'heavy foreach-parallel' (Measure-Microseconds { $null = $spins | ForEach-Object -Parallel $spin -ThrottleLimit $cores }) ($spins.Count * 1000) $repetition
    }

    Write-Figure 'heavy sequential' (Measure-Microseconds { $null = $spins | ForEach-Object $spin }) ($spins.Count * 1000 * $cores) $repetition
    Write-Figure 'heavy parallel' (Measure-Microseconds { $null = $spins | Invoke-ZParallel $spin }) ($spins.Count * 1000) $repetition
}
