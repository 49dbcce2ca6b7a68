# Processes that other sessions look after: listed, received, stopped, restarted, removed, lost.

BeforeDiscovery {
    . "$PSScriptRoot/Common.ps1"
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/OtherSession.psm1"
    Import-Module "$PSScriptRoot/Support/Pace.psm1"
}

Describe 'A process -As <As> of another session' -ForEach $kinds {
    BeforeAll {
        $context = Start-ZProcContext
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    BeforeEach {
        # It starts what this session asks for by the state, and tells what became of it.
        $session = Start-OtherSession $context.ConnectionString -Folder $TestDrive -Text @"
while (`$null -ne (`$script = [Console]::In.ReadLine())) {
    `$process = Start-ZProcess -As $As -Name theirs ([scriptblock]::Create(`$script))
    [Console]::Out.WriteLine(`$process.RecordId)
}
"@
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

    It 'is listed with -All, with what there is to know' {
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

    It 'is received in its order, as it comes, with its error as it was' {
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

    It 'keeps what was received with -Keep, and gives the rest once' {
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

    It 'does not do later what nobody waits for any more' {
        $process | Remove-ZProcess -ErrorVariable unanswered -ErrorAction SilentlyContinue
        $unanswered[0] | Should -BeLike '*does not answer*'
        kill -CONT $session.Id
        $process | Receive-ZProcess -Keep | Should -Be @(1, 2, 3)
        (Get-ZProcess -All).Name | Should -Be 'asked'
        (Get-ZState -Namespace '$requests').Count | Should -Be 0
    }
}

Describe 'A session that falls behind what is kept' {
    BeforeAll {
        $inside = [System.Reflection.BindingFlags] 'Instance, Public, NonPublic'
        $context = Start-ZProcContext
        $client = [ZProc.Contexts.ZProcContext].GetProperty('Client', $inside).GetValue($context)

        # Commits more than is kept of a namespace, as somebody else, while one of this session's threads is kept from going on.
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

Describe 'Output for another session' {
    BeforeAll {
        $inside = [System.Reflection.BindingFlags] 'Static, Instance, Public, NonPublic'
        # With the least that users can leave their own state.
        $context = Start-ZProcContext -MaximumHistoryCount 1 -MaximumHistoryBytes 0 -MaximumValueBytes 100

        # Asks this session for output as another one does, but by its insides.
        function Send-Output($Process, [string] $Namespace, [bool] $Follow) {
            $sender = [ZProc.Processes.ZProcess].Assembly.GetType('ZProc.Requests.OutputSender')
            $null = $sender.GetMethod('Start', $inside).Invoke($null, @($context.PSObject.BaseObject, $Process.PSObject.BaseObject, $Namespace, $false, $Follow))
        }

        # What another session says that has some time to receive it.
        function Receive-Elsewhere([string] $Script) {
            $session = Start-OtherSession $context.ConnectionString -Folder $TestDrive -Text "`$process = Get-ZProcess -All sent; $Script"
            try {
                $text = $session.StandardOutput.ReadToEndAsync()
                if (-not $text.Wait(120000)) { throw 'It never came to an end.' }
                "$($text.Result)$($session.ErrorText.Result)" -split "`r?`n" | Where-Object { $_ }
            }
            finally { Stop-OtherSession $session }
        }
    }

    AfterEach {
        Get-ZProcess | Remove-ZProcess -Force
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    It 'is all there, however little history users keep' {
        $null = Start-ZProcess -As Runspace -Name sent { 1..20000 }
        Receive-Elsewhere '$seen = @($process | Receive-ZProcess -Wait); [Console]::Out.WriteLine("$($seen.Count) $($seen[0]) $($seen[-1]) $($process.State)")' |
            Should -Be '20000 1 20000 Completed'
    }

    It 'stays for the next one when who asked for it was gone before it began' {
        $process = Start-ZProcess -As Runspace -Name sent { 1..3; $null = Wait-ZState go -Equal 1 }
        Send-Output $process '$output/nobody' $true
        Receive-Elsewhere '$process | Receive-ZProcess -Wait | ForEach-Object { if ($_ -eq 3) { Set-ZState go 1 }; [Console]::Out.WriteLine($_) }' |
            Should -Be @(1, 2, 3)
    }

    It 'goes in packets however large it is together' {
        $null = Start-ZProcess -As Runspace -Name sent { 1..30000 | ForEach-Object { 'x' * 3000 } }
        Receive-Elsewhere '$size = 0; $process | Receive-ZProcess -Wait | ForEach-Object { $size += $_.Length }; [Console]::Out.WriteLine($size)' | Should -Be 90000000
    }

    It 'has an error in the place of what is too large to travel' {
        $null = Start-ZProcess -As Runspace -Name sent { 'before'; , [byte[]]::new(70MB); , [byte[]]::new(64MB - 10); 'after' }
        Receive-Elsewhere '$process | Receive-ZProcess -Wait 2>&1 | ForEach-Object { [Console]::Out.WriteLine($_ -is [string] ? $_ : $_.FullyQualifiedErrorId) }' |
            ForEach-Object { ($_ -split ',')[0] } | Should -Be @('before', 'ZProc.ValueTooLarge', 'ZProc.ValueTooLarge', 'after')
    }

    It 'is not waited for behind one who waits for it' {
        $null = Start-ZProcess -As Runspace -Name sent { 1; $null = Wait-ZState go -Equal 2; 2 }
        $session = Start-OtherSession $context.ConnectionString -Folder $TestDrive -Text 'Get-ZProcess -All sent | Receive-ZProcess -Wait | ForEach-Object { Set-ZState got $_; [Console]::Out.WriteLine($_) }'
        try {
            $null = Wait-ZState got -Equal 1 -TimeoutSec 120
            Receive-Elsewhere '[Console]::Out.WriteLine("nothing$($process | Receive-ZProcess)")' | Should -Be 'nothing'
            Set-ZState go 2
            $session.StandardOutput.ReadToEnd() -split "`r?`n" | Should -Be @('1', '2', '')
        }
        finally { Stop-OtherSession $session }
    }

    It 'is there again at once when a receiver had enough of it' {
        $process = Start-ZProcess -As Runspace -Name sent { 1..20000 }
        $null = $process | Wait-ZProcess -TimeoutSec 120
        Receive-Elsewhere '$first = @($process | Receive-ZProcess | Select-Object -First 10); $rest = @($process | Receive-ZProcess); [Console]::Out.WriteLine("$($first.Count) $($rest.Count)")' |
            Should -Be '10 19990'
    }

    It 'is received once after some of it was looked at with -Keep' {
        $process = Start-ZProcess -As Runspace -Name sent { 1..1000 }
        $null = $process | Wait-ZProcess -TimeoutSec 120
        Receive-Elsewhere '$first = @($process | Receive-ZProcess -Keep | Select-Object -First 10); $all = @($process | Receive-ZProcess); [Console]::Out.WriteLine("$($first.Count) $($all.Count) $($all[0])")' |
            Should -Be '10 1000 1'
    }
}

Describe 'A process whose parent died' -Skip:$IsWindows {
    BeforeAll {
        $context = Start-ZProcContext
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    It 'is lost, with those below it, when a worker was killed' {
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
        $below | Wait-ZProcess -TimeoutSec 120 | ForEach-Object State | Should -Be @('Lost', 'Lost')
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

Describe 'A background process' {
    BeforeAll {
        $name = "test-$PID-background"
        $server = Start-ZProcServer $name
        $null = Connect-ZProcContext -Name $name
    }

    AfterAll {
        Get-ZProcContext $name | Disconnect-ZProcContext
        Stop-ZProcServer $name
    }

    It 'is refused under a server that ends with its session' {
        $own = Start-ZProcContext
        { Start-ZProcess -Context $own -Background { } } | Should -Throw '*Start-ZProcServer*' -ErrorId 'ZProc.InvalidArgument*'
        Stop-ZProcContext $own
        Select-ZProcContext $name
    }

    It 'runs under the server -As <As>, with all that was said about it, and is this session''s to list' -ForEach @(@{ As = 'Process' }, @{ As = 'Runspace' }) {
        $text = 'used'
        function Get-Mine { 'function' }
        $env:ZPROC_BACKGROUND = 'environment'
        $process = 1, 2 | Start-ZProcess -Background -As $As -Name back -Props @{ a = 1 } -ArgumentList 'argument' -ImportFunction Get-Mine -MaximumRetryCount 1 -RetryIntervalSec 0 {
            param($Argument)
            if ($Process.Attempt -eq 1) { throw 'again' }
            "$Argument $($Props.a) $using:text $(Get-Mine) $(@($input) -join ',')"
            if ($Process.As -eq 'Process') { $env:ZPROC_BACKGROUND }
            (Get-Location).ProviderPath
        }
        $env:ZPROC_BACKGROUND = $null
        (Get-ZProcess back).Id | Should -Be $process.Id
        $process.IsRemote | Should -BeTrue
        $output = @($process | Receive-ZProcess -Wait -WarningAction SilentlyContinue)
        $output[0] | Should -Be 'argument 1 used function 1,2'
        if ($As -eq 'Process') { $output[1] | Should -Be 'environment' }
        $output[-1] | Should -Be (Get-Location).ProviderPath
        $process.State | Should -Be 'Completed'
        $process.Attempts | Should -Be 2
        if ($As -eq 'Runspace') { $process.ProcessId | Should -Be $server.ProcessId }
        $process | Remove-ZProcess
    }

    It 'goes on when the session that started it has ended, and is received and stopped from another' {
        $id = Invoke-OtherSession (Get-ZProcContext $name).ConnectionString -Folder $TestDrive -Text '
$process = Start-ZProcess -Background -Name left { 1; try { $State.left = 1; $null = Wait-ZState go -Equal 1; 2; while ($true) { Start-Sleep 1 } } finally { $State.cleaned = 1 } }
[Console]::Out.WriteLine($process.RecordId)'
        $process = Get-ZProcess -All left
        $process.RecordId | Should -Be $id
        $null = Wait-ZState left -Equal 1 -TimeoutSec 120
        $process.State | Should -Be 'Running'
        $process | Receive-ZProcess -Wait | ForEach-Object { $_; if ($_ -eq 1) { Set-ZState go 1 } else { $process | Stop-ZProcess } } | Should -Be @(1, 2)
        $process.State | Should -Be 'Stopped'
        Get-ZState cleaned | Should -Be 1
        $process | Remove-ZProcess
    }

    It 'ends with the server' -Skip:$IsWindows {
        $other = "$name-end"
        $null = Start-ZProcServer $other
        $null = Connect-ZProcContext -Name $other
        $process = Start-ZProcess -Background { $State.here = $PID; while ($true) { Start-Sleep 1 } }
        $null = Wait-ZState here -Available -TimeoutSec 120
        $id = Get-ZState here
        Stop-ZProcServer $other
        Test-Path "/proc/$id/exe" | Should -BeFalse
        Get-ZProcContext $other | Disconnect-ZProcContext
        Select-ZProcContext $name
    }
}
