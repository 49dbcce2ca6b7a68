# Nothing is left behind: within five seconds after any end of a session or a process, everything that it started is gone.

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
    Import-Module "$PSScriptRoot/Support/Pace.psm1"
    Import-Module "$PSScriptRoot/Support/Family.psm1"
    Import-Module "$PSScriptRoot/Support/Signals.psm1"
}

Describe 'When <How>' -Skip:(-not $IsLinux) -ForEach $ends {
    BeforeAll {
        $family = Start-Family $End $TestDrive -OwnServer:($OwnServer -eq $true) -Terminal:($Terminal -eq $true)
        # The program of a runspace outlives a session that is killed.
        $remaining = @(if ($Stays) { $family.SessionId }) + @(if ($Signal -eq 'KILL') { $family.Members['the program that a runspace runs'] })
        $members = [ordered]@{}
        foreach ($name in $family.Members.Keys) { if ($family.Members[$name] -notin $remaining) { $members[$name] = $family.Members[$name] } }
        if ($OwnServer) { kill -9 $family.Server }
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        if ($Signal) { kill "-$Signal" $family.SessionId }
        else { $family.Session.StandardInput.Write($(if ($Terminal) { [char] 3 } else { "`n" })); $family.Session.StandardInput.Flush() }
        $gone = Wait-Gone $members $watch
        $exited = if ($Stays) { Measure-Until { [System.IO.File]::Exists("$($family.Folder)/done") } $watch } else { Measure-Until { $family.Session.HasExited } $watch }
        $emptied = Measure-Until { @(Get-FamilyProcess $family | Where-Object { $_ -notin $remaining }).Count -eq 0 } $watch

        # The session itself ends after its processes: one whose server has died first waits until it gives the server up.
        $last = ($gone.Values | Measure-Object -Maximum).Maximum
        $bound = Get-Bound 5 ($last, ($exited - $last), ($emptied - $exited) | Measure-Object -Maximum).Maximum
    }

    AfterAll {
        Stop-Family $family
    }

    It 'nothing is left of <Member>' -ForEach $processes {
        $gone[$Member] | Should -BeLessThan $bound
    }

    It 'nothing is left of the program that a runspace runs' -Skip:($Signal -eq 'KILL') {
        $gone['the program that a runspace runs'] | Should -BeLessThan $bound
    }

    It 'the session is not kept by a runspace that cannot be stopped' {
        $exited - $last | Should -BeLessThan $bound
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
        $emptied - $exited | Should -BeLessThan $bound
    }

    It 'a process of the same name that is not ours lives on' {
        $family.Bystander.HasExited | Should -BeFalse
    }

    It 'no temporary file is left' {
        Get-LeftFile $family | Should -BeNullOrEmpty
    }
}

Describe 'When a process gets SIGKILL' -Skip:(-not $IsLinux) {
    BeforeAll {
        $family = Start-Family 'Start-Sleep 600' $TestDrive
        kill -9 $family.Members['a process']
        $its = [ordered]@{}
        foreach ($name in $family.Members.Keys) { if ($name -notlike '*stuck*' -and $name -notlike '*runspace*') { $its[$name] = $family.Members[$name] } }
        $gone = Wait-Gone $its
        $bound = Get-Bound 5 ($gone.Values | Measure-Object -Maximum).Maximum
    }

    AfterAll {
        Stop-Family $family
    }

    It 'nothing is left of <Member>' -ForEach ($processes | Where-Object { $_.Member -notlike '*stuck*' }) {
        $gone[$Member] | Should -BeLessThan $bound
    }

    It 'other processes live on: <_>' -ForEach @('a process stuck in .NET', 'a process stuck in the system', 'the program that a runspace runs') {
        Test-Alive $family.Members[$_] | Should -BeTrue
    }

    It 'a process of the same name that is not ours lives on' {
        $family.Bystander.HasExited | Should -BeFalse
    }
}

Describe 'When runspaces end by <How>' -ForEach @(
    @{ How = 'Stop-ZProcess'; End = { $loop, $program, $stuck | Stop-ZProcess } }
    @{ How = 'the stop of their context'; End = { Stop-ZProcContext $context } }
) {
    BeforeAll {
        $mark = "9$([System.Random]::Shared.NextInt64(10000000, 99999999))"
        $log = [System.Collections.Concurrent.ConcurrentBag[string]]::new()
        $context = Start-ZProcContext
        $loop = Start-ZProcess -As Runspace { $log = $using:log; try { $State.loop = 1; while ($true) { Start-Sleep 1 } } finally { $log.Add('loop') } }
        $program = Start-ZProcess -As Runspace -ArgumentList $mark { param($Mark) $log = $using:log; try { $State.program = 1; if ($IsWindows) { & "$env:SystemRoot/system32/ping.exe" -n 1000 127.0.0.1 } else { sleep "${Mark}1" } } finally { $log.Add('program') } }
        $release = [System.Threading.ManualResetEventSlim]::new()
        $stuck = Start-ZProcess -As Runspace { $release = $using:release; $State.stuck = 1; $release.Wait(); $State.stuck = 2 }
        $null = Wait-ZState -TimeoutSec 120 -When { $_.Contains('loop') -and $_.Contains('program') -and $_.Contains('stuck') }
        if ($IsLinux) {
            Wait-Until { @(Get-Program "${mark}1").Count -eq 1 } 120 'the program runs'
            $programId = @(Get-Program "${mark}1")[0]
        }

        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        . $End
        $taken = $watch.Elapsed.TotalSeconds
    }

    AfterAll {
        $release.Set() # its thread ends
        Get-ZProcContext | Stop-ZProcContext
    }

    It 'the end takes less than five seconds' {
        $taken | Assert-Within 5
    }

    It 'nothing is left of a script in a loop, whose finally block runs' {
        $loop.State | Should -Be 'Stopped'
        @($log) | Should -Contain 'loop'
    }

    It 'nothing is left of a program in the foreground, and the finally block around it runs' -Skip:(-not $IsLinux) {
        Test-Alive $programId | Should -BeFalse
        $program.State | Should -Be 'Stopped'
        @($log) | Should -Contain 'program'
    }

    It 'a .NET call that cannot be stopped is abandoned, and says so' {
        $stuck.State | Should -Be 'Stopped'
        $stuck.StatusMessage | Should -BeLike '*abandoned*'
    }
}

Describe 'When a process is stopped' -Skip:(-not $IsLinux) {
    BeforeAll {
        $context = Start-ZProcContext
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    It 'its finally block runs, although a grandchild holds the output of its program and ignores signals' {
        $process = Start-ZProcess { try { $State.held = 1; $null = sh -c "trap '' TERM INT HUP; sleep 1000; true" } finally { $State.held = 2 } }
        $null = Wait-ZState held -Equal 1 -TimeoutSec 120
        $process | Stop-ZProcess -GraceSec 60
        Get-ZState held | Should -Be 2
        $process.State | Should -Be 'Stopped'
    }

    It 'nothing is left of one that nothing stops' {
        $process = Start-ZProcess { $State.stuck = 1; [System.Threading.Thread]::Sleep(600000) }
        $null = Wait-ZState stuck -Equal 1 -TimeoutSec 120
        $id = $process.ProcessId
        $process | Stop-ZProcess -GraceSec 0.5
        Test-Alive $id | Should -BeFalse
        $process.State | Should -Be 'Stopped'
    }

    It 'nothing is left of its background programs after its normal end' {
        $mark = "9$([System.Random]::Shared.NextInt64(10000000, 99999999))"
        Start-ZProcess -ArgumentList $mark { param($Mark) $null = sh -c "sleep $Mark >/dev/null 2>&1 &" } | Wait-ZProcess | Should -Not -BeNullOrEmpty
        @(Get-Program $mark) | Should -BeNullOrEmpty
    }

    It 'its siblings go on when another is killed' {
        $sibling = Start-ZProcess { $State.sibling = $PID; $null = Wait-ZState go -Equal 1; 'fine' }
        $other = Start-ZProcess { $State.other = $PID; Start-Sleep 600 }
        $null = Wait-ZState -When { $_.Contains('sibling') -and $_.Contains('other') } -TimeoutSec 120
        kill -9 $other.ProcessId
        ($other | Wait-ZProcess -TimeoutSec 120).State | Should -Be 'Failed'
        Set-ZState go 1
        $sibling | Receive-ZProcess -Wait | Should -Be 'fine'
    }
}

Describe 'When the server gets SIGKILL and the session stays' -Skip:(-not $IsLinux) {
    BeforeAll {
        $server = Start-ZProcServer "cleanup-$PID"
        $context = $server | Connect-ZProcContext
        $stoppable = Start-ZProcess { $State.stoppable = $PID; while ($true) { Start-Sleep 1 } }
        $stuck = Start-ZProcess { $State.stuck = $PID; [System.Threading.Thread]::Sleep(600000) }
        $null = Wait-ZState -TimeoutSec 120 -When { $_.Contains('stoppable') -and $_.Contains('stuck') }
        $ids = [ordered]@{ stoppable = $stoppable.ProcessId; stuck = $stuck.ProcessId }
        kill -9 $server.ProcessId
    }

    AfterAll {
        Disconnect-ZProcContext $context
    }

    It 'the processes of the session go on, and end when the session stops them' {
        $ids.Values | ForEach-Object { Test-Alive $_ } | Should -Be @($true, $true)
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $stoppable, $stuck | Stop-ZProcess -GraceSec 1
        $watch.Elapsed.TotalSeconds | Assert-Within 5
        $ids.Values | ForEach-Object { Test-Alive $_ } | Should -Be @($false, $false)
    }
}

Describe 'A context that is stopped' {
    BeforeAll {
        # Starts a session that runs a script with the paths of the module and of this test's folder.
        function Start-Session([string] $Text) {
            [System.IO.File]::WriteAllText("$TestDrive/session.ps1", $Text)
            $start = [System.Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
            '-NoProfile', '-NonInteractive', '-File', "$TestDrive/session.ps1", (Convert-Path "$PSScriptRoot/../../ZProc.psd1"), "$TestDrive" | ForEach-Object { $start.ArgumentList.Add($_) }
            $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
            [System.Diagnostics.Process]::Start($start)
        }
    }

    It 'ends a process that is stuck where nothing can stop it' {
        $context = Start-ZProcContext
        $process = Start-ZProcess { $State.here = 1; [System.Threading.Thread]::Sleep(600000) }
        $null = Wait-ZState here -Equal 1 -TimeoutSec 120
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        Stop-ZProcContext $context
        $watch.Elapsed.TotalSeconds | Assert-Within 5
        $process.HasExited | Should -BeTrue
        { Start-ZProcess { } } | Should -Throw -ErrorId 'ZProc.NoContext*'
    }

    It 'gives every level of its processes the whole grace' {
        # One after the other, the finally blocks would take longer than the grace.
        $context = Start-ZProcContext
        $null = Start-ZProcess -Parameter @{ Folder = "$TestDrive" } {
            param($Folder)
            try {
                $null = Start-ZProcess -Parameter $PSBoundParameters {
                    param($Folder)
                    try {
                        $null = Start-ZProcess -Parameter $PSBoundParameters {
                            param($Folder)
                            try { $State.inner = 1; Start-Sleep 600 }
                            finally { [System.Threading.Thread]::Sleep(1200); [System.IO.File]::WriteAllText("$Folder/slow-inner", '') }
                        }
                        Start-Sleep 600
                    }
                    finally { [System.Threading.Thread]::Sleep(1200); [System.IO.File]::WriteAllText("$Folder/slow-middle", '') }
                }
                Start-Sleep 600
            }
            finally { [System.Threading.Thread]::Sleep(1200); [System.IO.File]::WriteAllText("$Folder/slow-outer", '') }
        }
        $null = Wait-ZState inner -Equal 1 -TimeoutSec 120
        Stop-ZProcContext $context
        'outer', 'middle', 'inner' | Where-Object { -not [System.IO.File]::Exists("$TestDrive/slow-$_") } | Should -BeNullOrEmpty
    }

    It 'has ended when another Stop-ZProcContext returns, too' {
        $context = Start-ZProcContext
        $process = Start-ZProcess -As Runspace {
            try { $State.begun = 1; while ($true) { Start-Sleep 1 } }
            finally { $State.ending = 1; [System.Threading.Thread]::Sleep(1000) }
        }
        $null = Wait-ZState begun -Equal 1 -TimeoutSec 120
        $other = [powershell]::Create().AddScript('Import-Module $args[0]; Stop-ZProcContext $args[1]')
        try {
            $first = $other.AddArgument("$PSScriptRoot/../../ZProc.psd1").AddArgument($context).BeginInvoke()
            $null = Wait-ZState ending -Equal 1 -TimeoutSec 120
            Stop-ZProcContext $context
            $process.HasExited | Should -BeTrue
            Get-ZProcContext | Should -BeNullOrEmpty
            $other.EndInvoke($first)
        }
        finally {
            $other.Dispose()
        }
    }

    It 'ends whole although the session gets SIGTERM meanwhile' -Skip:$IsWindows {
        $session = Start-Session @'
param($Module, $Folder)
Import-Module $Module
$null = Start-ZProcContext
$null = Start-ZProcess -As Runspace -Parameter @{ Folder = $Folder } {
    param($Folder)
    try { $State.begun = 1; while ($true) { Start-Sleep 1 } }
    finally { [System.IO.File]::WriteAllText("$Folder/ending", ''); [System.Threading.Thread]::Sleep(1000); [System.IO.File]::WriteAllText("$Folder/ended", '') }
}
$null = Wait-ZState begun -Equal 1
Stop-ZProcContext
$null = [Console]::In.ReadLine()
'@
        try {
            Wait-Until { [System.IO.File]::Exists("$TestDrive/ending") } 120 'the finally block begins'
            kill -TERM $session.Id
            $session.WaitForExit(120000) | Should -BeTrue
            "$TestDrive/ended" | Should -Exist
            $session.ExitCode | Should -Be 143
        }
        finally {
            if (-not $session.HasExited) { $session.Kill() }
            $session.Dispose()
        }
    }

    It 'tells the sessions that have joined, although the session gets SIGTERM when it has removed the context' -Skip:$IsWindows {
        $inside = [System.Reflection.BindingFlags] 'Instance, NonPublic'
        $session = Start-Session @'
param($Module, $Folder)
Import-Module $Module
$context = Start-ZProcContext
[Console]::Out.WriteLine($context.ConnectionString)
$null = [Console]::In.ReadLine()
Set-ZState -Namespace held a 1 -NoWait # waits for the turn, and the end of the context for that
$null = [powershell]::Create().AddScript('Import-Module $args[0]; while (Get-ZProcContext) { }; [System.IO.File]::WriteAllText($args[1], "")').AddArgument($Module).AddArgument("$Folder/removed").BeginInvoke()
Stop-ZProcContext
$null = [Console]::In.ReadLine()
'@
        try {
            $joined = Connect-ZProcContext $session.StandardOutput.ReadLine() -Name joined
            $client = [ZProc.Contexts.ZProcContext].GetProperty('Client', $inside).GetValue($joined)
            $core = $client.GetType().Assembly
            $source = $core.GetType('ZProc.Core.State.Source')::new([guid]::NewGuid(), 'other', 1)
            $null = $client.AcquireTurn('held', $source, [Activator]::CreateInstance($core.GetType('ZProc.Core.Deadline')), [System.Threading.CancellationToken]::None)
            $session.StandardInput.WriteLine()
            Wait-Until { [System.IO.File]::Exists("$TestDrive/removed") } 120 'the removal of the context'
            kill -TERM $session.Id
            $session.WaitForExit(120000) | Should -BeTrue
            $client.Closed.WaitHandle.WaitOne(120000) | Should -BeTrue
            "$($client.Failure.Fault)" | Should -Be 'ContextStopped'
        }
        finally {
            Get-ZProcContext joined -ErrorAction Ignore | Disconnect-ZProcContext
            if (-not $session.HasExited) { $session.Kill() }
            $session.Dispose()
        }
    }

    It 'does not wait for a process of its own that leaves it, too' {
        $context = Start-ZProcContext
        try {
            $joined = Connect-ZProcContext $context.ConnectionString -Name joined
            $process = Start-ZProcess -Context $joined -As Runspace -ArgumentList "$TestDrive/left" {
                param($File)
                try { $State.begun = 1; while ($true) { Start-Sleep 1 } }
                finally { Disconnect-ZProcContext joined; [System.IO.File]::WriteAllText($File, '') }
            }
            $null = Wait-ZState begun -Context $context -Equal 1 -TimeoutSec 120 -ErrorAction Stop
            Disconnect-ZProcContext $joined
            "$TestDrive/left" | Should -Exist
            $process.State | Should -Be 'Stopped'
            $process.StatusMessage | Should -BeNullOrEmpty
        }
        finally {
            Stop-ZProcContext $context
        }
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

Describe 'When Invoke-ZParallel runs' -Skip:$IsWindows {
    BeforeDiscovery {
        $contexts = @(@{ Where = 'in a context'; First = '$null = Start-ZProcContext' }, @{ Where = 'without a context'; First = '' })
        $calls = foreach ($context in $contexts) { foreach ($as in 'Runspace', 'Process') { $context + @{ As = $as } } }
    }

    BeforeAll {
        # Starts a session that runs an item, which waits for a program; outputs the session and the file that a finally block writes.
        function Start-Call([string] $First, [string] $As, [string] $Mark) {
            $folder = (New-Item -ItemType Directory "$TestDrive/$([guid]::NewGuid())").FullName
            [System.IO.File]::WriteAllText("$folder/session.ps1", @"
Import-Module '$(Convert-Path "$PSScriptRoot/../../ZProc.psd1")'
$First
1 | Invoke-ZParallel -As $As -ArgumentList '$folder' { param(`$Folder) try { sleep $Mark } finally { [System.IO.File]::WriteAllText("`$Folder/finally", '') } }
[System.IO.File]::WriteAllText('$folder/after', '')
"@)
            $command = Add-DefaultSignal @([Environment]::ProcessPath, '-NoProfile', '-NonInteractive', '-File', "$folder/session.ps1")
            $start = [System.Diagnostics.ProcessStartInfo]::new($command[0])
            foreach ($argument in $command | Select-Object -Skip 1) { $start.ArgumentList.Add($argument) }
            @{ Session = [System.Diagnostics.Process]::Start($start); Folder = $folder }
        }
    }

    It 'the finally blocks of its items run and their programs end when the session gets SIGTERM: -As <As>, <Where>' -Skip:(-not $IsLinux) -ForEach $calls {
        $mark = "9$([System.Random]::Shared.NextInt64(10000000, 99999999))"
        $call = Start-Call $First $As $mark
        try {
            Wait-Until { @(Get-Program $mark).Count -eq 1 } 240 'the program of the item runs'
            $program = @(Get-Program $mark)[0]
            kill -TERM $call.Session.Id
            $call.Session.WaitForExit(120000) | Should -BeTrue
            $call.Session.ExitCode | Should -Be 143
            Test-Alive $program | Should -BeFalse
            "$($call.Folder)/finally" | Should -Exist
            "$($call.Folder)/after" | Should -Not -Exist
        }
        finally {
            if (-not $call.Session.HasExited) { $call.Session.Kill() }
            $call.Session.Dispose()
        }
    }

    It 'it ends with an error when another runspace stops its context, and the finally blocks of its items have run: -As <As>' -ForEach @(@{ As = 'Runspace' }, @{ As = 'Process' }) {
        $inner = Start-ZProcContext
        $file = "$TestDrive/finally-$As"
        $other = [powershell]::Create().AddScript('Import-Module $args[0]; $null = Wait-ZState begun -Equal 1 -Context $args[1]; Stop-ZProcContext $args[1]')
        try {
            $stop = $other.AddArgument("$PSScriptRoot/../../ZProc.psd1").AddArgument($inner).BeginInvoke()
            { 1 | Invoke-ZParallel -As $As -ArgumentList $file { param($File) try { $State.begun = 1; Start-Sleep 600 } finally { [System.IO.File]::WriteAllText($File, '') } } } |
                Should -Throw -ErrorId 'ZProc.ContextStopped*'
            $file | Should -Exist
            $other.EndInvoke($stop)
        }
        finally {
            $other.Dispose()
        }
    }
}
