# Atomic blocks: they run in their turns, and commit everything or nothing.

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/Pace.psm1"
    . "$PSScriptRoot/Support/Pipelines.ps1"
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

    It 'keeps no change, however deep, when it throws' {
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

    It 'runs exactly once, also after a concurrent change of the same key' {
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
        $failure.InvocationInfo.ScriptName | Should -BeLike '*AtomicBlocks.Tests.ps1'
        $failure.ScriptStackTrace | Should -BeLike "*Invoke-Deep*AtomicBlocks.Tests.ps1: line $line*<ScriptBlock>*AtomicBlocks.Tests.ps1: line $($line + 4)*"
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

    It 'can read and wait' {
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
        $failure.InvocationInfo.ScriptName | Should -BeLike '*AtomicBlocks.Tests.ps1'
        { Update-ZState { throw 'never' } -Timeout 0 } | Should -Throw -ErrorId 'ZProc.Timeout*'
        { Update-ZState { throw 'never' } -TimeoutSeconds 0 } | Should -Throw -ErrorId 'ZProc.Timeout*'
        $holder.Box.Go.Set()
        Receive-Pipeline $holder
        Update-ZState { $State.n } -TimeoutSec 120 | Should -Be 'held'
    }

    It 'does not block reads, and waiting writes follow it in the order in which they arrived' {
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
