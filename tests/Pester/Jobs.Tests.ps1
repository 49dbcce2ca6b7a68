# Processes as PowerShell's own job commands see them.

BeforeDiscovery {
    . "$PSScriptRoot/Common.ps1"
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/SlowHandler.psm1"
}

Describe 'A process -As <As> as a job' -ForEach $kinds {
    BeforeAll {
        $context = Start-ZProcContext
        $writer = { 1; Write-Warning 'w'; 2; Write-Error 'e'; Write-Information 'i'; 3 }
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    AfterEach {
        Get-ZProcess | Remove-ZProcess -Force
    }

    It 'is found by name, id, state and command' {
        $job = Start-ZProcess -As $As -Name 'job one' $writer | Wait-ZProcess
        (Get-Job).Id | Should -Be $job.Id
        (Get-Job 'job *').Id | Should -Be $job.Id
        (Get-Job -Id $job.Id).Name | Should -Be 'job one'
        (Get-Job -InstanceId $job.InstanceId).Name | Should -Be 'job one'
        (Get-Job -State Completed).Name | Should -Be 'job one'
        Get-Job -State Failed | Should -BeNullOrEmpty
        (Get-Job -Command '*Write-Warning*').Name | Should -Be 'job one'
        (Get-Job -HasMoreData $true).Name | Should -Be 'job one'
    }

    It 'goes on, and ends as ever, though handlers of its streams throw' {
        $go = "$TestDrive/go-$As"
        $job = Start-ZProcess -As $As -ArgumentList $go { param($Go) while (-not [System.IO.File]::Exists($Go)) { Start-Sleep -Milliseconds 10 }; 1; 2; 3 }
        $job.Output.add_DataAdded({ 'a block needs a runspace, and the thread has none' })
        $job.Output.add_Completed({ 'a block needs a runspace, and the thread has none' })
        $null = New-Item $go
        ($job | Wait-ZProcess -TimeoutSec 120).State | Should -Be 'Completed'
        $job | Receive-Job | Should -Be @(1, 2, 3)
    }

    It 'has ended for all that wait for it while a handler of its state still runs' {
        $job = Start-ZProcess -As $As { $null = Wait-ZState go -Equal 'handler' }
        $handler = New-SlowHandler $job
        Set-ZState go handler
        $handler.WaitEntered() | Should -BeTrue
        $job | Wait-ZProcess -TimeoutSec 20 -ErrorAction Stop | Should -Be $job
        $job | Stop-ZProcess
        (Get-ZState -Namespace '$processes')["$($job.RecordId)"].state | Should -Be 'Completed'
        $handler.Leave() | Should -BeTrue
        Remove-ZState go
    }

    It 'is no job of another runspace' {
        $null = Start-ZProcess -As $As { } | Wait-ZProcess
        $other = [runspacefactory]::CreateRunspace([initialsessionstate]::CreateDefault2())
        $other.Open()
        try {
            $shell = [powershell]::Create()
            $shell.Runspace = $other
            $shell.AddScript("Import-Module '$PSScriptRoot/../../ZProc.psd1'; @(Get-Job).Count").Invoke() | Should -Be 0
            $shell.Dispose()
        }
        finally {
            $other.Dispose()
        }
    }

    It 'is waited for and received, to be kept or not' {
        $job = Start-ZProcess -As $As $writer
        (Wait-Job $job -Timeout 120).Id | Should -Be $job.Id
        Receive-Job $job -Keep -ErrorAction SilentlyContinue -WarningAction SilentlyContinue -ErrorVariable errors | Should -Be @(1, 2, 3)
        "$errors" | Should -Be 'e'
        $job.HasMoreData | Should -BeTrue
        Receive-Job -Id $job.Id -ErrorAction SilentlyContinue -WarningAction SilentlyContinue -InformationVariable information | Should -Be @(1, 2, 3)
        "$information" | Should -Be 'i'
        $job.HasMoreData | Should -BeFalse
        Receive-Job $job | Should -BeNullOrEmpty
    }

    It 'is received while it runs' {
        $job = Start-ZProcess -As $As { 1; $null = Wait-ZState go -Equal 1; 2 }
        $seen = Receive-Job $job -Wait | ForEach-Object { if ($_ -eq 1) { Set-ZState go 1 }; $_ }
        $seen | Should -Be @(1, 2)
        Remove-ZState go
    }

    It 'can be received in order after its streams were looked at' {
        $job = Start-ZProcess -As $As $writer | Wait-ZProcess
        $job.Output.Count | Should -Be 3
        $job.Warning.Count | Should -Be 1
        $received = $job | Receive-ZProcess 2>&1 3>&1 6>&1
        ($received | ForEach-Object { "$_" }) -join ' ' | Should -Be '1 w 2 e i 3'
        $job.HasMoreData | Should -BeFalse
    }

    It 'can be asked for more while it is received' {
        $process = Start-ZProcess -As $As { 1..20; $null = Wait-ZState end -Equal 1; 21..40 }
        $seen = $process | Receive-Job -Wait | ForEach-Object {
            if ($_ -eq 20) { Set-ZState end 1 }
            $null = $process.HasMoreData
            $_
        }
        $seen | Should -Be (1..40)
        Remove-ZState end
    }

    It 'fails with the original error' {
        try {
            Start-ZProcess -As $As { 1; throw [System.DivideByZeroException]::new('zero') } | Receive-Job -Wait -ErrorAction Stop
            throw 'nothing was thrown'
        }
        catch [System.DivideByZeroException] {
            "$_" | Should -Be 'zero'
        }
    }

    It 'is removed after it was received' {
        Start-ZProcess -As $As -Name short { 'x' } | Receive-Job -Wait -AutoRemoveJob | Should -Be 'x'
        Get-Job short -ErrorAction Ignore | Should -BeNullOrEmpty
        Get-ZProcess 'short*' | Should -BeNullOrEmpty
    }

    It 'is stopped and removed' {
        $job = Start-ZProcess -As $As { try { $State.here = 1; while ($true) { Start-Sleep 1 } } finally { $State.cleaned = 1 } }
        $null = Wait-ZState here -Equal 1 -TimeoutSec 120
        Stop-Job $job
        $job.State | Should -Be 'Stopped'
        Get-ZState cleaned | Should -Be 1
        Remove-Job $job
        Get-ZProcess | Should -BeNullOrEmpty
        Remove-ZState here, cleaned
    }

    It 'is waited for as one of several' {
        $slow = Start-ZProcess -As $As { Wait-ZState never -Equal 1 }
        $fast = Start-ZProcess -As $As { }
        (Wait-Job $slow, $fast -Any -Timeout 120).Id | Should -Be $fast.Id
    }

    It 'tells of its state' {
        $job = New-ZProcess -As $As { }
        $job.JobStateInfo.State | Should -Be 'NotStarted'
        Register-ObjectEvent $job StateChanged -SourceIdentifier ended
        $null = $job | Start-ZProcess | Wait-ZProcess
        $seen = do {
            $raised = Wait-Event ended -Timeout 120
            "$($raised.SourceEventArgs.JobStateInfo.State)"
            if ($raised) { Remove-Event -EventIdentifier $raised.EventIdentifier }
        } until (-not $raised -or $raised.SourceEventArgs.JobStateInfo.State -eq 'Completed')
        $seen | Should -Contain 'Completed'
        Unregister-Event ended
    }
}
