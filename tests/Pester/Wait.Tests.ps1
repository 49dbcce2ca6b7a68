BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/Pace.psm1"
}

Describe 'Wait-ZState' {
    BeforeEach {
        $context = Start-ZProcContext
        Set-ZState -InputObject @{ n = 1; other = 'x'; table = @{ a = @(1, 2) } }
    }

    AfterEach {
        Stop-ZProcContext
    }

    It 'outputs at once when the condition holds already: <Name>' -ForEach @(
        @{ Name = 'equal'; Wait = { Wait-ZState n -Equal 1 }; Result = 1 }
        @{ Name = 'equal, by value whatever the type'; Wait = { Wait-ZState n -Equal 1.0 }; Result = 1 }
        @{ Name = 'not equal'; Wait = { Wait-ZState n -NotEqual 2 }; Result = 1 }
        @{ Name = 'a predicate'; Wait = { (Wait-ZState -When { $_.n -eq 1 -and $_.other -eq 'x' }).n }; Result = 1 }
        @{ Name = 'deeply equal'; Wait = { (Wait-ZState table -Equal @{ a = @(1, 2) }).a.Count }; Result = 2 }
    ) {
        & $Wait | Should -Be $Result
    }

    It 'sees the commits since a revision, each once and in order' {
        $since = $context.State.Revision
        Set-ZState n 2
        Set-ZState n 3
        Wait-ZState n -SinceRevision $since | Should -Be 2
        Wait-ZState n -SinceRevision ($since + 1) | Should -Be 3
        Wait-ZState n -SinceRevision $since -Live | Should -Be 3
        $update = Wait-ZState n -SinceRevision $since -Detailed
        $update.Revision | Should -Be ($since + 1)
        $update.Keys | Should -Be 'n'
        $update.Before.n | Should -Be 1
        $update.After.n | Should -Be 2
        $update.Value | Should -Be 2
        $update.SourceId | Should -Not -BeNullOrEmpty
    }

    It 'outputs several keys as they were at that update' {
        $since = $context.State.Revision
        Set-ZState n 2
        Set-ZState n 3
        $values = Wait-ZState n, other -SinceRevision $since
        $values.n | Should -Be 2
        $values.other | Should -Be 'x'
        (Wait-ZState -SinceRevision $since).Count | Should -Be 3
    }

    It 'skips keys that do not count' {
        $since = $context.State.Revision
        Set-ZState noise 1
        Set-ZState n 2
        (Wait-ZState -ExcludeKey noise -SinceRevision $since -Detailed).Keys | Should -Be 'n'
        (Wait-ZState o*, n -SinceRevision $since -Detailed).Keys | Should -Be 'n'
    }

    It 'times out at its deadline, with an exception of the base library' {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $failure = { Wait-ZState n -TimeoutSec 0.2 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Timeout*' -ExceptionType ([System.TimeoutException]) -PassThru
        $failure.CategoryInfo.Category | Should -Be 'OperationTimeout'
        $clock.Elapsed.TotalSeconds | Should -BeGreaterThan 0.19
        $clock.Elapsed.TotalSeconds | Assert-Within 5
        { Wait-ZState n -Equal 99 -Timeout 0 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Timeout*'
    }

    It 'refuses impossible arguments: <Name>' -ForEach @(
        @{ Name = 'a negative timeout'; Id = 'ZProc.InvalidArgument*'; Wait = { Wait-ZState n -TimeoutSec -1 } }
        @{ Name = 'a revision before the first'; Id = 'ZProc.InvalidArgument*'; Wait = { Wait-ZState n -SinceRevision -1 } }
        @{ Name = 'a revision to come'; Id = 'ZProc.InvalidArgument*'; Wait = { Wait-ZState n -SinceRevision 999 } }
        @{ Name = 'keys beside a watcher, which has its own'; Id = 'ZProc.InvalidArgument*'; Wait = { Wait-ZState n -Watcher (Register-ZStateWatcher other) } }
        @{ Name = 'a beginning beside a watcher, which has its own'; Id = 'ZProc.InvalidArgument*'; Wait = { Register-ZStateWatcher n | Wait-ZState -SinceRevision 0 -Live } }
        @{ Name = 'a bad key'; Id = 'ZProc.InvalidKey*'; Wait = { Wait-ZState "a`nb" } }
    ) {
        $Wait | Should -Throw -ErrorId $Id
    }
}

Describe 'A predicate that fails' {
    BeforeAll {
        $context = Start-ZProcContext
        Set-ZState n 1
    }

    AfterAll {
        Stop-ZProcContext
    }

    It 'is its caller''s error, with its type: <As>' -ForEach @(@{ As = 'Runspace' }, @{ As = 'Process' }) {
        { Wait-ZState -When { throw [System.ArithmeticException]::new('no') } } | Should -Throw 'no' -ExceptionType ([System.ArithmeticException])
        $watcher = Register-ZStateWatcher -As $As -When { throw [System.ArithmeticException]::new("at $($_.n)") } -Action { }
        { Receive-ZProcess $watcher.Process -Wait -ErrorAction Stop } | Should -Throw 'at 1' -ExceptionType ([System.ArithmeticException])
    }

    It 'names the command, and says how the block reads the watched key, as <As>' -ForEach @(@{ As = 'Runspace' }, @{ As = 'Process' }) {
        $failure = { Wait-ZState n -When { $_ -gt 50 } } | Should -Throw -PassThru
        "$failure" | Should -BeLike "The block of Wait-ZState -When failed: Cannot compare*`$_.n is the value of the key."
        $failure = { Wait-ZState "it's" -When { $_ -gt 50 } } | Should -Throw -PassThru
        "$failure" | Should -BeLike "*`$_`[[]'it''s'`] is the value of the key."
        $failure = { Wait-ZState n -When { throw 'no' } } | Should -Throw 'no' -PassThru
        "$failure" | Should -Be 'The block of Wait-ZState -When failed: no'
        $failure = { Wait-ZState n, m -When { throw 'no' } } | Should -Throw 'no' -PassThru
        "$failure" | Should -Be 'The block of Wait-ZState -When failed: no'
        $watcher = Register-ZStateWatcher n -As $As -When { $_ -gt 50 } -Action { }
        $failure = { Receive-ZProcess $watcher.Process -Wait -ErrorAction Stop } | Should -Throw -PassThru
        "$failure" | Should -BeLike "The block of Register-ZStateWatcher -When failed: Cannot compare*`$_.n is the value of the key."
    }

    It 'cannot leave the waiting command: <Name>' -ForEach @(
        @{ Name = 'break'; When = { break } }
        @{ Name = 'continue'; When = { continue } }
        @{ Name = 'exit'; When = { exit 3 } }
    ) {
        { Wait-ZState -When $When } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        $watcher = Register-ZStateWatcher -When $When -Action { }
        { Receive-ZProcess $watcher.Process -Wait -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
    }
}

Describe 'A passive watcher' {
    BeforeEach {
        $context = Start-ZProcContext
    }

    AfterEach {
        Stop-ZProcContext
    }

    It 'live, is not made to miss its update by one that does not count' {
        Set-ZState a 0
        $watcher = Register-ZStateWatcher a -When { $State.a -gt 1 } -Live
        Set-ZState a 5
        Set-ZState b 1
        (Wait-ZState -Watcher $watcher -TimeoutSec 120).a | Should -Be 5
        $own = Register-ZStateWatcher a -Truthy -Live -ExcludeSelf
        $null = Start-ZProcess -As Runspace { $State.a = 6 } | Wait-ZProcess
        Set-ZState a 7
        Wait-ZState -Watcher $own -TimeoutSec 120 | Should -Not -BeNullOrEmpty
    }

    It 'live, does not tell of a state that is over' {
        Set-ZState k 1
        $watcher = Register-ZStateWatcher k -Equal 1 -Live
        Set-ZState k 2
        { Wait-ZState -Watcher $watcher -TimeoutSec 0 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Timeout*'
        Set-ZState k 1
        Wait-ZState -Watcher $watcher -TimeoutSec 120 | Should -Be 1
    }

    It 'refuses impossible keys' {
        { Wait-ZState $nobody -TimeoutSec 1 } | Should -Throw -ErrorId 'ZProc.InvalidKey*'
        { Watch-ZState -LiteralKey '' -TimeoutSec 1 } | Should -Throw
        { Register-ZStateWatcher -ExcludeKey $null } | Should -Throw -ErrorId 'ZProc.InvalidKey*'
    }

    It 'keeps every update, in order, until it is pulled' {
        $watcher = Register-ZStateWatcher n -Name mine
        1..5 | ForEach-Object { Set-ZState n $_; Set-ZState noise $_ }
        1..5 | ForEach-Object { Wait-ZState -Watcher $watcher -TimeoutSec 120 } | Should -Be @(1, 2, 3, 4, 5)
        { Wait-ZState -Watcher $watcher -TimeoutSec 0 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Timeout*'
        (Get-ZStateWatcher mine).Id | Should -Be $watcher.Id
        Unregister-ZStateWatcher mine
        Get-ZStateWatcher | Should -BeNullOrEmpty
    }

    It 'can go live: <Name>' -ForEach @(
        @{ Name = 'a change'; Condition = @{} }
        @{ Name = 'a condition on the state'; Condition = @{ NotEqual = 0 } }
        @{ Name = 'a predicate'; Condition = @{ When = { $_.n } } }
    ) {
        $watcher = Register-ZStateWatcher n @Condition
        1..5 | ForEach-Object { Set-ZState n $_ }
        (Wait-ZState -Watcher $watcher -Detailed).Value | Should -Be 1
        $watcher.GoLive()
        (Wait-ZState -Watcher $watcher -Detailed).Value | Should -Be 5
        { Wait-ZState -Watcher $watcher -TimeoutSec 0 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Timeout*'
        Set-ZState n 6
        Set-ZState n 7
        (Wait-ZState -Watcher $watcher -Detailed).Value | Should -Be 7
    }

    It 'that is live skips older updates' {
        $watcher = Register-ZStateWatcher n -Live
        1..5 | ForEach-Object { Set-ZState n $_ }
        Wait-ZState -Watcher $watcher | Should -Be 5
        { Wait-ZState -Watcher $watcher -TimeoutSec 0 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Timeout*'
    }

    It 'leaves out the updates of the session that registered it, on request: <Name>' -ForEach @(
        @{ Name = 'a change'; Condition = @{}; At = 2, 4 }
        @{ Name = 'a condition on the state'; Condition = @{ NotEqual = 4 }; At = , 2 }
    ) {
        $watcher = Register-ZStateWatcher n -ExcludeSelf @Condition
        Set-ZState n 1
        $null = Receive-ZProcess (Start-ZProcess -As Runspace { $State.n = 2 }) -Wait
        Set-ZState n 3
        $null = Receive-ZProcess (Start-ZProcess -As Runspace { $State.n = 4 }) -Wait
        foreach ($revision in $At) { (Wait-ZState -Watcher $watcher -TimeoutSec 0 -Detailed).Revision | Should -Be $revision }
        { Wait-ZState -Watcher $watcher -TimeoutSec 0 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Timeout*'
        Wait-ZState n -ExcludeSelf -SinceRevision 0 | Should -Be 2
    }

    It 'is pulled from another runspace while the one that registered it is busy' {
        Set-ZState n 1
        # The predicate must not use variables of the busy session.
        $watcher = Register-ZStateWatcher -When { $_.n -gt 5 -and -not (Get-Variable watcher -ErrorAction Ignore) }
        $puller = Start-ZProcess -As Runspace { (Wait-ZState -Watcher $using:watcher -TimeoutSec 120).n }
        Set-ZState n 6
        $puller.Finished.WaitOne(120000) | Should -BeTrue # not by a command, which would serve the other runspace
        Receive-ZProcess $puller -Wait | Should -Be 6
    }

    It 'gives each update to one of the runspaces that pull from it: <Name>' -ForEach @(
        @{ Name = 'a change'; Condition = @{}; Seen = 1..999 }
        @{ Name = 'a predicate, judged at each revision'; Condition = @{ When = { $_.n % 2 -eq 1 } }; Seen = 1..999 | Where-Object { $_ % 2 } }
    ) {
        $many = @{}
        1..300 | ForEach-Object { $many["key$_"] = $_ } # so that one reader still looks at them when the next begins
        Set-ZState -InputObject $many
        $watcher = Register-ZStateWatcher n @Condition
        $pullers = Start-ZProcess -As Runspace -Count 4 {
            $null = Update-ZState ready -Increment 1 -Namespace gate
            $null = Wait-ZState ready -Equal 4 -Namespace gate -TimeoutSec 120
            while (($number = (Wait-ZState -Watcher $using:watcher -TimeoutSec 120 -Detailed).Value) -lt 1000) { $number }
        }
        1..999 | ForEach-Object { Set-ZState n $_ -NoWait }
        1001, 1003, 1005, 1007 | ForEach-Object { Set-ZState n $_ -NoWait } # an end for each
        $pulled = $pullers | Receive-ZProcess -Wait
        $pulled | Sort-Object | Should -Be $Seen
    }

    It 'gives the update it has inside an atomic block, where waiting is refused' {
        $watcher = Register-ZStateWatcher n
        Set-ZState n 1
        Update-ZState { Wait-ZState -Watcher $watcher } | Should -Be 1
        { Update-ZState { Wait-ZState -Watcher $watcher } } | Should -Throw -ErrorId 'ZProc.NestedUpdate*'
        { Update-ZState { Wait-ZState -Watcher $watcher -TimeoutSec 0 -ErrorAction Stop } } | Should -Throw -ErrorId 'ZProc.Timeout*'
    }

    It 'is no longer listed when it was disposed' {
        $watcher = Register-ZStateWatcher n -Name mine
        $watcher.Dispose()
        Get-ZStateWatcher | Should -BeNullOrEmpty
        $watcher.Dispose()
        Unregister-ZStateWatcher $watcher
    }

    It 'that was unregistered gives what it has, and then says that it was unregistered' {
        $watcher = Register-ZStateWatcher n -Name mine
        Set-ZState n 1
        Unregister-ZStateWatcher mine
        Wait-ZState -Watcher $watcher | Should -Be 1
        { Wait-ZState -Watcher $watcher } | Should -Throw "*'mine' was unregistered*" -ErrorId 'ZProc.InvalidArgument*'
    }

    It 'that gets no updates any more is an error of the pipeline, which goes on with the others' {
        $acting = Register-ZStateWatcher n -Name acting -As Runspace -Action { }
        $gone = Register-ZStateWatcher n -Name gone
        $watcher = Register-ZStateWatcher n
        Unregister-ZStateWatcher gone
        Set-ZState n 1
        $acting, $gone, $watcher | Wait-ZState -ErrorVariable failures -ErrorAction SilentlyContinue | Should -Be 1
        $failures.FullyQualifiedErrorId | Should -HaveCount 2
        $failures.FullyQualifiedErrorId | Should -BeLike 'ZProc.InvalidArgument,*'
        $failures.TargetObject | Should -Be 'acting', 'gone'
        { Wait-ZState -Watcher $acting } | Should -Throw "*'acting' has an action*" -ErrorId 'ZProc.InvalidArgument*'
        { $acting.GoLive() } | Should -Throw "*'acting' has an action*" -ErrorId 'ZProc.InvalidArgument*'
    }

    It 'shares its time with the others of its pipeline' {
        $watchers = 1..40 | ForEach-Object { Register-ZStateWatcher n }
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $watchers | Wait-ZState -TimeoutSec 2 -ErrorVariable failures -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 80 # each for itself takes 2 s at least
        $failures.FullyQualifiedErrorId | Should -HaveCount 40
    }

    It 'with a slow predicate waits no longer than its deadline, and goes on later where it was' {
        1..30 | ForEach-Object { Set-ZState n $_ }
        $calls = [System.Collections.Generic.List[int]]::new()
        $pause = 200
        $watcher = Register-ZStateWatcher -SinceRevision 0 -When { $calls.Add([int] $_.n); Start-Sleep -Milliseconds $pause; $_.n -eq 30 }
        { Wait-ZState -Watcher $watcher -TimeoutSec 0.4 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Timeout*'
        $calls.Count | Should -BeLessThan 15
        $calls.Clear()
        { Wait-ZState -SinceRevision 0 -When { $calls.Add([int] $_.n); Start-Sleep -Milliseconds $pause; $_.n -eq 30 } -TimeoutSec 0.4 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Timeout*'
        $calls.Count | Should -BeLessThan 15
        @(Watch-ZState -SinceRevision 0 -When { Start-Sleep -Milliseconds $pause; $true } -TimeoutSec 0.4 -ErrorAction SilentlyContinue).Count | Should -BeLessThan 15
        $pause = 0
        (Wait-ZState -Watcher $watcher -TimeoutSec 120).n | Should -Be 30
        $calls.Clear()
        (Wait-ZState -SinceRevision 0 -When { $calls.Add([int] $_.n); $_.n -eq 30 } -TimeoutSec 0).n | Should -Be 30 -Because 'a quick one still looks at all that was there'
    }

    It 'is told when its context stops' {
        $watcher = Register-ZStateWatcher n
        $null = Start-ZProcContext other
        Stop-ZProcContext $context.Name
        { Wait-ZState -Watcher $watcher } | Should -Throw -ErrorId 'ZProc.ContextStopped*'
        Unregister-ZStateWatcher $watcher
    }
}
