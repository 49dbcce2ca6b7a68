# A native program that a script waits for is asked to end (SIGTERM), gets the grace, and is killed after that.
# On Windows there is no such signal for programs without a window: the program is killed at once, and finally blocks run.

BeforeDiscovery {
    . "$PSScriptRoot/../Common.ps1"
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../../ZProc.psd1"
    Import-Module "$PSScriptRoot/../Support/Family.psm1"
    $context = Start-ZProcContext

    function Wait-File([string] $Path) {
        $end = [DateTime]::UtcNow.AddSeconds(120)
        while (-not (Test-Path $Path)) {
            if ([DateTime]::UtcNow -gt $end) { throw "There is no $Path." }
            [System.Threading.Thread]::Sleep(10)
        }
    }

    # Programs that write files: up when they run, term when they have the signal.
    $polite = {
        param($Folder)
        $ErrorActionPreference = 'Stop'
        try {
            sh -c 'cd "$0"; trap "echo said; echo term > term; exit 0" TERM; echo up > up; while :; do sleep 0.1; done' $Folder
            [System.IO.File]::WriteAllText("$Folder/after", 'ran')
        }
        finally { [System.IO.File]::WriteAllText("$Folder/finally", 'ran') }
    }
    $stubborn = {
        param($Folder)
        try { sh -c 'cd "$0"; trap "echo term > term" TERM; echo up > up; while :; do sleep 0.1; done' $Folder }
        finally { [System.IO.File]::WriteAllText("$Folder/finally", 'ran') }
    }
    $tree = {
        param($Folder)
        sh -c 'cd "$0"; sh -c "trap \"sleep 0.3; echo term > inner; exit 0\" TERM; echo up > up; while :; do sleep 0.1; done" & trap "wait; echo term > term; exit 0" TERM; wait' $Folder
    }
}

AfterAll {
    Stop-ZProcContext $context
}

Describe 'A native program of a process -As <As>' -ForEach $kinds -Skip:$IsWindows {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
    }

    It 'cleans up when Stop-ZProcess stops it, and the script does not go on' {
        $process = Start-ZProcess -As $As $polite -ArgumentList $folder
        Wait-File "$folder/up"
        Stop-ZProcess $process -GraceSec 100
        $process.State | Should -Be 'Stopped'
        "$folder/term" | Should -Exist
        "$folder/finally" | Should -Exist
        "$folder/after" | Should -Not -Exist
    }

    It 'is never followed by the rest of its script, however fast it ends' {
        $count = $As -eq 'Runspace' ? 48 : 6 # an OS process stops only its own
        $processes = 1..$count | ForEach-Object {
            Start-ZProcess -As $As -ArgumentList $folder, $_ {
                param($Folder, $Number)
                sh -c 'echo up > "$0"; exec sleep 3600' "$Folder/up$Number"
                [System.IO.File]::WriteAllText("$Folder/after$Number", 'ran')
            }
        }
        foreach ($number in 1..$count) { Wait-File "$folder/up$number" }
        Stop-ZProcess $processes -GraceSec 100
        @($processes.State | Sort-Object -Unique) | Should -Be 'Stopped'
        Get-ChildItem $folder -Filter 'after*' | Should -BeNullOrEmpty
    }

    It 'cleans up with the programs that it started' {
        $process = Start-ZProcess -As $As $tree -ArgumentList $folder
        Wait-File "$folder/up"
        Stop-ZProcess $process -GraceSec 100
        "$folder/inner" | Should -Exist
        "$folder/term" | Should -Exist
    }

    It 'cleans up with the programs that it started when the script is busy with its output' {
        $process = Start-ZProcess -As $As -ArgumentList $folder {
            param($Folder)
            try {
                sh -c 'cd "$0"; sleep 3600 & echo $! > child; trap "sleep 0.3; echo term > term; exit 0" TERM; echo line; wait' $Folder | ForEach-Object {
                    [System.IO.File]::WriteAllText("$Folder/up", '')
                    Start-Sleep 3600
                }
            }
            finally { [System.IO.File]::WriteAllText("$Folder/finally", 'ran') }
        }
        Wait-File "$folder/up"
        $child = [int](Get-Content "$folder/child")
        Stop-ZProcess $process -GraceSec 100
        $process.State | Should -Be 'Stopped'
        "$folder/term" | Should -Exist
        "$folder/finally" | Should -Exist
        Test-Alive $child | Should -BeFalse
    }

    It 'cleans up when it writes fast' {
        $process = Start-ZProcess -As $As -ArgumentList $folder {
            param($Folder)
            $null = sh -c 'cd "$0"; trap "sleep 0.3; echo term > term; exit 0" TERM; echo up > up; while :; do echo line; done' $Folder
            [System.IO.File]::WriteAllText("$Folder/after", 'ran')
        }
        Wait-File "$folder/up"
        Stop-ZProcess $process -GraceSec 100
        "$folder/term" | Should -Exist
        "$folder/after" | Should -Not -Exist
    }

    It 'is ended at once in a finally block that does not read all of its output' {
        $process = Start-ZProcess -As $As -ArgumentList $folder {
            param($Folder)
            try { sh -c 'cd "$0"; trap "echo term > term; exit 0" TERM; echo up > up; while :; do sleep 0.1; done' $Folder }
            finally {
                $first = sh -c 'while :; do echo line; done' | Select-Object -First 1
                [System.IO.File]::WriteAllText("$Folder/first", $first)
            }
        }
        Wait-File "$folder/up"
        Stop-ZProcess $process -GraceSec 100
        "$folder/term" | Should -Exist
        Get-Content "$folder/first" | Should -Be 'line'
    }

    It 'is killed when it does not end, before the grace of the script is over' {
        $process = Start-ZProcess -As $As $stubborn -ArgumentList $folder
        Wait-File "$folder/up"
        Stop-ZProcess $process -GraceSec 4
        $process.State | Should -Be 'Stopped'
        "$folder/term" | Should -Exist
        "$folder/finally" | Should -Exist
    }

    It 'cleans up when the process takes too long' {
        $process = Start-ZProcess -As $As $polite -ArgumentList $folder -TimeoutSec 2
        $null = $process | Receive-ZProcess -Wait -ErrorAction SilentlyContinue
        if (Test-Path "$folder/up") { "$folder/term" | Should -Exist }
        "$folder/after" | Should -Not -Exist
    }

    It 'cleans up at the end of the context' {
        $inner = Start-ZProcContext inner
        $null = Start-ZProcess -As $As $polite -ArgumentList $folder -Context $inner
        Wait-File "$folder/up"
        Stop-ZProcContext $inner
        $null = Select-ZProcContext $context
        "$folder/term" | Should -Exist
        "$folder/finally" | Should -Exist
    }

    It 'cleans up when its item takes too long in Invoke-ZParallel' {
        $block = [scriptblock]::Create("`$Folder = `$_; $("$polite" -replace 'param\(\$Folder\)')")
        $result = $folder | Invoke-ZParallel $block -As $As -ItemTimeoutSec 5 -ErrorAction SilentlyContinue -ErrorVariable bad
        $bad[0].FullyQualifiedErrorId | Should -BeLike 'ZProc.Timeout*'
        "$folder/after" | Should -Not -Exist
        "$folder/finally" | Should -Exist
        if (Test-Path "$folder/up") { "$folder/term" | Should -Exist }
    }
}

Describe 'An item of Invoke-ZParallel -As <As> that takes too long' -ForEach $kinds {
    It 'runs its finally blocks, and the other items go on' {
        $marker = Join-Path $TestDrive "finally-$As"
        $result = 1..3 | Invoke-ZParallel -As $As -ThrottleLimit 1 -ItemTimeoutSec 5 -ErrorAction SilentlyContinue -ErrorVariable bad {
            if ($_ -eq 2) { try { while ($true) { Start-Sleep 1 } } finally { Set-Content $using:marker ran } }
            $_
        }
        $result | Should -Be @(1, 3)
        $marker | Should -Exist
        $bad.Count | Should -Be 1
    }
}
