# What happens as a whole or not at all: changes in one step, and blocks in their turns, however they end.

BeforeDiscovery {
    $integers = foreach ($type in 'sbyte', 'byte', 'int16', 'uint16', 'int', 'uint32', 'long', 'uint64', 'System.Int128', 'System.UInt128') { @{ Type = $type } }
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/Pace.psm1"
    Import-Module "$PSScriptRoot/Support/OtherSession.psm1"
    $manifest = Convert-Path "$PSScriptRoot/../../ZProc.psd1"
    $pipelines = [System.Collections.Generic.List[object]]::new()

    # A pipeline of its own that can be stopped, as Ctrl+C stops one. Its script finds $box: Started and Go are events to
    # tell of and to wait for, and what it adds to Log is seen here.
    function Start-Pipeline([string] $Script) {
        $shell = [powershell]::Create([System.Management.Automation.Runspaces.Runspace]::DefaultRunspace.InitialSessionState.Clone())
        $box = [hashtable]::Synchronized(@{
            Started = [System.Threading.ManualResetEventSlim]::new(); Go = [System.Threading.ManualResetEventSlim]::new()
            Log = [System.Collections.ArrayList]::Synchronized([System.Collections.ArrayList]::new()); Thread = $null
        })
        $prelude = 'param($box, $manifest, $name) Import-Module $manifest; Select-ZProcContext $name; Update-ZState { $State.Count } -Namespace warm | Out-Null; $box.Thread = [System.Threading.Thread]::CurrentThread; '
        $run = $shell.AddScript($prelude + $Script).AddArgument($box).AddArgument($manifest).AddArgument($context.Name).BeginInvoke()
        $pipeline = [pscustomobject]@{ Shell = $shell; Box = $box; Run = $run }
        $pipelines.Add($pipeline)
        $pipeline
    }

    function Wait-Started($Pipeline) { $Pipeline.Box.Started.Wait(120000) | Should -BeTrue -Because 'the pipeline has to start' }

    # Until it waits in the command after it said that it started: for the turn, since nothing else is to be waited for.
    function Wait-Waiting($Pipeline) {
        Wait-Started $Pipeline
        $thread = $Pipeline.Box.Thread
        [System.Threading.SpinWait]::SpinUntil({ ($thread.ThreadState -band [System.Threading.ThreadState]::WaitSleepJoin) -ne 0 }, 120000) | Should -BeTrue
    }

    # Its output, once it has ended; what went wrong is thrown.
    function Receive-Pipeline($Pipeline) {
        try {
            $Pipeline.Run.AsyncWaitHandle.WaitOne(120000) | Should -BeTrue -Because 'the pipeline has to end'
            $Pipeline.Shell.EndInvoke($Pipeline.Run)
            foreach ($record in $Pipeline.Shell.Streams.Error) { throw $record }
        }
        finally { Remove-Pipeline $Pipeline }
    }

    function Stop-Pipeline($Pipeline) {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $stopped = $Pipeline.Shell.BeginStop($null, $null)
        $stopped.AsyncWaitHandle.WaitOne(120000) | Should -BeTrue -Because 'it has to stop'
        $clock.Elapsed.TotalSeconds | Assert-Within 30
        $Pipeline.Shell.EndStop($stopped)
        $Pipeline.Shell.InvocationStateInfo.State | Should -Be 'Stopped'
        Remove-Pipeline $Pipeline
    }

    function Remove-Pipeline($Pipeline) {
        $Pipeline.Shell.Runspace.Dispose()
        $Pipeline.Shell.Dispose()
        $null = $pipelines.Remove($Pipeline)
    }

    # Those that a test which failed has left.
    function Clear-Pipeline {
        foreach ($pipeline in @($pipelines)) {
            $pipeline.Box.Go.Set()
            $pipeline.Shell.Stop()
            Remove-Pipeline $pipeline
        }
    }

    # Somebody in the middle of a block, until Go is set.
    function Start-Holder([string] $Work = '$State.n = "held"') {
        $holder = Start-Pipeline "Update-ZState { `$null = `$State.n; `$box.Started.Set(); `$box.Go.Wait(); $Work }"
        Wait-Started $holder
        $holder
    }
}

Describe 'One step' {
    BeforeAll {
        $context = Start-ZProcContext
    }

    AfterAll {
        Stop-ZProcContext
    }

    It 'is won by exactly one of eight contenders, 10 rounds: by value, by revision, and for a key that is not there' {
        $contender = {
            foreach ($round in 1..10) {
                $null = Wait-ZState round -When { $_.round.number -ge $round } -TimeoutSec 120
                $start = $State.round
                if ($State.CompareAndSet('value', "free $round", $Process.Name)) { "value $round" }
                try { Set-ZState revised $Process.Name -IfRevision $start.revision -ErrorAction Stop; "revision $round" } catch { if ($_.FullyQualifiedErrorId -notlike 'ZProc.Conflict*') { throw } }
                try { Set-ZState "absent$round" $Process.Name -IfAbsent -ErrorAction Stop; "absent $round" } catch { if ($_.FullyQualifiedErrorId -notlike 'ZProc.Conflict*') { throw } }
                $null = Update-ZState "done$round" -Increment 1
            }
        }
        $contenders = @(Start-ZProcess $contender -Count 4 -As Process) + @(Start-ZProcess $contender -Count 4 -As Runspace)
        foreach ($round in 1..10) {
            Set-ZState -InputObject @{ value = "free $round"; revised = "free $round" }
            Set-ZState round @{ number = $round; revision = (Get-ZState revised -Detailed).Revision }
            Wait-ZState "done$round" -Equal 8 -TimeoutSec 120 | Should -Be 8
        }
        $wins = @($contenders | Receive-ZProcess -Wait -ErrorAction Stop | Sort-Object)
        $wins | Should -Be @('value', 'revision', 'absent' | ForEach-Object { foreach ($round in 1..10) { "$_ $round" } } | Sort-Object)
    }

    It 'appends and merges for several processes, and loses nothing' {
        $before = $context.State.Revision
        $work = {
            foreach ($i in 1..50) {
                $null = Update-ZState list -Append "$($Process.Name) $i"
                $null = Update-ZState table -Merge @{ "$($Process.Name) $i" = $i }
            }
        }
        $processes = @(Start-ZProcess $work -Name p -Count 3 -As Process) + @(Start-ZProcess $work -Name r -Count 3 -As Runspace)
        $processes | Receive-ZProcess -Wait -ErrorAction Stop
        $list = Get-ZState list
        $list.Count | Should -Be 300
        foreach ($process in $processes) {
            @($list -like "$($process.Name) *") | Should -Be @(1..50 | ForEach-Object { "$($process.Name) $_" }) -Because 'each keeps its own order'
        }
        (Get-ZState table).Count | Should -Be 300
        $context.State.Revision - $before | Should -Be 600 -Because 'each was one update'
    }
}

Describe 'Adding to numbers, from <Where>' -ForEach @(
    @{ Where = 'the session that runs the server'; Remote = $false }
    @{ Where = 'a session that joined'; Remote = $true }
) {
    BeforeAll {
        $owner = Start-ZProcContext owner
        if ($Remote) { $null = Connect-ZProcContext $owner.ConnectionString -Name joined }
    }

    AfterAll {
        if ($Remote) { Disconnect-ZProcContext joined }
        Stop-ZProcContext owner
    }

    It 'keeps <Type>, up to its ends and not beyond' -ForEach $integers {
        $class = [type] $Type
        $one = 1 -as $class
        foreach ($way in @(
            @{ End = $class::MaxValue; By = $one }
            if ($class::MinValue -lt 0) { @{ End = $class::MinValue; By = -1 -as $class } }
        )) {
            Set-ZState n ($class::Parse('5'))
            $sum = Update-ZState n -Increment $way.By
            $sum.GetType() | Should -Be $class
            $sum | Should -Be (5 + [int] $way.By)
            Set-ZState n $way.End
            $revision = $owner.State.Revision
            { Update-ZState n -Increment $way.By } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
            { $owner.State.Increment('n', $way.By) } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
            { Update-ZState { $State.other = 1; $State.Increment('n', $way.By) } } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
            $owner.State.n.GetType() | Should -Be $class
            $owner.State.n | Should -Be $way.End
            $owner.State.Revision | Should -Be $revision
        }
    }

    It 'adds <Left> and <Right> to <Sum>' -ForEach @(
        @{ Left = [int]::MaxValue; Right = 1L; Sum = 2147483648L }
        @{ Left = [byte] 255; Right = 1; Sum = 256 }
        @{ Left = [uint32] 5; Right = -6; Sum = -1L }
        @{ Left = 1; Right = 0.5; Sum = 1.5 }
        @{ Left = 1; Right = 0.5d; Sum = 1.5d }
        @{ Left = 0.1d; Right = 0.2d; Sum = 0.3d }
        @{ Left = [float] 1.5; Right = [float] 1; Sum = [float] 2.5 }
        @{ Left = [float] 1.5; Right = 1.0; Sum = 2.5 }
        @{ Left = [long]::MaxValue; Right = [bigint] 1; Sum = [bigint]::Pow(2, 63) }
        @{ Left = [bigint]::Pow(2, 200); Right = -1; Sum = [bigint]::Pow(2, 200) - 1 }
        @{ Left = [double]::PositiveInfinity; Right = 1; Sum = [double]::PositiveInfinity }
        @{ Left = $null; Right = [uint16] 7; Sum = [uint16] 7 }
    ) {
        Set-ZState n $Left
        $result = Update-ZState n -Increment $Right
        $result.GetType() | Should -Be $Sum.GetType()
        $result | Should -Be $Sum
    }

    It 'refuses <Left> and <Right>' -ForEach @(
        @{ Left = [decimal]::MaxValue; Right = [decimal]::MaxValue }
        @{ Left = [double]::MaxValue; Right = [double]::MaxValue }
        @{ Left = [float]::MinValue; Right = [float]::MinValue }
        @{ Left = 1d; Right = 1e300 }
        @{ Left = [long]::MaxValue; Right = 1 }
        @{ Left = [uint64] 0; Right = -1 }
        @{ Left = 'text'; Right = 1 }
        @{ Left = $true; Right = 1 }
        @{ Left = 1; Right = [System.DayOfWeek]::Friday }
        @{ Left = @(1); Right = 1 }
    ) {
        Set-ZState n $Left
        $revision = $owner.State.Revision
        { Update-ZState n -Increment $Right } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        $owner.State.Revision | Should -Be $revision
    }
}

Describe 'A block, from <Where>' -ForEach @(
    @{ Where = 'the session that runs the server'; Remote = $false }
    @{ Where = 'a session that joined'; Remote = $true }
) {
    BeforeAll {
        $owner = Start-ZProcContext owner
        $context = if ($Remote) { Connect-ZProcContext $owner.ConnectionString -Name joined } else { $owner }
    }

    BeforeEach {
        $owner.State.ReplaceAll(@{ n = 1; table = @{ list = @(1, @{ x = 1 }) } })
    }

    AfterEach {
        Clear-Pipeline
    }

    AfterAll {
        if ($Remote) { Disconnect-ZProcContext joined }
        Stop-ZProcContext owner
    }

    It 'leaves nothing of what it changed, however deep, when it throws' {
        $before = $owner.State.Revision
        {
            Update-ZState {
                $State.table.list[1].x = 2
                $State.table.list[0] = 'changed'
                $State.table.more = 1
                $State.Remove('n')
                $State.fresh = 1
                $State.Increment('counter')
                throw 'away'
            }
        } | Should -Throw 'away'
        $owner.State -eq @{ n = 1; table = @{ list = @(1, @{ x = 1 }) } } | Should -BeTrue
        $owner.State.Revision | Should -Be $before
    }

    It 'runs exactly once, also where somebody else changed the same just before' {
        $runs = [System.Collections.Generic.List[object]]::new()
        foreach ($round in 1..20) {
            $owner.State.Fork('default').n = "round $round"
            Update-ZState { $runs.Add($State.n); $State.seen = $State.n }
        }
        $runs | Should -Be @(1..20 | ForEach-Object { "round $_" })
    }

    It 'takes arguments: <Name>' -ForEach @(
        @{ Name = 'as $args'; Block = { "$($args.Count) $($args[0]) $($args[1])" }; Arguments = @('a', 'b'); Result = '2 a b' }
        @{ Name = 'as parameters'; Block = { param($x, [int] $y = 5) "$x $y" }; Arguments = @('a'); Result = 'a 5' }
        @{ Name = 'an array as one'; Block = { param($x, $y) "$($x.Count) $y" }; Arguments = @(@(1, 2, 3), 'b'); Result = '3 b' }
        @{ Name = 'null'; Block = { "$($args.Count) $($null -eq $args[0])" }; Arguments = @($null, 1); Result = '2 True' }
        @{ Name = 'none'; Block = { "$($args.Count)" }; Arguments = @(); Result = '0' }
        @{ Name = 'no more than there are'; Block = { param($x) "$x $args" }; Arguments = @(1, 2, 3); Result = '1 2 3' }
    ) {
        Update-ZState $Block -ArgumentList $Arguments | Should -Be $Result
    }

    It 'outputs only after the commit, so that a pipeline can go on with changes' {
        Update-ZState { 1..500; $State.x = 1 } | ForEach-Object { Update-ZState sum -Increment $_; Update-ZState { $State.last = $State.x } } | Out-Null
        $owner.State.sum | Should -Be 125250
        $owner.State.last | Should -Be 1
        $output = [System.Collections.Generic.List[object]]::new()
        { Update-ZState { 'never'; $State.x = 2; throw 'away' } | ForEach-Object { $output.Add($_) } } | Should -Throw 'away'
        $output.Count | Should -Be 0
        $owner.State.x | Should -Be 1
        Update-ZState { , @(1, 2); $null; @{ a = 1 } } | ForEach-Object { $_.Count } | Should -Be @(2, 0, 1)
        Update-ZState { return 'early'; $State.x = 3 } | Should -Be 'early'
    }

    It 'throws errors that show the caller''s own file and line' {
        function Invoke-Deep { [int]::Parse('none') }
        $failure = {
            Update-ZState {
                $State.n = 2
                Invoke-Deep
            }
        } | Should -Throw -ExceptionType ([System.Management.Automation.MethodInvocationException]) -PassThru
        $line = @(Get-Content $PSCommandPath).IndexOf('        function Invoke-Deep { [int]::Parse(''none'') }') + 1
        $line | Should -BeGreaterThan 1
        $failure.InvocationInfo.ScriptName | Should -BeLike '*Atomicity.Tests.ps1'
        $failure.ScriptStackTrace | Should -BeLike "*Invoke-Deep*Atomicity.Tests.ps1: line $line*<ScriptBlock>*Atomicity.Tests.ps1: line $($line + 4)*"
        $failure.Exception.InnerException | Should -BeOfType ([System.FormatException])

        $failure = {
            Update-ZState {
                Get-ZState missing -ErrorAction Stop
            }
        } | Should -Throw -ErrorId 'ZProc.KeyNotFound,*' -PassThru
        $failure.InvocationInfo.ScriptLineNumber | Should -Be ($line + 15)
        $failure.InvocationInfo.Line | Should -BeLike '*Get-ZState missing*'
    }

    It 'refuses every other way to change the state from inside: <Name>' -ForEach @(
        @{ Name = 'setting'; Change = { $context.State.n = 2 } }
        @{ Name = 'setting by index'; Change = { $context.State['n'] = 2 } }
        @{ Name = 'Add'; Change = { $context.State.Add('a', 2) } }
        @{ Name = 'Remove'; Change = { $context.State.Remove('n') } }
        @{ Name = 'Clear'; Change = { $context.State.Clear() } }
        @{ Name = 'Pop'; Change = { $context.State.Pop('n') } }
        @{ Name = 'Pop with a default'; Change = { $context.State.Pop('missing', 1) } }
        @{ Name = 'PopAny'; Change = { $context.State.PopAny() } }
        @{ Name = 'SetDefault'; Change = { $context.State.SetDefault('a', 1) } }
        @{ Name = 'Merge'; Change = { $context.State.Merge(@{ a = 1 }) } }
        @{ Name = 'FromKeys'; Change = { $context.State.FromKeys(@('a')) } }
        @{ Name = 'ReplaceAll'; Change = { $context.State.ReplaceAll(@{ a = 1 }) } }
        @{ Name = 'Increment'; Change = { $context.State.Increment('n') } }
        @{ Name = 'Append'; Change = { $context.State.Append('l', 1) } }
        @{ Name = 'CompareAndSet'; Change = { $context.State.CompareAndSet('n', 1, 2) } }
        @{ Name = 'another namespace'; Change = { $context.State.Fork('other').a = 1 } }
        @{ Name = 'a fork of its own $State'; Change = { $State.Fork('other').a = 1 } }
        @{ Name = 'the same namespace of its own $State'; Change = { $State.Fork('default').n = 2 } }
        @{ Name = 'another context'; Change = { Set-ZState a 1 -Context $second } }
        @{ Name = 'Set-ZState'; Change = { Set-ZState n 1 } }
        @{ Name = 'Set-ZState -InputObject'; Change = { @{ a = 1 } | Set-ZState -Namespace other } }
        @{ Name = 'Remove-ZState'; Change = { Remove-ZState n } }
        @{ Name = 'Clear-ZState'; Change = { Clear-ZState } }
        @{ Name = 'Update-ZState -Increment'; Change = { Update-ZState n -Increment 1 } }
        @{ Name = 'Update-ZState -Append'; Change = { Update-ZState l -Append 1 } }
        @{ Name = 'Update-ZState -Merge'; Change = { Update-ZState t -Merge @{ a = 1 } } }
        @{ Name = 'Update-ZState {}'; Change = { Update-ZState { $State.n = 2 } } }
        @{ Name = 'Update-ZState {} elsewhere'; Change = { Update-ZState { $State.n = 2 } -Namespace other } }
        @{ Name = 'Remove-ZStateNamespace'; Change = { Remove-ZStateNamespace default } }
    ) {
        $second = Start-ZProcContext second
        Select-ZProcContext $context
        try {
            $revision = $owner.State.Revision
            Update-ZState {
                try { $null = & $Change; 'done' } catch { $_.FullyQualifiedErrorId -replace ',.*' }
            } | Should -Be 'ZProc.NestedUpdate'
            $owner.State.Revision | Should -Be $revision
            Get-ZStateNamespace other* | Should -BeNullOrEmpty
            $second.State.Count | Should -Be 0
        }
        finally { Stop-ZProcContext $second }
    }

    It 'reads and waits as it likes' {
        Set-ZState a 1 -Namespace other
        Update-ZState {
            $State.n = 2
            $context.State.n
            Get-ZState n
            Get-ZState a -Namespace other
            $State.Fork('other').a
            Wait-ZState a -Equal 1 -Namespace other -TimeoutSec 120
            Test-ZState fresh
            (Get-ZState).Count
        } | Should -Be @(2, 2, 1, 1, 1, $false, 2)
    }

    It 'commits nothing and gives the turn back when Ctrl+C stops it' {
        $pipeline = Start-Pipeline 'Update-ZState { $State.n = 99; $box.Started.Set(); try { Start-Sleep 300 } finally { $box.Log.Add("finally") } }'
        Wait-Started $pipeline
        Stop-Pipeline $pipeline
        $pipeline.Box.Log | Should -Be 'finally'
        Update-ZState { $State.n } -TimeoutSec 120 | Should -Be 1
    }

    It 'never runs when Ctrl+C stops it while it waits for its turn' {
        $holder = Start-Holder
        $waiting = Start-Pipeline '$box.Started.Set(); Update-ZState { $box.Log.Add("ran"); $State.n = 99 }'
        Wait-Waiting $waiting
        Stop-Pipeline $waiting
        $holder.Box.Go.Set()
        Receive-Pipeline $holder
        Update-ZState { $State.n } -TimeoutSec 120 | Should -Be 'held'
        $waiting.Box.Log.Count | Should -Be 0
    }

    It 'is not alone in being taken back: a write that waits, too, when Ctrl+C stops it: <_>' -ForEach 'Set-ZState n 99', 'Remove-ZState n', 'Clear-ZState', 'Update-ZState n -Increment 98' {
        $holder = Start-Holder '$State.held = 1'
        $waiting = Start-Pipeline "`$box.Started.Set(); $_"
        Wait-Waiting $waiting
        Stop-Pipeline $waiting
        $holder.Box.Go.Set()
        Receive-Pipeline $holder
        Update-ZState { $State.n } -TimeoutSec 120 | Should -Be 1
        $owner.State.held | Should -Be 1
    }

    It 'gives up waiting for its turn after -TimeoutSec' {
        $holder = Start-Holder
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $failure = { Update-ZState { $State.n = 99; throw 'never' } -TimeoutSec 0.3 } | Should -Throw -ErrorId 'ZProc.Timeout*' -ExceptionType ([System.TimeoutException]) -PassThru
        $clock.Elapsed.TotalSeconds | Should -BeGreaterThan 0.29
        $clock.Elapsed.TotalSeconds | Assert-Within 15
        $failure.InvocationInfo.ScriptName | Should -BeLike '*Atomicity.Tests.ps1'
        { Update-ZState { throw 'never' } -Timeout 0 } | Should -Throw -ErrorId 'ZProc.Timeout*'
        { Update-ZState { throw 'never' } -TimeoutSeconds 0 } | Should -Throw -ErrorId 'ZProc.Timeout*'
        $holder.Box.Go.Set()
        Receive-Pipeline $holder
        Update-ZState { $State.n } -TimeoutSec 120 | Should -Be 'held'
    }

    It 'does not hold up those who read, and writes come after it in the order in which they came' {
        Set-ZState trail @()
        $holder = Start-Holder '$State.trail += "block"; $State.n = "held"'
        $waiters = foreach ($i in 1..4) {
            $command = if ($i % 2) { "`$null = Update-ZState trail -Append 'write $i'" } else { "Update-ZState { `$State.trail += 'block $i' }" }
            $waiter = Start-Pipeline "`$box.Started.Set(); $command"
            Wait-Waiting $waiter
            $waiter
        }
        Get-ZState n | Should -Be 1
        Get-ZState n -Fresh | Should -Be 1
        $context.State.n | Should -Be 1
        $owner.State.n | Should -Be 1
        (Get-ZState).Count | Should -Be 3
        Test-ZState n | Should -BeTrue
        Set-ZState elsewhere 1 -Namespace other
        $holder.Box.Go.Set()
        @($holder) + $waiters | ForEach-Object { Receive-Pipeline $_ }
        (Get-ZState trail) | Should -Be @('block', 'write 1', 'block 2', 'write 3', 'block 4')
    }
}

Describe 'A block whose process ends' {
    BeforeEach {
        $context = Start-ZProcContext
        Set-ZState n 1
    }

    AfterEach {
        Clear-Pipeline
        Stop-ZProcContext
    }

    It 'commits nothing after exit, -As <_>' -ForEach 'Runspace', 'Process' {
        $process = Start-ZProcess -As $_ { Update-ZState { $State.n = 99; exit 3 }; $State.after = 1 } | Wait-ZProcess -TimeoutSec 120
        $process.ExitCode | Should -Be 3
        Update-ZState { $State.n; $State.Count } -TimeoutSec 120 | Should -Be @(1, 1)
    }

    It 'commits nothing after exit in a session of its own' {
        $session = Start-OtherSession $context.ConnectionString 'function Leave { exit 5 }; Update-ZState { $State.n = 99; Leave }; Set-ZState after 1' $TestDrive
        try {
            $session.WaitForExit(120000) | Should -BeTrue
            $session.ExitCode | Should -Be 5
        }
        finally { Stop-OtherSession $session }
        Update-ZState { $State.n; $State.Count } -TimeoutSec 120 | Should -Be @(1, 1)
    }

    It 'commits nothing after kill -9, and the next one goes on: <Who>' -Skip:(-not $IsLinux) -ForEach @(
        @{ Who = 'a session that joined' }
        @{ Who = 'a process' }
    ) {
        if ($Who -eq 'a process') {
            $process = Start-ZProcess -As Process {
                Update-ZState {
                    $State.n = 99
                    $null = Start-ZProcess -As Runspace { Set-ZState held 1 -Namespace signal }
                    $null = Wait-ZState never -Equal 1 -Namespace signal
                }
            }
            $null = Wait-ZState held -Equal 1 -Namespace signal -TimeoutSec 120
            $id = $process.ProcessId
        }
        else {
            $session = Start-OtherSession $context.ConnectionString 'Update-ZState { $State.n = 99; [Console]::Out.WriteLine("held"); $null = [Console]::In.ReadLine() }' $TestDrive
            $session.StandardOutput.ReadLine() | Should -Be 'held'
            $id = $session.Id
        }
        try {
            $next = Start-Pipeline '$box.Started.Set(); Update-ZState { $State.n }'
            Wait-Waiting $next
            { Update-ZState { } -TimeoutSec 0 } | Should -Throw -ErrorId 'ZProc.Timeout*'
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            kill -9 $id
            Receive-Pipeline $next | Should -Be 1
            # A child's end is seen at once; a session's by its silence, after three seconds.
            $clock.Elapsed.TotalSeconds | Assert-Within 10
            Set-ZState n 2
            Get-ZState n -History | ForEach-Object Value | Should -Be @(1, 2)
        }
        finally { if ($Who -ne 'a process') { Stop-OtherSession $session } }
    }

    It 'loses its turn when it is silent for too long, and is told so' -Skip:(-not $IsLinux) {
        $session = Start-OtherSession $context.ConnectionString @'
$result = try { Update-ZState { $State.n = 99; $State.fresh = 1; [Console]::Out.WriteLine('held'); $null = [Console]::In.ReadLine(); 'out' } } catch { $_.FullyQualifiedErrorId }
[Console]::Out.WriteLine("$result")
[Console]::Out.WriteLine("$(Get-ZState n) $(Update-ZState { $State.n = 3; $State.n })")
'@ $TestDrive
        try {
            $session.StandardOutput.ReadLine() | Should -Be 'held'
            kill -STOP $session.Id
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            Update-ZState { $State.n = 2 } -TimeoutSec 120
            $clock.Elapsed.TotalSeconds | Should -BeGreaterThan 1
            $clock.Elapsed.TotalSeconds | Assert-Within 15
            kill -CONT $session.Id
            $session.StandardInput.WriteLine()
            $session.StandardInput.Flush()
            $session.StandardOutput.ReadLine() | Should -BeLike 'ZProc.TurnLost*'
            $session.StandardOutput.ReadLine() | Should -Be '2 3' -Because 'it goes on'
        }
        finally {
            kill -CONT $session.Id
            Stop-OtherSession $session
        }
        Get-ZState n | Should -Be 3
        Test-ZState fresh | Should -BeFalse
    }

    It 'keeps its turn for as long as it runs' {
        $session = Start-OtherSession $context.ConnectionString 'Update-ZState { $State.n = 2; [Console]::Out.WriteLine("held"); $null = [Console]::In.ReadLine() }; [Console]::Out.WriteLine("committed")' $TestDrive
        try {
            $session.StandardOutput.ReadLine() | Should -Be 'held'
            { Update-ZState { } -TimeoutSec 4.5 } | Should -Throw -ErrorId 'ZProc.Timeout*'
            $session.StandardInput.WriteLine()
            $session.StandardInput.Flush()
            $session.StandardOutput.ReadLine() | Should -Be 'committed'
        }
        finally { Stop-OtherSession $session }
        Get-ZState n | Should -Be 2
    }
}
