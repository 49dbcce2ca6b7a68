BeforeAll {
    # Runs an example as a user does, in a process of its own with the PowerShell that runs these tests.
    function Start-Example([string] $name, [string[]] $arguments) {
        $info = [System.Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
        foreach ($argument in @('-NoProfile', '-File', "$PSScriptRoot/../../examples/$name") + $arguments) {
            $info.ArgumentList.Add($argument)
        }

        $info.RedirectStandardOutput = $true
        $info.RedirectStandardError = $true
        [System.Diagnostics.Process]::Start($info)
    }

    # What it printed, once it has ended.
    function Complete-Example($process) {
        $errors = $process.StandardError.ReadToEndAsync()
        $lines = $process.StandardOutput.ReadToEnd() -split "`r?`n" | Where-Object { $_ }
        $process.WaitForExit(60000) | Should -BeTrue
        [pscustomobject]@{ Lines = $lines; Errors = $errors.GetAwaiter().GetResult() -split "`r?`n"; ExitCode = $process.ExitCode }
    }

    function Get-LineCount([string] $path) {
        $bytes = [System.IO.File]::ReadAllBytes($path)
        $text = [System.Text.Encoding]::Latin1.GetString($bytes)
        $text.Length - $text.Replace("`n", '').Length
    }
}

Describe 'CookieEater.ps1' {
    It 'eats every cookie, ends by itself and leaves nothing running' {
        $example = Start-Example CookieEater.ps1
        $result = Complete-Example $example
        $result.ExitCode | Should -Be 0
        $result.Lines.Count | Should -Be 12
        @($result.Lines -eq 'main: baked a cookie').Count | Should -Be 5
        @($result.Lines -eq 'child: nom nom nom').Count | Should -Be 5
        $result.Lines[-1] | Should -Be 'main: 0 cookies left'
        $result.Lines[0] | Should -Match '^main: the eater is process \d+$'
        $eater = [int]($result.Lines[0] -replace '\D')
        $eater | Should -Not -Be $example.Id
        Get-Process -Id $eater -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }
}

Describe 'FileIndex.ps1' {
    BeforeAll {
        $folder = "$TestDrive/files"
        $random = [System.Random]::new(11)
        foreach ($number in 1..300) {
            $sub = New-Item -ItemType Directory -Force "$folder/d$($number % 7)/.hidden$($number % 2)"
            $bytes = [byte[]]::new($random.Next(0, 120000))
            $random.NextBytes($bytes)
            [System.IO.File]::WriteAllBytes("$sub/f$number$('.txt', '.TXT', '.bin', '')[$number % 4]", $bytes)
        }

        1..3 | ForEach-Object { Set-Content "$folder/same$_.txt" "one`ntwo" -NoNewline }
        $null = New-Item -ItemType SymbolicLink "$folder/link" -Target "$folder/same1.txt"

        $files = Get-ChildItem $folder -Recurse -File -Force | Where-Object { -not $_.LinkType }
        $expected = 'Total: {0} files, {1} bytes, {2} lines, {3} distinct contents, 0 unreadable' -f $files.Count,
            ($files | Measure-Object Length -Sum).Sum,
            (($files | ForEach-Object { Get-LineCount $_.FullName }) | Measure-Object -Sum).Sum,
            @($files | ForEach-Object { (Get-FileHash -LiteralPath $_.FullName).Hash } | Sort-Object -Unique).Count
    }

    It 'gives the same totals with <Workers> workers as <As>' -ForEach @(
        @{ Workers = 1; As = 'Runspace' }
        @{ Workers = 3; As = 'Runspace' }
        @{ Workers = 1; As = 'Process' }
        @{ Workers = 3; As = 'Process' }
    ) {
        $result = Complete-Example (Start-Example FileIndex.ps1 @('-Path', $folder, '-Workers', $Workers, '-As', $As))
        $result.ExitCode | Should -Be 0
        $result.Lines[-1] | Should -Be $expected
        @($result.Lines -match '^Duplicates: 1 contents').Count | Should -Be 1
        @($result.Errors -match "^indexed $($files.Count) of $($files.Count) files").Count | Should -Be 1
    }

    It 'gives the same totals when a worker is killed in the middle' {
        $example = Start-Example FileIndex.ps1 @('-Path', $folder, '-Workers', '2', '-As', 'Process')
        $victim = 0
        while ($null -ne ($line = $example.StandardError.ReadLine())) {
            if ($line -match '^worker2 is process (\d+)') {
                $victim = [int]$Matches[1]
            }
            elseif ($line -match '^indexed ') {
                Stop-Process -Id $victim -Force
                break
            }
        }

        $result = Complete-Example $example
        $result.ExitCode | Should -Be 0
        $result.Lines[-1] | Should -Be $expected
        Get-Process -Id $victim -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'reports and counts a file that it cannot read, and goes on' {
        $held = [System.IO.File]::Open("$folder/same3.txt", 'Open', 'ReadWrite', 'None')
        try {
            $result = Complete-Example (Start-Example FileIndex.ps1 @('-Path', $folder, '-Workers', '2', '-As', 'Runspace'))
        }
        finally {
            $held.Dispose()
        }

        $result.ExitCode | Should -Be 0
        @($result.Lines -match '^Unreadable: .*same3\.txt').Count | Should -Be 1
        $result.Lines[-1] | Should -Match "^Total: $($files.Count - 1) files, .* 1 unreadable$"
    }

    It 'indexes an empty folder, and says when there is none' {
        $null = New-Item -ItemType Directory "$TestDrive/empty"
        $result = Complete-Example (Start-Example FileIndex.ps1 @('-Path', "$TestDrive/empty"))
        $result.Lines[-1] | Should -Be 'Total: 0 files, 0 bytes, 0 lines, 0 distinct contents, 0 unreadable'
        (Complete-Example (Start-Example FileIndex.ps1 @('-Path', "$TestDrive/nowhere"))).ExitCode | Should -Be 1
    }
}
