<#
.SYNOPSIS
    A supervised pipeline of three stages over local files, whose workers crash at random.
.DESCRIPTION
    The first stage fetches files into the shared state, the second counts their words and computes their hashes, and the third
    stores each result as a file. In one atomic block a worker takes an item and notes the item in the state as in hand. In another
    atomic block it passes the result on and removes the note. If the worker crashes between the two, the note is still there, and
    the next attempt begins with that item. So no item is lost and no result is stored twice. At the end the script checks the
    results against the files.
.EXAMPLE
    ./examples/Pipeline.ps1 -Path /usr/share/doc/bash -Workers 3 -Crash 0.3
#>
param(
    [string] $Path = "$PSScriptRoot/../examples",

    [ValidateRange(1, 16)]
    [int] $Workers = 2,

    # The probability that a worker crashes at an item.
    [ValidateRange(0.0, 0.9)]
    [double] $Crash = 0.15,

    [ValidateSet('Process', 'Runspace')]
    [string] $As = 'Process'
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../ZProc.psd1"

function Measure-Text([byte[]] $Bytes) {
    $words = [regex]::Matches([System.Text.Encoding]::UTF8.GetString($Bytes), '\S+').Count
    "$words words, $([Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData($Bytes)))"
}

$stages = [ordered]@{
    fetch     = { param($Name) , [System.IO.File]::ReadAllBytes((Join-Path $Props.Path $Name)) }
    transform = { param($Name, $Bytes) Measure-Text $Bytes }
    store     = {
        param($Name, $Text)
        # The file appears complete or not at all, even if this worker dies halfway and another one repeats the work.
        $file = Join-Path $Props.Target $Name
        [System.IO.File]::WriteAllText("$file.$PID.part", $Text)
        [System.IO.File]::Move("$file.$PID.part", $file, $true)
        $Text
    }
}

# The script of every worker, in every stage.
$worker = {
    $work = [scriptblock]::Create($Props.Work)
    $inHand = "in hand/$($Process.Name)"
    while ($true) {
        $item = Update-ZState {
            if (-not $State.Contains($inHand)) {
                $queue = @($State[$Props.From])
                if ($queue.Count -eq 0) { return }
                $State[$inHand] = $queue[0]
                $State[$Props.From] = @($queue | Select-Object -Skip 1)
            }

            $State[$inHand]
        }

        if (-not $item) {
            $now = Wait-ZState -When { $_[$Props.From].Count -gt 0 -or $_.left -eq 0 }
            if ($now.left -eq 0) { break }
            continue
        }

        $result = & $work $item $State["result/$item"]
        if ([System.Random]::Shared.NextDouble() -lt $Props.Crash) {
            if ($Process.As -eq 'Process') { [System.Diagnostics.Process]::GetCurrentProcess().Kill() }
            throw [System.TimeoutException]::new("crashed at $item")
        }

        Update-ZState {
            $State.Remove($inHand)
            $State["result/$item"] = $result
            $State[$Props.To] += @($item)
            if ($Props.To -eq 'stored') { $State.left-- }
        }
    }
}

$target = Join-Path ([System.IO.Path]::GetTempPath()) "pipeline-$([guid]::NewGuid().ToString('N'))"
$null = [System.IO.Directory]::CreateDirectory($target)
try {
    Use-ZProcContext {
        $names = @([System.IO.Directory]::GetFiles((Convert-Path $Path)) | ForEach-Object { [System.IO.Path]::GetFileName($_) } | Sort-Object)
        if ($names.Count -eq 0) { throw "There is no file in $Path." }
        Set-ZState -InputObject @{ fetch = $names; transform = @(); store = @(); stored = @(); left = $names.Count }
        "main: $($names.Count) files, $Workers workers in each of $($stages.Count) stages"

        $next = @($stages.Keys) + 'stored'
        $processes = foreach ($i in 0..($stages.Count - 1)) {
            $props = @{ From = $next[$i]; To = $next[$i + 1]; Work = "$($stages[$i])"; Crash = $Crash; Path = Convert-Path $Path; Target = $target }
            Start-ZProcess $worker -Name $next[$i] -Count $Workers -As $As -Props $props -ImportFunction Measure-Text -RetryFor Exit, TimeoutException -MaximumRetryCount -1 -RetryIntervalSec 0.01
        }

        Receive-ZProcess $processes -Wait -WarningAction SilentlyContinue
        $crashes = ($processes.Attempts | Measure-Object -Sum).Sum - $processes.Count
        "main: $(if ($crashes) { 'workers crashed and were started again' } else { 'no worker crashed' })"

        $stored = Get-ZState stored
        if ($stored.Count -ne $names.Count -or (Compare-Object $stored $names)) { throw "Stored were: $stored" }
        foreach ($name in $names) {
            $expected = Measure-Text ([System.IO.File]::ReadAllBytes((Join-Path (Convert-Path $Path) $name)))
            if ([System.IO.File]::ReadAllText((Join-Path $target $name)) -ne $expected) { throw "The result for $name is wrong." }
        }

        "main: $($stored.Count) results, complete, right and without duplicates"
    }
}
finally {
    [System.IO.Directory]::Delete($target, $true)
}
