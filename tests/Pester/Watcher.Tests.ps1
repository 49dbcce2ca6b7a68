BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
}

Describe 'A watcher with an action' {
    BeforeEach {
        $context = Start-ZProcContext
    }

    AfterEach {
        Stop-ZProcContext
    }

    It 'sees an update made right after it was registered, 1,000 times out of 1,000' {
        $seen = 0
        foreach ($round in 1..1000) {
            $watcher = Register-ZStateWatcher "key$round"
            Set-ZState "key$round" $round
            if ((Wait-ZState -Watcher $watcher -TimeoutSec 120) -eq $round) {
                $seen++
            }

            Unregister-ZStateWatcher $watcher
        }

        $seen | Should -Be 1000
    }

    It 'runs as <As> for every update made since it was registered, in order' -ForEach @(
        @{ As = 'Runspace' }
        @{ As = 'Process' }
    ) {
        $watcher = Register-ZStateWatcher n -As $As -Count 50 -Props 'seen' -Action {
            "$Props $($Update.Value) $($Process.Name)"
        } -Name watching
        1..50 | ForEach-Object { Set-ZState n $_ }
        $lines = @(Receive-ZProcess $watcher.Process -Wait)
        $lines.Count | Should -Be 50
        $lines | Should -Be (1..50 | ForEach-Object { "seen $_ watching" })
        $watcher.Process.State | Should -Be 'Completed'
    }

    It 'as a runspace sees the very next update, 200 times out of 200' {
        $null = Register-ZStateWatcher ping -Action { $State["pong$($Update.Value)"] = $true }
        foreach ($round in 1..200) {
            Set-ZState ping $round
            Wait-ZState "pong$round" -Equal $true -TimeoutSec 120 | Should -BeTrue
        }
    }

    It 'sees its own updates, unless told not to, as <As>' -ForEach @(@{ As = 'Runspace' }, @{ As = 'Process' }) {
        $null = Register-ZStateWatcher n -As $As -Count 3 -Name own -Action { if ($State.n -lt 3) { $State.n++ }; $Update.Value }
        Set-ZState n 1
        Receive-ZProcess -Name own -Wait | Select-Object -First 2 | Should -Be @(1, 2)
        $null = Register-ZStateWatcher m -As $As -Count 2 -ExcludeSelf -Name others -Action { $null = Update-ZState m -Increment 100; $Update.Value }
        Set-ZState m 1
        Wait-ZState m -Equal 101 -TimeoutSec 120 | Should -Be 101
        Set-ZState m 2
        Receive-ZProcess -Name others -Wait | Should -Be @(1, 2)
    }

    It 'waits for a condition: <Name>' -ForEach @(
        @{ Name = 'equal'; Condition = @{ Equal = 3 } }
        @{ Name = 'a predicate'; Condition = @{ When = { $_.n -eq 3 } } }
    ) {
        Set-ZState n 0
        $watcher = Register-ZStateWatcher n @Condition -Count 1 -Action { "three at $($Update.Revision)" }
        1..5 | ForEach-Object { Set-ZState n $_ }
        Receive-ZProcess $watcher.Process -Wait | Should -Be 'three at 4'
    }

    It 'sees every update of its keys and no other: <Name>, as <As>' -ForEach @(
        @{ Name = 'a wildcard'; Chosen = @{ Key = 'k*' }; As = 'Runspace' }
        @{ Name = 'an exclusion'; Chosen = @{ ExcludeKey = 'other', 'z*' }; As = 'Runspace' }
        @{ Name = 'a wildcard'; Chosen = @{ Key = 'k*' }; As = 'Process' }
    ) {
        $watcher = Register-ZStateWatcher @Chosen -As $As -Count 100 -Action { "$($Update.Keys)=$($Update.Value)" }
        $null = Start-ZProcess -As Runspace { foreach ($i in 1..100) { $State.other = $i; $State.zz = $i } }
        1..100 | ForEach-Object { Set-ZState noise* $_ -Namespace elsewhere; Set-ZState k $_; Set-ZState other "main$_" }
        Receive-ZProcess $watcher.Process -Wait | Should -Be (1..100 | ForEach-Object { "k=$_" })
    }

    It 'looks first at the state as it is' {
        Set-ZState n 3
        $watcher = Register-ZStateWatcher n -Equal 3 -Count 1 -Action { 'already' }
        Receive-ZProcess $watcher.Process -Wait | Should -Be 'already'
    }

    It 'keeps its runspace from call to call' {
        $watcher = Register-ZStateWatcher n -Count 3 -Action { $script:calls++; $script:calls }
        1..3 | ForEach-Object { Set-ZState n $_ }
        Receive-ZProcess $watcher.Process -Wait | Should -Be @(1, 2, 3)
    }

    It 'fails as a process does when its action throws' {
        $watcher = Register-ZStateWatcher n -Action { throw [System.InvalidOperationException]::new("at $($Update.Value)") }
        Set-ZState n 7
        { Receive-ZProcess $watcher.Process -Wait -ErrorAction Stop } | Should -Throw 'at 7' -ExceptionType ([System.InvalidOperationException])
        $watcher.Process.State | Should -Be 'Failed'
    }

    It 'goes on after an error that does not end its call, as any process does' {
        $watcher = Register-ZStateWatcher n -Count 2 -Action { Write-Error "error $($Update.Value)"; "call $($Update.Value)" }
        Set-ZState n 1
        Set-ZState n 2
        $written = @(Receive-ZProcess $watcher.Process -Wait 2>&1)
        "$written" | Should -Be 'error 1 call 1 error 2 call 2'
        $written[0] | Should -BeOfType ([System.Management.Automation.ErrorRecord])
    }

    It 'skips to the newest between its calls, live' {
        $watcher = Register-ZStateWatcher n -Live -Count 2 -Action { $Update.Value; $State.begun = $true; $null = Wait-ZState finish -Available }
        Set-ZState n 1
        $null = Wait-ZState begun -Available -TimeoutSec 120
        2..9 | ForEach-Object { Set-ZState n $_ }
        Set-ZState finish 1
        Receive-ZProcess $watcher.Process -Wait | Should -Be @(1, 9)
    }

    It 'ends when it is unregistered, after the call that runs, as <As>' -ForEach @(@{ As = 'Runspace' }, @{ As = 'Process' }) {
        $watcher = Register-ZStateWatcher go -As $As -Action {
            $State.begun = $true
            $null = Wait-ZState finish -Equal $true -TimeoutSec 120
            $State.done = $true
        }
        Set-ZState go 1
        $null = Wait-ZState begun -Equal $true -TimeoutSec 120
        $null = Start-ZProcess -As Runspace { $State.finish = $true }
        Unregister-ZStateWatcher $watcher
        Get-ZState done | Should -BeTrue
        $watcher.Process.HasExited | Should -BeTrue
        Get-ZStateWatcher | Should -BeNullOrEmpty
        Set-ZState go 2
    }

    It 'is stopped in the middle of its call with -Force, as <As>' -ForEach @(@{ As = 'Runspace' }, @{ As = 'Process' }) {
        $watcher = Register-ZStateWatcher go -As $As -Action {
            try { $State.begun = $true; Wait-ZState never -Equal 1 } finally { $State.cleaned = $true }
        }
        Set-ZState go 1
        $null = Wait-ZState begun -Equal $true -TimeoutSec 120
        Unregister-ZStateWatcher $watcher -Force
        Get-ZState cleaned | Should -BeTrue
    }

    It 'is listed until it ends, as <As>: <Name>' -ForEach @(
        foreach ($as in 'Runspace', 'Process') {
            @{ As = $as; Name = 'after its last call'; Options = @{ Count = 1 }; End = { Set-ZState n 1; $null = Wait-ZProcess $watcher.Process -TimeoutSec 120 } }
            @{ As = $as; Name = 'after a failure'; Options = @{}; End = { Set-ZState n 'bad'; $null = Wait-ZProcess $watcher.Process -TimeoutSec 120 } }
            @{ As = $as; Name = 'when its process is stopped'; Options = @{}; End = { Stop-ZProcess $watcher.Process } }
        }
    ) {
        $watcher = Register-ZStateWatcher n -Name mine -As $As @Options -Action { if ($Update.Value -eq 'bad') { throw 'bad' } }
        (Get-ZStateWatcher).Name | Should -Be 'mine'
        & $End
        Get-ZStateWatcher | Should -BeNullOrEmpty
        { Get-ZStateWatcher mine -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        Unregister-ZStateWatcher mine -ErrorAction Stop # an end that came just before is no error
        { Unregister-ZStateWatcher mine -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
    }

    It 'is listed again when its process is restarted, and is forgotten when that is removed' {
        $watcher = Register-ZStateWatcher n -Name mine -Action { $State.seen = $Update.Value }
        Stop-ZProcess $watcher.Process
        Get-ZStateWatcher | Should -BeNullOrEmpty
        $again = Restart-ZProcess $watcher.Process
        Get-ZStateWatcher mine | Should -Be $watcher
        $watcher.Process | Should -Be $again
        Set-ZState n 1
        Wait-ZState seen -Equal 1 -TimeoutSec 120 | Should -Be 1
        Unregister-ZStateWatcher mine
        $again.HasExited | Should -BeTrue
        $other = Register-ZStateWatcher n -Name other -Count 1 -SinceRevision 0 -Action { }
        $null = Wait-ZProcess $other.Process -TimeoutSec 120
        Remove-ZProcess $other.Process
        { Unregister-ZStateWatcher other -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
    }

    It 'makes no further call where an attempt failed after the last of -Count, as <As>' -ForEach @(@{ As = 'Runspace' }, @{ As = 'Process' }) {
        $watcher = Register-ZStateWatcher n -As $As -Count 1 -MaximumRetryCount 1 -RetryIntervalSec 0 -Action {
            $fails = [System.Management.Automation.PSEventReceivedEventHandler] { throw 'at the end' }
            $null = $ExecutionContext.Events.SubscribeEvent($null, 'PowerShell.Exiting', 'PowerShell.Exiting', $null, $fails, $true, $false)
            $null = Update-ZState calls -Increment 1
        }
        Set-ZState n 1
        $null = Wait-ZState calls -Equal 1 -TimeoutSec 120 -ErrorAction Stop
        Set-ZState n 2
        ($watcher.Process | Wait-ZProcess -TimeoutSec 120).State | Should -BeIn 'Completed', 'Failed'
        Get-ZState calls | Should -Be 1
    }

    It 'goes on behind the updates that it has handled when its process is restarted, as <As>' -ForEach @(@{ As = 'Runspace' }, @{ As = 'Process' }) {
        $watcher = Register-ZStateWatcher n -As $As -Action { $null = Update-ZState calls -Increment 1; $State.last = $Update.Value }
        1..3 | ForEach-Object { Set-ZState n $_ }
        $null = Wait-ZState last -Equal 3 -TimeoutSec 120 -ErrorAction Stop
        Stop-ZProcess $watcher.Process
        Set-ZState n 4
        $null = Restart-ZProcess $watcher.Process
        Set-ZState n 5
        $null = Wait-ZState last -Equal 5 -TimeoutSec 120 -ErrorAction Stop
        Unregister-ZStateWatcher $watcher
        Get-ZState calls | Should -Be 5
    }

    It 'costs no runspace until its first match' {
        $before = @(Get-Runspace).Count
        $watchers = 1..100 | ForEach-Object { Register-ZStateWatcher "idle$_" -Action { $Update.Value } }
        @(Get-Runspace).Count | Should -Be $before
        $watchers | Unregister-ZStateWatcher
    }

    It 'costs no thread, either, while a condition on the state does not hold' {
        $self = [System.Diagnostics.Process]::GetCurrentProcess()
        Set-ZState -InputObject @{ idle1 = 0; idle2 = $null }
        $threads = $self.Threads.Count
        $watchers = foreach ($i in 1..200) { Register-ZStateWatcher "idle$($i % 3)" -Equal 1 -Action { $Update.Value } }
        $self.Refresh()
        $self.Threads.Count - $threads | Should -BeLessThan 10
        $watchers | Unregister-ZStateWatcher
    }

    It 'a thousand of them cost no thread and no runspace, and each sees its update' {
        $self = [System.Diagnostics.Process]::GetCurrentProcess()
        $threads = $self.Threads.Count
        $runspaces = @(Get-Runspace).Count
        $watchers = foreach ($i in 1..1000) { Register-ZStateWatcher "key$i" -Count 1 -Props $i -Action { "$Props sees $($Update.Value)" } }
        $self.Refresh()
        $self.Threads.Count - $threads | Should -BeLessThan 10
        @(Get-Runspace).Count | Should -Be $runspaces
        foreach ($i in 1, 17, 500, 999, 1000) {
            Set-ZState "key$i" $i
            Receive-ZProcess $watchers[$i - 1].Process -Wait | Should -Be "$i sees $i"
        }

        $watchers | Unregister-ZStateWatcher
    }

    It 'that falls behind the kept history ends with ZProc.Compacted, and holds up no other watcher' {
        Stop-ZProcContext
        $context = Start-ZProcContext -MaximumHistoryCount 10
        $slow = Register-ZStateWatcher n -Action { $Update.Value; $null = Wait-ZState go -Equal 1 -Namespace signal }
        $quick = Register-ZStateWatcher n
        foreach ($i in 1..50) {
            Set-ZState n $i
            Wait-ZState -Watcher $quick | Should -Be $i
        }

        Set-ZState go 1 -Namespace signal
        { Receive-ZProcess $slow.Process -Wait -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Compacted*'
    }

    It 'does not take an action for a key, nor options of an action without an action' {
        { Register-ZStateWatcher { 'fired' } } | Should -Throw '*script block cannot be a key*'
        { Register-ZStateWatcher -When { $_.k -gt 1 } { 'fired' } } | Should -Throw '*script block cannot be a key*'
        { Register-ZStateWatcher n -Count 2 } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
    }

    It 'is neither registered nor unregistered with -WhatIf' {
        Register-ZStateWatcher n -Action { } -WhatIf | Should -BeNullOrEmpty
        Register-ZStateWatcher n -WhatIf | Should -BeNullOrEmpty
        Get-ZStateWatcher | Should -BeNullOrEmpty
        Get-ZProcess | Should -BeNullOrEmpty
        $watcher = Register-ZStateWatcher n -Name stays
        Unregister-ZStateWatcher stays -WhatIf
        Set-ZState n 1
        Wait-ZState -Watcher $watcher -TimeoutSec 120 | Should -Be 1
        Get-ZStateWatcher stays | Should -Be $watcher
    }

    It 'completes with Tab' {
        $null = Register-ZStateWatcher n -Name 'first one'
        $null = Register-ZStateWatcher n -Name firm -Action { }
        $typed = 'Unregister-ZStateWatcher -Name fir'
        [System.Management.Automation.CommandCompletion]::CompleteInput($typed, $typed.Length, $null).CompletionMatches.CompletionText |
            Should -Be @("'first one'", 'firm')
    }

    It 'gives an error when there is no such watcher' {
        { Unregister-ZStateWatcher nobody -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        { Unregister-ZStateWatcher -Id 999999 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
    }
}

Describe 'One counter and many contenders' {
    It '4 runspaces and 4 OS processes, 500 atomic increments each, end at exactly 4,000' {
        Use-ZProcContext {
            Set-ZState n 0
            $work = { foreach ($i in 1..500) { Update-ZState { $State.n++ } } }
            $processes = @(Start-ZProcess $work -Count 4 -As Process) + @(Start-ZProcess $work -Count 4 -As Runspace)
            $null = Receive-ZProcess $processes -Wait -ErrorAction Stop
            Get-ZState n
        } | Should -Be 4000
    }
}
