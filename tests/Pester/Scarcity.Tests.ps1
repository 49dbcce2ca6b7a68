# Sessions that have too little of something: file descriptors, room in the temporary folder.

BeforeAll {
    $manifest = Convert-Path "$PSScriptRoot/../../ZProc.psd1"
    Import-Module $manifest

    # Mounts a folder that has little room. Outputs its path, whether that went well, and what the system said.
    function Mount-Folder([string] $Name, [string] $Size) {
        $path = (New-Item -ItemType Directory (Join-Path $TestDrive $Name)).FullName
        $said = mount -t tmpfs -o size=$Size zproc-tests $path 2>&1
        $path, ($LASTEXITCODE -eq 0), "$said"
    }

    # Runs a script in another session, from a shell that limits it first, and outputs its lines; the last one is the exit code.
    function Invoke-Scarce([string] $Limit, [string] $Text) {
        $file = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
        Set-Content $file "`$ErrorActionPreference = 'Stop'; Import-Module '$manifest'`n$Text"
        sh -c "$Limit; '$([Environment]::ProcessPath)' -NoProfile -NonInteractive -File '$file'; echo `$?" 2>&1 | ForEach-Object { "$_" }
    }
}

Describe 'A session without file descriptors' -Skip:(-not $IsLinux) {
    It 'stops its context with all processes, and ends by itself' {
        $lines = Invoke-Scarce 'ulimit -n 320' @'
$context = Start-ZProcContext -SpareProcesses 0
$processes = @(Start-ZProcess -As Process { $State.a = 1; Start-Sleep 3600 }) + @(Start-ZProcess -As Runspace { $State.b = 1; Start-Sleep 3600 })
Wait-ZState a, b -Truthy -TimeoutSec 300 | Out-Null
$files = [System.Collections.Generic.List[object]]::new()
try { while ($true) { $files.Add([System.IO.File]::OpenRead('/dev/null')) } } catch { 'full' }
try { Stop-ZProcContext $context; 'stopped' } catch { "$_" }
foreach ($file in $files) { $file.Dispose() }
$processes.State
Test-Path "/proc/$($processes[0].ProcessId)"
'@
        $lines | Should -Be 'full', 'stopped', 'Stopped', 'Stopped', 'False', '0'
    }

    It 'keeps its descriptors for the end only while it has a context' {
        $context = Start-ZProcContext -SpareProcesses 0
        Start-ZProcContext inner -SpareProcesses 0 | Stop-ZProcContext # the other context needs them still
        $reserve = { [int] (sh -c "ls -l /proc/$PID/fd | grep -c ' /dev/null$'") }
        $with = & $reserve
        Stop-ZProcContext $context
        $with - (& $reserve) | Should -Be 12
    }
}

Describe 'A full temporary folder' -Skip:(-not $IsLinux) {
    BeforeAll {
        $folder, $mounted, $said = Mount-Folder full 1m
    }

    AfterAll {
        if ($mounted) { umount $folder }
    }

    It 'leaves output that is not received in memory, in both kinds' {
        if (-not $mounted) {
            Set-ItResult -Skipped -Because "a small folder cannot be mounted here: $said"
            return
        }

        $lines = Invoke-Scarce "export TMPDIR='$folder'" @'
$null = Start-ZProcContext
$fill = [System.IO.File]::Create("$env:TMPDIR/fill")
try { while ($true) { $fill.Write([byte[]]::new(4096)); $fill.Flush() } } catch { 'full' }
foreach ($as in 'Process', 'Runspace') {
    $process = Start-ZProcess -As $as { foreach ($i in 1..500) { "$i".PadLeft(10000, '.') } } | Wait-ZProcess -TimeoutSec 300
    $output = @($process | Receive-ZProcess)
    "$($process.State) $($output.Count) $($output[-1].TrimStart('.'))"
}
Stop-ZProcContext
'@
        $lines | Should -Be 'full', 'Completed 500 500', 'Completed 500 500', '0'
    }
}

Describe 'A server whose disk is full' -Skip:(-not $IsLinux) {
    BeforeAll {
        $folder, $mounted, $said = Mount-Folder disk 8m
    }

    AfterAll {
        if ($mounted) { umount $folder }
    }

    It 'stays when a process ends, and writes the end when it can' {
        if (-not $mounted) {
            Set-ItResult -Skipped -Because "a small folder cannot be mounted here: $said"
            return
        }

        $server = Start-ZProcServer "test-full-$PID" -Path "$folder/state"
        try {
            $context = Connect-ZProcContext -Name $server.Name
            $process = Start-ZProcess -Background -As Runspace -MaximumRetryCount 3 -ArgumentList "$TestDrive/go" {
                param($File)
                $State.up = 1
                while (-not [System.IO.File]::Exists($File)) { Start-Sleep -Milliseconds 20 }
            }
            $null = Wait-ZState up -Equal 1 -TimeoutSec 120 -ErrorAction Stop
            $fill = [System.IO.File]::Create("$folder/fill")
            try { try { while ($true) { $fill.Write([byte[]]::new(4096)); $fill.Flush() } } catch [System.IO.IOException] { } } finally { $fill.Dispose() }
            { 1..100 | ForEach-Object { Set-ZState n ([byte[]]::new(100000)) } } | Should -Throw -ErrorId 'ZProc.DiskFailed*'
            $null = New-Item "$TestDrive/go"
            Start-Sleep 1 # the process ends meanwhile
            { Set-ZState n 1 } | Should -Throw -ErrorId 'ZProc.DiskFailed*'
            [System.IO.File]::Delete("$folder/fill")
            ($process | Wait-ZProcess -TimeoutSec 120).State | Should -Be 'Completed'
            (Get-ZProcServer $server.Name).ProcessId | Should -Be $server.ProcessId
        }
        finally {
            Get-ZProcContext $server.Name -ErrorAction Ignore | Disconnect-ZProcContext
            [System.IO.File]::Delete("$folder/fill")
            Stop-ZProcServer $server.Name
        }
    }

    It 'and that cannot write all at its end is an error of Stop-ZProcServer, which goes on with the other servers' {
        if (-not $mounted) {
            Set-ItResult -Skipped -Because "a small folder cannot be mounted here: $said"
            return
        }

        $full = Start-ZProcServer "test-full-$PID-1" -Path "$folder/interval" -Durability Interval
        $other = Start-ZProcServer "test-full-$PID-2"
        try {
            $null = Connect-ZProcContext -Name $full.Name
            $fill = [System.IO.File]::Create("$folder/fill")
            try { try { while ($true) { $fill.Write([byte[]]::new(4096)); $fill.Flush() } } catch [System.IO.IOException] { } } finally { $fill.Dispose() }
            Set-ZState n ([byte[]]::new(100000)) # is acknowledged before it is on disk
            $full, $other | Stop-ZProcServer -ErrorVariable failures -ErrorAction SilentlyContinue
            Get-ZProcServer "test-full-$PID*" | Should -BeNullOrEmpty
            $failures.FullyQualifiedErrorId | Should -HaveCount 1
            $failures.FullyQualifiedErrorId | Should -BeLike 'ZProc.DiskFailed,*'
            $failures.TargetObject | Should -Be $full.Name
        }
        finally {
            Get-ZProcContext $full.Name -ErrorAction Ignore | Disconnect-ZProcContext
            [System.IO.File]::Delete("$folder/fill")
            Get-ZProcServer "test-full-$PID*" | Stop-ZProcServer
        }
    }
}
