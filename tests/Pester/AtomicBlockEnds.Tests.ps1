# Atomic blocks whose process ends or falls silent: nothing is committed, and the turn is given to the next.

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/OtherSession.psm1"
    Import-Module "$PSScriptRoot/Support/Pace.psm1"
    . "$PSScriptRoot/Support/Pipelines.ps1"
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

    It 'commits nothing after kill -9, and the next block goes on: <Who>' -Skip:(-not $IsLinux) -ForEach @(
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

    It 'loses its turn after too long a silence, and gets an error' -Skip:(-not $IsLinux) {
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

    It 'gets an error for a lost turn also when it has nothing to commit' -Skip:(-not $IsLinux) {
        Set-ZState -InputObject @{ a = 1; b = 1 }
        $session = Start-OtherSession $context.ConnectionString @'
$result = try { Update-ZState { $a = $State.a; [Console]::Out.WriteLine('held'); $null = [Console]::In.ReadLine(); "$a $($State.b)" } } catch { $_.FullyQualifiedErrorId }
[Console]::Out.WriteLine("$result")
'@ $TestDrive
        try {
            $session.StandardOutput.ReadLine() | Should -Be 'held'
            kill -STOP $session.Id
            Update-ZState { $State.a = 2; $State.b = 2 } -TimeoutSec 120
            kill -CONT $session.Id
            $session.StandardInput.WriteLine()
            $session.StandardOutput.ReadLine() | Should -BeLike 'ZProc.TurnLost*'
        }
        finally {
            kill -CONT $session.Id
            Stop-OtherSession $session
        }
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
