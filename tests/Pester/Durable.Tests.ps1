BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
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
