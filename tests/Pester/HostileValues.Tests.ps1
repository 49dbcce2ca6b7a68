# Values of a buggy or hostile member, as PowerShell's readers meet them: each is data, or an error that names its key.

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    $inside = [System.Reflection.BindingFlags] 'Static, Instance, Public, NonPublic'
    $context = Start-ZProcContext
    $State = $context.State
    $client = [ZProc.Contexts.ZProcContext].GetProperty('Client', $inside).GetValue($context)
    $core = $client.GetType().Assembly
    $source = $core.GetType('ZProc.Core.State.Source')::new([guid]::NewGuid(), 'hostile', 1)
    $values = [ZProc.Contexts.ZProcContext].Assembly.GetType('ZProc.Values.PowerShellValues')
    $decode = $values.GetMethods($inside).Where{ $_.Name -eq 'Decode' -and $_.GetParameters().Count -eq 1 }[0]

    # Commits an object of the core, past PowerShell's own checks.
    function Set-CoreValue([string] $Key, [object] $Value) {
        $changes = [array]::CreateInstance($core.GetType('ZProc.Core.State.Change'), 1)
        $operand = $core.GetType('ZProc.Core.Values.ValueCodec')::Encode($Value, $null, $null)
        $changes[0] = $core.GetType('ZProc.Core.State.Change')::new(1, $Key, $operand, [Activator]::CreateInstance($core.GetType('ZProc.Core.State.Precondition')))
        $request = $core.GetType('ZProc.Core.State.CommitRequest')::new('default', $source, $changes, 0, $false, $false)
        $null = $client.Commit($request, [Activator]::CreateInstance($core.GetType('ZProc.Core.Deadline')), [System.Threading.CancellationToken]::None)
    }

    function New-CliXml([string] $Xml) { $core.GetType('ZProc.Core.Values.CliXml')::new($Xml) }
}

AfterAll {
    Stop-ZProcContext
}

Describe 'A value that PowerShell refuses' {
    BeforeAll {
        $State.ReplaceAll(@{ good = 1; other = 'x' })
        # The core cannot know what PowerShell's parser takes.
        Set-CoreValue bad ($core.GetType('ZProc.Core.Values.ScriptText')::new('{ ('))
    }

    It 'is an error that names the key, also for the whole namespace: <Read>' -ForEach @(
        @{ Read = { Get-ZState } }, @{ Read = { Get-ZState bad } }, @{ Read = { Get-ZState * } }, @{ Read = { Get-ZState -LiteralKey bad } }
        @{ Read = { $State.bad } }, @{ Read = { $State['bad'] } }
    ) {
        $failure = { & $Read } | Should -Throw "*Key 'bad'*" -PassThru
        $failure.FullyQualifiedErrorId | Should -Match 'ZProc\.MalformedMessage'
    }

    It 'leaves the other keys readable' {
        Get-ZState good | Should -Be 1
        $State.other | Should -Be 'x'
        (Get-ZState [go]*).Count | Should -Be 2
        (Get-ZState -Detailed).Key | Should -Be bad, good, other
        (Get-ZState -Detailed | Where-Object Key -NE bad).Value | Should -Be 1, 'x'
    }

    It 'is shown by its kind where a line of many values shows it' {
        (Get-ZState -History | Select-Object -Last 1).ToString() | Should -Be 'bad = [ScriptText]'
    }

    It 'can be removed and replaced' {
        Set-ZState bad 2
        (Get-ZState).Count | Should -Be 3
    }
}

Describe 'An object of another .NET type' {
    It 'is data: its reader builds no type that the data name' {
        $state.culture = [cultureinfo] 'de-DE'
        $state.culture.PSObject.TypeNames[0] | Should -Be 'Deserialized.System.Globalization.CultureInfo'
        $state.culture.PSObject.BaseObject | Should -BeOfType ([System.Management.Automation.PSCustomObject])
        $state.culture.Name | Should -Be 'de-DE'
        [runspace]::DefaultRunspace | Should -Not -BeNullOrEmpty
    }

    It 'is refused by the writer and by the server if it holds the class of a CIM instance' {
        $instance = [pscustomobject] @{ PSTypeName = 'Deserialized.Microsoft.Management.Infrastructure.CimInstance#root/a'; __ClassMetadata = @(@{ ClassName = 'a' }) }
        $failure = { $State.cim = $instance } | Should -Throw '*__ClassMetadata*' -PassThru
        $failure.FullyQualifiedErrorId | Should -Match 'ZProc\.ValueNotSupported'
        { Set-CoreValue cim (New-CliXml ([System.Management.Automation.PSSerializer]::Serialize($instance))) } | Should -Throw '*__ClassMetadata*'
        $State.Contains('cim') | Should -BeFalse
    }
}

Describe 'CLIXML, changed at random' {
    It 'is decoded by PowerShell wherever the core accepts it' -Skip:([bool] $env:ZPROC_UNDER_WINE) {
        $random = [Random]::new(11)
        $encode = $core.GetType('ZProc.Core.Values.ValueCodec').GetMethod('Encode', $inside)
        $samples = @(
            Get-Item $PSScriptRoot; [Exception]::new('x', [ArgumentException]::new('y')); [cultureinfo] 'de-DE'; [mailaddress] 'a@b.example'
            [xml] '<a><b/></a>'; [System.Text.StringBuilder]::new('q'); [timezoneinfo]::Utc; [semver] '1.2.3-a'; [uri] 'https://a.example'
        ).ForEach{ [System.Management.Automation.PSSerializer]::Serialize($_, 1) }
        $parts = @(
            '<S N="a">b</S>'; '<Ref RefId="0" />'; '<Nil />'; '</Obj>'; '<MS>'; '<Obj RefId="1">'; '<ToString>x</ToString>'; '<TNRef RefId="0" />'; '<I64>5</I64>'
            '<XD>&lt;a/&gt;</XD>'; '<SBK>{</SBK>'; '_x000A_'; '<DCT>'; '<LST />'; '&#x0;'; '<Version>1.2</Version>'; '<C>65</C>'; '<PR />'; 'N="ToString" '
        )
        $accepted = 0
        foreach ($round in 1..3000) {
            $text = $samples[$random.Next($samples.Count)]
            foreach ($change in 1..$random.Next(2, 4)) {
                $at = $random.Next($text.Length)
                $text = switch ($random.Next(4)) {
                    0 { $text.Remove($at, 1) }
                    1 { $text.Insert($at, [char] $random.Next(32, 127)) }
                    2 { $text.Insert($text.IndexOf('>', $at) + 1, $parts[$random.Next($parts.Count)]) }
                    3 { $line = [Math]::Max(0, $text.LastIndexOf("`n", $at)); $text.Insert($line, $text.Substring($line, $at - $line)) }
                }
            }

            try { $encoded = $encode.Invoke($null, @((New-CliXml $text), $null, $null)) }
            catch {
                $_.Exception.InnerException.Fault | Should -Be 'ValueNotSupported' -Because $text
                continue
            }

            $accepted++
            try { $null = $decode.Invoke($null, @($encoded)) }
            catch { $_.Exception.InnerException.Message | Should -BeNullOrEmpty -Because $text }
        }

        $accepted | Should -BeGreaterThan 100
    }
}
