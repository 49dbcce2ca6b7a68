# Names: what Tab offers, and what is proposed for a misspelt one.

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    $context = Start-ZProcContext -Name names
    Set-ZState -InputObject @{ cookies = 5; 'a b' = 1; '$x' = 2; "it${([char]0x2019)}s" = 3; 'log[1]' = 4; timeout = 6; ab = 7 }
    Set-ZState -Namespace orders n 1
    $process = Start-ZProcess -Name 'night worker' -As Runspace { Wait-ZState never -Equal 1 }
    $watcher = Register-ZStateWatcher cookies -Name eater
    function Get-Report { 'report' }

    function Complete([string] $Line) { , @((TabExpansion2 $Line $Line.Length).CompletionMatches) }
    function Get-Message([scriptblock] $Block) { try { $null = & $Block; 'no error' } catch { "$_" } }
}
AfterAll { Stop-ZProcContext }

Describe 'Did you mean' {
    It 'proposes a name: <Command>' -ForEach @(
        @{ Command = 'Get-ZState cokies'; Meant = 'cookies' }
        @{ Command = 'Get-ZState COOKIES'; Meant = 'cookies' }
        @{ Command = 'Get-ZState tiemout, cookies'; Meant = 'timeout' }
        @{ Command = 'Get-ZState cookie -Revision 1'; Meant = 'cookies' }
        @{ Command = 'Remove-ZState cokies'; Meant = 'cookies' }
        @{ Command = '$context.State.Pop("cokies")'; Meant = 'cookies' }
        @{ Command = 'Get-ZStateNamespace order'; Meant = 'orders' }
        @{ Command = 'Stop-ZProcess nightworker'; Meant = 'night worker' }
        @{ Command = 'Get-ZStateWatcher eatr'; Meant = 'eater' }
        @{ Command = 'Get-ZProcContext nmes'; Meant = 'names' }
        @{ Command = 'Get-ZState cookies -Context nmaes'; Meant = 'names' }
        @{ Command = 'Start-ZProcess { 1 } -ImportFunction Get-Reprt'; Meant = 'Get-Report' }
        @{ Command = 'Start-ZProcContext -ProcessDefaults @{ MaximumRetryCuont = 1 }'; Meant = 'MaximumRetryCount' }
    ) {
        $ErrorActionPreference = 'Stop'
        Get-Message ([scriptblock]::Create($Command)) | Should -BeLike "*Did you mean '$Meant'?*"
    }

    It 'proposes nothing that is far from it: <Key>' -ForEach @(@{ Key = 'x' }, @{ Key = 'ac' }, @{ Key = 'kidneys' }, @{ Key = 'something else' }) {
        $ErrorActionPreference = 'Stop'
        $message = Get-Message { Get-ZState $Key }
        $message | Should -BeLike "The key '$Key' is not in the namespace*"
        $message | Should -Not -BeLike '*Did you mean*'
    }

    It 'does not read a large namespace for a proposal' {
        $ErrorActionPreference = 'Stop'
        $many = @{}
        foreach ($i in 1..1001) { $many["key$i"] = $i }
        Set-ZState -Namespace many -InputObject $many
        Get-Message { Get-ZState -Namespace many keey1 } | Should -Not -BeLike '*Did you mean*'
        Remove-ZState -Namespace many key1001
        Get-Message { Get-ZState -Namespace many keey1 } | Should -BeLike "*Did you mean 'key1'?*"
    }
}

Describe 'Two contexts of one name' {
    It 'are told apart: the current one, or else the newest' {
        $first = Start-ZProcContext -Name same
        $second = Start-ZProcContext -Name same
        try {
            Set-ZState w first -Context $first
            Set-ZState w second -Context $second
            Get-ZState w -Context same | Should -Be 'second'
            Select-ZProcContext $first
            Get-ZState w -Context same | Should -Be 'first'
            Select-ZProcContext $context
            Get-ZState w -Context same | Should -Be 'second'
            Stop-ZProcContext same
            Get-ZState w -Context same | Should -Be 'first'
        }
        finally {
            Get-ZProcContext same -ErrorAction Ignore | ForEach-Object { Stop-ZProcContext $_ }
            Select-ZProcContext $context
        }
    }
}

Describe 'An object that is named twice' {
    It 'is found once' {
        (Get-ZProcess *worker, 'night worker').Name | Should -Be 'night worker'
        (Get-ZProcess -Id $process.Id, $process.Id).Name | Should -Be 'night worker'
        (Get-ZStateWatcher eater, e*).Name | Should -Be 'eater'
        (Get-ZProcContext n*, names).Name | Should -Be 'names'
    }
}

Describe 'Tab' {
    It 'completes <Line>' -ForEach @(
        @{ Line = 'Get-ZState coo'; Text = 'cookies' }
        @{ Line = 'Get-ZState *kie'; Text = 'cookies' }
        @{ Line = 'Get-ZState "a'; Text = '"a b"', '"ab"' }
        @{ Line = "Get-ZState 'a"; Text = "'a b'", 'ab' }
        @{ Line = 'Get-ZState "$'; Text = '"`$x"' }
        @{ Line = 'Get-ZState log['; Text = "'log[1]'" }
        @{ Line = 'Get-ZState -Namespace ord'; Text = 'orders' }
        @{ Line = 'Get-ZState n -Namespace '; Text = 'orders' }
        @{ Line = 'Stop-ZProcess nig'; Text = "'night worker'" }
        @{ Line = 'Receive-ZProcess -Name *work'; Text = "'night worker'" }
        @{ Line = 'Get-ZStateWatcher e'; Text = 'eater' }
        @{ Line = 'Get-ZProcess -Context nam'; Text = 'names' }
        @{ Line = 'Start-ZProcess { } -RetryFor HttpRequestEx'; Text = 'System.Net.Http.HttpRequestException' }
        @{ Line = 'Start-ZProcess { } -RetryFor System.ArgumentOutOf'; Text = 'System.ArgumentOutOfRangeException' }
        @{ Line = 'Start-ZProcess { } -RetryFor SIGK'; Text = 'SIGKILL' }
        @{ Line = 'Start-ZProcess { } -ImportFunction Get-Repo'; Text = 'Get-Report' }
        @{ Line = '$context.State.coo'; Text = 'cookies' }
        @{ Line = 'Get-ZState -Namespace $ns '; Text = 'n' }
        @{ Line = 'Stop-ZProcess '; Text = "'night worker'" }
        @{ Line = 'Receive-ZProcess '; Text = "'night worker'" }
        @{ Line = 'Wait-ZProcess other, nig'; Text = "'night worker'" }
        @{ Line = 'Unregister-ZStateWatcher '; Text = 'eater' }
        @{ Line = '(Get-ZState).Ke'; Text = 'Keys' }
    ) {
        $ns = Get-ZStateNamespace orders | ForEach-Object Name
        (Complete $Line).CompletionText | Should -Contain @($Text)[0]
        foreach ($one in $Text) { (Complete $Line).CompletionText | Should -Contain $one }
    }

    It 'offers text that is the name, whatever characters it has' {
        $completions = Complete 'Get-ZState '
        foreach ($completion in $completions) {
            Invoke-Expression "Get-ZState $($completion.CompletionText)" | Should -Be (Get-ZState -LiteralKey $completion.ListItemText)
        }
        $completions.Count | Should -Be 7
    }

    It 'completes in the context that -Context names, also by a variable' {
        $other = Start-ZProcContext -Name other
        try {
            Set-ZState elsewhere 1
            Select-ZProcContext $context
            (Complete 'Get-ZState -Context $other ').CompletionText | Should -Be 'elsewhere'
        }
        finally {
            Stop-ZProcContext $other
            Select-ZProcContext $context
        }
    }

    It 'offers no names for a parameter that takes objects' {
        (Complete 'Stop-ZProcess -Process ').CompletionText | Should -Not -Contain "'night worker'"
    }

    It 'says what a name is' {
        (Complete 'Get-ZState coo').ToolTip | Should -Be 'cookies: Int32'
        (Complete 'Stop-ZProcess nig').ToolTip | Should -Be 'night worker: Running'
    }

    It 'offers ids, and says whose they are' {
        $process = Get-ZProcess 'night worker'
        $watcher = Get-ZStateWatcher eater
        (Complete 'Stop-ZProcess -Id ').CompletionText | Should -Contain "$($process.Id)"
        foreach ($command in 'Get-ZStateWatcher', 'Unregister-ZStateWatcher') {
            $found = (Complete "$command -Id ") | Where-Object CompletionText -EQ $watcher.Id
            $found.ToolTip | Should -BeLike 'eater: *'
        }
    }

    It 'puts a name that is a number in quotes, and so it is no id' {
        $null = Start-ZProcess -As Runspace -Name 2024 { } | Wait-ZProcess
        $null = Register-ZStateWatcher cookies -Name '.5'
        (Complete 'Get-ZProcess 20').CompletionText | Should -Be "'2024'"
        (Invoke-Expression "Get-ZProcess $((Complete 'Get-ZProcess 20').CompletionText)").Name | Should -Be '2024'
        (Complete 'Get-ZStateWatcher .').CompletionText | Should -Be "'.5'"
        Unregister-ZStateWatcher -Name '.5'
        Remove-ZProcess -Name 2024
    }

    It 'offers at most a thousand names' {
        $many = @{}
        foreach ($i in 1..1500) { $many["key$i"] = $i }
        Set-ZState -Namespace thousand -InputObject $many
        (Complete 'Get-ZState -Namespace thousand key').Count | Should -Be 1000
    }
}
