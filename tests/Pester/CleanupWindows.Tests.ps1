# Nothing is left behind on Windows: after any end of a session or a process, everything that it started is gone. Cleanup.Tests.ps1 has
# the matrix of Linux.

BeforeDiscovery {
    $told = '$null = [Console]::In.ReadLine();'
    $stays = '; [System.IO.File]::WriteAllText("$Folder/done", ""); $null = [Console]::In.ReadLine()'
    $ends = @(
        @{ How = 'the session comes to its end'; End = $told; Code = 0 }
        @{ How = 'the session throws'; End = "$told throw 'bad'"; Code = 1 }
        @{ How = 'the session exits'; End = "$told exit 7"; Code = 7 }
        @{ How = 'the context stops'; End = "$told Stop-ZProcContext $stays"; Stays = $true }
        @{ How = 'the session is killed'; End = 'Start-Sleep 600'; Killed = $true }
    )
    $members = @('outer', 'inner', 'stuck', 'background', 'foreground', 'orphan' | ForEach-Object { @{ Member = $_ } })
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/Pace.psm1"
    Import-Module "$PSScriptRoot/Support/Family.psm1"

    $family = @'
param($Module, $Folder)
$ErrorActionPreference = 'Stop'
Import-Module $Module
$null = Start-ZProcContext
$null = Start-ZProcess -Name outer -ArgumentList $Folder {
    param($Folder)
    try {
        $State.background = [System.Diagnostics.Process]::Start("$env:SystemRoot\system32\ping.exe", '-n 1000 127.0.0.1').Id
        $null = Start-ZProcess -Name inner -ArgumentList $Folder {
            param($Folder)
            try {
                # The shell ends at once, so that the program has no parent.
                $before = (Get-Process ping).Id
                $null = [System.Diagnostics.Process]::Start($env:ComSpec, "/c start /b $env:SystemRoot\system32\ping.exe -n 1000 127.0.0.1")
                while (-not ($orphan = @((Get-Process ping).Id | Where-Object { $_ -notin $before })[0])) { Start-Sleep -Milliseconds 50 }
                $State.orphan = $orphan
                $State.inner = $PID
                Start-Sleep 600
            }
            finally { [System.IO.File]::WriteAllText("$Folder/finally-inner", '') }
        }
        $null = Wait-ZState -When { $_.Contains('inner') }
        $State.outer = $PID
        Start-Sleep 600
    }
    finally { [System.IO.File]::WriteAllText("$Folder/finally-outer", '') }
}
$null = Wait-ZState -When { $_.Contains('outer') }
$known = (Get-Process ping).Id
$null = Start-ZProcess -Name program { $State.program = $PID; & "$env:SystemRoot\system32\ping.exe" -n 1000 127.0.0.1 > $null }
$null = Start-ZProcess -Name stuck { $State.stuck = $PID; [System.Threading.Thread]::Sleep(600000) }
$null = Wait-ZState -When { $_.Contains('program') -and $_.Contains('stuck') }
while (-not ($foreground = @((Get-Process ping).Id | Where-Object { $_ -notin $known })[0])) { Start-Sleep -Milliseconds 50 }
Set-ZState foreground $foreground
[System.IO.File]::WriteAllText("$Folder/ready.part", ('outer', 'inner', 'stuck', 'background', 'foreground', 'orphan' | ForEach-Object { "$_=$(Get-ZState $_)" }) -join ' ')
[System.IO.File]::Move("$Folder/ready.part", "$Folder/ready")
'@

    function Test-Running([int] $Id) { $null -ne (Get-Process -Id $Id -ErrorAction Ignore) }

    function Start-WindowsFamily([string] $End) {
        $folder = (New-Item -ItemType Directory "$TestDrive/$([guid]::NewGuid().ToString('N'))").FullName
        [System.IO.File]::WriteAllText("$folder/family.ps1", "$family`n$End`n")
        $start = [System.Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
        foreach ($argument in '-NoProfile', '-NonInteractive', '-File', "$folder/family.ps1", (Convert-Path "$PSScriptRoot/../../ZProc.psd1"), $folder) { $start.ArgumentList.Add($argument) }
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $session = [System.Diagnostics.Process]::Start($start)
        $said = $session.StandardOutput.ReadToEndAsync(), $session.StandardError.ReadToEndAsync()
        Wait-Until { [System.IO.File]::Exists("$folder/ready") -or $session.HasExited } 200 'the session is ready'
        if (-not [System.IO.File]::Exists("$folder/ready")) { throw "The session did not come up: $($said.Result)" }
        $members = @{}
        foreach ($part in [System.IO.File]::ReadAllText("$folder/ready").Split(' ')) { $members[$part.Split('=')[0]] = [int] $part.Split('=')[1] }
        @{ Session = $session; Folder = $folder; Members = $members; Said = $said }
    }
}

Describe 'When <How>' -Skip:(-not $IsWindows) -ForEach $ends {
    BeforeAll {
        $bystander = [System.Diagnostics.Process]::Start("$env:SystemRoot\system32\ping.exe", '-n 1000 127.0.0.1')
        $one = Start-WindowsFamily $End
        $alive = @($one.Members.Keys | Where-Object { Test-Running $one.Members[$_] })
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        if ($Killed) { $one.Session.Kill() } else { $one.Session.StandardInput.WriteLine(); $one.Session.StandardInput.Flush() }
        $gone = @{}
        $null = Measure-Until {
            foreach ($name in $one.Members.Keys) { if (-not $gone[$name] -and -not (Test-Running $one.Members[$name])) { $gone[$name] = $watch.Elapsed.TotalSeconds } }
            $gone.Count -eq $one.Members.Count
        } $watch
        $exited = if ($Stays) { Measure-Until { [System.IO.File]::Exists("$($one.Folder)/done") } $watch } else { Measure-Until { $one.Session.HasExited } $watch }
    }

    AfterAll {
        if ($one) {
            if (-not $one.Session.HasExited) { $one.Session.Kill() }
            $one.Session.WaitForExit()
        }

        $bystander.Kill()
    }

    It 'nothing is left of <Member>' -ForEach $members {
        $alive | Should -Contain $Member
        $gone[$Member] | Should -Not -BeNullOrEmpty
        $gone[$Member] | Assert-Within 5
    }

    It 'finally blocks run in <_>' -ForEach @('outer', 'inner') {
        "$($one.Folder)/finally-$_" | Should -Exist
    }

    It 'its exit code says so' -Skip:($null -eq $Code) {
        $one.Session.ExitCode | Should -Be $Code
    }

    It 'a program of the same name that is not ours lives on' {
        $bystander.HasExited | Should -BeFalse
    }
}

Describe 'A process on Windows' -Skip:(-not $IsWindows) {
    BeforeAll {
        $context = Start-ZProcContext
        $ping = "$env:SystemRoot\system32\ping.exe"
    }

    AfterAll { Stop-ZProcContext $context }

    It 'ends although a program that it started goes on and holds its output' {
        $process = Start-ZProcess -ArgumentList $ping { param($Ping) $State.left = (Start-Process $Ping '-n 1000 127.0.0.1' -NoNewWindow -PassThru).Id }
        $process | Wait-ZProcess -TimeoutSec 60 | ForEach-Object State | Should -Be 'Completed'
        Test-Running (Get-ZState left) | Should -BeFalse
    }

    It 'that is killed takes with it what it started' {
        $process = Start-ZProcess -ArgumentList $ping { param($Ping) $State.child = [System.Diagnostics.Process]::Start($Ping, '-n 1000 127.0.0.1').Id; $null = Start-ZProcess { $State.grandchild = $PID; Start-Sleep 600 }; Start-Sleep 600 }
        $null = Wait-ZState -When { $_.Contains('grandchild') } -TimeoutSec 60
        Stop-Process -Id $process.ProcessId -Force
        $process | Wait-ZProcess -TimeoutSec 60 | ForEach-Object State | Should -Be 'Failed'
        Wait-Until { -not (Test-Running (Get-ZState grandchild)) -and -not (Test-Running (Get-ZState child)) } 60 'both are gone'
    }

    It 'gives programs an empty input' {
        $process = Start-ZProcess { & $env:ComSpec /c "$env:SystemRoot\system32\findstr.exe x & echo done" }
        ($process | Receive-ZProcess -Wait | Out-String).Trim() | Should -Be 'done'
    }

    It 'has text on its standard error in UTF-8' {
        $process = Start-ZProcess { [Console]::Error.WriteLine('äöü €'); [Environment]::Exit(3) }
        $null = $process | Wait-ZProcess -TimeoutSec 60
        "$((Receive-ZProcess $process -ErrorAction SilentlyContinue -ErrorVariable errors) 6>$null)$errors" | Should -BeLike '*äöü €*'
    }

    It 'says by which crash it ended' {
        $process = Start-ZProcess { [Environment]::FailFast('boo') }
        $null = $process | Wait-ZProcess -TimeoutSec 60
        $null = Receive-ZProcess $process -ErrorAction SilentlyContinue -ErrorVariable errors
        "$errors" | Should -BeLike '*crashed by*(0x*)*boo*'
    }

    It 'takes names of variables in any case' {
        $process = Start-ZProcess -Environment @{ path = 'here'; TEMP = $null } { "$env:PATH [$env:Temp]"; @([Environment]::GetEnvironmentVariables().Keys -eq 'path').Count }
        $process | Receive-ZProcess -Wait | Should -Be 'here []', 1
    }

    It 'that is spare does not hold the folder of the session' {
        $folder = New-Item -ItemType Directory "$TestDrive/held"
        $before = [Environment]::CurrentDirectory
        [Environment]::CurrentDirectory = $folder.FullName
        try { $other = Start-ZProcContext other; Start-ZProcess { } | Wait-ZProcess -TimeoutSec 60; $null = Start-ZProcess { $State.up = 1; $null = Wait-ZState go -Equal 1 }; $null = Wait-ZState up -Equal 1 -TimeoutSec 60 }
        finally { [Environment]::CurrentDirectory = $before }
        Set-ZState go 1
        Get-ZProcess | Wait-ZProcess -TimeoutSec 60 | Should -Not -BeNullOrEmpty
        { Remove-Item $folder -ErrorAction Stop } | Should -Not -Throw
        Stop-ZProcContext $other
        $null = Select-ZProcContext $context
    }

    It 'may start a server that outlives it' {
        $name = "inner-$PID"
        $id = Start-ZProcess -ArgumentList $name { param($Name) (Start-ZProcServer $Name).ProcessId } | Receive-ZProcess -Wait
        try { Get-ZProcServer $name | ForEach-Object ProcessId | Should -Be $id; Test-Running $id | Should -BeTrue }
        finally { Stop-ZProcServer $name }
        Test-Running $id | Should -BeFalse
    }
}

Describe 'A server on Windows' -Skip:(-not $IsWindows) {
    It 'may have the name of a device: <_>' -ForEach 'nul', 'con', 'com1' {
        $server = Start-ZProcServer $_
        try { Get-ZProcServer $_ | ForEach-Object ProcessId | Should -Be $server.ProcessId }
        finally { $server | Stop-ZProcServer }
    }

    It 'does not hold the output of the session that started it' {
        $script = "Import-Module '$(Convert-Path "$PSScriptRoot/../../ZProc.psd1")'; (Start-ZProcServer 'held-$PID').ProcessId"
        $start = [System.Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
        foreach ($argument in '-NoProfile', '-NonInteractive', '-Command', $script) { $start.ArgumentList.Add($argument) }
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $session = [System.Diagnostics.Process]::Start($start)
        try { $session.StandardOutput.ReadToEndAsync().Wait(120000) | Should -BeTrue }
        finally { Stop-ZProcServer "held-$PID" }
    }

    It 'is listed while another program has the file of a dead server open' {
        $server = Start-ZProcServer "dead-$PID"
        $file = Get-ChildItem "$env:LOCALAPPDATA/ZProc/servers" | Where-Object Name -Like "*dead-$PID.*"
        Stop-Process -Id $server.ProcessId -Force
        Wait-Until { -not (Get-Process -Id $server.ProcessId -ErrorAction Ignore) } 60 'the server is dead'
        $open = [System.IO.File]::Open($file.FullName, 'Open', 'Read', 'Read')
        try { Get-ZProcServer | Where-Object Name -EQ "dead-$PID" | Should -BeNullOrEmpty }
        finally { $open.Dispose() }
        $null = Get-ZProcServer
        $file.FullName | Should -Not -Exist
    }
}
