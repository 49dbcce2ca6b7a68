# How a process ended: one state in both kinds, and the reason in the job.

BeforeDiscovery {
    . "$PSScriptRoot/../Common.ps1"
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../../ZProc.psd1"
    $context = Start-ZProcContext
}

AfterAll {
    Stop-ZProcContext $context
}

Describe 'The end of a process -As <As>' -ForEach $kinds {
    It 'has the exception as the reason of the failed job, and Receive-Job writes it once' {
        $process = Start-ZProcess -As $As { 1; throw [System.DivideByZeroException]::new('zero') } | Wait-ZProcess
        $process.JobStateInfo.State | Should -Be 'Failed'
        $process.JobStateInfo.Reason | Should -BeOfType ([System.DivideByZeroException])
        $process | Receive-Job -Keep -ErrorAction SilentlyContinue -ErrorVariable bad | Should -Be 1
        @($bad).Count | Should -Be 1
        $bad[0].Exception | Should -BeOfType ([System.DivideByZeroException])
        $process | Receive-ZProcess -ErrorAction SilentlyContinue -ErrorVariable bad | Should -Be 1
        "$bad" | Should -Be 'zero'
    }

    It 'has no reason where the process did not fail' {
        (Start-ZProcess -As $As { Write-Error 'only said' } | Wait-ZProcess).JobStateInfo.Reason | Should -BeNullOrEmpty
    }

    It 'has the exit code in the reason' {
        "$((Start-ZProcess -As $As -Name coded { exit 3 } | Wait-ZProcess).JobStateInfo.Reason.Message)" | Should -BeLike '*exit code 3*'
    }

    It 'is Stopped for a script that is stuck in .NET and was stopped' {
        $gate = if ($As -eq 'Runspace') { [System.Threading.ManualResetEventSlim]::new() }
        $process = Start-ZProcess -As $As { $State.stuck = 1; if ($gate = $using:gate) { $gate.Wait() } else { [System.Threading.Thread]::Sleep(600000) } }
        $null = Wait-ZState stuck -Equal 1 -TimeoutSec 120
        Stop-ZProcess $process -GraceSec 0.2
        $process.State | Should -Be 'Stopped'
        $process.ExitCode | Should -Not -Be 0
        if ($gate) {
            $process.StatusMessage | Should -BeLike '*abandoned*' # the thread may still run, so the user is told
            $process | Receive-ZProcess -ErrorAction SilentlyContinue -ErrorVariable bad
            "$bad" | Should -BeLike '*abandoned*'
            $gate.Set()
        }
        Remove-ZState stuck
    }
}

Describe 'The job of Invoke-ZParallel -AsJob -As <As>' -ForEach $kinds {
    AfterEach {
        Get-ZProcess | Remove-ZProcess -Force
    }

    It 'shows the block as its command' {
        $job = 1 | Invoke-ZParallel -As $As -AsJob { 'my own block' }
        $job.Command | Should -BeLike "*'my own block'*"
        $job.Command | Should -Not -BeLike '*zproc*'
        $job | Receive-ZProcess -Wait | Should -Be 'my own block'
        $job.State | Should -Be 'Completed'
    }

    It 'has failed when items failed, and says how many' {
        $job = 1..3 | Invoke-ZParallel -As $As -AsJob { if ($_ -eq 2) { throw 'bad' }; $_ }
        $job | Receive-ZProcess -Wait -ErrorAction SilentlyContinue -ErrorVariable bad | Should -Be @(1, 3)
        $job.State | Should -Be 'Failed'
        $job.JobStateInfo.Reason.Message | Should -BeLike '*1 of 3 items failed*'
        "$($bad[0])" | Should -Be 'Item 1 (2): bad'
        @($bad).Count | Should -Be 2
    }

    It 'has completed when items only wrote errors' {
        $job = 1..3 | Invoke-ZParallel -As $As -AsJob { Write-Error 'only said'; $_ } | Wait-ZProcess
        $job.State | Should -Be 'Completed'
    }

    It 'has failed when the time was over' {
        $job = 1 | Invoke-ZParallel -As $As -AsJob -TimeoutSec 1 { Start-Sleep 600 } | Wait-ZProcess -TimeoutSec 120
        $job.State | Should -Be 'Failed'
        $job.JobStateInfo.Reason | Should -BeOfType ([System.TimeoutException])
    }

    It 'has failed when the first error ended it' {
        $job = 1..3 | Invoke-ZParallel -As $As -AsJob -StopOnError { if ($_ -eq 2) { Write-Error 'bad' }; $_ } | Wait-ZProcess -TimeoutSec 120
        $job.State | Should -Be 'Failed'
        $job.JobStateInfo.Reason.Message | Should -BeLike '*bad*'
    }

    It 'has failed when the initialization failed' {
        $job = 1 | Invoke-ZParallel -As $As -AsJob -InitializationScript { throw 'no start' } { $_ } | Wait-ZProcess -TimeoutSec 120
        $job.State | Should -Be 'Failed'
        $job.JobStateInfo.Reason.Message | Should -BeLike '*no start*'
    }
}

Describe 'Invoke-ZParallel with many runspaces and a time limit' {
    It 'ends soon after the limit' {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        { 1..200 | Invoke-ZParallel { Start-Sleep 600 } -ThrottleLimit 200 -TimeoutSec 1 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Timeout*'
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 60
        [runspace]::DefaultRunspace.RunspaceStateInfo.State | Should -Be 'Opened'
    }
}

Describe 'The end of a context with processes -As <As>' -ForEach $kinds {
    It 'leaves the context to their finally blocks' {
        $inner = Start-ZProcContext inner
        $file = Join-Path $TestDrive "finally-$As"
        $null = Start-ZProcess -As $As -ArgumentList $file {
            param($file)
            try { $State.up = 1; while ($true) { Start-Sleep 1 } }
            finally {
                $ended = Update-ZState ended -Increment 1
                [System.IO.File]::WriteAllText($file, "$ended $(Get-ZState ended) $($State.ended) $($Context.Name)")
            }
        }
        $null = Wait-ZState up -Truthy -TimeoutSec 120
        Stop-ZProcContext $inner
        Get-Content $file | Should -Be '1 1 1 inner'
        $null = Select-ZProcContext $context
    }

    It 'lets no script go on behind a process that it waits for' {
        $inner = Start-ZProcContext inner
        $count = $As -eq 'Runspace' ? 30 : 2
        $null = 1..$count | ForEach-Object {
            Start-ZProcess -As $As -ArgumentList $TestDrive, $_ {
                param($folder, $number)
                $null = Start-ZProcess -As Runspace -ArgumentList $number { $null = Set-ZState "up$args" 1; $null = Wait-ZState never -Truthy } | Wait-ZProcess -ErrorAction Ignore
                [System.IO.File]::WriteAllText("$folder/after$number", 'ran')
            }
        }
        foreach ($number in 1..$count) { $null = Wait-ZState "up$number" -Truthy -TimeoutSec 120 }
        Stop-ZProcContext $inner
        Get-ChildItem $TestDrive -Filter 'after*' | Should -BeNullOrEmpty
        $null = Select-ZProcContext $context
    }
}

Describe 'The end of a context with items of Invoke-ZParallel' {
    It 'lets no item go on behind a process that it waits for' {
        $inner = Start-ZProcContext inner
        $count = 40
        $null = 1..$count | ForEach-Object { Start-ZProcess -As Runspace -Name "waited$_" { Start-Sleep 3600 } }
        $other = [powershell]::Create().AddScript({
                param($Module, $Context, $Count, $Folder)
                Import-Module $Module
                $null = Select-ZProcContext $Context
                1..$Count | Invoke-ZParallel -ThrottleLimit $Count -BatchSize 1 -ArgumentList $Folder {
                    param($Folder)
                    $null = Update-ZState waiting -Increment 1
                    $null = Get-ZProcess "waited$_" | Wait-ZProcess -ErrorAction Ignore
                    [System.IO.File]::WriteAllText("$Folder/behind$_", 'ran')
                }
            }).AddArgument("$PSScriptRoot/../../../ZProc.psd1").AddArgument($inner).AddArgument($count).AddArgument($TestDrive)
        $call = $other.BeginInvoke()
        $null = Wait-ZState waiting -Equal $count -TimeoutSec 120
        Stop-ZProcContext $inner
        $null = $other.EndInvoke($call)
        $other.Dispose()
        Get-ChildItem $TestDrive -Filter 'behind*' | Should -BeNullOrEmpty
        $null = Select-ZProcContext $context
    }
}
