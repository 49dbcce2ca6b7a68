# A line that a native program writes to its standard error is text in every command that passes output on, as it is in PowerShell.

BeforeDiscovery {
    . "$PSScriptRoot/../Common.ps1"
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../../ZProc.psd1"
    $context = Start-ZProcContext
    $block = {
        if ($IsWindows) { & $env:ComSpec /c 'echo progress 1>&2' } else { sh -c 'echo progress >&2' }
        'result'
    }

    # Runs a call as a script would: under Stop, with an empty $Error. The output has the lines of the error stream, too.
    function Invoke-UnderStop([scriptblock] $Call) {
        $ErrorActionPreference = 'Stop'
        $global:Error.Clear()
        $all = @(& $Call 2>&1)
        [pscustomobject]@{
            Lines = @($all | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] } | ForEach-Object { "$_".Trim() })
            Output = @($all | Where-Object { $_ -isnot [System.Management.Automation.ErrorRecord] })
            Errors = $global:Error.Count
        }
    }
}

AfterAll {
    Stop-ZProcContext $context
}

Describe 'A line on standard error of a native program, -As <As>' -ForEach $kinds {
    It 'ends nothing in Receive-ZProcess -Wait, and is not in $Error' {
        $process = Start-ZProcess -As $As $block
        $seen = Invoke-UnderStop { $process | Receive-ZProcess -Wait -Keep -ErrorVariable bad; $script:bad = $bad }
        $seen.Output | Should -Be 'result'
        $seen.Lines | Should -Be 'progress'
        $seen.Errors | Should -Be 0
        $script:bad | Should -BeNullOrEmpty
        (Invoke-UnderStop { $process | Receive-ZProcess }).Output | Should -Be 'result' # a second time, as the output was kept
        $process.State | Should -Be 'Completed'
    }

    It 'ends nothing in Invoke-ZParallel, and is not in $Error' {
        $seen = Invoke-UnderStop { 1, 2 | Invoke-ZParallel $block -As $As }
        $seen.Output | Should -Be @('result', 'result')
        $seen.Lines | Should -Be @('progress', 'progress')
        $seen.Errors | Should -Be 0
        (Invoke-UnderStop { 1, 2 | Invoke-ZParallel $block -As $As -StopOnError }).Output | Should -Be @('result', 'result')
    }

    It 'ends nothing in the job of Invoke-ZParallel -AsJob' {
        $job = 1 | Invoke-ZParallel $block -As $As -AsJob
        $seen = Invoke-UnderStop { $job | Receive-ZProcess -Wait }
        $seen.Output | Should -Be 'result'
        $seen.Lines | Should -Be 'progress'
        $seen.Errors | Should -Be 0
        Remove-ZProcess $job
    }

    It 'ends nothing in Receive-Job, which shows the line' {
        $process = Start-ZProcess -As $As $block | Wait-ZProcess
        $seen = Invoke-UnderStop { $process | Receive-Job -InformationVariable shown 6>$null; $script:shown = $shown }
        $seen.Output | Should -Be 'result'
        $seen.Errors | Should -Be 0
        "$script:shown".Trim() | Should -Be 'progress'
    }

    It 'ends nothing in the output of a watcher''s action' {
        $watcher = Register-ZStateWatcher native -Action $block -Count 1 -As $As
        Set-ZState native 1 -Force
        $seen = Invoke-UnderStop { $watcher.Process | Receive-ZProcess -Wait }
        $seen.Output | Should -Be 'result'
        $seen.Lines | Should -Be 'progress'
        $seen.Errors | Should -Be 0
        Unregister-ZStateWatcher $watcher.Name
    }

    It 'is in the output of a process that receives the process' {
        $outer = Start-ZProcess -As $As { $ErrorActionPreference = 'Stop'; Start-ZProcess -As $using:As ([scriptblock]::Create($using:block)) | Receive-ZProcess -Wait; "errors $($Error.Count)" }
        $seen = Invoke-UnderStop { $outer | Receive-ZProcess -Wait }
        $seen.Output | Should -Be @('result', 'errors 0')
        $seen.Lines | Should -Be 'progress'
    }

    It 'of an atomic block is in the output of the process' {
        $process = Start-ZProcess -As $As { $ErrorActionPreference = 'Stop'; Update-ZState ([scriptblock]::Create($using:block)); "errors $($Error.Count)" }
        $seen = Invoke-UnderStop { $process | Receive-ZProcess -Wait }
        $seen.Output | Should -Be @('result', 'errors 0')
        $seen.Lines | Should -Be 'progress'
    }

    It 'does not hide an error' {
        $process = Start-ZProcess -As $As { if ($IsWindows) { & $env:ComSpec /c 'echo progress 1>&2' } else { sh -c 'echo progress >&2' }; Write-Error 'broken'; 'result' }
        { Invoke-UnderStop { $process | Receive-ZProcess -Wait } } | Should -Throw 'broken'
        $process | Receive-ZProcess -Wait | Should -Be 'result'
    }
}

Describe 'A line on standard error of a native program, in an atomic block' {
    It 'ends nothing, and is not in $Error' {
        $seen = Invoke-UnderStop { Update-ZState $block }
        $seen.Output | Should -Be 'result'
        $seen.Lines | Should -Be 'progress'
        $seen.Errors | Should -Be 0
    }
}
