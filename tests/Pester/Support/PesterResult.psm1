# Puts the results of Pester into the form that Run.ps1 writes.

Set-StrictMode -Version 3.0

function Get-NamePath($Node) {
    $names = @()
    for ($at = $Node; $null -ne $at -and -not ($at.PSObject.Properties['IsRoot'] -and $at.IsRoot); $at = if ($at.PSObject.Properties['Block']) { $at.Block } else { $at.Parent }) {
        $names = @($at.ExpandedName ? $at.ExpandedName : $at.Name) + $names
    }
    $names -join ' > '
}

function New-Entry([string] $Name, [string] $Result, [double] $Milliseconds, $ErrorRecord, [string] $File, [int] $Line) {
    $message = ''
    if ($null -ne $ErrorRecord) {
        $message = "$($ErrorRecord.Exception.Message)"
        $target = $ErrorRecord.TargetObject
        if ($target -is [System.Collections.IDictionary] -and $target['Line']) { $Line = [int] $target['Line'] }
        elseif ("$($ErrorRecord.ScriptStackTrace)" -match '\.Tests\.ps1: line (\d+)') { $Line = [int] $Matches[1] }
    }
    [pscustomobject]@{ name = $Name; result = $Result; durationMs = [Math]::Round($Milliseconds, 3); message = $message; file = $File; line = $Line }
}

function Get-BlockFailure($Block, [string] $File) {
    # The list of tests has the tests of a failed block. It lacks the block's own error.
    foreach ($failure in $Block.ErrorRecord) {
        New-Entry "$(Get-NamePath $Block) > block" 'Failed' 0 $failure $File ([int] $Block.StartLine)
    }
    foreach ($inner in $Block.Blocks) { Get-BlockFailure $inner $File }
}

function ConvertFrom-PesterRun {
    <#
    .SYNOPSIS
    Outputs one object for each test of a Pester run: name, result, durationMs, message, file, line.
    #>
    param([Parameter(Mandatory)] $Run, [Parameter(Mandatory)] [string] $File)

    $name = [System.IO.Path]::GetFileName($File)
    foreach ($container in $Run.Containers) {
        foreach ($failure in $container.ErrorRecord) { New-Entry $name 'Failed' 0 $failure $File 1 }
        foreach ($block in $container.Blocks) { Get-BlockFailure $block $File }
    }
    foreach ($test in $Run.Tests) {
        $result = switch ($test.Result) { 'Passed' { 'Passed' } 'Skipped' { 'Skipped' } 'Inconclusive' { 'Skipped' } 'NotRun' { 'Skipped' } default { 'Failed' } }
        $failure = @($test.ErrorRecord)
        $entry = New-Entry (Get-NamePath $test) $result $test.Duration.TotalMilliseconds $(if ($failure.Count) { $failure[0] }) $File ([int] $test.StartLine)
        if ($result -eq 'Failed' -and -not $entry.message) { $entry.message = 'It was not run: its block failed.' }
        $entry
    }
    if (@($Run.Tests).Count -eq 0 -and -not @($Run.Containers | Where-Object { @($_.ErrorRecord).Count })) {
        New-Entry $name 'Failed' 0 ([System.Management.Automation.ErrorRecord]::new([System.Exception]::new('The file has no test.'), 'NoTest', 'InvalidData', $null)) $File 1
    }
}

Export-ModuleMember -Function ConvertFrom-PesterRun
