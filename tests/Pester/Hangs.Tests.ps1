# Code that a script leaves for the end of its OS process or runspace, and that hangs there: whoever waits for the script goes on.

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/Family.psm1"
    $context = Start-ZProcContext
}

AfterAll {
    Stop-ZProcContext $context
    Remove-Module Family
}

Describe 'An OS process whose exit hangs' {
    BeforeAll {
        # What .NET runs when the OS process exits.
        $hook = {
            Add-Type 'public static class H { public static void Hook() { System.AppDomain.CurrentDomain.ProcessExit += (s, e) => System.Threading.Thread.Sleep(-1); } }'
            [H]::Hook()
        }
    }

    AfterEach {
        Get-ZProcess | Remove-ZProcess -Force
    }

    It 'is killed, and the result is that of its script: <State>' -ForEach @(
        @{ State = 'Completed'; Script = "'done'"; Code = 0 }
        @{ State = 'Failed'; Script = "'done'; exit 3"; Code = 3 }
    ) {
        $process = Start-ZProcess ([scriptblock]::Create("$hook; $Script")) | Wait-ZProcess -TimeoutSec 120 -ErrorAction Stop
        $process.State | Should -Be $State
        $process.ExitCode | Should -Be $Code
        $process | Receive-ZProcess -ErrorAction SilentlyContinue | Should -Be 'done'
    }

    It 'is not killed while a program of its script has time to end' -Skip:$IsWindows { # which has no SIGTERM
        $process = Start-ZProcess -ArgumentList "$TestDrive" {
            param($Folder)
            sh -c 'cd "$0"; trap "sleep 7; echo ended > ended; exit 0" TERM; echo up > up; while :; do sleep 0.1; done' $Folder
        }
        Wait-Until { Test-Path "$TestDrive/up" } 120 'the program runs'
        Stop-ZProcess $process -GraceSec 100
        "$TestDrive/ended" | Should -Exist
        $process.State | Should -Be 'Stopped'
    }
}

Describe 'A runspace of Invoke-ZParallel whose closing hangs' {
    BeforeAll {
        # The first runspace waits in its end, for as long as the test runs.
        $block = {
            if ($_ -eq 1) {
                $global:open = $args[0]
                $null = Register-EngineEvent PowerShell.Exiting -Action { $global:open.Wait() }
            }

            $_
        }
    }

    It 'does not keep the call from its end: <How>' -ForEach @(
        @{ How = 'after all items'; Options = @{ ThrottleLimit = 2 } }
        @{ How = 'before the next item, which needs a new runspace'; Options = @{ ThrottleLimit = 1; UseNewRunspace = $true } }
    ) {
        $open = [System.Threading.ManualResetEventSlim]::new()
        try {
            $process = Start-ZProcess -As Runspace -ArgumentList $block, $Options {
                param($Block, $Options)
                1..3 | Invoke-ZParallel ([scriptblock]::Create($Block)) -ArgumentList $using:open @Options
            }
            ($process | Wait-ZProcess -TimeoutSec 120 -ErrorAction Stop).State | Should -Be 'Completed'
            $process | Receive-ZProcess | Should -Be @(1, 2, 3)
        }
        finally {
            $open.Set()
            $process | Remove-ZProcess -Force
        }
    }
}
