# Keys with wildcard characters. A key that exists exactly as typed always means itself, in every command and for Tab.

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    $context = Start-ZProcContext
    $state = $context.State

    function Get-Completion([string] $Line) {
        (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText
    }
}

AfterAll {
    Stop-ZProcContext
}

Describe 'A key with brackets' {
    BeforeEach {
        $state.ReplaceAll(@{ 'log[1].txt' = 'a'; 'log1.txt' = 'b'; 'log2.txt' = 'c'; '[x' = 'd'; 'a*' = 'e'; 'ab' = 'f'; 'tick`*' = 'g' })
    }

    It 'is read, tested and removed by its name alone' {
        Get-ZState 'log[1].txt' | Should -Be 'a'
        (Get-ZState 'log[1].txt' -Detailed).Key | Should -Be 'log[1].txt'
        Get-ZState '[x' | Should -Be 'd'
        Get-ZState 'a*' | Should -Be 'e'
        Get-ZState 'tick`*' | Should -Be 'g'
        @((Get-ZState 'log[1].txt', 'log2.txt').Values) | Should -Be 'a', 'c'
        'log[1].txt', '[x' | Test-ZState | Should -Be $true, $true
        Remove-ZState 'log[1].txt', 'a*', '[x'
        @($state.Keys) | Should -Be 'ab', 'log1.txt', 'log2.txt', 'tick`*'
    }

    It 'is a pattern where no key has exactly that name' {
        @((Get-ZState 'log[12].txt').Keys) | Should -Be 'log1.txt', 'log2.txt'
        Test-ZState 'log[3].txt' | Should -BeFalse
        Test-ZState 'log[2].txt' | Should -BeTrue
        $state.Remove('log[1].txt')
        @((Get-ZState 'log[1].txt').Keys) | Should -Be 'log1.txt'
        @((Get-ZState 'log`[1].txt', 'ab' -ErrorAction SilentlyContinue).Keys) | Should -Be 'ab'
    }

    It 'is a name where the text is no valid pattern' {
        Test-ZState '[z' | Should -BeFalse
        { Get-ZState '[z' -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.KeyNotFound*'
        { Remove-ZState '[z' -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.KeyNotFound*'
    }

    It 'has a history, and a past' {
        $revision = $state.Revision
        $state['log1.txt'] = 'b2'
        $state['log[1].txt'] = 'a2'
        @(Get-ZState 'log[1].txt' -History)[-1].Keys | Should -Be 'log[1].txt'
        @(Get-ZState 'log[1].txt' -History).Where({ 'log1.txt' -in $_.Keys -and 'log[1].txt' -notin $_.Keys }) | Should -BeNullOrEmpty
        Get-ZState 'log[1].txt' -Revision $revision | Should -Be 'a'
        Remove-ZState 'log[1].txt'
        @(Get-ZState 'log[1].txt' -History)[-1].Keys | Should -Be 'log[1].txt'
    }

    It 'is waited for and watched by its name alone' {
        Wait-ZState 'log[1].txt' -Equal 'a' -TimeoutSec 60 | Should -Be 'a'
        $watcher = Register-ZStateWatcher 'log[1].txt'
        $others = Register-ZStateWatcher -ExcludeKey 'log[1].txt'
        $state['log1.txt'] = 'not seen'
        $state['log[1].txt'] = 'seen'
        Wait-ZState -Watcher $watcher -TimeoutSec 60 | Should -Be 'seen'
        (Wait-ZState -Watcher $others -TimeoutSec 60 -Detailed).Keys | Should -Be 'log1.txt'
        Unregister-ZStateWatcher -Id $watcher.Id, $others.Id
    }

    It 'is waited for before it exists' {
        $state.Clear()
        $watcher = Register-ZStateWatcher 'new[1]', '[broken'
        $one = Register-ZStateWatcher 'new[1]'
        $state['new[1]'] = 1
        $state['[broken'] = 2
        $state['new1'] = 3
        @(1..3 | ForEach-Object { (Wait-ZState -Watcher $watcher -TimeoutSec 60 -Detailed).Keys }) | Should -Be 'new[1]', '[broken', 'new1'
        Wait-ZState -Watcher $one -TimeoutSec 60 | Should -Be 1
        Unregister-ZStateWatcher -Id $watcher.Id, $one.Id
    }

    It 'is watched in an action, in -As <_>' -ForEach 'Process', 'Runspace' {
        $watcher = Register-ZStateWatcher 'log[1].txt' -As $_ -Count 1 -Action { "$($Update.Keys) $($Update.Value)" }
        $state['log1.txt'] = 'not seen'
        $state['log[1].txt'] = 'seen'
        $watcher.Process | Receive-ZProcess -Wait | Should -Be 'log[1].txt seen'
        Unregister-ZStateWatcher -Id $watcher.Id
    }

    It 'is completed by Tab as it is' {
        Get-Completion 'Get-ZState log[' | Should -Be "'log[1].txt'"
        Get-Completion 'Remove-ZState -Key a' | Should -Be "'a*'", 'ab'
        Get-Completion 'Wait-ZState log[' | Should -Be "'log[1].txt'"
        Get-Completion 'Set-ZState log[' | Should -Be "'log[1].txt'"
    }
}

Describe 'Another name with brackets' {
    It 'means itself: of a namespace' {
        Set-ZState k 1 -Namespace 'ns[1]'
        Set-ZState k 2 -Namespace 'ns1'
        (Get-ZStateNamespace 'ns[1]').Name | Should -Be 'ns[1]'
        (Get-ZStateNamespace 'ns[1]*').Name | Should -Be 'ns1'
        Get-Completion 'Get-ZStateNamespace ns[' | Should -Be "'ns[1]'"
        Remove-ZStateNamespace 'ns[1]'
        (Get-ZStateNamespace 'ns*').Name | Should -Be 'ns1'
    }

    It 'means itself: of a process, a watcher and a context' {
        $null = Start-ZProcess -As Runspace -Name 'p[1]' { } | Wait-ZProcess
        $null = Start-ZProcess -As Runspace -Name 'p1' { } | Wait-ZProcess
        (Get-ZProcess 'p[1]').Name | Should -Be 'p[1]'
        (Get-ZProcess 'P[12]').Name | Should -Be 'p1'
        { Get-ZProcess '[p' -ErrorAction Stop } | Should -Throw '*p*' -ErrorId 'ZProc.*'
        (Get-Job -Name 'p[1]').Name | Should -Contain 'p[1]'
        Get-Completion 'Get-ZProcess p[' | Should -Be "'p[1]'"
        Remove-ZProcess 'p[1]', 'p1'
        $null = Register-ZStateWatcher k -Name 'w[1]'
        (Get-ZStateWatcher 'w[1]').Name | Should -Be 'w[1]'
        Unregister-ZStateWatcher 'w[1]'
        $other = Start-ZProcContext 'c[1]'
        try { (Get-ZProcContext 'c[1]').Name | Should -Be 'c[1]' } finally { Stop-ZProcContext $other }
    }
}

Describe 'A dictionary in the place of a key' {
    BeforeEach {
        $state.Clear()
    }

    It 'has its keys set by Set-ZState, as one update: <Name>' -ForEach @(
        @{ Name = 'a table'; Set = { Set-ZState @{ a = 1; b = 2 } } }
        @{ Name = 'an ordered one'; Set = { Set-ZState ([ordered] @{ a = 1; b = 2 }) } }
        @{ Name = 'by name'; Set = { Set-ZState -InputObject @{ a = 1; b = 2 } } }
        @{ Name = 'from the pipeline'; Set = { @{ a = 1; b = 2 } | Set-ZState } }
        @{ Name = 'a state'; Set = { $state.Fork('source').ReplaceAll(@{ a = 1; b = 2 }); Set-ZState $state.Fork('source') } }
    ) {
        $before = $state.Revision
        & $Set
        $state -eq @{ a = 1; b = 2 } | Should -BeTrue
        $state.Revision - $before | Should -Be 1
    }

    It 'is refused elsewhere, as every object that is no text: <Name>' -ForEach @(
        @{ Name = 'set, by name'; Use = { Set-ZState -Key @{ a = 1 } 5 } }
        @{ Name = 'set, with a value'; Use = { Set-ZState @{ a = 1 } 5 } }
        @{ Name = 'set, an object'; Use = { Set-ZState ([pscustomobject] @{ a = 1 }) } }
        @{ Name = 'set, a block'; Use = { Set-ZState { a } 1 } }
        @{ Name = 'get'; Use = { Get-ZState @{ a = 1 } } }
        @{ Name = 'get, from the pipeline'; Use = { @{ a = 1 } | Get-ZState -ErrorAction Stop } }
        @{ Name = 'get, an object'; Use = { Get-ZState ([pscustomobject] @{ a = 1 }) } }
        @{ Name = 'get, among others'; Use = { Get-ZState 'a', @{ a = 1 } } }
        @{ Name = 'get, literally'; Use = { Get-ZState -LiteralKey @{ a = 1 } } }
        @{ Name = 'get, the history'; Use = { Get-ZState @{ a = 1 } -History } }
        @{ Name = 'test'; Use = { Test-ZState @{ a = 1 } } }
        @{ Name = 'test, literally'; Use = { Test-ZState -LiteralKey { } } }
        @{ Name = 'remove'; Use = { Remove-ZState ([ordered] @{ a = 1 }) } }
        @{ Name = 'remove, from the pipeline'; Use = { @{ a = 1 } | Remove-ZState -ErrorAction Stop } }
        @{ Name = 'update'; Use = { Update-ZState @{ a = 1 } -Increment 1 } }
        @{ Name = 'wait'; Use = { Wait-ZState @{ a = 1 } -TimeoutSec 0 } }
        @{ Name = 'wait, excluded'; Use = { Wait-ZState -ExcludeKey @{ a = 1 } -TimeoutSec 0 } }
    ) {
        $failure = $Use | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Match '^(ParameterArgumentTransformationError|PositionalParameterNotFound|InputObjectNotBound),'
        $state.Count | Should -Be 0
    }

    It 'is refused as an object of ZProc is, which a pipeline gives by its key' {
        Set-ZState n 5
        $entry = Get-ZState n -Detailed
        $update = Get-ZState n -History
        $watcher = Register-ZStateWatcher n
        $process = Start-ZProcess -As Runspace { } | Wait-ZProcess
        { Set-ZState $entry 7 } | Should -Throw '*An entry cannot be a key*'
        { Update-ZState $entry -Increment 1 } | Should -Throw '*An entry cannot be a key*'
        { Remove-ZState $entry } | Should -Throw '*An entry cannot be a key*'
        { Get-ZState $update } | Should -Throw '*An update cannot be a key*'
        { Wait-ZState $process -TimeoutSec 0 } | Should -Throw '*A process cannot be a key*'
        { Wait-ZState $watcher -TimeoutSec 0 } | Should -Throw '*A watcher cannot be a key*'
        { Register-ZStateWatcher $watcher { } } | Should -Throw '*A watcher cannot be a key*'
        (Get-ZStateWatcher).Id | Should -Be $watcher.Id
        (Get-ZState).Keys | Should -Be 'n'
        $entry | Update-ZState -Increment 1 | Should -Be 6
        $watcher | Get-ZState | Should -Be 6
        $entry | Set-ZState
        $entry | Get-ZState | Should -Be 5
        $entry | Remove-ZState
        $state.Count | Should -Be 0
        Unregister-ZStateWatcher $watcher
        Remove-ZProcess $process
    }

    It 'says what to write instead' {
        { Get-ZState @{ a = 1 } } | Should -Throw '*A dictionary cannot be a key*'
        { Set-ZState ([pscustomobject] @{ a = 1 }) 1 } | Should -Throw '*An object with properties cannot be a key*'
        { $state[@{ a = 1 }] } | Should -Throw '*A key is a string*' -ErrorId 'ZProc.InvalidKey*'
    }
}

Describe 'A key' {
    BeforeEach {
        $state.Clear()
    }

    It 'is everything whose text is its value: <Key>' -ForEach @(
        @{ Key = 5; Text = '5' }
        @{ Key = [char] 'c'; Text = 'c' }
        @{ Key = [DayOfWeek]::Monday; Text = 'Monday' }
        @{ Key = [guid] '0d3c1f5a-0000-0000-0000-000000000000'; Text = '0d3c1f5a-0000-0000-0000-000000000000' }
        @{ Key = [System.IO.FileInfo] '/a/b.txt'; Text = "$([System.IO.FileInfo] '/a/b.txt')" }
    ) {
        Set-ZState $Key 'value'
        @($state.Keys) | Should -Be $Text
        Get-ZState $Key | Should -Be 'value'
        $Key | Test-ZState | Should -BeTrue
        Remove-ZState -LiteralKey $Key
        $state.Count | Should -Be 0
    }

    It 'is set, read and removed in each of these ways' {
        Set-ZState one 1
        Set-ZState none
        [pscustomobject] @{ Key = 'two'; Value = 2 } | Set-ZState
        @{ three = 3 }.GetEnumerator() | Set-ZState
        [pscustomobject] @{ Value = 4 } | Set-ZState four
        Set-ZState table @{ x = 1 }
        Set-ZState -Value 5 five
        'one', 'two' | Get-ZState | ForEach-Object { @($_.Values) } | Should -Be 1, 2
        [pscustomobject] @{ Key = 'three' } | Get-ZState | Should -Be 3
        [pscustomobject] @{ Key = 'four' } | Test-ZState | Should -BeTrue
        $state.five, $state.table.x, $state.Contains('none') | Should -Be 5, 1, $true
        [pscustomobject] @{ Key = 'one' }, [pscustomobject] @{ Key = 'two' } | Remove-ZState
        Get-ZState t*, five -Detailed | Remove-ZState
        @($state.Keys) | Should -Be 'four', 'none'
    }

    It 'that is $null is refused, and the message tells what a key is' {
        { Get-ZState x, $null } | Should -Throw '*$null*' -ErrorId 'ZProc.InvalidKey*'
        { Get-ZState x, $null -History } | Should -Throw -ErrorId 'ZProc.InvalidKey*'
        $failure = { $state[$null] } | Should -Throw -ErrorId 'ZProc.InvalidKey*' -PassThru
        "$failure" | Should -Not -BeLike '*Write*'
        { $state[5] } | Should -Throw "*Write `[[]'5'`]*"
    }

    It 'that has no history does not get the advice to use a parameter that -History does not have' {
        $failure = { Get-ZState nosuch -History -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.KeyNotFound*' -PassThru
        "$failure" | Should -Not -BeLike '*-Default*'
    }
}

Describe 'A write that waits for an atomic block' {
    It 'gives up at its deadline and changes nothing, in <_>' -ForEach 'the session', 'Process', 'Runspace' {
        $state.ReplaceAll(@{ n = 1; list = @(1); table = @{ a = 1 } })
        $held = [System.Threading.ManualResetEventSlim]::new()
        $free = [System.Threading.ManualResetEventSlim]::new()
        $holder = Start-ZProcess -As Runspace { $h = $using:held; $f = $using:free; Update-ZState { $h.Set(); $null = $f.Wait(300000) } }
        $writes = {
            foreach ($write in { Update-ZState n -Increment 1 -TimeoutSec 0.1 }, { Update-ZState list -Append 2 -TimeoutSec 0.1 }, { Update-ZState table -Merge @{ b = 2 } -Timeout 0.1 },
                { Set-ZState n 5 -TimeoutSec 0.1 }, { Set-ZState -InputObject @{ n = 5 } -TimeoutSeconds 0.1 }, { Remove-ZState n -TimeoutSec 0.1 }, { Clear-ZState -TimeoutSec 0.1 },
                { Remove-ZStateNamespace default -TimeoutSec 0.1 }, { Update-ZState { $State.n = 7 } -TimeoutSec 0.1 }) {
                try { & $write; 'done' } catch { $_.FullyQualifiedErrorId -replace ',.*' }
            }
        }
        try {
            $held.Wait(300000) | Should -BeTrue
            $said = if ($_ -eq 'the session') { & $writes } else { Start-ZProcess -As $_ $writes | Receive-ZProcess -Wait }
        }
        finally { $free.Set() }
        $said | Should -Be (@('ZProc.Timeout') * 9)
        $holder | Receive-ZProcess -Wait -ErrorAction Stop
        $state -eq @{ n = 1; list = @(1); table = @{ a = 1 } } | Should -BeTrue
        Update-ZState n -Increment 1 -TimeoutSec 120 | Should -Be 2
    }

    It 'has no deadline where it does not wait' {
        { Set-ZState n 1 -NoWait -TimeoutSec 1 -ErrorAction Stop } | Should -Throw '*-NoWait*' -ErrorId 'ZProc.InvalidArgument*'
    }
}
