# What a session does where PowerShell or .NET lacks a member that is not public and that the module would use: less, but no error.

BeforeDiscovery {
    # Each text runs in one session for which all of the members of its table are missing, and outputs text.
    $members = '_comparer', '_table', '_actionQueue', '_WriteErrorSkipAllowCheck', 'IsVerboseFlagSet', 'IsDebugFlagSet', 'HasInstanceMembers', 'RunningPipelines', 'IsStopping', '_stopping'
    $cases = @(
        @{ Does = 'takes a dictionary for one that ignores case'; Expect = '1 2 3'; Text = @'
$table = [System.Collections.Specialized.OrderedDictionary]::new([System.StringComparer]::Ordinal)
$table.a = 1
Set-ZState ordered $table
Set-ZState safe ([hashtable]::Synchronized([hashtable]::new(@{ b = 2 }, [System.StringComparer]::Ordinal)))
Set-ZState plain ([hashtable]::new(@{ c = 3 }, [System.StringComparer]::OrdinalIgnoreCase))
(Get-ZState ordered)['A'], (Get-ZState safe)['B'], (Get-ZState plain)['C']
'@ }
        @{ Does = 'runs actions of events while a command waits'; Expect = 'waited'; Text = @'
$timer = [System.Timers.Timer]::new(10)
$null = Register-ObjectEvent $timer Elapsed -Action { Update-ZState rung -Increment 1 }
$timer.Start()
Wait-ZState rung -Truthy -TimeoutSec 60 | Out-Null
$timer.Dispose()
'waited'
'@ }
        @{ Does = 'shows a line on standard error as text, which ends nothing'; Expect = 'result; line; 0'; Text = @'
$ErrorActionPreference = 'Stop'
$Error.Clear()
$process = Start-ZProcess -As Runspace { sh -c 'echo line >&2; echo result' } | Wait-ZProcess
$output = Receive-ZProcess $process -InformationVariable said 6>$null
"$output; $said; $($Error.Count)"
'@ }
        @{ Does = 'shows verbose and debug messages by the preference of the receiver'; Expect = '0 2'; Text = @'
$process = Start-ZProcess -As Runspace { Write-Verbose v -Verbose; Write-Debug d -Debug } | Wait-ZProcess
$silent = @(Receive-ZProcess $process -Keep 4>&1 5>&1)
$shown = @(Receive-ZProcess $process -Verbose -Debug 4>&1 5>&1)
"$($silent.Count) $($shown.Count)"
'@ }
        @{ Does = 'finds members that were added to an object'; Expect = '4'; Text = @'
$result = 2 | Invoke-ZParallel { [pscustomobject]@{ n = $_ } | Add-Member -PassThru ScriptProperty Sq { $this.n * 2 } }
"$($result.Sq)"
'@ }
        @{ Does = 'stops a native program as the engine does, at once'; Expect = 'Stopped'; Text = @'
$process = Start-ZProcess -As Runspace { $State.up = 1; sleep 3600 }
Wait-ZState up -Truthy -TimeoutSec 60 | Out-Null
Stop-ZProcess $process -GraceSec 20
"$($process.State)"
'@ }
        @{ Does = 'gives an empty input to a program of a runspace that is piped nothing'; Expect = 'end'; Text = "Start-ZProcess -As Runspace { `$null | cat; 'end' } | Receive-ZProcess -Wait" }
    )
    $startCase = @{ Does = 'stops a native program as the engine does where its start cannot be waited for'; Expect = 'Stopped 0'; Text = @'
$process = Start-ZProcess -As Runspace { sh -c 'trap "" TERM; echo line; exec sleep 3600' | ForEach-Object { $State.up = 1 } }
Wait-ZState up -Truthy -TimeoutSec 60 | Out-Null
Stop-ZProcess $process -GraceSec 20
$null = Receive-ZProcess $process -ErrorAction SilentlyContinue -ErrorVariable bad
"$($process.State) $($bad.Count)"
'@ }
}

Describe 'Where members that are not public are missing, a session' -Skip:$IsWindows -ForEach @{ Members = $members; Cases = $cases }, @{ Members = @('_sync'); Cases = @($startCase) } {
    BeforeAll {
        $file = Join-Path $TestDrive session.ps1
        Set-Content $file @'
param($Manifest, $Members, $Cases)
foreach ($member in $Members -split ',') { [AppContext]::SetSwitch("ZProc.Lacks.$member", $true) }
Import-Module $Manifest
$null = Start-ZProcContext
$results = foreach ($case in Get-Content -Raw $Cases | ConvertFrom-Json) {
    $output = try { & ([scriptblock]::Create($case.Text)) } catch { "$_" }
    [pscustomobject]@{ Does = $case.Does; Output = "$output" }
}

Stop-ZProcContext
ConvertTo-Json @($results)
'@
        $table = Join-Path $TestDrive cases.json
        ConvertTo-Json @($Cases | ForEach-Object { [pscustomobject]@{ Does = $_.Does; Text = $_.Text } }) | Set-Content $table
        $start = [System.Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
        foreach ($argument in '-NoProfile', '-NonInteractive', '-File', $file, (Convert-Path "$PSScriptRoot/../../ZProc.psd1"), ($Members -join ','), $table) { $start.ArgumentList.Add($argument) }
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
        $session = [System.Diagnostics.Process]::Start($start)
        $session.StandardInput.Write("one`n")
        $session.StandardInput.Close()
        $results = $session.StandardOutput.ReadToEnd() | ConvertFrom-Json
        $session.WaitForExit()
    }

    It '<Does>' -ForEach $Cases {
        ($results | Where-Object Does -EQ $Does).Output | Should -BeExactly $Expect
    }
}
