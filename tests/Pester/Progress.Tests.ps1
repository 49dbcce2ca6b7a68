# The progress of long work: which records the commands write, and when.

BeforeDiscovery {
    # Each goes on until the test sets the key 'go', and outputs at least 1.
    $cases = @(
        @{ Command = 'Wait-ZProcess'; Script = '$processes | Wait-ZProcess'; Says = '1 of 3 ended, 1 running, 1 waiting: work*, work*' }
        @{ Command = 'Receive-ZProcess'; Script = '$processes | Receive-ZProcess -Wait'; Says = '1 of 3 ended, 1 running, 1 waiting: work*, work*' }
        @{ Command = 'Invoke-ZParallel'; Script = "1..4 | Invoke-ZParallel -Context `$context -ThrottleLimit 2 -BatchSize 1 { `$null = Wait-ZState go -Equal 1; `$_ }"; Says = '0 of 4 done, 0 failed, 2 running, 0* per second' }
    )
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/Family.psm1"
    $manifest = (Resolve-Path "$PSScriptRoot/../../ZProc.psd1").Path
    $context = Start-ZProcContext

    # Begins a script in a session of its own, whose progress the tests read.
    function Start-Shell([string] $Script) {
        $runspace = [runspacefactory]::CreateRunspace([initialsessionstate]::CreateDefault2())
        $runspace.Open()
        $shell = [powershell]::Create()
        $shell.Runspace = $runspace
        $null = $shell.AddScript("param(`$context, `$processes) Import-Module '$manifest'; Select-ZProcContext `$context").AddArgument($context).AddArgument($processes).Invoke()
        $shell.Commands.Clear()
        $runspace.SessionStateProxy.SetVariable('context', $context)
        $runspace.SessionStateProxy.SetVariable('processes', $processes)
        $null = Register-ObjectEvent $shell.Streams.Progress DataAdded -SourceIdentifier record
        $null = Register-ObjectEvent $shell InvocationStateChanged -SourceIdentifier ended
        $null = $shell.AddScript($Script)
        [pscustomobject]@{ Shell = $shell; Call = $shell.BeginInvoke() }
    }

    # Waits until a session has written some records, of an activity if one is named.
    function Wait-Record($Session, [int] $Count = 1, [string] $Activity = '*') {
        $records = $Session.Shell.Streams.Progress
        while ($true) {
            Get-Event | Remove-Event
            $found = @(for ($i = 0; $i -lt $records.Count; $i++) { if ($records[$i].Activity -like $Activity) { $i } })
            if ($found.Count -ge $Count) { return }
            if ($Session.Call.IsCompleted) { throw "The script has ended: $($Session.Shell.Streams.Error) $($Session.Shell.InvocationStateInfo.Reason)" }
            if (-not (Wait-Event -Timeout 120)) { throw "There were no $Count records of '$Activity' within two minutes." }
        }
    }

    # Ends a session, and outputs what it wrote.
    function Stop-Shell($Session) {
        $errors = @()
        try {
            $output = @(try { $Session.Shell.EndInvoke($Session.Call) } catch { $errors += $_.Exception.InnerException })
            $errors += @($Session.Shell.Streams.Error)
            [pscustomobject]@{ Output = $output; Errors = $errors; Records = @($Session.Shell.Streams.Progress) }
        }
        finally {
            'record', 'ended' | ForEach-Object { Unregister-Event $_ }
            Get-Event | Remove-Event
            $Session.Shell.Runspace.Dispose()
            $Session.Shell.Dispose()
        }
    }
}

AfterAll {
    Get-ZProcContext | Stop-ZProcContext
    Remove-Module Family
}

Describe 'Progress of long work' {
    BeforeEach {
        Select-ZProcContext -Context $context -Namespace progress
        Clear-ZState
        $processes = @(
            Start-ZProcess -As Runspace -Name ended { 1 } | Wait-ZProcess
            Start-ZProcess -As Runspace -Name work -Count 2 -ThrottleLimit 1 { $null = Wait-ZState go -Equal 1; 2 }
        )
    }

    AfterEach {
        $processes | Remove-ZProcess -Force
    }

    It 'is shown by <Command>' -ForEach $cases {
        $session = Start-Shell $Script
        Wait-Record $session
        Set-ZState go 1
        $seen = Stop-Shell $session
        $seen.Records[0].Activity | Should -Be $Command
        $seen.Records[0].StatusDescription | Should -BeLike $Says
        $seen.Records[0].PercentComplete | Should -BeIn 0, 33
        $seen.Records[0].RecordType | Should -Be Processing
        $seen.Records[-1].RecordType | Should -Be Completed
        @($seen.Records | Where-Object RecordType -EQ Completed).Count | Should -Be 1
        @($seen.Records.ActivityId | Select-Object -Unique).Count | Should -Be 1
        $seen.Output.Count | Should -BeGreaterThan 1
        $seen.Errors | Should -BeNullOrEmpty
    }

    It 'is not shown by <Command> for short work' -ForEach $cases {
        Set-ZState go 1
        $null = $processes | Wait-ZProcess
        $session = Start-Shell "
            foreach (`$try in 1..100) {
                `$watch = [System.Diagnostics.Stopwatch]::StartNew()
                `$null = $Script
                if (`$watch.Elapsed.TotalSeconds -lt 0.45) { 'short'; break }
                `$processes | ForEach-Object { `$_.Output.Clear() }
            }
            Write-Progress mark"
        $seen = Stop-Shell $session
        $seen.Output | Should -Be short
        $seen.Records[-1].Activity | Should -Be mark
        @($seen.Records | Where-Object Activity -EQ $Command | Select-Object -Last 1).RecordType | Should -BeIn $null, Completed
    }

    It 'is not shown by <Command> where <How>' -ForEach @(
        foreach ($case in $cases) {
            @{ Command = $case.Command; How = '$ProgressPreference is SilentlyContinue'; Script = "`$ProgressPreference = 'SilentlyContinue'; $($case.Script)" }
            @{ Command = $case.Command; How = '-ProgressAction is Ignore'; Script = $case.Script -replace $case.Command, '$0 -ProgressAction Ignore' }
        }
    ) {
        $session = Start-Shell "$Script; `$ProgressPreference = 'Continue'; Write-Progress mark"
        Start-Sleep -Milliseconds 700 # the work itself
        Set-ZState go 1
        $seen = Stop-Shell $session
        $seen.Records.Activity | Should -Be mark
        $seen.Output.Count | Should -BeGreaterThan 1
    }

    It 'is removed when <Command> is stopped' -ForEach $cases {
        $session = Start-Shell $Script
        Wait-Record $session
        $session.Shell.Stop()
        $seen = Stop-Shell $session
        $seen.Records[-1].RecordType | Should -Be Completed
        $seen.Records[-1].ActivityId | Should -Be $seen.Records[0].ActivityId
    }

    It 'is removed when <Command> reaches its time limit' -ForEach @(
        @{ Command = 'Wait-ZProcess'; Script = '$processes | Wait-ZProcess -TimeoutSec 1' }
        @{ Command = 'Invoke-ZParallel'; Script = '1..4 | Invoke-ZParallel -TimeoutSec 1 -Context $context { $null = Wait-ZState go -Equal 1 }' }
    ) {
        $seen = Stop-Shell (Start-Shell $Script)
        $seen.Errors[0].FullyQualifiedErrorId ?? $seen.Errors[0].ErrorRecord.FullyQualifiedErrorId | Should -BeLike 'ZProc.Timeout*'
        $seen.Records[0].Activity | Should -Be $Command
        $seen.Records[-1].RecordType | Should -Be Completed
    }

    It 'is removed when <Command> has output enough' -ForEach ($cases | Where-Object Command -NE 'Wait-ZProcess') {
        $session = Start-Shell ($Script -replace [regex]::Escape('$processes |'), '$processes[1, 2] |' -replace '$', ' | Select-Object -First 1')
        Wait-Record $session
        Set-ZState go 1
        $seen = Stop-Shell $session
        $seen.Output.Count | Should -Be 1
        $seen.Records[-1].RecordType | Should -Be Completed
    }

    It 'is removed when the input of Invoke-ZParallel fails' {
        $session = Start-Shell '& { 1; $null = Wait-ZState go -Equal 1; throw "bad" } | Invoke-ZParallel -ShowProgress { $_ }'
        Wait-Record $session
        Set-ZState go 1
        $seen = Stop-Shell $session
        "$($seen.Errors)" | Should -BeLike '*bad*'
        $seen.Records[-1].RecordType | Should -Be Completed
    }

    It 'of an item of Invoke-ZParallel is removed with the call' {
        $session = Start-Shell '1 | Invoke-ZParallel { Write-Progress left -Id 7; Write-Progress ended; Write-Progress ended -Completed; $_ }'
        $records = (Stop-Shell $session).Records
        @($records | Where-Object Activity -EQ left).RecordType | Should -Be @('Processing', 'Completed')
        @($records | Where-Object Activity -EQ left).ActivityId | Should -Be @(7, 7)
        @($records | Where-Object Activity -EQ ended).RecordType | Should -Be @('Processing', 'Completed')
    }

    It 'is at once with -ShowProgress, and none with -ShowProgress:$false' {
        (Stop-Shell (Start-Shell '1 | Invoke-ZParallel -ShowProgress { $_ }')).Records.Count | Should -BeGreaterThan 1
        $session = Start-Shell '1 | Invoke-ZParallel -ShowProgress:$false -Context $context { $null = Wait-ZState go -Equal 1 }; Write-Progress mark'
        Start-Sleep -Milliseconds 700 # the work itself
        Set-ZState go 1
        (Stop-Shell $session).Records.Activity | Should -Be mark
    }

    It 'stays apart from the progress of the script, and has that of the processes below' {
        $worker = Start-ZProcess -As Runspace -Name worker { $null = Wait-ZState go; Write-Progress own -Status half; $null = Wait-ZState go -Equal 2 }
        try {
            $processes = @($worker)
            $session = Start-Shell 'Write-Progress mine -Id 1; $processes | Receive-ZProcess -Wait; Write-Progress mine -Id 1 -Completed'
            Wait-Record $session 1 Receive-ZProcess
            Set-ZState go 1
            Wait-Record $session 1 own
            Set-ZState go 2
            $seen = Stop-Shell $session
        }
        finally {
            $worker | Remove-ZProcess -Force
        }

        $mine, $bar, $process, $own = 'mine', 'Receive-ZProcess', 'worker', 'own' | ForEach-Object { $name = $_; $seen.Records | Where-Object Activity -EQ $name | Select-Object -First 1 }
        @($mine, $bar, $process, $own | ForEach-Object ActivityId | Select-Object -Unique).Count | Should -Be 4
        $process.ParentActivityId | Should -Be $bar.ActivityId
        $own.ParentActivityId | Should -Be $process.ActivityId
        foreach ($one in $bar, $process, $own) { @($seen.Records | Where-Object ActivityId -EQ $one.ActivityId)[-1].RecordType | Should -Be Completed }
    }

    It 'of a wait inside a process <As> arrives as the progress of that process' -ForEach @{ As = 'Runspace' }, @{ As = 'Process' } {
        $outer = Start-ZProcess -As $As -Name outer { Start-ZProcess -As Runspace -Name inner { $null = Wait-ZState go -Equal 1 } | Wait-ZProcess | Remove-ZProcess }
        try {
            $processes = @($outer)
            $session = Start-Shell '$processes | Receive-ZProcess -Wait'
            Wait-Record $session 1 Wait-ZProcess
            Set-ZState go 1
            $seen = Stop-Shell $session
        }
        finally {
            $outer | Remove-ZProcess -Force
        }

        $inner = @($seen.Records | Where-Object Activity -EQ Wait-ZProcess)
        $inner.Count | Should -Be 2
        $inner[-1].RecordType | Should -Be Completed
        $inner[0].ParentActivityId | Should -Be @($seen.Records | Where-Object Activity -EQ outer)[0].ActivityId
        $inner[0].ActivityId | Should -Not -Be @($seen.Records | Where-Object Activity -EQ Receive-ZProcess)[0].ActivityId
    }

    It 'of a read tells that the server is waited for, and is removed when <How>' -Skip:(-not $IsLinux) -ForEach @(
        @{ How = 'the answer has come'; Stops = $false }
        @{ How = 'the command is stopped'; Stops = $true }
    ) {
        $server = Start-ZProcServer "progress-$PID"
        try {
            $seen = $null
            $session = Start-Shell "
                `$ErrorActionPreference = 'Stop'
                `$there = Connect-ZProcContext '$($server.ConnectionString)' -Name there -TimeoutSec 60
                try {
                    Set-ZState a 1 -Context `$there
                    Set-ZState ready 1 -Context `$context -Namespace progress
                    `$null = Wait-ZState go -Equal 1 -Context `$context -Namespace progress
                    (Get-ZState -Fresh -Context `$there).Count
                }
                finally { Disconnect-ZProcContext `$there }"
            $null = Wait-ZState ready -Equal 1 -TimeoutSec 120
            /bin/kill -s STOP $server.ProcessId
            Wait-Until { -not (Get-Content "/proc/$($server.ProcessId)/task/*/stat" | Where-Object { $_ -notmatch '\) T' }) } 120 'all threads of the server stand still'
            Set-ZState go 1
            Wait-Record $session
            if ($Stops) { $session.Shell.Stop() }
            /bin/kill -s CONT $server.ProcessId
            $seen = Stop-Shell $session
        }
        finally {
            /bin/kill -s CONT $server.ProcessId
            if (-not $seen) { $session.Shell.Stop(); Stop-Shell $session }
            Stop-ZProcServer $server.Name
        }

        $seen.Records[0].Activity | Should -Be Get-ZState
        $seen.Records[0].StatusDescription | Should -Be 'namespace default: waiting for the first keys'
        $seen.Records[-1].RecordType | Should -Be Completed
        if (-not $Stops) { $seen.Output | Should -Be 1 }
    }

    It 'is not in the output of a redirected session' {
        $text = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command "Import-Module '$manifest'; `$null = Start-ZProcContext; Start-ZProcess -As Runspace { Start-Sleep -Milliseconds 800; 'result' } | Receive-ZProcess -Wait"
        $text | Should -Be result
    }
}
