# The guarantees of reads, tested with the commands. Tests of lagging replicas are in Core.
BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
}

Describe 'Reads of <Who>' -ForEach @(
    @{ Who = 'the session that runs the server'; Joins = $false }
    @{ Who = 'a session that joined'; Joins = $true }
) {
    BeforeAll {
        $owner = Start-ZProcContext owner
        if ($Joins) {
            $null = Connect-ZProcContext $owner.ConnectionString -Name joined
        }

        $state = (Get-ZProcContext | Select-Object -Last 1).State
        $other = $state.Fork('other')
    }

    AfterAll {
        if ($Joins) {
            Disconnect-ZProcContext joined
        }

        Stop-ZProcContext owner
    }

    It 'show its own writes, at once and in every namespace' {
        foreach ($i in 1..200) {
            $state.n = $i
            $other.n = -$i
            "$($state.n) $($other.n)" | Should -Be "$i -$i"
        }
    }

    It 'show a process <As> the writes made before its start' -ForEach @(@{ As = 'Process' }, @{ As = 'Runspace' }) {
        foreach ($i in 1..5) {
            $state.started = $i
            $other.started = -$i
            Start-ZProcess -As $As { "$($State.started) $($State.Fork('other').started)" } | Receive-ZProcess -Wait | Should -Be "$i -$i"
        }
    }

    It 'show the writes of a process <As> after a wait for its end' -ForEach @(@{ As = 'Process' }, @{ As = 'Runspace' }) {
        # Read often enough that there are replicas, which could lag.
        1..10 | ForEach-Object { $null = $state.ended, $other.ended }
        foreach ($i in 1..5) {
            $process = Start-ZProcess -As $As -Props $i { $State.ended = $Props; $State.Fork('other').ended = -$Props }
            $null = Wait-ZProcess $process
            "$($state.ended) $($other.ended)" | Should -Be "$i -$i"
        }

        $state.Remove('ended')
        $other.Remove('ended')
    }

    It 'show the writes of a process after a wait for its end, however far the stream of this session is behind' {
        $bulk = Register-ZStateWatcher -Namespace bulk
        1..10 | ForEach-Object { $null = $state.last }
        foreach ($i in 1..3) {
            $process = Start-ZProcess -Props $i {
                $large = [byte[]]::new(30MB)
                $large[0] = $Props
                $State.Fork('bulk').large = $large
                $State.last = $Props
            }
            $null = Wait-ZProcess $process
            $state.last | Should -Be $i
        }

        Unregister-ZStateWatcher $bulk
        Remove-ZStateNamespace bulk
    }

    It 'show inside a turn the commits of earlier turns' {
        $state.turns = 0
        $processes = Start-ZProcess -Count 3 { foreach ($i in 1..100) { Update-ZState { $State.turns++ } } }
        foreach ($i in 1..100) { Update-ZState { $State.turns++ } }
        $null = Wait-ZProcess $processes
        $state.turns | Should -Be 400
    }

    It 'show all commits that precede a seen update, in other namespaces too' {
        1..10 | ForEach-Object { $null = $other.cause }
        $watcher = Register-ZStateWatcher effect
        $process = Start-ZProcess { foreach ($i in 1..200) { $State.Fork('other').cause = $i; $State.effect = $i } }
        foreach ($i in 1..200) {
            $effect = Wait-ZState -Watcher $watcher -TimeoutSec 120
            $effect | Should -Be $i
            $other.cause | Should -BeGreaterOrEqual $i
        }

        Unregister-ZStateWatcher $watcher
        $null = Wait-ZProcess $process
    }

    It 'never go back' {
        $process = Start-ZProcess { foreach ($i in 1..500) { $State.up = $i } }
        $last = 0
        $back = 0
        while ($last -lt 500) {
            $now = [int] $state.up
            $back += [int] ($now -lt $last)
            $last = $now
        }

        $back | Should -Be 0

        $null = Wait-ZProcess $process
    }
}
