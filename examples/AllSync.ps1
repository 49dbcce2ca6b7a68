<#
.SYNOPSIS
    Every way of waiting, with a process for each.
.DESCRIPTION
    Each process gets the revision from which it looks, so it misses no update, however long its start takes.
#>
param(
    [ValidateSet('Process', 'Runspace')]
    [string] $As = 'Runspace'
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../ZProc.psd1"

Use-ZProcContext {
    $state = (Get-ZProcContext).State
    $state.Merge(@{ apples = 1; open = $true; note = 'old'; list = @(1, 2) })
    $since = $state.Revision

    $waits = [ordered]@{
        'a change of anything'      = { Wait-ZState -SinceRevision $Props -Detailed }
        'a change of apples'        = { Wait-ZState apples -SinceRevision $Props }
        'a change of a wildcard'    = { (Wait-ZState n* -SinceRevision $Props).note }
        'a change of all but note'  = { (Wait-ZState -ExcludeKey note -SinceRevision $Props -Detailed).Keys }
        'apples equal to 3'         = { Wait-ZState apples -Equal 3 -SinceRevision $Props }
        'apples not equal to 1'     = { Wait-ZState apples -NotEqual 1 -SinceRevision $Props }
        'a list, deeply equal'      = { "$(Wait-ZState list -Equal @(1, 2, 3) -SinceRevision $Props)" }
        'open to be false'          = { Wait-ZState open -Falsy -SinceRevision $Props }
        'pears to be true'          = { Wait-ZState pears -Truthy -SinceRevision $Props }
        'pears to be there'         = { Wait-ZState pears -Available -SinceRevision $Props }
        'note to be null'           = { $null -eq (Wait-ZState note -Null -SinceRevision $Props) }
        'note to be something else' = { Wait-ZState note -NotNull -SinceRevision $Props }
        'note to be removed'        = { $null -eq (Wait-ZState note -Removed -SinceRevision $Props) }
        'more pears than apples'    = { (Wait-ZState -When { $_.pears -gt $_.apples } -SinceRevision $Props).pears }
    }
    $processes = foreach ($name in $waits.Keys) {
        Start-ZProcess $waits[$name] -Name $name -As $As -Props $since
    }

    Set-ZState note 'new'
    Set-ZState apples 2
    Set-ZState apples 3
    Set-ZState list @(1, 2, 3)
    Set-ZState open $false
    Set-ZState pears 4
    Set-ZState note $null
    Remove-ZState note

    foreach ($process in $processes) {
        '{0,-26} {1}' -f $process.Name, (Receive-ZProcess $process -Wait)
    }
}
