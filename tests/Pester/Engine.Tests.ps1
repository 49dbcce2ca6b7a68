# A context on an engine that speaks the Redis protocol. Without redis-server, the tests are skipped.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Engine.psm1"
    $redis = Find-Engine
    if (-not $redis) { Write-Warning 'skipped: no redis-server' }
    $canUnshare = $IsLinux -and (Get-Command unshare -CommandType Application -ErrorAction Ignore)
    if ($canUnshare) {
        unshare --pid --fork --mount-proc true 2>$null
        $canUnshare = $LASTEXITCODE -eq 0
    }
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/Engine.psm1"
    Import-Module "$PSScriptRoot/Support/Family.psm1"
}

Describe 'A context on an engine' -Skip:(-not $redis) {
    BeforeAll { $engine = Start-Engine $TestDrive }
    AfterAll { Stop-Engine $engine }
    BeforeEach {
        $address = Get-EngineAddress $engine
        $context = Connect-ZProcContext $address
        $State = $context.State
    }
    AfterEach { if (Get-ZProcContext) { Disconnect-ZProcContext } }

    It 'has the same state in every session that joins it' {
        Set-ZState greeting 'hello'
        Set-ZState list @(1, 'two', 3.5)
        $other = Connect-ZProcContext $address -Name other
        Get-ZState greeting -Context $other | Should -Be 'hello'
        $other.State.list | Should -Be @(1, 'two', 3.5)
        $other.Id | Should -Be $context.Id
        Disconnect-ZProcContext $other
    }

    It 'stays when the last session leaves' {
        Set-ZState kept 42
        Disconnect-ZProcContext
        $context = Connect-ZProcContext $address
        Get-ZState kept | Should -Be 42
    }

    It 'has no server process, no owner, and an endpoint without the password' {
        $context.ProcessId | Should -BeNullOrEmpty
        $context.IsOwner | Should -BeFalse
        $context.Endpoint | Should -Be $address
        (Test-ZProcContext -Detailed).ProcessId | Should -BeNullOrEmpty
        Test-ZProcContext | Should -BeTrue
        Test-ZProcContext -ConnectionString (Get-EngineAddress $engine) | Should -BeTrue
    }

    It 'counts what many processes add at once' {
        $processes = Start-ZProcess -Count 3 { 1..20 | ForEach-Object { Update-ZState n -Increment 1 } | Out-Null }
        $processes | Wait-ZProcess -TimeoutSec 120 | Should -HaveCount 3
        Get-ZState n | Should -Be 60
        Update-ZState { $State.n = $State.n * 2; $State.m = 1 }
        Get-ZState n | Should -Be 120
    }

    It 'has processes of both kinds, whose output and errors come back' {
        Start-ZProcess { "out of $($State.x)" } | Receive-ZProcess -Wait | Should -Be 'out of '
        Start-ZProcess -As Runspace { 'runspace' } | Receive-ZProcess -Wait | Should -Be 'runspace'
        $failed = Start-ZProcess { throw 'broken' }
        { $failed | Receive-ZProcess -Wait -ErrorAction Stop } | Should -Throw '*broken*'
        $failed.ProcessState | Should -Be 'Failed'
    }

    It 'wakes waits, watchers and watches in other processes' {
        $watcher = Register-ZStateWatcher price -Action { Set-ZState seen $Update.Value }
        $null = Start-ZProcess { Set-ZState price 7 }
        Wait-ZState seen -Equal 7 -TimeoutSec 60 | Should -Be 7
        Unregister-ZStateWatcher $watcher
        $null = Start-ZProcess { foreach ($i in 1..5) { Set-ZState tick $i } }
        Watch-ZState tick -Count 5 -TimeoutSec 60 -SinceRevision 0 | ForEach-Object Value | Should -Be (1..5)
    }

    It 'has history' {
        1..5 | ForEach-Object { Set-ZState v $_ }
        Get-ZState v -Revision 2 | Should -Be 2
    }

    It 'runs parallel work' {
        1..8 | Invoke-ZParallel { $_ * 2 } | Sort-Object | Should -Be (2, 4, 6, 8, 10, 12, 14, 16)
    }

    It 'refuses what is not expected, and changes nothing' {
        Set-ZState once 1
        { Set-ZState once 2 -IfAbsent -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Conflict*'
        Get-ZState once | Should -Be 1
    }

    It 'is left by Stop-ZProcContext, which leaves its state' {
        Set-ZState kept 1
        Stop-ZProcContext
        Get-ZProcContext | Should -BeNullOrEmpty
        $context = Connect-ZProcContext $address
        Get-ZState kept | Should -Be 1
    }

    It 'is lost, and says so, when the engine has lost its state' {
        Set-ZState kept 1
        $null = Invoke-Engine $engine 'FLUSHALL'
        { Set-ZState kept 2; Get-ZState kept -Fresh } | Should -Throw -ErrorId 'ZProc.ConnectionLost*'
    }

    It 'goes on when connections are cut' {
        $null = Start-ZProcess -As Runspace -Name writer { 1..200 | ForEach-Object { Set-ZState n $_ } }
        $seen = Watch-ZState n -Count 200 -TimeoutSec 120 -SinceRevision 0 | ForEach-Object {
            if ($_.Value % 60 -eq 0) { $null = Invoke-Engine $engine 'CLIENT', 'KILL', 'TYPE', 'pubsub'; $null = Invoke-Engine $engine 'CLIENT', 'KILL', 'TYPE', 'normal' }
            $_.Value
        }
        $seen | Should -Be (1..200)
    }
}

Describe 'The record of a process' -Skip:(-not $redis -or $IsWindows) {
    BeforeAll {
        $engine = Start-Engine $TestDrive
        $context = Connect-ZProcContext (Get-EngineAddress $engine)
    }
    AfterAll {
        Disconnect-ZProcContext
        Stop-Engine $engine
    }

    It 'gets the end of the process once the engine has memory again, and every session stays until then' {
        $other = Connect-ZProcContext $context.ConnectionString -Name other
        Set-ZState kept 1
        $go = Join-Path $TestDrive "go-$([guid]::NewGuid())"
        $process = Start-ZProcess -As Runspace -Props $go { while (-not (Test-Path $Props)) { Start-Sleep -Milliseconds 20 } }
        $null = Invoke-Engine $engine 'CONFIG', 'SET', 'maxmemory', '1'
        $null = New-Item $go
        $process | Wait-ZProcess -TimeoutSec 60 | Should -HaveCount 1
        { Set-ZState kept 2 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.LimitReached*'
        Start-Sleep -Seconds 4 # a few signs of life
        Get-ZState kept -Fresh -Context $other | Should -Be 1
        (Get-ZState -Namespace '$processes' $process.RecordId -Fresh).state | Should -Be 'Running'
        $null = Invoke-Engine $engine 'CONFIG', 'SET', 'maxmemory', '0'
        Wait-Until { (Get-ZState -Namespace '$processes' $process.RecordId -Fresh -Context $other).state -eq 'Completed' } 60 'the end in the record'
        Disconnect-ZProcContext $other
        $null = Select-ZProcContext $context
    }

    It 'does not keep the process from ending while the engine is away, and tells of the end once the engine is back' {
        $go = Join-Path $TestDrive go
        $process = Start-ZProcess -As Runspace -Props $go { while (-not (Test-Path $Props)) { Start-Sleep -Milliseconds 20 } }
        kill -STOP $engine.Process.Id
        try {
            $null = New-Item $go
            $process | Wait-ZProcess -TimeoutSec 20 | Should -HaveCount 1
            $process.ProcessState | Should -Be 'Completed'
        }
        finally { kill -CONT $engine.Process.Id }
        Wait-Until { (Get-ZState -Namespace '$processes' $process.RecordId -Fresh).state -eq 'Completed' } 60 'the end in the record'
    }
}

Describe 'An engine that goes back to an earlier state, as a fail-over can' -Skip:(-not $redis) {
    It 'is told of the processes again, and every session sees how they go on' {
        $option = '--dbfilename', "$([guid]::NewGuid()).rdb"
        $engine = Start-Engine $TestDrive $option
        try {
            $address = Get-EngineAddress $engine
            $other = Connect-ZProcContext $address -Name other
            $context = Connect-ZProcContext $address -Name own
            $files = foreach ($name in 'taken', 'later') { Join-Path $TestDrive "$name-$([guid]::NewGuid())" }
            $taken, $later = foreach ($file in $files) { Start-ZProcess -As Runspace -Props $file { while (-not (Test-Path $Props)) { Start-Sleep -Milliseconds 20 } } }
            $null = Get-ZProcess -All -Context $other
            $null = Invoke-Engine $engine 'SAVE'
            $null = 1..5 | ForEach-Object { Start-ZProcess -As Runspace { } } | Wait-ZProcess -TimeoutSec 120
            $null = New-Item $files[0]
            $null = $taken | Wait-ZProcess -TimeoutSec 60
            $view = Get-ZProcess -All -Context $other | Where-Object RecordId -EQ $later.RecordId
            Stop-Engine $engine
            $engine = Start-Engine $TestDrive $option -Port $engine.Port
            Wait-Until { (Get-ZState -Namespace '$processes' $taken.RecordId -Fresh).state -eq 'Completed' } 60 'the end in the record'
            $null = New-Item $files[1]
            Wait-Until { $view.ProcessState -eq 'Completed' } 60 'the end in the view'
        }
        finally {
            Get-ZProcContext | Disconnect-ZProcContext
            Stop-Engine $engine
        }
    }
}

Describe 'An engine' -Skip:(-not $redis) {
    It 'that drops keys when memory is short is refused, with what to change' {
        $engine = Start-Engine $TestDrive '--maxmemory-policy', 'allkeys-lru'
        try { { Connect-ZProcContext (Get-EngineAddress $engine) } | Should -Throw '*noeviction*' -ErrorId 'ZProc.CannotConnect*' }
        finally { Stop-Engine $engine }
    }

    It 'needs its password, which no message shows' {
        $engine = Start-Engine $TestDrive '--requirepass', 'very-secret'
        try {
            $failure = { Connect-ZProcContext "redis://:wrong-secret@127.0.0.1:$($engine.Port)/x" } | Should -Throw -ErrorId 'ZProc.CannotConnect*' -PassThru
            "$failure $($failure.TargetObject)" | Should -Not -Match 'wrong-secret'
            $context = Connect-ZProcContext "redis://:very-secret@127.0.0.1:$($engine.Port)/x"
            ($context | Format-List | Out-String) + ($context | ConvertTo-Json -Depth 2) | Should -Not -Match 'very-secret'
            Start-ZProcess { 'joined' } | Receive-ZProcess -Wait | Should -Be 'joined'
            Disconnect-ZProcContext
        }
        finally { Stop-Engine $engine }
    }

    It 'has to be there: <Address>' -ForEach @(
        @{ Address = 'redis://127.0.0.1:1/x'; Message = '*Nothing answered*' }
        @{ Address = 'redis://example.test/x'; Message = '*rediss://*' }
        @{ Address = 'redis://127.0.0.1/x?colour=red'; Message = '*colour=red*' }
        @{ Address = 'redis://127.0.0.1/a{b}'; Message = '*characters*' }
    ) {
        { Connect-ZProcContext $Address } | Should -Throw $Message -ErrorId 'ZProc.CannotConnect*'
    }
}

Describe 'Machines with one host name' -Skip:(-not $redis -or -not $canUnshare) {
    BeforeAll {
        $engine = Start-Engine $TestDrive
        $address = Get-EngineAddress $engine
        $context = Connect-ZProcContext $address
        $info = [System.Diagnostics.ProcessStartInfo]::new('unshare')
        $folder = (New-Item -ItemType Directory "$TestDrive/folder").FullName
        $null = New-Item -ItemType Directory "$folder/here"
        $text = "mount -t tmpfs zproc-tests '$folder'; mkdir '$folder/there'; Import-Module '$(Convert-Path "$PSScriptRoot/../../ZProc.psd1")'; `$null = Start-ZProcServer -Context '$address' -Name twin; 'ready'; [Console]::In.ReadLine()"
        foreach ($argument in '--pid', '--fork', '--mount-proc', '--kill-child', [Environment]::ProcessPath, '-NoProfile', '-NonInteractive', '-Command', $text) { $info.ArgumentList.Add($argument) }
        $info.RedirectStandardInput = $info.RedirectStandardOutput = $true
        $container = [System.Diagnostics.Process]::Start($info)
        $container.StandardOutput.ReadLine() | Should -Be 'ready'
    }
    AfterAll {
        $container.Kill()
        $container.WaitForExit()
        $container.Dispose()
        Disconnect-ZProcContext
        Stop-Engine $engine
    }

    It 'are no place for the background processes of each other' {
        (Get-ZProcMachine twin).ComputerName | Should -Be ([Environment]::MachineName)
        { Start-ZProcess -Background { 1 } } | Should -Throw '*on this machine*' -ErrorId 'ZProc.InvalidArgument*'
    }

    It 'do not take the name of each other' {
        { Start-ZProcServer -Context $context -Name twin } | Should -Throw '*twin*already*' -ErrorId 'ZProc.InvalidArgument*'
        Get-ZProcMachine | Should -HaveCount 1
    }

    It 'have a console of their own, whose encodings processes there keep' {
        $before = [Console]::InputEncoding, [Console]::OutputEncoding
        [Console]::InputEncoding = [Console]::OutputEncoding = [System.Text.Encoding]::Latin1
        try { $process = Start-ZProcess -Machine twin { [Console]::InputEncoding.CodePage, [Console]::OutputEncoding.CodePage } }
        finally { [Console]::InputEncoding, [Console]::OutputEncoding = $before }
        $process | Receive-ZProcess -Wait | Should -Be 65001, 65001
    }

    It 'have folders of their own, in which processes start there' {
        "$folder/there" | Should -Not -Exist
        Start-ZProcess -Machine twin -WorkingDirectory "$folder/there" { "$PWD" } | Receive-ZProcess -Wait | Should -Be "$folder/there"
    }

    It 'that have no such folder are an error each, and the others start the process' {
        $server = Start-ZProcServer -Context $context -Name "zeta-$PID" # after the twin
        try {
            $started = @(Start-ZProcess -Machine * -WorkingDirectory "$folder/here" { "$PWD" } -ErrorVariable lacking -ErrorAction SilentlyContinue)
            $started | Receive-ZProcess -Wait | Should -Be "$folder/here"
            $lacking | Should -HaveCount 1
            "$lacking" | Should -BeLike "*'twin'*no folder '$folder/here'*"
        }
        finally { $server | Stop-ZProcServer }
    }
}

Describe 'Machines of a context on an engine' -Skip:(-not $redis) {
    BeforeAll {
        $engine = Start-Engine $TestDrive
        $context = Connect-ZProcContext (Get-EngineAddress $engine)
        $one, $two = "one-$PID", "two-$PID"
        $null = Start-ZProcServer -Context $context -Name $one
        $null = Start-ZProcServer -Context $context -Name $two
    }
    AfterAll {
        Get-ZProcServer *-$PID | Stop-ZProcServer
        Disconnect-ZProcContext
        Stop-Engine $engine
    }

    It 'are listed, by name and with wildcards, and complete with Tab' {
        Get-ZProcMachine | ForEach-Object Name | Should -Be $one, $two
        (Get-ZProcMachine one-*).ComputerName | Should -Be ([Environment]::MachineName)
        (Get-ZProcServer $one).Endpoint | Should -BeLike 'redis://*'
        { Get-ZProcMachine nobody -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        [System.Management.Automation.CommandCompletion]::CompleteInput('Get-ZProcMachine t', 18, $null).CompletionMatches.CompletionText | Should -Contain $two
    }

    It 'each run a process, which any session receives and stops' {
        $processes = @(Start-ZProcess -Machine * -Name hello { "from $PID"; $State["ran/$PID"] = $true })
        $processes | Should -HaveCount 2
        $processes | Wait-ZProcess -TimeoutSec 120 | Should -HaveCount 2
        $lines = @($processes | Receive-ZProcess)
        $lines | Sort-Object -Unique | Should -HaveCount 2
        (Get-ZState ran/*).Count | Should -Be 2
        $long = Start-ZProcess -Machine $two -Name long { while ($true) { Start-Sleep 1 } }
        (Get-ZProcMachine $two).RunningProcesses | Should -Be 1
        Get-ZProcess -All long | Stop-ZProcess
        $long.ProcessState | Should -Be 'Stopped'
    }

    It 'take background processes of the sessions on their computer' {
        Start-ZProcess -Background { 'behind' } | Receive-ZProcess -Wait | Should -Be 'behind'
    }

    It 'have one name each' {
        { Start-ZProcServer -Context $context -Name $one } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        Get-ZProcMachine $one | Should -HaveCount 1
    }

    It 'need an engine, and no parameter of a server' {
        { Start-ZProcServer -Context 'zproc+ipc://0000000000000000000000000000000000000000000000000000000000000000@/tmp/x' } | Should -Throw '*engine*'
        { Start-ZProcServer -Context $context -Path $TestDrive } | Should -Throw '*-Path*'
        Start-ZProcServer -Context $context -Name never -WhatIf
        Get-ZProcMachine | Should -HaveCount 2
    }

    It 'that do not answer are an error each, and the others start the process' -Skip:$IsWindows {
        $halted = Start-ZProcServer -Context $context -Name "halted-$PID"
        kill -STOP $halted.ProcessId
        try {
            $started = @(Start-ZProcess -Machine * -Name partly { } -ErrorVariable silent -ErrorAction SilentlyContinue)
            $started | Should -HaveCount 2
            $silent | Should -HaveCount 1
            $silent[0] | Should -BeLike "*halted-$PID*"
        }
        finally { Stop-Process -Id $halted.ProcessId -Force }
        Wait-Until { @(Get-ZProcMachine).Count -eq 2 } 60 'the end of the machine that was halted'
    }

    It 'that are gone have their processes marked as lost within 15 s, and hold up no turn' {
        $three = Start-ZProcServer -Context $context -Name "three-$PID"
        $own = Start-ZProcess -Machine $three.Name -Name worker { $State.own = $PID; Start-Sleep 600 }
        $worker = Wait-ZState own -Available -TimeoutSec 120 -ErrorAction Stop
        $held = "$TestDrive/held"
        $lost = Start-ZProcess -Machine $three.Name -Name lost { Update-ZState { $null = New-Item $using:held; Start-Sleep 600 } }
        Wait-Until { Test-Path $held } 120 'the turn of the block'
        Stop-Process -Id $three.ProcessId -Force
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        Set-ZState other 1 # waits for the turn of the block
        Wait-Until { $lost.ProcessState -eq 'Lost' -and $own.ProcessState -eq 'Lost' } 60 'lost processes'
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 20 # 15 s, and the time of a busy machine
        Get-ZProcMachine | ForEach-Object Name | Should -Be $one, $two
        Wait-Until { -not (Test-Alive $worker) } 20 'the end of the worker'
    }
}

Describe 'A machine whose engine loses its state' -Skip:(-not $redis) {
    BeforeAll {
        $engine = Start-Engine $TestDrive
        $address = Get-EngineAddress $engine
        $name = "again-$PID"
        $machine = Start-ZProcServer -Context $address -Name $name
    }
    AfterAll {
        Get-ZProcContext | Disconnect-ZProcContext
        Get-ZProcServer $name | Stop-ZProcServer
        Stop-Engine $engine
    }

    It 'joins the new state' {
        $null = Invoke-Engine $engine 'FLUSHALL'
        $null = Connect-ZProcContext $address
        Wait-Until { Get-ZProcMachine $name -ErrorAction Ignore } 60 'the machine'
        (Get-ZProcServer $name).ProcessId | Should -Be $machine.ProcessId
        Start-ZProcess -Machine $name { 'again' } | Receive-ZProcess -Wait | Should -Be 'again'
    }
}
