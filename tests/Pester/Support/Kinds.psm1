# Every way to run a script block, under one command, so that a test runs each case in all of them.

Set-StrictMode -Version 3.0

# Each runner is text: it is run in the session state of the caller, where $using: variables, preferences and functions are found.
# Its arguments are the block and the parameters for the command. It outputs the records of all streams.
$runners = [ordered]@{
    Process          = @{ As = 'Process'; Text = '$kindProcess = Start-ZProcess -As Process -ScriptBlock $args[0] @kindWith' }
    Runspace         = @{ As = 'Runspace'; Text = '$kindProcess = Start-ZProcess -As Runspace -ScriptBlock $args[0] @kindWith' }
    ParallelProcess  = @{ As = 'Process'; Text = ', 1 | Invoke-ZParallel -As Process -ScriptBlock $args[0] -TimeoutSec 300 @kindWith' }
    ParallelRunspace = @{ As = 'Runspace'; Text = ', 1 | Invoke-ZParallel -As Runspace -ScriptBlock $args[0] -TimeoutSec 300 @kindWith' }
    WatcherProcess   = @{ As = 'Process'; Text = '$kindWatcher = Register-ZStateWatcher kinds -Namespace kinds -Count 1 -As Process -Action $args[0] @kindWith' }
    WatcherRunspace  = @{ As = 'Runspace'; Text = '$kindWatcher = Register-ZStateWatcher kinds -Namespace kinds -Count 1 -As Runspace -Action $args[0] @kindWith' }
    Atomic           = @{ As = 'Session'; Text = 'Update-ZState -ScriptBlock $args[0] @kindWith' }
}

# The messages that a process wrote are shown whatever the receiver prefers: the preferences of the process chose them already.
$ends = @{
    Process = @'
$null = Wait-ZProcess $kindProcess -TimeoutSec 300
Receive-ZProcess $kindProcess -Wait -ErrorAction Continue -WarningAction Continue -InformationAction Continue -Verbose -Debug
Remove-ZProcess $kindProcess -Force -WhatIf:$false -Confirm:$false
'@
    Watcher = @'
Set-ZState kinds ([guid]::NewGuid()) -Namespace kinds -WhatIf:$false -Confirm:$false
$null = Wait-ZProcess $kindWatcher.Process -TimeoutSec 300
Receive-ZProcess $kindWatcher.Process -Wait -ErrorAction Continue -WarningAction Continue -InformationAction Continue -Verbose -Debug
Unregister-ZStateWatcher $kindWatcher -WhatIf:$false -Confirm:$false
Remove-ZProcess $kindWatcher.Process -Force -WhatIf:$false -Confirm:$false
'@
    Parallel = ''
    Atomic = ''
}

function Get-Kind {
    <#
    .SYNOPSIS
    The ways to run a block, for -ForEach: each has a Kind, for Invoke-Kind, and As, which says where the block runs.
    .PARAMETER Name
    Only kinds of these names, with wildcards: Process, Runspace, ParallelProcess, ParallelRunspace, WatcherProcess, WatcherRunspace, Atomic.
    .PARAMETER Atomic
    With atomic blocks, which run in the session itself.
    #>
    param([string[]] $Name = '*', [switch] $Atomic)

    foreach ($kind in $runners.Keys) {
        $isNamed = @($Name | Where-Object { $kind -like $_ }).Count -gt 0
        if ($isNamed -and ($Atomic -or $kind -ne 'Atomic' -or 'Atomic' -in $Name)) { @{ Kind = $kind; As = $runners[$kind].As } }
    }
}

function Invoke-Kind {
    <#
    .SYNOPSIS
    Runs a block once, as a kind of Get-Kind, in the current context, with the variables and preferences of the caller.
    .PARAMETER With
    Parameters for the command that runs the block, such as @{ Props = 1 }. What a command does not have is an error.
    .OUTPUTS
    One object: Output, Error, Warning, Verbose, Debug and Information are arrays of what came on each stream; All is everything in
    its order; Text is the output as text, by lines. An error that ended the command is the last one in Error, and Ended says so.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Kind, [Parameter(Mandatory)] [scriptblock] $Block, [hashtable] $With = @{})

    $family = $runners.Keys | Where-Object { $_ -eq $Kind } | ForEach-Object { $_ -replace '^(Process|Watcher|Parallel|Atomic|Runspace).*', '$1' -replace '^Runspace$', 'Process' }
    if (-not $family) { throw "There is no kind '$Kind'. These exist: $($runners.Keys -join ', ')." }
    $text = @"
`$kindWith = `$args[1]
try { . { $($runners[$Kind].Text)
$($ends[$family]) } @args *>&1 }
catch { , `$_; 'the command has ended' }
"@
    $script = [scriptblock]::Create($text)
    $all = @($PSCmdlet.SessionState.InvokeCommand.InvokeScript($PSCmdlet.SessionState, $script, $Block, $With))
    $hasEnded = $all.Count -gt 0 -and $all[-1] -is [string] -and $all[-1] -eq 'the command has ended'
    if ($hasEnded) { $all = @($all | Select-Object -SkipLast 1) }
    $streams = @{ ErrorRecord = 'Error'; WarningRecord = 'Warning'; VerboseRecord = 'Verbose'; DebugRecord = 'Debug'; InformationRecord = 'Information' }
    $result = [ordered]@{ Output = @(); Error = @(); Warning = @(); Verbose = @(); Debug = @(); Information = @() }
    foreach ($record in $all) {
        $type = if ($null -ne $record) { $record.GetType().Name }
        $stream = if ($type -and $streams.ContainsKey($type)) { $streams[$type] } else { 'Output' }
        $result[$stream] += , $record
    }

    $result.All = $all
    $result.Text = $result.Output -join "`n"
    $result.Ended = $hasEnded
    [pscustomobject] $result
}

Export-ModuleMember -Function Get-Kind, Invoke-Kind
