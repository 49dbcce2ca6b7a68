# Values of every kind that travels exactly, of kinds that travel as PowerShell's jobs deliver them, and of kinds that do not.

Import-Module (Join-Path $PSScriptRoot 'Outcome.psm1')

$exact = [ordered]@{
    'null'                      = { $null }
    'a bool'                    = { $true }
    'an sbyte'                  = { [sbyte]::MinValue }
    'a byte'                    = { [byte]::MaxValue }
    'a short'                   = { [int16]::MinValue }
    'a ushort'                  = { [uint16]::MaxValue }
    'an int'                    = { [int]::MinValue }
    'a uint'                    = { [uint32]::MaxValue }
    'a long'                    = { [long]::MinValue }
    'a ulong'                   = { [uint64]::MaxValue }
    'an Int128'                 = { [System.Int128]::MinValue }
    'a UInt128'                 = { [System.UInt128]::MaxValue }
    'a float'                   = { [float] 0.1 }
    'a double'                  = { 0.1 + 0.2 }
    'not a number'              = { [double]::NaN }
    'minus zero'                = { -0.0 }
    'infinity'                  = { [double]::NegativeInfinity }
    'a decimal'                 = { [decimal]::Parse('-1.2300', [cultureinfo]::InvariantCulture) }
    'a big integer'             = { -[bigint]::Pow(7, 300) }
    'a char'                    = { [char] 0xD83D }
    'an empty string'           = { '' }
    'a string'                  = { "Gr`u{fc}`u{df}e, `u{65e5}`u{672c} `u{1f600} half: $([char] 0xD83D)`0`r`n" }
    'a local time'              = { [datetime]::new(2024, 2, 29, 1, 2, 3, 4, [System.DateTimeKind]::Local).AddTicks(5) }
    'a universal time'          = { [datetime]::new(2024, 2, 29, 1, 2, 3, 4, [System.DateTimeKind]::Utc).AddTicks(5) }
    'a time of no kind'         = { [datetime]::MaxValue }
    'a time with offset'        = { [datetimeoffset]::new(2024, 2, 29, 1, 2, 3, [timespan]::FromMinutes(-570)) }
    'a date'                    = { [System.DateOnly]::new(2024, 2, 29) }
    'a time of day'             = { [System.TimeOnly]::new(1, 2, 3, 4) }
    'a time span'               = { [timespan]::MinValue }
    'a guid'                    = { [guid] '00112233-4455-6677-8899-aabbccddeeff' }
    'a version'                 = { [version] '1.2.3.4' }
    'a uri'                     = { [uri] 'https://example.org/a%20b?c=d#e' }
    'a relative uri'            = { [uri]::new('../up?x', [System.UriKind]::Relative) }
    'an address'                = { [ipaddress] 'fe80::1%3' }
    'bytes'                     = { , [byte[]] (0, 127, 255) }
    'no bytes'                  = { , [byte[]]::new(0) }
    'a regular expression'      = { [regex]::new('a+(?<x>b)', 'IgnoreCase, Multiline') }
    'an enumeration'            = { [System.DayOfWeek]::Friday }
    'flags'                     = { [System.IO.FileAttributes] 'Hidden, System' }
    'an array'                  = { , @(1, 'two', $null, 3.0) }
    'an empty array'            = { , @() }
    'an array of one'           = { , @(1) }
    'integers'                  = { , [int[]] (1, -2, 3) }
    'doubles'                   = { , [double[]] (0.1, [double]::NaN) }
    'strings'                   = { , [string[]] ('a', $null, '') }
    'bools'                     = { , [bool[]] ($true, $false) }
    'times'                     = { , [datetime[]] ([datetime]::new(2024, 1, 2), [datetime]::new(2024, 1, 2, 3, 4, 5, [System.DateTimeKind]::Utc)) }
    'guids'                     = { , [guid[]] ('00112233-4455-6677-8899-aabbccddeeff', [guid]::Empty) }
    'days'                      = { , [System.DayOfWeek[]] ('Monday', 'Friday') }
    'versions'                  = { , [version[]] ('1.2', $null) }
    'arrays of integers'        = { , [int[][]] ([int[]] (1, 2), [int[]]::new(0), $null) }
    'hashtables'                = { , [hashtable[]] (@{ a = 1 }, @{}) }
    'a list'                    = { , [System.Collections.Generic.List[object]] @(1, 'two', $null) }
    'a list of integers'        = { , [System.Collections.Generic.List[int]] @(1, 2) }
    'an array list'             = { , [System.Collections.ArrayList] @(1, 'two') }
    'a hashtable'               = { @{ Name = 'x'; 5 = 'five'; inner = @{ list = 1, 2 }; none = $null } }
    'a hashtable that minds case' = { $table = [hashtable]::new(); $table['a'] = 1; $table['A'] = 2; $table }
    'an ordered dictionary'     = { [ordered]@{ z = 1; a = @{ M = 3 }; m = $null } }
    'an object'                 = { [pscustomobject]@{ z = 1; a = @(1, [pscustomobject]@{ y = 'deep' }) } }
    'an object with a type name' = { [pscustomobject]@{ PSTypeName = 'My.Server'; Port = 80; Tags = [string[]] ('a', 'b') } }
    'a script block'            = { { param($x) $x * 2 } }
}

# As they come back from the first way.
$delivered = [ordered]@{
    'a set'              = { , [System.Collections.Generic.HashSet[int]]::new([int[]] (1, 2)) }
    'a dictionary'       = { $table = [System.Collections.Generic.Dictionary[string, int]]::new(); $table['a'] = 1; $table }
    'a queue'            = { , [System.Collections.Queue]::new(@(1, 'two')) }
    'an assembly''s name' = { [System.Reflection.AssemblyName]::new('Some.Name, Version=1.2.3.4') }
    'an exception'       = { [System.InvalidOperationException]::new('outer', [System.FormatException]::new('inner')) | Select-Object Message, InnerException }
}

$refused = [ordered]@{
    '$'                          = { [securestring]::new() }
    '$.servers[3].credential'    = { @{ servers = @(1, 2, 3, @{ credential = [securestring]::new() }) } }
    '$[''my key''].Password'     = { @{ 'my key' = [pscredential]::new('me', [securestring]::new()) } }
    '$.a.b[0].c'                 = { [pscustomobject]@{ a = [ordered]@{ b = [System.Collections.Generic.List[object]] @(@{ c = & ([scriptblock]::Create('class ZProcTravelClass { [int] $A = 1 } [ZProcTravelClass]::new()')) }) } } }
    '$.self.back'                = { $cycle = [pscustomobject]@{ self = $null }; $cycle.self = @{ back = $cycle }; $cycle }
    '$[5][1]'                    = { $list = [System.Collections.ArrayList] @(0); $null = $list.Add($list); @{ 5 = $list } }
    '$.list[1].x'                = { $shared = @(1); @{ list = @($shared, @{ x = [securestring]::new() }) } }
}

# Containers around a value, of every kind in turn.
function Add-Depth($Value, [int] $Levels) {
    for ($level = $Levels - 1; $level -ge 0; $level--) {
        switch ($level % 5) {
            0 { $Value = @{ k = $Value } }
            1 { $array = [object[]]::new(1); $array[0] = $Value; $Value = $array }
            2 { $Value = [ordered]@{ k = $Value } }
            3 { $list = [System.Collections.Generic.List[object]]::new(); $list.Add($Value); $Value = $list }
            4 { $Value = [pscustomobject]@{ k = $Value } }
        }
    }
    , $Value
}

function Get-DepthPath([int] $Levels) { '$' + (-join $(for ($level = 0; $level -lt $Levels; $level++) { if ($level % 5 -in 1, 3) { '[0]' } else { '.k' } })) }

# How many containers there are in each other, as the state counts them.
function Get-Depth($Value) {
    if ($null -eq $Value -or $Value -is [string] -or $Value -is [scriptblock]) { return 0 }
    $inner = [System.Collections.ArrayList]::new()
    if ($Value -is [System.Collections.IDictionary]) { $inner.AddRange($Value.Values) }
    elseif ($Value -is [System.Collections.ICollection]) { $inner.AddRange($Value) }
    elseif ($Value.GetType().Name -eq 'PSCustomObject') { foreach ($property in $Value.PSObject.Properties) { $null = $inner.Add($property.Value) } }
    else { return 0 }
    $deepest = 0
    foreach ($item in $inner) { $deepest = [Math]::Max($deepest, (Get-Depth $item)) }
    1 + $deepest
}

function Get-ValueName { @($exact.Keys) }
function Get-DeliveredName { @($delivered.Keys) }
function Get-RefusedPath { @($refused.Keys) }

function Get-Value([string] $Name) {
    if ($exact.Contains($Name)) { & $exact[$Name] } else { & $delivered[$Name] }
}

function Set-TravelValue {
    <#
    .SYNOPSIS
    Sets one key for each value, and one with the value nested as deep as can be, and outputs what each should be as text.
    #>
    param([Parameter(Mandatory)] $Target, [Parameter(Mandatory)] [string] $Prefix)

    $expected = [ordered]@{}
    foreach ($name in Get-ValueName) {
        # A property holds it, since a variable or a pipeline would unroll or wrap it.
        $box = @{ Value = Get-Value $name }
        $Target["$Prefix $name"] = $box.Value
        $expected[$name] = Format-Value $box.Value
        $box.Deep = Add-Depth $box.Value (100 - (Get-Depth $box.Value))
        $Target["$Prefix deep $name"] = $box.Deep
        $expected["deep $name"] = Format-Value $box.Deep
    }
    foreach ($name in Get-DeliveredName) {
        $box = @{ Value = Get-Value $name }
        $Target["$Prefix $name"] = $box.Value
    }
    $expected
}

function Get-TravelValue {
    <#
    .SYNOPSIS
    The text of what has arrived: of all, or of one value.
    #>
    param([Parameter(Mandatory)] $Target, [Parameter(Mandatory)] [string] $Prefix, [string] $Name)

    $given = [ordered]@{}
    $names = if ($Name) { $Name } else { @(Get-ValueName) + @(Get-DeliveredName) }
    foreach ($name in $names | ForEach-Object { $_; if ($exact.Contains($_)) { "deep $_" } }) {
        $given[$name] = Format-Value $Target["$Prefix $name"]
    }
    $given
}

function Send-RefusedValue {
    <#
    .SYNOPSIS
    Tries to set what cannot travel, in every way, and outputs what was said: by path, a text.
    #>
    param([Parameter(Mandatory)] $Target)

    $said = [ordered]@{}
    $tell = {
        param($path, $box, $way)
        $before = $Target.PSBase.Revision
        $text = try { & $way; 'not refused' }
        catch { "$($_.FullyQualifiedErrorId -replace ',.*') $(if ($_.Exception.Message.Contains(" $path ")) { 'at its place' } else { $_.Exception.Message })" }
        "$text, $($Target.PSBase.Revision - $before) updates"
    }
    $deep = Get-DepthPath 100
    foreach ($path in @(Get-RefusedPath) + $deep) {
        $box = if ($path -eq $deep) { @{ Value = Add-Depth 'x' 101 } } else { @{ Value = & $refused[$path] } }
        $said[$path] = @(
            & $tell $path $box { $Target['refused'] = $box.Value }
            & $tell $path $box { Set-ZState refused $box.Value -ErrorAction Stop }
            & $tell $path $box { Set-ZState refused $box.Value -NoWait -ErrorAction Stop }
            & $tell $path $box { $Target.Merge(@{ fine = 1; refused = $box.Value }) }
            & $tell $path $box { Update-ZState { $State.fine = 1; $State.refused = $box.Value } }
        ) -join "`n"
    }
    $said
}

Export-ModuleMember -Function Get-ValueName, Get-DeliveredName, Get-RefusedPath, Get-DepthPath, Set-TravelValue, Get-TravelValue, Send-RefusedValue
