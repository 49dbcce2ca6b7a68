# Processes that other sessions look after: listed, received, stopped, restarted, removed.

BeforeDiscovery {
    . "$PSScriptRoot/Common.ps1"
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/OtherSession.psm1"
    Import-Module "$PSScriptRoot/Support/SlowHandler.psm1"
    Import-Module "$PSScriptRoot/Support/Family.psm1"
}

Describe 'A process -As <As> of another session' -ForEach $kinds {
    BeforeAll {
        $context = Start-ZProcContext
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    BeforeEach {
        # The session starts the scripts that it reads, and writes the ids of their records. It restarts or abandons all when it reads that:
        # a record that a process writes after its session has left says that it is lost.
        $session = Start-OtherSession $context.ConnectionString -Folder $TestDrive -Text @"
while (`$null -ne (`$script = [Console]::In.ReadLine())) {
    if (`$script -eq 'restart') {
        `$null = Get-ZProcess | Restart-ZProcess | Wait-ZProcess -TimeoutSec 120
        [Console]::Out.WriteLine('restarted')
        continue
    }

    if (`$script -eq 'abandon') {
        `$inside = [System.Reflection.BindingFlags] 'Instance, Public, NonPublic'
        `$table = [ZProc.Contexts.ZProcContext].GetProperty('Processes', `$inside).GetValue(`$context)
        `$records = `$table.GetType().GetProperty('Records').GetValue(`$table)
        `$records.GetType().GetMethod('Abandon').Invoke(`$records, @(, [ZProc.Processes.ZProcess[]] @(Get-ZProcess)))
        Get-ZProcess | ForEach-Object { [ZProc.Processes.ZProcess].GetMethod('Publish', `$inside).Invoke(`$_.PSObject.BaseObject, @()) }
        [Console]::Out.WriteLine('abandoned')
        continue
    }

    `$process = Start-ZProcess -As $As -Name theirs ([scriptblock]::Create(`$script))
    [Console]::Out.WriteLine(`$process.RecordId)
}
"@
        # Marks the processes of a process's session as lost, as a long silence does.
        function Set-SessionGone([object] $Process) {
            $client = [ZProc.Contexts.ZProcContext].GetProperty('Client', [System.Reflection.BindingFlags] 'Instance, NonPublic').GetValue($context)
            $client.EndSource([guid] (Get-ZState -Namespace '$processes' $Process.RecordId).session)
        }

        function Start-Theirs([string] $Script) {
            $session.StandardInput.WriteLine($Script)
            $id = [guid] $session.StandardOutput.ReadLine()
            Get-ZProcess -All | Where-Object RecordId -EQ $id
        }
    }

    AfterEach {
        $session.StandardInput.Close()
        $null = $session.WaitForExit(120000)
        Stop-OtherSession $session
        Get-ZState | ForEach-Object { $_.Keys } | ForEach-Object { Remove-ZState $_ }
        Get-ZProcess -All | Where-Object State -NE Running | Remove-ZProcess
    }

    It 'is listed with -All, with all its properties' {
        $process = Start-Theirs '$State.go = 1; $null = Wait-ZState go -Equal 2'
        $null = Wait-ZState go -Equal 1 -TimeoutSec 120
        Get-ZProcess | Should -BeNullOrEmpty
        $process.Name | Should -Be 'theirs'
        $process.As | Should -Be $As
        $process.State | Should -Be 'Running'
        $process.IsRemote | Should -BeTrue
        $process.ProcessId | Should -BeGreaterThan 0
        if ($As -eq 'Runspace') { $process.ProcessId | Should -Be $session.Id }
        $process.Location | Should -Be ([Environment]::MachineName)
        (Get-ZProcess -All 'th*').Id | Should -Be $process.Id
        Set-ZState go 2
        ($process | Wait-ZProcess -TimeoutSec 120).State | Should -Be 'Completed'
    }

    It 'has ended for all that wait for it, and is listed, while a handler of its state still runs' {
        $process = Start-Theirs '$null = Wait-ZState go -Equal 3'
        $handler = New-SlowHandler $process
        Set-ZState go 3
        $handler.WaitEntered() | Should -BeTrue
        (Get-ZProcess -All 'th*').State | Should -Be 'Completed'
        $process | Wait-ZProcess -TimeoutSec 20 -ErrorAction Stop | Should -Be $process
        $handler.Leave() | Should -BeTrue
    }

    It 'is received in order, while it runs, with its original error' {
        $process = Start-Theirs '1; Write-Warning w; $null = Wait-ZState go -Equal 1; 2; [pscustomobject]@{ A = [timespan]::FromSeconds(3) }; throw [System.DivideByZeroException]::new("zero")'
        $seen = [System.Collections.Generic.List[object]]::new()
        try {
            $process | Receive-ZProcess -Wait -ErrorAction Stop 3>&1 | ForEach-Object { $seen.Add($_); if ("$_" -eq 'w') { Set-ZState go 1 } }
            throw 'nothing was thrown'
        }
        catch [System.DivideByZeroException] {
            "$_" | Should -Be 'zero'
        }

        $seen.Count | Should -Be 4
        $seen[0] | Should -Be 1
        $seen[1] | Should -BeOfType ([System.Management.Automation.WarningRecord])
        $seen[2] | Should -Be 2
        $seen[3].A | Should -Be ([timespan]::FromSeconds(3))
        $process.State | Should -Be 'Failed'
    }

    It 'keeps output received with -Keep, and gives the rest once' {
        $process = Start-Theirs '1..3'
        $null = $process | Wait-ZProcess -TimeoutSec 120
        $process | Receive-ZProcess -Keep | Should -Be @(1, 2, 3)
        $process.HasMoreData | Should -BeTrue
        $process | Receive-ZProcess | Should -Be @(1, 2, 3)
        $process | Receive-ZProcess | Should -BeNullOrEmpty
        $process.HasMoreData | Should -BeFalse
    }

    It 'sends a lot' {
        $process = Start-Theirs '1..50000'
        $sum = 0L
        $count = 0
        $process | Receive-ZProcess -Wait | ForEach-Object { $count++; $sum += $_ }
        $count | Should -Be 50000
        $sum | Should -Be 1250025000
        Get-ZStateNamespace '$output*' | Should -BeNullOrEmpty
    }

    It 'loses nothing to a receiver that goes away in the middle' {
        $process = Start-Theirs '1..20000'
        $null = $process | Wait-ZProcess -TimeoutSec 120
        $first = $process | Receive-ZProcess -Wait | Select-Object -First 100
        $rest = @($process | Receive-ZProcess -Wait)
        $first.Count + $rest.Count | Should -Be 20000
        $rest[-1] | Should -Be 20000
        $rest[0] | Should -Be 101
    }

    It 'is stopped, and runs its finally blocks' {
        $process = Start-Theirs 'try { $State.here = 1; while ($true) { Start-Sleep 1 } } finally { $State.cleaned = 1 }'
        $null = Wait-ZState here -Equal 1 -TimeoutSec 120
        $process | Stop-ZProcess
        $process.State | Should -Be 'Stopped'
        Get-ZState cleaned | Should -Be 1
    }

    It 'is restarted, on the same record' {
        $process = Start-Theirs 'Update-ZState runs -Increment 1'
        $null = $process | Wait-ZProcess -TimeoutSec 120
        $again = $process | Restart-ZProcess
        $again.RecordId | Should -Be $process.RecordId
        $again.Id | Should -Not -Be $process.Id
        ($again | Wait-ZProcess -TimeoutSec 120).State | Should -Be 'Completed'
        Get-ZState runs | Should -Be 2
    }

    It 'is another process after a restart that this session did not see' {
        $ended = Start-Theirs 'Update-ZState runs -Increment 1'
        $null = $ended | Wait-ZProcess -TimeoutSec 120
        $endTime = $ended.EndTime
        $running = Start-Theirs 'if ((Update-ZState begun -Increment 1) -eq 1) { Start-Sleep 600 }'
        $null = Wait-ZState begun -Equal 1 -TimeoutSec 120 -ErrorAction Stop

        # The gate holds the thread that follows the records.
        $inside = [System.Reflection.BindingFlags] 'Instance, NonPublic'
        $remote = [ZProc.Contexts.ZProcContext].GetProperty('RemoteProcesses', $inside).GetValue($context)
        $gate = $remote.GetType().GetField('_gate', $inside).GetValue($remote)
        [System.Threading.Monitor]::Enter($gate)
        try {
            $session.StandardInput.WriteLine('restart')
            $session.StandardOutput.ReadLine() | Should -Be 'restarted'
            Get-ZState runs | Should -Be 2
            $now = @(Get-ZProcess -All)
        }
        finally { [System.Threading.Monitor]::Exit($gate) }

        $now.Count | Should -Be 2
        foreach ($old in $ended, $running) {
            $new = $now | Where-Object RecordId -EQ $old.RecordId
            $new.Id | Should -Not -Be $old.Id
            $new.State | Should -Be 'Completed'
        }

        $ended.EndTime | Should -Be $endTime
        ($running | Wait-ZProcess -TimeoutSec 120).State | Should -Be 'Stopped'
    }

    It 'is lost with its session although a handler of another one still runs' {
        $processes = 1..2 | ForEach-Object { Start-Theirs '$null = Update-ZState up -Increment 1; while ($true) { Start-Sleep 1 }' }
        $null = Wait-ZState up -Equal 2 -TimeoutSec 120 -ErrorAction Stop
        $handlers = $processes | ForEach-Object { New-SlowHandler $_ -State Failed }
        Set-SessionGone $processes[0]
        ($processes | Wait-ZProcess -TimeoutSec 20 -ErrorAction Stop).State | Should -Be 'Lost', 'Lost'
        $handlers | ForEach-Object { $_.WaitEntered() | Should -BeTrue; $_.Leave() | Should -BeTrue }
    }

    It 'keeps the next run of its record apart from what is asked about the earlier one' {
        $earlier = Start-Theirs 'if ((Update-ZState runs -Increment 1) -gt 1) { $null = Wait-ZState go -Equal 5 }'
        $null = $earlier | Wait-ZProcess -TimeoutSec 120
        $again = $earlier | Restart-ZProcess
        $null = Wait-ZState runs -Equal 2 -TimeoutSec 120 -ErrorAction Stop
        { $earlier | Restart-ZProcess -ErrorAction Stop } | Should -Throw '*has been run anew*' -ErrorId 'ZProc.InvalidArgument*'
        { $earlier | Receive-ZProcess -ErrorAction Stop } | Should -Throw '*has been run anew*' -ErrorId 'ZProc.InvalidArgument*'
        $earlier | Remove-ZProcess
        (Get-ZProcess -All theirs).Id | Should -Be $again.Id
        $again.State | Should -Be 'Running'
        Set-ZState go 5
        ($again | Wait-ZProcess -TimeoutSec 120).State | Should -Be 'Completed'
        Get-ZState runs | Should -Be 2
    }

    It 'is not lost for good when its session comes back' {
        $process = Start-Theirs '$State.up = 1; $null = Wait-ZState go -Equal 6; 7'
        $null = Wait-ZState up -Equal 1 -TimeoutSec 120 -ErrorAction Stop
        Set-SessionGone $process
        ($process | Wait-ZProcess -TimeoutSec 120).State | Should -Be 'Lost'
        Set-ZState go 6
        Wait-Until { (Get-ZState -Namespace '$processes' $process.RecordId).state -eq 'Completed' } 120 'the end in the record'
        $ended = Get-ZProcess -All theirs
        $ended.State | Should -Be 'Completed'
        $ended | Receive-ZProcess -Wait | Should -Be 7
    }

    It 'is lost and can be removed when its session left before its end' {
        $process = Start-Theirs '$State.up = 1; while ($true) { Start-Sleep 1 }'
        $null = Wait-ZState up -Equal 1 -TimeoutSec 120 -ErrorAction Stop
        $session.StandardInput.WriteLine('abandon')
        ($process | Wait-ZProcess -TimeoutSec 120).State | Should -Be 'Lost'
        $session.StandardOutput.ReadLine() | Should -Be 'abandoned'
        (Get-ZProcess -All).State | Should -Be 'Lost'
        $process | Remove-ZProcess -ErrorAction Stop
        Get-ZProcess -All | Should -BeNullOrEmpty
    }

    It 'is removed with its record' {
        $process = Start-Theirs '1'
        $null = $process | Wait-ZProcess -TimeoutSec 120
        $process | Remove-ZProcess
        Get-ZProcess -All | Should -BeNullOrEmpty
        Get-ZState -Namespace '$processes' | ForEach-Object Count | Should -Be 0
    }

    It 'is shown as stopped when its session has left, and can be removed then' {
        $process = Start-Theirs 'while ($true) { Start-Sleep 1 }'
        $session.StandardInput.Close()
        ($process | Wait-ZProcess -TimeoutSec 120).State | Should -Be 'Stopped'
        $session.WaitForExit(120000) | Should -BeTrue
        $process | Receive-ZProcess -Wait | Should -BeNullOrEmpty
        $process | Remove-ZProcess
        Get-ZProcess -All | Should -BeNullOrEmpty
    }
}

Describe 'Processes of another session that no thread has shown yet' {
    It 'are listed after one wait for all of them' {
        $context = Start-ZProcContext
        $session = Start-OtherSession $context.ConnectionString -Folder $TestDrive -Text '
$null = 1..6 | ForEach-Object { Start-ZProcess -As Runspace { } } | Wait-ZProcess
$state.ready = 1
$null = [Console]::In.ReadLine()'
        try {
            $null = Wait-ZState ready -Equal 1 -TimeoutSec 120 -ErrorAction Stop
            Get-ZProcess -All | Should -HaveCount 6

            # As when a handler of a user holds the thread that shows them.
            $inside = [System.Reflection.BindingFlags] 'Instance, NonPublic'
            $remote = [ZProc.Contexts.ZProcContext].GetProperty('RemoteProcesses', $inside).GetValue($context)
            foreach ($control in $remote.GetType().GetField('_controls', $inside).GetValue($remote).Values) {
                $control.GetType().GetField('_shown', $inside).SetValue($control, [System.Threading.Tasks.TaskCompletionSource]::new())
            }

            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            Get-ZProcess -All | Should -HaveCount 6
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 20 # a wait for each one takes 30
        }
        finally {
            Stop-OtherSession $session
            Stop-ZProcContext $context
        }
    }
}
