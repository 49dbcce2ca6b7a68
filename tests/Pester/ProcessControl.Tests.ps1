# Get-, Wait-, Stop- and Remove-ZProcess.

BeforeDiscovery {
    . "$PSScriptRoot/Common.ps1"
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/Pace.psm1"
}

Describe 'A process -As <As>' -ForEach $kinds {
    BeforeAll {
        $context = Start-ZProcContext

        # Starts a script and returns when the script runs.
        function Start-Running([scriptblock] $Script) {
            Remove-ZState running -ErrorAction Ignore
            $process = Start-ZProcess -As $As -Name running $Script
            $null = Wait-ZState running -Equal 1 -TimeoutSec 120
            $process
        }
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    AfterEach {
        Get-ZProcess | Remove-ZProcess -Force
    }

    It 'is found by name, pattern and id' {
        $one = Start-ZProcess -As $As -Name 'find one' { }
        $two = Start-ZProcess -As $As -Name 'find two' { }
        (Get-ZProcess 'find one').Id | Should -Be $one.Id
        @(Get-ZProcess 'find*').Count | Should -Be 2
        (Get-ZProcess -Id $two.Id).Name | Should -Be 'find two'
        @(Get-ZProcess 'nobody*').Count | Should -Be 0
        Get-ZProcess 'nobody' -ErrorVariable missing -ErrorAction SilentlyContinue
        $missing[0].FullyQualifiedErrorId | Should -BeLike 'ZProc.InvalidArgument*'
        Get-ZProcess -Id 999999 -ErrorVariable missing -ErrorAction SilentlyContinue
        $missing[0].FullyQualifiedErrorId | Should -BeLike 'ZProc.InvalidArgument*'
    }

    It 'is waited for until its deadline' {
        $process = Start-Running { $State.running = 1; Wait-ZState go -Equal 1 }
        $process | Wait-ZProcess -TimeoutSec 0.05 -ErrorVariable late -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $late[0].FullyQualifiedErrorId | Should -BeLike 'ZProc.Timeout*'
        $late[0].Exception | Should -BeOfType ([System.TimeoutException])
        Set-ZState go 1
        ($process | Wait-ZProcess -Timeout 120).State | Should -Be 'Completed'
        Remove-ZState go
        { $process | Wait-ZProcess -TimeoutSec -1 } | Should -Throw '*-1*' -ErrorId 'ZProc.InvalidArgument*'
    }

    It 'is the target of the errors about it, which other commands take' {
        $process = Start-Running { $State.running = 1; Wait-ZState never }
        $process | Remove-ZProcess -ErrorVariable refused -ErrorAction SilentlyContinue
        $refused[0].TargetObject | Should -Be $process
        $null = $process | Start-ZProcess -ErrorVariable refused -ErrorAction SilentlyContinue
        $refused[0].TargetObject | Should -Be $process
        $process | Wait-ZProcess -TimeoutSec 0.05 -ErrorVariable late -ErrorAction SilentlyContinue
        $late.TargetObject | Stop-ZProcess
        $process.State | Should -Be 'Stopped'
    }

    It 'is waited for with others, or until the first' {
        $slow = Start-Running { $State.running = 1; Wait-ZState go -Equal 1 }
        $fast = Start-ZProcess -As $As { }
        ($slow, $fast | Wait-ZProcess -Any).Id | Should -Be $fast.Id
        Set-ZState go 1
        ($slow, $fast | Wait-ZProcess).Id | Should -Be @($slow.Id, $fast.Id)
        Remove-ZState go
    }

    It 'has its writes seen by later reads' {
        foreach ($i in 1..10) {
            Start-ZProcess -As $As -ArgumentList $i { param($i) $State.last = $i } | Wait-ZProcess | Should -Not -BeNullOrEmpty
            Get-ZState last | Should -Be $i
        }
    }

    It 'runs its finally blocks when it is stopped' {
        $process = Start-Running { try { $State.running = 1; while ($true) { Start-Sleep 1 } } finally { $State.cleaned = 1 } }
        $process | Stop-ZProcess -GraceSec 60
        $process.State | Should -Be 'Stopped'
        Get-ZState cleaned | Should -Be 1
        Remove-ZState cleaned
    }

    It 'is stopped in the middle of a native command' {
        $process = Start-Running { $State.running = 1; if ($IsWindows) { & "$env:SystemRoot/system32/ping.exe" -n 1000 127.0.0.1 } else { sleep 1000 } }
        $process | Stop-ZProcess -GraceSec 60
        $process.State | Should -Be 'Stopped'
    }

    It 'is not asked for longer than the grace' {
        $gate = if ($As -eq 'Runspace') { [System.Threading.ManualResetEventSlim]::new() }
        $process = Start-Running { $State.running = 1; if ($gate = $using:gate) { $gate.Wait() } else { [System.Threading.Thread]::Sleep(600000) } }
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $process | Stop-ZProcess -GraceSec 0.2
        $watch.Elapsed.TotalSeconds | Assert-Within 10
        $process.HasExited | Should -BeTrue
        $process.State | Should -Be 'Stopped'
        if ($As -eq 'Process') {
            Test-Path "/proc/$($process.ProcessId)/exe" | Should -BeFalse
        }
        else {
            $process | Receive-ZProcess -ErrorVariable errors -ErrorAction SilentlyContinue
            "$($errors[0])" | Should -Match 'abandoned'
            $gate.Set()
        }
    } -Skip:(-not $IsLinux)

    It 'goes at once with -Force' {
        $process = Start-Running { try { $State.running = 1; Wait-ZState never } finally { $State.cleaned = 1 } }
        $process | Stop-ZProcess -Force
        $process.State | Should -Be 'Stopped'
    }

    It 'is removed when it has ended, or with -Force' {
        $process = Start-Running { $State.running = 1; Wait-ZState never }
        $process | Remove-ZProcess -ErrorVariable refused -ErrorAction SilentlyContinue
        $refused[0].FullyQualifiedErrorId | Should -BeLike 'ZProc.InvalidArgument*'
        $process | Remove-ZProcess -WhatIf -Force
        (Get-ZProcess running).Id | Should -Be $process.Id
        $process | Remove-ZProcess -Force
        Get-ZProcess | Should -BeNullOrEmpty
        $process.HasExited | Should -BeTrue
    }

    It 'refuses a grace that makes no sense' {
        $process = Start-ZProcess -As $As { }
        { $process | Stop-ZProcess -GraceSec -1 } | Should -Throw '*-1*' -ErrorId 'ZProc.InvalidArgument*'
    }

    It 'gives up its turn when it is killed' {
        Set-ZState n 1
        $gate = if ($As -eq 'Runspace') { [System.Threading.ManualResetEventSlim]::new() }
        $process = Start-Running {
            $gate = $using:gate
            $State.running = 1
            Update-ZState -ArgumentList $gate {
                param($gate)
                $State.n = 100
                if ($gate) { $gate.Wait() } else { [System.Threading.Thread]::Sleep(600000) }
            }
        }
        $process | Stop-ZProcess -Force
        Update-ZState { $State.n++ } -TimeoutSec 120
        Get-ZState n | Should -Be 2
        if ($gate) { $gate.Set() }
    }
}

Describe 'A process that is given to a worker started in advance' -Skip:(-not $IsLinux) {
    BeforeAll {
        $context = Start-ZProcContext

        # Waits for a worker that was started in advance, and gives its id.
        function Wait-Spare {
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            while ($watch.Elapsed.TotalSeconds -lt 60) {
                foreach ($folder in [System.IO.Directory]::GetDirectories('/proc')) {
                    try {
                        $stat = [System.IO.File]::ReadAllText("$folder/stat")
                        $listens = [System.IO.Directory]::GetDirectories("$folder/task").Where{ [System.IO.File]::ReadAllText("$_/comm") -like 'ZProc parent*' }
                    }
                    catch {
                        continue # no process, or no more
                    }

                    $id = [System.IO.Path]::GetFileName($folder) -as [int]
                    $parent = [int] $stat.Substring($stat.LastIndexOf(')') + 2).Split(' ')[1]
                    if ($parent -eq $PID -and $listens -and $id -notin (Get-ZProcess).ProcessId) { return $id }
                }
            }

            throw 'No worker was started in advance.'
        }
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    It 'goes to another worker when the first dies before it takes it up' {
        $null = Start-ZProcess { } | Wait-ZProcess
        $spare = Wait-Spare
        /bin/kill -STOP $spare
        $process = Start-ZProcess { "ran in $PID" }
        $process.ProcessId | Should -Be $spare
        /bin/kill -KILL $spare
        $ran = $process | Receive-ZProcess -Wait
        $process.ProcessId | Should -Not -Be $spare
        $ran | Should -Be "ran in $($process.ProcessId)"
    }

    It 'is stopped in whichever worker has it' {
        $null = Start-ZProcess { } | Wait-ZProcess
        $spare = Wait-Spare
        /bin/kill -STOP $spare
        $process = Start-ZProcess { 'never' }
        $process.ProcessId | Should -Be $spare
        $process | Stop-ZProcess -GraceSec 0.1
        $process.State | Should -Be 'Stopped'
        $process | Receive-ZProcess | Should -BeNullOrEmpty
    }
}

Describe 'Restart-ZProcess of a script that cannot be stopped' {
    BeforeAll {
        $context = Start-ZProcContext
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    It 'is an error, and runs no second copy beside it until it is asked again' {
        $gate = [System.Threading.ManualResetEventSlim]::new()
        $process = Start-ZProcess -As Runspace { $gate = $using:gate; $null = Update-ZState runs -Increment 1; $gate.Wait() }
        $null = Wait-ZState runs -Equal 1 -TimeoutSec 120
        Restart-ZProcess $process -GraceSec 0.2 -ErrorVariable refused -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $refused[0].FullyQualifiedErrorId | Should -BeLike 'ZProc.ProcessFailed*'
        "$($refused[0])" | Should -BeLike '*not restarted*'
        $process.State | Should -Be 'Stopped'
        Get-ZProcess | Should -Be $process
        $again = Restart-ZProcess $process
        $null = Wait-ZState runs -Equal 2 -TimeoutSec 120
        $again.State | Should -Be 'Running'
        $gate.Set()
        $null = $again | Wait-ZProcess -TimeoutSec 120
        $again | Remove-ZProcess
    }

    It 'knows a script that a time limit could not stop, in its session and in others' {
        $gate = [System.Threading.ManualResetEventSlim]::new()
        $process = Start-ZProcess -As Runspace -TimeoutSec 10000 { $gate = $using:gate; $State.waits = 1; $gate.Wait() }
        $null = Wait-ZState waits -Equal 1 -TimeoutSec 120
        $supervisor = $process.GetType().GetField('_control', 'NonPublic, Instance').GetValue($process)
        $onTimer = $supervisor.GetType().GetMethod('OnTimer', [System.Reflection.BindingFlags] 'NonPublic, Instance')
        foreach ($passed in 'AttemptTimeout', 'Grace') {
            $onTimer.Invoke($supervisor, @([Enum]::Parse($onTimer.GetParameters()[0].ParameterType, $passed), 1))
        }
        $null = $process | Wait-ZProcess -TimeoutSec 120
        $gate.Set()
        $process.LastError.FullyQualifiedErrorId | Should -BeLike 'ZProc.Timeout*'
        $process.GetType().GetProperty('WasAbandoned', [System.Reflection.BindingFlags] 'NonPublic, Instance').GetValue($process) | Should -BeTrue
        (Get-ZState -Namespace '$processes' "$($process.RecordId)").wasAbandoned | Should -BeTrue
        $process | Remove-ZProcess
    }
}
