# Verbose and debug messages that a process chose to write are shown, whatever the receiving session prefers.

BeforeDiscovery {
    . "$PSScriptRoot/../Common.ps1"
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../../ZProc.psd1"
    $context = Start-ZProcContext
    $chosen = { Write-Verbose shown -Verbose; Write-Debug told -Debug; Write-Verbose hidden; Write-Debug untold; 1 }
}

AfterAll {
    Stop-ZProcContext $context
}

Describe 'A verbose or debug message of a process -As <As>' -ForEach $kinds {
    It 'is shown by Receive-ZProcess' {
        $all = Start-ZProcess -As $As $chosen | Receive-ZProcess -Wait *>&1
        $all | ForEach-Object { "$($_.GetType().Name) $_" } | Should -Be @('VerboseRecord shown', 'DebugRecord told', 'Int32 1')
    }

    It 'is shown by Invoke-ZParallel' {
        $all = 1 | Invoke-ZParallel -As $As $chosen *>&1
        $all | ForEach-Object { "$($_.GetType().Name) $_" } | Should -Be @('VerboseRecord shown', 'DebugRecord told', 'Int32 1')
    }

    It 'is shown by the job of Invoke-ZParallel -AsJob' {
        $job = 1 | Invoke-ZParallel -As $As -AsJob $chosen
        $all = $job | Receive-ZProcess -Wait *>&1
        $all | ForEach-Object { "$($_.GetType().Name) $_" } | Should -Be @('VerboseRecord shown', 'DebugRecord told', 'Int32 1')
        Remove-ZProcess $job
    }

    It 'is shown by a process that receives the process' {
        $outer = Start-ZProcess -As $As { Start-ZProcess -As $using:As ([scriptblock]::Create($using:chosen)) | Receive-ZProcess -Wait }
        $all = $outer | Receive-ZProcess -Wait *>&1
        $all | ForEach-Object { "$_" } | Should -Be @('shown', 'told', '1')
    }

    It 'is not shown with -Verbose:$false and -Debug:$false' {
        $all = Start-ZProcess -As $As $chosen | Receive-ZProcess -Wait -Verbose:$false -Debug:$false *>&1
        $all | Should -Be 1
    }

    It 'changes nothing about the errors and warnings of the receiver' {
        $process = Start-ZProcess -As $As { Write-Verbose shown -Verbose; Write-Warning careful -WarningAction Continue; Write-Error bad } | Wait-ZProcess
        $WarningPreference = 'SilentlyContinue'
        $process | Receive-ZProcess -Keep -ErrorAction SilentlyContinue 3>&1 | Should -BeNullOrEmpty
        { $ErrorActionPreference = 'Stop'; $process | Receive-ZProcess } | Should -Throw 'bad'
    }

}
