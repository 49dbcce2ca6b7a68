BeforeDiscovery {
    $root = Convert-Path "$PSScriptRoot/../.."
    Import-Module "$root/src/Help/HelpPage.psm1", "$root/src/Help/CommandFacts.psm1"
    $commands = (Import-PowerShellDataFile "$root/module/ZProc.psd1").CmdletsToExport | Sort-Object
    $pages = @($commands | Where-Object { Test-Path "$root/docs/en-US/$_.md" } | ForEach-Object { Read-HelpPage "$root/docs/en-US/$_.md" })
    $topics = 'about_ZErrors', 'about_ZParallel', 'about_ZProc', 'about_ZProcesses', 'about_ZSecurity', 'about_ZState', 'about_ZWatching'
    $files = @(Get-ChildItem "$root/docs/*.md", "$root/docs/en-US/*.md", "$root/*.md" | ForEach-Object FullName)
}

BeforeAll {
    $root = Convert-Path "$PSScriptRoot/../.."
    Import-Module "$root/src/Help/HelpPage.psm1", "$root/src/Help/CommandFacts.psm1", "$root/src/Help/PageUpdate.psm1"
    Import-Module "$PSScriptRoot/Support/ExampleRun.psm1"
    Import-Module "$root/ZProc.psd1"
    $projectUri = (Import-PowerShellDataFile "$root/module/ZProc.psd1").PrivateData.PSData.ProjectUri

    # The section of a page as plain text.
    function Get-SectionText($page, [string] $section) {
        (Get-BlockText $page.Sections[$section]) -join "`n"
    }
}

AfterAll {
    Remove-Module ZProc, ExampleRun, PageUpdate, CommandFacts, HelpPage
}

Describe 'The page of <_>' -ForEach $commands {
    BeforeAll {
        $path = "$root/docs/en-US/$_.md"
        $page = if (Test-Path $path) { Read-HelpPage $path }
        $command = Get-Command $_ -Module ZProc
    }

    It 'is there, with every section' {
        $path | Should -Exist -Because 'every command comes with its page'
        $page.Sections.Keys | Should -Be @('SYNOPSIS', 'SYNTAX', 'DESCRIPTION', 'EXAMPLES', 'PARAMETERS', 'INPUTS', 'OUTPUTS', 'NOTES', 'RELATED LINKS')
        foreach ($section in 'SYNOPSIS', 'DESCRIPTION', 'INPUTS', 'OUTPUTS', 'NOTES', 'RELATED LINKS') {
            Get-SectionText $page $section | Should -Not -BeNullOrEmpty -Because $section
        }
    }

    It 'says when to use the command, and what to use instead' {
        Get-SectionText $page 'DESCRIPTION' | Should -Match '\bUse\b'
        Get-SectionText $page 'DESCRIPTION' | Should -Match '\b(use|instead)\b'
    }

    It 'describes every parameter' {
        foreach ($parameter in (Get-ParameterFact $command).Name) {
            $page.Parameters | Where-Object { $_.Name -eq $parameter -and $_.Text } |
                Should -Not -BeNullOrEmpty -Because "$path has to describe -${parameter}: add the text below '### -$parameter', then run ./build.ps1 -Task Docs"
        }
    }

    It 'describes no other parameter' {
        $page.Parameters.Name | Where-Object { $_ -ne 'CommonParameters' -and $_ -notin $command.Parameters.Keys } |
            Should -BeNullOrEmpty -Because "the command has no such parameter: run ./build.ps1 -Task Docs"
    }

    It 'has the syntax and the facts of the command' {
        $page.Text | Should -Be (Get-UpdatedPage $path $command $projectUri) -Because 'the command has changed: run ./build.ps1 -Task Docs'
    }

    It 'has three or more examples' {
        $page.Examples.Count | Should -BeGreaterOrEqual 3
        $number = 0
        foreach ($example in $page.Examples) {
            $number++
            $example.Title | Should -Match "^Example ${number}: "
            $example.Steps.Count | Should -BeGreaterThan 0 -Because $example.Title
        }
    }

    It 'names only errors that exist' {
        $known = [regex]::Matches([System.IO.File]::ReadAllText("$root/src/ZProc.Core/Fault.cs"), '(?m)^    (\w+),').ForEach({ $_.Groups[1].Value })
        [regex]::Matches($page.Text, '\bZProc\.([A-Z]\w+)`').ForEach({ $_.Groups[1].Value }) | Where-Object { $_ -notin $known } | Should -BeNullOrEmpty
    }
}

Describe 'The examples of <_.Name>' -ForEach $pages {
    BeforeAll {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive $_.Name)).FullName
        $session = Open-ExampleSession "$root/ZProc.psd1" $folder
    }

    AfterAll {
        Close-ExampleSession $session
    }

    It 'print what the page says: <_.Title>' -ForEach $_.Examples {
        $printed = @(Invoke-Example $session $_)
        for ($step = 0; $step -lt $_.Steps.Count; $step++) {
            $marks = $_.Steps[$step].Marks
            ConvertTo-Comparable $printed[$step] $marks | Should -BeExactly (ConvertTo-Comparable $_.Steps[$step].Output $marks)
        }
    }
}

Describe 'The topic <_>' -ForEach $topics {
    It 'is there, as Get-Help shows topics' {
        "$root/docs/en-US/$_.md" | Should -Exist
        $text = (Get-Help $_) -split "`n"
        $text[0..1] | Should -Be @('TOPIC', "    $_")
        $text | Should -Contain 'SHORT DESCRIPTION'
        $text | Where-Object Length -GT 132 | Should -BeNullOrEmpty
    }
}

Describe 'The links of <_>' -ForEach $files {
    It 'resolve' {
        Find-BrokenLink $_ | Should -BeNullOrEmpty
    }
}

Describe 'Get-Help' {
    It 'shows the pages of a module that is imported from a checkout' {
        foreach ($command in (Get-Module ZProc).ExportedCommands.Keys) {
            $help = Get-Help $command
            $help.Synopsis | Should -Be (Get-SectionText (Read-HelpPage "$root/docs/en-US/$command.md") 'SYNOPSIS')
            @($help.examples.example).Count | Should -BeGreaterOrEqual 3
        }
    }

    It 'shows examples, everything, and one parameter' {
        Get-Help Start-ZProcess -Examples | Out-String | Should -Match 'Example 1: [\s\S]*Start-ZProcess [\s\S]*Example 3: '
        Get-Help Start-ZProcess -Full | Out-String | Should -Match 'SYNOPSIS[\s\S]*SYNTAX[\s\S]*DESCRIPTION[\s\S]*PARAMETERS[\s\S]*INPUTS[\s\S]*OUTPUTS[\s\S]*NOTES[\s\S]*Example 1[\s\S]*RELATED LINKS'
        $parameter = Get-Help Start-ZProcess -Parameter RetryFor
        $parameter.description.Text | Should -Match 'exception types'
        $parameter.type.name | Should -Be 'Object[]'
        (Get-Help Receive-ZProcess -Parameter Process).pipelineInput | Should -Be 'True (ByValue)'
        (Get-Help Start-ZProcess -Parameter Count).defaultValue | Should -Be '1'
    }

    It 'opens the online page' -Skip:$IsWindows {
        $null = New-Item -ItemType Directory "$TestDrive/programs"
        & mkfifo "$TestDrive/opened"
        Set-Content "$TestDrive/programs/xdg-open" "#!/bin/sh`nprintf %s `"`$1`" > '$TestDrive/opened'"
        & chmod +x "$TestDrive/programs/xdg-open"
        $path = $env:PATH
        try {
            $env:PATH = "$TestDrive/programs:$path"
            Get-Help Get-ZState -Online
            & timeout 60 cat "$TestDrive/opened" | Should -Be "$projectUri/blob/main/docs/en-US/Get-ZState.md"
        }
        finally { $env:PATH = $path }
    }

    It 'shows the pages of an installed module, which ships nothing that makes them' {
        $null = New-Item -ItemType Directory "$TestDrive/ZProc"
        Copy-Item "$root/module/*" "$TestDrive/ZProc" -Recurse
        $shown = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command "
            Import-Module '$TestDrive/ZProc'
            (Get-Help Set-ZState).Synopsis
            @((Get-Help Invoke-ZParallel -Full).examples.example).Count
            (Get-Help about_ZState).Length -gt 1000"
        $shown[0] | Should -Be (Get-SectionText (Read-HelpPage "$root/docs/en-US/Set-ZState.md") 'SYNOPSIS')
        [int] $shown[1] | Should -BeGreaterOrEqual 3
        $shown[2] | Should -Be 'True'
        Get-ChildItem "$TestDrive/ZProc" -Recurse -File -Include '*.md', '*.psm1', 'Markdig*' | Should -BeNullOrEmpty
    }
}
