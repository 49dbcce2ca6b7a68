<#
.SYNOPSIS
Runs one test file and writes its results as JSON.
.DESCRIPTION
Pester 5 or later runs the file where it is installed, else the small runner in ../PesterRunner does. Afterwards what the
file left behind is looked for: child processes, and this process's runspaces, threads and sockets. The JSON is an array of
{ name, result, durationMs, message, file, line }.
.PARAMETER SmallRunner
Uses the small runner even where Pester is installed.
#>
param(
    [Parameter(Mandatory)] [string] $Path,
    [Parameter(Mandatory)] [string] $ResultPath,
    [switch] $SmallRunner
)

$Path = Convert-Path -LiteralPath $Path
$ResultPath = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($ResultPath)
Import-Module (Join-Path $PSScriptRoot '../PesterRunner/Footprint.psm1')
Import-Module (Join-Path $PSScriptRoot '../PesterRunner/PesterResult.psm1')

# What a first import leaves in the process for good is nobody's leak. (Why it failed, where it does, the tests will say.)
$manifest = Join-Path $PSScriptRoot '../../ZProc.psd1'
if (Test-Path -LiteralPath $manifest) {
    Import-Module $manifest -ErrorAction Ignore
    Remove-Module ZProc -ErrorAction Ignore
}

$watch = [System.Diagnostics.Stopwatch]::StartNew()
if (-not $SmallRunner -and (Test-PesterInstalled)) {
    Import-Module Pester -MinimumVersion 5.0
    $before = Get-Footprint
    $run = Invoke-Pester -Configuration @{ Run = @{ Path = $Path; PassThru = $true }; Output = @{ Verbosity = 'None' } }
    $results = @(ConvertFrom-PesterRun $run $Path)
}
else {
    Import-Module (Join-Path $PSScriptRoot '../PesterRunner/PesterRunner.psm1')
    $before = Get-Footprint
    $results = @(Invoke-TestFile -Path $Path)
}

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
