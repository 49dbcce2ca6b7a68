# A server with its state on disk that dies, and the next one.
Describe 'A server that dies' {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../ZProc.psd1"
        Import-Module "$PSScriptRoot/Support/Family.psm1"
        $name = "test-restart-$PID"
        $path = Join-Path $TestDrive 'state'

        function Start-TestServer {
            $server = Start-ZProcServer $name -Path $path @args
            $null = Connect-ZProcContext -Name $name
            $server
        }

        # A background process that counts its attempts, makes a file when it is stopped, and does not end by itself then.
        function Start-Endless([string] $file) {
            Start-ZProcess -Background -Name kept -MaximumRetryCount 5 -RetryIntervalSec 0 -ArgumentList $file {
                param($file)
                Update-ZState runs -Increment 1
                try { $null = Wait-ZState never -Available } finally { [System.IO.File]::WriteAllText($file, ''); Start-Sleep 600 }
            }
            $null = Wait-ZState runs -Truthy -TimeoutSec 120
        }

        # Stop-ZProcServer, to be run beside the test.
        function New-StopCommand {
            [powershell]::Create().AddScript('param($module, $name) Import-Module $module; Stop-ZProcServer $name').AddArgument("$PSScriptRoot/../../ZProc.psd1").AddArgument($name)
        }

        # Ends the server as the system or a user would end any process, and waits for that.
        function Stop-TestServer([string] $signal) {
            $server = Get-ZProcServer $name
            $process = Get-Process -Id $server.ProcessId
            if ($signal -eq 'TERM') { & kill -TERM $server.ProcessId } else { Stop-Process -Id $server.ProcessId -Force }
            $process.WaitForExit()
        }
    }

    AfterEach {
        Get-ZProcContext | Disconnect-ZProcContext
        Get-ZProcServer "$name*" | Stop-ZProcServer
        Remove-Item $path -Recurse -Force -ErrorAction Ignore
    }

    Context 'The next command' {
        It 'starts a server that was killed, and nothing is lost' {
            $null = Start-TestServer
            Set-ZState n 1
            $context = Get-ZProcContext
            Stop-TestServer
            $down = Get-ZProcServer $name
            $down.State, $down.ProcessId, $down.Path | Should -Be 'Down', $null, $path

            Update-ZState n -Increment 1 | Should -Be 2
            $next = Get-ZProcServer $name
            $next.State | Should -Be 'Running'
            $next.Endpoint | Should -Be $down.Endpoint
            (Get-ZProcContext).ProcessId | Should -Be $next.ProcessId
            (Get-ZProcContext).Id | Should -Be $context.Id
            Get-ZState n -Revision 1 | Should -Be 1
        }

        It 'starts a server that was killed, also when the session only reads' {
            $null = Start-TestServer
            Set-ZState status 'busy'
            1..20 | ForEach-Object { Get-ZState status } | Select-Object -Unique | Should -Be 'busy' # from a copy in the end
            Stop-TestServer
            Wait-Until { (Get-ZState status) -eq 'busy' -and (Get-ZProcServer $name).State -eq 'Running' } 90 'the next server'

            $null = Start-ZProcess { Set-ZState status 'done' } | Wait-ZProcess -TimeoutSec 120
            Get-ZState status | Should -Be 'done'
        }

        It 'starts a server to join by its name' {
            $first = Start-TestServer -MaximumHistoryCount 2000
            Set-ZState kept 'here'
            Disconnect-ZProcContext
            Stop-TestServer
            (Connect-ZProcContext -Name $name -WhatIf) | Should -BeNullOrEmpty
            (Get-ZProcServer $name).State | Should -Be 'Down'

            $context = Connect-ZProcContext -Name $name
            $context.ProcessId | Should -Not -Be $first.ProcessId
            Get-ZState kept | Should -Be 'here'
        }

        It 'starts a server that is piped to the command that joins it' {
            $null = Start-TestServer
            Set-ZState kept 'here'
            Disconnect-ZProcContext
            Stop-TestServer
            $down = Get-ZProcServer $name
            ($down | Connect-ZProcContext -WhatIf) | Should -BeNullOrEmpty
            (Get-ZProcServer $name).State | Should -Be 'Down'

            $context = $down | Connect-ZProcContext
            $context.Name | Should -Be $name
            Get-ZState kept | Should -Be 'here'
            Disconnect-ZProcContext
            Stop-TestServer

            $context = $down | Connect-ZProcContext -Name mine
            $context.Name | Should -Be 'mine'
            Get-ZState kept | Should -Be 'here'
        }

        It 'joins the server that now runs in the place of one that is piped and was found when it was down' {
            $null = Start-TestServer
            Disconnect-ZProcContext
            Stop-TestServer
            $down = Get-ZProcServer $name
            $null = Connect-ZProcContext -Name $name
            Disconnect-ZProcContext
            $context = $down | Connect-ZProcContext
            $context.ProcessId | Should -Be (Get-ZProcServer $name).ProcessId
        }

        It 'starts no server for another connection string that is piped with its name' {
            $null = Start-TestServer
            Disconnect-ZProcContext
            Stop-TestServer
            $other = Start-ZProcContext
            $piped = [pscustomobject]@{ Name = $name; ConnectionString = $other.ConnectionString }
            Stop-ZProcContext $other
            { $piped | Connect-ZProcContext -TimeoutSec 1 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.CannotConnect*'
            (Get-ZProcServer $name).State | Should -Be 'Down'
        }

        It 'gives a start up after -TimeoutSec, and a later one starts the server' {
            $null = Start-TestServer
            Set-ZState kept 'here'
            Disconnect-ZProcContext
            Stop-TestServer
            $down = Get-ZProcServer $name
            { Connect-ZProcContext -Name $name -TimeoutSec 0.05 -ErrorAction Stop } | Should -Throw '*within 0*seconds*' -ErrorId 'ZProc.ProcessFailed*'
            Wait-Until { Get-ZProcServer "$name*" | Where-Object { $_.State -eq 'Down' -and $_.StartTime -gt $down.StartTime } } 120 'the end of the server that was given up'
            $null = Connect-ZProcContext -Name $name
            Get-ZState kept | Should -Be 'here'
        }

        It 'starts one server when several sessions need it' {
            $null = Start-TestServer
            $processes = 1..3 | ForEach-Object {
                Start-ZProcess { Update-ZState ready -Increment 1; $null = Wait-ZState go -Available -TimeoutSec 120; Update-ZState n -Increment 1 }
            }
            $null = Wait-ZState ready -Equal 3 -TimeoutSec 120
            Stop-TestServer
            Set-ZState go $true
            $null = $processes | Wait-ZProcess -TimeoutSec 120
            $processes | ForEach-Object { $_.State | Should -Be 'Completed' }
            Get-ZState n | Should -Be 3
            @(Get-ZProcServer $name).Count | Should -Be 1
            $processes | Remove-ZProcess
        }

        It 'finds no server that was stopped, and only forgets one that is down' {
            $null = Start-TestServer
            Stop-TestServer
            Disconnect-ZProcContext
            Stop-ZProcServer $name
            Get-ZProcServer $name* | Should -BeNullOrEmpty
            { Connect-ZProcContext -Name $name -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.CannotConnect*'
            $path | Should -Exist
        }

        It 'finds no server whose folder was removed' {
            $null = Start-TestServer
            Disconnect-ZProcContext
            Stop-TestServer
            Remove-Item $path -Recurse -Force
            Get-ZProcServer $name* | Should -BeNullOrEmpty
        }

        It 'says with -Restart and no -Path what is missing' {
            { Start-ZProcServer $name -Restart -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        }
    }

    Context 'A guard' {
        It 'starts the next server by itself, and ends when the server is stopped' {
            $first = Start-TestServer -Restart
            $first.Restart | Should -BeTrue
            Set-ZState n 1
            Disconnect-ZProcContext
            foreach ($time in 1..2) {
                $old = (Get-ZProcServer $name).ProcessId
                Stop-TestServer
                Wait-Until { (Get-ZProcServer $name).State -eq 'Running' } 90 'a next server'
                (Get-ZProcServer $name).ProcessId | Should -Not -Be $old
            }

            $guards = @()
            if (-not $env:ZPROC_UNDER_WINE) { # where a question for a command line ends the session
                $guards = @(Get-Process pwsh, dotnet -ErrorAction Ignore | Where-Object { $_.CommandLine -match 'ServerGuard' -and $_.StartTime -ge $first.StartTime.AddSeconds(-5) })
                $guards.Count | Should -BeGreaterOrEqual 1
            }

            $null = Connect-ZProcContext -Name $name
            Get-ZState n | Should -Be 1
            Disconnect-ZProcContext
            Stop-ZProcServer $name
            foreach ($guard in $guards) {
                $guard.WaitForExit(60000) | Should -BeTrue
            }
        }
    }

    Context 'A guard that has no file descriptors left' -Skip:(-not ($IsLinux -and (Get-Command prlimit -CommandType Application -ErrorAction Ignore))) {
        It 'starts the next server when it has some again' {
            $null = Start-TestServer -Restart
            Disconnect-ZProcContext
            $guard = @(Get-Process pwsh, dotnet -ErrorAction Ignore | Where-Object { (Get-ChildItem "/proc/$($_.Id)/fd" -ErrorAction Ignore).LinkTarget -like "*/_$name.guard" })
            $guard | Should -HaveCount 1
            prlimit --pid $guard[0].Id --nofile=3:
            Stop-TestServer
            Start-Sleep -Seconds 2
            $guard[0].HasExited | Should -BeFalse
            prlimit --pid $guard[0].Id --nofile=1024:
            Wait-Until { (Get-ZProcServer $name).State -eq 'Running' } 90 'a next server'
        }
    }

    Context 'Background processes of a server that dies' {
        It 'are lost, or begin again where their retry policy says so' {
            $null = Start-TestServer
            $kept = Start-ZProcess -Background -Name kept -MaximumRetryCount 2 -RetryIntervalSec 0 {
                $null = Update-ZState runs -Increment 1
                $null = Wait-ZState go -Available
                "attempt done with $($Props.word)"
            } -Props @{ word = 'props' }
            $other = Start-ZProcess -Background -Name other -MaximumRetryCount 2 -RetryFor IOException { Set-ZState other 1; $null = Wait-ZState go -Available }
            $plain = Start-ZProcess -Background -Name plain { Set-ZState plain 1; $null = Wait-ZState go -Available }
            $ended = Start-ZProcess -Background -Name ended -MaximumRetryCount 2 { 'at once' }
            $null = Wait-ZProcess $ended -TimeoutSec 120
            foreach ($key in 'runs', 'other', 'plain') { $null = Wait-ZState $key -Available -TimeoutSec 120 }
            $old = $kept.ProcessId
            Stop-TestServer

            $null = Wait-ZState runs -Equal 2 -TimeoutSec 120
            Test-Alive $old | Should -BeFalse
            $again = Get-ZProcess kept
            $again.State, $again.Attempts | Should -Be 'Running', 2
            $again.AttemptHistory[0].Error | Should -BeLike "*was lost*"
            $null = Wait-ZProcess other, plain -TimeoutSec 120 -ErrorAction SilentlyContinue
            (Get-ZProcess other).State, (Get-ZProcess plain).State, (Get-ZProcess ended).State | Should -Be 'Lost', 'Lost', 'Completed'
            Set-ZState go $true
            Receive-ZProcess $again -Wait -WarningAction SilentlyContinue | Should -Be 'attempt done with props'
            Wait-Until { -not (Get-ZState -Namespace '$starts').Count } 30 'the start is dropped'
            Get-ZState runs | Should -Be 2
        }

        It 'begin again after the machine ended them with the server, and stay ended after Stop-ZProcServer' -Skip:$IsWindows {
            $null = Start-TestServer
            $null = Start-ZProcess -Background -Name kept -MaximumRetryCount 5 -RetryIntervalSec 0 {
                Update-ZState runs -Increment 1
                try { $null = Wait-ZState go -Available } finally { Update-ZState ends -Increment 1 }
            }
            $null = Wait-ZState runs -Available -TimeoutSec 120
            Stop-TestServer TERM
            $null = Wait-ZState runs -Equal 2 -TimeoutSec 120
            Get-ZState ends | Should -Be 1
            (Get-ZProcess kept).State | Should -Be 'Running'

            Disconnect-ZProcContext
            Stop-ZProcServer $name
            $null = Start-TestServer
            (Get-ZProcess -All kept).State | Should -Be 'Stopped'
            Get-ZState runs | Should -Be 2
            Get-ZState ends | Should -Be 2
        }

        It 'are received and stopped while they wait for their retry under the next server' {
            $null = Start-TestServer
            $process = Start-ZProcess -Background -Name kept -MaximumRetryCount 5 -RetryIntervalSec 600 { throw 'no luck' }
            Wait-Until { $process.NextAttempt } 120 'the wait for the retry'
            Stop-TestServer
            Get-ZState never -Default none | Should -Be none # starts the next server
            $process | Receive-ZProcess -ErrorAction Stop | Should -BeNullOrEmpty
            $stop = [powershell]::Create().AddScript('param($module, $process) Import-Module $module; $process | Stop-ZProcess').AddArgument("$PSScriptRoot/../../ZProc.psd1").AddArgument($process)
            try { $stop.BeginInvoke().AsyncWaitHandle.WaitOne(60000) | Should -BeTrue }
            finally {
                $stop.Stop()
                $stop.Dispose()
            }

            (Get-ZProcess -All kept).State | Should -Be 'Stopped'
            (Get-ZState -Namespace '$starts').Count | Should -Be 0
        }

        It 'have ended when Stop-ZProcServer returns, however long that takes' -Skip:$IsWindows {
            $server = Start-TestServer
            $file = Join-Path $TestDrive 'finally'
            $null = Start-ZProcess -Background -Name kept -MaximumRetryCount 5 -RetryIntervalSec 0 -ArgumentList $file {
                param($file)
                try { $State.up = $true; $null = Wait-ZState never -Available } finally { [System.IO.File]::WriteAllText($file, '') }
            }
            $null = Wait-ZState up -Truthy -TimeoutSec 120
            Disconnect-ZProcContext
            $stop = New-StopCommand
            $stopped = $stop.BeginInvoke()
            try {
                Wait-Until { Test-Path $file } 120 'the end of the process'
                kill -STOP $server.ProcessId # a machine that is busy with other work
                Start-Sleep 12 # longer than a server that does not answer is waited for
            }
            finally { kill -CONT $server.ProcessId }
            $null = $stop.EndInvoke($stopped)
            "$($stop.Streams.Error)" | Should -BeNullOrEmpty
            $stop.Dispose()

            $null = Start-TestServer
            (Get-ZProcess -All kept).State | Should -Be 'Stopped'
        }

        It 'do not begin again when the server dies while <_>' -Skip:$IsWindows -ForEach 'Stop-ZProcess ends them', 'Stop-ZProcess ends them and it is interrupted' {
            $server = Start-TestServer
            $file = Join-Path $TestDrive "stopping-$($_.Length)"
            $process = Start-Endless $file
            $stop = [powershell]::Create().AddScript('param($module, $process) Import-Module $module; $process | Stop-ZProcess -GraceSec 300').AddArgument("$PSScriptRoot/../../ZProc.psd1").AddArgument($process)
            $stopped = $stop.BeginInvoke()
            Wait-Until { Test-Path $file } 120 'the end of the process'
            Stop-TestServer $(if ($_ -like '*interrupted') { 'TERM' })
            Get-ZState runs | Should -Be 1 # starts the next server
            (Get-ZProcess -All kept | Wait-ZProcess -TimeoutSec 120).State | Should -BeIn 'Lost', 'Stopped'
            Get-ZState runs | Should -Be 1
            $null = $stop.EndInvoke($stopped)
            $stop.Dispose()
        }

        It 'do not begin again when the server is killed while Stop-ZProcServer ends it' -Skip:$IsWindows {
            $server = Start-TestServer
            $file = Join-Path $TestDrive 'begun'
            $null = Start-Endless $file
            Disconnect-ZProcContext
            $stop = New-StopCommand
            $stopped = $stop.BeginInvoke()
            Wait-Until { Test-Path $file } 120 'the end of the process'
            Stop-Process -Id $server.ProcessId -Force
            $null = $stop.EndInvoke($stopped)
            $stop.Dispose()

            $null = Start-TestServer
            (Get-ZProcess -All kept).State | Should -Be 'Lost'
            Get-ZState runs | Should -Be 1
        }
    }
}

Describe 'A process that an earlier server left' {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../ZProc.psd1"
        Import-Module "$PSScriptRoot/Support/Family.psm1"
        $inside = [System.Reflection.BindingFlags] 'Instance, Public, NonPublic'
        $context = (Start-ZProcContext -Path (Join-Path $TestDrive 'left') -SpareProcesses 0).PSObject.BaseObject
        $table = [ZProc.Contexts.ZProcContext].GetProperty('Processes', $inside).GetValue($context)
        $kept = [Activator]::CreateInstance([ZProc.Processes.ZProcess].Assembly.GetType('ZProc.Processes.KeptStarts'), $context)
        $table.GetType().GetProperty('Kept').SetValue($table, $kept)

        function Stop-Left([object] $Process) {
            [ZProc.Processes.ZProcess].GetMethod('BeginStop', $inside).Invoke($Process, @([timespan]::Zero, [System.Threading.CancellationToken]::None))
        }
    }

    BeforeEach {
        $process = Start-ZProcess -As Runspace -MaximumRetryCount 1 { $null = Wait-ZState never -Available }
        Wait-Until { (Get-ZState -Namespace '$processes' $process.RecordId).state -eq 'Running' } 60 'the record'
        $left = [Activator]::CreateInstance([ZProc.Processes.ZProcess], $inside, $null, @($context, @($kept.FindLeft())[0]), $null)
    }

    AfterEach {
        Get-ZProcess | Remove-ZProcess -Force
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    It 'has the status of then until it goes on' {
        $left.StartTime | Should -Be $process.StartTime
        $left.StartTime | Should -Not -BeNullOrEmpty
        $left.State, $left.Attempts | Should -Be 'Running', 1
    }

    It 'does not begin again when it is stopped before it goes on' {
        Stop-Left $left
        $left.State | Should -Be 'Stopped'
        (Get-ZState -Namespace '$starts').Count | Should -Be 0
    }

    It 'does not begin again when it is stopped while its start is written' {
        # The gate holds the thread that goes on with it.
        $gate = $kept.GetType().GetField('_gate', $inside).GetValue($kept)
        $contended = [System.Threading.Monitor]::LockContentionCount
        [System.Threading.Monitor]::Enter($gate)
        try {
            $begun = [System.Threading.Tasks.Task]::Factory.StartNew([System.Delegate]::CreateDelegate([action], $left, 'StartJob'), [System.Threading.Tasks.TaskCreationOptions]::LongRunning)
            Wait-Until { [System.Threading.Monitor]::LockContentionCount -gt $contended } 60 'the thread'
            Stop-Left $left
        }
        finally { [System.Threading.Monitor]::Exit($gate) }

        { $begun.GetAwaiter().GetResult() } | Should -Throw '*has been started or stopped before*'
        (Get-ZState -Namespace '$starts').Count | Should -Be 0
    }
}
