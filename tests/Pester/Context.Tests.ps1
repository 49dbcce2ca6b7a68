BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/Pace.psm1"
}

Describe 'A context' {
    AfterEach {
        Get-ZProcContext | Where-Object { -not $_.IsOwner } | Disconnect-ZProcContext
        Get-ZProcContext | Stop-ZProcContext
    }

    It 'has the properties that the design names, on a private socket of this machine' {
        $context = Start-ZProcContext -Name one -Namespace mine
        $context.Name | Should -Be 'one'
        $context.Namespace | Should -Be 'mine'
        $context.Id | Should -BeOfType ([guid])
        # Without Unix domain sockets: a free port of the loopback interface.
        $hasSockets = [System.Net.Sockets.Socket]::OSSupportsUnixDomainSockets
        $context.Endpoint | Should -Match $($hasSockets ? '^ipc://.*\.sock$' : '^tcp://127\.0\.0\.1:\d+$')
        $context.ProcessId | Should -Be $PID
        $context.IsOwner | Should -BeTrue
        $context.ConnectionString | Should -Match $($hasSockets ? '^zproc\+ipc://[0-9a-f]{64}@.*\.sock$' : '^zproc://[0-9a-f]{64}@127\.0\.0\.1:\d+$')
    }

    It 'does not show its connection string' {
        $context = Start-ZProcContext
        $secret = [regex]::Match($context.ConnectionString, '[0-9a-f]{64}').Value
        ($context | Out-String) | Should -Not -Match $secret
        ($context | Format-List | Out-String) | Should -Not -Match $secret
        "$context" | Should -Not -Match $secret
    }

    It 'is joined by its connection string, given or piped' {
        $context = Start-ZProcContext
        Set-ZState greeting 'hello'
        $second = Connect-ZProcContext $context.ConnectionString -Name second
        $second.IsOwner | Should -BeFalse
        $second.Id | Should -Be $context.Id
        Get-ZState greeting | Should -Be 'hello'
        $third = $context.ConnectionString | Connect-ZProcContext -Name third
        $third.State.greeting = 'hi'
        $context.State.greeting | Should -Be 'hi'
        $second.State.greeting | Should -Be 'hi'
    }

    It 'is the current one once started, and another can be selected' {
        $one = Start-ZProcContext one
        $two = Start-ZProcContext two
        Set-ZState here 2
        $two.State.here | Should -Be 2
        $one.State.here | Should -BeNullOrEmpty
        Select-ZProcContext one
        Set-ZState here 1
        $one.State.here | Should -Be 1
        Get-ZState here -Context two | Should -Be 2
        Get-ZState here -Context $two | Should -Be 2
    }

    It 'has namespaces that know nothing of each other' {
        $context = Start-ZProcContext
        Set-ZState key 1
        Set-ZState key 2 -Namespace other
        Get-ZState key | Should -Be 1
        Get-ZState key -Namespace other | Should -Be 2
        Select-ZProcContext -Namespace other
        Get-ZState key | Should -Be 2
        $context.State.Fork('default').key | Should -Be 1
    }

    It 'answers a test, with figures on request' {
        $context = Start-ZProcContext
        Test-ZProcContext | Should -BeTrue
        Test-ZProcContext -ConnectionString $context.ConnectionString | Should -BeTrue
        (Test-ZProcContext -ConnectionString $context.ConnectionString -Detailed).ProcessId | Should -Be $PID
        $gone = $context.ConnectionString
        Stop-ZProcContext
        Test-ZProcContext -ConnectionString $gone | Should -BeFalse
    }

    It 'is tested by its name, and by the connection string of a piped object' {
        $context = Start-ZProcContext tested
        Test-ZProcContext -Name tested | Should -BeTrue
        $server = [pscustomobject]@{ Name = 'no context of this session'; ConnectionString = $context.ConnectionString }
        $server, $context, $server | Test-ZProcContext | Should -Be $true, $true, $true
        ($server | Test-ZProcContext -Detailed).ProcessId | Should -Be $PID
        Stop-ZProcContext
        $server | Test-ZProcContext | Should -BeFalse
        (Get-Command Test-ZProcContext).OutputType.Name | Should -Be 'System.Boolean', 'System.Management.Automation.PSCustomObject'
    }

    It 'is joined and tested for five seconds where no time is given, as the error of an impossible time says' {
        $context = Start-ZProcContext
        { Connect-ZProcContext $context.ConnectionString -TimeoutSec -1 } | Should -Throw '*to wait 5 seconds.' -ErrorId 'ZProc.InvalidArgument*'
        { Test-ZProcContext -TimeoutSec -1 } | Should -Throw '*to wait 5 seconds.' -ErrorId 'ZProc.InvalidArgument*'
        { Wait-ZState n -TimeoutSec -1 } | Should -Throw '*to wait without end.' -ErrorId 'ZProc.InvalidArgument*'
    }

    It 'is stopped by its owner only' {
        $context = Start-ZProcContext
        $joined = Connect-ZProcContext $context.ConnectionString -Name joined
        { Stop-ZProcContext $joined } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        { Disconnect-ZProcContext $context } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        Disconnect-ZProcContext $joined
        (Get-ZProcContext).Name | Should -Be $context.Name
    }

    It 'that cannot be stopped or left is an error of the pipeline, which goes on with the others' {
        $context = Start-ZProcContext
        $joined = Connect-ZProcContext $context.ConnectionString -Name joined
        $own = Start-ZProcContext own
        $joined, $own | Stop-ZProcContext -ErrorVariable failures -ErrorAction SilentlyContinue
        (Get-ZProcContext).Name | Should -Be $context.Name, 'joined'
        $context, $joined | Disconnect-ZProcContext -ErrorVariable +failures -ErrorAction SilentlyContinue
        (Get-ZProcContext).Name | Should -Be $context.Name
        $failures.FullyQualifiedErrorId | Should -HaveCount 2
        $failures.FullyQualifiedErrorId | Should -BeLike 'ZProc.InvalidArgument,*'
        $failures.TargetObject | Should -Be 'joined', $context.Name
    }

    It 'tells joined sessions that it has stopped' {
        $context = Start-ZProcContext
        $joined = Connect-ZProcContext $context.ConnectionString -Name joined
        Stop-ZProcContext $context
        { Wait-ZState never -Context $joined -TimeoutSec 120 } | Should -Throw -ErrorId 'ZProc.ContextStopped*'
    }

    It 'stops twice without harm, and its remaining objects say that it has stopped' {
        $context = Start-ZProcContext
        Stop-ZProcContext $context
        { Stop-ZProcContext $context } | Should -Not -Throw
        { $context.State.key } | Should -Throw -ErrorId 'ZProc.ContextStopped*'
        { Set-ZState key 1 -Context $context } | Should -Throw -ErrorId 'ZProc.ContextStopped*'
    }

    It 'honours -WhatIf' {
        Start-ZProcContext -WhatIf | Should -BeNullOrEmpty
        $context = Start-ZProcContext
        Stop-ZProcContext -WhatIf
        Test-ZProcContext | Should -BeTrue
        (Get-ZProcContext).Count | Should -Be 1
        $context | Stop-ZProcContext
        Get-ZProcContext | Should -BeNullOrEmpty
    }
}

Describe 'Use-ZProcContext' {
    It 'gives the namespace that was current back, too' {
        $null = Start-ZProcContext
        try {
            Start-ZProcess -As Runspace -Namespace jobs { Use-ZProcContext { Set-ZState inner 1 }; Set-ZState x 1 } | Receive-ZProcess -Wait -ErrorAction Stop
            (Get-ZState -Namespace jobs).Keys | Should -Be 'x'
            (Get-ZState).Count | Should -Be 0
        }
        finally {
            Stop-ZProcContext
        }
    }

    It 'does not make a context current that ended meanwhile' {
        $outer = Start-ZProcContext
        Use-ZProcContext { Stop-ZProcContext $outer }
        { Get-ZState } | Should -Throw -ErrorId 'ZProc.NoContext*'
    }

    It 'runs a block in a context of its own and stops it afterwards' {
        $inside = Use-ZProcContext {
            Set-ZState a 1
            (Get-ZProcContext).ConnectionString
            Get-ZState a
        }
        $inside[1] | Should -Be 1
        Get-ZProcContext | Should -BeNullOrEmpty
        Test-ZProcContext -ConnectionString $inside[0] | Should -BeFalse
    }

    It 'stops the context when the block throws, and when the pipeline ends early' {
        { Use-ZProcContext { throw 'inside' } } | Should -Throw 'inside'
        Get-ZProcContext | Should -BeNullOrEmpty
        Use-ZProcContext { 1..10 } | Select-Object -First 1 | Should -Be 1
        Get-ZProcContext | Should -BeNullOrEmpty
    }

    It 'passes on output at once' {
        $seen = [System.Collections.Generic.List[object]]::new()
        Use-ZProcContext { 1; $seen.Add('between'); 2 } | ForEach-Object { $seen.Add($_) }
        $seen | Should -Be @(1, 'between', 2)
    }

    It 'gives back the context that was current before' {
        $outer = Start-ZProcContext outer
        Use-ZProcContext { Set-ZState where inner } 
        Set-ZState where outer
        $outer.State.where | Should -Be 'outer'
        Stop-ZProcContext $outer
    }
}

Describe 'The endpoint' {
    AfterEach {
        Get-ZProcContext | Stop-ZProcContext
    }

    It 'is a socket that only this user can reach' -Skip:$IsWindows {
        $path = (Start-ZProcContext).Endpoint.Substring('ipc://'.Length)
        [System.IO.File]::GetUnixFileMode($path) | Should -Be ([System.IO.UnixFileMode] 'UserRead, UserWrite')
        [System.IO.File]::GetUnixFileMode([System.IO.Path]::GetDirectoryName($path)) | Should -Be ([System.IO.UnixFileMode] 'UserRead, UserWrite, UserExecute')
        Stop-ZProcContext
        $path | Should -Not -Exist
    }

    It 'can be <Case>, and other processes work through it' -ForEach @(
        @{ Case = 'a free TCP port'; Endpoint = { 'tcp://127.0.0.1' }; Form = '^tcp://127\.0\.0\.1:\d+$' }
        @{ Case = 'an IPv6 address'; Endpoint = { 'tcp://[::1]' }; Form = '^tcp://\[::1\]:\d+$' }
        if ([System.Net.Sockets.Socket]::OSSupportsUnixDomainSockets) { @{ Case = 'the path of a socket'; Endpoint = { "ipc://$TestDrive/a b.sock" }; Form = '/a b\.sock$' } }
    ) {
        $context = Start-ZProcContext -Endpoint (& $Endpoint)
        $context.Endpoint | Should -Match $Form
        Start-ZProcess { Update-ZState n -Increment 5 } | Receive-ZProcess -Wait | Should -Be 5
        Get-ZState n | Should -Be 5
    }

    It 'is refused where another server listens' {
        $first = Start-ZProcContext -Endpoint $([System.Net.Sockets.Socket]::OSSupportsUnixDomainSockets ? "ipc://$TestDrive/one.sock" : 'tcp://127.0.0.1')
        { Start-ZProcContext -Endpoint $first.Endpoint } | Should -Throw -ErrorId 'ZProc.CannotConnect*'
        Test-ZProcContext $first | Should -BeTrue
    }
}

Describe 'A read-only connection string' {
    BeforeAll {
        $owner = Start-ZProcContext -Name owner
        Set-ZState a 1
        $reader = Connect-ZProcContext $owner.ReadOnlyConnectionString -Name reader
    }

    AfterAll {
        Disconnect-ZProcContext $reader
        Stop-ZProcContext $owner
    }

    It 'is another text than the one that permits all' {
        $owner.ReadOnlyConnectionString | Should -Match '://ro-[0-9a-f]{64}@'
        $owner.ReadOnlyConnectionString | Should -Not -Match ([regex]::Match($owner.ConnectionString, '[0-9a-f]{64}').Value)
        $reader.ReadOnlyConnectionString | Should -Be $owner.ReadOnlyConnectionString
    }

    It 'lets read and watch' {
        Get-ZState a -Context $reader | Should -Be 1
        $watcher = Register-ZStateWatcher b -Context $reader
        Set-ZState b 2 -Context $owner
        Wait-ZState -Watcher $watcher -TimeoutSec 120 | Should -Be 2
        Wait-ZState b -Equal 2 -Context $reader -TimeoutSec 120 | Should -Be 2
    }

    It 'refuses <Case>' -ForEach @(
        @{ Case = 'to set a key'; Change = { Set-ZState a 2 -Context $reader -ErrorAction Stop } }
        @{ Case = 'to increment a key'; Change = { Update-ZState a -Increment 1 -Context $reader -ErrorAction Stop } }
        @{ Case = 'to remove a key'; Change = { Remove-ZState a -Context $reader -ErrorAction Stop } }
        @{ Case = 'an atomic block'; Change = { Update-ZState { $State.a = 2 } -Context $reader -ErrorAction Stop } }
    ) {
        $Change | Should -Throw -ErrorId 'ZProc.NotPermitted*'
        Get-ZState a -Context $owner | Should -Be 1
    }

    It 'refuses to start a process as <_>' -ForEach 'Process', 'Runspace' {
        { Start-ZProcess { 1 } -As $_ -Context $reader -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.NotPermitted*'
        Get-ZProcess -Context $reader | Should -BeNullOrEmpty
    }

    It 'refuses to clear the namespace' {
        { Clear-ZState -Context $reader -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.NotPermitted*'
        Get-ZState a -Context $owner | Should -Be 1
    }
}

Describe 'Without a context, or with a wrong one' {
    It 'gives an error that there is none, and the session goes on' {
        { Get-ZState a -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.NoContext*'
        { Set-ZState a 1 } | Should -Throw -ErrorId 'ZProc.NoContext*'
        { Stop-ZProcContext } | Should -Throw -ErrorId 'ZProc.NoContext*'
    }

    It 'gives an error with the name of a context that there is not: <Line>' -ForEach @(
        @{ Line = 'Clear-ZState -Confirm:$false -Context nosuch' }
        @{ Line = 'Disconnect-ZProcContext nosuch' }
        @{ Line = 'Disconnect-ZProcContext -WhatIf -Name nosuch' }
        @{ Line = 'Get-ZProcess -Context nosuch' }
        @{ Line = 'Get-ZProcMachine -Context nosuch' }
        @{ Line = 'Get-ZState -Context nosuch' }
        @{ Line = 'Get-ZStateNamespace -Context nosuch' }
        @{ Line = 'Get-ZStateWatcher -Context nosuch' }
        @{ Line = '1 | Invoke-ZParallel { $_ } -Context nosuch' }
        @{ Line = 'New-ZProcess { } -Context nosuch' }
        @{ Line = 'Receive-ZProcess x -Context nosuch' }
        @{ Line = 'Register-ZStateWatcher x -Context nosuch' }
        @{ Line = 'Remove-ZProcess x -Context nosuch' }
        @{ Line = 'Remove-ZState x -Context nosuch' }
        @{ Line = 'Remove-ZStateNamespace x -Confirm:$false -Context nosuch' }
        @{ Line = 'Restart-ZProcess x -Context nosuch' }
        @{ Line = 'Select-ZProcContext nosuch' }
        @{ Line = 'Set-ZState x 1 -Context nosuch' }
        @{ Line = 'Show-ZProcDashboard -Web -Context nosuch' }
        @{ Line = 'Start-ZProcess { } -Context nosuch' }
        @{ Line = 'Start-ZProcServer -Context nosuch' }
        @{ Line = 'Stop-ZProcContext nosuch' }
        @{ Line = 'Stop-ZProcDashboard -Context nosuch' }
        @{ Line = 'Stop-ZProcess x -Context nosuch' }
        @{ Line = 'Sync-ZState -Context nosuch' }
        @{ Line = 'Test-ZProcContext nosuch' }
        @{ Line = 'Test-ZState x -Context nosuch' }
        @{ Line = 'Unregister-ZStateWatcher x -Context nosuch' }
        @{ Line = 'Update-ZState x -Increment 1 -Context nosuch' }
        @{ Line = 'Wait-ZProcess x -Context nosuch' }
        @{ Line = 'Wait-ZState x -Available -Context nosuch' }
        @{ Line = 'Watch-ZState x -Context nosuch' }
    ) {
        $failure = { Invoke-Expression $Line } | Should -Throw "*no ZProc context named 'nosuch'*" -ErrorId 'ZProc.NoContext,*' -PassThru
        $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failure.TargetObject | Should -Be 'nosuch'
        $failure.InvocationInfo.BoundParameters.Values | Where-Object { $_ -is [ZProc.Contexts.ZProcContext] } | Should -BeNullOrEmpty
    }

    It 'goes on with the next name of the pipeline' {
        $null = Start-ZProcContext there
        'nosuch', 'there' | Test-ZProcContext -ErrorVariable failures -ErrorAction SilentlyContinue | Should -BeTrue
        'nosuch', 'there' | Stop-ZProcContext -ErrorVariable +failures -ErrorAction SilentlyContinue
        Get-ZProcContext | Should -BeNullOrEmpty
        $failures.FullyQualifiedErrorId | Should -HaveCount 2
        $failures.FullyQualifiedErrorId | Should -BeLike 'ZProc.NoContext,*'
    }

    It 'refuses a connection string as a context' {
        { Get-ZState -Context 'redis://user:hunter2@example.org/build' } | Should -Throw '*Connect-ZProcContext*' -ErrorId 'ZProc.InvalidArgument,*'
    }

    It 'refuses <Case>' -ForEach @(
        @{ Case = 'a text that is no connection string'; Text = 'nonsense' }
        @{ Case = 'a connection string without a secret'; Text = 'zproc://@127.0.0.1:5555' }
        @{ Case = 'a socket that is not there'; Text = 'zproc+ipc://0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef@/tmp/no.sock' }
        @{ Case = 'a port where nothing listens'; Text = 'zproc://0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef@127.0.0.1:1' }
    ) {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        { Connect-ZProcContext $Text } | Should -Throw -ErrorId 'ZProc.CannotConnect*'
        $clock.Elapsed.TotalSeconds | Assert-Within 5
    }

    It 'refuses a secret with one character changed, without telling it' {
        $context = Start-ZProcContext
        $text = $context.ConnectionString
        $at = $text.IndexOf('://') + 3 + 40
        $wrong = $text.Substring(0, $at) + ($text[$at] -eq 'a' ? 'b' : 'a') + $text.Substring($at + 1)
        $failure = { Connect-ZProcContext $wrong } | Should -Throw -ErrorId 'ZProc.CannotConnect*' -PassThru
        $failure.ToString() | Should -Not -Match $wrong.Substring($at - 40, 64)
        Test-ZProcContext -ConnectionString $wrong | Should -BeFalse
        (Get-ZProcContext).Count | Should -Be 1
        Stop-ZProcContext
    }

    It 'refuses a negative timeout and a malformed endpoint' {
        { Connect-ZProcContext 'zproc://x' -TimeoutSec -1 } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        { Start-ZProcContext -Endpoint 'nonsense' } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        { Start-ZProcContext -Endpoint 'ipc://relative.sock' } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        { Start-ZProcContext -Endpoint "ipc://$TestDrive/$('x' * 300)/y.sock" } | Should -Throw -ErrorId 'ZProc.CannotConnect*'
        { Start-ZProcContext -Namespace "a`nb" } | Should -Throw -ErrorId 'ZProc.InvalidKey*'
        Get-ZProcContext | Should -BeNullOrEmpty
    }
}

Describe 'A secret' {
    It 'is not repeated in an error when it is given in the wrong place: <Name>' -ForEach @(
        @{ Name = 'as a context'; Give = { param($text) Test-ZProcContext $text } }
        @{ Name = 'as a context''s name'; Give = { param($text) Get-ZState -Context $text } }
        @{ Name = 'as a server''s name'; Give = { param($text) Connect-ZProcContext -Name $text -ErrorAction Stop } }
        @{ Name = 'as an endpoint'; Give = { param($text) Start-ZProcContext -Endpoint $text } }
    ) {
        $context = Start-ZProcContext
        foreach ($text in $context.ConnectionString, 'redis://user:hunter2@example.org/build') {
            $problem = $null
            try { & $Give $text } catch { $problem = $_ }
            $problem | Should -Not -BeNullOrEmpty
            "$problem $($problem.TargetObject) $($problem.Exception) $($problem.Exception.InnerException.Target)" | Should -Not -Match '[0-9a-f]{64}|hunter2'
        }

        Stop-ZProcContext
    }
}

Describe 'The module' {
    It 'exports every command of its manifest' {
        $exported = @((Get-Module ZProc).ExportedCommands.Keys)
        $named = (Import-PowerShellDataFile "$PSScriptRoot/../../module/ZProc.psd1").CmdletsToExport
        Compare-Object $exported $named | Should -BeNullOrEmpty
    }

    It 'is the same from a checkout and installed' {
        $checkout = Import-PowerShellDataFile "$PSScriptRoot/../../ZProc.psd1"
        $shipped = Import-PowerShellDataFile "$PSScriptRoot/../../module/ZProc.psd1"
        foreach ($name in 'GUID', 'ModuleVersion', 'PowerShellVersion', 'Author') { $checkout[$name] | Should -Be $shipped[$name] }
    }

    It 'speaks of every command in its about topic' {
        $topic = Get-Content "$PSScriptRoot/../../module/en-US/about_ZProc.help.txt" -Raw
        foreach ($command in (Get-Module ZProc).ExportedCommands.Keys) {
            $verb, $noun = $command -split '-'
            $topic | Should -Match "\b$verb-([^.]*?)\b$noun\b" -Because "it is where a user looks for $command"
        }
    }

    It 'says what to do in a checkout that has not been built' {
        $null = New-Item -ItemType Directory "$TestDrive/checkout/src", "$TestDrive/checkout/module"
        Copy-Item "$PSScriptRoot/../../ZProc.psd1" "$TestDrive/checkout"
        Copy-Item "$PSScriptRoot/../../src/RequireBuild.psm1" "$TestDrive/checkout/src"
        Copy-Item "$PSScriptRoot/../../module/*.ps*1*" "$TestDrive/checkout/module"
        $said = & ([Environment]::ProcessPath) -NoProfile -Command "Import-Module '$TestDrive/checkout/ZProc.psd1'" 2>&1 | Out-String
        $said | Should -BeLike '*not built yet*dotnet build*'
        $LASTEXITCODE | Should -Be 1
    }

    It 'is loaded as images made for this system, where the build made some' {
        $bin = [System.IO.Path]::GetFullPath("$PSScriptRoot/../../module/bin")
        $system = $IsWindows ? 'win' : $IsMacOS ? 'osx' : 'linux'
        $images = [System.IO.Directory]::GetDirectories($bin, "net$([Environment]::Version.Major)-$system-*")
        $folder = $images.Count -eq 1 ? $images[0] : $bin
        [System.IO.Path]::GetDirectoryName([ZProc.State.ZState].Assembly.Location) | Should -Be $folder
    }

    It 'runs where there are no images for this system' {
        $module = "$PSScriptRoot/../../module"
        $copy = "$TestDrive/ZProc"
        $images = "$copy/bin/net$([Environment]::Version.Major)-amiga-m68k"
        $null = New-Item -ItemType Directory "$copy/bin/deps", $images
        Copy-Item "$module/*.ps*1*" $copy
        Copy-Item "$module/bin/*.dll" "$copy/bin"
        Copy-Item "$module/bin/deps/*.dll" "$copy/bin/deps"
        Set-Content "$images/ZProc.PowerShell.dll" 'not for us'
        $said = & ([Environment]::ProcessPath) -NoProfile -Command "Import-Module '$copy'; Use-ZProcContext { Start-ZProcess { `$State.a = 1; [ZProc.State.ZState].Assembly.Location } | Receive-ZProcess -Wait; Get-ZState a }"
        $said | Should -Be @([System.IO.Path]::Join((Convert-Path $copy), 'bin', 'ZProc.PowerShell.dll'), 1)
    }

    It 'keeps its dependencies to itself' {
        $default = [System.Runtime.Loader.AssemblyLoadContext]::Default.Assemblies | ForEach-Object { $_.GetName().Name }
        $default | Should -Not -Contain 'NetMQ'
        $default | Should -Not -Contain 'ZProc.Core'
        $own = [System.Runtime.Loader.AssemblyLoadContext]::All | Where-Object Name -EQ 'ZProc'
        ($own.Assemblies | ForEach-Object { $_.GetName().Name }) | Should -Contain 'ZProc.Core'
    }

    It 'leaves the contexts when another module that imported it is removed: <How>' -ForEach @(
        @{ How = 'Import-Module in a script module'; Make = { param($Folder, $Module) Set-Content "$Folder/helper.psm1" "Import-Module '$Module'`nfunction Get-It { Get-ZState y }"; "$Folder/helper.psm1" } }
        @{ How = 'a nested module'; Make = { param($Folder, $Module) New-ModuleManifest "$Folder/helper.psd1" -NestedModules $Module -FunctionsToExport @(); "$Folder/helper.psd1" } }
    ) {
        $manifest = Convert-Path "$PSScriptRoot/../../ZProc.psd1"
        $context = Start-ZProcContext
        $process = Start-ZProcess -As Runspace { Wait-ZState never }
        Set-ZState y 2
        Import-Module (& $Make $TestDrive $manifest)
        Remove-Module helper
        Get-Module ZProc | Should -HaveCount 1
        Get-ZState y | Should -Be 2
        $process.State | Should -Be 'Running'
        Import-Module $manifest -Force
        Get-ZState y | Should -Be 2
        Remove-Module ZProc
        $process.State | Should -Be 'Stopped'
        Import-Module $manifest
        Get-ZProcContext | Should -BeNullOrEmpty
    }

    It 'stops the contexts of the session when it is removed, and can be imported again' {
        $text = (Start-ZProcContext).ConnectionString
        Remove-Module ZProc
        Import-Module "$PSScriptRoot/../../ZProc.psd1"
        Get-ZProcContext | Should -BeNullOrEmpty
        Test-ZProcContext -ConnectionString $text | Should -BeFalse
        Use-ZProcContext { Set-ZState a 1; Get-ZState a } | Should -Be 1
    }
}
