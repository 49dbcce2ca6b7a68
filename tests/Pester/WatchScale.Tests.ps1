BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
}

Describe 'One hot key' {
    It 'with 200 watchers and 10,000 updates: all see all, in order' {
        $context = Start-ZProcContext -MaximumHistoryCount 20000
        $passive = foreach ($i in 1..190) { Register-ZStateWatcher hot }
        $active = foreach ($i in 1..10) {
            Register-ZStateWatcher hot -As $(if ($i -le 2) { 'Process' } else { 'Runspace' }) -Count 10000 -Action {
                if ($Update.Value -ne ++$script:expected) { throw "$($Update.Value) where $script:expected was next" }
            }
        }

        foreach ($i in 1..10000) { Set-ZState hot $i -NoWait }
        Sync-ZState
        foreach ($watcher in $passive) {
            for ($i = 1; $i -le 10000; $i++) {
                if ((Wait-ZState -Watcher $watcher -TimeoutSec 0) -ne $i) { throw "$($watcher.Name) did not see $i" }
            }

            { Wait-ZState -Watcher $watcher -TimeoutSec 0 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Timeout*'
        }

        Receive-ZProcess $active.Process -Wait -ErrorAction Stop | Should -BeNullOrEmpty
        $active.Process.State | Should -Be (@('Completed') * 10)
        Stop-ZProcContext
    }
}

Describe 'A thousand idle watchers' {
    It 'use no processor time, with actions and without' {
        $null = Start-ZProcContext
        Set-ZState n 0
        $null = 1..500 | ForEach-Object {
            Register-ZStateWatcher "key$_" -Action { }
            Register-ZStateWatcher n -Equal $_
        }

        # Earlier code is still being compiled for a while. One quiet window of several is enough: a thread that polls would leave none.
        $self = [System.Diagnostics.Process]::GetCurrentProcess()
        $quietest = (1..5 | ForEach-Object {
            $self.Refresh()
            $before = $self.TotalProcessorTime
            Wait-ZState never -TimeoutSec 2 -ErrorAction Ignore
            $self.Refresh()
            ($self.TotalProcessorTime - $before).TotalMilliseconds
        } | Measure-Object -Minimum).Minimum
        Stop-ZProcContext
        $quietest | Should -BeLessThan 100
    }
}
