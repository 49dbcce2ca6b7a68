# What an argument means that a script did not mean to give: an empty list, $null, a switch that is off, a number for a name.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    $withContext = Get-Command -Module ZProc -CommandType Cmdlet | Where-Object { $_.Parameters.ContainsKey('Context') } | ForEach-Object { @{ Command = $_.Name } }
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
}

Describe 'An empty list' {
    BeforeAll { $context = Start-ZProcContext }
    AfterAll { Stop-ZProcContext $context }

    It 'of names does not stand for all: <Command>' -ForEach @(
        @{ Command = 'Get-ZProcess @()' }
        @{ Command = 'Get-ZProcess -All -Name @()' }
        @{ Command = 'Get-ZStateWatcher @()' }
        @{ Command = 'Get-ZStateWatcher -Name @()' }
        @{ Command = 'Unregister-ZStateWatcher -Name @()' }
        @{ Command = 'Get-ZProcContext @()' }
        @{ Command = 'Get-ZProcServer @()' }
        @{ Command = 'Get-ZProcMachine @()' }
        @{ Command = 'Get-ZStateNamespace @()' }
    ) {
        { & ([scriptblock]::Create($Command)) } | Should -Throw "*'Name'*" -ErrorId 'ParameterArgumentValidationError,*'
    }

    It 'of names leaves every process and watcher as it was' {
        $process = Start-ZProcess -As Runspace { Wait-ZState never -Equal 1 }
        $watcher = Register-ZStateWatcher n
        $none = @()
        { Get-ZProcess $none | Stop-ZProcess -Force } | Should -Throw
        { Get-ZStateWatcher $none | Unregister-ZStateWatcher } | Should -Throw
        $process.State | Should -Be 'Running'
        (Get-ZStateWatcher).Id | Should -Be $watcher.Id
        Stop-ZProcess $process
        Unregister-ZStateWatcher $watcher
    }

    It 'of keys does not stand for all: <Command>' -ForEach @(
        @{ Command = 'Register-ZStateWatcher @() -Action { }'; Parameter = '-Key' }
        @{ Command = 'Register-ZStateWatcher -LiteralKey @() -Action { }'; Parameter = '-LiteralKey' }
        @{ Command = 'Wait-ZState @() -SinceRevision 0 -TimeoutSec 120'; Parameter = '-Key' }
        @{ Command = 'Wait-ZState a -LiteralKey @() -SinceRevision 0 -TimeoutSec 120'; Parameter = '-LiteralKey' }
        @{ Command = 'Watch-ZState -LiteralKey @() -SinceRevision 0 -Count 1 -TimeoutSec 120'; Parameter = '-LiteralKey' }
    ) {
        Set-ZState a 1
        { & ([scriptblock]::Create($Command)) } | Should -Throw "$Parameter`: *all keys*" -ErrorId 'ZProc.InvalidKey*'
        Get-ZStateWatcher | Should -BeNullOrEmpty
    }

    It 'of keys to leave out leaves out none' {
        Set-ZState a 1
        Wait-ZState a -ExcludeKey @() -SinceRevision 0 -TimeoutSec 120 | Should -Be 1
    }
}

Describe '$null' {
    BeforeAll { $context = Start-ZProcContext }
    AfterAll { Stop-ZProcContext $context }

    It 'is no context: <Command>' -ForEach $withContext {
        $more = @{}
        $parameters = (Get-Command $Command).Parameters
        if ($parameters.ContainsKey('WhatIf')) { $more.WhatIf = $true }
        if ($parameters.ContainsKey('TimeoutSec')) { $more.TimeoutSec = 1 }
        { & $Command -Context $null @more -ErrorAction Stop } | Should -Throw "*'Context'*" -ErrorId 'ParameterArgumentValidationError,*'
    }

    It 'does not end or empty the current context' {
        Set-ZState kept 1
        $old = $null
        { Stop-ZProcContext $old } | Should -Throw "*'Context'*"
        { Clear-ZState -Context $old } | Should -Throw "*'Context'*"
        Get-ZState kept | Should -Be 1
    }

    It 'is no name: <Command>' -ForEach @(
        @{ Command = 'Get-ZProcess $typo' }
        @{ Command = 'Get-ZProcess a, $null' }
        @{ Command = 'Get-ZProcContext -Name $null' }
        @{ Command = 'Get-ZProcContext a, $null' }
        @{ Command = 'Get-ZStateWatcher $null' }
        @{ Command = 'Get-ZStateWatcher a, $null' }
        @{ Command = 'Unregister-ZStateWatcher -Name $null' }
    ) {
        $typo = $null
        { & ([scriptblock]::Create($Command)) } | Should -Throw "*'Name'*" -ErrorId 'ParameterArgumentValidationError,*'
    }

    It 'is no revision to begin after: <Command>' -ForEach @(
        @{ Command = 'Watch-ZState -SinceRevision $null -Count 1 -TimeoutSec 0' }
        @{ Command = 'Wait-ZState -SinceRevision $null -TimeoutSec 0' }
        @{ Command = 'Register-ZStateWatcher -SinceRevision $null -Action { }' }
    ) {
        { & ([scriptblock]::Create($Command)) } | Should -Throw "*'SinceRevision'*" -ErrorId 'ParameterArgumentValidationError,*'
    }

    It 'is no action' {
        { Register-ZStateWatcher n -Action $null } | Should -Throw "*'Action'*" -ErrorId 'ParameterArgumentValidationError,*'
        { Register-ZStateWatcher n $null } | Should -Throw "*'Action'*" -ErrorId 'ParameterArgumentValidationError,*'
    }

    It 'as an optional list is none: <Command>' -ForEach @(
        @{ Command = '1 | Invoke-ZParallel { "item $_" } -ImportModule $null -ImportFunction $null -ArgumentList $null'; Output = 'item 1' }
        @{ Command = 'Start-ZProcess -As Runspace { "began" } -ImportModule $null -ImportFunction $null -ArgumentList $null | Receive-ZProcess -Wait'; Output = 'began' }
        @{ Command = 'Update-ZState { param($State) "$State" ? "given" : "lacks" } -ArgumentList $null'; Output = 'given' }
        @{ Command = 'Update-ZState { "$args" ? "given" : "lacks" } -ArgumentList $null'; Output = 'lacks' }
    ) {
        & ([scriptblock]::Create($Command)) | Should -Be $Output
    }

    It 'as the default of an optional list is none' {
        $own = Start-ZProcContext -ProcessDefaults @{ ImportModule = $null; ImportFunction = $null; RetryFor = $null; ArgumentList = $null }
        try { Start-ZProcess -As Runspace { 'began' } | Receive-ZProcess -Wait -ErrorAction Stop | Should -Be 'began' }
        finally { Stop-ZProcContext $own }
    }

    It 'in a list of names is an error: <Parameter>' -ForEach @(@{ Parameter = 'ImportModule' }, @{ Parameter = 'ImportFunction' }) {
        $given = @{ $Parameter = 'Microsoft.PowerShell.Utility', $null }
        { Start-ZProcess -As Runspace { } @given -ErrorAction Stop } | Should -Throw "-$Parameter`: *" -ErrorId 'ZProc.InvalidArgument*'
        $given = @{ $Parameter = @($null) }
        { 1 | Invoke-ZParallel { } @given -ErrorAction Stop } | Should -Throw "-$Parameter`: *" -ErrorId 'ZProc.InvalidArgument*'
    }
}

Describe 'An id in the place of a name' {
    BeforeAll { $context = Start-ZProcContext }
    AfterAll { Stop-ZProcContext $context }

    It 'names a process: <Command>' -ForEach @(
        @{ Command = 'Get-ZProcess' }
        @{ Command = 'Receive-ZProcess' }
        @{ Command = 'Wait-ZProcess' }
        @{ Command = 'Stop-ZProcess' }
        @{ Command = 'Restart-ZProcess' }
        @{ Command = 'Remove-ZProcess' }
    ) {
        $process = Start-ZProcess -As Runspace -Name "for $Command" { } | Wait-ZProcess -TimeoutSec 120
        $outputs = $Command -in 'Get-ZProcess', 'Wait-ZProcess', 'Restart-ZProcess'
        Invoke-Expression "$Command $($process.Id) -ErrorAction Stop" | ForEach-Object Name | Should -Be ($outputs ? $process.Name : $null)
        (Get-ZProcess $process.Name -ErrorAction Ignore).Count | Should -Be ($Command -eq 'Remove-ZProcess' ? 0 : 1)
    }

    It 'names a process however it comes: <Name>' -ForEach @(
        @{ Name = 'a variable'; Make = { param($id) $id } }
        @{ Name = 'an output of a command'; Make = { param($id) Write-Output $id } }
        @{ Name = 'a wrapped number'; Make = { param($id) [psobject]::AsPSObject($id) } }
        @{ Name = 'a list'; Make = { param($id) , @($id) } }
        @{ Name = 'a property'; Make = { param($id) [pscustomobject]@{ Id = $id } | ForEach-Object Id } }
        @{ Name = 'a long number'; Make = { param($id) [long] $id } }
        @{ Name = 'long numbers'; Make = { param($id) , [long[]] $id } }
        @{ Name = 'a number with a fraction of 0'; Make = { param($id) [double] $id } }
    ) {
        $process = New-ZProcess -As Runspace { }
        $id = & $Make $process.Id
        (Get-ZProcess $id -ErrorAction Stop).Id | Should -Be $process.Id
        Remove-ZProcess $id -ErrorAction Stop
        Get-ZProcess | Should -Not -Contain $process
    }

    It 'names several processes' {
        $one, $two, $three = New-ZProcess -As Runspace -Count 3 { }
        Invoke-Expression "Remove-ZProcess $($one.Id), $($three.Id) -ErrorAction Stop"
        Get-ZProcess | Should -Not -Contain $one
        Get-ZProcess | Should -Contain $two
        Get-ZProcess | Should -Not -Contain $three
    }

    It 'names a watcher' {
        $watcher = Register-ZStateWatcher n
        (Get-ZStateWatcher $watcher.Id -ErrorAction Stop).Id | Should -Be $watcher.Id
        Invoke-Expression "Unregister-ZStateWatcher $($watcher.Id) -ErrorAction Stop"
        Get-ZStateWatcher | Should -BeNullOrEmpty
    }

    It 'is a name as text, and in a list with names' {
        $process = New-ZProcess -As Runspace -Name numbered { }
        $named = New-ZProcess -As Runspace -Name "$($process.Id)" { }
        (Get-ZProcess "$($process.Id)").Id | Should -Be $named.Id
        (Get-ZProcess ([psobject]::AsPSObject("$($process.Id)"))).Id | Should -Be $named.Id
        (Get-ZProcess -Name $process.Id).Id | Should -Be $named.Id
        (Get-ZProcess numbered, $process.Id).Id | Should -Be $process.Id, $named.Id
        Invoke-Expression "Remove-ZProcess '$($process.Id)' -ErrorAction Stop"
        Get-ZProcess | Should -Not -Contain $named
        Get-ZProcess | Should -Contain $process
    }

    It 'is proposed where a name is missing, and a name where an id is missing' {
        $process = New-ZProcess -As Runspace -Name proposed { }
        { Get-ZProcess "$($process.Id)" -ErrorAction Stop } | Should -Throw "*'proposed'*-Id $($process.Id)*"
        $null = New-ZProcess -As Runspace -Name 777777 { }
        { Get-ZProcess 777777 -ErrorAction Stop } | Should -Throw '*-Name 777777*'
        $watcher = Register-ZStateWatcher n -Name proposed
        { Get-ZStateWatcher "$($watcher.Id)" -ErrorAction Stop } | Should -Throw "*'proposed'*-Id $($watcher.Id)*"
    }

    It 'has no fraction: <Command>' -ForEach @(
        @{ Command = 'Get-ZProcess 1.5' }
        @{ Command = 'Stop-ZProcess 1.5' }
        @{ Command = 'Stop-ZProcess -Id 1.5' }
        @{ Command = 'Stop-ZProcess 5000000000' }
        @{ Command = 'Unregister-ZStateWatcher 1, 1.5' }
    ) {
        { & ([scriptblock]::Create($Command)) } | Should -Throw "*'Id'*whole number*" -ErrorId 'ParameterArgumentTransformationError,*'
    }
}

Describe 'A switch that is off' {
    BeforeAll { $context = Start-ZProcContext }
    AfterAll { Stop-ZProcContext $context }

    It 'is no condition of a write' {
        Set-ZState k 1
        Set-ZState k 2 -IfAbsent:$false -IfRevision (Get-ZState k -Detailed).Revision -ErrorAction Stop
        Set-ZState k 3 -IfAbsent:$false -IfEqual 2 -ErrorAction Stop
        Get-ZState k | Should -Be 3
        { Set-ZState k 4 -IfAbsent -IfEqual 3 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
    }

    It 'is no condition of a wait for a watcher' {
        $watcher = Register-ZStateWatcher n
        Set-ZState n 1
        Wait-ZState -Watcher $watcher -Live:$false -ExcludeSelf:$false -TimeoutSec 120 -ErrorAction Stop | Should -Be 1
        { Wait-ZState -Watcher $watcher -Live -TimeoutSec 120 -ErrorAction Stop } | Should -Throw '*-Live*' -ErrorId 'ZProc.InvalidArgument*'
        Unregister-ZStateWatcher $watcher
    }

    It 'is no setting of a server, where a machine takes part' {
        Start-ZProcServer -Context 'redis://127.0.0.1:1/none' -Restart:$false -WhatIf | Should -BeNullOrEmpty
        { Start-ZProcServer -Context 'redis://127.0.0.1:1/none' -MaximumHistoryCount 5 -WhatIf } | Should -Throw '*-MaximumHistoryCount*'
    }

    It 'serves no page' {
        { Show-ZProcDashboard -Web:$false } | Should -Throw -ErrorId 'ZProc.NoTerminal,*'
        { Show-ZProcDashboard -Web:$false -Port 8080 } | Should -Throw '*-Port*-Web*' -ErrorId 'ZProc.InvalidArgument*'
    }
}

Describe 'A name that nothing has' {
    BeforeAll { $context = Start-ZProcContext }
    AfterAll { Stop-ZProcContext $context }

    It 'is an error of the category ObjectNotFound: <Command>' -ForEach @(
        @{ Command = 'Get-ZProcess nobody' }
        @{ Command = 'Stop-ZProcess -Id 999999' }
        @{ Command = 'Get-ZStateWatcher nobody' }
        @{ Command = 'Unregister-ZStateWatcher -Id 999999' }
        @{ Command = 'Get-ZProcServer nobody-has-this' }
        @{ Command = 'Stop-ZProcServer nobody-has-this' }
        @{ Command = 'Get-ZProcMachine nobody' }
        @{ Command = 'Start-ZProcess -FilePath ./nobody.ps1' }
        @{ Command = 'Start-ZProcess { } -ImportFunction Get-Nobody' }
    ) {
        $failure = { & ([scriptblock]::Create("$Command -ErrorAction Stop")) } | Should -Throw -ErrorId 'ZProc.InvalidArgument,*' -PassThru
        $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        if ($failure.Exception -is [ZProc.Errors.ZProcException]) { $failure.Exception.ErrorRecord.CategoryInfo.Category | Should -Be 'ObjectNotFound' }
    }

    It 'keeps its category on the way from a process, as <As>' -ForEach @(@{ As = 'Process' }, @{ As = 'Runspace' }) {
        $process = Start-ZProcess -As $As { Get-ZProcess nobody }
        $errors = @($process | Receive-ZProcess -Wait 2>&1)
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'ZProc.InvalidArgument,*'
        $errors[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'is another error than an argument that is wrong' {
        $failure = { Start-ZProcess { } -TimeoutSec 0 -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.InvalidArgument,*' -PassThru
        $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
    }
}
