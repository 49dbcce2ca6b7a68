# Two network namespaces as two machines of a context on an engine. Needs root, ip and redis-server; skipped without them.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Engine.psm1"
    $canRun = $IsLinux -and (Find-Engine) -and [Environment]::UserName -eq 'root' -and (Get-Command ip -CommandType Application -ErrorAction Ignore)
    if ($canRun) {
        ip netns add "zprobe$PID" 2>$null
        $canRun = $LASTEXITCODE -eq 0
        if ($canRun) { ip netns delete "zprobe$PID" }
    }
    if (-not $canRun) { Write-Warning 'skipped: no network namespaces, or no redis-server' }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support/Engine.psm1"
    Import-Module "$PSScriptRoot/Support/Family.psm1"

    function Invoke-Ip {
        ip @args
        if ($LASTEXITCODE) { throw "ip $args ended with $LASTEXITCODE" }
    }

    # A session in the network of a machine.
    function Start-Session([string] $Machine, [string[]] $Arguments) {
        $info = [System.Diagnostics.ProcessStartInfo]::new('ip')
        foreach ($argument in @('netns', 'exec', $Machine, [Environment]::ProcessPath, '-NoProfile', '-NonInteractive') + $Arguments) { $info.ArgumentList.Add($argument) }
        $info.RedirectStandardOutput = $info.RedirectStandardError = $true
        [System.Diagnostics.Process]::Start($info)
    }

    # Runs a script there to its end.
    function Invoke-Session([string] $Machine, [string] $Text) {
        $session = Start-Session $Machine '-Command', "Import-Module '$module'; $Text"
        $errors = $session.StandardError.ReadToEndAsync()
        $output = $session.StandardOutput.ReadToEnd()
        $session.WaitForExit()
        if ($session.ExitCode) { throw $errors.GetAwaiter().GetResult() }
        $output
    }
}

Describe 'Machines in networks of their own' -Skip:(-not $canRun) {
    BeforeAll {
        $module = Convert-Path "$PSScriptRoot/../../ZProc.psd1"
        $mark = $PID % 200
        $machines = 1, 2 | ForEach-Object { @{ Name = "zp$mark-$_"; Link = "zpl$mark-$_"; Engine = "10.$(40 + $_).$mark.1"; Address = "10.$(40 + $_).$mark.2" } }
        foreach ($machine in $machines) {
            Invoke-Ip netns add $machine.Name
            Invoke-Ip link add $machine.Link type veth peer name eth0 netns $machine.Name
            Invoke-Ip addr add "$($machine.Engine)/24" dev $machine.Link
            Invoke-Ip link set $machine.Link up
            Invoke-Ip -n $machine.Name addr add "$($machine.Address)/24" dev eth0
            Invoke-Ip -n $machine.Name link set lo up
            Invoke-Ip -n $machine.Name link set eth0 up
        }
        $engine = Start-Engine $TestDrive '--requirepass', 'secret' -Address '0.0.0.0'
        foreach ($machine in $machines) {
            $machine.Context = "redis://:secret@$($machine.Engine):$($engine.Port)/files?tls=off"
            $null = Invoke-Session $machine.Name "`$null = Start-ZProcServer -Context '$($machine.Context)' -Name '$($machine.Name)'"
        }
    }
    AfterAll {
        foreach ($machine in $machines) {
            @(ip netns pids $machine.Name) | Where-Object { $_ } | ForEach-Object { Stop-Process -Id $_ -Force -ErrorAction Ignore }
            ip netns delete $machine.Name
            ip link delete $machine.Link 2>$null
        }
        if ($engine) { Stop-Engine $engine }
        Import-Module $module
        $null = Get-ZProcServer # removes the files of the machines that were killed
        Remove-Module ZProc
    }

    It 'index one tree together, and the totals stay right when one of them is cut off' {
        $tree = '/usr/share/doc'
        $index = Start-Session $machines[0].Name '-File', "$PSScriptRoot/../../examples/FileIndex.ps1", '-Path', $tree, '-Workers', 4, '-Context', $machines[0].Context
        $output = $index.StandardOutput.ReadToEndAsync()
        $lines = [System.Collections.Generic.List[string]]::new()
        while ($null -ne ($line = $index.StandardError.ReadLine())) {
            $lines.Add($line)
            if ($line -like 'indexed*' -and -not $cut) {
                $cut = $true
                Invoke-Ip link set $machines[1].Link down
            }
        }
        $index.WaitForExit()
        $index.ExitCode | Should -Be 0 -Because ($lines -join "`n")

        # Workers of the other machine were lost, unless they had finished everything before.
        @($lines -like '*ended as Lost*').Count | Should -BeGreaterThan 0 -Because ($lines -join "`n")
        $files = @(find $tree -type f)
        $bytes = ($files | ForEach-Object { [System.IO.FileInfo]::new($_).Length } | Measure-Object -Sum).Sum
        $contents = @($files | ForEach-Object { [Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData([System.IO.File]::ReadAllBytes($_))) } | Sort-Object -Unique).Count
        $output.GetAwaiter().GetResult() -split "`n" | Where-Object { $_ -like 'Total:*' } |
            Should -BeLike "Total: $($files.Count) files, $bytes bytes, * lines, $contents distinct contents, 0 unreadable"
    }
}
