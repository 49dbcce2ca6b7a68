# Nothing is left behind: however a session or one of its processes ends, within five seconds everything it started is gone.

BeforeDiscovery {
    $told = '$null = [Console]::In.ReadLine();'
    $stays = '; [System.IO.File]::WriteAllText("$Folder/done", ""); $null = [Console]::In.ReadLine()'
    $waits = 'Start-Sleep 600'
    $ends = @(
        @{ How = 'the session comes to its end'; End = $told; Code = 0 }
        @{ How = 'the session throws'; End = "$told throw 'bad'"; Code = 1 }
        @{ How = 'the session exits'; End = "$told exit 7"; Code = 7 }
        @{ How = 'the context stops'; End = "$told Stop-ZProcContext $stays"; Stays = $true }
        @{ How = 'the module is removed'; End = "$told Remove-Module ZProc $stays"; Stays = $true }
        @{ How = 'Ctrl+C is pressed at the terminal'; End = $waits; Terminal = $true }
        @{ How = 'the session gets SIGINT'; End = $waits; Signal = 'INT' }
        @{ How = 'the session gets SIGTERM'; End = $waits; Signal = 'TERM'; Code = 143 }
        @{ How = 'the session gets SIGHUP'; End = $waits; Signal = 'HUP'; Code = 129 }
        @{ How = 'the session gets SIGKILL'; End = $waits; Signal = 'KILL'; Code = 137 }
        @{ How = 'the server gets SIGKILL and the session ends'; End = $told; OwnServer = $true }
    )
    $processes = 'a process', 'a process of a process', 'a process of a process of a process', 'a process stuck in .NET', 'a process stuck in the system',
        'a program in the background', 'a program whose parent has gone', 'a program that ignores SIGTERM', 'a program in the foreground' | ForEach-Object { @{ Member = $_ } }
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/Family.psm1"
}

Describe 'When <How>' -Skip:(-not $IsLinux) -ForEach $ends {
    BeforeAll {
        $family = Start-Family $End $TestDrive -OwnServer:($OwnServer -eq $true) -Terminal:($Terminal -eq $true)
        if ($OwnServer) { kill -9 $family.Server }
        if ($Signal) { kill "-$Signal" $family.SessionId }
        else { $family.Session.StandardInput.Write($(if ($Terminal) { [char] 3 } else { "`n" })); $family.Session.StandardInput.Flush() }
        $gone = Wait-Gone $family.Members
        $exited = $Stays -or $family.Session.WaitForExit(5000)
    }

    AfterAll {
        Stop-Family $family
    }

    It 'nothing is left of <Member>' -ForEach $processes {
        $gone[$Member] | Should -BeLessThan 5
    }

    It 'nothing is left of the program that a runspace runs' -Skip:($Signal -eq 'KILL') {
        $gone['the program that a runspace runs'] | Should -BeLessThan 5
    }

    It 'the session is not kept by a runspace that cannot be stopped' {
        $exited | Should -BeTrue
    }

    It 'its exit code says so' -Skip:($null -eq $Code) {
        $family.Session.ExitCode | Should -Be $Code
    }

    It 'finally blocks run in <_>' -ForEach @('outer', 'middle', 'inner') {
        "$($family.Folder)/finally-$_" | Should -Exist
    }

    It 'finally blocks run in a runspace' -Skip:($Signal -eq 'KILL') {
        "$($family.Folder)/finally-loop" | Should -Exist
    }

    It 'no other process is left, spares included' {
        if ($Stays) { Wait-Until { [System.IO.File]::Exists("$($family.Folder)/done") } 5 'the command is done' }
        $allowed = @(if ($Stays) { $family.SessionId }) + @(if ($Signal -eq 'KILL') { $family.Members['the program that a runspace runs'] })
        Get-FamilyProcess $family | Where-Object { $_ -notin $allowed } | Should -BeNullOrEmpty
    }

    It 'a process of the same name that is not ours lives on' {
        $family.Bystander.HasExited | Should -BeFalse
    }

    It 'no temporary file is left' {
        Get-LeftFile $family | Should -BeNullOrEmpty
    }
}

