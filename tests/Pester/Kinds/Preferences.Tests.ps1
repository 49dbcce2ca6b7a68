# -WhatIf, -Confirm and the preference variables of the caller reach every block, wherever it runs: nothing is removed by a block
# whose caller only asks what would be removed.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/../Support/Kinds.psm1"
    $kinds = Get-Kind
    $all = Get-Kind -Atomic
    $started = Get-Kind Process, Runspace, Watcher*, Atomic
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../../ZProc.psd1"
    Import-Module "$PSScriptRoot/../Support/Kinds.psm1"
    $context = Start-ZProcContext
    $file = Join-Path $TestDrive keep.txt

    # A command starts nothing under -WhatIf unless it is told to.
    function Get-With([string] $Kind, [hashtable] $With) { if ($Kind -notlike 'Parallel*') { $With } else { @{} } }
    function Invoke-Removal {
        [CmdletBinding(SupportsShouldProcess)]
        param([string] $Kind, [scriptblock] $Block = { Remove-Item $using:file }, [hashtable] $With = @{})
        Invoke-Kind $Kind $Block -With $With
    }
}

AfterAll {
    Stop-ZProcContext $context
}

Describe 'Under -WhatIf of the calling function, a block' {
    BeforeEach {
        Set-Content $file 1
    }

    It 'removes nothing and says so, as <Kind>' -ForEach $kinds {
        $result = Invoke-Removal $Kind -With (Get-With $Kind @{ WhatIf = $false }) -WhatIf
        Test-Path $file | Should -BeTrue
        "$($result.Error)" | Should -Be ''
        "$($result.Information)" | Should -BeLike 'What if: *keep.txt*'
        $result.Information[0].Tags | Should -Contain 'PSHOST'
    }

    It 'removes nothing in an atomic block' {
        $result = Invoke-Removal Atomic { Remove-Item $file; $WhatIfPreference } -With @{ WhatIf = $false } -WhatIf
        Test-Path $file | Should -BeTrue
        $result.Output | Should -BeTrue
    }

    It 'does not start at all as <Kind>, unless the command has -WhatIf:$false' -ForEach $started {
        $null = Invoke-Removal $Kind { Remove-Item $file } -WhatIf
        Test-Path $file | Should -BeTrue
        Get-ZProcess | Should -BeNullOrEmpty
        Get-ZStateWatcher | Should -BeNullOrEmpty
    }

    It 'removes nothing in an initialization script and in an imported function, as <Kind>' -ForEach (Get-Kind Process, Runspace, Parallel*) {
        function Remove-Kept { [CmdletBinding(SupportsShouldProcess)] param($Path) Remove-Item $Path }
        $with = (Get-With $Kind @{ WhatIf = $false }) + @{ ImportFunction = 'Remove-Kept'; InitializationScript = [scriptblock]::Create("Remove-Item '$file'") }
        $result = Invoke-Removal $Kind { Remove-Kept $using:file } -With $with -WhatIf
        Test-Path $file | Should -BeTrue
        @($result.Information).Count | Should -Be 2
    }

    It 'removes nothing in a block of a block, as <Kind>' -ForEach $kinds {
        $block = [scriptblock]::Create(@"
`$path = '$file'
Start-ZProcess -WhatIf:`$false -As Runspace { Remove-Item `$using:path } | Receive-ZProcess -Wait
1 | Invoke-ZParallel { Remove-Item `$using:path }
"@)
        $result = Invoke-Removal $Kind $block -With (Get-With $Kind @{ WhatIf = $false }) -WhatIf
        Test-Path $file | Should -BeTrue
        "$($result.Error)" | Should -Be ''
        @($result.Information | Where-Object { "$_" -like 'What if:*keep.txt*' }).Count | Should -Be 2
    }

    It 'removes nothing in a job of Invoke-ZParallel' {
        function Start-Removal { [CmdletBinding(SupportsShouldProcess)] param() 1 | Invoke-ZParallel -AsJob { Remove-Item $using:file } }
        $null = Start-Removal -WhatIf | Wait-Job -Timeout 120
        Test-Path $file | Should -BeTrue
    }

    It 'removes nothing in Use-ZProcContext, in its own scope or in a process' {
        function Use-Removal {
            [CmdletBinding(SupportsShouldProcess)] param()
            Use-ZProcContext -WhatIf:$false {
                'began'
                Remove-Item $file
                1 | Invoke-ZParallel { Remove-Item $using:file } 6>$null
                1 | Invoke-ZParallel -As Process { Remove-Item $using:file } 6>$null
                Start-ZProcess -WhatIf:$false { Remove-Item $using:file } | Receive-ZProcess -Wait 6>$null
            }
        }
        Use-Removal -WhatIf | Should -Be 'began'
        Test-Path $file | Should -BeTrue
    }

    It 'still has its modules and functions, as <Kind>' -ForEach (Get-Kind Process, Runspace, Parallel*) {
        $module = Join-Path $TestDrive Sets.psm1
        Set-Content $module "Set-Variable inside 5; Set-Alias Get-Aliased Get-Inside; function Get-Inside { `$inside }; Export-ModuleMember -Function * -Alias *"
        $with = (Get-With $Kind @{ WhatIf = $false }) + @{ ImportModule = $module }
        $result = Invoke-Removal $Kind { Get-Aliased } -With $with -WhatIf
        $result.Output | Should -Be 5
    }
}

Describe 'The preferences of the caller' {
    It 'are those of the block as <Kind>' -ForEach $all {
        $ConfirmPreference = 'Low'
        $WarningPreference = 'Ignore'
        $InformationPreference = 'Continue'
        $PSNativeCommandUseErrorActionPreference = $true
        $with = Get-With $Kind @{ Confirm = $false }
        $result = Invoke-Kind $Kind { "$ConfirmPreference $WarningPreference $InformationPreference $PSNativeCommandUseErrorActionPreference $WhatIfPreference" } -With $with
        $result.Output | Should -Be 'Low Ignore Continue True False'
    }

    It 'make a command that has to be confirmed an error, which says so, as <Kind>' -ForEach $kinds {
        Set-Content $file 1
        $ConfirmPreference = 'Low'
        $result = Invoke-Kind $Kind { Remove-Item $using:file } -With (Get-With $Kind @{ Confirm = $false })
        Test-Path $file | Should -BeTrue
        "$($result.Error)" | Should -BeLike '*Remove File*keep.txt*-Confirm:$false*'
    }

    It 'have no effect where the engine ignores them, as <Kind>' -ForEach $kinds {
        $ErrorActionPreference = ''
        $VerbosePreference = $WarningPreference = $ConfirmPreference = 'Invalid'
        $DebugPreference = $true
        $InformationPreference = @{}
        $ProgressPreference = $WhatIfPreference = @()
        $PSNativeCommandUseErrorActionPreference = [datetime]::Now
        $result = Invoke-Kind $Kind { Write-Warning 'odd'; Write-Verbose 'said'; Write-Error 'bad'; Set-Variable set 1; "$set $WhatIfPreference $ConfirmPreference" } -With (Get-With $Kind @{ Confirm = $false })
        $result.Output | Should -Be '1 False High'
        "$($result.Error)" | Should -BeLike '*bad'
        "$($result.Warning)" | Should -Be 'odd'
        "$($result.Verbose)" | Should -Be ''
    }
}
