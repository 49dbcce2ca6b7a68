# Values of the state in blocks of every kind: changes of copies, enumerations that a process does not know, and what processes are given.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/../Support/Kinds.psm1"
    $everyKind = Get-Kind
    $takeProps = Get-Kind -Name Process, Runspace, Parallel*, Watcher*
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../../ZProc.psd1"
    Import-Module "$PSScriptRoot/../Support/Kinds.psm1"
    $context = Start-ZProcContext
    $state = $context.State
}

AfterAll {
    Stop-ZProcContext
}

Describe 'A change of a copy' {
    BeforeEach {
        # Actions of watchers run in a namespace of their own.
        foreach ($each in $state, $state.Fork('kinds')) {
            $each.ReplaceAll(@{ cfg = @{ n = 0; deep = @{ x = 0 }; title = 'title'; start = [datetime] '2026-01-01' }; names = @('abcd', [System.Collections.Generic.List[object]] @(1)); list = @(1); object = [pscustomobject]@{ n = 0 }; made = [System.Collections.Generic.List[object]] @(1) })
        }
    }

    It 'warns and changes nothing, in <Kind>' -ForEach $everyKind {
        # Text of its own: a place warns once in an OS process.
        $result = Invoke-Kind $Kind ([scriptblock]::Create("`$State.cfg.n = 5 # in $Kind`n'went on'"))
        $result.Error | Should -BeNullOrEmpty
        $result.Output | Should -Be 'went on'
        "$($result.Warning)" | Should -BeLike "*'`$State.cfg.n = 5*' changes a copy of the key 'cfg'*Update-ZState*"
        $state.cfg.n | Should -Be 0
        $state.Fork('kinds').cfg.n | Should -Be 0
    }

    It 'changes the state and does not warn inside an atomic block' {
        $result = Invoke-Kind Atomic { $State.cfg.n = 5; $State.made.Add(2); $State['cfg']['deep'].x++ }
        @($result.Error; $result.Warning) | Should -BeNullOrEmpty
        $state.cfg.n, $state.made.Count, $state.cfg.deep.x | Should -Be 5, 2, 1
    }

    It 'warns: <Text>' -ForEach (@(
        '$state.cfg.n = 1', '$state.cfg.n += 1', '$state.cfg.n++', '--$state.cfg.n', '$state.cfg.deep.x = 1', "`$state['cfg']['n'] = 1", '$state.list[0] = 9'
        '$state.object.n = 1', '$state.made.Add(1)', '$state.made.Clear()', '$null = $state.cfg.Remove("n")', '[int] $state.cfg.n = 1', '($state.cfg).n = 1'
        '$context.State.cfg.n = 1', '$state.Get("cfg").n = 1', '$state.SetDefault("made", @()).Add(2)', '$other, $state.cfg.n = 1, 2', '(Get-ZState cfg).n = 1'
        '$state.object | Add-Member more 1', '$key = "cfg"; $state[$key].n = 1', 'if ($true) { $state.cfg.n = 1 }', 'foreach ($i in 1) { $state.cfg.n = $i }'
        '$state.cfg.deep.Remove("x")', '$state.names[1].Add(2)', '$null = $state["cfg"]["deep"].Remove("x")', '(Get-ZState cfg).deep.Clear()', '$i = 1; $state.names[$i].Clear()'
        '$state.cfg.n = $state.cfg.deep.x', '$other = $state.Fork("kinds"); $other.cfg.n = $state.cfg.n', '(Get-ZState cfg -Namespace kinds).n = $state.cfg.n'
        'Update-ZState { $outside = $state.Fork("kinds"); $outside.cfg.n = $State.cfg.n }', 'Update-ZState { (Get-ZState cfg).n = 5 }'
    ) | ForEach-Object { @{ Text = $_ } }) {
        "$(& ([scriptblock]::Create($Text)) 3>&1)" | Should -BeLike '*changes a copy of the key*'
    }

    It 'does not warn where nothing is lost: <Text>' -ForEach (@(
        '$copy = $state.cfg; $copy.n = 5; $state.cfg = $copy', '$state.cfg = @{ n = 1 }', '$null = $state.cfg.n -eq 5', '$mine = @{ cfg = @{} }; $mine.cfg.n = $state.cfg'
        '$null = $state.cfg.deep.x', '$mine = [System.Collections.ArrayList]::new(); $null = $mine.Add($state.cfg)', '$null = $state.Remove("list")', '$state.list += 5', '$state.x = 1'
        '$all = $state.Copy(); $all.cfg.n = 1', '$null = $state.made.Contains(1)', '(Get-ZState cfg).n', '$state.Add("new", @{})'
        '$state.names[0].Remove(3)', '$state.cfg.title.Insert(0, ">")', '$state.cfg.start.Add([timespan] "1:00")', '(Get-ZState cfg).title.Remove(2)', '$i = 0; $state.names[$i].Remove(3)'
        '$state["cfg"]["title"].Remove(1)', '$state.Get("cfg").title.Remove(1)', '$part = "title"; $state.cfg.$part.Remove(1)'
        'Update-ZState { $State.cfg.n = $context.State.Fork("kinds").cfg.n }', '$other = $state.Fork("kinds"); Update-ZState { $State.cfg.n = $other.cfg.n + 1 }'
        'Update-ZState { $State.cfg.n = (Get-ZState cfg -Namespace kinds).n + 1 }', 'Update-ZState { $State.cfg.n = (Get-ZState cfg).n + 1 }', 'Update-ZState { $State.cfg.n = $context.State.cfg.n + 1 }'
    ) | ForEach-Object { @{ Text = $_ } }) {
        @(& ([scriptblock]::Create($Text)) 3>&1 | Where-Object { $_ -is [System.Management.Automation.WarningRecord] }) | Should -BeNullOrEmpty
    }

    It 'warns once for a place, names it, and follows the preference' {
        $file = Join-Path $TestDrive 'copies.ps1'
        Set-Content $file "param(`$State)`nforeach (`$i in 1..3) {`n    `$State.cfg.n = `$i`n}"
        $warnings = @(& $file $state 3>&1; & $file $state 3>&1)
        $warnings.Count | Should -Be 1
        "$warnings" | Should -BeLike 'copies.ps1, line 3:*'
        & { $WarningPreference = 'SilentlyContinue'; $state.cfg.n = 1 } 3>&1 | Should -BeNullOrEmpty
        foreach ($time in 1, 2) { & { $WarningPreference = 'Stop'; try { $state.cfg.n = 1; 'went on' } catch { 'refused' } } 3>&1 | Select-Object -Last 1 | Should -Be 'refused' }
        @(1..4 | Invoke-ZParallel { $State.cfg.n = $_ } 3>&1).Count | Should -Be 1
    }

    It 'ends the script with the error of the warning where the preference is Stop: <Text>' -ForEach (@(
        '$state.cfg.n = 5', "`$state['cfg'].n = 5", '$state.made.Add(1)', '$state.Get("cfg").n = 5', '$null = $state.cfg.Remove("n")', '(Get-ZState cfg).n = 5', '$context.State.cfg.n++'
    ) | ForEach-Object { @{ Text = $_ } }) {
        $went = [System.Collections.Generic.List[string]]::new()
        $block = [scriptblock]::Create("`$WarningPreference = 'Stop'; $Text; `$went.Add('on')")
        { & $block 3> $null } | Should -Throw '*changes a copy of the key*' -ErrorId 'ActionPreferenceStop*'
        $went | Should -BeNullOrEmpty
    }

    It 'leaves an atomic block without a commit where the preference is Stop' {
        $other = $state.Fork('kinds')
        & { $WarningPreference = 'Stop'; { Update-ZState { $State.cfg.n = 7; $other.cfg.n = 5; $State.cfg.n = 9 } 3> $null } | Should -Throw '*changes a copy of the key*' }
        $state.cfg.n, $other.cfg.n | Should -Be 0, 0
        & { $WarningPreference = 'Stop'; Update-ZState { $State.cfg.n = $other.cfg.n + 5 } }
        $state.cfg.n | Should -Be 5
    }
}

Describe 'An enumeration that a process does not know' {
    BeforeAll {
        # In a session that does not give its definition along.
        $script = @'
enum StateValuesLevel { None = 0; Low = 1; High = 5 }
Set-ZState lvl ([StateValuesLevel]::High)
Set-ZState all @([StateValuesLevel]::Low, [StateValuesLevel]::High)
Set-ZState none ([StateValuesLevel] 0)
Set-ZState lvl ([StateValuesLevel]::High) -Namespace kinds
Set-ZState all @([StateValuesLevel]::Low, [StateValuesLevel]::High) -Namespace kinds
'@
        Import-Module "$PSScriptRoot/../Support/OtherSession.psm1"
        $null = Invoke-OtherSession $context.ConnectionString $script $TestDrive
    }

    It 'is compared and converted as number and as name, in <Kind>' -ForEach $everyKind {
        $result = Invoke-Kind $Kind {
            $x = $State.lvl
            "$x"; $x -eq 5; 5 -eq $x; $x -eq 'High'; 'high' -eq $x; $x -ne 1; $x -eq 'Low'
            [int] $x; [long] $x; [string] $x; $x -in 'Low', 'High'; $x -is [enum]
            switch ($x) { 'Low' { 'low' } 'High' { 'high' } }
            "$($State.all)"
            $State.again = $x
        }
        $result.Error | Should -BeNullOrEmpty
        $result.Output | Should -Be 'High', $true, $true, $true, $true, $true, $false, 5, 5, 'High', $true, $false, 'high', 'Low High'
        # What is written back is the same value.
        $there = $state.Fork($(if ($Kind -like 'Watcher*') { 'kinds' } else { 'default' }))
        $there['again'].Equals($there['lvl']) | Should -BeTrue
    }

    It 'meets the conditions of its number and of its name' {
        foreach ($value in 5, 5.0, 'High', 'high') { "$(Wait-ZState lvl -Equal $value -TimeoutSec 60)" | Should -Be 'High' }
        $null = Wait-ZState lvl -NotEqual 1 -TimeoutSec 60
        $null = Wait-ZState lvl -Truthy -TimeoutSec 60
        $null = Wait-ZState none -Falsy -TimeoutSec 60
        $null = Wait-ZState all -Equal @(1, 'High') -TimeoutSec 60
        Set-ZState lvl 7 -IfEqual 5 -PassThru | Should -Be 7
    }
}

Describe 'Secrets' {
    BeforeAll {
        $secret = ConvertTo-SecureString 'pa$$word-4711' -AsPlainText -Force
        $credential = [pscredential]::new('me', $secret)
        $read = { param($it) foreach ($one in $it.password, $it.more[0].Password) { $one.GetType().Name; [System.Net.NetworkCredential]::new('', $one).Password }; $it.more[0].UserName; $it.n }
        $given = @{ password = $secret; more = @($credential); n = 1 }
        $expected = 'SecureString', 'pa$$word-4711', 'SecureString', 'pa$$word-4711', 'me', 1
    }

    It 'are given to a process as props, in <Kind>' -ForEach $takeProps {
        $result = Invoke-Kind $Kind { & $using:read $Props } -With @{ Props = $given }
        $result.Error | Should -BeNullOrEmpty
        $result.Output | Should -Be $expected
    }

    It 'are given as arguments, in -As <_>' -ForEach 'Process', 'Runspace' {
        Start-ZProcess -As $_ $read -ArgumentList $given | Receive-ZProcess -Wait -ErrorAction Stop | Should -Be $expected
        Start-ZProcess -As $_ $read -Parameter @{ it = $given } | Receive-ZProcess -Wait -ErrorAction Stop | Should -Be $expected
        1 | Invoke-ZParallel -As $_ { & $using:read $args[0] } -ArgumentList $given | Should -Be $expected
        Start-ZProcess -As $_ { param($one) [System.Net.NetworkCredential]::new('', $one).Password } -ArgumentList $secret | Receive-ZProcess -Wait -ErrorAction Stop | Should -Be 'pa$$word-4711'
        Start-ZProcess -As $_ { & $using:read $using:given } | Receive-ZProcess -Wait -ErrorAction Stop | Select-Object -Last 2 | Should -Be 'me', 1
    }

    It 'are not in the record of the process, nor anywhere in the state' {
        $process = Start-ZProcess { 'done' } -Props $given -ArgumentList $secret
        $null = $process | Wait-ZProcess -TimeoutSec 120
        foreach ($ns in Get-ZStateNamespace '$*') {
            $text = [System.Management.Automation.PSSerializer]::Serialize((Get-ZState -Namespace $ns.Name), 8)
            $text | Should -Not -Match 'pa\$\$word|<SS|70006100240024'
        }
        Remove-ZProcess $process
    }

    It 'are refused in the state' {
        { $state.secret = $given } | Should -Throw '*SecureString*' -ErrorId 'ZProc.ValueNotSupported*'
    }

    It 'are refused for a background process, which is given everything through the state' {
        $server = Start-ZProcServer "values-$PID"
        try {
            $joined = $server | Connect-ZProcContext -Name joined
            { Start-ZProcess -Context $joined -Background { } -Props $given -ErrorAction Stop } | Should -Throw '*-Background*' -ErrorId 'ZProc.ValueNotSupported*'
            { Start-ZProcess -Context $joined -Background { $using:credential } -ErrorAction Stop } | Should -Throw '*-Background*' -ErrorId 'ZProc.ValueNotSupported*'
        }
        finally {
            Disconnect-ZProcContext joined
            Stop-ZProcServer "values-$PID"
        }
    }
}
