<#
.SYNOPSIS
    Indexes the files of a folder with several workers that share one state.
.DESCRIPTION
    The script puts the files into the shared state in batches. Each worker takes a batch in an atomic block, reads its files,
    and puts the result in the place of the batch. A watcher prints the progress. When a worker dies, another one gets its
    batches, and the totals stay right. With a context on an engine, the workers run on all machines that take part in it.
.PARAMETER Path
    The folder. Every file below it is indexed; links are not followed. Without a path, the script indexes the files of this
    repository that git tracks.
.PARAMETER Context
    The address of a context on an engine, redis://…; every machine that takes part has to have the folder. Without it, the script starts
    a context of its own on this machine.
.EXAMPLE
    ./examples/FileIndex.ps1
.EXAMPLE
    ./examples/FileIndex.ps1 -Path /usr/share/doc -Workers 4 -As Process
.EXAMPLE
    ./examples/FileIndex.ps1 -Path /srv/data -Workers 8 -Context rediss://user:password@engine.example/index
#>
param(
    [string] $Path,

    [ValidateRange(1, 256)]
    [int] $Workers = [Environment]::ProcessorCount,

    [ValidateSet('Process', 'Runspace')]
    [string] $As = 'Process',

    [string] $Context
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../ZProc.psd1"

# The script of a worker, which ends when no batch is left. Every process has $State, $Process and the module's commands.
$work = {
    function Read-IndexedFile([string] $file) {
        $length = [System.IO.FileInfo]::new($file).Length
        $lines = 0
        $hash = [System.Security.Cryptography.IncrementalHash]::CreateHash('SHA256')
        try {
            if ($length -gt 0) {
                $stream = [System.IO.File]::OpenRead($file)
                try {
                    $length = 0
                    $buffer = [byte[]]::new(1MB)
                    while (($read = $stream.Read($buffer, 0, $buffer.Length)) -gt 0) {
                        $length += $read
                        $hash.AppendData($buffer, 0, $read)
                        $text = [System.Text.Encoding]::Latin1.GetString($buffer, 0, $read)
                        $lines += $text.Length - $text.Replace("`n", '').Length
                    }
                }
                finally {
                    $stream.Dispose()
                }
            }

            [pscustomobject]@{ File = $file; Bytes = $length; Lines = $lines; Hash = [Convert]::ToHexString($hash.GetHashAndReset()) }
        }
        finally {
            $hash.Dispose()
        }
    }

    while ($true) {
        $batch = Update-ZState {
            $number = if ($State.again.Count) { $State.again[0]; $State.again = @($State.again | Select-Object -Skip 1) }
            elseif ($State.next -lt $State.batches) { $State.next; $State.next++ }
            if ($null -ne $number) {
                $State["taken/$number"] = $Process.Name
                $number
            }
        }
        if ($null -eq $batch) {
            break
        }

        $read, $unreadable = [System.Collections.Generic.List[object]]::new(), [System.Collections.Generic.List[string]]::new()
        foreach ($file in $State["batch/$batch"]) {
            try {
                $read.Add((Read-IndexedFile $file))
            }
            catch {
                $unreadable.Add("$file ($($_.Exception.GetBaseException().Message))")
            }
        }

        Update-ZState {
            $State["done/$batch"] = [pscustomobject]@{ Read = $read.ToArray(); Unreadable = $unreadable.ToArray() }
            $State.Remove("batch/$batch")
            $State.Remove("taken/$batch")
            $State.finished += $read.Count + $unreadable.Count
        }
    }
}

$files, $unreadable = [System.Collections.Generic.List[string]]::new(), [System.Collections.Generic.List[string]]::new()

# The files that git tracks; none without git, or outside a checkout.
function Get-TrackedFile([string] $root) {
    if (Get-Command git -CommandType Application -ErrorAction Ignore) {
        $names = (git -C $root ls-files -z 2>$null) -split "`0"
        foreach ($name in $names.Where({ $_ })) {
            $file = [System.IO.FileInfo]::new([System.IO.Path]::GetFullPath($name, $root))
            if ($file.Exists -and -not $file.LinkTarget) { $file.FullName }
        }
    }
}

# Every regular file, as 'find -type f' lists them: links are not followed.
function Find-File([string] $root, [string[]] $skippedFolders) {
    $folders = [System.Collections.Generic.Stack[string]]::new()
    $folders.Push($root)
    $here = [System.IO.EnumerationOptions]@{ AttributesToSkip = 'ReparsePoint'; IgnoreInaccessible = $false }
    while ($folders.Count) {
        $folder = $folders.Pop()
        try {
            [System.IO.Directory]::GetFiles($folder, '*', $here)
            [System.IO.Directory]::GetDirectories($folder, '*', $here).ForEach({
                if ([System.IO.Path]::GetFileName($_) -notin $skippedFolders) { $folders.Push($_) }
            })
        }
        catch {
            $unreadable.Add("$folder ($($_.Exception.GetBaseException().Message))")
        }
    }
}

if ($PSBoundParameters.ContainsKey('Path')) {
    $files.AddRange([string[]]@(Find-File (Resolve-Path -LiteralPath $Path).ProviderPath))
}
else {
    $root = [System.IO.Path]::GetFullPath("$PSScriptRoot/..")
    $tracked = @(Get-TrackedFile $root)
    $files.AddRange([string[]]@(if ($tracked) { $tracked } else { Find-File $root '.git', 'bin', 'obj', 'out' }))
}

# Starts a worker: on this machine, or on the machines of the context in turn.
function Start-Worker([int] $number) {
    $machines = if ($Context) { @(Get-ZProcMachine) }
    $place = if ($machines) { @{ Machine = $machines[$number % $machines.Count].Name } } else { @{} }
    Start-ZProcess $work -Name "worker$number" -As $As @place
}

$started = [System.Diagnostics.Stopwatch]::StartNew()
$index = {
    $size = [Math]::Clamp([int]($files.Count / $Workers / 8), 1, 64)
    $batches = @{}
    for ($i = 0; $i -lt $files.Count; $i += $size) {
        $batches["batch/$($batches.Count)"] = $files.GetRange($i, [Math]::Min($size, $files.Count - $i)).ToArray()
    }

    Set-ZState -InputObject ($batches + @{ batches = $batches.Count; next = 0; again = @(); finished = 0 })

    $progress = Register-ZStateWatcher finished -Name progress -Live -Props $files.Count -Action {
        [Console]::Error.WriteLine("indexed $($Update.Value) of $Props files")
    }

    $number = 0
    $running = [System.Collections.Generic.List[object]]::new()
    while ($running.Count -lt [Math]::Min($Workers, $batches.Count)) {
        $running.Add((Start-Worker (++$number)))
        [Console]::Error.WriteLine("$($running[-1].Name) is process $($running[-1].ProcessId)")
    }

    while ($running.Count) {
        foreach ($ended in @($running | Wait-ZProcess -Any)) {
            $null = $running.Remove($ended)
            if ($ended.State -eq 'Completed') {
                continue
            }

            # The worker died with a batch in hand: the batch goes back, and another worker takes the place of the dead one.
            [Console]::Error.WriteLine("$($ended.Name) ended as $($ended.State): its work is given to another")
            Update-ZState {
                $lost = $State.Keys.Where({ $_ -like 'taken/*' -and $State[$_] -eq $ended.Name })
                $lost.ForEach({ $State.Remove($_) })
                $State.again = @($State.again) + @($lost.ForEach({ [int]($_ -replace '^taken/') }))
            }
            $running.Add((Start-Worker (++$number)))
        }
    }

    Unregister-ZStateWatcher $progress
    $results = (Get-ZState done/*).Values
    $found = @($results.ForEach({ $_.Read }))
    $unreadable.AddRange([string[]]@($results.ForEach({ $_.Unreadable })))

    "By extension"
    $byExtension = $found | Group-Object { $name = [System.IO.Path]::GetExtension($_.File).ToLowerInvariant(); if ($name) { $name } else { '(none)' } }
    $byExtension | Sort-Object { -$_.Count }, Name | ForEach-Object {
        '{0,10:N0} files {1,15:N0} bytes {2,12:N0} lines  {3}' -f $_.Count,
            ($_.Group | Measure-Object Bytes -Sum).Sum, ($_.Group | Measure-Object Lines -Sum).Sum, $_.Name
    }
    ''
    "The ten largest"
    $found | Sort-Object { -$_.Bytes }, File | Select-Object -First 10 | ForEach-Object { '{0,15:N0} bytes  {1}' -f $_.Bytes, $_.File }
    ''
    $duplicates = @($found | Group-Object Hash | Where-Object Count -GT 1 | Sort-Object { -$_.Count }, Name)
    "Duplicates: $($duplicates.Count) contents that more than one file has"
    $duplicates | Select-Object -First 10 | ForEach-Object { '{0,10:N0} files  {1}  {2}' -f $_.Count, $_.Name.Substring(0, 16), $_.Group[0].File }
    ''
    foreach ($one in $unreadable) {
        "Unreadable: $one"
    }

    'Total: {0} files, {1} bytes, {2} lines, {3} distinct contents, {4} unreadable' -f $found.Count,
        [long]($found | Measure-Object Bytes -Sum).Sum, [long]($found | Measure-Object Lines -Sum).Sum,
        @($found.Hash | Sort-Object -Unique).Count, $unreadable.Count
    [Console]::Error.WriteLine("$number workers as $As, $([Math]::Round($started.Elapsed.TotalSeconds, 1)) s")
}

if ($Context) {
    $null = Connect-ZProcContext $Context -Namespace "index-$([guid]::NewGuid())"
    try {
        & $index
    }
    finally {
        Remove-ZStateNamespace (Get-ZProcContext).Namespace
        Disconnect-ZProcContext
    }
}
else {
    Use-ZProcContext -Namespace index $index
}
