BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/OtherSession.psm1"
    $name = "test-durable-$PID"

    function Get-FaultId([scriptblock] $action) {
        try {
            $null = & $action
        }
        catch {
            ($_.FullyQualifiedErrorId -split ',')[0]
        }
    }
}

AfterAll {
    Get-ZProcContext | ForEach-Object { if ($_.IsOwner) { Stop-ZProcContext $_.Name } else { Disconnect-ZProcContext $_.Name } }
    Get-ZProcServer "test-durable-$PID*" | Stop-ZProcServer
}

Describe 'A context with a state on disk' {
    It 'goes on where it ended, below the current folder, and says where it is' {
        Push-Location $TestDrive
        try {
            $context = Start-ZProcContext -Path 'my [state]'
            $context.Path | Should -Be (Join-Path $TestDrive 'my [state]')
            Set-ZState a 1
            Update-ZState a -Increment 4
            $id = $context.Id
            Stop-ZProcContext
            $again = Start-ZProcContext -Path 'my [state]' -Durability Interval
            $again.Id | Should -Be $id
            Get-ZState a | Should -Be 5
            Get-ZState a -Revision 1 | Should -Be 1
            Get-FaultId { Start-ZProcContext -Path 'my [state]' } | Should -Be 'ZProc.DirectoryInUse'
            { Start-ZProcContext -Path 'my [state]' } | Should -Throw "*process $PID on $([Environment]::MachineName)*"
            Stop-ZProcContext
        }
        finally {
            Pop-Location
        }
    }

    It 'refuses what is no folder for it, and changes nothing with -WhatIf' {
        $file = New-Item (Join-Path $TestDrive 'file')
        Get-FaultId { Start-ZProcContext -Path $file } | Should -Be 'ZProc.InvalidArgument'
        Get-FaultId { Start-ZProcContext -Path (Join-Path $TestDrive 'missing/state') } | Should -Be 'ZProc.InvalidArgument'
        Get-FaultId { Start-ZProcContext -Path 'env:/x' } | Should -Be 'ZProc.InvalidArgument'
        Get-FaultId { Start-ZProcContext -Durability Always } | Should -Be 'ZProc.InvalidArgument'
        Start-ZProcContext -Path (Join-Path $TestDrive 'new') -WhatIf
        Start-ZProcServer -Path (Join-Path $TestDrive 'new') -WhatIf
        Use-ZProcContext -Path (Join-Path $TestDrive 'new') -WhatIf { 'ran' } | Should -BeNullOrEmpty
        & { $WhatIfPreference = $true; Use-ZProcContext -Path (Join-Path $TestDrive 'new') { 'ran' } } | Should -BeNullOrEmpty
        Join-Path $TestDrive 'new' | Should -Not -Exist
        Get-ZProcContext | Should -BeNullOrEmpty
    }
}

Describe 'A server with a state on disk' {
    It 'is killed and started again, and a session that joined goes on' {
        $path = Join-Path $TestDrive 'served'
        $server = Start-ZProcServer $name -Path $path
        $server.Path | Should -Be $path
        (Get-ZProcServer $name).Path | Should -Be $path
        $context = Connect-ZProcContext -Name $name
        Set-ZState n 1
        Get-FaultId { Start-ZProcServer "$name-2" -Path $path } | Should -Be 'ZProc.DirectoryInUse'

        Stop-Process -Id $server.ProcessId -Force
        Wait-Process -Id $server.ProcessId -ErrorAction SilentlyContinue
        $next = Start-ZProcServer $name -Path $path
        $next.Endpoint | Should -Be $server.Endpoint
        Update-ZState n -Increment 1 | Should -Be 2
        Get-ZState n | Should -Be 2
        Get-ZState n -Revision 1 | Should -Be 1
        (Get-ZProcContext).Id | Should -Be $context.Id
        Disconnect-ZProcContext
        Stop-ZProcServer $name
    }
}

Describe 'A state on disk with a damaged log' {
    It 'says what is missing, and not that the last write was certainly acknowledged: <Lost> lost' -ForEach @(
        @{ Lost = 1; Warning = '*the last write could not be read*unless the machine failed in the middle of it*' }
        @{ Lost = 2; Warning = '*2 acknowledged writes*' }
    ) {
        $path = Join-Path $TestDrive "damaged $Lost"
        $server = Start-ZProcServer "$name-damaged" -Path $path
        $context = Connect-ZProcContext -Name "$name-damaged"
        Set-ZState n 0
        $size = (Get-Item "$path/state.db-wal").Length
        1..$Lost | ForEach-Object { Set-ZState n $_ }
        Disconnect-ZProcContext
        Stop-Process -Id $server.ProcessId -Force
        (Get-Process -Id $server.ProcessId -ErrorAction Ignore)?.WaitForExit()
        $log = [System.IO.File]::Open("$path/state.db-wal", 'Open')
        $log.Position = $size + 100
        $log.Write([byte[]] (0xA5, 0x5A), 0, 2)
        $log.Dispose()
        $null = Start-ZProcServer "$name-damaged" -Path $path -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -BeLike $Warning
        $next = Connect-ZProcContext -Name "$name-damaged"
        Get-ZState n | Should -Be 0
        $next.Id | Should -Not -Be $context.Id
        Disconnect-ZProcContext
        Stop-ZProcServer "$name-damaged"
    }
}

Describe 'A watcher in a session whose durable context lost its server' {
    It 'gives the updates that came before, without another server' {
        $outer = Start-ZProcContext -Name outer
        $owner = Start-OtherSession $outer.ConnectionString -Folder $TestDrive -Text @"
`$null = Start-ZProcContext -Name owned -Path '$(Join-Path $TestDrive 'owned')'
[Console]::Out.WriteLine((Get-ZProcContext owned).ConnectionString)
`$null = [Console]::In.ReadLine()
"@
        try {
            $joined = Connect-ZProcContext $owner.StandardOutput.ReadLine() -TimeoutSec 120
            $watcher = Register-ZStateWatcher a, b -Context $joined
            Set-ZState a 1 -Context $joined
            Set-ZState b 2 -Context $joined
            Stop-OtherSession $owner # nothing starts the next server
            $owner = $null
            Wait-ZState -Watcher $watcher | ForEach-Object { "$($_.Keys)=$($_.Values)" } | Should -Be 'a=1'
            Wait-ZState -Watcher $watcher -TimeoutSec 120 | ForEach-Object { "$($_.Keys)=$($_.Values)" } | Should -Be 'a b=1 2'
            Unregister-ZStateWatcher $watcher
            Disconnect-ZProcContext $joined
        }
        finally {
            if ($owner) { Stop-OtherSession $owner }
            Stop-ZProcContext outer
        }
    }
}

Describe 'A copy of the folder of a server' {
    It 'is another state: the sessions of the first one do not go on there' {
        $path = Join-Path $TestDrive 'night'
        $copy = Join-Path $TestDrive 'copy'
        $server = Start-ZProcServer "$name-night" -Path $path
        try {
            $context = Connect-ZProcContext -Name "$name-night"
            Set-ZState a original
            Stop-Process -Id $server.ProcessId -Force
            (Get-Process -Id $server.ProcessId -ErrorAction Ignore)?.WaitForExit()
            Copy-Item $path $copy -Recurse
            $inspected = Start-ZProcServer "$name-copy" -Path $copy
            $inspected.Endpoint | Should -Not -Be $server.Endpoint
            Set-ZState a meant -Context $context # starts a server again where the first one was
            $other = $inspected | Connect-ZProcContext -Name inspected
            Get-ZState a -Context $other | Should -Be 'original'
            Get-ZState a -Context $context | Should -Be 'meant'
            Disconnect-ZProcContext $context
            Disconnect-ZProcContext $other
        }
        finally {
            Get-ZProcServer "$name-night", "$name-copy" | Stop-ZProcServer
        }

        Use-ZProcContext -Path $path { Get-ZState a } | Should -Be 'meant'
    }
}

Describe 'A state on disk and another user of the machine' {
    BeforeAll {
        # Runs a script as a user without rights. The exit code tells nothing, as the script reports what it found.
        function Invoke-Unprivileged([string] $script) {
            $home65534 = New-Item (Join-Path ([System.IO.Path]::GetTempPath()) "zproc-nobody-$PID") -ItemType Directory -Force
            chown 65534:65534 $home65534
            try {
                & setpriv --reuid=65534 --regid=65534 --clear-groups -- env "HOME=$home65534" POWERSHELL_TELEMETRY_OPTOUT=1 (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $script
            }
            finally {
                Remove-Item $home65534 -Recurse -Force
            }
        }

        $manifest = (Resolve-Path "$PSScriptRoot/../../ZProc.psd1").Path
        $reason = if ($IsWindows) { 'skipped: no other user on Windows' }
        elseif ((id -u) -ne 0) { 'skipped: no root, who can become another user' }
        elseif (-not (Get-Command setpriv -ErrorAction Ignore)) { 'skipped: no setpriv' }
        elseif ((Invoke-Unprivileged "Test-Path '$manifest'") -ne $true) { 'skipped: no checkout that other users can read' }
    }

    It 'is closed to that user, who gets an error for a folder that he may not write' {
        if ($reason) { Set-ItResult -Skipped -Because $reason }

        $folder = (New-Item (Join-Path ([System.IO.Path]::GetTempPath()) "zproc-shared-$PID") -ItemType Directory).FullName
        try {
            chmod 755 $folder
            $null = Start-ZProcContext -Path (Join-Path $folder 'state')
            Set-ZState secret 'not for others'
            $report = Invoke-Unprivileged @"
Import-Module '$manifest'
try { `$null = Get-ChildItem '$folder/state' -ErrorAction Stop; 'listed' } catch { 'not listed' }
foreach (`$path in 'state', 'own') {
    try { `$null = Start-ZProcContext -Path (Join-Path '$folder' `$path) -ErrorAction Stop; 'started' } catch { (`$_.FullyQualifiedErrorId -split ',')[0] }
}
`$null = Start-ZProcContext -Path (Join-Path `$HOME 'state')
Set-ZState mine 1
Get-ZState mine
"@
            $report | Should -Be 'not listed', 'ZProc.InvalidArgument', 'ZProc.InvalidArgument', '1'
            Get-ZState secret | Should -Be 'not for others'
            Stop-ZProcContext
        }
        finally {
            Remove-Item $folder -Recurse -Force
        }
    }
}
