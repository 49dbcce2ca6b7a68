# How the benchmark scripts time things and tell the figures to the program that runs them.

$toMicroseconds = 1e6 / [System.Diagnostics.Stopwatch]::Frequency

# The clock of all processes of this machine, in microseconds.
function Get-Clock { [System.Diagnostics.Stopwatch]::GetTimestamp() * $toMicroseconds }

# How long a block of the caller takes, in microseconds.
function Measure-Microseconds([scriptblock] $Block) {
    $begin = [System.Diagnostics.Stopwatch]::GetTimestamp()
    . $Block
    ([System.Diagnostics.Stopwatch]::GetTimestamp() - $begin) * $toMicroseconds
}

# Tells a figure; of repetition 0, which is to have everything compiled, none.
function Write-Figure([string] $Series, [double] $Figure, [double] $Share = 1, [int] $Repetition = 1) {
    if ($Repetition -gt 0) {
        "$Series`t$(($Figure / $Share).ToString([cultureinfo]::InvariantCulture))"
    }
}

Export-ModuleMember -Function Get-Clock, Measure-Microseconds, Write-Figure
