# The examples of README.md, docs/recipes.md and docs/migrate.md: each is run, and prints what the page says.

BeforeDiscovery {
    $examples = foreach ($page in 'README', 'docs/recipes', 'docs/migrate') {
        $text = [System.IO.File]::ReadAllText("$PSScriptRoot/../../$page.md")
        $sections = $text -split '(?m)^###? ' | Select-Object -Skip 1
        if ($page -eq 'README') { $sections = $sections -match '(?m)^```output' } # other sections have no example
        foreach ($section in $sections) {
            $match = [regex]::Match($section, '(?s)```powershell\n(?<code>.*?)```\n\n```output(?<marks>[^\n]*)\n(?<output>.*?)```')
            @{ Page = $page; Title = ($section -split "`n")[0]; Code = $match.Groups['code'].Value.TrimEnd(); Output = $match.Groups['output'].Value; Marks = -split $match.Groups['marks'].Value }
        }
    }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support/ExampleRun.psm1"
    $session = Open-ExampleSession "$PSScriptRoot/../../ZProc.psd1" $TestDrive
}

AfterAll {
    Close-ExampleSession $session
    Remove-Module ExampleRun
}

Describe 'An example of <_.Page>.md' -ForEach $examples {
    It 'prints what the page says: <_.Title>' {
        $_.Code | Should -Not -BeNullOrEmpty -Because 'every section has an example'
        $printed = @(Invoke-Example $session @{ Steps = @(@{ Code = $_.Code; Output = $_.Output; Marks = $_.Marks }) }) -join ''
        ConvertTo-Comparable $printed $_.Marks | Should -BeExactly (ConvertTo-Comparable $_.Output $_.Marks)
    }
}
