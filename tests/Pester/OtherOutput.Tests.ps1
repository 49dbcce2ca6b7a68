# Output that one session sends another.

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/OtherSession.psm1"
    Import-Module "$PSScriptRoot/Support/Family.psm1"
}

Describe 'Output for another session' {
    BeforeAll {
        $inside = [System.Reflection.BindingFlags] 'Static, Instance, Public, NonPublic'
        # With the least that users can leave their own state.
        $context = Start-ZProcContext -MaximumHistoryCount 1 -MaximumHistoryBytes 0 -MaximumValueBytes 100

        # Asks this session for output as another one does, but by its insides.
        function Send-Output($Process, [string] $Namespace, [bool] $Follow) {
            $sender = [ZProc.Processes.ZProcess].Assembly.GetType('ZProc.Requests.OutputSender')
            $null = $sender.GetMethod('Start', $inside).Invoke($null, @($context.PSObject.BaseObject, $Process.PSObject.BaseObject, $Namespace, $false, $Follow))
        }

        # The output of another session that runs a script.
        function Receive-Elsewhere([string] $Script) {
            $session = Start-OtherSession $context.ConnectionString -Folder $TestDrive -Text "`$process = Get-ZProcess -All sent; $Script"
            try {
                $text = $session.StandardOutput.ReadToEndAsync()
                if (-not $text.Wait(120000)) { throw 'The session did not end.' }
                "$($text.Result)$($session.ErrorText.Result)" -split "`r?`n" | Where-Object { $_ }
            }
            finally { Stop-OtherSession $session }
        }
    }

    AfterEach {
        Get-ZProcess | Remove-ZProcess -Force
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    It 'is all there, however little history users keep' {
        $null = Start-ZProcess -As Runspace -Name sent { 1..20000 }
        Receive-Elsewhere '$seen = @($process | Receive-ZProcess -Wait); [Console]::Out.WriteLine("$($seen.Count) $($seen[0]) $($seen[-1]) $($process.State)")' |
            Should -Be '20000 1 20000 Completed'
    }

    It 'stays for the next receiver when the first was gone before it began' {
        $process = Start-ZProcess -As Runspace -Name sent { 1..3; $null = Wait-ZState go -Equal 1 }
        Send-Output $process '$output/nobody' $true
        Receive-Elsewhere '$process | Receive-ZProcess -Wait | ForEach-Object { if ($_ -eq 3) { Set-ZState go 1 }; [Console]::Out.WriteLine($_) }' |
            Should -Be @(1, 2, 3)
    }

    It 'is sent in packets, however large it is' {
        $null = Start-ZProcess -As Runspace -Name sent { 1..30000 | ForEach-Object { 'x' * 3000 } }
        Receive-Elsewhere '$size = 0; $process | Receive-ZProcess -Wait | ForEach-Object { $size += $_.Length }; [Console]::Out.WriteLine($size)' | Should -Be 90000000
    }

    It 'has an error in the place of a value that is too large to travel' {
        $null = Start-ZProcess -As Runspace -Name sent { 'before'; , [byte[]]::new(70MB); , [byte[]]::new(64MB - 10); 'after' }
        Receive-Elsewhere '$process | Receive-ZProcess -Wait 2>&1 | ForEach-Object { [Console]::Out.WriteLine($_ -is [string] ? $_ : $_.FullyQualifiedErrorId) }' |
            ForEach-Object { ($_ -split ',')[0] } | Should -Be @('before', 'ZProc.ValueTooLarge', 'ZProc.ValueTooLarge', 'after')
    }

    It 'can be asked for while another session waits for it' {
        $null = Start-ZProcess -As Runspace -Name sent { 1; $null = Wait-ZState go -Equal 2; 2 }
        $session = Start-OtherSession $context.ConnectionString -Folder $TestDrive -Text 'Get-ZProcess -All sent | Receive-ZProcess -Wait | ForEach-Object { Set-ZState got $_; [Console]::Out.WriteLine($_) }'
        try {
            $null = Wait-ZState got -Equal 1 -TimeoutSec 120
            Receive-Elsewhere '[Console]::Out.WriteLine("nothing$($process | Receive-ZProcess)")' | Should -Be 'nothing'
            Set-ZState go 2
            $session.StandardOutput.ReadToEnd() -split "`r?`n" | Should -Be @('1', '2', '')
        }
        finally { Stop-OtherSession $session }
    }

    It 'is not waited for by receivers that have stopped' -Skip:(-not $IsLinux) {
        function Get-Sender { @([System.IO.Directory]::GetDirectories('/proc/self/task') | ForEach-Object { Get-Content "$_/comm" -ErrorAction Ignore } | Where-Object { $_ -like 'ZProc output*' }).Count }
        function Wait-Sender([int] $Count) {
            for ($clock = [System.Diagnostics.Stopwatch]::StartNew(); (Get-Sender) -ne $Count -and $clock.Elapsed.TotalSeconds -lt 60) { Start-Sleep -Milliseconds 50 }
            Get-Sender | Should -Be $Count
        }

        $null = Start-ZProcess -As Runspace -Name sent { 1; $null = Wait-ZState go -Equal 3; 2 }
        $module = Convert-Path "$PSScriptRoot/../../ZProc.psd1"
        $session = Start-OtherSession $context.ConnectionString -Folder $TestDrive -Text "
            `$shells = 1..4 | ForEach-Object {
                `$shell = [powershell]::Create([initialsessionstate]::CreateDefault2()).AddScript(`"Import-Module '$module'; Get-ZProcess -All sent | Receive-ZProcess -Wait | ForEach-Object { Set-ZState has `$_ }`")
                `$null = `$shell.BeginInvoke()
                `$null = Wait-ZState has -Equal 1
                `$shell
            }
            `$null = [Console]::In.ReadLine()
            `$shells | Select-Object -Skip 1 | ForEach-Object { `$_.Stop() }
            `$null = [Console]::In.ReadLine()
            `$shells[0].Stop()
            `$null = [Console]::In.ReadLine()"
        try {
            Wait-Sender 4
            $session.StandardInput.WriteLine()
            Wait-Sender 1 # the first has the turn, and keeps it
            $session.StandardInput.WriteLine()
            Wait-Sender 0
            Set-ZState go 3
            $session.StandardInput.WriteLine()
            Remove-ZState has
        }
        finally { Stop-OtherSession $session }
    }

    It 'is available again at once when a receiver stops early' {
        $process = Start-ZProcess -As Runspace -Name sent { 1..20000 }
        $null = $process | Wait-ZProcess -TimeoutSec 120
        Receive-Elsewhere '$first = @($process | Receive-ZProcess | Select-Object -First 10); $rest = @($process | Receive-ZProcess); [Console]::Out.WriteLine("$($first.Count) $($rest.Count)")' |
            Should -Be '10 19990'
    }

    It 'is received once after a look at it with -Keep' {
        $process = Start-ZProcess -As Runspace -Name sent { 1..1000 }
        $null = $process | Wait-ZProcess -TimeoutSec 120
        Receive-Elsewhere '$first = @($process | Receive-ZProcess -Keep | Select-Object -First 10); $all = @($process | Receive-ZProcess); [Console]::Out.WriteLine("$($first.Count) $($all.Count) $($all[0])")' |
            Should -Be '10 1000 1'
    }

    It 'that fails for one process leaves that of the others' {
        foreach ($name in 'sent', 'other') { $null = Start-ZProcess -As Runspace -Name $name { 'first'; $null = Wait-ZState go -Equal 4; 'second' } }
        $session = Start-OtherSession $context.ConnectionString -Folder $TestDrive -Text '
Get-ZProcess -All sent, other | Receive-ZProcess -Wait -ErrorVariable failed -ErrorAction SilentlyContinue | ForEach-Object {
    if ($_ -eq "first") { $null = Update-ZState firsts -Increment 1 }
    [Console]::Out.WriteLine($_)
}
[Console]::Out.WriteLine("$failed ($($failed.FullyQualifiedErrorId), $($failed.Count))")'
        try {
            $null = Wait-ZState firsts -Equal 2 -TimeoutSec 120

            # As the session does that has the output, when it cannot send more.
            $client = [ZProc.Contexts.ZProcContext].GetProperty('Client', $inside).GetValue($context.PSObject.BaseObject)
            $core = $client.GetType().Assembly
            $namespace = @(Get-ZStateNamespace '$output/*')[0].Name
            $type = $core.GetType('ZProc.Core.State.Change')
            $end = [ordered]@{ fault = [int]$core.GetType('ZProc.Core.Fault')::ProcessFailed; message = 'No more can be sent.' }
            $changes = [array]::CreateInstance($type, 1)
            $changes[0] = $type::new(1, 'end', $core.GetType('ZProc.Core.Values.ValueCodec')::Encode($end, $null, $null), [Activator]::CreateInstance($core.GetType('ZProc.Core.State.Precondition')))
            $source = $core.GetType('ZProc.Core.State.Source')::new([guid]::NewGuid(), 'other', 1)
            $request = $core.GetType('ZProc.Core.State.CommitRequest')::new($namespace, $source, $changes, 0, $false, $false)
            $null = $client.CommitAsync($request, [System.Threading.CancellationToken]::None).Result
            Wait-Until { @(Get-ZStateNamespace '$output/*').Count -eq 1 } 120 'the end of one receiver'
            Set-ZState go 4
            $session.StandardOutput.ReadToEnd() -split "`r?`n" | Where-Object { $_ } | Sort-Object |
                Should -Be @('first', 'first', 'No more can be sent. (ZProc.ProcessFailed,ZProc.Commands.ReceiveZProcessCommand, 1)', 'second')
        }
        finally { Stop-OtherSession $session }
    }
}
