BeforeDiscovery {
    . "$PSScriptRoot/Common.ps1"
}

BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
}

Describe 'An atomic block, from <Where>' -ForEach $places {
    BeforeEach {
        $owner = Start-OwnerContext $Remote
        Set-ZState -InputObject @{ n = 1; list = @(1, 2); table = @{ x = 1 } }
    }

    AfterEach {
        Stop-OwnerContext $Remote
    }

    It 'commits a change of a default value' {
        Update-ZState { $State.SetDefault('more', [System.Collections.Generic.List[object]]::new()).Add(1) }
        Update-ZState { $State.SetDefault('more', [System.Collections.Generic.List[object]]::new()).Add(2) }
        (Get-ZState more) -join ',' | Should -Be '1,2'
    }

    It 'commits its changes as one update' {
        $before = $owner.State.Revision
        Update-ZState {
            $State.n++
            $State.list += 3
            $State.Remove('table')
            $State.fresh = 'new'
        }
        $owner.State.Revision | Should -Be ($before + 1)
        $owner.State.n | Should -Be 2
        $owner.State.list | Should -Be @(1, 2, 3)
        $owner.State.Contains('table') | Should -BeFalse
        $owner.State.fresh | Should -Be 'new'
    }

    It 'commits changes inside the values it read' {
        Update-ZState {
            $State.table.x = 2
            $State.table.y = 3
            $State.list[0] = 'first'
        }
        $owner.State.table.x | Should -Be 2
        $owner.State.table.y | Should -Be 3
        $owner.State.list | Should -Be @('first', 2)
    }

    It 'makes no update when it changed nothing' {
        $before = $owner.State.Revision
        Update-ZState { $null = $State.n; $State.n = 1 }
        $owner.State.Revision | Should -Be $before
    }

    It 'has the whole dictionary, as it changes' {
        Update-ZState {
            $State.z = 26
            $State.Keys -join ','
            $State.Count
            $State.Increment('n', 4)
            $State.Pop('z')
            $State.Contains('z')
            Get-ZState n
        } | Should -Be @('list,n,table,z', 4, 5, 26, $false, 5)
    }

    It 'keeps count of its keys, and drains a namespace of many' {
        $many = @{}
        foreach ($i in 1..5000) { $many["k$i"] = $i }
        $owner.State.ReplaceAll($many)
        Update-ZState {
            $State.Remove('k1')
            $State.k2 = 'changed'
            $State.new = 1
            $State.Count, @($State.Keys).Count -join ' '
            $State.Remove('new')
            $State.new = 2
            $popped = while ($State.Count -gt 10) { $State.PopAny().Key }
            $popped.Count, @($popped | Select-Object -Unique).Count, $State.Count, @($State.Keys).Count -join ' '
        } | Should -Be '5000 5000', '4990 4990 10 10'
        $owner.State.Count | Should -Be 10
    }

    It 'runs in the caller''s session: its variables, functions and arguments' {
        function Add-Two($to) { $to + 2 }
        $outside = 40
        Update-ZState { param($more) $State.n = (Add-Two $outside) + $more; $State.n } -ArgumentList 100 | Should -Be 142
    }

    It 'gives its $State to a parameter of that name' {
        Update-ZState { param($more, $State) $State.n = $more; $State.n } -ArgumentList 9 | Should -Be 9
        Update-ZState { param($State) $State.n = 10 }
        $owner.State.n | Should -Be 10
    }

    It 'outputs after the commit' {
        Update-ZState { $State.n = 5; 'out' } | ForEach-Object { "$_ $($owner.State.n)" } | Should -Be 'out 5'
        Update-ZState { 7 } | Set-ZStateValue
        $owner.State.n | Should -Be 7
    }

    It 'commits nothing after a terminating error, which keeps its place' {
        $failure = {
            Update-ZState {
                $State.n = 1000
                throw [System.DivideByZeroException]::new('no')
            }
        } | Should -Throw -ExceptionType ([System.DivideByZeroException]) -PassThru
        $failure.InvocationInfo.ScriptName | Should -BeLike '*Update.Tests.ps1'
        $owner.State.n | Should -Be 1
        Update-ZState { $State.n = 2 }
        $owner.State.n | Should -Be 2
    }

    It 'commits nothing after a statement-terminating error that is not caught' -Skip:$underWine {
        Set-ZState -InputObject @{ from = 100; to = 0 }
        Start-ZProcess -As Runspace {
            Update-ZState { $State.from -= 30; $State.to += [int] 'abc' }
            Update-ZState { $State.from -= 30; $null = 1 / 0; $State.to += 30 }
            'goes on'
        } | Receive-ZProcess -Wait -ErrorAction SilentlyContinue -ErrorVariable problems | Should -Be 'goes on'
        $problems.Count | Should -Be 2
        "$(Get-ZState from) $(Get-ZState to)" | Should -Be '100 0'
    }

    It 'refuses to wait for a later update' {
        { Update-ZState { Wait-ZState never -Available } } | Should -Throw -ErrorId 'ZProc.NestedUpdate*'
        { Update-ZState { Watch-ZState never } } | Should -Throw -ErrorId 'ZProc.NestedUpdate*'
    }

    It 'commits after a non-terminating error, unless -ErrorAction Stop' {
        Update-ZState { $State.n = 2; Write-Error 'only a report' } -ErrorAction SilentlyContinue
        $owner.State.n | Should -Be 2
        { Update-ZState { $State.n = 3; Write-Error 'now it ends' } -ErrorAction Stop } | Should -Throw 'now it ends'
        $owner.State.n | Should -Be 2
    }

    It 'has its non-terminating errors in the caller''s stream, at the caller''s line: <Name>' -ForEach @(
        @{ Name = 'as output'; Do = { Update-ZState { $State.n = 2; Write-Error 'first'; Get-Variable nobody; 'out' } 2>&1 } }
        @{ Name = 'as the error variable'; Do = { Update-ZState { $State.n = 2; Write-Error 'first'; Get-Variable nobody } -ErrorAction SilentlyContinue -ErrorVariable found; $found } }
        @{ Name = 'of an outer command'; Do = { & { Update-ZState { $State.n = 2; Write-Error 'first'; Get-Variable nobody; 'out' } } 2>&1 } }
    ) {
        $found = & $Do
        $errors = @($found | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
        $errors.Count | Should -Be 2
        "$($errors[0])" | Should -Be 'first'
        $errors[1].FullyQualifiedErrorId | Should -Be 'VariableNotFound,Microsoft.PowerShell.Commands.GetVariableCommand'
        $errors[1].CategoryInfo.Activity | Should -Be 'Get-Variable'
        foreach ($problem in $errors) {
            $problem.InvocationInfo.ScriptName | Should -BeLike '*Update.Tests.ps1'
            $problem.InvocationInfo.Line | Should -BeLike '*Update-ZState*first*'
        }

        $owner.State.n | Should -Be 2
    }

    It 'reports errors at once, and its other streams are unaffected' {
        $written = & { Update-ZState { Write-Warning 'careful'; Write-Error 'broken'; $State.n = 2; 'out' } } *>&1
        $written | ForEach-Object { $_.GetType().Name } | Should -Be 'WarningRecord', 'ErrorRecord', 'String'
    }

    It 'does not treat a native command''s standard error as an error' {
        Update-ZState {
            $State.n = 2
            if ($IsWindows) { & $env:ComSpec /c 'echo said&echo grumbled>&2' } else { /bin/sh -c 'echo said; echo grumbled >&2' }
        } -ErrorAction Stop | Should -Be 'said'
        $owner.State.n | Should -Be 2
    }

    It 'runs a block where it was written, though a module hands it on' -Skip:$underWine {
        $module = New-Module { function Invoke-Handed($Block) { Update-ZState $Block } }
        $mine = 5
        Invoke-Handed { $State.n += $mine; $State.n } | Should -Be 6
        { Invoke-Handed { $State.n = 99; [int] 'x'; $State.n = 98 } } | Should -Throw -ErrorId 'InvalidCast*'
        $owner.State.n | Should -Be 6
        & $module { Update-ZState { $State.n++ }; $script:State } | Should -BeNullOrEmpty
        $owner.State.n | Should -Be 7
    }

    It 'takes break and continue as errors and leaves the caller''s loop alone' {
        $rounds = foreach ($i in 1..2) {
            try { Update-ZState { $State.n = 99; break } } catch { $_.FullyQualifiedErrorId }
            try { Update-ZState { $State.n = 98; continue } } catch { $_.FullyQualifiedErrorId }
            $i
        }
        $rounds.Count | Should -Be 6
        $rounds[0] | Should -BeLike 'ZProc.*'
        $owner.State.n | Should -Be 1
    }

    It 'refuses other changes to any namespace, so that no two blocks wait for each other' {
        Update-ZState {
            foreach ($change in { Set-ZState a 1 }, { Set-ZState a 1 -Namespace other }, { Update-ZState { 1 } }, { Remove-ZState n },
                { Update-ZState n -Increment 1 }, { $owner.State.a = 1 }) {
                try { & $change; 'done' } catch { $_.FullyQualifiedErrorId -replace ',.*' }
            }
        } | Should -Be @('ZProc.NestedUpdate', 'ZProc.NestedUpdate', 'ZProc.NestedUpdate', 'ZProc.NestedUpdate', 'ZProc.NestedUpdate', 'ZProc.NestedUpdate')
        $owner.State.Contains('a') | Should -BeFalse
    }

    It 'refuses a value that cannot travel, and commits nothing of it all' {
        { Update-ZState { $State.n = 5; $State.bad = [securestring]::new() } } | Should -Throw -ErrorId 'ZProc.ValueNotSupported*'
        $owner.State.n | Should -Be 1
        { Update-ZState { $State.Clear() } -Namespace '$processes' } | Should -Throw -ErrorId 'ZProc.InvalidKey*'
    }

    It 'has a $State that ends with it' {
        $leaked = Update-ZState { , $State }
        { $leaked.n = 5 } | Should -Throw -ErrorId 'ZProc.TurnLost*'
        Get-Variable State -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'refuses a negative timeout' {
        { Update-ZState { 1 } -TimeoutSec -1 } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
    }

    BeforeAll {
        function Set-ZStateValue {
            process { Set-ZState n $_ }
        }
    }
}
