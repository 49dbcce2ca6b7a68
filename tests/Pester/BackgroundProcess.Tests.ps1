# Processes that a server of its own looks after.

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/OtherSession.psm1"
}

Describe 'A background process' {
    BeforeAll {
        $name = "test-$PID-background"
        $server = Start-ZProcServer $name
        $null = Connect-ZProcContext -Name $name
    }

    AfterAll {
        Get-ZProcContext $name | Disconnect-ZProcContext
        Stop-ZProcServer $name
    }

    It 'is refused under a server that ends with its session' {
        $own = Start-ZProcContext
        { Start-ZProcess -Context $own -Background { } } | Should -Throw '*Start-ZProcServer*' -ErrorId 'ZProc.InvalidArgument*'
        Stop-ZProcContext $own
        Select-ZProcContext $name
    }

    It 'runs under the server -As <As>, with all that was said about it, and is this session''s to list' -ForEach @(@{ As = 'Process' }, @{ As = 'Runspace' }) {
        $text = 'used'
        function Get-Mine { 'function' }
        $env:ZPROC_BACKGROUND = 'environment'
        $process = 1, 2 | Start-ZProcess -Background -As $As -Name back -Props @{ a = 1 } -ArgumentList 'argument' -ImportFunction Get-Mine -MaximumRetryCount 1 -RetryIntervalSec 0 {
            param($Argument)
            if ($Process.Attempt -eq 1) { throw 'again' }
            "$Argument $($Props.a) $using:text $(Get-Mine) $(@($input) -join ',')"
            if ($Process.As -eq 'Process') { $env:ZPROC_BACKGROUND }
            (Get-Location).ProviderPath
        }
        $env:ZPROC_BACKGROUND = $null
        (Get-ZProcess back).Id | Should -Be $process.Id
        $process.IsRemote | Should -BeTrue
        $output = @($process | Receive-ZProcess -Wait -WarningAction SilentlyContinue)
        $output[0] | Should -Be 'argument 1 used function 1,2'
        if ($As -eq 'Process') { $output[1] | Should -Be 'environment' }
        $output[-1] | Should -Be (Get-Location).ProviderPath
        $process.State | Should -Be 'Completed'
        $process.Attempts | Should -Be 2
        if ($As -eq 'Runspace') { $process.ProcessId | Should -Be $server.ProcessId }
        $process | Remove-ZProcess
    }

    It 'is completed by Tab, by name and by id' {
        function Get-Completion([string] $Line) { (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText }
        $process = Start-ZProcess -Background -Name 'far away' { $null = Wait-ZState never -Available }
        Get-Completion 'Stop-ZProcess far' | Should -Be "'far away'"
        Get-Completion 'Wait-ZProcess -Id ' | Should -Contain "$($process.Id)"
        $process | Remove-ZProcess -Force
        Get-Completion 'Stop-ZProcess -Name far' | Should -Not -Contain "'far away'"
    }

    It 'goes on when the session that started it has ended, and is received and stopped from another' {
        $id = Invoke-OtherSession (Get-ZProcContext $name).ConnectionString -Folder $TestDrive -Text '
$process = Start-ZProcess -Background -Name left { 1; try { $State.left = 1; $null = Wait-ZState go -Equal 1; 2; while ($true) { Start-Sleep 1 } } finally { $State.cleaned = 1 } }
[Console]::Out.WriteLine($process.RecordId)'
        $process = Get-ZProcess -All left
        $process.RecordId | Should -Be $id
        $null = Wait-ZState left -Equal 1 -TimeoutSec 120
        $process.State | Should -Be 'Running'
        $process | Receive-ZProcess -Wait | ForEach-Object { $_; if ($_ -eq 1) { Set-ZState go 1 } else { $process | Stop-ZProcess } } | Should -Be @(1, 2)
        $process.State | Should -Be 'Stopped'
        Get-ZState cleaned | Should -Be 1
        $process | Remove-ZProcess
    }

    It 'ends with the server' -Skip:$IsWindows {
        $other = "$name-end"
        $null = Start-ZProcServer $other
        $null = Connect-ZProcContext -Name $other
        $process = Start-ZProcess -Background { $State.here = $PID; while ($true) { Start-Sleep 1 } }
        $null = Wait-ZState here -Available -TimeoutSec 120
        $id = Get-ZState here
        Stop-ZProcServer $other
        Test-Path "/proc/$id/exe" | Should -BeFalse
        Get-ZProcContext $other | Disconnect-ZProcContext
        Select-ZProcContext $name
    }
}
