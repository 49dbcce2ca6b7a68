# Pipelines of their own beside a test, which can be stopped as Ctrl+C stops one. Dot-sourced in BeforeAll: they work in the
# test's $context.

$manifest = Convert-Path "$PSScriptRoot/../../../ZProc.psd1"
$pipelines = [System.Collections.Generic.List[object]]::new()

# Starts a script. The script finds $box: it sets the event Started, waits for the event Go, and adds to Log, which the test reads.
function Start-Pipeline([string] $Script) {
    $shell = [powershell]::Create([System.Management.Automation.Runspaces.Runspace]::DefaultRunspace.InitialSessionState.Clone())
    $box = [hashtable]::Synchronized(@{
        Started = [System.Threading.ManualResetEventSlim]::new(); Go = [System.Threading.ManualResetEventSlim]::new()
        Log = [System.Collections.ArrayList]::Synchronized([System.Collections.ArrayList]::new()); Thread = $null
        Name = 'z' + [guid]::NewGuid().ToString('N').Substring(0, 10)
    })
    $prelude = 'param($box, $manifest, $name) Import-Module $manifest; Select-ZProcContext $name; Update-ZState { $State.Count } -Namespace warm | Out-Null; $box.Thread = [System.Threading.Thread]::CurrentThread; $box.Thread.Name = $box.Name; '
    $run = $shell.AddScript($prelude + $Script).AddArgument($box).AddArgument($manifest).AddArgument($context.Name).BeginInvoke()
    $pipeline = [pscustomobject]@{ Shell = $shell; Box = $box; Run = $run }
    $pipelines.Add($pipeline)
    $pipeline
}

function Wait-Started($Pipeline) { $Pipeline.Box.Started.Wait(120000) | Should -BeTrue -Because 'the pipeline has to start' }

# Returns when a pipeline that has set Started waits in its next command: for the turn, since there is nothing else to wait for.
function Wait-Waiting($Pipeline) {
    Wait-Started $Pipeline
    $isWaiting = [System.Threading.SpinWait]::SpinUntil({ Test-Waiting $Pipeline.Box }, $IsLinux ? 120000 : 10000)
    if (-not $isWaiting -and -not $IsLinux) { Set-ItResult -Skipped -Because 'here it cannot be seen that a thread waits for a socket' }
    $isWaiting | Should -BeTrue
}

# Whether the thread of a pipeline waits: for something of .NET, or in the system, for a socket.
function Test-Waiting($Box) {
    if ($Box.Thread.ThreadState -band [System.Threading.ThreadState]::WaitSleepJoin) { return $true }
    if (-not $IsLinux) { return $false }
    foreach ($task in [System.IO.Directory]::EnumerateDirectories('/proc/self/task')) {
        try { $stat = [System.IO.File]::ReadAllText("$task/stat") } catch { continue }
        if ($stat.Contains("($($Box.Name))")) { return $stat.Substring($stat.LastIndexOf(')') + 2, 1) -eq 'S' }
    }

    $false
}

# Waits for the end of a pipeline and gives its output; throws its errors.
function Receive-Pipeline($Pipeline) {
    try {
        $Pipeline.Run.AsyncWaitHandle.WaitOne(120000) | Should -BeTrue -Because 'the pipeline has to end'
        $Pipeline.Shell.EndInvoke($Pipeline.Run)
        foreach ($record in $Pipeline.Shell.Streams.Error) { throw $record }
    }
    finally { Remove-Pipeline $Pipeline }
}

function Stop-Pipeline($Pipeline) {
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    $stopped = $Pipeline.Shell.BeginStop($null, $null)
    $stopped.AsyncWaitHandle.WaitOne(120000) | Should -BeTrue -Because 'it has to stop'
    $clock.Elapsed.TotalSeconds | Assert-Within 30
    $Pipeline.Shell.EndStop($stopped)
    $Pipeline.Shell.InvocationStateInfo.State | Should -Be 'Stopped'
    Remove-Pipeline $Pipeline
}

function Remove-Pipeline($Pipeline) {
    $Pipeline.Shell.Runspace.Dispose()
    $Pipeline.Shell.Dispose()
    $null = $pipelines.Remove($Pipeline)
}

# Removes the pipelines that a failed test has left.
function Clear-Pipeline {
    foreach ($pipeline in @($pipelines)) {
        $pipeline.Box.Go.Set()
        $pipeline.Shell.Stop()
        Remove-Pipeline $pipeline
    }
}

# Starts a pipeline that stays in an atomic block until Go is set.
function Start-Holder([string] $Work = '$State.n = "held"') {
    $holder = Start-Pipeline "Update-ZState { `$null = `$State.n; `$box.Started.Set(); `$box.Go.Wait(); $Work }"
    Wait-Started $holder
    $holder
}
