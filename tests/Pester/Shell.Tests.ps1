# The PowerShell of this repository, started by the README's first command.

BeforeDiscovery {
    $noSdk = -not (Get-Command dotnet -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/Family.psm1"
    $root = [System.IO.Path]::GetFullPath("$PSScriptRoot/../..")
    $project = "$root/src/ZProc.PowerShell"
    $run = 'run', '--no-build', '--project', $project, '--'
    $echo = "$TestDrive/my echo.ps1"
    Set-Content $echo 'param($Name, [switch] $Loud, [Parameter(ValueFromRemainingArguments)] $Rest) "$Name|$Loud|$($Rest -join ",")|$PWD"; exit 7'
}

AfterAll {
    Remove-Module ZProc, Family
}

Describe 'dotnet run' -Skip:$noSdk {
    It 'runs a script with its arguments, in the current folder, and gives its exit code' {
        Push-Location $TestDrive
        try { $said = dotnet @run $echo -Name 'two words' -Loud 'a"b' '$c' }
        finally { Pop-Location }
        $LASTEXITCODE | Should -Be 7
        $said | Should -Be "two words|True|a`"b,`$c|$TestDrive"
    }

    It 'passes standard input on, and keeps output and errors apart' {
        $said = 'one', 'two' | dotnet @run -c '$input | ForEach-Object { "got $_" }; [Console]::Error.WriteLine("not this")' 2>$null
        $said | Should -Be @('got one', 'got two')
    }

    It 'ends with its finally blocks on Ctrl+C, and leaves nothing running' -Skip:$IsWindows {
        Set-Content "$TestDrive/wait.ps1" @"
try { `$PID > '$TestDrive/pid.part'; Move-Item '$TestDrive/pid.part' '$TestDrive/pid'; Start-Sleep 1000 }
finally { 'ended' > '$TestDrive/finally' }
"@
        # A process group of its own, with the signals of a terminal's foreground; the group gets what Ctrl+C sends.
        [string[]] $command = @('-e', '$SIG{INT} = "DEFAULT"; setpgrp; exec @ARGV', 'dotnet') + $run + "$TestDrive/wait.ps1"
        $start = [System.Diagnostics.ProcessStartInfo]::new('perl', $command)
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
        $dotnet = [System.Diagnostics.Process]::Start($start)
        try {
            Wait-Until { [System.IO.File]::Exists("$TestDrive/pid") -or $dotnet.HasExited } 120 'the script runs'
            $session = [System.Diagnostics.Process]::GetProcessById([int](Get-Content "$TestDrive/pid"))
            /bin/kill -s INT -- "-$($dotnet.Id)"
            $dotnet.WaitForExit(120000) | Should -BeTrue
            $session.WaitForExit(120000) | Should -BeTrue
            "$TestDrive/finally" | Should -FileContentMatch ended
        }
        finally {
            if (-not $dotnet.HasExited) { $dotnet.Kill($true) }
            $dotnet.Dispose()
        }
    }
}

Describe 'A session' {
    It 'is the process that was started, not a child of it' {
        $process = [System.Diagnostics.Process]::Start([System.Diagnostics.ProcessStartInfo]@{
                FileName = [Environment]::ProcessPath; Arguments = '-NoProfile -Command $PID'; RedirectStandardOutput = $true })
        $process.StandardOutput.ReadToEnd().Trim() | Should -Be $process.Id
        $process.WaitForExit()
        $process.Dispose()
    }

    It 'that dotnet itself runs starts OS processes, too' -Skip:$noSdk {
        $said = dotnet "$PSHOME/pwsh.dll" -NoProfile -NonInteractive -Command @"
[System.IO.Path]::GetFileNameWithoutExtension([Environment]::ProcessPath)
Import-Module '$root/ZProc.psd1'
Use-ZProcContext { Start-ZProcess { 'from ' + [System.IO.Path]::GetFileNameWithoutExtension([Environment]::ProcessPath) } | Receive-ZProcess -Wait }
"@
        $said | Should -Be @('dotnet', 'from dotnet')
    }
}

Describe 'What the tests count as left behind' {
    BeforeAll {
        Import-Module "$PSScriptRoot/Support/Footprint.psm1"
    }

    It 'has <What>' -Skip:(-not $IsLinux) -ForEach @(
        @{ What = 'a process'; Name = 'process'; Make = { Start-Process sleep 1000 -PassThru }; End = { $_.Kill(); $_.WaitForExit() } }
        @{ What = 'a runspace'; Name = 'runspace'; Make = { [runspacefactory]::CreateRunspace() }; End = { $_.Dispose() } }
        @{ What = 'a socket'; Name = 'socket'; Make = { [System.Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp') }; End = { $_.Dispose() } }
    ) {
        $before = Get-Footprint
        $made = & $Make
        try { Compare-Footprint $before -LimitSeconds 0 | Should -BeLike "${Name}: * before, * after" }
        finally { $made | ForEach-Object $End }
        Compare-Footprint $before | Should -BeNullOrEmpty
    }
}
