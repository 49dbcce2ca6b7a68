# What a script starts ends with the script, wherever the script runs.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/../Support/Kinds.psm1"
    . "$PSScriptRoot/../Common.ps1"
    $table = foreach ($kind in Get-Kind) { foreach ($inner in 'Runspace', 'Process') { $kind + @{ Inner = $inner } } }
    $calls = foreach ($kind in $kinds) { foreach ($inner in 'Runspace', 'Process') { $kind + @{ Inner = $inner } } }
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../../ZProc.psd1"
    Import-Module "$PSScriptRoot/../Support/Family.psm1"
    Import-Module "$PSScriptRoot/../Support/Kinds.psm1"
    $context = Start-ZProcContext
}

AfterAll {
    Stop-ZProcContext $context
}

Describe 'A process that a script starts' {
    AfterEach {
        Get-ZProcess | Remove-ZProcess -Force
        Remove-ZState * -Namespace started -ErrorAction Ignore
    }

    It 'has ended when a script of kind <Kind> has ended: -As <Inner>' -ForEach $table {
        $result = Invoke-Kind $Kind {
            $null = Start-ZProcess -Name helper -As $using:Inner -Namespace started { $State.up = 1; Start-Sleep 600 }
            $null = Wait-ZState up -Equal 1 -Namespace started -TimeoutSec 120
        }
        "$($result.Error)" | Should -BeNullOrEmpty
        Get-ZState up -Namespace started | Should -Be 1
        @(Get-ZProcess helper -All -ErrorAction Ignore | Where-Object State -EQ Running) | Should -BeNullOrEmpty
    }

    It 'ends with each attempt -As <As>' -ForEach $kinds {
        $process = Start-ZProcess -As $As -MaximumRetryCount 2 -RetryIntervalSec 0.1 {
            $null = Start-ZProcess -Name helper -As Runspace { Start-Sleep 600 }
            throw 'bad'
        } | Wait-ZProcess -TimeoutSec 300
        $process.Attempts | Should -Be 3
        @(Get-ZProcess helper -All -ErrorAction Ignore | Where-Object State -EQ Running) | Should -BeNullOrEmpty
    }

    It 'is stopped together with its script, -As <As>, and what it has started itself as well' -ForEach $kinds {
        $process = Start-ZProcess -As $As -Namespace started {
            $null = Start-ZProcess -As Runspace {
                $null = Start-ZProcess -As Runspace { try { $State.deep = 1; Start-Sleep 600 } finally { $State.deepEnd = 1 } }
                try { $null = Wait-ZState deep -Equal 1; $State.middle = 1; Start-Sleep 600 } finally { $State.middleEnd = 1 }
            }
            $null = Wait-ZState middle -Equal 1
            $State.outer = 1
            Start-Sleep 600
        }
        $null = Wait-ZState outer -Equal 1 -Namespace started -TimeoutSec 120
        Stop-ZProcess $process -GraceSec 60
        $process.State | Should -Be 'Stopped'
        Get-ZState deepEnd -Namespace started | Should -Be 1
        Get-ZState middleEnd -Namespace started | Should -Be 1
    }

    It 'has the grace of the process that is stopped, -As <As>' -ForEach $kinds {
        $process = Start-ZProcess -As $As -Namespace started {
            $null = Start-ZProcess -As Runspace {
                try { $State.up = 1; Start-Sleep 600 }
                finally { [System.Threading.Thread]::Sleep(6000); $State.end = 1 }
            }
            Start-Sleep 600
        }
        $null = Wait-ZState up -Equal 1 -Namespace started -TimeoutSec 120
        Stop-ZProcess $process -GraceSec 120
        Get-ZState end -Namespace started | Should -Be 1
    }

    It 'that is an item of Invoke-ZParallel -As <Inner> has the grace of the process that is stopped, -As <As>' -Skip:$IsWindows -ForEach $calls {
        $file = "$TestDrive/$As$Inner"
        $process = Start-ZProcess -As $As -Namespace started -ArgumentList $Inner, $file {
            param($Inner, $File)
            1 | Invoke-ZParallel -As $Inner -ArgumentList $File {
                param($File)
                try { sh -c 'trap "sleep 3; echo term > \"$0\"; exit 0" TERM; echo up > "$0-up"; while :; do sleep 0.1; done' $File }
                finally { [System.Threading.Thread]::Sleep(2000); [System.IO.File]::WriteAllText("$File-finally", '') }
            }
        }
        Wait-Until { Test-Path "$file-up" } 120 'the program of the item runs'
        Stop-ZProcess $process -GraceSec 120
        $file | Should -Exist
        "$file-finally" | Should -Exist
    }

    It 'ends with a script that cannot be stopped, which starts nothing after that' {
        $gate = [System.Threading.ManualResetEventSlim]::new()
        $refused = [System.Collections.Concurrent.BlockingCollection[string]]::new()
        $process = Start-ZProcess -As Runspace -Namespace started {
            $gate, $refused = $using:gate, $using:refused
            $null = Start-ZProcess -Name helper -As Runspace { $State.up = 1; Start-Sleep 600 }
            $null = Wait-ZState up -Equal 1
            try { $State.stuck = 1; $gate.Wait() }
            finally { try { Start-ZProcess -Name late -As Runspace { } } catch { $refused.Add($_.FullyQualifiedErrorId) } }
        }
        $null = Wait-ZState stuck -Equal 1 -Namespace started -TimeoutSec 120
        $helper = Get-ZProcess helper
        Stop-ZProcess $process -GraceSec 0.2
        $process.StatusMessage | Should -BeLike '*abandoned*'
        ($helper | Wait-ZProcess -TimeoutSec 120).State | Should -Be 'Stopped'
        $gate.Set()
        $error_ = ''
        $refused.TryTake([ref] $error_, 120000) | Should -BeTrue
        $error_ | Should -BeLike 'ZProc.ProcessFailed*'
        Get-ZProcess late -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'ends with the watcher whose action started it, -As <As>' -ForEach $kinds {
        $watcher = Register-ZStateWatcher go -Namespace started -As $As -Action {
            $null = Start-ZProcess -Name helper -As Runspace -Namespace started { $State.up = 1; Start-Sleep 600 }
        }
        Set-ZState go 1 -Namespace started
        $null = Wait-ZState up -Equal 1 -Namespace started -TimeoutSec 120
        Unregister-ZStateWatcher $watcher
        @(Get-ZProcess helper -All -ErrorAction Ignore | Where-Object State -EQ Running) | Should -BeNullOrEmpty
    }

    It 'does not end with another process that has ended' {
        $helper = Start-ZProcess -As Runspace -Namespace started { $State.up = 1; Start-Sleep 600 }
        $null = Wait-ZState up -Equal 1 -Namespace started -TimeoutSec 120
        $null = Start-ZProcess -As Runspace { } | Wait-ZProcess
        1..3 | Invoke-ZParallel { $_ } | Should -Be 1, 2, 3
        $helper.State | Should -Be 'Running'
    }
}
