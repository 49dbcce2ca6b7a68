# A session with all kinds of processes under it, to see how they end when the session ends in different ways.

Set-StrictMode -Version 3.0

Import-Module "$PSScriptRoot/Signals.psm1"

# The script of the session. It starts three OS processes, each by the one before, two more that cannot be stopped, and three
# runspaces. Programs sleep for a number that no other program uses; its last digit tells which program it is.
$family = @'
param($Module, $Folder, $Mark, $Server)
$ErrorActionPreference = 'Stop'
Import-Module $Module
if ($Server) { $null = Start-ZProcServer $Server | Connect-ZProcContext } else { $null = Start-ZProcContext }
$given = @{ Folder = $Folder; Mark = $Mark }
$null = Start-ZProcess -Name outer -Parameter $given {
    param($Folder, $Mark)
    try {
        $null = sh -c "sleep ${Mark}1 >/dev/null 2>&1 &"
        $null = Start-ZProcess -Name middle -Parameter $PSBoundParameters {
            param($Folder, $Mark)
            try {
                $null = sh -c "setsid sh -c 'sleep ${Mark}2 >/dev/null 2>&1 &' &"
                $null = Start-ZProcess -Name inner -Parameter $PSBoundParameters {
                    param($Folder, $Mark)
                    try { $State.inner = $PID; sh -c "trap '' TERM INT HUP; sleep ${Mark}3; true" }
                    finally { [System.IO.File]::WriteAllText("$Folder/finally-inner", '') }
                }
                $State.middle = $PID
                sleep "${Mark}4"
            }
            finally { [System.IO.File]::WriteAllText("$Folder/finally-middle", '') }
        }
        $State.outer = $PID
        while ($true) { Start-Sleep 1 }
    }
    finally { [System.IO.File]::WriteAllText("$Folder/finally-outer", '') }
}
$null = Start-ZProcess -Name managed { $State.managed = $PID; [System.Threading.Thread]::Sleep(600000) }
$null = Start-ZProcess -Name native -Parameter @{ Folder = $Folder } { param($Folder) $State.native = $PID; [System.IO.File]::OpenRead("$Folder/pipe") } # nobody ever writes to it
$null = Start-ZProcess -As Runspace -Name loop -Parameter @{ Folder = $Folder } {
    param($Folder)
    try { $State.loop = 1; while ($true) { Start-Sleep 1 } }
    finally { [System.IO.File]::WriteAllText("$Folder/finally-loop", '') }
}
$null = Start-ZProcess -As Runspace -Name program -Parameter @{ Mark = $Mark } { param($Mark) $State.program = 1; sleep "${Mark}5" }
$null = Start-ZProcess -As Runspace -Name stuck { $State.stuck = 1; [System.Threading.Thread]::Sleep(600000) }
$keys = 'outer', 'middle', 'inner', 'managed', 'native', 'loop', 'program', 'stuck'
$null = Wait-ZState $keys -TimeoutSec 200 -When { $now = $_; @('outer', 'middle', 'inner', 'managed', 'native', 'loop', 'program', 'stuck' | Where-Object { -not $now.Contains($_) }).Count -eq 0 }
$server = if ($Server) { (Get-ZProcContext).ProcessId } else { 0 }
[System.IO.File]::WriteAllText("$Folder/ready.part", "$PID $(Get-ZState outer) $(Get-ZState middle) $(Get-ZState inner) $(Get-ZState managed) $(Get-ZState native) $server")
[System.IO.File]::Move("$Folder/ready.part", "$Folder/ready")
'@

function Test-Alive([int] $Id) {
    if (-not $IsLinux) { return $null -ne (Get-Process -Id $Id -ErrorAction Ignore) }

    # A zombie is not alive.
    try { $stat = [System.IO.File]::ReadAllText("/proc/$Id/stat") } catch { return $false }
    $stat.Substring($stat.LastIndexOf(')') + 2, 1) -notin 'Z', 'X'
}

function Get-ProcessFile([string] $Name, [string] $Text) {
    foreach ($folder in [System.IO.Directory]::EnumerateDirectories('/proc')) {
        $id = [System.IO.Path]::GetFileName($folder) -as [int]
        if ($id) {
            try { $content = [System.IO.File]::ReadAllText("$folder/$Name") } catch { continue }
            if ($content.Contains($Text, [System.StringComparison]::Ordinal) -and (Test-Alive $id)) { $id }
        }
    }
}

function Get-Program {
    <#
    .SYNOPSIS
    The ids of the programs that sleep for a number.
    #>
    param([Parameter(Mandatory)] [string] $Mark)

    Get-ProcessFile cmdline "sleep`0$Mark`0"
}

function Get-FamilyProcess {
    <#
    .SYNOPSIS
    The ids of all processes that a family's session or what it started has started, itself included.
    #>
    param([Parameter(Mandatory)] $Family)

    Get-ProcessFile environ "TMPDIR=$($Family.Temp)`0"
}

function Wait-Until([scriptblock] $Condition, [double] $Seconds, [string] $What) {
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($watch.Elapsed.TotalSeconds -gt $Seconds) { throw "Not within $Seconds seconds: $What" }
        [System.Threading.Thread]::Sleep(10)
    }
}

function Start-Family {
    <#
    .SYNOPSIS
    Starts a session, and returns when all that it starts runs.
    .OUTPUTS
    Session (the process), Members (process ids by what they are), Server, Folder, Temp, Mark, Bystander.
    #>
    param([Parameter(Mandatory)] [string] $End, [Parameter(Mandatory)] [string] $Folder, [switch] $OwnServer, [switch] $Terminal)

    $mark = "9$([System.Random]::Shared.NextInt64(10000000, 99999999))"
    $folder = Join-Path $Folder $mark
    $temp = "$folder/temp"
    $null = [System.IO.Directory]::CreateDirectory($temp)
    mkfifo "$folder/pipe"
    [System.IO.File]::WriteAllText("$folder/family.ps1", "$family`n$End`n")
    $manifest = Convert-Path (Join-Path $PSScriptRoot '../../../ZProc.psd1')
    $server = if ($OwnServer) { "cleanup-$mark" } else { '' }
    $command = @([Environment]::ProcessPath, '-NoProfile', '-NonInteractive', '-File', "$folder/family.ps1", $manifest, $folder, $mark, $server)
    # 'script' gives the session a terminal of its own, where Ctrl+C reaches the whole foreground.
    if ($Terminal) { $command = 'script', '-q', '-e', '-c', "'$($command -join "' '")'", '/dev/null' }
    $command = Add-DefaultSignal $command
    $start = [System.Diagnostics.ProcessStartInfo]::new($command[0])
    foreach ($argument in $command | Select-Object -Skip 1) { $start.ArgumentList.Add($argument) }
    $start.Environment['TMPDIR'] = $temp
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $session = [System.Diagnostics.Process]::Start($start)
    $said = $session.StandardOutput.ReadToEndAsync(), $session.StandardError.ReadToEndAsync()
    $programs = [ordered]@{ 'a program in the background' = 1; 'a program whose parent has gone' = 2; 'a program that ignores SIGTERM' = 3; 'a program in the foreground' = 4; 'the program that a runspace runs' = 5 }
    Wait-Until { [System.IO.File]::Exists("$folder/ready") -or $session.HasExited } 240 'the session is ready'
    if (-not [System.IO.File]::Exists("$folder/ready")) { throw "The session did not come up: $($said.Result)" }
    $ids = [int[]] [System.IO.File]::ReadAllText("$folder/ready").Split(' ')
    $members = [ordered]@{
        'a process' = $ids[1]; 'a process of a process' = $ids[2]; 'a process of a process of a process' = $ids[3]
        'a process stuck in .NET' = $ids[4]; 'a process stuck in the system' = $ids[5]
    }
    foreach ($name in $programs.Keys) {
        $digit = $programs[$name]
        Wait-Until { @(Get-Program "$mark$digit").Count -eq 1 } 120 "$name runs"
        $members[$name] = @(Get-Program "$mark$digit")[0]
    }
    [pscustomobject]@{
        Session = $session; SessionId = $ids[0]; Said = $said; Server = $ids[6]; Members = $members; Folder = $folder; Temp = $temp; Mark = $mark
        Bystander = [System.Diagnostics.Process]::Start('sleep', "${mark}1")
    }
}

function Measure-Until {
    <#
    .SYNOPSIS
    Waits until a condition holds.
    .OUTPUTS
    The seconds that have passed by then; infinite where it does not hold after a time that only a hang takes.
    #>
    param([Parameter(Mandatory)] [scriptblock] $Condition, [System.Diagnostics.Stopwatch] $Watch = [System.Diagnostics.Stopwatch]::StartNew())

    while (-not (& $Condition)) {
        if ($Watch.Elapsed.TotalSeconds -gt 90) { return [double]::PositiveInfinity }
        [System.Threading.Thread]::Sleep(10)
    }

    $Watch.Elapsed.TotalSeconds
}

function Wait-Gone {
    <#
    .SYNOPSIS
    Watches processes end.
    .OUTPUTS
    A hashtable: how many seconds each took, by name; infinite for what still runs after a time that only a hang takes.
    #>
    param([Parameter(Mandatory)] [System.Collections.IDictionary] $Members, [System.Diagnostics.Stopwatch] $Watch = [System.Diagnostics.Stopwatch]::StartNew())

    $gone = @{}
    foreach ($name in $Members.Keys) { $gone[$name] = [double]::PositiveInfinity }
    $null = Measure-Until {
        foreach ($name in $Members.Keys) {
            if ([double]::IsInfinity($gone[$name]) -and -not (Test-Alive $Members[$name])) { $gone[$name] = $Watch.Elapsed.TotalSeconds }
        }

        $gone.Values -notcontains [double]::PositiveInfinity
    } $Watch
    $gone
}

function Get-LeftFile {
    <#
    .SYNOPSIS
    What is left in a family's temporary folder, save what .NET and PowerShell keep there for a session or a server that is killed.
    #>
    param([Parameter(Mandatory)] $Family)

    $killed = "$($Family.SessionId)|$($Family.Server)"
    [System.IO.Directory]::GetFileSystemEntries($Family.Temp, '*') | ForEach-Object { [System.IO.Path]::GetFileName($_) } |
        Where-Object { $_ -notmatch "^(dotnet-diagnostic|clr-debug-pipe)-($killed)-|^CoreFxPipe_PSHost\..*\.($killed)\." }
}

function Stop-Family {
    <#
    .SYNOPSIS
    Ends whatever is left of a family.
    #>
    param([Parameter(Mandatory)] $Family)

    foreach ($id in Get-FamilyProcess $Family) { kill -9 $id }
    $Family.Session.WaitForExit()
    $Family.Session.Dispose()
    $Family.Bystander.Kill()
    $Family.Bystander.WaitForExit()
    $Family.Bystander.Dispose()
}

Export-ModuleMember -Function Start-Family, Stop-Family, Wait-Gone, Wait-Until, Measure-Until, Test-Alive, Get-Program, Get-FamilyProcess, Get-LeftFile
