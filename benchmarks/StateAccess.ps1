# Microseconds for one access in a loop of a script: to the state, and to a synchronized hashtable.
param([int] $Repetitions = 7, [int] $Count = 20000)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../ZProc.psd1"
Import-Module "$PSScriptRoot/Figures.psm1"

$state = (Start-ZProcContext).State
$table = [hashtable]::Synchronized(@{})
$state.x = $table.x = 1
foreach ($repetition in 0..$Repetitions) {
    # Repetition 0 compiles the code and does not count.
    Write-Figure 'script table read' (Measure-Microseconds { for ($i = 0; $i -lt $Count; $i++) { $null = $table.x } }) $Count $repetition
    Write-Figure 'script read' (Measure-Microseconds { for ($i = 0; $i -lt $Count; $i++) { $null = $state.x } }) $Count $repetition
    Write-Figure 'script table write' (Measure-Microseconds { for ($i = 0; $i -lt $Count; $i++) { $table.x = $i } }) $Count $repetition
    Write-Figure 'script write' (Measure-Microseconds { for ($i = 0; $i -lt $Count; $i++) { $state.x = $i } }) $Count $repetition
    $few = $Count / 20
    Write-Figure 'increment command' (Measure-Microseconds { for ($i = 0; $i -lt $few; $i++) { $null = Update-ZState n -Increment 1 } }) $few $repetition
    Write-Figure 'atomic block' (Measure-Microseconds { for ($i = 0; $i -lt $few; $i++) { Update-ZState { $State.n++ } } }) $few $repetition
}

Stop-ZProcContext
