BeforeDiscovery {
    . "$PSScriptRoot/Common.ps1"
}

BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
}

Describe 'The state, from <Where>' -ForEach $places {
    BeforeEach {
        $owner = Start-OwnerContext $Remote
        $state = (Get-ZProcContext | Select-Object -Last 1).State
    }

    AfterEach {
        Stop-OwnerContext $Remote
    }

    It 'sets and gets a key' {
        Set-ZState cookies 5
        Get-ZState cookies | Should -Be 5
        $state.cookies | Should -Be 5
        $state['cookies'] | Should -Be 5
    }

    It 'sets many keys as one update' {
        $before = $state.Revision
        Set-ZState -InputObject @{ a = 1; b = 'two'; c = $null }
        $state.Revision | Should -Be ($before + 1)
        $state.b | Should -Be 'two'
        Test-ZState c | Should -BeTrue
    }

    It 'takes dictionaries and objects with a key and a value from the pipeline' {
        @{ a = 1 }, @{ b = 2 } | Set-ZState
        [pscustomobject]@{ Key = 'c'; Value = 3 } | Set-ZState
        (Get-ZState).Values | Should -Be @(1, 2, 3)
    }

    It 'outputs the whole namespace, ordered' {
        Set-ZState -InputObject @{ b = 2; a = 1 }
        Set-ZState B 3
        $all = Get-ZState
        $all | Should -BeOfType ([System.Collections.Specialized.OrderedDictionary])
        @($all.Keys) | Should -BeExactly @('B', 'a', 'b')
    }

    It 'outputs chosen keys and wildcards' {
        Set-ZState -InputObject @{ apple = 1; apricot = 2; bean = 3; 'a*' = 4 }
        @((Get-ZState ap*).Keys) | Should -Be @('apple', 'apricot')
        @((Get-ZState bean, ap*).Keys) | Should -Be @('bean', 'apple', 'apricot')
        (Get-ZState nothing*).Count | Should -Be 0
        Get-ZState -LiteralKey 'a*' | Should -Be 4
        Test-ZState -LiteralKey 'b*' | Should -BeFalse
        Test-ZState b* | Should -BeTrue
    }

    It 'takes keys from the pipeline, and says when a pattern is malformed' {
        Set-ZState -InputObject @{ a = 1; b = 2; c = 3 }
        @(('a', 'c' | Get-ZState).Values) | Should -Be @(1, 3)
        { Get-ZState '[a' -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.KeyNotFound*'
        { Remove-ZState '[a' -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.KeyNotFound*'
        (Get-ZState).Count | Should -Be 3
    }

    It 'says when a key is missing, and goes on' {
        { Get-ZState missing -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.KeyNotFound*'
        Set-ZState here 1
        $found = Get-ZState missing, here -ErrorAction SilentlyContinue -ErrorVariable problem
        $found.here | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'ZProc.KeyNotFound*'
        $problem[0].TargetObject | Should -Be 'missing'
        Get-ZState missing -Default 7 | Should -Be 7
        Get-ZState missing -Default $null | Should -BeNullOrEmpty
        $state.missing | Should -BeNullOrEmpty
        $state.Get('missing', 'x') | Should -Be 'x'
    }

    It 'takes entries from the pipeline as they are' {
        Set-ZState -InputObject @{ 'b*' = 1; bb = 2; bc = 3 }
        Get-ZState -Detailed | Where-Object Key -EQ 'b*' | Remove-ZState
        @((Get-ZState).Keys) | Should -Be @('bb', 'bc')
        Set-ZState 'b*' 4
        Get-ZState -LiteralKey 'b*' -Detailed | Test-ZState | Should -BeTrue
        Get-ZState -Detailed | Set-ZState -Namespace copy
        (Get-ZState -Namespace copy).Count | Should -Be 3
    }

    It 'removes keys and outputs them on request' {
        Set-ZState -InputObject @{ a = 1; b = 2; c = 3 }
        Remove-ZState a
        Remove-ZState b -PassThru | Should -Be 2
        { Remove-ZState a -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.KeyNotFound*'
        'c' | Remove-ZState
        (Get-ZState).Count | Should -Be 0
    }

    It 'clears a namespace as one update' {
        Set-ZState -InputObject @{ a = 1; b = 2 }
        $before = $state.Revision
        Clear-ZState
        $state.Count | Should -Be 0
        $state.Revision | Should -Be ($before + 1)
    }

    It 'changes nothing with -WhatIf' {
        Set-ZState a 1
        Set-ZState a 2 -WhatIf
        Remove-ZState a -WhatIf
        Clear-ZState -WhatIf
        Update-ZState { $State.a = 3 } -WhatIf
        Update-ZState a -Increment 1 -WhatIf
        Get-ZState a | Should -Be 1
    }

    It 'writes on conditions' {
        Set-ZState a 1 -IfAbsent
        { Set-ZState a 2 -IfAbsent -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Conflict*'
        Set-ZState a 2 -IfEqual 1
        { Set-ZState a 3 -IfEqual 1 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Conflict*'
        Set-ZState a 3 -IfRevision 2
        { Set-ZState a 4 -IfRevision 2 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Conflict*'
        Get-ZState a | Should -Be 3
    }

    It 'goes on in a pipeline with the object after one that fails, and ends where the object is an argument' {
        Set-ZState a 1
        Set-ZState text 'abc'
        @{ a = 2 }, @{ b = 2 } | Set-ZState -IfAbsent -ErrorVariable failures -ErrorAction SilentlyContinue
        'text', 'n' | Update-ZState -Increment 1 -ErrorVariable +failures -ErrorAction SilentlyContinue | Should -Be 1
        ($failures.FullyQualifiedErrorId -replace ',.*') | Should -Be 'ZProc.Conflict', 'ZProc.InvalidArgument'
        $failures.TargetObject | Should -Be 'a', 'text'
        (Get-ZState).Values | Should -Be @(1, 2, 1, 'abc')
        { Set-ZState @{ a = 2 } -IfAbsent -ErrorAction Ignore } | Should -Throw -ErrorId 'ZProc.Conflict*'
        { Update-ZState text -Increment 1 -ErrorAction Ignore } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
    }

    It 'changes one key in one step' {
        Update-ZState n -Increment 5 | Should -Be 5
        Update-ZState n -Increment -2 | Should -Be 3
        (Update-ZState list -Append 'a') | Should -Be @('a')
        (Update-ZState list -Append 'b') | Should -Be @('a', 'b')
        Set-ZState text 'abc'
        { Update-ZState text -Increment 1 } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        Get-ZState text | Should -Be 'abc'
    }

    It 'is a dictionary' {
        $state.a = 1
        $state['b'] = 2
        $state.a++
        $state.a += 10
        $state.a | Should -Be 12
        $state.Keys | Should -Be @('a', 'b')
        $state.Values | Should -Be @(12, 2)
        $state.Count | Should -Be 2
        $state.Contains('a') | Should -BeTrue
        $state.Remove('a')
        $state.Contains('a') | Should -BeFalse
        $state.Pop('b') | Should -Be 2
        { $state.Pop('b') } | Should -Throw -ErrorId 'ZProc.KeyNotFound*'
        $state.Pop('b', 'none') | Should -Be 'none'
        $state.SetDefault('c', 1) | Should -Be 1
        $state.SetDefault('c', 2) | Should -Be 1
        $state.Merge(@{ d = 4; e = 5 })
        $state.CompareAndSet('d', 4, 44) | Should -BeTrue
        $state.CompareAndSet('d', 4, 45) | Should -BeFalse
        ($state.GetEnumerator() | ForEach-Object { "$($_.Key)=$($_.Value)" }) -join ',' | Should -Be 'c=1,d=44,e=5'
        $state.ReplaceAll(@{ only = 1 })
        $state.PopAny().Key | Should -Be 'only'
        $state.Clear()
        { $state.PopAny() } | Should -Throw -ErrorId 'ZProc.KeyNotFound*'
        $state.Increment('n', 2) | Should -Be 2
        $state.Append('l', 1) | Should -Be @(1)
    }

    It 'hands out copies' {
        $state.list = @(1, 2)
        $copy = $state.list
        $copy[0] = 99
        $state.list | Should -Be @(1, 2)
        $table = @{ inner = @{ x = 1 } }
        $state.table = $table
        $table.inner.x = 2
        $state.table.inner.x | Should -Be 1
    }

    It 'keeps types: <Name>' -ForEach @(
        @{ Name = 'int'; Make = { 5 } }
        @{ Name = 'long'; Make = { 5L } }
        @{ Name = 'double'; Make = { 0.1 } }
        @{ Name = 'decimal'; Make = { 1.50d } }
        @{ Name = 'bool'; Make = { $true } }
        @{ Name = 'string'; Make = { 'ünï😀' } }
        @{ Name = 'char'; Make = { [char]'x' } }
        @{ Name = 'datetime'; Make = { [datetime]::new(2026, 1, 2, 3, 4, 5, [System.DateTimeKind]::Utc) } }
        @{ Name = 'timespan'; Make = { [timespan]::FromSeconds(1.5) } }
        @{ Name = 'guid'; Make = { [guid]'11111111-2222-3333-4444-555555555555' } }
        @{ Name = 'version'; Make = { [version]'1.2.3' } }
        @{ Name = 'uri'; Make = { [uri]'http://example.org/a?b' } }
        @{ Name = 'bigint'; Make = { [bigint]::Pow(2, 100) } }
        @{ Name = 'enum'; Make = { [System.DayOfWeek]::Friday } }
    ) {
        $value = & $Make
        Set-ZState value $value
        $back = Get-ZState value
        $back.GetType() | Should -Be $value.GetType()
        $back | Should -BeExactly $value
    }

    It 'keeps objects, dictionaries and script blocks' {
        Set-ZState object ([pscustomobject]@{ b = 1; a = @(1, @{ deep = 'x' }) })
        $object = Get-ZState object
        $object.psobject.Properties.Name | Should -Be @('b', 'a')
        $object.a[1].deep | Should -Be 'x'
        Set-ZState ordered ([ordered]@{ z = 1; a = 2 })
        @((Get-ZState ordered).Keys) | Should -Be @('z', 'a')
        Set-ZState block { param($x) $x * 2 }
        & (Get-ZState block) 21 | Should -Be 42
        Set-ZState bytes ([byte[]](1, 2, 255))
        (Get-ZState bytes).GetType() | Should -Be ([byte[]])
    }

    It 'refuses a value that cannot travel and names its path: <Path>' -ForEach @(
        @{ Path = '$'; Make = { [securestring]::new() } }
        @{ Path = '$.servers[1].credential'; Make = { @{ servers = @(1, @{ credential = [securestring]::new() }) } } }
    ) {
        $value = & $Make
        Set-ZState a 'before'
        $failure = { Set-ZState a $value -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.ValueNotSupported*' -PassThru
        $failure.Exception.Message | Should -BeLike "*$([WildcardPattern]::Escape($Path))*"
        Get-ZState a | Should -Be 'before'
    }

    It 'refuses a value that contains itself' {
        $loop = @{}
        $loop.self = $loop
        { Set-ZState a $loop -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.ValueNotSupported*'
    }

    It 'refuses the key <Name>' -ForEach @(
        @{ Name = 'that is too long'; Key = 'k' * 1025 }
        @{ Name = 'with a control character'; Key = "a`tb" }
        @{ Name = 'that is empty'; Key = '' }
        @{ Name = 'that begins with half a character'; Key = "$([char] 0xd83d)a" }
        @{ Name = 'that ends with half a character'; Key = "a$([char] 0xd83d)" }
        @{ Name = 'with the halves of a character swapped'; Key = "a$([char] 0xde00)$([char] 0xd83d)" }
    ) {
        Set-ZState good 1
        foreach ($do in { Set-ZState $Key 1 }, { Get-ZState $Key }, { Test-ZState $Key }, { Remove-ZState $Key }, { Remove-ZState -LiteralKey $Key },
            { Update-ZState $Key -Increment 1 }, { Update-ZState $Key -Append 1 }, { Update-ZState $Key -Merge @{ a = 1 } },
            { Set-ZState -InputObject @{ $Key = 1 } }, { Set-ZState $Key 1 -NoWait }, { Get-ZState $Key -History }, { Get-ZState $Key -Revision 1 },
            { $state[$Key] = 1 }, { $state[$Key] }, { $state.Remove($Key) }, { Update-ZState { $State[$Key] = 1 } }) {
            $problem = try { & $do -ErrorAction Stop 2>&1 } catch { $_ }
            "$do : $($problem.FullyQualifiedErrorId -replace ',.*')" | Should -Be "$do : ZProc.InvalidKey"
        }

        Test-ZState $Key, good -ErrorAction SilentlyContinue | Should -Be $true
        Remove-ZState $Key, good -PassThru -ErrorAction SilentlyContinue | Should -Be 1
        if ($Key) { { Set-ZState a 1 -Namespace $Key -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.InvalidKey*' }
    }

    It 'takes the key <_>' -ForEach 'one character', "$([char] 0xd83d)$([char] 0xde00)", "e$([char] 0x301)", ('k' * 1024) {
        Set-ZState $_ 1
        Start-ZProcess -Props $_ { $State.Contains($Props); @($State.Keys) -ccontains $Props } | Receive-ZProcess -Wait | Should -Be $true, $true
    }

    It 'does not take an error for a missing key, however it is asked' {
        $state['missing'] | Should -BeNullOrEmpty
        { $state[1] } | Should -Throw -ErrorId 'ZProc.InvalidKey*'
        { $state[$null] } | Should -Throw -ErrorId 'ZProc.InvalidKey*'
        $lost = Start-ZProcContext lost
        $gone = $lost.State
        $gone.a = 1
        Stop-ZProcContext lost
        { $gone['a'] } | Should -Throw -ErrorId 'ZProc.ContextStopped*'
        { $gone.a } | Should -Throw -ErrorId 'ZProc.ContextStopped*'
        { ([psobject] $gone)['a'] } | Should -Throw -ErrorId 'ZProc.ContextStopped*'
    }

    It 'refuses a key that is no string' {
        { $state[1] = 1 } | Should -Throw -ErrorId 'ZProc.InvalidKey*'
    }

    It 'does not let anybody write its own records' {
        { Set-ZState a 1 -Namespace '$processes' -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.InvalidKey*'
    }

    It 'completes keys with Tab' {
        Set-ZState -InputObject @{ apple = 1; apricot = 2; 'b c' = 3 }
        $line = 'Get-ZState a'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be @('apple', 'apricot')
        Set-ZState -InputObject @{ 'x*' = 1; 'xyz' = 2 }
        $line = 'Remove-ZState x'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be @("'x*'", 'xyz')
        $line = 'Set-ZState x'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be @("'x*'", 'xyz')
        $line = 'Get-ZState b'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be "'b c'"
    }
}
