# The past of the state: how it was at a revision, and the updates that led to where it is. And how much of it is kept.

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"

    # The lines of a view.
    function Get-Line { @(($input | Out-String -Width 200) -replace "`e\[[0-9;]*m" -split "`r?`n" | Where-Object { $_.Trim() }) }
}

Describe 'The past, from <Where>' -ForEach @(
    @{ Where = 'the session that runs the server'; Remote = $false }
    @{ Where = 'a session that joined'; Remote = $true }
) {
    BeforeAll {
        $owner = Start-ZProcContext owner
        $context = if ($Remote) { Connect-ZProcContext $owner.ConnectionString -Name joined } else { $owner }
        Set-ZState a 1                                                   # 1
        Set-ZState -InputObject @{ a = 2; b = @{ x = 1 }; 'a*' = 'star' } # 2
        Remove-ZState a                                                  # 3
        Set-ZState A 'upper'                                             # 4
        Update-ZState { $State.a = 'back'; $State.b.x = 2; $State.c = @(1, 2) } # 5
        Set-ZState elsewhere 1 -Namespace other
        $whole = @(
            @{}
            @{ a = 1 }
            @{ a = 2; b = @{ x = 1 }; 'a*' = 'star' }
            @{ b = @{ x = 1 }; 'a*' = 'star' }
            @{ b = @{ x = 1 }; 'a*' = 'star' }
            @{ a = 'back'; b = @{ x = 2 }; 'a*' = 'star'; c = @(1, 2) }
        )
    }

    AfterAll {
        if ($Remote) {
            Disconnect-ZProcContext joined
        }

        Stop-ZProcContext owner
    }

    It 'is the whole namespace at every revision' {
        $scratch = $context.State.Fork('scratch')
        foreach ($revision in 0..5) {
            $then = Get-ZState -Revision $revision
            $then | Should -BeOfType ([System.Collections.Specialized.OrderedDictionary])
            $expected = [ordered]@{}
            foreach ($entry in $whole[$revision].GetEnumerator()) { $expected[$entry.Key] = $entry.Value }
            $scratch.ReplaceAll($then)
            if ($revision -ge 4) {
                $then['A'] | Should -Be 'upper'
                $scratch.Remove('A')
            }
            $scratch -eq $expected | Should -BeTrue -Because "of revision $revision"
        }
        @((Get-ZState -Revision 5).Keys) | Should -BeExactly @('A', 'a', 'a*', 'b', 'c')
        Remove-ZStateNamespace scratch
    }

    It 'is a key at a revision' {
        Get-ZState a -Revision 1 | Should -Be 1
        Get-ZState a -Revision 2 | Should -Be 2
        (Get-ZState b -Revision 4).x | Should -Be 1
        Get-ZState a -Revision 5 | Should -Be 'back'
        foreach ($revision in 0, 3, 4) {
            $failure = { Get-ZState a -Revision $revision -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.KeyNotFound*' -PassThru
            $failure.Exception.Message | Should -BeLike "*at revision $revision*"
            $failure.TargetObject | Should -Be 'a'
        }
        Get-ZState a -Revision 3 -Default 'none' | Should -Be 'none'
        Get-ZState a -Revision 0 -Default $null | Should -BeNullOrEmpty
        { Get-ZState "a`tb" -Revision 2 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.InvalidKey*'
    }

    It 'is chosen keys at a revision' {
        @((Get-ZState [a]* -Revision 2).Keys) | Should -Be @('a', 'a*')
        Get-ZState a* -Revision 3 | Should -Be 'star'
        Get-ZState -LiteralKey 'a*' -Revision 2 | Should -Be 'star'
        Get-ZState 'a`*' -Revision 2 | Should -Be 'star'
        $found = Get-ZState b, c, a -Revision 2 -ErrorAction SilentlyContinue -ErrorVariable problem
        @($found.Keys) | Should -Be @('b', 'a')
        $problem[0].TargetObject | Should -Be 'c'
        @(('a', 'b' | Get-ZState -Revision 2).Keys) | Should -Be @('a', 'b')
        (Get-ZState z* -Revision 2).Count | Should -Be 0
    }

    It 'says since when' {
        $entries = Get-ZState -Revision 4 -Detailed
        $entries.Key | Should -BeExactly @('A', 'a*', 'b')
        $entries.Revision | Should -Be @(4, 2, 2)
        $entries | ForEach-Object { $_.Updated | Should -BeOfType ([datetime]) }
        $entry = Get-ZState a -Revision 2 -Detailed
        $entry.Value, $entry.Revision | Should -Be @(2, 2)
        $entry.Updated | Should -BeLessOrEqual (Get-ZState a -Detailed).Updated
        (Get-ZState a -Revision 3 -Default 'none' -Detailed).Revision | Should -BeNullOrEmpty
    }

    It 'does not reach before the beginning or beyond the end' {
        { Get-ZState a -Revision -1 } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        { Get-ZState -Revision 6 } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        { Get-ZState a -Revision 6 -Default 1 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        (Get-ZState -Revision 0 -Namespace never).Count | Should -Be 0
        { Get-ZState -Revision 1 -Namespace never } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        { Get-ZState -Revision 1 -History } | Should -Throw -ErrorId 'AmbiguousParameterSet*'
    }

    It 'is the past of that namespace' {
        Get-ZState elsewhere -Revision 1 -Namespace other | Should -Be 1
        { Get-ZState elsewhere -Revision 1 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.KeyNotFound*'
        (Get-ZState -History -Namespace other).Keys | Should -Be 'elsewhere'
    }

    It 'is a copy' {
        $then = Get-ZState b -Revision 2
        $then.x = 99
        (Get-ZState b -Revision 2).x | Should -Be 1
        $update = @(Get-ZState b -History)[0]
        $update.After.b.x = 99
        @(Get-ZState b -History)[0].After.b.x | Should -Be 1
    }

    It 'is the same from inside a block, whatever that has changed' {
        { Update-ZState { $State.a = 'inside'; $State.Remove('c'); Get-ZState a -Revision 5 | Should -Be 'back'; (Get-ZState a -History)[-1].Value | Should -Be 'back'; throw 'away' } } | Should -Throw 'away'
    }

    It 'is the updates of a key, oldest first' {
        $updates = Get-ZState a -History
        $updates.Revision | Should -Be @(1, 2, 3, 5)
        $updates.Value | Should -Be @(1, 2, $null, 'back')
        $updates[0].Before.Count | Should -Be 0
        $updates[1].Before.a | Should -Be 1
        $updates[1].Keys | Should -BeExactly @('a', 'a*', 'b')
        $updates[1].After.b.x | Should -Be 1
        $updates[2].After.Count | Should -Be 0
        $updates[2].Before.a | Should -Be 2
        $updates[3].Source | Should -Be $context.Name
        $updates[3].Namespace | Should -Be 'default'
        $updates | ForEach-Object { $_.Timestamp | Should -BeOfType ([datetime]) }
        for ($i = 1; $i -lt 4; $i++) { $updates[$i].Sequence | Should -BeGreaterThan $updates[$i - 1].Sequence }
    }

    It 'is empty for no keys, and an error for an impossible revision' {
        @() | Get-ZState -History | Should -BeNullOrEmpty
        { Get-ZState -Revision $null } | Should -Throw
    }

    It 'is the updates of wildcards, of several keys and of all' {
        (Get-ZState [a]* -History).Revision | Should -Be @(1, 2, 3, 5)
        (Get-ZState a* -History).Revision | Should -Be 2
        (Get-ZState b, A -History).Revision | Should -Be @(2, 4, 5)
        (Get-ZState -History).Revision | Should -Be @(1, 2, 3, 4, 5)
        (Get-ZState -LiteralKey 'a*' -History).Revision | Should -Be 2
        (Get-ZState 'a`*' -History).Revision | Should -Be 2
        ('A', 'c' | Get-ZState -History).Revision | Should -Be @(4, 5)
        Get-ZState z* -History | Should -BeNullOrEmpty
    }

    It 'has a key that is no more, and says when one never was' {
        Set-ZState gone 1 -Namespace other
        Remove-ZState gone -Namespace other
        (Get-ZState gone -History -Namespace other).Value | Should -Be @(1, $null)
        Get-ZState gone -Revision 2 -Namespace other | Should -Be 1
        $found = Get-ZState never, a -History -ErrorAction SilentlyContinue -ErrorVariable problem
        $found.Count | Should -Be 4
        $problem.Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'ZProc.KeyNotFound*'
        $problem[0].TargetObject | Should -Be 'never'
        { Get-ZState -LiteralKey 'b*' -History -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.KeyNotFound*'
        { Get-ZState '[a' -History -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.KeyNotFound*'
        Clear-ZState -Namespace other
        Set-ZState elsewhere 1 -Namespace other
    }

    It 'shows as tables' {
        $lines = Get-ZState -Revision 2 -Detailed | Get-Line
        $lines[0].Trim() -split '\s+' | Should -Be @('Key', 'Value', 'Revision', 'Updated')
        $lines[2] | Should -Match '^a\s+2\s+2 \d\d:\d\d:\d\d\.\d{3}$'
        $lines[4] | Should -Match '^b\s+@\{x=1\}\s'
        $lines = Get-ZState -Detailed | Get-Line
        $lines[6] | Should -Match '^c\s+\{1, 2\}\s+5 \S+$'
        $lines = Get-ZState a -History | Get-Line
        $lines[0].Trim() -split '\s+' | Should -Be @('Revision', 'Time', 'Change', 'Source')
        $lines[2] | Should -Match "^\s+1 \d\d:\d\d:\d\d\.\d{3} a = 1\s+$($context.Name)"
        $lines[3] | Should -Match 'a: 1 → 2, 2 more\s'
        $lines[4] | Should -Match 'a removed\s'
        $lines[5] | Should -Match 'a = back, 2 more\s'
    }
}

Describe 'The limits of the past, from <Where>' -ForEach @(
    @{ Where = 'the session that runs the server'; Remote = $false }
    @{ Where = 'a session that joined'; Remote = $true }
) {
    BeforeAll {
        # A server with limits, and a client of it.
        function Use-Limited([hashtable] $Limits, [scriptblock] $Work) {
            Use-ZProcContext @Limits {
                if ($Remote) { $null = Connect-ZProcContext (Get-ZProcContext).ConnectionString -Name joined }
                try { & $Work }
                finally { if ($Remote) { Disconnect-ZProcContext joined } }
            }
        }
    }

    It 'keeps the configured number of updates' {
        Use-Limited @{ MaximumHistoryCount = 5 } {
            Set-ZState old 'first'
            foreach ($i in 1..19) { Set-ZState n $i }
            (Get-ZStateNamespace default).OldestRevision | Should -Be 15
            (Get-ZState -History).Revision | Should -Be @(16, 17, 18, 19, 20)
            foreach ($revision in 15..20) { Get-ZState n -Revision $revision | Should -Be ($revision - 1) }
            foreach ($command in { Get-ZState n -Revision 14 }, { Get-ZState -Revision 14 }, { Get-ZState n -Revision 0 -Default 5 }) {
                $failure = $command | Should -Throw -ErrorId 'ZProc.Compacted*' -PassThru
                $failure.TargetObject | Should -Be 15
                $failure.Exception.Message | Should -BeLike '*15*-MaximumHistoryCount*'
            }
            Get-ZState old -Revision 15 | Should -Be 'first'
            Get-ZState old -History | Should -BeNullOrEmpty -Because 'its only update is no longer kept'
        }
    }

    It 'says nothing about when a value was set by an update that is no longer kept' {
        Use-Limited @{ MaximumHistoryCount = 2 } {
            Set-ZState old 1
            Set-ZState n 1
            Set-ZState n 2
            Set-ZState n 3
            $old, $n = Get-ZState old, n -Revision 3 -Detailed
            $old.Value, $old.Revision | Should -Be @(1, 1)
            $n.Value, $n.Revision | Should -Be @(2, 3)
            $n = Get-ZState n -Revision 2 -Detailed
            $n.Value | Should -Be 1
            $n.Revision, $n.Updated | Should -Be @($null, $null)
        }
    }

    It 'keeps no less than the newest update' {
        Use-Limited @{ MaximumHistoryCount = 1 } {
            1..3 | ForEach-Object { Set-ZState n $_ }
            Get-ZState n -Revision 2 | Should -Be 2
            (Get-ZState -History).Revision | Should -Be 3
            { Get-ZState n -Revision 1 } | Should -Throw -ErrorId 'ZProc.Compacted*'
        }
    }

    It 'keeps the configured number of bytes, and the last 1,000 updates whatever their size' {
        Use-Limited @{ MaximumHistoryBytes = 1 } {
            foreach ($i in 1..1100) { Set-ZState n $i -NoWait }
            Sync-ZState
            (Get-ZStateNamespace default).OldestRevision | Should -Be 100
            Get-ZState n -Revision 100 | Should -Be 100
            $failure = { Get-ZState n -Revision 99 } | Should -Throw -ErrorId 'ZProc.Compacted*' -PassThru
            $failure.TargetObject | Should -Be 100
        }
    }

    It 'refuses larger values than configured before they are sent' {
        Use-Limited @{ MaximumValueBytes = 1000 } {
            $state = (Get-ZProcContext | Select-Object -Last 1).State
            Set-ZState fits ('x' * 990)
            foreach ($change in { Set-ZState n ('x' * 1000) }, { Set-ZState -InputObject @{ ok = 1; n = 'x' * 1000 } }, { $state.n = 'x' * 1000 }, { Set-ZState n ('x' * 1000) -NoWait },
                { Update-ZState list -Append ('x' * 1000) }, { Update-ZState { $State.ok = 1; $State.n = 'x' * 1000 } }, { Set-ZState n ([byte[]]::new(1000)) }) {
                $ErrorActionPreference = 'Stop'
                $failure = $change | Should -Throw -ErrorId 'ZProc.ValueTooLarge*' -PassThru
                $failure.CategoryInfo.Category | Should -Be 'LimitsExceeded'
            }
            Set-ZState list @('x' * 600)
            { Update-ZState list -Append ('y' * 600) } | Should -Throw -ErrorId 'ZProc.ValueTooLarge*'
            { Update-ZState table -Merge @{ a = 'x' * 1000 } } | Should -Throw -ErrorId 'ZProc.ValueTooLarge*'
            { Update-ZState { $State.list += 'y' * 600 } } | Should -Throw -ErrorId 'ZProc.ValueTooLarge*'
            @((Get-ZState).Keys) | Should -Be @('fits', 'list')
            (Get-ZState list).Count | Should -Be 1
            Start-ZProcess { try { $State.n = 'x' * 1000 } catch { $_.FullyQualifiedErrorId } } | Receive-ZProcess -Wait | Should -BeLike 'ZProc.ValueTooLarge*'
        }
    }
}

Describe 'Impossible limits' {
    AfterEach {
        Get-ZProcContext | Stop-ZProcContext
    }

    It 'refuses <Name>' -ForEach @(
        @{ Name = 'a history of no update'; Limits = @{ MaximumHistoryCount = 0 } }
        @{ Name = 'a history of fewer'; Limits = @{ MaximumHistoryCount = -5 } }
        @{ Name = 'a history of fewer than no bytes'; Limits = @{ MaximumHistoryBytes = -1 } }
        @{ Name = 'values of no byte'; Limits = @{ MaximumValueBytes = 0 } }
        @{ Name = 'values of fewer'; Limits = @{ MaximumValueBytes = -1 } }
        @{ Name = 'values of more than 256 MiB'; Limits = @{ MaximumValueBytes = 256MB + 1 } }
    ) {
        { Start-ZProcContext @Limits } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        { Use-ZProcContext @Limits { 'never' } } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        Get-ZProcContext | Should -BeNullOrEmpty
    }

    It 'takes the largest' {
        Use-ZProcContext -MaximumHistoryCount ([int]::MaxValue) -MaximumHistoryBytes ([long]::MaxValue) -MaximumValueBytes 256MB { Set-ZState a 1; Get-ZState a -Revision 1 } | Should -Be 1
    }
}
