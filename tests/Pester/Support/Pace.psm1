# Bounds in time that hold on a busy machine, too.

Set-StrictMode -Version 3.0

function Measure-Slowness {
    <#
    .SYNOPSIS
    How busy the machine is: 1 on an idle one. The larger of two figures: how many times longer a session takes to start now than
    the processor time that its start needs, and how many programs wanted each processor in the last minute. The second covers
    a load that has just ended.
    #>
    $start = [System.Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
    foreach ($argument in '-NoProfile', '-NonInteractive', '-Command', '[System.Diagnostics.Process]::GetCurrentProcess().TotalProcessorTime.Ticks') { $start.ArgumentList.Add($argument) }
    $start.RedirectStandardOutput = $true
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $session = [System.Diagnostics.Process]::Start($start)
    $needed = [timespan]::FromTicks([long] $session.StandardOutput.ReadToEnd())
    $session.WaitForExit()
    $session.Dispose()
    $load = if ([System.IO.File]::Exists('/proc/loadavg')) { [double] (Get-Content /proc/loadavg).Split(' ')[0] / [Environment]::ProcessorCount } else { 1 }
    [Math]::Max([Math]::Max(1, $load), $watch.Elapsed / $needed)
}

function Get-Bound {
    <#
    .SYNOPSIS
    A number of seconds of an idle machine, in seconds of this one now. It is measured only where something took longer.
    #>
    param([Parameter(Mandatory)] [double] $Seconds, [Parameter(Mandatory)] [double] $Taken)

    if ($Taken -lt $Seconds -or [double]::IsInfinity($Taken)) { $Seconds } else { $Seconds * (Measure-Slowness) }
}

function Assert-Within {
    <#
    .SYNOPSIS
    Fails if something took longer than a number of seconds of an idle machine.
    #>
    param([Parameter(Mandatory)] [double] $Seconds, [Parameter(Mandatory, ValueFromPipeline)] [double] $Taken)

    $bound = Get-Bound $Seconds $Taken
    if ($Taken -ge $bound) { throw "It took $Taken s. On an idle machine $Seconds s are allowed, on this one $bound s." }
}

Export-ModuleMember -Function Assert-Within, Get-Bound
