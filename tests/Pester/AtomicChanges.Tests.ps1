# Changes that are made in one step, as a whole or not at all.

BeforeDiscovery {
    $integers = foreach ($type in 'sbyte', 'byte', 'int16', 'uint16', 'int', 'uint32', 'long', 'uint64', 'System.Int128', 'System.UInt128') { @{ Type = $type } }
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
}

Describe 'One step' {
    BeforeAll {
        $context = Start-ZProcContext
    }

    AfterAll {
        Stop-ZProcContext
    }

    It 'is won by exactly one of eight contenders, 10 rounds: by value, by revision, and for a key that is not there' {
        $contender = {
            foreach ($round in 1..10) {
                $null = Wait-ZState round -When { $_.round.number -ge $round } -TimeoutSec 120
                $start = $State.round
                if ($State.CompareAndSet('value', "free $round", $Process.Name)) { "value $round" }
                try { Set-ZState revised $Process.Name -IfRevision $start.revision -ErrorAction Stop; "revision $round" } catch { if ($_.FullyQualifiedErrorId -notlike 'ZProc.Conflict*') { throw } }
                try { Set-ZState "absent$round" $Process.Name -IfAbsent -ErrorAction Stop; "absent $round" } catch { if ($_.FullyQualifiedErrorId -notlike 'ZProc.Conflict*') { throw } }
                $null = Update-ZState "done$round" -Increment 1
            }
        }
        $contenders = @(Start-ZProcess $contender -Count 4 -As Process) + @(Start-ZProcess $contender -Count 4 -As Runspace)
        foreach ($round in 1..10) {
            Set-ZState -InputObject @{ value = "free $round"; revised = "free $round" }
            Set-ZState round @{ number = $round; revision = (Get-ZState revised -Detailed).Revision }
            Wait-ZState "done$round" -Equal 8 -TimeoutSec 120 | Should -Be 8
        }
        $wins = @($contenders | Receive-ZProcess -Wait -ErrorAction Stop | Sort-Object)
        $wins | Should -Be @('value', 'revision', 'absent' | ForEach-Object { foreach ($round in 1..10) { "$_ $round" } } | Sort-Object)
    }

    It 'appends and merges for several processes, and loses nothing' {
        $before = $context.State.Revision
        $work = {
            foreach ($i in 1..50) {
                $null = Update-ZState list -Append "$($Process.Name) $i"
                $null = Update-ZState table -Merge @{ "$($Process.Name) $i" = $i }
            }
        }
        $processes = @(Start-ZProcess $work -Name p -Count 3 -As Process) + @(Start-ZProcess $work -Name r -Count 3 -As Runspace)
        $processes | Receive-ZProcess -Wait -ErrorAction Stop
        $list = Get-ZState list
        $list.Count | Should -Be 300
        foreach ($process in $processes) {
            @($list -like "$($process.Name) *") | Should -Be @(1..50 | ForEach-Object { "$($process.Name) $_" }) -Because 'each keeps its own order'
        }
        (Get-ZState table).Count | Should -Be 300
        $context.State.Revision - $before | Should -Be 600 -Because 'each was one update'
    }
}

Describe 'Adding to numbers, from <Where>' -ForEach @(
    @{ Where = 'the session that runs the server'; Remote = $false }
    @{ Where = 'a session that joined'; Remote = $true }
) {
    BeforeAll {
        $owner = Start-ZProcContext owner
        if ($Remote) { $null = Connect-ZProcContext $owner.ConnectionString -Name joined }
    }

    AfterAll {
        if ($Remote) { Disconnect-ZProcContext joined }
        Stop-ZProcContext owner
    }

    It 'keeps <Type>, up to its ends and not beyond' -ForEach $integers {
        $class = [type] $Type
        $one = 1 -as $class
        foreach ($way in @(
            @{ End = $class::MaxValue; By = $one }
            if ($class::MinValue -lt 0) { @{ End = $class::MinValue; By = -1 -as $class } }
        )) {
            Set-ZState n ($class::Parse('5'))
            $sum = Update-ZState n -Increment $way.By
            $sum.GetType() | Should -Be $class
            $sum | Should -Be (5 + [int] $way.By)
            Set-ZState n $way.End
            $revision = $owner.State.Revision
            { Update-ZState n -Increment $way.By } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
            { $owner.State.Increment('n', $way.By) } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
            { Update-ZState { $State.other = 1; $State.Increment('n', $way.By) } } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
            $owner.State.n.GetType() | Should -Be $class
            $owner.State.n | Should -Be $way.End
            $owner.State.Revision | Should -Be $revision
        }
    }

    It 'adds <Left> and <Right> to <Sum>' -ForEach @(
        @{ Left = [int]::MaxValue; Right = 1L; Sum = 2147483648L }
        @{ Left = [byte] 255; Right = 1; Sum = 256 }
        @{ Left = [uint32] 5; Right = -6; Sum = -1L }
        @{ Left = 1; Right = 0.5; Sum = 1.5 }
        @{ Left = 1; Right = 0.5d; Sum = 1.5d }
        @{ Left = 0.1d; Right = 0.2d; Sum = 0.3d }
        @{ Left = [float] 1.5; Right = [float] 1; Sum = [float] 2.5 }
        @{ Left = [float] 1.5; Right = 1.0; Sum = 2.5 }
        @{ Left = [long]::MaxValue; Right = [bigint] 1; Sum = [bigint]::Pow(2, 63) }
        @{ Left = [bigint]::Pow(2, 200); Right = -1; Sum = [bigint]::Pow(2, 200) - 1 }
        @{ Left = [double]::PositiveInfinity; Right = 1; Sum = [double]::PositiveInfinity }
        @{ Left = $null; Right = [uint16] 7; Sum = [uint16] 7 }
    ) {
        Set-ZState n $Left
        $result = Update-ZState n -Increment $Right
        $result.GetType() | Should -Be $Sum.GetType()
        $result | Should -Be $Sum
    }

    It 'refuses <Left> and <Right>' -ForEach @(
        @{ Left = [decimal]::MaxValue; Right = [decimal]::MaxValue }
        @{ Left = [double]::MaxValue; Right = [double]::MaxValue }
        @{ Left = [float]::MinValue; Right = [float]::MinValue }
        @{ Left = 1d; Right = 1e300 }
        @{ Left = [long]::MaxValue; Right = 1 }
        @{ Left = [uint64] 0; Right = -1 }
        @{ Left = 'text'; Right = 1 }
        @{ Left = $true; Right = 1 }
        @{ Left = 1; Right = [System.DayOfWeek]::Friday }
        @{ Left = @(1); Right = 1 }
    ) {
        Set-ZState n $Left
        $revision = $owner.State.Revision
        { Update-ZState n -Increment $Right } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        $owner.State.Revision | Should -Be $revision
    }
}
