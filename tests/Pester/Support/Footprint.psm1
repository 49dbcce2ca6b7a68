# What a process holds that a test could leave behind: descendants, runspaces, threads and sockets.

Set-StrictMode -Version 3.0

function Get-Descendant {
    # Field 4 of /proc/<pid>/stat is the parent; the name before it may hold blanks and parentheses.
    $parents = @{}
    foreach ($folder in [System.IO.Directory]::GetDirectories('/proc')) {
        $id = 0
        if (-not [int]::TryParse([System.IO.Path]::GetFileName($folder), [ref] $id)) { continue }
        try { $stat = [System.IO.File]::ReadAllText("$folder/stat") }
        catch { continue } # It ended meanwhile.
        $parents[$id] = [int] ($stat.Substring($stat.LastIndexOf(')') + 2).Split(' ')[1])
    }
    foreach ($id in @($parents.Keys)) {
        for ($at = $id; $parents.ContainsKey($at); $at = $parents[$at]) {
            if ($parents[$at] -eq $PID) { $id; break }
        }
    }
}

function Get-ThreadName {
    # The runtime's own threads (.NET pool, tiering, timers) come and go as it likes.
    foreach ($folder in [System.IO.Directory]::GetDirectories('/proc/self/task')) {
        try { $name = [System.IO.File]::ReadAllText("$folder/comm").Trim() }
        catch { continue }
        if (-not $name.StartsWith('.NET ', [System.StringComparison]::Ordinal)) { $name }
    }
}

function Get-Socket {
    foreach ($file in [System.IO.Directory]::GetFiles('/proc/self/fd')) {
        try { $target = [System.IO.FileInfo]::new($file).LinkTarget }
        catch { continue }
        if ($target -like 'socket:*') { $target }
    }
}

function Get-Footprint {
    <#
    .SYNOPSIS
    The counts of what this process holds, by kind and name.
    #>
    $counts = @{}
    $add = { param($name) $counts[$name] = 1 + [int] $counts[$name] }
    foreach ($runspace in Get-Runspace) { & $add 'runspace' }
    if ($IsLinux) {
        foreach ($id in Get-Descendant) { & $add 'process' }
        foreach ($name in Get-ThreadName) { & $add "thread '$name'" }
        foreach ($socket in Get-Socket) { & $add 'socket' }
    }
    $counts
}

function Compare-Footprint {
    <#
    .SYNOPSIS
    Outputs a line for each kind of which there is more than before, once what is still ending has had time to end.
    #>
    param([Parameter(Mandatory)] [hashtable] $Before, [int] $LimitSeconds = 60)

    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    do {
        $now = Get-Footprint
        $more = @($now.Keys | Where-Object { $now[$_] -gt [int] $Before[$_] })
        if ($more.Count -eq 0) { return }
        Start-Sleep -Milliseconds 50
    } while ($watch.Elapsed.TotalSeconds -lt $LimitSeconds)
    foreach ($name in $more) { "$name`: $([int] $Before[$name]) before, $($now[$name]) after" }
}

Export-ModuleMember -Function Get-Footprint, Compare-Footprint
