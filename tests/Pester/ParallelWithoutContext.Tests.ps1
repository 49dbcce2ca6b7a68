# Invoke-ZParallel where there is no context.

BeforeDiscovery {
    . "$PSScriptRoot/Common.ps1"
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
}

Describe 'Invoke-ZParallel without a context' {
    It 'works -As <As>, and leaves none' -ForEach $kinds {
        1..3 | Invoke-ZParallel -As $As { $_ + 1 } | Should -Be @(2, 3, 4)
        1..3 | Invoke-ZParallel -As $As { $_ } | Select-Object -First 1 | Should -Be 1
        @(Get-ZProcContext).Count | Should -Be 0
    }

    It 'works as a job -As <As>' -ForEach $kinds {
        $job = 1..3 | Invoke-ZParallel -As $As -AsJob { $_ + 1 }
        (Get-Job -Id $job.Id).Name | Should -Be $job.Name
        $job | Receive-ZProcess -Wait | Should -Be @(2, 3, 4)
        @(Get-ZProcContext).Count | Should -Be 0
        $job | Remove-Job
        1..3 | Invoke-ZParallel -As $As -AsJob { $_ + 1 } | Receive-Job -Wait -AutoRemoveJob | Should -Be @(2, 3, 4)
    }
}
