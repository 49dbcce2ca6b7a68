# A block reads what programs write in the encoding of the session's console, wherever it runs.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/../Support/Kinds.psm1"
    $kinds = Get-Kind -Atomic
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../../ZProc.psd1"
    Import-Module "$PSScriptRoot/../Support/Kinds.psm1"
    $context = Start-ZProcContext
    $before = [Console]::OutputEncoding, [Console]::InputEncoding
}

AfterAll {
    Stop-ZProcContext $context
}

Describe 'A block as <Kind>' -ForEach $kinds {
    AfterEach {
        [Console]::OutputEncoding, [Console]::InputEncoding = $before
    }

    It 'reads the text of programs in the encoding of the session' -Skip:$IsWindows {
        [Console]::OutputEncoding = [Text.Encoding]::Latin1
        [Console]::InputEncoding = [Text.Encoding]::GetEncoding(850)
        $result = Invoke-Kind $Kind { /usr/bin/printf '\351t\351'; [Console]::OutputEncoding.CodePage; [Console]::InputEncoding.CodePage }
        $result.Output | Should -Be 'été', 28591, 850
        $result.Error | Should -BeNullOrEmpty
    }

    It 'reads UTF-8 where the session does' -Skip:$IsWindows {
        (Invoke-Kind $Kind { /usr/bin/printf '\303\251t\303\251' }).Output | Should -Be 'été'
    }

    It 'gives programs text in the encoding of $OutputEncoding, which it can set' -Skip:$IsWindows {
        $block = {
            'é' | od -An -tx1
            $OutputEncoding = [Text.Encoding]::Latin1
            'é' | od -An -tx1
        }
        (Invoke-Kind $Kind $block).Output.Trim() | Should -Be 'c3 a9 0a', 'e9 0a'
    }
}

Describe 'The encoding of the session' {
    AfterEach {
        [Console]::OutputEncoding, [Console]::InputEncoding = $before
    }

    It 'does not change what a process itself writes to standard error' -Skip:$IsWindows {
        [Console]::OutputEncoding = [Text.Encoding]::Latin1
        $process = Start-ZProcess -As Process { [Console]::Error.WriteLine('été') }
        $null = Wait-ZProcess $process -TimeoutSec 120
        Receive-ZProcess $process -Wait -ErrorVariable written -ErrorAction SilentlyContinue *>&1 | Out-String | Should -BeLike '*été*'
    }
}
