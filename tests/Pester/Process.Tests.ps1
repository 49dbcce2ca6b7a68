# Start-ZProcess: the arguments and the surroundings of a script, and the properties of its process. The same for OS processes and runspaces.

BeforeDiscovery {
    . "$PSScriptRoot/Common.ps1"
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
}

Describe 'Start-ZProcess -As <As>' -ForEach $kinds {
    BeforeAll {
        $context = Start-ZProcContext
        function Get-Result { $input | Receive-ZProcess -Wait -ErrorAction Stop }
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    It 'outputs a job with the properties that the design names' {
        $process = Start-ZProcess -As $As -Name one { 'done' } | Wait-ZProcess
        $process | Should -BeOfType ([System.Management.Automation.Job2])
        $process.Id | Should -BeGreaterThan 0
        $process.InstanceId | Should -Not -Be ([guid]::Empty)
        $process.Name | Should -Be 'one'
        $process.As | Should -Be $As
        $process.State | Should -Be 'Completed'
        $process.ExitCode | Should -Be 0
        $process.Attempts | Should -Be 1
        $process.HasExited | Should -BeTrue
        $process.StartTime | Should -Not -BeNullOrEmpty
        $process.EndTime | Should -Not -BeNullOrEmpty
        $process.HasMoreData | Should -BeTrue
        $process | Receive-ZProcess | Should -Be 'done'
        $process.HasMoreData | Should -BeFalse
    }

    It 'runs where it says' {
        $process = Start-ZProcess -As $As { $PID }
        $process.ProcessId | Should -Be ($process | Get-Result)
        ($process.ProcessId -eq $PID) | Should -Be ($As -eq 'Runspace')
    }

    It 'gives $State, $Props, $Process and $Context without being asked' {
        Set-ZState cookies 5
        $result = Start-ZProcess -As $As -Name given -Props @{ a = 1, 2 } {
            $State.cookies
            $Props.a[1]
            $Process.Name
            $Context.Namespace
        } | Get-Result
        $result | Should -Be @(5, 2, 'given', 'default')
    }

    It 'gives them to parameters of those names' {
        Start-ZProcess -As $As -Props 7 -ArgumentList 'first' { param($State, $Props, $Text, $Process) "$($State.GetType().Name) $Props $Text $($Process.Attempt)" } |
            Get-Result | Should -Be 'ZState 7 first 1'
    }

    It 'gives a parameter of such a name the argument that reaches it' {
        Start-ZProcess -As $As { param($Process, $Count) "$Process $Count" } -ArgumentList notepad, 3 | Get-Result | Should -Be 'notepad 3'
        Start-ZProcess -As $As { param($Process) "$Process" } -ArgumentList notepad | Get-Result | Should -Be 'notepad'
        Start-ZProcess -As $As { param($Name, $Process, $Count) "$Name $Process $Count" } -ArgumentList notepad, 3 -Parameter @{ Name = 'n' } | Get-Result | Should -Be 'n notepad 3'
        Start-ZProcess -As $As -Props 7 { param($State, [switch] $Fast, $Props, $Text) "$State $Props $Text $Fast" } -ArgumentList a, b, c | Get-Result | Should -Be 'a b c False'
        Start-ZProcess -As $As -Props 7 { param($Props, [Parameter(ValueFromRemainingArguments)] $Rest) "$Props $Rest" } -ArgumentList a, b | Get-Result | Should -Be '7 a b'
        Start-ZProcess -As $As -Props 7 { param([Parameter(Position = 1)] $Props, [Parameter(Position = 0)] $Text) "$Props $Text" } -ArgumentList a | Get-Result | Should -Be '7 a'
        Start-ZProcess -As $As -Props 7 { [CmdletBinding(PositionalBinding = $false)] param($Props, [Parameter(Position = 0)] $Text) "$Props $Text" } -ArgumentList a | Get-Result | Should -Be '7 a'
        $file = Join-Path $TestDrive 'context.ps1'
        Set-Content $file 'param($Context, $Count) "$Context $Count"'
        Start-ZProcess -As $As -FilePath $file -ArgumentList west, 3 | Get-Result | Should -Be 'west 3'
    }

    It 'leaves a parameter of such a name alone that is in another parameter set' {
        $script = { param([Parameter(ParameterSetName = 'a')] $Process, [Parameter(ParameterSetName = 'b')] [Alias('Z')] $Zone, $Props) "$($PSCmdlet.ParameterSetName) [$Process] $Zone $Props" }
        Start-ZProcess -As $As -Props 7 $script -Parameter @{ Zone = 1 } | Get-Result | Should -Be 'b [] 1 7'
        Start-ZProcess -As $As -Props 7 $script -Parameter @{ Z = 1 } | Get-Result | Should -Be 'b [] 1 7'
        $script = { [CmdletBinding(DefaultParameterSetName = 'b')] param([Parameter(ParameterSetName = 'a')] $Process, [Parameter(ParameterSetName = 'b')] $Zone) "$($PSCmdlet.ParameterSetName) [$Process]" }
        Start-ZProcess -As $As $script | Get-Result | Should -Be 'b []'
        Start-ZProcess -As $As { param([Parameter(ParameterSetName = 'a')] $Props, [Parameter(ParameterSetName = 'b')] $Zone) "$($PSCmdlet.ParameterSetName) $Props" } -Props 7 | Get-Result | Should -Be 'a 7'
    }

    It 'runs a function as the session would: its parameters, a filter for each object, and the lines of its errors' {
        function Get-It([int] $A,
            $B = 2) {
            "$A $B"
            throw 'here' # the line of a function with parameters
        }
        function Get-Other
        {
            throw 'there' # the line of a function without
        }
        filter Get-Bar { "bar $_" }
        filter Get-Baz($Prefix) { "$Prefix $_" }
        filter Get-Own { param($Prefix) "$Prefix $_" }
        filter Get-Named { begin { 'b' } process { $_ } }
        $process = Start-ZProcess -As $As ${function:Get-It} -ArgumentList '1'
        Receive-ZProcess $process -Wait -ErrorVariable failure -ErrorAction SilentlyContinue | Should -Be '1 2'
        "$($failure[0].InvocationInfo.ScriptLineNumber)" | Should -Be (Select-String -LiteralPath $PSCommandPath "throw 'here'")[0].LineNumber
        $process = Start-ZProcess -As $As ${function:Get-Other}
        Receive-ZProcess $process -Wait -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        "$($failure[0].InvocationInfo.ScriptLineNumber)" | Should -Be (Select-String -LiteralPath $PSCommandPath "throw 'there'")[0].LineNumber
        1..2 | Start-ZProcess -As $As ${function:Get-Bar} | Get-Result | Should -Be 'bar 1', 'bar 2'
        1..2 | Start-ZProcess -As $As ${function:Get-Baz} -ArgumentList p | Get-Result | Should -Be 'p 1', 'p 2'
        1..2 | Start-ZProcess -As $As ${function:Get-Own} -ArgumentList p | Get-Result | Should -Be 'p 1', 'p 2'
        1..2 | Start-ZProcess -As $As ${function:Get-Named} | Get-Result | Should -Be 'b', 1, 2
    }

    It 'imports a module by a path from the folder of the caller, whatever its own' {
        $null = New-Item -ItemType Directory (Join-Path $TestDrive 'mods') -Force
        Set-Content (Join-Path $TestDrive 'mods/Near.psm1') 'function Get-Near { "near" }'
        Push-Location $TestDrive
        try {
            foreach ($path in './mods/Near.psm1', 'mods/Near.psm1', './mods/../mods/Near') {
                Start-ZProcess -As $As -ImportModule $path -WorkingDirectory / { Get-Near } | Get-Result | Should -Be near
            }

            Start-ZProcess -As $As -ImportModule Microsoft.PowerShell.Archive { (Get-Module Microsoft.PowerShell.Archive).Name } | Get-Result | Should -Be Microsoft.PowerShell.Archive
        }
        finally {
            Pop-Location
        }
    }

    It 'binds arguments by position and by name' {
        Start-ZProcess -As $As -ArgumentList 1, @(2, 3) -Parameter @{ C = 'c' } { param($A, $B, $C) "$A|$($B.Count)|$C|$args" } | Get-Result | Should -Be '1|2|c|'
        Start-ZProcess -As $As -ArgumentList 'a', 'b' { "$args" } | Get-Result | Should -Be 'a b'
    }

    It 'knows $using: variables, properties, elements and environment variables' {
        $text = 'here'
        $table = @{ inner = @{ list = 10, 20 } }
        $env:ZPROC_TEST = 'set'
        try {
            Start-ZProcess -As $As { "$using:text $($using:table.inner.list[1]) $using:env:ZPROC_TEST $(& { $using:text })" } |
                Get-Result | Should -Be 'here 20 set here'
        }
        finally {
            $env:ZPROC_TEST = $null
        }
    }

    It 'refuses a $using: variable that does not exist, and goes on' {
        { Start-ZProcess -As $As { $using:nobody } } | Should -Throw '*$nobody*' -ErrorId 'ZProc.InvalidArgument*'
    }

    It 'gives piped input as $input' {
        1..3 | Start-ZProcess -As $As { ($input | ForEach-Object { $_ * 2 }) -join ',' } | Get-Result | Should -Be '2,4,6'
    }

    It 'copies props and arguments' {
        $props = @{ n = 1 }
        Start-ZProcess -As $As -Props $props -ArgumentList $props { param($Argument) $Props.n = 2; $Argument.n = 3 } | Wait-ZProcess
        $props.n | Should -Be 1
    }

    It 'refuses props that cannot travel, naming the path inside them' {
        $props = @{ list = @(1, (& { class ProcessTestsClass { [int] $X }; [ProcessTestsClass]::new() })) }
        { Start-ZProcess -As $As { } -Props $props } | Should -Throw '*-Props*list*1*' -ErrorId 'ZProc.ValueNotSupported*'
    }

    It 'starts in the current folder, or the one it is told' {
        Push-Location $TestDrive
        try {
            $folder = (Get-Location).ProviderPath
            Start-ZProcess -As $As { (Get-Location).ProviderPath } | Get-Result | Should -Be $folder
        }
        finally {
            Pop-Location
        }

        $root = [System.IO.Path]::GetPathRoot($PSScriptRoot)
        Start-ZProcess -As $As -WorkingDirectory $root { (Get-Location).ProviderPath } | Get-Result | Should -Be $root
        { Start-ZProcess -As $As -WorkingDirectory '/no/such' { } } | Should -Throw '*no folder*' -ErrorId 'ZProc.InvalidArgument*'
    }

    It 'starts several blocks, several times' {
        $processes = Start-ZProcess -As $As -Name many -Count 2 { 'a' }, { 'b' }
        $processes.Name | Should -Be @('many-1', 'many-2', 'many-3', 'many-4')
        ($processes | Get-Result | Sort-Object) -join '' | Should -Be 'aabb'
    }

    It 'runs a file, which knows its place' {
        $file = Join-Path $TestDrive 'script.ps1'
        Set-Content $file 'param($A) "$PSScriptRoot $A $($State.GetType().Name)"'
        Start-ZProcess -As $As -FilePath $file -ArgumentList 5 | Get-Result | Should -Be "$TestDrive 5 ZState"
        { Start-ZProcess -As $As -FilePath (Join-Path $TestDrive 'none.ps1') } | Should -Throw '*no script file*' -ErrorId 'ZProc.InvalidArgument*'
        Set-Content $file 'if ('
        { Start-ZProcess -As $As -FilePath $file } | Should -Throw '*line 1*' -ErrorId 'ZProc.InvalidArgument*'
    }

    It 'runs the initialization script and imports modules first' {
        $module = Join-Path $TestDrive 'Mine.psm1'
        Set-Content $module 'function Get-Mine { "mine" }'
        Start-ZProcess -As $As -ImportModule $module -InitializationScript { function Get-First { "first $(Get-Mine)" } } { Get-First } |
            Get-Result | Should -Be 'first mine'
    }

    It 'shares the state both ways' {
        Set-ZState n 1
        Start-ZProcess -As $As { $State.n += 1; Set-ZState m (Get-ZState n) } | Wait-ZProcess
        Get-ZState n | Should -Be 2
        Get-ZState m | Should -Be 2
    }

    It 'starts processes of its own' {
        $inner = Start-ZProcess -As $As -ArgumentList $As {
            param($As)
            'outer'
            Start-ZProcess -As $As { $State.deep = 'reached'; 'inner' } | Receive-ZProcess -Wait
        } | Get-Result
        $inner | Should -Be @('outer', 'inner')
        Get-ZState deep | Should -Be 'reached'
    }

    It 'leaves nothing behind in this session' {
        Start-ZProcess -As $As { $global:leaked = 1; function global:Get-Leaked { } } | Wait-ZProcess
        Get-Variable leaked -Scope Global -ErrorAction Ignore | Should -BeNullOrEmpty
        Get-Command Get-Leaked -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'keeps one record in the server' {
        $process = Start-ZProcess -As $As -Name recorded { exit 4 } | Wait-ZProcess
        $record = Get-ZState $process.RecordId -Namespace '$processes'
        $record.name | Should -Be 'recorded'
        $record.as | Should -Be $As
        $record.state | Should -Be 'Failed'
        $record.exitCode | Should -Be 4
        $record.processId | Should -Be $process.ProcessId
        $record.attempts | Should -Be 1
        $process | Remove-ZProcess
        Test-ZState $process.RecordId -Namespace '$processes' | Should -BeFalse
    }

    It 'does nothing with -WhatIf' {
        Start-ZProcess -As $As -Name never { } -WhatIf
        Get-ZProcess never* | Should -BeNullOrEmpty
    }
}

Describe 'Start-ZProcess' {
    BeforeAll {
        $context = Start-ZProcContext
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    It 'has environment variables written as PowerShell writes them, whatever the culture' {
        $culture = [cultureinfo]::CurrentCulture
        [cultureinfo]::CurrentCulture = 'de-DE'
        try {
            Start-ZProcess -Environment @{ ZPROC_OTHER = 1.5 } { $env:ZPROC_OTHER } | Receive-ZProcess -Wait | Should -Be '1.5'
        }
        finally {
            [cultureinfo]::CurrentCulture = $culture
        }
    }

    It 'sets environment variables of an OS process, which has those of now' {
        $env:ZPROC_TEST = 'now'
        try {
            Start-ZProcess -Environment @{ ZPROC_OTHER = 'other' } { "$env:ZPROC_TEST $env:ZPROC_OTHER" } | Receive-ZProcess -Wait | Should -Be 'now other'
        }
        finally {
            $env:ZPROC_TEST = $null
        }

        Start-ZProcess { "[$env:ZPROC_TEST]" } | Receive-ZProcess -Wait | Should -Be '[]'
    }

    It 'hides the variables of its workers from the programs that they start' {
        $variables = Start-ZProcess { if ($IsWindows) { & $env:ComSpec /c set } else { env } } | Receive-ZProcess -Wait
        $variables -match '^PATH=' | Should -Not -BeNullOrEmpty
        $variables -match '^DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=' | Should -BeNullOrEmpty
    }

    It 'runs the startup hooks of the session, and begins before the own start of PowerShell' -Skip:$IsWindows { # which has no such beginning
        $hook = Join-Path $TestDrive hook.dll
        $ran = Join-Path $TestDrive hook.txt
        Add-Type "internal static class StartupHook { public static void Initialize() => System.IO.File.AppendAllText(`"$ran`", `"ran `"); }" -OutputAssembly $hook
        $cold = Start-ZProcContext -SpareProcesses 0 # a spare would have begun before
        $env:DOTNET_STARTUP_HOOKS = $hook
        try {
            # The runspace of PowerShell's own start would be the second one.
            Start-ZProcess -Context $cold { (Get-Runspace).Count; $env:DOTNET_STARTUP_HOOKS; "[$env:ZPROC_ROLE]" } | Receive-ZProcess -Wait | Should -Be @(1, $hook, '[]')
        }
        finally {
            $env:DOTNET_STARTUP_HOOKS = $null
            Stop-ZProcContext $cold
        }

        Get-Content $ran | Should -Be 'ran '
        Start-ZProcess { "[$env:DOTNET_STARTUP_HOOKS]" } | Receive-ZProcess -Wait | Should -Be '[]'
    }

    It 'runs in a PowerShell that a script starts after another program of .NET' -Skip:$IsWindows { # a script of the shell
        $launcher = Join-Path $TestDrive launcher
        Set-Content $launcher "#!/bin/sh`ndotnet help > '$TestDrive/help.txt'`nexec '$((Get-Process -Id $PID).Path)' `"`$@`""
        chmod +x $launcher
        Start-ZProcess -PowerShellPath $launcher { "$PSHOME [$env:ZPROC_ROLE]" } | Receive-ZProcess -Wait | Should -Be "$PSHOME []"
        Get-Content "$TestDrive/help.txt" | Should -Not -BeNullOrEmpty
    }

    It 'runs where the name of the folder of the module cannot be in a list of paths' -Skip:$IsWindows { # which allows no colon there
        $folder = (New-Item "$TestDrive/a:b" -ItemType Directory).FullName
        Copy-Item "$PSScriptRoot/../../module" $folder -Recurse
        $script = "Import-Module '$folder/module/ZProc.psd1'; `$null = Start-ZProcContext; Start-ZProcess { 'ran' } | Receive-ZProcess -Wait"
        & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $script | Should -Be 'ran'
    }

    It 'refuses an environment for a runspace' {
        { Start-ZProcess -As Runspace -Environment @{ A = 1 } { } } | Should -Throw '*-As Process*' -ErrorId 'ZProc.InvalidArgument*'
    }

    It 'says which program could not be started' {
        { Start-ZProcess -PowerShellPath '/no/such/pwsh' { } } | Should -Throw '*/no/such/pwsh*' -ErrorId 'ZProc.ProcessFailed*'
        Get-ZProcess | Where-Object State -EQ 'Running' | Should -BeNullOrEmpty
    }

    It 'runs in PowerShell when an application embeds PowerShell in the session' -Skip:(-not ($IsLinux -and (Test-Path "$PSHOME/pwsh"))) {
        # The application: the launcher of PowerShell under another name.
        $folder = (New-Item "$TestDrive/embedding" -ItemType Directory).FullName
        Get-ChildItem $PSHOME | Where-Object Name -NE 'pwsh' | ForEach-Object { $null = New-Item "$folder/$($_.Name)" -ItemType SymbolicLink -Target $_.FullName }
        Copy-Item "$PSHOME/pwsh" "$folder/application"
        $script = "Import-Module '$PSScriptRoot/../../ZProc.psd1'; `$null = Start-ZProcContext; [Environment]::ProcessPath; Start-ZProcess { [Environment]::ProcessPath } | Receive-ZProcess -Wait"
        & "$folder/application" -NoProfile -NonInteractive -Command $script | Should -Be @("$folder/application", "$PSHOME/pwsh")
    }

    It 'names what to do when an application embeds PowerShell and there is no PowerShell' -Skip:$IsWindows { # by paths of Unix
        $find = [ZProc.Processes.ZProcess].Assembly.GetType('ZProc.Workers.PowerShellProgram').GetMethod('FindOwn', [System.Reflection.BindingFlags] 'Static, NonPublic')
        { $find.Invoke($null, @('/opt/app/app', '/opt/app/app.dll', [string[]] @('', '/no/such/folder'))) } | Should -Throw '*-PowerShellPath*'
        { $find.Invoke($null, @('/usr/bin/dotnet', '/opt/app/app.dll', [string[]] @())) } | Should -Throw '*-PowerShellPath*'
        $dotnet = $find.Invoke($null, @('/usr/bin/dotnet', '/opt/ps/pwsh.dll', [string[]] @()))
        $dotnet.Executable, $dotnet.Prefix | Should -Be @('/usr/bin/dotnet', '/opt/ps/pwsh.dll')
        $find.Invoke($null, @('/opt/ps/pwsh-preview', '/opt/ps/pwsh.dll', [string[]] @())).Executable | Should -Be '/opt/ps/pwsh-preview'
    }

    It 'starts in a free place though one was stopped just before its start' -Skip:$IsWindows { # reflection hangs under Wine
        $throttle = [ZProc.Processes.ZProcess].Assembly.GetType('ZProc.Processes.Throttle')
        $places = $throttle.GetConstructors()[0].Invoke(@(1))
        $stopped = New-ZProcess -As Runspace { }
        $stopped | Stop-ZProcess
        { $throttle.GetMethod('Add').Invoke($places, @($stopped.PSObject.BaseObject)) } | Should -Throw '*started or stopped before*'
        $next = New-ZProcess -As Runspace { 'ran' }
        $throttle.GetMethod('Add').Invoke($places, @($next.PSObject.BaseObject))
        $next | Wait-ZProcess -TimeoutSec 60 -ErrorAction Stop | Receive-ZProcess | Should -Be 'ran'
    }

    It 'keeps the secret off the command line and out of the environment' {
        $secret = [regex]::Match($context.ConnectionString, '[0-9a-f]{64}').Value
        $process = Start-ZProcess { $State.here = 1; Wait-ZState go -Equal 1 }
        Wait-ZState here -Equal 1 -TimeoutSec 120 | Should -Be 1
        $known = [System.IO.File]::ReadAllText("/proc/$($process.ProcessId)/cmdline") + [System.IO.File]::ReadAllText("/proc/$($process.ProcessId)/environ")
        Set-ZState go 1
        $process | Wait-ZProcess | Should -Not -BeNullOrEmpty
        $known | Should -Match 'ZPROC_LINEAGE'
        $known | Should -Not -Match $secret
    } -Skip:(-not $IsLinux)

    It 'counts to 4,000 with 4 runspaces and 4 OS processes' {
        Set-ZState n 0
        $work = { foreach ($i in 1..500) { Update-ZState { $State.n++ } } }
        $processes = @(Start-ZProcess -Count 4 $work) + @(Start-ZProcess -Count 4 -As Runspace $work)
        $processes | Receive-ZProcess -Wait -ErrorAction Stop
        Get-ZState n | Should -Be 4000
    }

}

Describe 'Start-ZProcess without a context' {
    It 'says what to do' {
        { Start-ZProcess { } } | Should -Throw '*Start-ZProcContext*' -ErrorId 'ZProc.NoContext*'
    }
}
