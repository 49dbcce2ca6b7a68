<#
.SYNOPSIS
    A job that sometimes fails is retried with growing intervals, from another source, with a report of its attempts.
#>
param(
    [ValidateSet('Process', 'Runspace')]
    [string] $As = 'Process'
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../ZProc.psd1"

Use-ZProcContext {
    $retry = @{ RetryFor = [System.IO.IOException], 'Exit'; MaximumRetryCount = 5; RetryIntervalSec = 0.1; RetryBackoff = 2; MaximumRetryIntervalSec = 0.3 }
    $job = Start-ZProcess -Name download -As $As @retry -Props 'the origin' -RetryProps 'a mirror' {
        switch ($Process.Attempt) {
            1 { throw [System.IO.IOException]::new("$Props does not answer") }
            2 { exit 7 }
            3 { throw [System.IO.FileNotFoundException]::new("$Props does not have it yet") }
        }

        "downloaded from $Props"
    }
    Receive-ZProcess $job -Wait -WarningAction SilentlyContinue

    "main: $($job.Name) is $($job.State) after $($job.Attempts) attempts"
    $before = $null
    foreach ($attempt in $job.AttemptHistory) {
        $pause = if ($before) { ($attempt.StartTime - $before.EndTime).TotalSeconds }
        $when = if ($pause -ge 0.3) { 'after 0.3 s or more' } elseif ($pause -ge 0.2) { 'after 0.2 s or more' } elseif ($pause) { 'after 0.1 s or more' } else { 'at once' }
        "main: attempt $($attempt.Number), $($when): $(if ($attempt.Error) { $attempt.Error } else { 'done' })"
        $before = $attempt
    }

    # A failure that -RetryFor does not name is not retried.
    $hopeless = Start-ZProcess -Name hopeless -As $As @retry { throw [System.ArgumentException]::new('this will never work') }
    Receive-ZProcess $hopeless -Wait -ErrorAction SilentlyContinue
    "main: $($hopeless.Name) is $($hopeless.State) after $($hopeless.Attempts) attempt: $($hopeless.LastError)"
}
