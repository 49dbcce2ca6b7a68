# PowerShell's debugging commands on what ZProc starts.

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    $module = "$PSScriptRoot/../../ZProc.psd1"
}

Describe 'Debugging' {
    It 'Debug-Job stops the script of a runspace, and shows its variables' {
        $script = Join-Path $TestDrive debug.ps1
        Set-Content $script @'
            param($Module)
            Import-Module $Module
            $null = Start-ZProcContext
            $process = Start-ZProcess -Name looping -As Runspace {
                $mark = 'in' + 'side'
                Start-Sleep -Milliseconds 1 # loads its module
                Set-ZState ready 1
                while ($true) { Start-Sleep -Milliseconds 10 }
            }
            Wait-ZState ready -Truthy -TimeoutSec 60
            Debug-Job $process -BreakAll
            Stop-ZProcess $process
            "ended as $($process.State)"
'@
        $said = '$mark', 'detach' | & (Get-Process -Id $PID).Path -NoProfile -File $script $module | Out-String
        $said | Should -Match "\[DBG\]: \[looping\]: PS $([regex]::Escape($PWD))>>"
        $said | Should -Match 'inside'
        $said | Should -Match 'ended as Stopped'
    }

    Context 'in a context' {
        BeforeEach {
            $context = Start-ZProcContext
        }

        AfterEach {
            Stop-ZProcContext $context
        }

        It 'Debug-Job says how to debug an OS process' {
            $process = Start-ZProcess -Name outside { Start-Sleep 600 }
            { Debug-Job $process } | Should -Throw "*Enter-PSHostProcess -Id $($process.ProcessId)*Debug-Runspace -Name 'outside'*"
        }

        It 'Get-Runspace shows what the runspaces are for' {
            $null = Start-ZProcess -Name 'does the work' -As Runspace { Set-ZState ready 1; Start-Sleep 600 }
            Wait-ZState ready -Truthy -TimeoutSec 60
            (Get-Runspace).Name | Should -Contain 'does the work'
        }
    }
}
