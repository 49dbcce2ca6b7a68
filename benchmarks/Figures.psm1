# Times operations for the benchmark scripts, and reports the figures to the program that runs the scripts.

$toMicroseconds = 1e6 / [System.Diagnostics.Stopwatch]::Frequency

# The clock of all processes of this machine, in microseconds.
function Get-Clock { [System.Diagnostics.Stopwatch]::GetTimestamp() * $toMicroseconds }

# The time of a block of the caller, in microseconds.
function Measure-Microseconds([scriptblock] $Block) {
    $begin = [System.Diagnostics.Stopwatch]::GetTimestamp()
    . $Block
    ([System.Diagnostics.Stopwatch]::GetTimestamp() - $begin) * $toMicroseconds
}

# Reports a figure. Repetition 0 only compiles the code, so its figure is not reported.
function Write-Figure([string] $Series, [double] $Figure, [double] $Share = 1, [int] $Repetition = 1) {
    if ($Repetition -gt 0) {
        "$Series`t$(($Figure / $Share).ToString([cultureinfo]::InvariantCulture))"
    }
}

Export-ModuleMember -Function Get-Clock, Measure-Microseconds, Write-Figure
