# What can be said about processes before they start: defaults, preferences, functions, throttle; and made ones, spares and restarts.

BeforeDiscovery {
    . "$PSScriptRoot/Common.ps1"
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/Family.psm1"
}

AfterAll {
    Remove-Module Family
}

Describe 'Processes -As <As>' -ForEach $kinds {
    BeforeAll {
        $context = Start-ZProcContext
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    AfterEach {
        Get-ZProcess | Remove-ZProcess -Force
    }

    It 'are made first and started later, by the pipeline or by name of the parameter' {
        $made = New-ZProcess -As $As -Name made -Count 2 -Props 5 { "$($Process.Name) $Props" }
        $made.State | Should -Be @('NotStarted', 'NotStarted')
        $made.Attempts | Should -Be @(0, 0)
        (Get-ZState -Namespace '$processes' $made[0].RecordId -Default 'no record yet') | Should -Be 'no record yet'
        $made[0] | Start-ZProcess | Receive-ZProcess -Wait | Should -Be 'made-1 5'
        Start-ZProcess -Process $made[1] | Receive-ZProcess -Wait | Should -Be 'made-2 5'
        $made[0] | Start-ZProcess -ErrorVariable again -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $again[0].FullyQualifiedErrorId | Should -BeLike 'ZProc.InvalidArgument*'
        "$($again[0])" | Should -BeLike '*Restart-ZProcess*'
    }

    It 'that are made are stopped and removed without ever running' {
        $made = New-ZProcess -As $As { $State.ran = 1 }
        $made | Stop-ZProcess
        $made.State | Should -Be 'Stopped'
        $made.Attempts | Should -Be 0
        $other = New-ZProcess -As $As { $State.ran = 1 }
        $other | Remove-ZProcess
        Test-ZState ran | Should -BeFalse
    }

    It 'say so with -WhatIf and do nothing' {
        New-ZProcess -As $As -WhatIf { } | Should -BeNullOrEmpty
        $made = New-ZProcess -As $As { }
        $made | Start-ZProcess -WhatIf | Should -BeNullOrEmpty
        $made.State | Should -Be 'NotStarted'
        $made | Restart-ZProcess -WhatIf | Should -BeNullOrEmpty
    }

    It 'run no more than so many at once' {
        $work = {
            $now = Update-ZState running -Increment 1
            $null = Update-ZState { $State.most = [math]::Max([int] $State.most, $State.running) }
            $null = Wait-ZState go -Equal 1
            $null = Update-ZState running -Increment -1
        }
        $processes = Start-ZProcess -As $As -Count 5 -ThrottleLimit 2 $work
        $null = Wait-ZState running -Equal 2 -TimeoutSec 120
        @($processes.State -eq 'Running').Count | Should -Be 2
        @($processes.State -eq 'NotStarted').Count | Should -Be 3
        Set-ZState go 1
        $null = $processes | Wait-ZProcess -TimeoutSec 120
        $processes.State | Select-Object -Unique | Should -Be 'Completed'
        Get-ZState most | Should -BeLessOrEqual 2
        Remove-ZState go, most, running
    }

    It 'that wait for their turn are stopped like others, and a stopped one gives its place to the next' {
        $processes = Start-ZProcess -As $As -Count 3 -ThrottleLimit 1 { $State.at = $Process.Name; $null = Wait-ZState never -Equal 1 }
        $null = Wait-ZState at -Equal $processes[0].Name -TimeoutSec 120
        $processes[1] | Stop-ZProcess
        $processes[1].State | Should -Be 'Stopped'
        $processes[1].Attempts | Should -Be 0
        $processes[0] | Stop-ZProcess
        $null = Wait-ZState at -Equal $processes[2].Name -TimeoutSec 120
        $processes[2] | Stop-ZProcess
        Remove-ZState at
    }

    It 'are restarted: stopped first, then run anew, on the same record' {
        $process = Start-ZProcess -As $As -Name again -Props 7 { try { $n = Update-ZState runs -Increment 1; "run $n props $Props"; while ($n -eq 1) { Start-Sleep 1 } } finally { $null = Update-ZState cleaned -Increment 1 } }
        $null = Wait-ZState runs -Equal 1 -TimeoutSec 120
        $again = $process | Restart-ZProcess
        $process.State | Should -Be 'Stopped'
        $again.Name | Should -Be 'again'
        $again.RecordId | Should -Be $process.RecordId
        $again.InstanceId | Should -Not -Be $process.InstanceId
        $again | Receive-ZProcess -Wait | Should -Be 'run 2 props 7'
        Get-ZState cleaned | Should -Be 2
        @(Get-ZProcess again).Count | Should -Be 1
        (Get-ZState -Namespace '$processes' $again.RecordId).state | Should -Be 'Completed'
        Remove-ZState runs, cleaned
    }

    It 'are not run anew twice on one record: only the newest object of a process can do it' {
        $process = Start-ZProcess -As $As -Name once { $null = Update-ZState onces -Increment 1; $null = Wait-ZState never -Equal 1 }
        $null = Wait-ZState onces -Equal 1 -TimeoutSec 120
        $again = $process | Restart-ZProcess
        $null = Wait-ZState onces -Equal 2 -TimeoutSec 120
        { $process | Restart-ZProcess -ErrorAction Stop } | Should -Throw "*'once' cannot be run anew: it has been*" -ErrorId 'ZProc.InvalidArgument*'
        $again.State | Should -Be 'Running'
        @(Get-ZProcess once).Count | Should -Be 1
        $third = $again | Restart-ZProcess
        $null = Wait-ZState onces -Equal 3 -TimeoutSec 120
        $third | Stop-ZProcess
        { $again | Restart-ZProcess -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        $third | Remove-ZProcess
        Remove-ZState onces
    }

    It 'are known by their record when they have been run anew, too' {
        $process = Start-ZProcess -As $As { "$($Process.InstanceId)" }
        $first = $process | Receive-ZProcess -Wait
        $again = $process | Restart-ZProcess
        $again | Receive-ZProcess -Wait | Should -Be $first
        $first | Should -Be "$($again.RecordId)"
    }

    It 'have input that is given by name' {
        Start-ZProcess -As $As { @($input) -join ',' } -InputObject 1, 2 | Receive-ZProcess -Wait | Should -Be '1,2'
        Start-ZProcess -As $As { @($input).Count } | Receive-ZProcess -Wait | Should -Be 0
    }

    It 'have the functions of this session that they are given' {
        function Get-One { "one of $args" }
        function Get-Two { Get-One 'two' }
        filter Add-Mark { "$_!" }
        Start-ZProcess -As $As -ImportFunction Get-*, Add-Mark { Get-Two | Add-Mark } | Receive-ZProcess -Wait | Should -Be 'one of two!'
        { Start-ZProcess -As $As -ImportFunction Get-Nobody { } } | Should -Throw '*Get-Nobody*' -ErrorId 'ZProc.InvalidArgument*'
    }

    It 'show the place of an error in a function of this session' {
        function Get-Wrong { throw 'wrong' }
        Start-ZProcess -As $As -ImportFunction Get-Wrong { Get-Wrong } | Receive-ZProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].InvocationInfo.ScriptName | Should -BeLike '*ProcessOptions.Tests.ps1'
        $errors[0].InvocationInfo.Line | Should -BeLike "*function Get-Wrong*"
    }

    It 'have the preferences of this session, and those of the call' {
        $ErrorActionPreference = 'Stop'
        $output = @(Start-ZProcess -As $As -ErrorAction Continue { Write-Error 'ends it'; 'not reached' } | Receive-ZProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue)
        $ErrorActionPreference = 'Continue'
        $output.Count | Should -Be 0
        "$($errors[0])" | Should -Be 'ends it'
        (Start-ZProcess -As $As -Verbose { $VerbosePreference; Write-Verbose 'said' } | Receive-ZProcess -Wait -Verbose 4>&1) -join ' ' | Should -Be 'Continue said'
        $WarningPreference = 'SilentlyContinue'
        Start-ZProcess -As $As { Write-Warning 'unheard'; $WarningPreference } | Receive-ZProcess -Wait 3>&1 | Should -Be 'SilentlyContinue'
    }

    It 'get nothing that an earlier process left' {
        $null = Start-ZProcess -As $As { 1 } | Wait-ZProcess # so that there is a spare
        foreach ($i in 1..3) {
            $left = Start-ZProcess -As $As {
                "$(Test-Path variable:global:left) $(Test-Path function:Get-Left) $([bool] (Get-Alias left-alias -ErrorAction Ignore)) $((Get-Location).ProviderPath) $(@(Get-Module Left).Count) $(@($Error).Count) $LASTEXITCODE"
                $global:left = 1
                function global:Get-Left { }
                Set-Alias left-alias Get-Date -Scope Global
                Set-Location /
                New-Module -Name Left { } | Import-Module
                Set-StrictMode -Version 3.0
                Write-Error 'left' -ErrorAction SilentlyContinue
            } | Receive-ZProcess -Wait
            $left | Should -Be "False False False $((Get-Location).ProviderPath) 0 0 "
        }
    }

    It 'start in the folder that they are given, whichever the one before had' {
        $null = New-Item -ItemType Directory "$TestDrive/one", "$TestDrive/two"
        $folders = foreach ($name in 'one', 'two', 'two', 'one') {
            Start-ZProcess -As $As -WorkingDirectory "$TestDrive/$name" { (Get-Location).ProviderPath; Set-Location / } | Receive-ZProcess -Wait
        }
        $folders | Split-Path -Leaf | Should -Be one, two, two, one
        Start-ZProcess -As $As { (Get-Location).ProviderPath } | Receive-ZProcess -Wait | Should -Be (Get-Location).ProviderPath
    }

    It 'keep the newest of limited output, and say how much is lost' {
        $process = Start-ZProcess -As $As -OutputLimit 10 { 1..10000; Write-Warning 'last' } | Wait-ZProcess
        $received = @($process | Receive-ZProcess 3>&1)
        "$($received[0])" | Should -BeLike "9*991 items of output were dropped*"
        $received[1..9] | Should -Be (9992..10000)
        "$($received[10])" | Should -Be 'last'
        $received.Count | Should -Be 11
        $process | Receive-ZProcess | Should -BeNullOrEmpty
    }

    It 'keep limited output however much progress they show, and the newest of that' {
        $process = Start-ZProcess -As $As -OutputLimit 10 {
            $ProgressPreference = 'Continue'
            'result'
            1..100 | ForEach-Object { foreach ($id in 1, 2) { Write-Progress -Activity "a$id" -Id $id -PercentComplete $_ } }
            1..9
        } | Wait-ZProcess
        $process.Progress.Activity | Should -Be @('a1', 'a2')
        $process.Progress.PercentComplete | Should -Be @(100, 100)
        @($process | Receive-ZProcess 3>&1) | Should -Be @('result', 1, 2, 3, 4, 5, 6, 7, 8, 9)
    }

    It 'keep the newest progress of 1,000 activities beside limited output' {
        $process = Start-ZProcess -As $As -OutputLimit 10 {
            $ProgressPreference = 'Continue'
            foreach ($id in 1..1500) { Write-Progress -Activity a -Id $id }
        } | Wait-ZProcess
        @($process.Progress.ActivityId | Sort-Object) | Should -Be (501..1500)
    }

    It 'show their progress as their own' {
        $process = Start-ZProcess -As $As -Name worker { Write-Progress -Activity outer -Status half -PercentComplete 50; Write-Progress -Activity inner -Id 3 -ParentId 0 -Status deep; Write-Progress -Activity outer -Completed }
        $shell = [powershell]::Create()
        $shell.Runspace = [runspacefactory]::CreateRunspace([initialsessionstate]::CreateDefault2())
        $shell.Runspace.Open()
        try {
            $null = $shell.AddScript("param(`$process) Import-Module '$PSScriptRoot/../../ZProc.psd1'; Receive-ZProcess `$process -Wait").AddArgument($process).Invoke()
            $records = @($shell.Streams.Progress | Where-Object Activity -In 'worker', 'outer', 'inner')
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }

        $worker, $outer, $inner = 'worker', 'outer', 'inner' | ForEach-Object { $name = $_; $records | Where-Object Activity -EQ $name | Select-Object -First 1 }
        $outer.PercentComplete | Should -Be 50
        $outer.ParentActivityId | Should -Be $worker.ActivityId
        $inner.ParentActivityId | Should -Be $outer.ActivityId
        $records[-1].Activity | Should -Be 'worker'
        $records[-1].RecordType | Should -Be 'Completed'
    }
}

Describe 'Environment variables of an OS process' {
    BeforeAll {
        $context = Start-ZProcContext
        $env:ZPROC_TEST_GIVEN = 'given'
    }

    AfterAll {
        Stop-ZProcContext $context
        $env:ZPROC_TEST_GIVEN = $null
    }

    AfterEach {
        Get-ZProcess | Remove-ZProcess -Force
    }

    It 'are removed by a value of $null, and by no other value' {
        function Get-Nothing { }
        $script = { Test-Path env:ZPROC_TEST_GIVEN; if (-not $IsWindows) { sh -c 'echo "${ZPROC_TEST_GIVEN-unset}"' } }
        $unset = if ($IsWindows) { @($false) } else { $false, 'unset' }
        foreach ($value in $null, (Get-Nothing)) {
            Start-ZProcess $script -Environment @{ ZPROC_TEST_GIVEN = $value } | Receive-ZProcess -Wait | Should -Be $unset
        }

        Start-ZProcess $script -Environment @{ ZPROC_TEST_GIVEN = 5 } | Receive-ZProcess -Wait | Select-Object -Last 1 | Should -Be $(if ($IsWindows) { $true } else { '5' })
        if (-not $IsWindows) {
            # .NET 8 has no way to give a variable an empty value.
            $empty = if ([Environment]::Version.Major -lt 9) { 'unset' } else { '' }
            Start-ZProcess $script -Environment @{ ZPROC_TEST_GIVEN = '' } | Receive-ZProcess -Wait | Select-Object -Last 1 | Should -Be $empty
        }
    }

    It 'are refused where no system has such a variable: <What>' -ForEach @(
        @{ What = 'an empty name'; Variable = @{ '' = 'x' } }
        @{ What = 'a name with ='; Variable = @{ 'a=b' = 'x' } }
        @{ What = 'a name with a null character'; Variable = @{ "a`0b" = 'x' } }
        @{ What = 'a value with a null character'; Variable = @{ a = "x`0y" } }
    ) {
        { Start-ZProcess { } -Environment $Variable } | Should -Throw '*-Environment*' -ErrorId 'ZProc.InvalidArgument*'
        { New-ZProcess { } -Environment $Variable } | Should -Throw '*-Environment*' -ErrorId 'ZProc.InvalidArgument*'
        Get-ZProcess | Should -BeNullOrEmpty
    }
}

Describe 'The defaults of a context' {
    AfterEach {
        Get-ZProcContext | Stop-ZProcContext
    }

    It 'apply where a call says nothing, also in processes of processes' {
        $null = Start-ZProcContext -ProcessDefaults @{ As = 'Runspace'; Props = @{ from = 'default' }; MaximumRetryCount = 1; RetryIntervalSec = 0 }
        $process = Start-ZProcess { "$($Process.As) $($Props.from) $($Process.Attempt)"; if ($Process.Attempt -eq 1) { throw 'again' } }
        $process | Receive-ZProcess -Wait -WarningAction SilentlyContinue | Should -Be @('Runspace default 1', 'Runspace default 2')
        $own = Start-ZProcess -As Process -Props @{ from = 'call' } -MaximumRetryCount 0 {
            "$($Process.As) $($Props.from)"
            Start-ZProcess { "$($Process.As) $($Props.from)" } | Receive-ZProcess -Wait
        }
        $own | Receive-ZProcess -Wait | Should -Be @('Process call', 'Runspace default')
    }

    It 'that are for OS processes do not apply to runspaces' {
        $null = Start-ZProcContext -ProcessDefaults @{ Environment = @{ ZPROC_DEFAULT = 'set' }; PowerShellPath = [Environment]::ProcessPath }
        Start-ZProcess -As Runspace { "runs$env:ZPROC_DEFAULT" } | Receive-ZProcess -Wait | Should -Be 'runs'
        New-ZProcess -As Runspace { 'made' } | Start-ZProcess | Receive-ZProcess -Wait | Should -Be 'made'
        Start-ZProcess { $env:ZPROC_DEFAULT } | Receive-ZProcess -Wait | Should -Be 'set'
    }

    It 'make a runspace, for which the call gives something that only an OS process has, and the error says so' {
        $null = Start-ZProcContext -ProcessDefaults @{ As = 'Runspace'; PowerShellPath = [Environment]::ProcessPath }
        { Start-ZProcess { } -Environment @{ A = 1 } } | Should -Throw '-Environment needs an OS process*-As Process*' -ErrorId 'ZProc.InvalidArgument*'
        { Start-ZProcess { } -PowerShellPath pwsh } | Should -Throw '-PowerShellPath needs an OS process*' -ErrorId 'ZProc.InvalidArgument*'
    }

    It 'are refused when there is no such parameter, or no such value' {
        { Start-ZProcContext -ProcessDefaults @{ Nonsense = 1 } } | Should -Throw '*Nonsense*' -ErrorId 'ZProc.InvalidArgument*'
        { Start-ZProcContext -ProcessDefaults @{ ScriptBlock = { } } } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        { Start-ZProcContext -ProcessDefaults @{ As = 'Rocket' } } | Should -Throw '*Rocket*' -ErrorId 'ZProc.InvalidArgument*'
        { Start-ZProcContext -ProcessDefaults @{ RetryJitter = 5 } } | Should -Throw '*RetryJitter*' -ErrorId 'ZProc.InvalidArgument*'
        Get-ZProcContext | Should -BeNullOrEmpty
    }

    It 'have as many spare processes as they say, once a first process has run' {
        $name = (Get-Process -Id $PID).ProcessName
        $count = { @(Get-Process $name | Where-Object { $_.Parent.Id -eq $PID }).Count }
        $before = & $count
        $null = Start-ZProcContext -SpareProcesses 3
        $null = Start-ZProcess { } | Wait-ZProcess | Remove-ZProcess
        Wait-Until { (& $count) -eq $before + 3 } 120 'three spares'
    }

    It 'can do without spare processes' {
        $null = Start-ZProcContext -SpareProcesses 0
        Start-ZProcess { 'runs' } | Receive-ZProcess -Wait | Should -Be 'runs'
    }
}
