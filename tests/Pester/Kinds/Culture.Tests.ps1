# A block runs with the culture and the UI culture of its caller, wherever it runs.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/../Support/Kinds.psm1"
    $kinds = Get-Kind -Atomic
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../../ZProc.psd1"
    Import-Module "$PSScriptRoot/../Support/Kinds.psm1"
    $context = Start-ZProcContext
    $before = [cultureinfo]::CurrentCulture, [cultureinfo]::CurrentUICulture
}

AfterAll {
    Stop-ZProcContext $context
}

Describe 'A block as <Kind>' -ForEach $kinds {
    AfterEach {
        [cultureinfo]::CurrentCulture, [cultureinfo]::CurrentUICulture = $before
    }

    It 'formats, reads and compares by the culture of its caller, and has its UI culture' {
        [cultureinfo]::CurrentCulture = 'de-DE'
        [cultureinfo]::CurrentUICulture = 'fr-FR'
        $block = {
            '{0:n2}' -f 1234.5
            [double]::Parse('1,5') -eq 1.5
            [cultureinfo]::CurrentUICulture.Name
            (Get-Culture).Name
            "$($Host.CurrentCulture.Name) $($Host.CurrentUICulture.Name)"
        }
        $result = Invoke-Kind $Kind $block
        $result.Output | Should -Be (& $block)
        $result.Output[0] | Should -Be '1.234,50'
    }

    It 'does not change the culture of its caller, nor of the next block' {
        $result = Invoke-Kind $Kind { [cultureinfo]::CurrentCulture = 'tr-TR'; [cultureinfo]::CurrentCulture.Name }
        $result.Output | Should -Be 'tr-TR'
        if ($Kind -ne 'Atomic') { [cultureinfo]::CurrentCulture.Name | Should -Be $before[0].Name } # an atomic block is code of the session
        [cultureinfo]::CurrentCulture = $before[0]
        (Invoke-Kind $Kind { [cultureinfo]::CurrentCulture.Name }).Output | Should -Be $before[0].Name
    }
}

Describe 'The culture of the caller' {
    AfterEach {
        [cultureinfo]::CurrentCulture, [cultureinfo]::CurrentUICulture = $before
    }

    It 'is that of the -When block and of all calls of a watcher -As <_>' -ForEach 'Process', 'Runspace' {
        [cultureinfo]::CurrentCulture = 'de-DE'
        $watcher = Register-ZStateWatcher turn -As $_ -Count 2 -When { "$(1.5.ToString())" -eq '1,5' -and $_.turn } -Action { 1.5.ToString() }
        [cultureinfo]::CurrentCulture = 'en-US'
        1, 2 | ForEach-Object { Set-ZState turn $_ }
        $null = Wait-ZProcess $watcher.Process -TimeoutSec 120
        Receive-ZProcess $watcher.Process -Wait | Should -Be '1,5', '1,5'
        Unregister-ZStateWatcher $watcher
        Remove-ZState turn
    }

    It 'is that of every attempt, also when the caller has another one by then, -As <_>' -ForEach 'Process', 'Runspace' {
        [cultureinfo]::CurrentCulture = 'de-DE'
        $process = Start-ZProcess -As $_ -MaximumRetryCount 1 -RetryIntervalSec 0 { 1.5.ToString(); $null = Wait-ZState go -Truthy; if ($Process.Attempt -eq 1) { throw 'again' } }
        [cultureinfo]::CurrentCulture = 'en-US'
        Set-ZState go 1
        Receive-ZProcess $process -Wait -WarningAction Ignore | Should -Be '1,5', '1,5'
        Remove-ZState go
    }
}
