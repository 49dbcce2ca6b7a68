# How a watch ends: by itself, by Ctrl+C, or with the process of its action; it leaves nothing behind.

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/Pace.psm1"
    $manifest = Convert-Path "$PSScriptRoot/../../ZProc.psd1"

    # Whether the namespace 'default' is watched, as the store itself knows.
    function Test-Watched {
        $inside = [System.Reflection.BindingFlags] 'Instance, Public, NonPublic'
        $client = [ZProc.Contexts.ZProcContext].GetProperty('Client', $inside).GetValue($context)
        $store = $client.GetType().GetField('_store', $inside).GetValue($client)
        $namespaces = $store.GetType().GetField('_namespaces', $inside).GetValue($store)
        $space = $namespaces.Find('default')
        $null -ne $space -and $space.Data.Feed.IsWatched
    }
}

Describe 'A watch' {
    BeforeEach {
        $context = Start-ZProcContext
    }

    AfterEach {
        Stop-ZProcContext
    }

    It 'is released at once when the next command has enough' {
        1..9 | ForEach-Object { Set-ZState load $_ }
        $seen = Watch-ZState load -SinceRevision 0 | Where-Object Value -GT 5 | Select-Object -First 3 | ForEach-Object { $_.Value }
        Test-Watched | Should -BeFalse
        $seen | Should -Be @(6, 7, 8)
    }

    It 'is released when it ends: <Name>' -ForEach @(
        @{ Name = 'a wait'; Watch = { Wait-ZState n -SinceRevision 0 } }
        @{ Name = 'a wait that timed out'; Watch = { Wait-ZState n -TimeoutSec 0 -ErrorAction Ignore } }
        @{ Name = 'a predicate that throws'; Watch = { try { Wait-ZState -When { throw 'no' } } catch { 'thrown' } } }
        @{ Name = 'a number of updates'; Watch = { Watch-ZState n -SinceRevision 0 -Count 1 } }
        @{ Name = 'an error of the next command'; Watch = { try { Watch-ZState n -SinceRevision 0 | ForEach-Object { throw 'no' } } catch { 'thrown' } } }
        @{ Name = 'a watcher'; Watch = { Register-ZStateWatcher n | Unregister-ZStateWatcher } }
        @{ Name = 'a watcher with an action'; Watch = { Register-ZStateWatcher n -Action { } | Unregister-ZStateWatcher } }
        @{ Name = 'a watcher whose action was called often enough'; Watch = { Receive-ZProcess (Register-ZStateWatcher n -SinceRevision 0 -Count 1 -Action { }).Process -Wait } }
        @{ Name = 'a watcher that could not be made'; Watch = { try { Register-ZStateWatcher n -Action { $using:nothing } } catch { 'refused' } } }
    ) {
        Set-ZState n 1
        $null = & $Watch
        # The end of the action's process releases the watch, on another thread.
        [System.Threading.SpinWait]::SpinUntil({ -not (Test-Watched) }, 120000) | Should -BeTrue
    }

    It 'ends at once when Ctrl+C stops it: <_>' -ForEach @(
        'Wait-ZState never'
        'Wait-ZState never -Equal 1'
        'Watch-ZState never | ForEach-Object { }'
        'Register-ZStateWatcher never | Wait-ZState'
        'Unregister-ZStateWatcher -Name busy'
    ) {
        $busy = Register-ZStateWatcher go -Action { $State.begun = $true; $null = Wait-ZState finish -Available }
        Set-ZState go 1
        $null = Wait-ZState begun -Available -TimeoutSec 120
        $shell = [powershell]::Create([runspace]::DefaultRunspace.InitialSessionState.Clone())
        $started = [System.Threading.ManualResetEventSlim]::new()
        $box = @{ Started = $started; Thread = $null; Busy = $busy }
        $text = $_ -replace '-Name busy', '$box.Busy'
        $null = $shell.AddScript("param(`$box, `$manifest) Import-Module `$manifest; `$box.Thread = [System.Threading.Thread]::CurrentThread; `$box.Started.Set(); $text").AddArgument($box).AddArgument($manifest)
        $run = $shell.BeginInvoke()
        try {
            $started.Wait(120000) | Should -BeTrue
            $waits = [System.Threading.ThreadState]::WaitSleepJoin
            [System.Threading.SpinWait]::SpinUntil({ $box.Thread.ThreadState -band $waits }, 120000) | Should -BeTrue
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $stopped = $shell.BeginStop($null, $null)
            $stopped.AsyncWaitHandle.WaitOne(120000) | Should -BeTrue
            $clock.Elapsed.TotalSeconds | Assert-Within 5
            $shell.EndStop($stopped)
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
        }
        finally {
            Set-ZState finish 1
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }

        Unregister-ZStateWatcher $busy
    }
}

Describe 'An action whose OS process is killed' {
    It 'fails, and affects no other watcher' {
        Use-ZProcContext {
            $other = Register-ZStateWatcher n
            $watcher = Register-ZStateWatcher n -As Process -Action { $State.victim = $PID }
            Set-ZState n 1
            $victim = Wait-ZState victim -Available -TimeoutSec 120
            $victim | Should -Be $watcher.Process.ProcessId
            [System.Diagnostics.Process]::GetProcessById($victim).Kill()
            { Receive-ZProcess $watcher.Process -Wait -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.ProcessFailed*'
            $watcher.Process.State | Should -Be 'Failed'
            Set-ZState n 2
            Wait-ZState -Watcher $other -TimeoutSec 120 | Should -Be 1
            Wait-ZState -Watcher $other -TimeoutSec 120 | Should -Be 2
            Unregister-ZStateWatcher $watcher
        }
    }
}
