# Namespaces: dictionaries of one server that know nothing of each other.

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"

    function Complete([string] $Line) { (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText }
}

Describe 'Namespaces, from <Where>' -ForEach @(
    @{ Where = 'the session that runs the server'; Remote = $false }
    @{ Where = 'a session that joined'; Remote = $true }
) {
    BeforeEach {
        $owner = Start-ZProcContext owner
        $context = if ($Remote) { Connect-ZProcContext $owner.ConnectionString -Name joined } else { $owner }
    }

    AfterEach {
        if ($Remote) {
            Disconnect-ZProcContext joined
        }

        Stop-ZProcContext owner
    }

    It 'are named on every command' {
        Set-ZState n 1 -Namespace jobs
        Set-ZState -InputObject @{ list = @(1); table = @{ x = 1 }; gone = 1; away = 2 } -Namespace jobs
        Update-ZState n -Increment 1 -Namespace jobs | Should -Be 2
        (Update-ZState list -Append 2 -Namespace jobs) | Should -Be @(1, 2)
        (Update-ZState table -Merge @{ y = 2 } -Namespace jobs).Count | Should -Be 2
        Update-ZState { $State.n += 40; Get-ZState n -Namespace jobs; Get-ZState n -Default 'not here' } -Namespace jobs | Should -Be @(42, 'not here')
        Set-ZState late 1 -NoWait -Namespace jobs
        Sync-ZState -Namespace jobs
        Remove-ZState gone -Namespace jobs
        Remove-ZState away -Namespace jobs -NoWait
        Get-ZState n -Namespace jobs | Should -Be 42
        Test-ZState gone -Namespace jobs | Should -BeFalse
        Test-ZState late -Namespace jobs | Should -BeTrue
        @((Get-ZState -Namespace jobs).Keys) | Should -Be @('late', 'list', 'n', 'table')
        Wait-ZState n -Equal 42 -Namespace jobs -TimeoutSec 120 | Should -Be 42
        $watcher = Register-ZStateWatcher n -Namespace jobs
        Set-ZState n 'elsewhere'
        Set-ZState n 43 -Namespace jobs
        Wait-ZState -Watcher $watcher -TimeoutSec 120 | Should -Be 43
        $watcher | Unregister-ZStateWatcher
        Get-ZState n -Namespace jobs -Revision 1 | Should -Be 1
        @(Get-ZState n -History -Namespace jobs).Value | Should -Be @(1, 2, 42, 43)
        Clear-ZState -Namespace jobs
        (Get-ZState -Namespace jobs).Count | Should -Be 0
        Get-ZState n | Should -Be 'elsewhere'
        $context.State.Revision | Should -Be 1
    }

    It 'are selected for a session, and its processes' {
        Select-ZProcContext -Namespace jobs -PassThru | ForEach-Object Namespace | Should -Be 'jobs'
        (Get-ZProcContext $context.Name).Namespace | Should -Be 'jobs'
        Set-ZState where 'jobs'
        $context.State.where | Should -Be 'jobs'
        Update-ZState { $State.block = $State.where }
        Start-ZProcess -As Runspace { $State.where; Get-ZState block; $Context.Namespace } | Receive-ZProcess -Wait | Should -Be @('jobs', 'jobs', 'jobs')
        Start-ZProcess -As Process { $State.where; Get-ZState block; $Context.Namespace } | Receive-ZProcess -Wait | Should -Be @('jobs', 'jobs', 'jobs')
        Select-ZProcContext -Namespace default
        (Get-ZState).Count | Should -Be 0
        { Select-ZProcContext -Namespace "a`tb" } | Should -Throw -ErrorId 'ZProc.InvalidKey*'
        Set-ZState a 1
        (Get-ZState -Namespace default).a | Should -Be 1
    }

    It 'are selected for one runspace, not for the others' {
        $process = Start-ZProcess -As Runspace {
            Select-ZProcContext -Namespace inner
            Set-ZState a 'inner'
            Get-ZStateNamespace inner | ForEach-Object IsCurrent
            $State.Contains('a')
        }
        $process | Receive-ZProcess -Wait -ErrorAction Stop | Should -Be @($true, $false)
        Set-ZState a 'outer'
        Get-ZState a -Namespace default | Should -Be 'outer'
        Get-ZState a -Namespace inner | Should -Be 'inner'
    }

    It 'stay selected in a runspace when another runspace selects one' {
        $other = [powershell]::Create()
        try {
            $null = $other.AddScript('Import-Module $args[0]; Select-ZProcContext $args[1]; Set-ZState first 1').AddArgument("$PSScriptRoot/../../ZProc.psd1").AddArgument($context).Invoke()
            Select-ZProcContext -Namespace mine
            $other.Commands.Clear()
            $names = $other.AddScript('Set-ZState second 1; (Get-ZProcContext $args[0].Name).Namespace; $args[0].State.Contains("second")').AddArgument($context).Invoke()
            $other.Streams.Error | Should -BeNullOrEmpty
        }
        finally {
            $other.Dispose()
            Select-ZProcContext -Namespace default
        }

        $names | Should -Be 'default', $true
        @((Get-ZState -Namespace default).Keys) | Should -Be 'first', 'second'
        (Get-ZState -Namespace mine).Count | Should -Be 0
    }

    It 'are those of the context object, too, in the runspace that asks, as <_>' -ForEach 'Runspace', 'Process' {
        $seen = Start-ZProcess -As $_ {
            Select-ZProcContext -Namespace inner
            Set-ZState a 'inner'
            $Context.Namespace
            (Get-ZProcContext).State.a
        }
        $seen | Receive-ZProcess -Wait -ErrorAction Stop | Should -Be 'inner', 'inner'
        $context.Namespace | Should -Be 'default'
    }

    It 'are forked to' {
        $jobs = $context.State.Fork('jobs')
        $jobs.a = 1
        Get-ZState a -Namespace jobs | Should -Be 1
        $context.State.Contains('a') | Should -BeFalse
        $jobs.Fork('default').b = 2
        Get-ZState b | Should -Be 2
        $jobs.Revision | Should -Be 1
    }

    It 'count their own revisions' {
        1..5 | ForEach-Object { Set-ZState n $_ -Namespace one }
        Set-ZState n 1 -Namespace two
        (Get-ZStateNamespace one, two).Revision | Should -Be @(5, 1)
        (Get-ZState n -Detailed -Namespace two).Revision | Should -Be 1
        Set-ZState n 2 -IfRevision 1 -Namespace two
        { Set-ZState n 6 -IfRevision 1 -Namespace one -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Conflict*'
    }

    It 'have turns of their own: a block in one does not hold up another' {
        Set-ZState n 1
        $result = Update-ZState {
            $State.n = 2
            # All of this ends while this block has its turn.
            Start-ZProcess -As Runspace {
                Set-ZState n 10 -Namespace other
                Update-ZState { $State.n++; $State.n } -Namespace other -TimeoutSec 120
                try { Update-ZState { 'never' } -Namespace default -TimeoutSec 0 } catch { $_.FullyQualifiedErrorId }
                Get-ZState n -Namespace default
            } | Receive-ZProcess -Wait -ErrorAction Stop
        }
        $result[0] | Should -Be 11
        $result[1] | Should -BeLike 'ZProc.Timeout*'
        $result[2] | Should -Be 1
        Get-ZState n | Should -Be 2
        Get-ZState n -Namespace other | Should -Be 11
    }

    It 'are listed, once they have been written to' {
        Get-ZStateNamespace | Should -BeNullOrEmpty
        $null = Get-ZState -Namespace onlyRead
        $before = [datetime]::Now
        Set-ZState -InputObject @{ a = 1; b = 'two' }
        Set-ZState a 1 -Namespace jobs
        Remove-ZState a -Namespace jobs
        @(Get-ZStateNamespace).Name | Should -Be @('default', 'jobs')
        $default, $jobs = Get-ZStateNamespace
        $default.Count, $default.Revision, $default.OldestRevision, $default.IsCurrent | Should -Be @(2, 1, 0, $true)
        $jobs.Count, $jobs.Revision, $jobs.OldestRevision, $jobs.IsCurrent | Should -Be @(0, 2, 0, $false)
        $default.Bytes | Should -BeGreaterThan 0
        $jobs.Bytes | Should -Be 0
        $default.Updated | Should -BeGreaterOrEqual $before.AddSeconds(-1)
        $default.Updated | Should -BeLessThan $before.AddSeconds(60)
        "$jobs" | Should -Be 'jobs'
        Select-ZProcContext -Namespace jobs
        (Get-ZStateNamespace | Where-Object IsCurrent).Name | Should -Be 'jobs'
    }

    It 'are listed by name and wildcards, exactly as they are written' {
        foreach ($name in 'jobs', 'Jobs', 'jobs2', 'a*', 'it''s one') { Set-ZState a 1 -Namespace $name }
        (Get-ZStateNamespace jobs).Name | Should -BeExactly 'jobs'
        @(Get-ZStateNamespace jobs*).Name | Should -BeExactly @('jobs', 'jobs2')
        @(Get-ZStateNamespace jobs2, J*).Name | Should -BeExactly @('jobs2', 'Jobs')
        @('jobs', 'a`*' | Get-ZStateNamespace).Name | Should -BeExactly @('jobs', 'a*')
        @(Get-ZStateNamespace -Context $context).Count | Should -Be 5
        Get-ZStateNamespace z* | Should -BeNullOrEmpty
        $found = Get-ZStateNamespace none, jobs -ErrorAction SilentlyContinue -ErrorVariable problem
        $found.Name | Should -Be 'jobs'
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'ZProc.KeyNotFound*'
        $problem[0].TargetObject | Should -Be 'none'
        { Get-ZStateNamespace '[a' -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.KeyNotFound*'
    }

    It 'of ZProc itself are listed by their name only, read, and not changed' {
        $process = Start-ZProcess -As Runspace { } | Wait-ZProcess
        $id = $process.RecordId
        Set-ZState a 1
        @(Get-ZStateNamespace).Name | Should -Be 'default'
        @(Get-ZStateNamespace *proc*).Name | Should -BeNullOrEmpty
        (Get-ZStateNamespace '$processes').Count | Should -Be 1
        (Get-ZStateNamespace '$*').Name | Should -Be '$processes'
        (Get-ZState $id -Namespace '$processes').state | Should -Be 'Completed'
        foreach ($change in { Set-ZState a 1 -Namespace '$processes' }, { Remove-ZState $id -Namespace '$processes' }, { Clear-ZState -Namespace '$processes' },
            { Update-ZState n -Increment 1 -Namespace '$processes' }, { Update-ZState { 1 } -Namespace '$processes' }, { Remove-ZStateNamespace '$processes' },
            { Set-ZState a 1 -Namespace '$mine' }, { Set-ZState a 1 -NoWait -Namespace '$processes' }, { $context.State.Fork('$processes').a = 1 }) {
            $ErrorActionPreference = 'Stop'
            $change | Should -Throw -ErrorId 'ZProc.InvalidKey*' -Because "of $change"
        }
        Remove-ZStateNamespace *
        (Get-ZStateNamespace '$processes').Count | Should -Be 1
    }

    It 'are removed, with their keys and their history' {
        1..3 | ForEach-Object { Set-ZState n $_ -Namespace jobs }
        Set-ZState kept 1
        Remove-ZStateNamespace jobs
        @(Get-ZStateNamespace).Name | Should -Be 'default'
        (Get-ZState -Namespace jobs).Count | Should -Be 0
        { Get-ZState n -Namespace jobs -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.KeyNotFound*'
        { Get-ZState -Revision 2 -Namespace jobs } | Should -Throw -ErrorId 'ZProc.Compacted*'
        { Get-ZState n -History -Namespace jobs -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.KeyNotFound*'
        Get-ZState -History -Namespace jobs | Should -BeNullOrEmpty
        $failure = { Remove-ZStateNamespace jobs -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.KeyNotFound*' -PassThru
        $failure.TargetObject | Should -Be 'jobs'
        Get-ZState kept | Should -Be 1
    }

    It 'do not use a revision again once they are removed' {
        1..3 | ForEach-Object { Set-ZState n $_ -Namespace jobs }
        Remove-ZStateNamespace jobs
        Set-ZState n 'anew' -Namespace jobs
        (Get-ZState n -Detailed -Namespace jobs).Revision | Should -Be 5
        { Set-ZState n 'stale' -IfRevision 3 -Namespace jobs -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Conflict*'
        Remove-ZStateNamespace jobs
        Set-ZState n 'again' -Namespace jobs
        (Get-ZStateNamespace jobs).Revision | Should -Be 7
        Get-ZState n -Namespace jobs | Should -Be 'again'
    }

    It 'are removed with wildcards, from the pipeline, and not at all with -WhatIf' {
        foreach ($name in 'job1', 'job2', 'other', 'default') { Set-ZState a 1 -Namespace $name }
        Remove-ZStateNamespace job* -WhatIf
        @(Get-ZStateNamespace).Count | Should -Be 4
        Remove-ZStateNamespace job*, other -Confirm:$false
        @(Get-ZStateNamespace).Name | Should -Be 'default'
        Remove-ZStateNamespace nothing*
        Get-ZStateNamespace | Remove-ZStateNamespace
        Get-ZStateNamespace | Should -BeNullOrEmpty
        Set-ZState a 2
        Get-ZState a | Should -Be 2
    }

    It 'are taken as they are when they are piped, or named literally' {
        foreach ($name in 'job*', 'job1', 'job2', 'other*', 'other1') {
            Set-ZState a 1 -Namespace $name
        }

        Get-ZStateNamespace | Where-Object Name -EQ 'job*' | Remove-ZStateNamespace
        Remove-ZStateNamespace -LiteralName 'other*'
        @((Get-ZStateNamespace).Name | Where-Object { $_ -like 'job*' -or $_ -like 'other*' }) | Should -Be @('job1', 'job2', 'other1')
    }

    It 'of ZProc itself do not keep the others from being removed' {
        Set-ZState a 1 -Namespace temporary
        $null = Wait-ZProcess (Start-ZProcess -As Runspace { })
        Remove-ZStateNamespace '$processes', temporary -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -BeLike 'ZProc.InvalidKey*'
        Get-ZStateNamespace temporar* | Should -BeNullOrEmpty
    }

    It 'keep their watchers when they are removed' {
        Set-ZState -InputObject @{ a = 1; b = 2 } -Namespace jobs
        $passive = Register-ZStateWatcher -Namespace jobs
        $acting = 'Runspace', 'Process' | ForEach-Object {
            Register-ZStateWatcher a -Namespace jobs -As $_ -Count 2 -Action { "$($Update.Revision): $($Update.Before.a) -> $($Update.After.a)" }
        }
        Remove-ZStateNamespace jobs
        $update = Wait-ZState -Watcher $passive -TimeoutSec 120 -Detailed
        $update.Keys | Should -Be @('a', 'b')
        $update.After.Count | Should -Be 0
        $update.Before.b | Should -Be 2
        Set-ZState a 'anew' -Namespace jobs
        (Wait-ZState -Watcher $passive -TimeoutSec 120 -Detailed).Revision | Should -Be 3
        foreach ($watcher in $acting) {
            Receive-ZProcess $watcher.Process -Wait | Should -Be @('2: 1 -> ', '3:  -> anew')
        }

        Unregister-ZStateWatcher $passive
    }

    It 'are not removed from inside a block' {
        Set-ZState a 1 -Namespace jobs
        Set-ZState a 1
        Update-ZState {
            foreach ($name in 'jobs', 'default') {
                try { Remove-ZStateNamespace $name; 'done' } catch { $_.FullyQualifiedErrorId -replace ',.*' }
            }
            Remove-ZStateNamespace jobs -WhatIf
            (Get-ZStateNamespace).Count
        } | Should -Be @('ZProc.NestedUpdate', 'ZProc.NestedUpdate', 2)
        @(Get-ZStateNamespace).Name | Should -Be @('default', 'jobs')
    }

    It 'whose turn is held are removed once the turn is free' {
        Set-ZState a 1 -Namespace jobs
        $remover = Update-ZState {
            $remover = Start-ZProcess -As Runspace { Set-ZState ready 1 -Namespace signal; Remove-ZStateNamespace jobs; 'removed' }
            $null = Wait-ZState ready -Equal 1 -Namespace signal -TimeoutSec 120
            $State.a = 2
            $remover
        } -Namespace jobs
        $remover | Receive-ZProcess -Wait | Should -Be 'removed'
        Test-ZState a -Namespace jobs | Should -BeFalse
    }

    It 'complete with Tab, as do contexts, and keys of the namespace that was typed' {
        Set-ZState apple 1
        Set-ZState anchor 1 -Namespace jobs
        Set-ZState -InputObject @{ 'a b' = 1 } -Namespace 'journal of it'
        Complete 'Get-ZState -Namespace jo' | Should -Be @('jobs', "'journal of it'")
        Complete 'Set-ZState x 1 -Namespace JOB' | Should -Be 'jobs'
        Complete 'Get-ZStateNamespace jo' | Should -Be @('jobs', "'journal of it'")
        Complete 'Remove-ZStateNamespace d' | Should -Be 'default'
        Complete 'Select-ZProcContext -Namespace j' | Should -Be @('jobs', "'journal of it'")
        Complete 'Get-ZState a' | Should -Be 'apple'
        Complete 'Get-ZState -Namespace jobs a' | Should -Be 'anchor'
        Complete 'Remove-ZState -Namespace ''journal of it'' -Key a' | Should -Be "'a b'"
        Complete 'Get-ZState -Context owner -Key a' | Should -Be 'apple'
        Complete 'Get-ZState -Context ow' | Should -Be 'owner'
        $line = 'Test-ZState -LiteralKey a; Get-Date'
        $completed = [System.Management.Automation.CommandCompletion]::CompleteInput($line, 25, $null)
        $completed.CompletionMatches.CompletionText | Should -Be 'apple'
        $completed.ReplacementIndex | Should -Be 24
        Select-ZProcContext -Namespace jobs
        Complete 'Update-ZState a' | Should -Be 'anchor'
    }

    It 'show as a table' {
        Set-ZState -InputObject @{ a = 1; b = 2 }
        Set-ZState a 1 -Namespace jobs
        $lines = @((Get-ZStateNamespace | Out-String) -replace "`e\[[0-9;]*m" -split "`r?`n" | Where-Object { $_.Trim() })
        $lines[0].Trim() -split '\s+' | Should -Be @('Name', 'IsCurrent', 'Count', 'Bytes', 'Revision', 'Updated')
        $lines[2] | Should -Match '^default\s+True\s+2\s+\d+\s+1\s+\d\d:\d\d:\d\d\.\d{3}$'
        $lines[3] | Should -Match '^jobs\s+False\s+1\s+\d+\s+1\s+\S+$'
    }
}
