# Values as they come back from the state: their types, and refusals.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot '../../ZProc.psd1')
    $null = Start-ZProcContext

    # Through a property, so that nothing on the way unrolls or wraps the value.
    function Send-Value($Box) {
        Set-ZState value $Box.Value
        @{ Value = $State.value }
    }

    $State = (Get-ZProcContext).State
}

AfterAll {
    Stop-ZProcContext
    Remove-Module ZProc
}

Describe 'Values with an exact round trip' {
    It 'keeps <Name>' -ForEach @(
        @{ Name = 'a bool'; Value = $true }
        @{ Name = 'an sbyte'; Value = [sbyte]-128 }
        @{ Name = 'a byte'; Value = [byte]255 }
        @{ Name = 'a short'; Value = [int16]-32768 }
        @{ Name = 'an int'; Value = 42 }
        @{ Name = 'a uint'; Value = [uint32]::MaxValue }
        @{ Name = 'a long'; Value = [long]::MinValue }
        @{ Name = 'a ulong'; Value = [ulong]::MaxValue }
        @{ Name = 'a float'; Value = [float]0.1 }
        @{ Name = 'a double'; Value = 0.1 }
        @{ Name = 'a decimal'; Value = 1.10d }
        @{ Name = 'a big integer'; Value = [bigint]::Pow(7, 300) }
        @{ Name = 'a char'; Value = [char]'x' }
        @{ Name = 'an empty string'; Value = '' }
        @{ Name = 'a string of any Unicode'; Value = "Grüße, 日本語 $([char]::ConvertFromUtf32(0x1F600))" }
        @{ Name = 'half a surrogate pair'; Value = "a$([char]0xD83D)b" }
        @{ Name = 'a time'; Value = [datetime]::new(2024, 2, 29, 1, 2, 3) }
        @{ Name = 'a time with offset'; Value = [datetimeoffset]'2024-01-02T03:04:05+09:30' }
        @{ Name = 'a date'; Value = [System.DateOnly]::new(2024, 1, 2) }
        @{ Name = 'a time of day'; Value = [System.TimeOnly]::new(3, 4, 5) }
        @{ Name = 'a time span'; Value = [timespan]'1.02:03:04.005' }
        @{ Name = 'a guid'; Value = [guid]'00112233-4455-6677-8899-aabbccddeeff' }
        @{ Name = 'a version'; Value = [version]'1.2.3' }
        @{ Name = 'a uri'; Value = [uri]'https://example.org/a?b=c#d' }
        @{ Name = 'a relative uri'; Value = [uri]::new('../up', [System.UriKind]::Relative) }
        @{ Name = 'an address'; Value = [ipaddress]'fe80::1' }
        @{ Name = 'an enumeration'; Value = [System.DayOfWeek]::Friday }
    ) {
        $back = (Send-Value @{ Value = $Value }).Value
        $back.GetType() | Should -Be $Value.GetType()
        $back.Equals($Value) | Should -BeTrue
    }

    It 'keeps null' {
        (Send-Value @{ Value = $null }).Value | Should -BeNullOrEmpty
        Test-ZState value | Should -BeTrue
    }

    It 'keeps the kind of a time' {
        $now = [datetime]::UtcNow
        (Send-Value @{ Value = $now }).Value.Kind | Should -Be 'Utc'
    }

    It 'keeps a regular expression' {
        $back = (Send-Value @{ Value = [regex]::new('a+', 'IgnoreCase') }).Value
        $back.IsMatch('cAAt') | Should -BeTrue
        $back.Options | Should -Be 'IgnoreCase'
    }

    It 'keeps arrays of <Type>' -ForEach @(
        @{ Type = 'bytes'; Value = [byte[]](0, 255) }
        @{ Type = 'integers'; Value = [int[]](1, 2, 3) }
        @{ Type = 'strings'; Value = [string[]]('a', 'b') }
        @{ Type = 'nothing'; Value = [object[]]@() }
        @{ Type = 'anything'; Value = [object[]](1, 'two', 3.0) }
        @{ Type = 'hashtables'; Value = [hashtable[]](@{ a = 1 }, @{ b = 2 }) }
        @{ Type = 'arrays'; Value = [int[][]]([int[]](1, 2), [int[]](3)) }
    ) {
        $back = (Send-Value @{ Value = $Value }).Value
        $back.GetType() | Should -Be $Value.GetType()
        $back.Count | Should -Be $Value.Count
        "$back" | Should -Be "$Value"
    }

    It 'keeps lists' {
        $list = [System.Collections.Generic.List[object]]@(1, 'two')
        $back = (Send-Value @{ Value = $list }).Value
        $back.GetType() | Should -Be $list.GetType()
        $back[1] | Should -Be 'two'
        $numbers = (Send-Value @{ Value = [System.Collections.Generic.List[int]]@(1, 2) }).Value
        $numbers.GetType() | Should -Be ([System.Collections.Generic.List[int]])
        (Send-Value @{ Value = [System.Collections.ArrayList]@(1, 2) }).Value.GetType() | Should -Be ([System.Collections.ArrayList])
    }

    It 'keeps hashtables, which ignore case' {
        $back = (Send-Value @{ Value = @{ Name = 'x'; 5 = 'five'; inner = @{ list = 1, 2 } } }).Value
        $back.GetType() | Should -Be ([hashtable])
        $back['NAME'] | Should -Be 'x'
        $back[5] | Should -Be 'five'
        $back.inner.LIST[1] | Should -Be 2
    }

    It 'keeps hashtables that mind case' {
        $table = [hashtable]::new()
        $table['a'] = 1
        $table['A'] = 2
        $back = (Send-Value @{ Value = $table }).Value
        $back.Count | Should -Be 2
        $back['A'] | Should -Be 2
    }

    It 'takes synchronized hashtables' {
        $back = (Send-Value @{ Value = [hashtable]::Synchronized(@{ a = 1 }) }).Value
        $back.GetType() | Should -Be ([hashtable])
        $back['A'] | Should -Be 1
    }

    It 'keeps the order of ordered dictionaries' {
        $back = (Send-Value @{ Value = [ordered]@{ z = 1; a = 2; M = 3 } }).Value
        $back.GetType() | Should -Be ([System.Collections.Specialized.OrderedDictionary])
        $back.Keys -join ',' | Should -Be 'z,a,M'
        $back['m'] | Should -Be 3
    }

    It 'gives copies' {
        Set-ZState value @{ list = @(1, 2) }
        $first = Get-ZState value
        $first.list[0] = 99
        $first.more = 1
        (Get-ZState value).list[0] | Should -Be 1
        (Get-ZState value).Count | Should -Be 1
    }
}

Describe 'PowerShell''s own objects' {
    It 'keeps the order and type names of a custom object' {
        $object = [pscustomobject]@{ PSTypeName = 'My.Server'; Port = 80; Name = 'x'; Tags = @('a', 'b'); Owner = [pscustomobject]@{ Id = 1 } }
        $back = (Send-Value @{ Value = $object }).Value
        @($back.PSObject.Properties).Name -join ',' | Should -Be 'Port,Name,Tags,Owner'
        $back.PSObject.TypeNames[0] | Should -Be 'My.Server'
        $back.Tags[1] | Should -Be 'b'
        $back.Owner.Id | Should -Be 1
    }

    It 'makes a plain custom object plain again' {
        $back = (Send-Value @{ Value = [pscustomobject]@{ a = 1 } }).Value
        $back -is [pscustomobject] | Should -BeTrue
        $back.PSObject.TypeNames[0] | Should -Be 'System.Management.Automation.PSCustomObject'
    }

    It 'evaluates script properties' {
        $object = [pscustomobject]@{ Half = 21 }
        $object.PSObject.Properties.Add([psscriptproperty]::new('Whole', { $this.Half * 2 }))
        $back = (Send-Value @{ Value = $object }).Value
        $back.Whole | Should -Be 42
        $back.PSObject.Properties['Whole'].MemberType | Should -Be 'NoteProperty'
    }

    It 'sends a script block as text and rebuilds it' {
        $back = (Send-Value @{ Value = { param($x) $x * 2 } }).Value
        $back -is [scriptblock] | Should -BeTrue
        & $back 21 | Should -Be 42
    }

    It 'takes a string with added properties as the string' {
        $line = [psobject]'text'
        $line.PSObject.Properties.Add([psnoteproperty]::new('ReadCount', 1))
        (Send-Value @{ Value = $line }).Value.GetType() | Should -Be ([string])
    }

    It 'delivers other objects as jobs do' {
        $back = (Send-Value @{ Value = [System.IO.FileInfo](Join-Path $PSScriptRoot 'Values.Tests.ps1') }).Value
        $back.PSObject.TypeNames[0] | Should -Be 'Deserialized.System.IO.FileInfo'
        $back.Name | Should -Be 'Values.Tests.ps1'
    }

    It 'delivers other collections as lists and tables' {
        (Send-Value @{ Value = [System.Collections.Generic.HashSet[int]]::new([int[]](1, 2)) }).Value.GetType() | Should -Be ([System.Collections.ArrayList])
        $counts = [System.Collections.Generic.Dictionary[string, int]]::new()
        $counts['a'] = 1
        $back = (Send-Value @{ Value = $counts }).Value
        $back.GetType() | Should -Be ([hashtable])
        $back['a'] | Should -Be 1
    }
}

Describe 'A refused value' {
    BeforeAll {
        # A class that the parser need not know beforehand.
        $instance = & ([scriptblock]::Create('class ZProcValuesTestClass { [int] $A = 1 } [ZProcValuesTestClass]::new()'))
        $cycle = [pscustomobject]@{ self = $null }
        $cycle.self = @{ back = $cycle }
        $refused = @{
            Secret     = @{ servers = @(1, 2, 3, @{ credential = [securestring]::new() }) }
            Credential = @{ 'my key' = [pscredential]::new('me', [securestring]::new()) }
            Class      = [pscustomobject]@{ list = @($instance) }
            Cycle      = $cycle
        }
    }

    It 'names the path of <Name>' -ForEach @(
        @{ Name = 'Secret'; Path = '$.servers[3].credential' }
        @{ Name = 'Credential'; Path = '$[''my key''].Password' }
        @{ Name = 'Class'; Path = '$.list[0]' }
        @{ Name = 'Cycle'; Path = '$.self.back' }
    ) {
        Set-ZState value 'before'
        $caught = $null
        try {
            Set-ZState value $refused[$Name] -ErrorAction Stop
        }
        catch {
            $caught = $_
        }

        $caught.FullyQualifiedErrorId.StartsWith('ZProc.ValueNotSupported') | Should -BeTrue
        $caught.Exception.Message.Contains($Path) | Should -BeTrue
        Get-ZState value | Should -Be 'before'
    }
}

Describe 'Writing an equal value' {
    It 'is no update for <Name>' -ForEach @(
        @{ Name = 'a number'; Value = 5 }
        @{ Name = 'a hashtable'; Value = @{ a = 1; b = @(1, 2); c = @{ d = 'x' } } }
        @{ Name = 'a custom object'; Value = [pscustomobject]@{ a = 1 } }
        @{ Name = 'a delivered object'; Value = [version].Assembly.GetName() }
    ) {
        Set-ZState value $Value
        $revision = $State.Revision
        Set-ZState value (Get-ZState value)
        $State.Revision | Should -Be $revision
        Set-ZState value 'another'
        $State.Revision | Should -Be ($revision + 1)
    }
}
