# Nothing is left behind: however a session or a worker ends, within five seconds everything it started is gone.

BeforeDiscovery {
    $ends = @(
        @{ How = 'comes to its end'; End = ''; Code = 0 }
        @{ How = 'exits'; End = 'exit 7'; Code = 7 }
        @{ How = 'throws'; End = 'throw "bad"'; Code = 1 }
        @{ How = 'stops its context'; End = 'Stop-ZProcContext; [Console]::Out.WriteLine("stopped"); $null = [Console]::In.ReadLine()'; Stopped = $true }
        @{ How = 'removes the module'; End = 'Remove-Module ZProc; [Console]::Out.WriteLine("stopped"); $null = [Console]::In.ReadLine()'; Stopped = $true }
        @{ How = 'gets SIGTERM'; End = '$null = [Console]::In.ReadLine()'; Signal = 'TERM'; Code = 143 }
        @{ How = 'gets SIGHUP'; End = '$null = [Console]::In.ReadLine()'; Signal = 'HUP'; Code = 129 }
        @{ How = 'gets SIGKILL'; End = '$null = [Console]::In.ReadLine()'; Signal = 'KILL'; Code = 137 }
    )
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    $manifest = Convert-Path "$PSScriptRoot/../../ZProc.psd1"

    # The processes that run a program with this argument: a number that nobody else uses marks ours.
    function Get-Marked([string] $Mark) {
        foreach ($folder in [System.IO.Directory]::EnumerateDirectories('/proc')) {
            $id = [System.IO.Path]::GetFileName($folder) -as [int]
            if ($id -and (Test-Alive $id)) {
                try { $command = [System.IO.File]::ReadAllText("$folder/cmdline") } catch { continue }
                if ($command -like "*sleep*$Mark*") { $id }
            }
        }
    }

    # A zombie whose parent has not looked yet is not alive.
    function Test-Alive([int] $Id) {
        try { $stat = [System.IO.File]::ReadAllText("/proc/$Id/stat") } catch { return $false }
        $stat.Substring($stat.LastIndexOf(')') + 2, 1) -notin 'Z', 'X'
    }

    # Those of them that still run after the five seconds; returns as soon as there are none.
    function Wait-Gone([int[]] $Id, [double] $Seconds = 5) {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        do {
            $left = @($Id | Where-Object { Test-Alive $_ })
            if ($left.Count -eq 0) { return }
            [System.Threading.Thread]::Sleep(10)
        } while ($watch.Elapsed.TotalSeconds -lt $Seconds)
        $left
    }

    # A session that starts a worker, in it another, and in each programs: one that stays in the foreground, one that
    # goes to the background, and one whose parent has gone.
    $family = @'
param($Module, $Mark, $RunspaceMark)
$ErrorActionPreference = 'Stop'
Import-Module $Module
$null = Start-ZProcContext
$outer = Start-ZProcess -ArgumentList $Mark {
    param($Mark)
    try {
        $null = sh -c "sleep $Mark >/dev/null 2>&1 &"
        $inner = Start-ZProcess -ArgumentList $Mark {
            param($Mark)
            $null = sh -c "setsid sh -c 'sleep $Mark >/dev/null 2>&1 &' &"
            $State.inner = $PID
            sleep $Mark
        }
        $State.outer = $PID
        $inner | Receive-ZProcess -Wait
    }
    finally {
        [System.IO.File]::WriteAllText("/tmp/zproc-finally-$Mark", 'ran')
    }
}
$runspace = Start-ZProcess -As Runspace -ArgumentList $RunspaceMark { param($Mark) $State.runspace = 1; sleep $Mark }
$stuck = Start-ZProcess -As Runspace { $State.stuck = 1; [System.Threading.Thread]::Sleep(600000) }
$null = Wait-ZState inner, outer, runspace, stuck -When { $_.Contains('inner') -and $_.Contains('outer') -and $_.Contains('runspace') -and $_.Contains('stuck') } -TimeoutSec 30
[Console]::Out.WriteLine("$(Get-ZState outer) $(Get-ZState inner)")
'@

    # Starts it with an end of its own; gives the process, its workers and its programs once all of them run.
    function Start-Family([string] $End) {
        $mark = "9$([System.Random]::Shared.NextInt64(100000000, 999999999))"
        $runspaceMark = "8$($mark.Substring(1))"
        $file = Join-Path $TestDrive "family-$mark.ps1"
        [System.IO.File]::WriteAllText($file, "$family`n$End`n")
        $start = [System.Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
        foreach ($argument in '-NoProfile', '-NonInteractive', '-File', $file, $manifest, $mark, $runspaceMark) { $start.ArgumentList.Add($argument) }
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $session = [System.Diagnostics.Process]::Start($start)
        $line = $session.StandardOutput.ReadLine()
        if (-not $line) { throw "The session did not come up: $($session.StandardError.ReadToEnd())" }
        [pscustomobject]@{ Session = $session; Workers = [int[]] $line.Split(' '); Mark = $mark; RunspaceMark = $runspaceMark }
    }

    # Until the programs of a family run: they are started without anybody to say so.
    function Wait-Program([string] $Mark, [int] $Count) {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        while (@(Get-Marked $Mark).Count -lt $Count) {
            if ($watch.Elapsed.TotalSeconds -gt 20) { throw "Only these run: $(Get-Marked $Mark)" }
            [System.Threading.Thread]::Sleep(10)
        }
        Get-Marked $Mark
    }

    # A program with the same name that is nobody's of ours.
    function Start-Bystander($Mark) {
        [System.Diagnostics.Process]::Start('sleep', "$Mark")
    }
}

Describe 'When a session <How>' -Skip:(-not $IsLinux) -ForEach $ends {
    It 'takes its processes along, their processes and programs, and nobody else' {
        # An end that comes by itself waits for a word, so that the programs can be counted first.
        $wait = if ($Signal -or $Stopped) { '' } else { '$null = [Console]::In.ReadLine()' }
        $family = Start-Family "$wait`n$End"
        $bystander = Start-Bystander $family.Mark
        try {
            $all = $family.Workers
            if (-not $Stopped) {
                $all += Wait-Program $family.Mark 4 | Where-Object { $_ -ne $bystander.Id }
                $inRunspace = Wait-Program $family.RunspaceMark 1
                if ($Signal -ne 'KILL') { $all += $inRunspace } # it is the session's own child, and nobody is left to stop it
            }

            if ($Stopped) {
                $family.Session.StandardOutput.ReadLine() | Should -Be 'stopped'
            }
            elseif ($Signal) {
                kill "-$Signal" $family.Session.Id
            }
            else {
                $family.Session.StandardInput.WriteLine()
            }

            Wait-Gone $all | Should -BeNullOrEmpty
            if (-not $Stopped) {
                $family.Session.WaitForExit(5000) | Should -BeTrue
                $family.Session.ExitCode | Should -Be $Code
            }

            @(Get-Marked $family.Mark) | Should -Be @($bystander.Id)
            Test-Path "/tmp/zproc-finally-$($family.Mark)" | Should -BeTrue
        }
        finally {
            $family.Session.Kill()
            $family.Session.WaitForExit()
            $bystander.Kill()
            $bystander.WaitForExit()
            Get-Marked $family.RunspaceMark | ForEach-Object { kill -9 $_ }
            Remove-Item "/tmp/zproc-finally-$($family.Mark)" -ErrorAction Ignore
        }
    }
}

Describe 'When a worker is killed' -Skip:(-not $IsLinux) {
    BeforeAll {
        $context = Start-ZProcContext
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    It 'takes its own along at once, and no sibling' {
        $mark = "9$([System.Random]::Shared.NextInt64(100000000, 999999999))"
        $sibling = Start-ZProcess { $State.sibling = $PID; $null = Wait-ZState go -Equal 1; 'fine' }
        $outer = Start-ZProcess -ArgumentList $mark {
            param($Mark)
            $null = sh -c "sleep $Mark >/dev/null 2>&1 &"
            Start-ZProcess -ArgumentList $Mark {
                param($Mark)
                $null = sh -c "setsid sh -c 'sleep $Mark >/dev/null 2>&1 &' &"
                $State.inner = $PID
                sleep $Mark
            } | Receive-ZProcess -Wait
        }
        $null = Wait-ZState -When { $_.Contains('inner') -and $_.Contains('sibling') } -TimeoutSec 30
        $programs = @(Wait-Program $mark 3)
        kill -9 $outer.ProcessId
        ($outer | Wait-ZProcess -TimeoutSec 10).State | Should -Be 'Failed'
        Wait-Gone ($programs + (Get-ZState inner)) -Seconds 0.1 | Should -BeNullOrEmpty
        Set-ZState go 1
        $sibling | Receive-ZProcess -Wait | Should -Be 'fine'
    }

    It 'takes a program along that is stuck in the foreground' {
        $process = Start-ZProcess { $State.stuck = $PID; trap { } sh -c 'trap "" TERM INT HUP; sleep 1000' }
        $null = Wait-ZState stuck -TimeoutSec 20 -When { $_.Contains('stuck') }
        $process | Stop-ZProcess -GraceSec 0.5
        Wait-Gone $process.ProcessId | Should -BeNullOrEmpty
    }

    It 'leaves what a process started in the background no longer than the process' {
        $mark = "9$([System.Random]::Shared.NextInt64(100000000, 999999999))"
        Start-ZProcess -ArgumentList $mark { param($Mark) $null = sh -c "sleep $Mark >/dev/null 2>&1 &" } | Wait-ZProcess | Should -Not -BeNullOrEmpty
        @(Get-Marked $mark) | Should -BeNullOrEmpty
    }
}

Describe 'A context that is stopped' {
    It 'ends a process that is stuck where nothing can stop it' {
        $context = Start-ZProcContext
        $process = Start-ZProcess { $State.here = 1; [System.Threading.Thread]::Sleep(600000) }
        $null = Wait-ZState here -Equal 1 -TimeoutSec 20
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        Stop-ZProcContext $context
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
        $process.HasExited | Should -BeTrue
        { Start-ZProcess { } } | Should -Throw -ErrorId 'ZProc.NoContext*'
    }

    It 'leaves no spare' {
        $context = Start-ZProcContext
        Start-ZProcess { $PID } | Wait-ZProcess | Should -Not -BeNullOrEmpty
        Stop-ZProcContext $context
        $children = foreach ($folder in [System.IO.Directory]::EnumerateDirectories('/proc')) {
            $id = [System.IO.Path]::GetFileName($folder) -as [int]
            if ($id -and (Test-Alive $id)) {
                try { $stat = [System.IO.File]::ReadAllText("$folder/stat") } catch { continue }
                if ($stat.Substring($stat.LastIndexOf(')') + 4).Split(' ')[0] -eq $PID) { $id }
            }
        }
        $children | Should -BeNullOrEmpty
    } -Skip:(-not $IsLinux)
}
