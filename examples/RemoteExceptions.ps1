<#
.SYNOPSIS
    The caller of a process catches the exception that the process threw: by type, with its place and its cause.
#>
param(
    [ValidateSet('Process', 'Runspace')]
    [string] $As = 'Process'
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../ZProc.psd1"

Use-ZProcContext {
    try {
        Start-ZProcess -As $As { 1 / 0 } | Receive-ZProcess -Wait
    }
    catch [System.DivideByZeroException] {
        "caught by its type: $_"
        "thrown in line $($_.InvocationInfo.ScriptLineNumber): $($_.InvocationInfo.Line.Trim())"
    }

    try {
        Start-ZProcess -As $As {
            try {
                [int]::Parse('four')
            }
            catch {
                throw [System.InvalidOperationException]::new('the answer makes no sense', $_.Exception.InnerException)
            }
        } | Receive-ZProcess -Wait
    }
    catch [System.InvalidOperationException] {
        "caught with its cause: $_, since $($_.Exception.InnerException.GetType().Name): $($_.Exception.InnerException.Message)"
    }

    # An error that did not end the process does not end the caller either: it comes among the output.
    $ErrorActionPreference = 'Continue'
    Start-ZProcess -As $As { 'before'; Write-Error 'not so bad' -ErrorId Small -Category LimitsExceeded; 'after' } |
        Receive-ZProcess -Wait 2>&1 |
        ForEach-Object { if ($_ -is [System.Management.Automation.ErrorRecord]) { "an error on the way: $_ ($($_.CategoryInfo.Category))" } else { $_ } }

    # Each process that fails is one error, and the other processes go on.
    Start-ZProcess -As $As { throw 'first' }, { 'second is fine' }, { exit 3 } | Wait-ZProcess |
        Receive-ZProcess -ErrorVariable failures -ErrorAction SilentlyContinue
    foreach ($failure in $failures) {
        "failed: $($failure -replace 'ZProcess\d+', 'third')"
    }
}
