# Sessions that do not answer, fall behind or die, and the records of their processes.

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/OtherSession.psm1"
    Import-Module "$PSScriptRoot/Support/Pace.psm1"
    Import-Module "$PSScriptRoot/Support/Family.psm1"
}

Describe 'A session that does not answer' -Skip:$IsWindows {
    BeforeAll {
        $context = Start-ZProcContext
    }

    BeforeEach {
        $session = Start-OtherSession $context.ConnectionString -Folder $TestDrive -Text '
$null = Start-ZProcess -As Runspace -Name asked { 1..3 } | Wait-ZProcess
$State.ready = 1
$null = [Console]::In.ReadLine()'
        $null = Wait-ZState ready -Equal 1 -TimeoutSec 120
        $process = Get-ZProcess -All asked
        kill -STOP $session.Id
    }

    AfterEach {
        kill -CONT $session.Id
        $session.StandardInput.Close()
        $null = $session.WaitForExit(120000)
        Stop-OtherSession $session
        Get-ZProcess -All | Remove-ZProcess
        Remove-ZState ready
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    It 'is not waited for after Ctrl+C' {
        $shell = [powershell]::Create([initialsessionstate]::CreateDefault2()).AddScript('param($Module, $Process) Import-Module $Module; $Process | Remove-ZProcess')
        try {
            $null = $shell.AddArgument((Convert-Path "$PSScriptRoot/../../ZProc.psd1")).AddArgument($process).BeginInvoke()
            $null = Wait-ZState -Namespace '$requests' -SinceRevision 0 -TimeoutSec 120
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.BeginStop($null, $null).AsyncWaitHandle.WaitOne(120000) | Should -BeTrue
            $clock.Elapsed.TotalSeconds | Assert-Within 6 # it would be 10
            kill -CONT $session.Id
            $process | Receive-ZProcess -Keep | Should -Be @(1, 2, 3)
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }
    }

    It 'is not waited for after Ctrl+C, even when the server does not answer either' {
        $server = Start-ZProcServer "silent-$PID"
        $joined = $server | Connect-ZProcContext -Name silent
        $other = Start-OtherSession $server.ConnectionString -Folder $TestDrive -Text '
$null = Start-ZProcess -As Runspace -Name asked { } | Wait-ZProcess
$State.ready = 1
$null = [Console]::In.ReadLine()'
        $shell = [powershell]::Create([initialsessionstate]::CreateDefault2()).AddScript('param($Module, $Process) Import-Module $Module; $Process | Remove-ZProcess')
        try {
            $null = Wait-ZState ready -Equal 1 -TimeoutSec 120 -Context $joined
            $process = Get-ZProcess -All asked -Context $joined
            kill -STOP $other.Id
            $null = $shell.AddArgument((Convert-Path "$PSScriptRoot/../../ZProc.psd1")).AddArgument($process).BeginInvoke()
            $null = Wait-ZState -Namespace '$requests' -SinceRevision 0 -TimeoutSec 120 -Context $joined
            kill -STOP $server.ProcessId
            $shell.BeginStop($null, $null).AsyncWaitHandle.WaitOne(120000) | Should -BeTrue
            # The client still tries to reach the server, and gives up after seven seconds.
            $client = [ZProc.Contexts.ZProcContext].GetProperty('Client', [System.Reflection.BindingFlags] 'Instance, NonPublic').GetValue($joined.PSObject.BaseObject)
            $client.Failure | Should -BeNullOrEmpty
        }
        finally {
            kill -CONT $server.ProcessId
            kill -CONT $other.Id
            Stop-OtherSession $other
            $shell.Runspace.Dispose()
            $shell.Dispose()
            Disconnect-ZProcContext silent
            Stop-ZProcServer $server.Name
            Select-ZProcContext $context
        }
    }

    It 'does not carry out a request of a session that was killed' {
        $asking = Start-OtherSession $context.ConnectionString -Folder $TestDrive -Text 'Get-ZProcess -All asked | Remove-ZProcess'
        try {
            Wait-Until { (Get-ZState -Namespace '$requests').Count -eq 1 } 120 'the request'
            kill -9 $asking.Id
            Wait-Until { (Get-ZState -Namespace '$requests').Count -eq 0 } 120 'the end of the request'
            kill -CONT $session.Id

            # The session that was asked may have been silent for so long that it was taken for gone. Then it writes its record again.
            Wait-Until { "$(Get-ZProcess -All asked -ErrorAction Ignore | Receive-ZProcess -Keep -ErrorAction Ignore)" -eq '1 2 3' } 120 'the output of the process'
            (Get-ZState -Namespace '$requests').Count | Should -Be 0
        }
        finally { Stop-OtherSession $asking }
    }

    It 'does not carry out a request later that was given up' {
        $process | Remove-ZProcess -ErrorVariable unanswered -ErrorAction SilentlyContinue
        $unanswered[0] | Should -BeLike '*does not answer*'
        kill -CONT $session.Id
        $process | Receive-ZProcess -Keep | Should -Be @(1, 2, 3)
        (Get-ZProcess -All).Name | Should -Be 'asked'
        (Get-ZState -Namespace '$requests').Count | Should -Be 0
    }
}

Describe 'A session whose server was killed' {
    It 'ends without waiting for the server' {
        $server = Start-ZProcServer "killed-$PID"
        $session = Start-OtherSession $server.ConnectionString -Folder $TestDrive -Text '
$null = Start-ZProcess -As Runspace { $State.ready = 1; $null = Wait-ZState never }
$null = Wait-ZState ready -Equal 1
[Console]::Out.WriteLine("ready")
$null = [Console]::In.ReadLine()'
        try {
            $session.StandardOutput.ReadLine() | Should -Be 'ready'
            $dying = [System.Diagnostics.Process]::GetProcessById($server.ProcessId)
            $dying.Kill()
            $dying.WaitForExit()
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $session.StandardInput.WriteLine()
            $session.WaitForExit(120000) | Should -BeTrue
            # On Windows a refused connection does not tell that the server is gone: the session tries for 4 s. Elsewhere it was 5.3 s.
            $clock.Elapsed.TotalSeconds | Assert-Within ($IsWindows ? 7 : 3)
        }
        finally { Stop-OtherSession $session }
    }
}

Describe 'A record that the state does not take at once' {
    It 'is written when it can be, and keeps no process from ending' {
        $inside = [System.Reflection.BindingFlags] 'Instance, NonPublic'
        $context = Start-ZProcContext
        try {
            $go = Join-Path $TestDrive go
            $process = Start-ZProcess -As Runspace -Props $go { while (-not (Test-Path $Props)) { Start-Sleep -Milliseconds 20 } }
            Wait-Until { (Get-ZState -Namespace '$processes' $process.RecordId).state -eq 'Running' } 60 'the record'
            $client = [ZProc.Contexts.ZProcContext].GetProperty('Client', $inside).GetValue($context)
            $core = $client.GetType().Assembly
            $source = $core.GetType('ZProc.Core.State.Source')::new([guid]::NewGuid(), 'other', 1)
            $turn = $client.AcquireTurn('$processes', $source, [Activator]::CreateInstance($core.GetType('ZProc.Core.Deadline')), [System.Threading.CancellationToken]::None)
            try {
                $null = New-Item $go
                $process | Wait-ZProcess -TimeoutSec 60 | Should -HaveCount 1
            }
            finally { $turn.Dispose() }
            Wait-Until { (Get-ZState -Namespace '$processes' $process.RecordId).state -eq 'Completed' } 30 'the end in the record'
        }
        finally { Stop-ZProcContext $context }
    }
}

Describe 'A session that falls behind the kept history' {
    BeforeAll {
        $inside = [System.Reflection.BindingFlags] 'Instance, Public, NonPublic'
        $context = Start-ZProcContext
        $client = [ZProc.Contexts.ZProcContext].GetProperty('Client', $inside).GetValue($context)

        # Commits more updates than are kept of a namespace, from another source, while a gate blocks one of this session's threads.
        function Step-Behind([object] $Gate, [string] $Namespace, [string] $Key) {
            $core = $client.GetType().Assembly
            $source = $core.GetType('ZProc.Core.State.Source')::new([guid]::NewGuid(), 'other', 1)
            $type = $core.GetType('ZProc.Core.State.Change')
            $always = [Activator]::CreateInstance($core.GetType('ZProc.Core.State.Precondition'))
            $requests = foreach ($value in 1, 2) {
                $changes = [array]::CreateInstance($type, 1)
                $changes[0] = $type::new(1, $Key, $core.GetType('ZProc.Core.Values.ValueCodec')::Encode($value, $null, $null), $always)
                $core.GetType('ZProc.Core.State.CommitRequest')::new($Namespace, $source, $changes, 0, $false, $false)
            }

            [System.Threading.Monitor]::Enter($Gate)
            try { foreach ($i in 1..5010) { foreach ($request in $requests) { $null = $client.CommitAsync($request, [System.Threading.CancellationToken]::None) } } }
            finally { [System.Threading.Monitor]::Exit($Gate) }
        }
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    It 'goes on with the records of others as they are' {
        $session = Start-OtherSession $context.ConnectionString -Folder $TestDrive -Text '
$null = Start-ZProcess -As Runspace -Name theirs { $State.ready = 1; $null = Wait-ZState go -Equal 1 } | Wait-ZProcess
$null = [Console]::In.ReadLine()'
        try {
            $null = Wait-ZState ready -Equal 1 -TimeoutSec 120
            $process = Get-ZProcess -All theirs
            $remote = [ZProc.Contexts.ZProcContext].GetProperty('RemoteProcesses', $inside).GetValue($context)
            Step-Behind $remote.GetType().GetField('_gate', $inside).GetValue($remote) '$processes' noise
            Set-ZState go 1
            ($process | Wait-ZProcess -TimeoutSec 120).State | Should -Be 'Completed'
        }
        finally { Stop-OtherSession $session }
    }
}

Describe 'A process whose parent died' -Skip:$IsWindows {
    BeforeAll {
        $context = Start-ZProcContext
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    It 'is lost, with its descendants, when a worker was killed' {
        $outer = Start-ZProcess -Name outer {
            $null = Start-ZProcess -Name middle {
                $null = Start-ZProcess -Name inner { $State.ready = 1; while ($true) { Start-Sleep 1 } }
                while ($true) { Start-Sleep 1 }
            }
            while ($true) { Start-Sleep 1 }
        }
        $null = Wait-ZState ready -Equal 1 -TimeoutSec 120
        $below = Get-ZProcess -All middle, inner
        $below.State | Should -Be @('Running', 'Running')
        kill -9 $outer.ProcessId
        $states = $below | Wait-ZProcess -TimeoutSec 120 | ForEach-Object State
        $states[0] | Should -Be 'Lost'
        $states[1] | Should -BeIn 'Lost', 'Stopped' # the middle one stops it when it finds itself alone, unless it is killed before that
        $below[0] | Receive-ZProcess -Wait -ErrorVariable lost -ErrorAction SilentlyContinue
        $lost[0].FullyQualifiedErrorId | Should -BeLike 'ZProc.ProcessFailed*'
        "$($lost[0])" | Should -BeLike "*'middle' was lost*"
        $below | Remove-ZProcess
        (Get-ZProcess -All).Name | Should -Be 'outer'
        $outer | Remove-ZProcess
    }

    It 'is lost when a session that had joined was killed' {
        $session = Start-OtherSession $context.ConnectionString -Folder $TestDrive -Text '
$null = Start-ZProcess -As Runspace -Name killed { $State.killed = 1; while ($true) { Start-Sleep 1 } }
$null = [Console]::In.ReadLine()'
        try {
            $null = Wait-ZState killed -Equal 1 -TimeoutSec 120
            $process = Get-ZProcess -All killed
            kill -9 $session.Id
            ($process | Wait-ZProcess -TimeoutSec 120).State | Should -Be 'Lost'
            $process | Remove-ZProcess
        }
        finally {
            Stop-OtherSession $session
        }
    }
}
