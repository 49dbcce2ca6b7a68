# What the commands themselves say about their parameters. The pages and the compiled help get these facts from here, not from a person.

# The parameters that every command has. PowerShell documents them in about_CommonParameters.
$common = @([System.Management.Automation.Cmdlet]::CommonParameters)

# The documented parameters of a command: an object for each, in the order of the pages.
function Get-ParameterFact([System.Management.Automation.CommandInfo] $Command) {
    $defaults = Get-DefaultValue $Command
    foreach ($parameter in $Command.Parameters.Values | Where-Object Name -NotIn $common | Sort-Object { $_.Name -in 'Confirm', 'WhatIf' }, Name) {
        $name = $parameter.Name
        $sets = @(foreach ($set in $Command.ParameterSets) {
                $set.Parameters | Where-Object Name -EQ $name | ForEach-Object { [pscustomobject]@{ SetName = $set.Name; In = $_ } }
            })
        $first = $sets[0].In
        [pscustomobject]@{
            Name = $name
            Type = $parameter.ParameterType
            Sets = if ($sets.Count -eq $Command.ParameterSets.Count) { '(All)' } else { ($sets.SetName | Sort-Object) -join ', ' }
            Aliases = @($parameter.Aliases)
            Accepted = @(Get-AcceptedValue $parameter)
            Required = if ($sets.In.IsMandatory -notcontains $false) { 'True' } elseif ($sets.In.IsMandatory -contains $true) { 'True (in some parameter sets), False (otherwise)' } else { 'False' }
            Position = @($sets.In.Position | Where-Object { $_ -ge 0 } | Select-Object -First 1) + @('Named') | Select-Object -First 1
            Default = $defaults[$name]
            Pipeline = Get-PipelineInput $sets.In
            Wildcards = [bool] ($first.Attributes | Where-Object { $_ -is [System.Management.Automation.SupportsWildcardsAttribute] })
        }
    }
}

# The values that a parameter takes where they are few: names of an enumeration, a set, a range.
function Get-AcceptedValue($Parameter) {
    $type = [Nullable]::GetUnderlyingType($Parameter.ParameterType) ?? $Parameter.ParameterType
    if ($type.IsEnum) { return [Enum]::GetNames($type) }
    foreach ($attribute in $Parameter.Attributes) {
        if ($attribute -is [System.Management.Automation.ValidateSetAttribute]) { $attribute.ValidValues }
        if ($attribute -is [System.Management.Automation.ValidateRangeAttribute]) { Get-RangeText $attribute.MinRange $attribute.MaxRange }
    }
}

function Get-RangeText($Min, $Max) {
    if ($Max -in [int]::MaxValue, [long]::MaxValue) { "$Min or more" } else { [string]::Format([cultureinfo]::InvariantCulture, '{0} to {1}', $Min, $Max) }
}

# The defaults that the properties of a new command object have.
function Get-DefaultValue([System.Management.Automation.CommandInfo] $Command) {
    $values = @{}
    $object = [Activator]::CreateInstance($Command.ImplementingType)
    $sources = @($object)
    if ($object -is [System.Management.Automation.IDynamicParameters]) { $sources += $object.GetDynamicParameters() }
    foreach ($source in $sources) {
        foreach ($property in $source.GetType().GetProperties()) {
            if (-not $property.GetCustomAttributes([System.Management.Automation.ParameterAttribute], $true)) { continue }
            $value = $property.GetValue($source)
            $values[$property.Name] = if ($property.PropertyType -eq [switch]) { 'False' }
            elseif ($property.Name -eq 'ThrottleLimit' -and $null -ne $value) { 'The number of processors' }
            elseif ($null -eq $value -or $value -is [string] -and -not $value -or $value -is [array] -and -not $value.Count) { 'None' }
            else { [string]::Format([cultureinfo]::InvariantCulture, '{0}', ($value -join ', ')) }
        }
    }
    if ($object -is [System.IDisposable]) { $object.Dispose() }
    $values
}

function Get-PipelineInput($Parameters) {
    $ways = @(
        if ($Parameters.ValueFromPipeline -contains $true) { 'ByValue' }
        if ($Parameters.ValueFromPipelineByPropertyName -contains $true) { 'ByPropertyName' }
    )
    if ($ways) { "True ($($ways -join ', '))" } else { 'False' }
}

# The name of a type as PowerShell users write it.
function Get-TypeText([type] $Type) {
    if ($Type.IsArray) { return "$(Get-TypeText $Type.GetElementType())[]" }
    if ($inner = [Nullable]::GetUnderlyingType($Type)) { return Get-TypeText $inner }
    $Type.Name
}

# The yaml block of a parameter, in the form of platyPS.
function Get-ParameterYaml($Fact) {
    $lines = @(
        "Type: $(Get-TypeText $Fact.Type)"
        "Parameter Sets: $($Fact.Sets)"
        "Aliases: $($Fact.Aliases -join ', ')".TrimEnd()
        if ($Fact.Accepted) { "Accepted values: $($Fact.Accepted -join ', ')" }
        ''
        "Required: $($Fact.Required)"
        "Position: $($Fact.Position)"
        "Default value: $($Fact.Default ?? 'None')"
        "Accept pipeline input: $($Fact.Pipeline)"
        "Accept wildcard characters: $($Fact.Wildcards)"
    )
    $lines -join "`n"
}

# A parameter in a line of syntax.
function Get-ParameterSyntax($Parameter) {
    $name = "-$($Parameter.Name)"
    if ($Parameter.ParameterType -eq [switch]) { return $Parameter.IsMandatory ? $name : "[$name]" }
    $value = "<$(Get-TypeText $Parameter.ParameterType)>"
    $named = if ($Parameter.Position -ge 0) { "[$name]" } else { $name }
    $Parameter.IsMandatory ? "$named $value" : "[$named $value]"
}

# The syntax of a command: the name, the parameters in order and whether the set is the default one, for each parameter set.
function Get-Syntax([System.Management.Automation.CommandInfo] $Command) {
    $sets = @($Command.ParameterSets | Sort-Object { -not $_.IsDefault }, Name)
    foreach ($set in $sets) {
        $own = @($set.Parameters | Where-Object Name -NotIn $common)
        $ordered = @($own | Where-Object Position -GE 0 | Sort-Object Position) +
            @($own | Where-Object { $_.Position -lt 0 -and $_.IsMandatory }) +
            @($own | Where-Object { $_.Position -lt 0 -and -not $_.IsMandatory -and $_.Name -notin 'WhatIf', 'Confirm' } | Sort-Object Name) +
            @($own | Where-Object { $_.Name -in 'WhatIf', 'Confirm' } | Sort-Object Name -Descending)
        [pscustomobject]@{ Name = $set.Name; IsDefault = $set.IsDefault; IsOnly = $sets.Count -eq 1; Parameters = $ordered }
    }
}

# The SYNTAX section of a page.
function Get-SyntaxMarkdown([System.Management.Automation.CommandInfo] $Command) {
    $parts = foreach ($set in Get-Syntax $Command) {
        $heading = if (-not $set.IsOnly) { "### $($set.Name)$(if ($set.IsDefault) { ' (Default)' })`n`n" }
        $words = @($Command.Name) + @($set.Parameters | ForEach-Object { Get-ParameterSyntax $_ }) + '[<CommonParameters>]'
        $lines = @()
        $line = ''
        foreach ($word in $words) {
            if ($line -and $line.Length + 1 + $word.Length -gt 100) {
                $lines += $line
                $line = "    $word"
            }
            else { $line = if ($line) { "$line $word" } else { $word } }
        }
        "$heading``````text`n$((@($lines) + $line) -join "`n")`n``````"
    }
    $parts -join "`n`n"
}

Export-ModuleMember -Function Get-ParameterFact, Get-ParameterYaml, Get-Syntax, Get-SyntaxMarkdown, Get-TypeText
