# How command lines bind to parameters: those of the documents, and forms of one command that are near to each other.

BeforeDiscovery {
    $root = Convert-Path "$PSScriptRoot/../.."
    $files = @(Get-ChildItem "$root/docs/*.md", "$root/docs/en-US/*.md", "$root/*.md" | ForEach-Object FullName)
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/CommandLines.psm1"
    $commands = (Import-PowerShellDataFile "$PSScriptRoot/../../module/ZProc.psd1").CmdletsToExport
    $session = Open-BindingSession (Convert-Path "$PSScriptRoot/../../ZProc.psd1")
}

AfterAll {
    Close-BindingSession $session
    Remove-Module CommandLines
}

Describe 'The command lines of <_>' -ForEach $files {
    It 'bind to parameters' {
        Get-CommandLine $_ $commands | ForEach-Object { Find-BindingFault $session $_ } | Should -BeNullOrEmpty
    }
}

Describe 'Start-ZProcess' {
    BeforeAll {
        $context = Start-ZProcContext
        $made = New-ZProcess -As Runspace -Count 2 { }
        $null = New-Item "$TestDrive/x.ps1" -Value '"$args $($input)"'
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    It 'takes <Text> as <Set>' -ForEach @(
        @{ Text = 'Start-ZProcess { 1 }'; Set = 'ScriptBlock' }
        @{ Text = 'Start-ZProcess { 1 }, { 2 } -Name a'; Set = 'ScriptBlock' }
        @{ Text = 'Start-ZProcess -Name a -As Runspace { 1 } -ArgumentList 1, 2'; Set = 'ScriptBlock' }
        @{ Text = 'Start-ZProcess { 1 } -MaximumRetryCount 3 -Background'; Set = 'ScriptBlock' }
        @{ Text = 'Start-ZProcess ./x.ps1'; Set = 'FilePath' }
        @{ Text = "Start-ZProcess './x.ps1' -ArgumentList 1"; Set = 'FilePath' }
        @{ Text = 'Start-ZProcess -Machine build-2 ./x.ps1'; Set = 'FilePath' }
        @{ Text = 'Start-ZProcess -FilePath ./x.ps1 -As Runspace'; Set = 'FilePath' }
        @{ Text = 'param($made) Start-ZProcess $made'; Set = 'Process' }
        @{ Text = 'param($made) Start-ZProcess $made[0]'; Set = 'Process' }
        @{ Text = 'param($made) Start-ZProcess $made -ThrottleLimit 1'; Set = 'Process' }
        @{ Text = 'param($made) Start-ZProcess -Process $made'; Set = 'Process' }
        @{ Text = 'New-ZProcess ./x.ps1'; Set = 'FilePath' }
        @{ Text = 'New-ZProcess { 1 }'; Set = 'ScriptBlock' }
    ) {
        Get-BoundSet $session $Text (, $made) | Should -Be $Set
    }

    It 'runs a script file that is named by its position, with input, and made processes from either side' {
        1, 2 | Start-ZProcess "$TestDrive/x.ps1" -As Runspace -ArgumentList 3 | Receive-ZProcess -Wait | Should -Be '3 1 2'
        (New-ZProcess "$TestDrive/x.ps1" -As Runspace -ArgumentList 4 | Start-ZProcess | Receive-ZProcess -Wait).Trim() | Should -Be '4'
        $started = Start-ZProcess $made
        $started | Should -Be $made
        $null = $started | Wait-ZProcess -TimeoutSec 120
        { Start-ZProcess 'no such file' } | Should -Throw '*no script file*' -ErrorId 'ZProc.InvalidArgument*'
    }
}
