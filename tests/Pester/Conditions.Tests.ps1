BeforeDiscovery {
    # The revisions at which each condition holds, for the writes in BeforeAll.
    $conditions = @(
        @{ Name = 'any change'; Watch = @{}; At = 1, 2, 3, 4, 5, 6, 7, 8 }
        @{ Name = 'a key'; Watch = @{ Key = 'k' }; At = 1, 2, 3, 4, 5, 6, 7 }
        @{ Name = 'a literal key'; Watch = @{ LiteralKey = 'k' }; At = 1, 2, 3, 4, 5, 6, 7 }
        @{ Name = 'two keys'; Watch = @{ Key = 'k', 'other' }; At = 1, 2, 3, 4, 5, 6, 7, 8 }
        @{ Name = 'a wildcard'; Watch = @{ Key = 'o*' }; At = , 8 }
        @{ Name = 'all but a key'; Watch = @{ ExcludeKey = 'o*' }; At = 1, 2, 3, 4, 5, 6, 7 }
        @{ Name = 'equal, whatever the type'; Watch = @{ Key = 'k'; Equal = 5 }; At = 4, 7 }
        @{ Name = 'deeply equal'; Watch = @{ Key = 'k'; Equal = @{ a = 1, @{ b = 2.0 } } }; At = , 5 }
        @{ Name = 'equal to null'; Watch = @{ Key = 'k'; Equal = $null }; At = , 2 }
        @{ Name = 'equal text, exactly'; Watch = @{ Key = 'k'; Equal = 'X' }; At = @() }
        @{ Name = 'not equal'; Watch = @{ Key = 'k'; NotEqual = 5 }; At = 1, 2, 3, 5 }
        @{ Name = 'null'; Watch = @{ Key = 'k'; Null = $true }; At = , 2 }
        @{ Name = 'not null'; Watch = @{ Key = 'k'; NotNull = $true }; At = 1, 3, 4, 5, 7 }
        @{ Name = 'truthy'; Watch = @{ Key = 'k'; Truthy = $true }; At = 3, 4, 5, 7 }
        @{ Name = 'falsy'; Watch = @{ Key = 'k'; Falsy = $true }; At = 1, 2 }
        @{ Name = 'available'; Watch = @{ Key = 'k'; Available = $true }; At = 1, 2, 3, 4, 5, 7 }
        @{ Name = 'both available'; Watch = @{ Key = 'k', 'other'; Available = $true }; At = , 8 }
        @{ Name = 'equal, of a wildcard that matches nothing'; Watch = @{ Key = 'z*'; Equal = 1 }; At = @() }
        @{ Name = 'removed'; Watch = @{ Key = 'k'; Removed = $true }; At = , 6 }
        @{ Name = 'a predicate'; Watch = @{ When = { $_.k -is [string] } }; At = , 3 }
        @{ Name = 'a predicate on a key that is missing'; Watch = @{ Key = 'k'; When = { -not $_.Contains('k') } }; At = 0, 6 }
        @{ Name = 'a predicate with arguments'; Watch = @{ When = { param($low, $high) $_.k -is [ValueType] -and $_.k -gt $low -and $State.k -lt $high }; ArgumentList = 4, 6 }; At = 4, 7, 8 }
        @{ Name = 'a predicate with the state as its argument'; Watch = @{ When = { param($all) $all.Count -eq 2 } }; At = , 8 }
    )
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/Pace.psm1"
}

Describe 'A condition, in <Where>' -ForEach @(
    @{ Where = 'the session that runs the server'; Joins = $false }
    @{ Where = 'a session that joined'; Joins = $true }
) {
    BeforeAll {
        $owner = Start-ZProcContext owner
        Set-ZState k 0
        Set-ZState k $null
        Set-ZState k 'x'
        Set-ZState k 5
        Set-ZState k @{ a = 1, @{ b = 2 } }
        Remove-ZState k
        Set-ZState k 5.0
        Set-ZState other 1
        if ($Joins) {
            $null = Connect-ZProcContext $owner.ConnectionString -Name joined
        }
    }

    AfterAll {
        if ($Joins) {
            Disconnect-ZProcContext joined
        }

        Stop-ZProcContext owner
    }

    It 'holds where it should for all three commands: <Name>' -ForEach $conditions {
        # The deadline has passed: earlier commits are looked at, and no later one is waited for.
        $seen = Watch-ZState @Watch -SinceRevision 0 -TimeoutSec 0 -ErrorAction SilentlyContinue -ErrorVariable end
        @($seen.Revision) | Should -Be $At
        $end.FullyQualifiedErrorId | Should -BeLike 'ZProc.Timeout*'

        $passive = Register-ZStateWatcher @Watch -SinceRevision 0
        foreach ($revision in $At) {
            (Wait-ZState -Watcher $passive -TimeoutSec 120 -Detailed).Revision | Should -Be $revision
        }

        { Wait-ZState -Watcher $passive -TimeoutSec 0 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Timeout*'
        Unregister-ZStateWatcher $passive

        if ($At) {
            (Wait-ZState @Watch -SinceRevision 0 -TimeoutSec 120 -Detailed).Revision | Should -Be $At[0]
            $active = Register-ZStateWatcher @Watch -SinceRevision 0 -Count @($At).Count -Action { $Update.Revision }
            Receive-ZProcess $active.Process -Wait | Should -Be $At
        }
        else {
            { Wait-ZState @Watch -SinceRevision 0 -TimeoutSec 0 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Timeout*'
        }
    }

    It 'travels to an action that is an OS process: <Name>' -ForEach @($conditions | Where-Object { $_.Name -in 'deeply equal', 'truthy', 'removed', 'a predicate with arguments' }) {
        $active = Register-ZStateWatcher @Watch -As Process -SinceRevision 0 -Count @($At).Count -Action { $Update.Revision }
        Receive-ZProcess $active.Process -Wait | Should -Be $At
    }

    It 'takes values of the caller along, to an action as <As>' -ForEach @(@{ As = 'Runspace' }, @{ As = 'Process' }) {
        $limit = @{ low = 4 }
        $active = Register-ZStateWatcher -When { $_.k -is [ValueType] -and $_.k -gt $using:limit.low } -As $As -SinceRevision 0 -Count 3 -Action { $Update.Revision }
        Receive-ZProcess $active.Process -Wait | Should -Be @(4, 7, 8)
        (Wait-ZState -When { $_.k -is [ValueType] -and $_.k -gt $limit.low } -SinceRevision 0 -Detailed).Revision | Should -Be 4
    }
}

Describe 'A deadline' {
    BeforeAll {
        # The predicate is slower than the writer: as much is kept as it may fall behind.
        $context = Start-ZProcContext -MaximumHistoryCount 10000000 -MaximumHistoryBytes 4GB
        $noise = Start-ZProcess -As Runspace { while ($true) { $State.noise++ } }
    }

    AfterAll {
        Stop-ZProcess $noise
        Stop-ZProcContext
    }

    It 'holds under a constant stream of updates that do not match: <Name>' -ForEach @(
        @{ Name = 'equal'; Watch = @{ Key = 'noise'; Equal = -1 } }
        @{ Name = 'removed'; Watch = @{ Key = 'noise'; Removed = $true } }
        @{ Name = 'a predicate'; Watch = @{ When = { $_.noise -lt 0 } } }
    ) {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        { Wait-ZState @Watch -TimeoutSec 0.3 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Timeout*'
        $clock.Elapsed.TotalSeconds | Should -BeGreaterThan 0.29
        $clock.Elapsed.TotalSeconds | Assert-Within 5
    }

    It 'does not start again with each update that matches' {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $seen = Watch-ZState noise -TimeoutSec 0.3 -ErrorAction SilentlyContinue -ErrorVariable end
        $clock.Elapsed.TotalSeconds | Assert-Within 5
        $seen.Count | Should -BeGreaterThan 0
        $end.FullyQualifiedErrorId | Should -BeLike 'ZProc.Timeout*'
    }
}

Describe 'Watch-ZState' {
    BeforeEach {
        $context = Start-ZProcContext
    }

    AfterEach {
        Stop-ZProcContext
    }

    It 'streams updates, and ends when the next command has enough' {
        $writer = Start-ZProcess -As Runspace { for ($i = 1; $true; $i++) { $State.load = $i % 10 } }
        $busy = Watch-ZState load | Where-Object Value -gt 5 | Select-Object -First 3 | ForEach-Object { $_.Value }
        $busy.Count | Should -Be 3
        Stop-ZProcess $writer
        $busy | ForEach-Object { [int] $_ | Should -BeGreaterThan 5 }
    }

    It 'outputs an update before the next one is made' {
        # Each update is answered by the next one: with any buffering in between this would wait for ever.
        Set-ZState ping 0
        $last = Watch-ZState ping -SinceRevision 0 -TimeoutSec 120 | ForEach-Object { if ($_.Value -lt 50) { Set-ZState ping ($_.Value + 1) }; $_.Value } |
            Where-Object { $_ -eq 50 } | Select-Object -First 1
        $last | Should -Be 50
    }

    It 'ends after a number of updates' {
        1..5 | ForEach-Object { Set-ZState n $_ }
        (Watch-ZState n -SinceRevision 1 -Count 3).Value | Should -Be @(2, 3, 4)
    }

    It 'leaves out its own updates on request' {
        Set-ZState n 1
        $null = Wait-ZProcess (Start-ZProcess -As Runspace { $State.n = 2 })
        Set-ZState n 3
        (Watch-ZState n -SinceRevision 0 -ExcludeSelf -TimeoutSec 0 -ErrorAction SilentlyContinue).Value | Should -Be 2
    }

    It 'live, gives only the newest' {
        1..5 | ForEach-Object { Set-ZState n $_ }
        (Watch-ZState n -SinceRevision 0 -Live -TimeoutSec 0 -ErrorAction SilentlyContinue).Value | Should -Be 5
    }

    It 'names the oldest kept revision when an earlier one is asked for' {
        Stop-ZProcContext
        $context = Start-ZProcContext -MaximumHistoryCount 10
        1..25 | ForEach-Object { Set-ZState n $_ }
        $failure = { Watch-ZState n -SinceRevision 3 } | Should -Throw -ErrorId 'ZProc.Compacted*' -PassThru
        $failure.TargetObject | Should -Be 16
        (Watch-ZState n -SinceRevision 15 -Count 2).Value | Should -Be @(16, 17)
    }
}
