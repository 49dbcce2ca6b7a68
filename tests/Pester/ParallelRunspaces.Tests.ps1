# Invoke-ZParallel in runspaces: batches, objects as they are, progress.

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/Family.psm1"
    $context = Start-ZProcContext
}

AfterAll {
    Get-ZProcContext | Stop-ZProcContext
}

Describe 'Invoke-ZParallel in runspaces' {
    BeforeEach {
        Select-ZProcContext -Context $context -Namespace runspaces
        Clear-ZState
    }

    It 'is in order for a great many items' {
        $expected = 1
        $wrong = 0
        1..100000 | Invoke-ZParallel { $_ } | ForEach-Object { if ($_ -ne $expected) { $wrong++ }; $expected++ }
        $wrong | Should -Be 0
        $expected | Should -Be 100001
    }

    It 'runs each item once when quick items become slow' {
        $result = 1..3000 | Invoke-ZParallel -ThrottleLimit 3 { if ($_ % 500 -eq 0) { Start-Sleep -Milliseconds 60 }; $_ }
        $result.Count | Should -Be 3000
        Compare-Object $result (1..3000) -SyncWindow 0 | Should -BeNullOrEmpty
    }

    It 'keeps no items waiting behind a slow one when another worker is free' {
        # Were they one batch, the rest would wait for the first, which waits for the rest.
        $result = 1..50 | Invoke-ZParallel -ThrottleLimit 2 {
            if ($_ -eq 10) { $null = Wait-ZState others -Equal 40 -TimeoutSec 120 }
            if ($_ -gt 10) { $null = Update-ZState others -Increment 1 }
            $_
        }
        $result | Should -Be @(1..50)
    }

    It 'gives a runspace up that cannot be stopped' {
        $blocked = [System.Threading.ManualResetEventSlim]::new()
        try {
            $result = 1..3 | Invoke-ZParallel -ThrottleLimit 1 -ItemTimeoutSec 1 { if ($_ -eq 2) { $null = $args[0].Wait(60000); $State.late = $true }; $_ } -ArgumentList $blocked -ErrorVariable errors -ErrorAction SilentlyContinue
            $result | Should -Be @(1, 3)
            $errors[0].FullyQualifiedErrorId | Should -BeLike 'ZProc.Timeout*'
        }
        finally {
            $blocked.Set()
        }
        Test-ZState late | Should -BeFalse
    }

    It 'lets an item leave the context that its session leaves' {
        # The end of the context waits for the item, so the item must not wait for that end.
        $joined = Connect-ZProcContext $context.ConnectionString -Name joined
        $end = $joined.GetType().GetField('_end', 'NonPublic, Instance').GetValue($joined).Task
        $seen = [hashtable]::Synchronized(@{})
        $null = 1 | Invoke-ZParallel -Context $joined -AsJob {
            try { $State.running = 1; Start-Sleep 600 }
            finally { Disconnect-ZProcContext $using:joined; ($using:seen).WasEnded = ($using:end).IsCompleted }
        }
        $null = Wait-ZState running -Context $joined -Equal 1 -TimeoutSec 120 -ErrorAction Stop
        Disconnect-ZProcContext $joined
        Wait-Until { $seen.ContainsKey('WasEnded') } 60 'the finally block of the item'
        $seen.WasEnded | Should -BeFalse
    }

    It 'passes objects as they are' {
        $list = [System.Collections.Concurrent.ConcurrentBag[int]]::new()
        1..20 | Invoke-ZParallel { $all = $using:list; $all.Add($_) }
        $list.Count | Should -Be 20
        $objects = 1..3 | ForEach-Object { [System.Text.StringBuilder]::new("$_") }
        $objects | Invoke-ZParallel { $null = $_.Append('x') }
        $objects | ForEach-Object { "$_" } | Should -Be @('1x', '2x', '3x')
    }

    It 'shows progress, and completes it at the end' -ForEach @(
        @{ How = 'at the end'; Script = { 1..20 | Invoke-ZParallel -ShowProgress { Start-Sleep -Milliseconds 10; $_ } } }
        @{ How = 'when enough is enough'; Script = { 1..20 | Invoke-ZParallel -ShowProgress { Start-Sleep -Milliseconds 10; $_ } | Select-Object -First 3 } }
        @{ How = 'when it fails'; Script = { 1..20 | Invoke-ZParallel -ShowProgress -StopOnError { Start-Sleep -Milliseconds 10; if ($_ -eq 5) { throw 'bad' } } } }
    ) {
        $process = Start-ZProcess -As Runspace ([scriptblock]::Create("`$ProgressPreference = 'Continue'; $Script")) | Wait-ZProcess
        $records = $process.Progress
        $records.Count | Should -BeGreaterThan 1
        $records[$records.Count - 1].RecordType | Should -Be 'Completed'
        $records[0].Activity | Should -Be 'Invoke-ZParallel'
        $process | Remove-ZProcess
    }
}
