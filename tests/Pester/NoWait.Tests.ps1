# Writes without waiting: they arrive, in order, and their errors are told once, to their writer.

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/Pace.psm1"
    . "$PSScriptRoot/Support/Unwaited.ps1"

    # Repeats a command until it tells an error: the outcome of a write is known a moment later.
    function Wait-Told([scriptblock] $Command) {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        do { $told = @(& $Command 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }) }
        until ($told.Count -gt 0 -or $clock.Elapsed.TotalSeconds -gt 120)
        $told
    }
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

    It 'are seen by later turns and waits' {
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

    It 'tell an error once, at a later command: <Command>' -ForEach @(
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

    It 'tell every error once, at Sync-ZState' {
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

    It 'tell errors in the order of the writes' {
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

    It 'tell no error where errors go unseen, nor inside a block' {
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

    It 'tell errors by namespace' {
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

    It 'are refused at once where the client can tell: <Name>' -ForEach @(
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

    It 'are refused inside a block, which goes on' {
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

    It 'wait for a held turn, and Sync-ZState waits until its timeout' {
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

    It 'tell errors at the end of the context' {
        Set-ZState a 1
        $errors = @(
            Set-ZState a 2 -IfAbsent -NoWait 2>&1
            if ($Remote) { Disconnect-ZProcContext joined 2>&1 } else { Stop-ZProcContext owner 2>&1 }
        )
        Get-Id $errors | Should -Be 'ZProc.Conflict'
        $errors[0].Exception.Message | Should -BeLike '*-NoWait*'
    }

    It 'give errors to the process that wrote them, at its end, and to no other: -As <_>' -ForEach 'Runspace', 'Process' {
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
