# An error record as text, to compare one that came from a process with the one that the same script gives here.

Set-StrictMode -Version 3.0

Import-Module (Join-Path $PSScriptRoot 'Outcome.psm1')

# Parts that differ from run to run.
$different = 'ProcessId', 'ErrorRecord'

function Format-Exception([System.Exception] $Exception, [string] $Indent) {
    $remote = $Exception.GetType().Name -eq 'ZProcRemoteException'
    $public = $Exception.GetType()
    while (-not $public.IsPublic -and -not $public.Assembly.IsDynamic) { $public = $public.BaseType } # the engine's internal ones nobody can name
    $type = ($remote ? $Exception.TypeNames[0] : $public.FullName) -replace '^(<\w+>\.)+' # where PowerShell puts the classes of a block
    "$Indent$type`: $($Exception.Message)"
    $names = @($remote ? $Exception.Properties.Keys : ($Exception.GetType().GetProperties() | Where-Object { $null -eq [System.Exception].GetProperty($_.Name) } | ForEach-Object Name))
    foreach ($name in $names | Sort-Object) {
        $value = $remote ? $Exception.Properties[$name] : $Exception.$name
        if ($name -notin $different -and ($value -is [string] -or $value -is [valuetype])) { "$Indent  .$name $(Format-Value $value)" }
    }
    if ($Exception.HelpLink) { "$Indent  .HelpLink $($Exception.HelpLink)" }
    foreach ($entry in $Exception.Data.GetEnumerator()) {
        if ("$($entry.Key)" -notlike 'System.Management.Automation.*' -and ($entry.Value -is [string] -or $entry.Value -is [valuetype])) {
            "$Indent  [$(Format-Value $entry.Key)] $(Format-Value $entry.Value)"
        }
    }
    $causes = @(if ($Exception -is [System.AggregateException]) { $Exception.InnerExceptions } elseif ($Exception.InnerException) { $Exception.InnerException })
    foreach ($cause in $causes) { Format-Exception $cause "$Indent  " }
}

function Format-Error {
    <#
    .SYNOPSIS
    An error record as lines: exceptions with their properties, data and causes, id, category, target, details, place, stack.
    .PARAMETER NoPlace
    Leaves the place out.
    #>
    param([Parameter(Mandatory, ValueFromPipeline)] [System.Management.Automation.ErrorRecord] $Record, [switch] $NoPlace)

    process {
        @(
            Format-Exception $Record.Exception ''
            "id $($Record.FullyQualifiedErrorId)"
            "category $($Record.CategoryInfo.Category) | $($Record.CategoryInfo.Activity) | $($Record.CategoryInfo.Reason) | $($Record.CategoryInfo.TargetName) | $($Record.CategoryInfo.TargetType)"
            $target = $Record.TargetObject # what is no plain value arrives as its text and properties
            "target $(if ($null -eq $target -or $target -is [string] -or $target -is [valuetype] -or $target -is [System.Collections.IDictionary]) { Format-Value $target } else { $target })"
            if ($Record.ErrorDetails) { "details $($Record.ErrorDetails.Message) | $($Record.ErrorDetails.RecommendedAction)" }
            if (-not $NoPlace -and $Record.InvocationInfo) { "at $($Record.InvocationInfo.ScriptName):$($Record.InvocationInfo.ScriptLineNumber):$($Record.InvocationInfo.OffsetInLine)" }
            "stack $(@($Record.ScriptStackTrace -split "`r?`n")[0])"
            "says $Record"
        ) -join "`n"
    }
}

Export-ModuleMember -Function Format-Error
