# The end of a session or process that writes without waiting: it loses no write, and tells the errors.

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/OtherSession.psm1"
    . "$PSScriptRoot/Support/Unwaited.ps1"
}

Describe 'The end of a writer that does not wait' {
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

    It 'tells the failed writes in the session''s last output' {
        Set-ZState a 1
        # The turn is held: no write has an outcome, so no command can tell the error before the end.
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

    It 'does not hide a block''s own error, and restores the current context' {
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

    It 'tells that the server has stopped first' {
        # The holder of the turn is not in the server's session, which would give the turn up first.
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
