# The events of ZProc, in the file that ZPROC_LOG names.

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    $manifest = Convert-Path "$PSScriptRoot/../../ZProc.psd1"
}

AfterAll {
    Remove-Module ZProc
}

Describe 'ZPROC_LOG' {
    BeforeAll {
        $log = "$TestDrive/zproc.log"
        $env:ZPROC_LOG = $log
        try {
            $secret = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command @"
Import-Module '$manifest'
`$context = Start-ZProcContext
`$null = Start-ZProcess -Name fails -RetryFor System.IO.IOException -MaximumRetryCount 1 -RetryIntervalSec 0 { throw [System.IO.IOException]::new('no disk') } | Wait-ZProcess
`$null = Start-ZProcess -Name dies { Stop-Process -Id `$PID -Force } | Wait-ZProcess
`$null = Start-ZProcess -Name runs -As Runspace { `$State.done = 'a value' } | Wait-ZProcess
`$context.ConnectionString -replace '.*://([^@]*)@.*', '`$1'
Stop-ZProcContext
"@
        }
        finally { $env:ZPROC_LOG = $null }
        $lines = Get-Content $log
    }

    It 'has <What>' -ForEach @(
        @{ What = 'the start of an attempt'; Like = '*AttemptStarted process=* name=fails kind=Process attempt=1 processId=*' }
        @{ What = 'a failed attempt'; Like = '*AttemptEnded process=* name=fails attempt=1 exitCode=1 seconds=* error="no disk"' }
        @{ What = 'the retry'; Like = '*Warning RetryScheduled process=* name=fails nextAttempt=2 delaySeconds=0' }
        @{ What = 'the end of a process'; Like = '*ProcessEnded process=* name=fails state=Failed attempts=2' }
        @{ What = 'a process that dies'; Like = "*AttemptEnded process=* name=dies attempt=1 exitCode=$($IsWindows ? '-1 seconds=* error=*' : '137 seconds=* error=*SIGKILL*')" }
        @{ What = 'a runspace'; Like = '*AttemptStarted process=* name=runs kind=Runspace attempt=1 processId=*' }
        @{ What = 'the server'; Like = '*ServerStarted endpoint=*' }
        @{ What = 'a client of the server'; Like = '*ClientJoined client=* isKnown=False' }
        @{ What = 'the connection of a worker'; Like = '*Connected endpoint=* isResumed=False' }
    ) {
        @($lines -like $Like).Count | Should -BeGreaterOrEqual 1
    }

    It 'has a line for each event, with its time and process' {
        $lines | Should -Match '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z \d+ (Error|Warning|Informational|Verbose) \w+( \w+=("([^"\\]|\\.)*"|[^\s"]+))*$'
        @($lines | ForEach-Object { $_.Split(' ')[1] } | Sort-Object -Unique).Count | Should -BeGreaterThan 1 -Because 'workers write to it, too'
    }

    It 'holds no secret and no value' {
        $secret | Should -Match '^\S{20,}$'
        $lines | Where-Object { $_.Contains($secret) -or $_.Contains('a value') } | Should -BeNullOrEmpty
    }

    It 'is refused where the file cannot be written' {
        $env:ZPROC_LOG = "$TestDrive/no/such/folder/zproc.log"
        try { { Start-ZProcContext } | Should -Throw '*ZPROC_LOG*' -ErrorId 'ZProc.InvalidArgument*' }
        finally { $env:ZPROC_LOG = $null }
    }
}
