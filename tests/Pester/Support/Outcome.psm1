# The output of a script as text that is the same wherever the script ran: types, values, and the ids of errors.

Set-StrictMode -Version 3.0

# Whatever is not plain as \uXXXX, so that no console or file on the way can change it.
function Format-Text([string] $Text) { [regex]::Replace($Text, '[^\x20-\x7e\n]', { param($match) '\u{0:x4}' -f [int] $match.Value[0] }) }

function Format-Value {
    <#
    .SYNOPSIS
    A value as text: int:1, 'text', Object[](int:1 'x'), {a=int:1}, error ZProc.Conflict.
    #>
    param([AllowNull()] $Value, [int] $Depth = 0)

    if ($Depth -gt 110) { return '...' }
    $inner = $Depth + 1
    if ($null -eq $Value) { '$null' }
    elseif ($Value -is [string]) { "'$(Format-Text $Value)'" }
    elseif ($Value -is [char]) { "Char:$(Format-Text $Value)" }
    elseif ($Value -is [System.Management.Automation.ErrorRecord]) { "error $($Value.FullyQualifiedErrorId -replace ',.*')" }
    elseif ($Value -is [System.Collections.DictionaryEntry]) { "$($Value.Key)=$(Format-Value $Value.Value $inner)" }
    elseif ($Value -is [System.Collections.IDictionary]) {
        # A hashtable has no order of its own.
        $entries = @(foreach ($entry in $Value.GetEnumerator()) { "$(if ($entry.Key -isnot [string]) { Format-Value $entry.Key $inner } else { $entry.Key })=$(Format-Value $entry.Value $inner)" })
        if ($Value -is [hashtable]) { [array]::Sort($entries, [System.StringComparer]::Ordinal) }
        "$(if ($Value -is [hashtable]) { '@' }){$($entries -join ' ')}"
    }
    elseif ($Value -is [scriptblock]) { "block($Value)" }
    elseif ($Value -is [System.Collections.IEnumerable]) { "$($Value.GetType().Name)($(@(foreach ($item in $Value) { Format-Value $item $inner }) -join ' '))" }
    elseif ($Value.GetType().Name -eq 'PSCustomObject') { "$($Value.PSObject.TypeNames[0])[$(@(foreach ($property in $Value.PSObject.Properties) { "$($property.Name)=$(Format-Value $property.Value $inner)" }) -join ' ')]" }
    elseif ($Value -is [datetime]) { "datetime:$($Value.ToString('o')) $($Value.Kind)" }
    elseif ($Value -is [System.DateOnly] -or $Value -is [System.TimeOnly] -or $Value -is [datetimeoffset]) { "$($Value.GetType().Name):$($Value.ToString('o', [cultureinfo]::InvariantCulture))" }
    elseif ($Value -is [regex]) { "regex:$Value $($Value.Options)" }
    elseif ($Value -is [enum]) { "$($Value.GetType().FullName):$Value" }
    elseif ($Value -is [System.IFormattable]) { "$($Value.GetType().Name):$([string]::Format([cultureinfo]::InvariantCulture, '{0}', $Value))" }
    else { "$($Value.GetType().Name):$Value" }
}

function Get-Outcome {
    <#
    .SYNOPSIS
    Runs a script and outputs one text for all that it gave: its output, and errors in their place, that which ended it included.
    #>
    param([Parameter(Mandatory)] [scriptblock] $Script, [object[]] $ArgumentList = @())

    $given = [System.Collections.Generic.List[string]]::new()
    try { & $Script @ArgumentList 2>&1 | ForEach-Object { $given.Add((Format-Value $_)) } }
    catch { $given.Add((Format-Value $_)) }
    $given -join "`n"
}

Export-ModuleMember -Function Format-Value, Get-Outcome
