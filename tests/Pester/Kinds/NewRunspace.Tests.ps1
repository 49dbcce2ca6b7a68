# Invoke-ZParallel -UseNewRunspace: no item finds what another one left behind. And names that complete with Tab.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/../Support/Kinds.psm1"
    $kinds = Get-Kind Parallel*
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../../ZProc.psd1"
    $leave = { "$($global:left)$([AppDomain]::CurrentDomain.GetData('left'))"; $global:left = 'left'; function global:Get-Left { } }
}

Describe 'Invoke-ZParallel -As <As> -UseNewRunspace' -ForEach $kinds {
    It 'runs each item where nothing was left behind' {
        1..4 | Invoke-ZParallel -As $As -ThrottleLimit 2 -UseNewRunspace $leave | Should -Be '', '', '', ''
        1..3 | Invoke-ZParallel -As $As -ThrottleLimit 1 -BatchSize 3 $leave | Should -Be '', 'left', 'left' # without it
    }

    It 'keeps the order, the errors and the rest of a batch' {
        $output = 1..5 | Invoke-ZParallel -As $As -ThrottleLimit 2 -BatchSize 3 -UseNewRunspace { if ($_ -eq 2) { throw 'two' }; if ($_ -eq 4) { exit 3 }; "item $_" } -ErrorVariable bad -ErrorAction SilentlyContinue
        $output | Should -Be 'item 1', 'item 3', 'item 5'
        $bad.TargetObject | Should -Be 2, 4
    }

    It 'initializes before each item, and works with -Unordered, a time limit and -StopOnError' {
        $output = 1..3 | Invoke-ZParallel -As $As -ThrottleLimit 1 -UseNewRunspace -Unordered -ItemTimeoutSec 300 -InitializationScript { $global:count++ } { "$count $_" }
        $output | Should -Be '1 1', '1 2', '1 3'
        { 1..9 | Invoke-ZParallel -As $As -ThrottleLimit 1 -UseNewRunspace -StopOnError { if ($_ -eq 2) { throw 'two' } } } | Should -Throw '*two*'
    }

    It 'works as a job' {
        1..3 | Invoke-ZParallel -As $As -AsJob -UseNewRunspace -ThrottleLimit 1 $leave | Receive-Job -Wait -AutoRemoveJob | Should -Be '', '', ''
    }

    It 'runs no item where there is none' {
        @() | Invoke-ZParallel -As $As -UseNewRunspace { 1 } | Should -BeNullOrEmpty
    }
}

Describe 'Tab' {
    BeforeAll {
        function Complete([string] $Typed) { [System.Management.Automation.CommandCompletion]::CompleteInput($Typed, $Typed.Length, $null).CompletionMatches.CompletionText }
        function global:Get-CompletedOne { }
        filter global:Get-CompletedTwo { }
    }

    AfterAll {
        Remove-Item function:Get-CompletedOne, function:Get-CompletedTwo
    }

    It 'completes -ImportFunction and -ImportModule of <_>' -ForEach 'Start-ZProcess', 'New-ZProcess', 'Invoke-ZParallel' {
        Complete "$_ -ImportFunction Get-Completed" | Should -Be 'Get-CompletedOne', 'Get-CompletedTwo'
        Complete "$_ -ImportModule Microsoft.PowerShell.Arch" | Should -Contain 'Microsoft.PowerShell.Archive'
        Complete "$_ -ImportModule ZPr" | Should -Contain 'ZProc'
    }
}
