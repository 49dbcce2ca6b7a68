# Retries and time limits of attempts. The same for OS processes and runspaces.

BeforeDiscovery {
    . "$PSScriptRoot/Common.ps1"
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/Family.psm1"
    Import-Module "$PSScriptRoot/Support/Pace.psm1"
}

Describe 'A process -As <As> that fails' -ForEach $kinds {
    BeforeAll {
        $context = Start-ZProcContext

        # Everything a process wrote, as text, each stream marked; its own error is the last.
        function Get-Output($Process) { $Process | Receive-ZProcess -Wait -ErrorAction Continue 2>&1 3>&1 | ForEach-Object { "$($_.GetType().Name): $_" } }
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    AfterEach {
        Get-ZProcess | Remove-ZProcess -Force
    }

    It 'is not retried unasked' {
        $process = Start-ZProcess -As $As { throw 'once' } | Wait-ZProcess
        $process.Attempts | Should -Be 1
        $process.State | Should -Be 'Failed'
        $process.AttemptHistory.Error | Should -Be 'once'
    }

    It 'is retried until it succeeds, each time in a clean place, and stays running' {
        $process = Start-ZProcess -As $As -Name flaky -MaximumRetryCount 5 -RetryIntervalSec 0 {
            "attempt $($Process.Attempt), left: $left$env:ZPROC_LEFT"
            $global:left = 'something'
            Update-ZState tries -Increment 1 | Out-Null
            if ($Process.Attempt -lt 3) { throw [System.IO.IOException]::new('bad luck') }
            'fine'
        }
        $output = @(Get-Output $process)
        $output[0] | Should -Be 'String: attempt 1, left: '
        $output[1] | Should -BeLike "WarningRecord: Attempt 1 of 6 of the process 'flaky' failed*System.IO.IOException*bad luck*Retry.Tests.ps1:*The next attempt begins in 0 s."
        $output[2] | Should -Be 'String: attempt 2, left: '
        $output[3] | Should -BeLike 'WarningRecord: Attempt 2 of 6*'
        $output[4] | Should -Be 'String: attempt 3, left: '
        $output[5] | Should -Be 'String: fine'
        $output.Count | Should -Be 6
        $process.State | Should -Be 'Completed'
        $process.Attempts | Should -Be 3
        $process.AttemptHistory.Number | Should -Be @(1, 2, 3)
        $process.AttemptHistory.Error | Should -Be @('bad luck', 'bad luck', $null)
        $process.LastError.Exception | Should -BeOfType ([System.IO.IOException])
        Get-ZState tries | Should -Be 3
        Remove-ZState tries
    }

    It 'is retried the given number of times, and then fails with its last error' {
        $process = Start-ZProcess -As $As -MaximumRetryCount 2 -RetryIntervalSec 0 { throw "attempt $($Process.Attempt)" }
        $output = @(Get-Output $process)
        $output.Count | Should -Be 3
        $output[2] | Should -Be 'ErrorRecord: attempt 3'
        $process.Attempts | Should -Be 3
        $process.ExitCode | Should -Be 1
    }

    It 'is retried for the given errors: <Name>' -ForEach @(
        @{ Name = 'a type'; For = [System.IO.IOException]; Throw = { throw [System.IO.FileNotFoundException]::new('x') }; Attempts = 3 }
        @{ Name = 'a full name'; For = 'System.IO.FileNotFoundException'; Throw = { throw [System.IO.FileNotFoundException]::new('x') }; Attempts = 3 }
        @{ Name = 'a short name'; For = 'filenotfoundexception'; Throw = { throw [System.IO.FileNotFoundException]::new('x') }; Attempts = 3 }
        @{ Name = 'a name in brackets'; For = '[System.IO.IOException]'; Throw = { throw [System.IO.FileNotFoundException]::new('x') }; Attempts = 3 }
        @{ Name = 'the cause of a failed call'; For = [System.FormatException]; Throw = { [int]::Parse('x') }; Attempts = 3; Stop = $true }
        @{ Name = 'one of several'; For = 'System.TimeoutException', 'Exit'; Throw = { exit 4 }; Attempts = 3 }
        @{ Name = 'another type'; For = [System.TimeoutException]; Throw = { throw [System.IO.FileNotFoundException]::new('x') }; Attempts = 1 }
        @{ Name = 'the end of another name'; For = 'ception'; Throw = { exit 4 }; Attempts = 1 }
        @{ Name = 'an exit, and it throws'; For = 'Exit'; Throw = { throw 'x' }; Attempts = 1 }
    ) {
        $script = if ($Stop) { [scriptblock]::Create("`$ErrorActionPreference = 'Stop'; try { $Throw } catch { throw }") } else { $Throw }
        $process = Start-ZProcess -As $As $script -RetryFor $For -MaximumRetryCount 2 -RetryIntervalSec 0 -WarningAction SilentlyContinue | Wait-ZProcess
        $process.Attempts | Should -Be $Attempts
        $process.State | Should -Be 'Failed'
    }

    It 'is retried three times where no number is given' {
        (Start-ZProcess -As $As { exit 2 } -RetryFor Exit -RetryIntervalSec 0 | Wait-ZProcess).Attempts | Should -Be 4
    }

    It 'gets other props in a retry' {
        $process = Start-ZProcess -As $As -MaximumRetryCount 2 -RetryIntervalSec 0 -Props 'first' -RetryProps @{ second = 2 } {
            if ($Process.Attempt -lt 3) { throw 'again' }
            $Props.second
        }
        @(Get-Output $process)[-1] | Should -Be 'Int32: 2'
    }

    It 'gets $null as its props in a retry, where that was said' {
        $process = Start-ZProcess -As $As -MaximumRetryCount 1 -RetryIntervalSec 0 -Props 'first' -RetryProps $null {
            if ($Process.Attempt -lt 2) { throw 'again' }
            "<$Props>"
        }
        @(Get-Output $process)[-1] | Should -Be 'String: <>'
    }

    It 'waits longer each time, up to a bound' {
        $process = Start-ZProcess -As $As -MaximumRetryCount 4 -RetryIntervalSec 0.1 -RetryBackoff 3 -MaximumRetryIntervalSec 0.4 { throw 'x' } | Wait-ZProcess
        $history = $process.AttemptHistory
        $waits = foreach ($i in 1..4) { ($history[$i].StartTime - $history[$i - 1].EndTime).TotalSeconds }
        $waits[0] | Should -BeGreaterOrEqual 0.1
        $waits[1] | Should -BeGreaterOrEqual 0.3
        $waits[2] | Should -BeGreaterOrEqual 0.4
        $waits[3] | Should -BeGreaterOrEqual 0.4
        $waits[3] | Assert-Within 2.7
    }

    It 'gives up after so many failures within a time' {
        $process = Start-ZProcess -As $As -MaximumRetryCount 2 -RetryWindowSec 60 -RetryIntervalSec 0 { throw 'x' } | Wait-ZProcess
        $process.Attempts | Should -Be 3
        $patient = Start-ZProcess -As $As -MaximumRetryCount 1 -RetryWindowSec 0.001 -RetryIntervalSec 0.05 { if ($Process.Attempt -lt 6) { throw 'x' } } | Wait-ZProcess
        $patient.State | Should -Be 'Completed'
    }

    It 'is stopped while it waits for its next attempt' {
        $process = Start-ZProcess -As $As -MaximumRetryCount -1 -RetryIntervalSec 1000 { throw 'x' }
        $null = Wait-ZState -Namespace '$processes' $process.RecordId -When { $_["$($process.RecordId)"].nextAttempt } -TimeoutSec 120
        $process.State | Should -Be 'Running'
        $process.NextAttempt | Should -BeGreaterThan (Get-Date)
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $process | Stop-ZProcess
        $watch.Elapsed.TotalSeconds | Assert-Within 2
        $process.State | Should -Be 'Stopped'
        $process.NextAttempt | Should -BeNullOrEmpty
        $process.Attempts | Should -Be 1
    }

    It 'is stopped, with finally, when an attempt takes too long' {
        # The process has to come up in this time.
        $seconds = 1 + [Math]::Ceiling(3 * (Measure-Command { Start-ZProcess -As $As { } | Wait-ZProcess }).TotalSeconds)
        $process = Start-ZProcess -As $As -TimeoutSec $seconds -MaximumRetryCount 1 -RetryFor TimeoutException -RetryIntervalSec 0 {
            try { while ($true) { Start-Sleep 1 } } finally { 'cleaned' }
        }
        $output = @(Get-Output $process)
        @($output -eq 'String: cleaned').Count | Should -Be 2
        $output[-1] | Should -BeLike "*longer than $seconds seconds*"
        $process.LastError.FullyQualifiedErrorId | Should -BeLike 'ZProc.Timeout*'
        $process.State | Should -Be 'Failed'
    }

    It 'ends at its deadline, in an attempt and between attempts' {
        $waiting = Start-ZProcess -As $As -DeadlineSec 0.7 -MaximumRetryCount -1 -RetryIntervalSec 100 { throw 'early' }
        $working = Start-ZProcess -As $As -DeadlineSec 0.7 -MaximumRetryCount -1 { while ($true) { Start-Sleep 1 } }
        $null = $waiting, $working | Wait-ZProcess -TimeoutSec 120
        foreach ($process in $waiting, $working) {
            $process.State | Should -Be 'Failed'
            $process.LastError.Exception | Should -BeOfType ([System.TimeoutException])
            "$($process.LastError)" | Should -BeLike '*deadline of 0.7 seconds*'
        }
    }

    It 'keeps its own error where a time limit passes while what it has left ends' {
        $process = Start-ZProcess -As $As -TimeoutSec 10000 -MaximumRetryCount 1 -RetryFor IOException -RetryIntervalSec 0 {
            if ($Process.Attempt -gt 1) { return }
            $null = Start-ZProcess -As Runspace { try { $State.left = 1; Start-Sleep 600 } finally { while ($State.passed -ne 1) { [System.Threading.Thread]::Sleep(20) } } }
            $null = Wait-ZState left -Equal 1 -TimeoutSec 120
            throw [System.IO.IOException]::new('the cause')
        }
        $supervisor = $process.GetType().GetField('_control', 'NonPublic, Instance').GetValue($process)
        $state = $supervisor.GetType().GetField('_state', 'NonPublic, Instance')
        $onTimer = $supervisor.GetType().GetMethod('OnTimer', [System.Reflection.BindingFlags] 'NonPublic, Instance')
        try {
            Wait-Until { $state.GetValue($supervisor).HasScriptEnded -or $process.Attempts -gt 1 } 120 'the end of the script'
            $onTimer.Invoke($supervisor, @([Enum]::Parse($onTimer.GetParameters()[0].ParameterType, 'AttemptTimeout'), 1)) # the limit passes now
        }
        finally { Set-ZState passed 1 }
        ($process | Wait-ZProcess -TimeoutSec 120).State | Should -Be 'Completed'
        $process.AttemptHistory.Error | Should -Be @('the cause', $null)
        Remove-ZState left, passed
    }

    It 'tells other processes of it, so that one can supervise another' {
        $supervisor = Start-ZProcess -As Runspace {
            Watch-ZState -Namespace '$processes' -SinceRevision 0 -TimeoutSec 120 |
                Where-Object { $_.Value.name -eq 'watched' -and $_.Value.history.Count -eq 1 -and $_.Value.state -eq 'Running' } |
                Select-Object -First 1 | ForEach-Object { $_.Value.history[0].error }
        }
        $watched = Start-ZProcess -As $As -Name watched -MaximumRetryCount 1 -RetryIntervalSec 0 { throw 'seen' }
        $supervisor | Receive-ZProcess -Wait | Should -Be 'seen'
        $null = $watched | Wait-ZProcess
    }

    It 'refuses impossible arguments' {
        { Start-ZProcess -As $As { } -RetryFor 5 } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        { Start-ZProcess -As $As { } -RetryFor 'a b' } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        { Start-ZProcess -As $As { } -MaximumRetryCount -2 } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
        { Start-ZProcess -As $As { } -TimeoutSec 0 } | Should -Throw '*-TimeoutSec*' -ErrorId 'ZProc.InvalidArgument*'
        { Start-ZProcess -As $As { } -DeadlineSec -1 } | Should -Throw '*-DeadlineSec*' -ErrorId 'ZProc.InvalidArgument*'
    }
}

Describe 'An OS process that dies' {
    BeforeAll {
        $context = Start-ZProcContext
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    It 'is retried for <Signal>' -Skip:$IsWindows -ForEach @(@{ Signal = 'SIGKILL' }, @{ Signal = 'SIGTERM' }) {
        $process = Start-ZProcess -RetryFor $Signal -RetryIntervalSec 0 { if ($Process.Attempt -lt 3) { kill -s ($using:Signal).Substring(3) $PID; Start-Sleep 100 }; 'survived' }
        $process | Receive-ZProcess -Wait -WarningVariable warnings -WarningAction SilentlyContinue | Should -Be 'survived'
        $process.Attempts | Should -Be 3
        $warnings.Count | Should -Be 2
        "$($warnings[0])" | Should -BeLike "*$Signal*"
        @($process.AttemptHistory.ProcessId | Select-Object -Unique).Count | Should -Be 3
    }

    It 'is not retried for another signal' -Skip:$IsWindows {
        $process = Start-ZProcess -RetryFor SIGTERM -RetryIntervalSec 0 { kill -9 $PID; Start-Sleep 100 } | Wait-ZProcess
        $process.Attempts | Should -Be 1
        $process.State | Should -Be 'Failed'
    }
}

Describe 'A watcher whose action fails, -As <As>' -ForEach $kinds {
    BeforeAll {
        $context = Start-ZProcContext
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    It 'is retried, beginning with the update that it failed at' {
        $watcher = Register-ZStateWatcher n -As $As -Count 4 -MaximumRetryCount 2 -RetryIntervalSec 0 -Action {
            "$($Update.Value) in attempt $($Process.Attempt)"
            if ($Update.Value -eq 3 -and $Process.Attempt -lt 3) { throw 'three' }
        }
        foreach ($i in 1..4) { Set-ZState n $i }
        $watcher.Process | Receive-ZProcess -Wait -WarningAction SilentlyContinue | Should -Be @(
            '1 in attempt 1', '2 in attempt 1', '3 in attempt 1', '3 in attempt 2', '3 in attempt 3', '4 in attempt 3')
        $watcher.Process.State | Should -Be 'Completed'
        Unregister-ZStateWatcher $watcher
    }
}

Describe 'A name of -RetryFor that no exception has' {
    BeforeAll {
        $context = Start-ZProcContext
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    It 'is a warning, with the name that was meant: <Typed>' -ForEach @(
        @{ Typed = 'System.IO.IOExeption'; Meant = 'System.IO.IOException' }
        @{ Typed = 'TimoutException'; Meant = 'TimeoutException' }
        @{ Typed = 'system.timeoutexceptions'; Meant = 'System.TimeoutException' }
    ) {
        $process = New-ZProcess { } -RetryFor $Typed -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -BeLike "*'$Typed'*Did you mean '$Meant'?*"
        $process | Remove-ZProcess
        $null = Register-ZStateWatcher key -Action { } -RetryFor $Typed -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings.Count | Should -Be 1
    }

    It 'is a warning without a proposal where nothing is near, and once for a call' {
        $processes = New-ZProcess { }, { } -RetryFor Contoso.Unknown, Exit -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings.Count | Should -Be 1
        "$warnings" | Should -BeLike "*'Contoso.Unknown'*Check the name*"
        $processes | Remove-ZProcess
    }

    It 'is not said of names that failures have' {
        class OwnFailure : System.Exception { }
        $processes = foreach ($name in 'IOException', 'System.IO.IOException', 'io.ioexception', 'Exit', 'SIGKILL', 'OwnFailure', [System.TimeoutException], 'ZProcRemoteException') {
            New-ZProcess { } -RetryFor $name -WarningVariable warnings -WarningAction SilentlyContinue
            "$warnings" | Should -BeNullOrEmpty -Because $name
        }

        $processes | Remove-ZProcess
    }
}
