# What every script block has, wherever it runs. The table of kinds is Support/Kinds.psm1.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/../Support/Kinds.psm1"
    $kinds = Get-Kind -Atomic
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../../ZProc.psd1"
    Import-Module "$PSScriptRoot/../Support/Kinds.psm1"
    $context = Start-ZProcContext
}

AfterAll {
    Stop-ZProcContext $context
}

Describe 'A block as <Kind>' -ForEach $kinds {
    It 'has the state and outputs objects in their order' {
        Set-ZState number 7
        (Invoke-Kind $Kind { 1; 'two'; (Get-ZState number -Namespace default); , @(3, 4) }).Output | Should -Be 1, 'two', 7, @(3, 4)
    }

    It 'writes to all streams' {
        $VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'
        $result = Invoke-Kind $Kind { Write-Error 'bad'; Write-Warning 'odd'; Write-Verbose 'said'; Write-Debug 'deep'; Write-Information 'info'; 'out' }
        $result.Output | Should -Be 'out'
        "$($result.Error)" | Should -BeLike '*bad'
        "$($result.Warning)" | Should -Be 'odd'
        @("$($result.Verbose)", "$($result.Debug)", "$($result.Information)") | Should -Be 'said', 'deep', 'info'
        $result.Ended | Should -BeFalse
    }

    It 'fails with the error that it throws' {
        $result = Invoke-Kind $Kind { 'before'; throw [System.IO.IOException]::new('gone') }
        $result.Error.Count | Should -Be 1
        $result.Error[0].Exception | Should -BeOfType System.IO.IOException
    }
}
