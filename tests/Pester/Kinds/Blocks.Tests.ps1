# What a block takes along from the script in which it was written: using lines, its place in the file, closed variables, $using:
# values in files and initialization scripts. And what it cannot have: a user who answers.

using namespace System.Collections.Generic
using namespace System.Text; using namespace System.Net

BeforeDiscovery {
    Import-Module "$PSScriptRoot/../Support/Kinds.psm1"
    $all = Get-Kind -Atomic
    $kinds = Get-Kind
    $startable = Get-Kind Process, Runspace, Parallel*
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../../ZProc.psd1"
    Import-Module "$PSScriptRoot/../Support/Kinds.psm1"
    $context = Start-ZProcContext
    function Get-Line([string] $Text) { (Select-String -LiteralPath $PSCommandPath -Pattern $Text -SimpleMatch)[0].LineNumber }
}

AfterAll {
    Stop-ZProcContext $context
}

Describe 'The using lines of a script' {
    It 'apply to its blocks, as <Kind>' -ForEach $all {
        $result = Invoke-Kind $Kind { [List[int]]::new().GetType().Name; [StringBuilder]::new('b').ToString(); [IPAddress]::Loopback.ToString() }
        "$($result.Error)" | Should -Be ''
        $result.Output | Should -Be 'List`1', 'b', '127.0.0.1'
    }

    It 'apply to functions, initialization scripts and blocks in blocks, as <Kind>' -ForEach $startable {
        function Get-List { , [List[int]] @(1, 2) }
        $with = @{ ImportFunction = 'Get-List'; InitializationScript = { $global:builder = [StringBuilder]::new('init') } }
        $result = Invoke-Kind $Kind { (Get-List).GetType().Name; "$builder"; & { [IPAddress]::Any.ToString() }; 1 | Invoke-ZParallel { [StringBuilder]::new('in').ToString() } } -With $with
        "$($result.Error)" | Should -Be ''
        $result.Output | Should -Be 'List`1', 'init', '0.0.0.0', 'in'
    }

    It 'apply to a block on one line with them, with and without parameters, and to its parameters' {
        $text = 'using namespace System.Text; using namespace System.Net; 1 | Invoke-ZParallel { [StringBuilder]::new("a").ToString() }; 1 | Invoke-ZParallel { param([IPAddress] $At) "$At" } -ArgumentList 127.0.0.1'
        & ([scriptblock]::Create($text)) | Should -Be 'a', '127.0.0.1'
    }

    It 'apply to the predicate of -When, in the session and in a watcher -As <_>' -ForEach 'Process', 'Runspace' {
        $watcher = Register-ZStateWatcher -As $_ -Count 1 -When { [StringBuilder]::new("$($_.when)").Length -eq 3 } -Action { 'met' }
        Set-ZState when abc
        Wait-ZProcess $watcher.Process -TimeoutSec 120 | Receive-ZProcess -Wait | Should -Be 'met'
        Unregister-ZStateWatcher $watcher
        $length = 3
        (Wait-ZState -When { [StringBuilder]::new("$($_.when)").Length -eq $using:length } -TimeoutSec 60).when | Should -Be 'abc'
        Remove-ZState when
    }

    It 'of using assembly apply, too' {
        $file = Join-Path $TestDrive assembly.ps1
        $library = Join-Path $TestDrive Own.dll
        Add-Type 'namespace Own { public static class Number { public static int Seven => 7; } }' -OutputAssembly $library
        Set-Content $file @(
            'using assembly ./Own.dll'
            'using namespace Own'
            'param($Manifest)'
            'Import-Module $Manifest'
            '$null = Start-ZProcContext'
            'Start-ZProcess -As Process { [Number]::Seven } | Receive-ZProcess -Wait'
        )
        # In a session of its own: Windows does not remove a library that a process has loaded.
        & ([Environment]::ProcessPath) -NoProfile -NonInteractive -File $file (Convert-Path "$PSScriptRoot/../../../ZProc.psd1") | Should -Be 7
    }
}

Describe 'An error of an initialization script' {
    It 'has its file and line, as <Kind>' -ForEach $startable {
        $initialization = {
            $null = 1
            throw 'wrong start' # the line of the error
        }
        $result = Invoke-Kind $Kind { 1 } -With @{ InitializationScript = $initialization }
        $info = $result.Error[0].InvocationInfo
        $info.ScriptName | Should -Be $PSCommandPath
        $info.ScriptLineNumber | Should -Be (Get-Line "throw 'wrong start'")
    }
}

Describe 'An initialization script' {
    It 'gets what ZProc provides by its parameters, too, as <Kind>' -ForEach $startable {
        (Invoke-Kind $Kind { $early } -With @{ Props = 7; InitializationScript = { param($Props, $State) $early = "$Props $($null -ne $State)" } }).Output | Should -Be '7 True'
    }
}

Describe 'A value of $using:' {
    BeforeAll {
        $value = 'mine'
    }

    It 'reaches an initialization script, as <Kind>' -ForEach $startable {
        $result = Invoke-Kind $Kind { "$early $using:value" } -With @{ InitializationScript = { $early = "early $($using:value)" } }
        "$($result.Error)" | Should -Be ''
        $result.Output | Should -Be 'early mine mine'
    }

    It 'reaches a script file -As <_>' -ForEach 'Process', 'Runspace' {
        $file = Join-Path $TestDrive using.ps1
        Set-Content $file 'param($a) "$a $using:value $($using:value.Length)"'
        Start-ZProcess -As $_ -FilePath $file -ArgumentList 1 | Receive-ZProcess -Wait | Should -Be '1 mine 4'
        Set-Content $file '"$using:nobody"'
        { Start-ZProcess -As $_ -FilePath $file } | Should -Throw '*$using:nobody*' -ErrorId 'ZProc.InvalidArgument*'
        { 1 | Invoke-ZParallel { } -InitializationScript { $using:nobody } } | Should -Throw '*$using:nobody*' -ErrorId 'ZProc.InvalidArgument*'
    }

    It 'reaches the initialization script of a job of Invoke-ZParallel' {
        $job = 1 | Invoke-ZParallel -AsJob { "$early $using:value" } -InitializationScript { $early = "early $($using:value)" }
        $job | Receive-Job -Wait -AutoRemoveJob | Should -Be 'early mine mine'
    }
}

Describe 'A block of GetNewClosure' {
    BeforeAll {
        function Get-Closure([int] $Number, [string] $Text) { { "$Number $(& { $Text }) $script:Number" }.GetNewClosure() }
    }

    It 'has its variables as <Kind>' -ForEach $all {
        $result = Invoke-Kind $Kind (Get-Closure 5 text)
        "$($result.Error)" | Should -Be ''
        $result.Output | Should -Be '5 text 5'
    }

    It 'has its variables as initialization script and as a predicate' {
        $closure = & { $wanted = 3; { $global:early = $wanted }.GetNewClosure() }
        1 | Invoke-ZParallel { $early } -InitializationScript $closure | Should -Be 3
        $predicate = & { $wanted = 3; { $_.closed -eq $wanted }.GetNewClosure() }
        $watcher = Register-ZStateWatcher -Count 1 -When $predicate -Action { 'met' }
        Set-ZState closed 3
        Wait-ZProcess $watcher.Process -TimeoutSec 120 | Receive-ZProcess -Wait | Should -Be 'met'
        Unregister-ZStateWatcher $watcher
        Remove-ZState closed
    }
}

Describe 'A function that the session calls by an alias' {
    BeforeAll {
        function Get-Real { 'real' }
        function Get-Other { 'other' }
    }

    It 'is the one that -ImportFunction brings, as <Kind>' -ForEach $startable {
        Set-Alias Get-Real Get-Other
        (Invoke-Kind $Kind { Get-Real } -With @{ ImportFunction = 'Get-Real' }).Output | Should -Be 'other'
    }

    It 'cannot be imported when Pester has mocked it, as <Kind>' -ForEach $startable {
        Mock Get-Real { 'mocked' }
        Get-Real | Should -Be 'mocked'
        $result = Invoke-Kind $Kind { Get-Real } -With @{ ImportFunction = 'Get-Re*' }
        $result.Error[0].FullyQualifiedErrorId | Should -BeLike 'ZProc.InvalidArgument*'
        "$($result.Error[0])" | Should -BeLike "*mocked 'Get-Real'*"
    }
}

Describe 'A block that asks a user' {
    It 'fails with an error that says so: <Ask>, as <Kind>' -ForEach $(foreach ($kind in $kinds) {
            $kind + @{ Ask = { Read-Host 'Your name' }; Says = "*'Your name'*" }
            $kind + @{ Ask = { Get-Credential me }; Says = '*credential*' }
            $kind + @{ Ask = { $Host.UI.ReadLine() }; Says = '*line of input*' }
            $kind + @{ Ask = { Set-Variable ask 1 -Confirm }; Says = '*-Confirm:$false*' }
        }) {
        $result = Invoke-Kind $Kind $Ask
        $result.Error.Count | Should -Be 1
        "$($result.Error)" | Should -BeLike $Says
        "$($result.Error)" | Should -Not -BeLike '*following message:*'
    }

    It 'has its text for the host in its output, once, as <Kind>' -ForEach $kinds {
        $result = Invoke-Kind $Kind { Write-Host 'by command'; $Host.UI.WriteLine('by host'); 'formatted' | Out-Host; Write-Host 'a' -NoNewline; Write-Host 'b' -ForegroundColor Red; 'out' }
        $result.Output | Should -Be 'out'
        @($result.Information | ForEach-Object { "$_" }) | Should -Be 'by command', 'by host', 'formatted', 'a', 'b'
    }
}
