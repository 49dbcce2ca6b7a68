# The secret of a context or a server leaves the session only where a script names it.

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    $server = Start-ZProcServer "secret-$PID"
    $context = Start-ZProcContext owner
    $owned = [regex]::Match($context.ConnectionString, '[0-9a-f]{64}').Value
    $served = [regex]::Match($server.ConnectionString, '[0-9a-f]{64}').Value
}

AfterAll {
    Get-ZProcContext | Where-Object IsOwner | Stop-ZProcContext
    Stop-ZProcServer "secret-$PID"
}

Describe 'A connection string' {
    It 'is a property that scripts read and pipe' {
        $owned | Should -Not -BeNullOrEmpty
        $served | Should -Not -BeNullOrEmpty
        $context | Select-Object -ExpandProperty ConnectionString | Should -Be "$($context.ConnectionString)"
        $context | ForEach-Object ConnectionString | Should -Match $owned
        (Get-ZProcServer "secret-$PID").ConnectionString | Should -Be $server.ConnectionString
        $joined = $server | Connect-ZProcContext -Name joined
        try { $joined.ConnectionString | Should -Match $served } finally { Disconnect-ZProcContext joined }
    }

    It 'is a property in <As>, also when the script imports the module' -ForEach @(@{ As = 'Process' }, @{ As = 'Runspace' }) {
        $module = Convert-Path "$PSScriptRoot/../../ZProc.psd1"
        Start-ZProcess -Context $context -As $As -Props $module {
            (Get-ZProcContext).ConnectionString
            Import-Module $Props -ErrorAction Stop
            (Get-ZProcContext).ConnectionString
            [regex]::IsMatch((Get-ZProcContext | ConvertTo-Json -Depth 3 -WarningAction Ignore), "[0-9a-f]{64}")
        } | Receive-ZProcess -Wait -ErrorAction Stop | Should -Be @($context.ConnectionString, $context.ConnectionString, $false)
    }

    It 'does not come out of <Name>' -ForEach @(
        @{ Name = 'Format-List *'; Shows = { $_ | Format-List * | Out-String } }
        @{ Name = 'Format-List * -Force'; Shows = { $_ | Format-List * -Force | Out-String } }
        @{ Name = 'Format-Table *'; Shows = { $_ | Format-Table * | Out-String -Width 500 } }
        @{ Name = 'Format-Custom *'; Shows = { $_ | Format-Custom * -Depth 3 | Out-String } }
        @{ Name = 'the default view'; Shows = { $_ | Out-String; "$_" } }
        @{ Name = 'Select-Object *'; Shows = { $_ | Select-Object * | Format-List * | Out-String } }
        @{ Name = 'ConvertTo-Json'; Shows = { $_ | ConvertTo-Json -Depth 5 -WarningAction Ignore } }
        @{ Name = 'ConvertTo-Csv'; Shows = { $_ | ConvertTo-Csv } }
        @{ Name = 'ConvertTo-Html'; Shows = { $_ | ConvertTo-Html } }
        @{ Name = 'ConvertTo-Xml'; Shows = { $_ | ConvertTo-Xml -As String -Depth 3 } }
        @{ Name = 'CLIXML'; Shows = { [System.Management.Automation.PSSerializer]::Serialize($_, 5) } }
        @{ Name = 'a list in CLIXML'; Shows = { [System.Management.Automation.PSSerializer]::Serialize(@{ a = @($_) }, 5) } }
        @{ Name = 'Export-Clixml'; Shows = { $_ | Export-Clixml "$TestDrive/object.xml" -Depth 4; Get-Content "$TestDrive/object.xml" -Raw } }
        @{ Name = 'the state'; Shows = {
                Set-ZState kept @{ object = $_; list = @($_) } -Context $context
                [System.Management.Automation.PSSerializer]::Serialize((Get-ZState kept -Context $context), 5)
            } }
        @{ Name = 'the output of a process'; Shows = {
                $shown = Start-ZProcess -Context $context -As Process -Props $_ { $Props } | Receive-ZProcess -Wait -ErrorAction Stop
                [System.Management.Automation.PSSerializer]::Serialize($shown, 5)
            } }
    ) {
        foreach ($object in $context, $server) {
            $text = $object | ForEach-Object $Shows | Out-String -Width 1000
            $text | Should -Not -Match "$owned|$served"
            $text | Should -Match $object.Name
        }
    }
}
