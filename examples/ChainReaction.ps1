<#
.SYNOPSIS
    A change wakes a process, and the change of that process wakes the next one.
#>
param(
    [ValidateRange(1, 100)]
    [int] $Links = 5,

    [ValidateSet('Process', 'Runspace')]
    [string] $As = 'Process'
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../ZProc.psd1"

Use-ZProcContext {
    $processes = foreach ($link in 1..$Links) {
        Start-ZProcess -Name "link $link" -As $As -Props $link {
            $neighbour = Wait-ZState "fallen.$($Props - 1)" -Available
            "$($Process.Name) falls over, hit by $neighbour"
            $State["fallen.$Props"] = $Process.Name
        }
    }

    'main: pushes the first'
    Set-ZState fallen.0 'main'
    Receive-ZProcess $processes -Wait
    "main: $(Wait-ZState "fallen.$Links" -Available) has fallen"
}
