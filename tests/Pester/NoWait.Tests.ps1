# Writes that nobody waits for: they arrive, in order, and what goes wrong with them is told once, to whoever wrote them.

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/Pace.psm1"
    Import-Module "$PSScriptRoot/Support/OtherSession.psm1"

    # Somebody who has the turn of the namespace 'default' from when this returns until the key 'go' is in 'signal'.
    function Start-Holder {
        $holder = Start-ZProcess -As Runspace -Name holder {
            Update-ZState { Set-Held; $null = Wait-ZState go -Equal 1 -Namespace signal -TimeoutSec 120; $State.held = 1 }
        } -InitializationScript { function Set-Held { $null = Start-ZProcess -As Runspace { Set-ZState held 1 -Namespace signal } } }
        $null = Wait-ZState held -Equal 1 -Namespace signal -TimeoutSec 120
        $holder
    }

    # A command, until it has something to tell: what became of a write is known a moment after it.
    function Wait-Told([scriptblock] $Command) {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        do { $told = @(& $Command 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }) }
        until ($told.Count -gt 0 -or $clock.Elapsed.TotalSeconds -gt 120)
        $told
    }

    function Get-Id($Problem) { @($Problem | ForEach-Object { $_.FullyQualifiedErrorId -replace ',.*' }) }
}

Describe 'Writes without waiting, from <Where>' -ForEach @(
    @{ Where = 'the session that runs the server'; Remote = $false }
    @{ Where = 'a session that joined'; Remote = $true }
) {
    BeforeEach {
        $owner = Start-ZProcContext owner
        $context = if ($Remote) { Connect-ZProcContext $owner.ConnectionString -Name joined } else { $owner }
    }

    AfterEach {
        Get-ZProcContext | Where-Object { -not $_.IsOwner } | Disconnect-ZProcContext
        Get-ZProcContext | Stop-ZProcContext
    }

    It 'output nothing, and are there after Sync-ZState' {
        Set-ZState -InputObject @{ n = 1; list = @(1); table = @{ x = 1 }; gone = 1 }
        $output = @(
            Set-ZState a 1 -NoWait
            Set-ZState -InputObject @{ b = 2; c = 3 } -NoWait
            1..3 | ForEach-Object { [pscustomobject]@{ Key = "k$_"; Value = $_ } } | Set-ZState -NoWait
            Update-ZState n -Increment 5 -NoWait
            Update-ZState list -Append 2 -NoWait
            Update-ZState table -Merge @{ y = 2 } -NoWait
            Remove-ZState gone, missing -NoWait
            Sync-ZState
        )
        $output | Should -BeNullOrEmpty
        $owner.State -eq @{ a = 1; b = 2; c = 3; k1 = 1; k2 = 2; k3 = 3; n = 6; list = @(1, 2); table = @{ x = 1; y = 2 } } | Should -BeTrue
        $owner.State.Revision | Should -Be 10
        Clear-ZState -NoWait
        Sync-ZState
        $owner.State.Count | Should -Be 0
    }

    It 'keep their order, among each other and with writes that wait' {
        foreach ($i in 1..20) {
            Set-ZState n "set $i" -NoWait
            Update-ZState list -Append $i -NoWait
            if ($i % 5 -eq 0) { Set-ZState n "waited $i" }
            if ($i % 7 -eq 0) { Remove-ZState n -NoWait }
        }
        $context.State.last = 'direct'
        $owner.State.list | Should -Be (1..20)
        @(Get-ZState n -History).Value | Should -Be @(foreach ($i in 1..20) { "set $i"; if ($i % 5 -eq 0) { "waited $i" }; if ($i % 7 -eq 0) { $null } })
    }

    It 'are there for whoever takes the turn or waits for something afterwards' {
        Set-ZState n 1 -NoWait
        Update-ZState { $State.n += 1; $State.n } | Should -Be 2
        Set-ZState n 3 -NoWait
        Wait-ZState n -Equal 3 -TimeoutSec 120 | Should -Be 3
        Set-ZState n 4 -NoWait
        Start-ZProcess -As Runspace { Wait-ZState n -Equal 4 -TimeoutSec 120 } | Receive-ZProcess -Wait | Should -Be 4
    }

    It 'all arrive, 10,000 of them' {
        foreach ($i in 1..10000) { Update-ZState n -Increment 1 -NoWait }
        Sync-ZState
        $owner.State.n | Should -Be 10000
        $owner.State.Revision | Should -Be 10000
    }

    It 'tell what went wrong once, at a later command: <Command>' -ForEach @(
        @{ Command = 'Get-ZState'; Run = { Get-ZState a } }
        @{ Command = 'Set-ZState'; Run = { Set-ZState z 1 } }
        @{ Command = 'Set-ZState -NoWait'; Run = { Set-ZState z 1 -NoWait } }
        @{ Command = 'Test-ZState'; Run = { Test-ZState a } }
        @{ Command = 'Remove-ZState'; Run = { Remove-ZState z* } }
        @{ Command = 'Clear-ZState'; Run = { Clear-ZState -Namespace other } }
        @{ Command = 'Update-ZState'; Run = { Update-ZState { 1 } } }
        @{ Command = 'Wait-ZState'; Run = { Wait-ZState a -Equal 1 -TimeoutSec 120 } }
        @{ Command = 'Sync-ZState'; Run = { Sync-ZState } }
    ) {
        Set-ZState a 1
        Set-ZState a 2 -IfAbsent -NoWait -ErrorAction Stop
        $told = @(Wait-Told $Run)
        Get-Id $told | Should -Be 'ZProc.Conflict'
        $told[0].TargetObject | Should -Be 'a'
        $told[0].Exception.Message | Should -BeLike '*-NoWait*''a'' exists*'
        @(& $Run; & $Run; Sync-ZState) 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] } | Should -BeNullOrEmpty
        $owner.State.a | Should -Be 1
    }

    It 'tell everything, each once, at Sync-ZState' {
        Set-ZState -InputObject @{ a = 1; text = 'x' }
        $errors = @(
            Set-ZState a 2 -IfAbsent -NoWait 2>&1
            Update-ZState text -Increment 1 -NoWait 2>&1
            Set-ZState fine 1 -NoWait 2>&1
            Set-ZState text 'y' -IfEqual 'z' -NoWait 2>&1
            Sync-ZState 2>&1
        )
        Get-Id $errors | Should -Be @('ZProc.Conflict', 'ZProc.InvalidArgument', 'ZProc.Conflict')
        $errors.TargetObject | Should -Be @('a', 'text', 'text')
        Sync-ZState 2>&1 | Should -BeNullOrEmpty
        Get-ZState fine | Should -Be 1
    }

    It 'tell it in the order in which it was written' {
        Set-ZState -InputObject @{ a = 1; text = 'x' }
        foreach ($round in 1..100) {
            $errors = @(
                foreach ($time in 1..5) {
                    Set-ZState a 2 -IfAbsent -NoWait 2>&1
                    Update-ZState text -Increment 1 -NoWait 2>&1
                }

                Sync-ZState 2>&1
            )
            (Get-Id $errors) -join ' ' | Should -Be (@('ZProc.Conflict ZProc.InvalidArgument') * 5 -join ' ')
        }
    }

    It 'lose no error to -ErrorAction Stop' {
        Set-ZState a 1
        $same = [pscustomobject]@{ Key = 'a'; Value = 2 }
        $same, $same, $same | Set-ZState -IfAbsent -NoWait
        $told = foreach ($i in 1..5) {
            try { Sync-ZState -ErrorAction Stop; 'nothing more' } catch { $_.FullyQualifiedErrorId -replace ',.*' }
        }
        $told | Should -Be @('ZProc.Conflict', 'ZProc.Conflict', 'ZProc.Conflict', 'nothing more', 'nothing more')
    }

    It 'are not told of where errors go unseen, nor inside a block' {
        Set-ZState taken 1
        Set-ZState taken 2 -IfAbsent -NoWait
        $null = Sync-ZState -Namespace elsewhere
        Get-ZState missing -ErrorAction Ignore
        Get-ZState missing -ErrorAction SilentlyContinue
        & { $ErrorActionPreference = 'SilentlyContinue'; Get-ZState taken } | Should -Be 1
        Update-ZState { $null = Get-ZState taken; $State.done = 1 } -ErrorAction SilentlyContinue
        (Get-Id (Wait-Told { Sync-ZState })) | Should -Be 'ZProc.Conflict'
        $context.State.done | Should -Be 1
    }

    It 'are counted where there are very many' {
        Set-ZState taken 1
        foreach ($i in 1..1500) { Set-ZState taken $i -IfAbsent -NoWait -ErrorAction SilentlyContinue }
        $told = @(Sync-ZState 2>&1)
        $told.Count | Should -Be 1001
        "$($told[-1])" | Should -BeLike '500 more writes*'
    }

    It 'are told of by namespace' {
        Set-ZState a 1
        Set-ZState a 1 -Namespace other
        $errors = @(
            Set-ZState a 2 -IfAbsent -NoWait 2>&1
            Set-ZState fine 1 -Namespace other -NoWait 2>&1
            Sync-ZState -Namespace other 2>&1
            Sync-ZState 2>&1
        )
        Get-Id $errors | Should -Be 'ZProc.Conflict'
        Get-ZState fine -Namespace other | Should -Be 1
    }

    It 'refuse at once what can be refused here: <Name>' -ForEach @(
        @{ Name = 'a bad key'; Id = 'ZProc.InvalidKey*'; Run = { Set-ZState "a`tb" 1 -NoWait } }
        @{ Name = 'a bad key among many'; Id = 'ZProc.InvalidKey*'; Run = { Set-ZState -InputObject @{ a = 1; '' = 2 } -NoWait } }
        @{ Name = 'a value that cannot travel'; Id = 'ZProc.ValueNotSupported*'; Run = { Set-ZState a @{ x = [securestring]::new() } -NoWait } }
        @{ Name = 'an item that cannot travel'; Id = 'ZProc.ValueNotSupported*'; Run = { Update-ZState a -Append ([securestring]::new()) -NoWait } }
        @{ Name = 'a namespace of ZProc itself'; Id = 'ZProc.InvalidKey*'; Run = { Clear-ZState -Namespace '$processes' -NoWait } }
        @{ Name = 'a bad namespace'; Id = 'ZProc.InvalidKey*'; Run = { Set-ZState a 1 -Namespace "a`tb" -NoWait } }
    ) {
        { $ErrorActionPreference = 'Stop'; & $Run } | Should -Throw -ErrorId $Id
        Sync-ZState -ErrorAction Stop
        $owner.State.Count | Should -Be 0
    }

    It 'are refused inside a block, and leave it as it is' {
        Set-ZState -InputObject @{ n = 1; list = @() }
        Update-ZState {
            foreach ($change in { Set-ZState a 1 -NoWait }, { Remove-ZState n -NoWait }, { Clear-ZState -NoWait }, { Update-ZState n -Increment 1 -NoWait },
                { Update-ZState list -Append 1 -NoWait }, { Update-ZState t -Merge @{ x = 1 } -NoWait }, { Set-ZState a 1 -NoWait -Namespace other }) {
                try { & $change; 'done' } catch { $_.FullyQualifiedErrorId -replace ',.*' }
            }
            $State.n = 2
        } | Should -Be (@('ZProc.NestedUpdate') * 7)
        Sync-ZState -ErrorAction Stop
        $owner.State -eq @{ n = 2; list = @() } | Should -BeTrue
        Get-ZStateNamespace other* | Should -BeNullOrEmpty
    }

    It 'wait for the turn that somebody has, and Sync-ZState for as long as it was told' {
        $holder = Start-Holder
        Set-ZState n 1 -NoWait
        Set-ZState n 1 -NoWait -Namespace other
        Sync-ZState -Namespace other -TimeoutSec 120 -ErrorAction Stop
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $failure = { Sync-ZState -TimeoutSec 0.3 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Timeout*' -ExceptionType ([System.TimeoutException]) -PassThru
        $clock.Elapsed.TotalSeconds | Should -BeGreaterThan 0.29
        $clock.Elapsed.TotalSeconds | Assert-Within 15
        $failure.CategoryInfo.Category | Should -Be 'OperationTimeout'
        { Sync-ZState -TimeoutSec 0 -Namespace default -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Timeout*'
        { Sync-ZState -TimeoutSec -1 } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        Get-ZState n -Fresh -Default 'not yet' | Should -Be 'not yet'
        Set-ZState go 1 -Namespace signal
        Sync-ZState -TimeoutSec 120 -ErrorAction Stop
        $owner.State.n | Should -Be 1
        $owner.State.held | Should -Be 1
        (Get-ZState n -Detailed).Revision | Should -Be 2 -Because 'the block was first'
        $holder | Receive-ZProcess -Wait
    }

    It 'tell what went wrong at the end of the context' {
        Set-ZState a 1
        $errors = @(
            Set-ZState a 2 -IfAbsent -NoWait 2>&1
            if ($Remote) { Disconnect-ZProcContext joined 2>&1 } else { Stop-ZProcContext owner 2>&1 }
        )
        Get-Id $errors | Should -Be 'ZProc.Conflict'
        $errors[0].Exception.Message | Should -BeLike '*-NoWait*'
    }

    It 'are an error of the process that wrote them, at its end, and of nobody else: -As <_>' -ForEach 'Runspace', 'Process' {
        Set-ZState a 1
        $process = Start-ZProcess -As $_ {
            Set-ZState a 2 -IfAbsent -NoWait
            Set-ZState fine 1 -NoWait
            'end'
        } | Wait-ZProcess
        Get-ZState fine -ErrorAction SilentlyContinue -ErrorVariable problem | Should -Be 1
        Sync-ZState -ErrorAction SilentlyContinue -ErrorVariable +problem
        $problem | Should -BeNullOrEmpty
        $process | Receive-ZProcess -Wait -ErrorAction SilentlyContinue -ErrorVariable told | Should -Be 'end'
        Get-Id $told | Should -Be 'ZProc.Conflict'
        $process.State | Should -Be 'Completed'

        # And the other way round.
        Set-ZState a 2 -IfAbsent -NoWait -ErrorAction SilentlyContinue
        Start-ZProcess -As $_ { Get-ZState a; Sync-ZState } | Receive-ZProcess -Wait -ErrorAction Stop | Should -Be 1
        Get-Id (Sync-ZState 2>&1) | Should -Be 'ZProc.Conflict'
    }
}

Describe 'The end of whoever writes without waiting' {
    BeforeEach {
        $context = Start-ZProcContext
    }

    AfterEach {
        Stop-ZProcContext
    }

    It 'loses no write: a session in another OS process that <How>' -ForEach @(
        @{ How = 'comes to its end'; End = ''; Code = 0 }
        @{ How = 'exits'; End = 'exit 7'; Code = 7 }
        @{ How = 'throws'; End = 'throw "bad"'; Code = 1 }
        @{ How = 'stops its context'; End = 'Disconnect-ZProcContext -ErrorAction Stop; exit 3'; Code = 3 }
        @{ How = 'removes the module'; End = 'Remove-Module ZProc; exit 4'; Code = 4 }
    ) {
        $session = Start-OtherSession $context.ConnectionString "foreach (`$i in 1..2000) { Update-ZState n -Increment 1 -NoWait }`nSet-ZState last `$i -NoWait`n$End" $TestDrive
        try {
            $session.WaitForExit(120000) | Should -BeTrue
            $session.ExitCode | Should -Be $Code
        }
        finally { Stop-OtherSession $session }
        Get-ZState n | Should -Be 2000
        Get-ZState last | Should -Be 2000
    }

    It 'loses no write: a process that <How>, -As <As>' -ForEach @(
        @{ How = 'comes to its end'; As = 'Runspace'; Script = { foreach ($i in 1..2000) { Update-ZState n -Increment 1 -NoWait } } }
        @{ How = 'comes to its end'; As = 'Process'; Script = { foreach ($i in 1..2000) { Update-ZState n -Increment 1 -NoWait } } }
        @{ How = 'exits'; As = 'Process'; Script = { foreach ($i in 1..2000) { Update-ZState n -Increment 1 -NoWait }; exit 5 } }
        @{ How = 'throws'; As = 'Process'; Script = { foreach ($i in 1..2000) { Update-ZState n -Increment 1 -NoWait }; throw 'bad' } }
    ) {
        $null = Start-ZProcess -As $As $Script | Wait-ZProcess -TimeoutSec 120
        Get-ZState n | Should -Be 2000
    }

    It 'is told in the session''s last words what was not made' {
        Set-ZState a 1
        # While somebody has the turn nothing has an outcome, so no command can tell of it before the end.
        $holder = Start-Holder
        $session = Start-OtherSession $context.ConnectionString '[Console]::SetError([Console]::Out); Set-ZState a 2 -IfAbsent -NoWait; Set-ZState b 2 -NoWait; [Console]::Out.WriteLine("written"); exit' $TestDrive
        try {
            $session.StandardOutput.ReadLine() | Should -Be 'written'
            Set-ZState go 1 -Namespace signal
            $lines = @($session.StandardOutput.ReadToEnd() -split "`r?`n" -match '-NoWait')
        }
        finally { Stop-OtherSession $session }
        $holder | Receive-ZProcess -Wait
        $lines.Count | Should -Be 1
        $lines[0] | Should -BeLike '*key ''a'' exists*'
        Get-ZState b | Should -Be 2
    }

    It 'leaves a block''s own error to be heard, and the context of before to be the current one' {
        $first = Start-ZProcContext first
        $second = Start-ZProcContext second
        {
            Use-ZProcContext { Set-ZState a 1; Set-ZState a 2 -IfAbsent -NoWait; throw 'the real reason' } -ErrorAction Stop
        } | Should -Throw 'the real reason'
        { Use-ZProcContext { Set-ZState a 1; Set-ZState a 2 -IfAbsent -NoWait } -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Conflict*'
        Set-ZState b 1
        Get-ZState b -Context second | Should -Be 1
        Stop-ZProcContext first
        Stop-ZProcContext second
    }

    It 'is told so when its server has stopped first' {
        # Who has the turn is not of the server's session, so that it does not give the turn up first.
        $third = Connect-ZProcContext $context.ConnectionString -Name third
        $holder = Start-Holder
        $joined = Connect-ZProcContext $context.ConnectionString -Name joined
        Set-ZState a 1 -NoWait
        Get-ZState a -Fresh -Default 'not yet' | Should -Be 'not yet'
        Stop-ZProcContext $context
        $errors = @(Disconnect-ZProcContext $joined 2>&1)
        Get-Id $errors | Should -Be 'ZProc.ContextStopped'
        $errors[0].Exception.Message | Should -BeLike '*-NoWait*'
        Disconnect-ZProcContext $third
        $holder.HasExited | Should -BeTrue
        $null = Start-ZProcContext
    }
}
