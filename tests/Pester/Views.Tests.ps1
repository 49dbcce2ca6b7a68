# The tables fit 80 columns: each object is one line, and no header and no value that counts is broken or cut.

BeforeDiscovery {
    $tables = @(
        @{ Of = 'processes'; Header = 'Id', 'Name', 'State', 'ExitCode', 'Attempts', 'Started', 'ProcessId', 'As'; Make = { $processes }; Whole = 'State', 'ExitCode', 'Attempts', 'ProcessId', 'As', 'Id' }
        @{ Of = 'contexts'; Header = 'Name', 'Namespace', 'IsOwner', 'ProcessId', 'Endpoint'; Make = { Get-ZProcContext }; Whole = 'IsOwner', 'ProcessId' }
        @{ Of = 'servers'; Header = 'Name', 'State', 'ProcessId', 'StartTime', 'Endpoint'; Make = { Get-ZProcServer "views-$PID" }; Whole = , 'ProcessId' }
        @{ Of = 'watchers'; Header = 'Id', 'Name', 'Key', 'Condition', 'Action', 'Namespace'; Make = { Get-ZStateWatcher }; Whole = 'Id', 'Condition' }
        @{ Of = 'updates'; Header = 'Revision', 'Time', 'Change', 'Source'; Make = { Get-ZState -History }; Whole = , 'Revision' }
        @{ Of = 'entries'; Header = 'Key', 'Value', 'Revision', 'Updated'; Make = { Get-ZState -Detailed }; Whole = , 'Revision' }
        @{ Of = 'namespaces'; Header = 'Name', 'IsCurrent', 'Count', 'Bytes', 'Revision', 'Updated'; Make = { Get-ZStateNamespace }; Whole = 'IsCurrent', 'Count', 'Bytes', 'Revision' }
    )
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    $long = 'a-rather-long-name-that-somebody-gave-to-an-object-of-which-the-table-shows-the-beginning'
    $null = Start-ZProcServer "views-$PID"
    $null = Start-ZProcContext $long
    $null = Start-ZProcContext views -Namespace 'a-namespace-with-a-long-name'
    Set-ZState $long ('x' * 200)
    Set-ZState number 12345678
    Set-ZState b 1 -Namespace $long
    $null = Register-ZStateWatcher $long, number, "$long*" -Name $long
    $null = Register-ZStateWatcher number -NotEqual 1 -As Runspace -Action { }
    $processes = @(
        Start-ZProcess -Name $long -As Runspace { }
        Start-ZProcess -As Runspace { throw 'no' } -MaximumRetryCount 1 -RetryIntervalSec 0
        Start-ZProcess { exit 255 }
        New-ZProcess { }
    )
    $null = $processes[0..2] | Wait-ZProcess -TimeoutSec 120
}

AfterAll {
    Stop-ZProcContext $long
    Stop-ZProcContext views
    Stop-ZProcServer "views-$PID"
}

Describe 'At 80 columns' {
    It 'the table of <Of> has one line for each object, with whole headers and numbers' -ForEach $tables {
        $objects = @(& $Make)
        $objects.Count | Should -BeGreaterThan 0
        $text = $objects | Out-String -Width 80
        $lines = @(($text -replace '\e\[[0-9;]*m') -split '\r?\n' | Where-Object { $_.Trim() })
        $lines.Count | Should -Be ($objects.Count + 2) -Because $text
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80
        -split $lines[0] | Should -Be $Header -Because $text
        for ($i = 0; $i -lt $objects.Count; $i++) {
            foreach ($name in $Whole) { $lines[$i + 2] | Should -Match "(^|\s)$([regex]::Escape("$($objects[$i].$name)"))(\s|$)" -Because "$name in`n$text" }
        }
    }

    It 'the list of a process has the rest' {
        $text = $processes[1] | Format-List | Out-String -Width 80
        foreach ($name in 'EndTime', 'HasMoreData', 'StartTime') { $text | Should -Match "(?m)^$name\s+:" }
    }
}
