# Actions of PowerShell's own events (Register-ObjectEvent -Action, Register-EngineEvent -Action) run while a command waits.

BeforeDiscovery {
    . "$PSScriptRoot/../Common.ps1"
    $waits = @(
        @{ Wait = 'Wait-ZState'; Block = { Wait-ZState done -Equal 1 -TimeoutSec 120 } }
        @{ Wait = 'Wait-ZState -When'; Block = { (Wait-ZState -When { $_.done -eq 1 } -TimeoutSec 120).done } }
        @{ Wait = 'Wait-ZState -Watcher'; Block = { $w = Register-ZStateWatcher done -SinceRevision $since; Wait-ZState -Watcher $w -TimeoutSec 120; Unregister-ZStateWatcher $w.Name } }
        @{ Wait = 'Watch-ZState'; Block = { (Watch-ZState done -SinceRevision $since -Count 1 -TimeoutSec 120).Value } }
        @{ Wait = 'Wait-ZProcess'; Block = { (Start-ZProcess -As Runspace { Wait-ZState done -Equal 1 -TimeoutSec 120 } | Wait-ZProcess -TimeoutSec 120 | Receive-ZProcess) } }
        @{ Wait = 'Receive-ZProcess -Wait'; Block = { Start-ZProcess -As Runspace { Wait-ZState done -Equal 1 -TimeoutSec 120 } | Receive-ZProcess -Wait } }
        @{ Wait = 'Invoke-ZParallel'; Block = { 1 | Invoke-ZParallel { Wait-ZState done -Equal 1 -TimeoutSec 120 } -TimeoutSec 120 } }
        @{ Wait = 'Update-ZState, for a turn'; Block = {
                $holder = Start-ZProcess -As Runspace { Update-ZState { Set-Content $using:turnFile held; while (-not (Test-Path $using:goFile)) { [System.Threading.Thread]::Sleep(5) } } }
                while (-not (Test-Path $turnFile)) { [System.Threading.Thread]::Sleep(5) }
                Update-ZState { 1 } -TimeoutSec 120
                $holder | Receive-ZProcess -Wait
            } }
        @{ Wait = 'Sync-ZState'; Block = {
                $holder = Start-ZProcess -As Runspace { Update-ZState { Set-Content $using:turnFile held; while (-not (Test-Path $using:goFile)) { [System.Threading.Thread]::Sleep(5) } } }
                while (-not (Test-Path $turnFile)) { [System.Threading.Thread]::Sleep(5) }
                Set-ZState late 1 -NoWait
                Sync-ZState -TimeoutSec 120
                $holder | Receive-ZProcess -Wait
                1
            } }
    )
    $wheres = @(@{ Where = 'the session'; As = $null }) + @($kinds | ForEach-Object { @{ Where = "a process -As $($_.As)"; As = $_.As } })
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../../ZProc.psd1"
}

Describe 'An action of an event in <Where>' -ForEach $wheres {
    BeforeAll {
        $context = Start-ZProcContext

        # An event that comes while the block waits: a timer of .NET, which raises its event again and again until the action has run.
        $script = {
            param($Block, $Folder)
            $turnFile = Join-Path $Folder turn
            $goFile = Join-Path $Folder go
            $since = [long](Get-ZStateNamespace | Where-Object Name -EQ default).Revision # on a busy machine the action runs before the wait begins
            $timer = [System.Timers.Timer]::new(20)
            $null = Register-ObjectEvent $timer Elapsed -MessageData $goFile -Action {
                Set-Content $Event.MessageData go
                Set-ZState done 1 -NoWait
            }
            $timer.Start()
            & ([scriptblock]::Create($Block))
            $timer.Stop()
            Get-EventSubscriber | Unregister-Event
            Get-Job | Where-Object PSJobTypeName -NE ZProcess | Remove-Job -Force
            "left: $(@(Get-EventSubscriber -Force | Where-Object SourceIdentifier -NotLike 'PowerShell.*').Count)"
        }
    }

    AfterAll {
        Stop-ZProcContext $context
    }

    It 'runs during <Wait>' -ForEach $waits {
        Clear-ZState
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))
        $result = if ($As) {
            Start-ZProcess -As $As $script -ArgumentList "$Block", $folder.FullName | Receive-ZProcess -Wait
        }
        else {
            & $script "$Block" $folder.FullName
        }
        $result | Should -Be @(1, 'left: 0')
    }
}

Describe 'The wait of a command for PowerShell events' {
    BeforeAll {
        $context = Start-ZProcContext
    }

    AfterAll {
        Get-EventSubscriber | Unregister-Event
        Stop-ZProcContext $context
    }

    It 'leaves events without an action to Wait-Event' {
        $null = Register-EngineEvent zprocAction -Action { Set-ZState acted 1 }
        $timer = [System.Timers.Timer]::new(20)
        $timer.AutoReset = $false
        Register-ObjectEvent $timer Elapsed -SourceIdentifier zprocPlain
        $timer.Start()
        1 | Invoke-ZParallel { [System.Threading.Thread]::Sleep(100) }
        (Wait-Event zprocPlain -Timeout 60).SourceIdentifier | Should -Be zprocPlain
        Remove-Event zprocPlain
        Unregister-Event zprocPlain
        Unregister-Event zprocAction
    }

    It 'runs every action, however many were queued before the wait' {
        $global:zprocSeen = [System.Collections.Generic.List[int]]::new()
        $null = Register-EngineEvent zprocMany -Action {
            $global:zprocSeen.Add($Event.SourceArgs[0])
            if ($global:zprocSeen.Count -eq 500) { Set-ZState many 1 }
        }
        $shell = [powershell]::Create().AddScript('param($Events) foreach ($i in 1..500) { $null = $Events.GenerateEvent("zprocMany", $null, @($i), $null) }').AddArgument([runspace]::DefaultRunspace.Events)
        $running = $shell.BeginInvoke()
        $running.AsyncWaitHandle.WaitOne(60000) | Should -BeTrue # the engine runs no action meanwhile
        Wait-ZState many -Equal 1 -TimeoutSec 120 | Should -Be 1
        ($global:zprocSeen | Sort-Object -Unique).Count | Should -Be 500
        $shell.Dispose()
        Remove-Variable zprocSeen -Scope Global
        Unregister-Event zprocMany
    }

    It 'lets an action register the same source identifier anew' {
        $script:again = $null
        $null = Register-EngineEvent zprocAgain -Action {
            Unregister-Event zprocAgain
            try {
                $timer = [System.Timers.Timer]::new(60000)
                $null = Register-ObjectEvent $timer Elapsed -SourceIdentifier zprocAgain -Action { } -ErrorAction Stop
                Set-ZState again 'registered'
            }
            catch { Set-ZState again "$_" }
        }
        $events = [runspace]::DefaultRunspace.Events
        $thread = Start-ThreadJob { $null = ($using:events).GenerateEvent('zprocAgain', $null, @(), $null) }
        Wait-ZState again -Available -TimeoutSec 120 | Should -Be 'registered'
        $null = $thread | Receive-Job -Wait -AutoRemoveJob
        Unregister-Event zprocAgain
    }

    It 'is stopped promptly, also while events come without a pause' {
        $shell = [powershell]::Create([runspacefactory]::CreateRunspace())
        $shell.Runspace.Open()
        $null = $shell.AddScript({
                param($Module, $Seen)
                Import-Module $Module
                $null = Start-ZProcContext
                $timer = [System.Timers.Timer]::new(1)
                $null = Register-ObjectEvent $timer Elapsed -Action { Update-ZState count -Increment 1 }
                $timer.Start()
                try { $Seen.Waits = $true; Wait-ZState never -Equal 1 } finally { Stop-ZProcContext }
            }).AddArgument((Convert-Path "$PSScriptRoot/../../../ZProc.psd1")).AddArgument(($seen = [hashtable]::Synchronized(@{})))
        try {
            $running = $shell.BeginInvoke()
            while (-not $seen.Waits -and -not $running.IsCompleted) { [System.Threading.Thread]::Sleep(20) }
            $running.IsCompleted | Should -BeFalse
            $stop = $shell.BeginStop($null, $null)
            $stop.AsyncWaitHandle.WaitOne(60000) | Should -BeTrue
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }
    }

    It 'keeps its deadline while events come without a pause' {
        $timer = [System.Timers.Timer]::new(1)
        $null = Register-ObjectEvent $timer Elapsed -SourceIdentifier zprocFlood -Action { $null = 1 }
        $timer.Start()
        { Wait-ZState never -Equal 1 -TimeoutSec 0.2 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.Timeout*'
        $timer.Stop()
        Unregister-Event zprocFlood
    }
}
