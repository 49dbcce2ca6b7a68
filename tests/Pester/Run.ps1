<#
.SYNOPSIS
Runs one test file with Pester 5 and writes its results as JSON.
.DESCRIPTION
Afterwards the script looks for leaks of the file: child processes, and runspaces, threads and sockets of this process. The JSON is an
array of { name, result, durationMs, message, file, line }.
.PARAMETER Path
The test file.
.PARAMETER ResultPath
The file that gets the JSON.
.PARAMETER Verbosity
What is shown meanwhile, in Pester's words: Detailed shows each test when it has ended, and so where a run hangs.
#>
param(
    [Parameter(Mandatory)] [string] $Path,
    [Parameter(Mandatory)] [string] $ResultPath,
    [ValidateSet('None', 'Normal', 'Detailed', 'Diagnostic')] [string] $Verbosity = 'None'
)

$Path = Convert-Path -LiteralPath $Path
$ResultPath = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($ResultPath)
Import-Module Pester -MinimumVersion 5.9 -MaximumVersion 5.99 -ErrorAction Stop
Import-Module (Join-Path $PSScriptRoot 'Support/Footprint.psm1') -ErrorAction Stop
Import-Module (Join-Path $PSScriptRoot 'Support/PesterResult.psm1') -ErrorAction Stop

# A first import keeps some things for the life of the process; they are no leak. The tests report an import that fails.
$manifest = Join-Path $PSScriptRoot '../../ZProc.psd1'
if (Test-Path -LiteralPath $manifest) {
    Import-Module $manifest -ErrorAction Ignore
    Remove-Module ZProc -ErrorAction Ignore
}

$watch = [System.Diagnostics.Stopwatch]::StartNew()
$before = Get-Footprint
$run = Invoke-Pester -Configuration @{ Run = @{ Path = $Path; PassThru = $true }; Output = @{ Verbosity = $Verbosity } }
$results = @(ConvertFrom-PesterRun $run $Path)
$left = @(Compare-Footprint $before)
$results += [pscustomobject]@{
    name = "$([System.IO.Path]::GetFileName($Path)) > leaves nothing behind"
    result = if ($left.Count -eq 0) { 'Passed' } else { 'Failed' }
    durationMs = 0
    message = $left -join "`n"
    file = $Path
    line = 1
}

ConvertTo-Json -InputObject $results -Depth 3 | Set-Content -LiteralPath $ResultPath
foreach ($failure in $results | Where-Object result -EQ 'Failed') {
    "FAILED $($failure.name)`n  $($failure.message)`n  at $($failure.file):$($failure.line)"
}
$count = { param($kind) @($results | Where-Object result -EQ $kind).Count }
"$(& $count 'Passed') passed, $(& $count 'Failed') failed, $(& $count 'Skipped') skipped in $([int] $watch.Elapsed.TotalMilliseconds) ms"
exit [int] ((& $count 'Failed') -gt 0)
