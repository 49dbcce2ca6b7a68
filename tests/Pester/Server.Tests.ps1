BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/Pace.psm1"
    Import-Module "$PSScriptRoot/Support/Family.psm1"

    # A session of its own that joins by name and runs a script.
    function Invoke-Session([string] $script) {
        $info = [System.Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
        foreach ($argument in '-NoProfile', '-NonInteractive', '-Command', "Import-Module '$PSScriptRoot/../../ZProc.psd1'; $script") {
            $info.ArgumentList.Add($argument)
        }

        $info.RedirectStandardOutput = $true
        $process = [System.Diagnostics.Process]::Start($info)
        $process.StandardOutput.ReadToEnd().Trim()
        $process.WaitForExit()
    }

    $name = "test-$PID"
}

AfterAll {
    Get-ZProcServer "test-$PID*" | Stop-ZProcServer
}

Describe 'A server that does not start in time' {
    It 'is an error, and none is left: the name is free at once' {
        { Start-ZProcServer $name -TimeoutSec 0.001 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.ProcessFailed*'
        Get-ZProcServer "$name*" | Should -BeNullOrEmpty
        $server = Start-ZProcServer $name -TimeoutSec 300
        Test-ZProcContext -ConnectionString $server.ConnectionString | Should -BeTrue
        Stop-ZProcServer $server
        { Start-ZProcServer $name -TimeoutSec -1 -ErrorAction Stop } | Should -Throw '*-TimeoutSec*' -ErrorId 'ZProc.InvalidArgument*'
    }
}

Describe 'A server in a process of its own' {
    BeforeEach {
        $server = Start-ZProcServer $name
    }

    AfterEach {
        Get-ZProcContext | Disconnect-ZProcContext
        Get-ZProcServer $name -ErrorAction SilentlyContinue | Stop-ZProcServer
    }

    It 'is found by its name, by this session and by others' {
        (Get-ZProcServer $name).ProcessId | Should -Be $server.ProcessId
        (Get-ZProcServer "test-$PID*", $name).Name | Should -Be $name
        $context = Connect-ZProcContext -Name $name
        $context.Name | Should -Be $name
        $context.IsOwner | Should -BeFalse
        $context.ProcessId | Should -Be $server.ProcessId
        Set-ZState n 1
        Invoke-Session "`$null = Connect-ZProcContext -Name $name; Update-ZState n -Increment 1" | Should -Be 2
        Get-ZState n | Should -Be 2
    }

    It 'can be piped to Connect-ZProcContext' {
        ($server | Connect-ZProcContext).Name | Should -Be $name
        Set-ZState n 1
        Get-ZState n | Should -Be 1
    }

    It 'outlives the session that started it' {
        $other = "test-$PID-outlives"
        Invoke-Session "(Start-ZProcServer $other).Name; `$null = Connect-ZProcContext -Name $other; Set-ZState made 'there'" | Should -Be $other
        $null = Connect-ZProcContext -Name $other
        Get-ZState made | Should -Be 'there'
        Stop-ZProcServer $other
        Get-ZProcServer "$other*" | Should -BeNullOrEmpty
    }

    It 'outlives the process that started it' {
        $other = "test-$PID-process"
        $null = Connect-ZProcContext -Name $name
        Start-ZProcess -Props $other { (Start-ZProcServer $Props).Name } | Receive-ZProcess -Wait | Should -Be $other
        Test-ZProcContext -ConnectionString (Get-ZProcServer $other).ConnectionString | Should -BeTrue
        Stop-ZProcServer $other
    }

    It 'ends, and tells joined sessions' {
        $null = Connect-ZProcContext -Name $name
        Set-ZState n 1
        $waiting = Register-ZStateWatcher n
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        Stop-ZProcServer $name
        Test-Alive $server.ProcessId | Should -BeFalse
        $clock.Elapsed.TotalSeconds | Assert-Within 5
        { Wait-ZState -Watcher $waiting -TimeoutSec 120 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.ContextStopped*'
        { Set-ZState n 2 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.ContextStopped*'
    }

    It 'that is killed is no longer listed, and lost for joined sessions' {
        $null = Connect-ZProcContext -Name $name
        Set-ZState n 1
        $waiting = Register-ZStateWatcher n
        $dying = [System.Diagnostics.Process]::GetProcessById($server.ProcessId)
        $dying.Kill()
        { Wait-ZState -Watcher $waiting -TimeoutSec 120 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.ConnectionLost*'
        $dying.WaitForExit()
        { Set-ZState n 2 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.ConnectionLost*'
        Get-ZProcServer "$name*" | Should -BeNullOrEmpty
        { Connect-ZProcContext -Name $name -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.CannotConnect*'
    }

    It 'that is started again at the same place is another one: watches of the old one end' {
        $endpoint = $server.Endpoint
        $null = Connect-ZProcContext -Name $name
        Set-ZState n 1
        $waiting = Register-ZStateWatcher n
        $watching = foreach ($as in 'Runspace', 'Process') { Register-ZStateWatcher n -As $as -SinceRevision 0 -Action { $State["seen by $($Process.As)"] = $true } }
        $null = Wait-ZState 'seen by Runspace', 'seen by Process' -Equal $true -TimeoutSec 120
        $dying = [System.Diagnostics.Process]::GetProcessById($server.ProcessId)
        $dying.Kill()
        $dying.WaitForExit()

        # At once, so that the watching sessions find the new one in the place of the old.
        $again = Start-ZProcServer $name -Endpoint $endpoint
        $again.Endpoint | Should -Be $endpoint
        $again.ConnectionString | Should -Not -Be $server.ConnectionString
        { Wait-ZState -Watcher $waiting -TimeoutSec 120 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.ConnectionLost*'
        foreach ($watcher in $watching) {
            { Receive-ZProcess $watcher.Process -Wait -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.ConnectionLost*'
        }

        { Set-ZState n 2 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.ConnectionLost*'
        Get-ZProcContext | Disconnect-ZProcContext
        $null = Connect-ZProcContext -Name $name
        (Get-ZState).Count | Should -Be 0
    }

    It 'is not stopped by -WhatIf, nor started' {
        Stop-ZProcServer $name -WhatIf
        Start-ZProcServer "test-$PID-whatif" -WhatIf | Should -BeNullOrEmpty
        (Get-ZProcServer "test-$PID*").Name | Should -Be $name
    }

    It 'is not a session''s to stop' {
        $context = Start-ZProcContext mine
        try {
            { Stop-ZProcServer mine -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
            $joined = Connect-ZProcContext -Name $name
            { Stop-ZProcContext $joined -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        }
        finally {
            Stop-ZProcContext mine
        }
    }

    It 'keeps to its limits' {
        $other = "test-$PID-limits"
        $null = Start-ZProcServer $other -MaximumHistoryCount 3 -MaximumValueBytes 100
        $null = Connect-ZProcContext -Name $other
        1..9 | ForEach-Object { Set-ZState n $_ }
        { Get-ZState n -Revision 2 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Compacted*'
        { Set-ZState n ('x' * 200) -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.ValueTooLarge*'
        Stop-ZProcServer $other
    }

    It 'leaves the files of servers on other machines alone, and removes those of this machine that are left over' -Skip:$IsWindows {
        $folder = "$HOME/.local/share/ZProc/servers"
        $file = (Get-ChildItem $folder -Filter "$name.*").Name
        $text = Get-Content "$folder/$file" -Raw
        $null = $file -match '^(?<name>.+)\.(?<id>\d+)-(?<start>\d+)\.(?<machine>[0-9a-f]+)-(?<boot>[0-9a-f]*)\.json$'
        $Matches.Count | Should -Be 6
        $elsewhere = @(
            "$name-there.1-1.$('0' * 12)-$($Matches.boot).json" # another machine, or a container, where the id is no process of here
            "$name-there.$($Matches.id)-$($Matches.start).$('0' * 12)-$('0' * 12).json"
            "$name-there.1-1.$('0' * 12)-$('0' * 12).json.new"
        )
        $leftOver = @(
            "$name-killed.1-1.$($Matches.machine)-$($Matches.boot).json"
            "$name-killed.1-1.$($Matches.machine)-$($Matches.boot).json.new" # it was killed while it wrote
            if ($IsLinux) { "$name-boot.$($Matches.id)-$($Matches.start).$($Matches.machine)-$('0' * 12).json" } # before this machine was started again
        )
        try {
            foreach ($other in $elsewhere + $leftOver) { Set-Content "$folder/$other" $text }
            (Get-ZProcServer "$name*").Name | Should -Be $name
            foreach ($other in $elsewhere) { "$folder/$other" | Should -Exist }
            foreach ($other in $leftOver) { "$folder/$other" | Should -Not -Exist }
        }
        finally {
            foreach ($other in $elsewhere + $leftOver) { Remove-Item "$folder/$other" -ErrorAction Ignore }
        }
    }

    It 'does not show its secret in any view' {
        $secret = ($server.ConnectionString -replace '^zprocs?://' -split '@')[0]
        $context = $server | Connect-ZProcContext
        $shown = @(
            $server, $context | Out-String
            $context, $server | Out-String
            $server | Format-List | Out-String
            $server, $context | ForEach-Object { "$_" }
        ) -join "`n"
        $shown | Should -Not -Match $secret
        $shown | Should -Match $name
        if (-not $IsWindows) { "$(Get-ChildItem ~/.local/share/ZProc/servers -Filter "$name.*" | ForEach-Object UnixFileMode)" | Should -Be 'UserWrite, UserRead' }
    }
}

Describe 'Bad input' {
    It 'is refused: <Name>' -ForEach @(
        @{ Name = 'a name that cannot be'; Start = { Start-ZProcServer 'a/b' -ErrorAction Stop }; Id = 'ZProc.InvalidArgument*' }
        @{ Name = 'an endpoint that is none'; Start = { Start-ZProcServer -Endpoint 'here' -ErrorAction Stop }; Id = 'ZProc.InvalidArgument*' }
        @{ Name = 'an endpoint of another machine'; Start = { Start-ZProcServer -Endpoint 'tcp://192.0.2.1:9' -ErrorAction Stop }; Id = 'ZProc.CannotConnect*' }
        @{ Name = 'a server that does not run'; Start = { Connect-ZProcContext -Name 'nobody-has-this' -ErrorAction Stop }; Id = 'ZProc.CannotConnect*' }
        @{ Name = 'a server that does not run, to stop'; Start = { Stop-ZProcServer 'nobody-has-this' -ErrorAction Stop }; Id = 'ZProc.InvalidArgument*' }
    ) {
        $Start | Should -Throw -ErrorId $Id
    }

    It 'is refused: a name that is taken' {
        $first = Start-ZProcServer "$name-taken"
        { Start-ZProcServer "$name-TAKEN" -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        $first | Stop-ZProcServer
    }
}
