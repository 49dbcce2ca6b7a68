BeforeAll {
    # Runs an example as a user does, in a process of its own with the PowerShell that runs these tests.
    function Start-Example([string] $name, [string[]] $arguments) {
        $info = [System.Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
        foreach ($argument in @('-NoProfile', '-File', "$PSScriptRoot/../../examples/$name") + @($arguments | Where-Object { $_ })) {
            $info.ArgumentList.Add($argument)
        }

        $info.RedirectStandardOutput = $true
        $info.RedirectStandardError = $true
        [System.Diagnostics.Process]::Start($info)
    }

    # Waits for the end of an example and gives its output.
    function Complete-Example($process) {
        $errors = $process.StandardError.ReadToEndAsync()
        $lines = $process.StandardOutput.ReadToEnd() -split "`r?`n" | Where-Object { $_ }
        $process.WaitForExit(120000) | Should -BeTrue
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

Describe 'AllSync.ps1' {
    It 'waits in every way, as <_>' -ForEach 'Runspace', 'Process' {
        $result = Complete-Example (Start-Example AllSync.ps1 -arguments '-As', $_)
        $result.ExitCode | Should -Be 0
        $result.Lines.Count | Should -Be 14
        $result.Lines[0] | Should -Match '^.{27}note: old \S+ new$' # the arrow is not in every code page
        ($result.Lines -replace '^.{27}')[1..13] | Should -Be @(
            '2', 'new', 'apples', '3', '2', '1 2 3', 'False', '4', '4', 'True', 'old', 'True', '4')
    }
}

Describe 'ChainReaction.ps1' {
    It 'goes from link to link' {
        $result = Complete-Example (Start-Example ChainReaction.ps1 -arguments '-Links', '4')
        $result.ExitCode | Should -Be 0
        $result.Lines | Should -Be @(
            'main: pushes the first'
            'link 1 falls over, hit by main'
            'link 2 falls over, hit by link 1'
            'link 3 falls over, hit by link 2'
            'link 4 falls over, hit by link 3'
            'main: link 4 has fallen'
        )
    }
}

Describe 'LuckTest.ps1' {
    It 'ends when a number between the bounds was seen' {
        $result = Complete-Example (Start-Example LuckTest.ps1 -arguments '-Low', '0.2', '-High', '0.25')
        $result.ExitCode | Should -Be 0
        $result.Lines.Count | Should -Be 2
        $result.Lines[0] -match '^listener: (0\.\d+) is between 0\.2 and 0\.25, number (\d+)$' | Should -BeTrue
        [double] $Matches[1] | Should -BeGreaterThan 0.2
        [double] $Matches[1] | Should -BeLessThan 0.25
        $seen = [int] $Matches[2]
        $result.Lines[1] -match '^generator: wrote (\d+) numbers$' | Should -BeTrue
        [int] $Matches[1] | Should -BeGreaterOrEqual $seen
    }
}

Describe 'Peanuts.ps1' {
    It 'consumes in three ways' {
        $result = Complete-Example (Start-Example Peanuts.ps1 -arguments '-Peanuts', '6')
        $result.ExitCode | Should -Be 0
        $result.Lines | Should -Be @(
            'buffered: 1 2 3 4 5 6'
            'live:     6'
            'hybrid:   1 2 3, then live: 6'
            'one more: 7 7 7'
        )
    }
}

Describe 'ButtonPress.ps1' {
    It 'tells short presses from long ones' {
        # Long enough that a short press is one on a busy machine, too.
        $result = Complete-Example (Start-Example ButtonPress.ps1 -arguments '-LongAfter', '3')
        $result.ExitCode | Should -Be 0
        $result.Lines | Should -Be @('press 1: short', 'press 2: long', 'press 3: short', 'press 4: long', 'press 5: long', 'press 6: short')
    }
}

Describe 'CookieEaterExtreme.ps1' {
    It 'lets every eater see every cookie' {
        $result = Complete-Example (Start-Example CookieEaterExtreme.ps1 -arguments '-Eaters', '40', '-Cookies', '25')
        $result.ExitCode | Should -Be 0
        $result.Lines | Should -Be @(
            'main: baked 12 cookies, before anybody was there'
            'main: baked 13 more'
            'main: 40 eaters took 1000 bites of 25 cookies'
        )
    }
}

Describe 'Atomicity.ps1' {
    It 'counts without losing one, in runspaces and in OS processes' {
        $result = Complete-Example (Start-Example Atomicity.ps1 -arguments '-Runspaces', '60', '-Processes', '3', '-Each', '20')
        $result.ExitCode | Should -Be 0
        $result.Lines.Count | Should -Be 122
        $result.Lines[0..59] | Sort-Object { [int]$_ } | Should -Be @(1..60)
        $result.Lines[60] | Should -Match '^60 runspaces: every number from 1 to 60 exactly once, .+ s, .+ MB$'
        $result.Lines[61..120] | Sort-Object { [int]$_ } | Should -Be @(1..60)
        $result.Lines[121] | Should -Match '^3 OS processes: every number from 1 to 60 exactly once'
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

Describe 'SimpleSpawn.ps1' {
    It 'makes, starts, lists and stops, as <_>' -ForEach 'Runspace', 'Process' {
        $result = Complete-Example (Start-Example SimpleSpawn.ps1 -arguments '-Count', '2', '-As', $_)
        $result.ExitCode | Should -Be 0
        $result.Lines | Should -Be @(
            'main: made 2, and 2 of them wait to be started'
            "main: worker-1 is Running, as $_"
            "main: worker-2 is Running, as $_"
            'worker-1 cleans up'
            'worker-2 cleans up'
            'main: 2 are stopped'
        )
    }
}

Describe 'NestedProcs.ps1' -Skip:$IsWindows {
    It 'leaves none of three levels when the top is killed' {
        $result = Complete-Example (Start-Example NestedProcs.ps1)
        $result.ExitCode | Should -Be 0 -Because ($result.Errors -join ' ')
        $result.Lines[0..4] | Should -Be @(
            'main: 3 levels run, in 3 OS processes, and all have counted: 3'
            'main: killed level 1'
            'main: all are gone'
            'main: level 1 is Failed'
            'main: level 2 is Lost'
        )
        # Level 2 ends on its own when level 1 is gone, and may have the time to stop level 3 first.
        $result.Lines[5..9] | Should -BeIn 'main: level 3 is Lost', 'main: level 3 is Stopped'
        $result.Lines | Should -HaveCount 6
    }
}

Describe 'Retry.ps1' {
    It 'succeeds in the end, and reports its attempts, as <_>' -ForEach 'Runspace', 'Process' {
        $result = Complete-Example (Start-Example Retry.ps1 -arguments '-As', $_)
        $result.ExitCode | Should -Be 0
        $result.Lines[0..1] | Should -Be @('downloaded from a mirror', 'main: download is Completed after 4 attempts')
        $result.Lines[2..5] -replace ', after [\d.]+ s or more', ', later' | Should -Be @(
            'main: attempt 1, at once: the origin does not answer'
            "main: attempt 2, later: The process 'download' ended with exit code 7."
            'main: attempt 3, later: a mirror does not have it yet'
            'main: attempt 4, later: done'
        )
        $result.Lines[6] | Should -Be 'main: hopeless is Failed after 1 attempt: this will never work'
    }
}

Describe 'RemoteExceptions.ps1' -Skip:([bool] $env:ZPROC_UNDER_WINE) {
    It 'catches what processes throw, as <_>' -ForEach 'Runspace', 'Process' {
        $result = Complete-Example (Start-Example RemoteExceptions.ps1 -arguments '-As', $_)
        $result.ExitCode | Should -Be 0
        $result.Lines[0] | Should -Be 'caught by its type: Attempted to divide by zero.'
        $result.Lines[1] | Should -BeLike 'thrown in line *: *1 / 0*'
        $result.Lines[2] | Should -BeLike 'caught with its cause: the answer makes no sense, since FormatException: *'
        $result.Lines[3..8] | Should -Be @(
            'before'
            'an error on the way: not so bad (LimitsExceeded)'
            'after'
            'second is fine'
            'failed: first'
            "failed: The process 'third' ended with exit code 3."
        )
    }
}

Describe 'Pipeline.ps1' {
    It 'comes to a complete result though its workers crash, as <As>' -ForEach @(@{ As = 'Runspace'; Crash = 0.4 }, @{ As = 'Process'; Crash = 0.2 }) {
        $folder = Join-Path $TestDrive "input-$As"
        $null = [System.IO.Directory]::CreateDirectory($folder)
        foreach ($i in 1..10) { [System.IO.File]::WriteAllText((Join-Path $folder "file $i.txt"), "$i words " * $i) }
        $result = Complete-Example (Start-Example Pipeline.ps1 -arguments '-Path', $folder, '-Crash', "$Crash", '-As', $As)
        $result.ExitCode | Should -Be 0
        $result.Lines[0] | Should -Be 'main: 10 files, 2 workers in each of 3 stages'
        $result.Lines[1] | Should -Be 'main: workers crashed and were started again'
        $result.Lines[2] | Should -Be 'main: 10 results, complete, right and without duplicates'
    }
}
