# Values between all kinds of clients: each arrives with its type, and a value that cannot travel is refused with its path.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/ValueTable.psm1"
    $names = Get-ValueName
    $deliveredNames = Get-DeliveredName
    $paths = @(Get-RefusedPath) + (Get-DepthPath 100)
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    $table = "$PSScriptRoot/Support/ValueTable.psm1"
    Import-Module $table
    Import-Module "$PSScriptRoot/Support/OtherSession.psm1"
    $context = Start-ZProcContext

    # The results of a call of the table's functions in each kind of client.
    function Invoke-Everywhere([scriptblock] $Here, [string] $There) {
        $script = [scriptblock]::Create("param(`$Table, `$Place) Import-Module `$Table; $There")
        $lines = @(Invoke-OtherSession $context.ConnectionString "Import-Module '$table'; `$Place = 'session'; [Console]::Out.WriteLine((ConvertTo-Json ($There) -Compress))" $TestDrive)
        [ordered]@{
            here     = & $Here
            runspace = Start-ZProcess -As Runspace $script -ArgumentList $table, 'runspace' | Receive-ZProcess -Wait -ErrorAction Stop
            process  = Start-ZProcess -As Process $script -ArgumentList $table, 'process' | Receive-ZProcess -Wait -ErrorAction Stop
            session  = $lines[-1] | ConvertFrom-Json -AsHashtable
        }
    }
}

AfterAll {
    Stop-ZProcContext
}

Describe 'Values, nested in each other' {
    BeforeAll {
        $expected = Set-TravelValue $context.State 'from here'
        $seen = Invoke-Everywhere { Get-TravelValue $context.State 'from here' } 'Get-TravelValue $State "from here"'
        $made = Invoke-Everywhere { Set-TravelValue $context.State 'from here' } 'Set-TravelValue $State "from $Place"'
    }

    It 'are the same in every client, whichever client set them: <_>' -ForEach $names {
        $revision = $context.State.Revision
        foreach ($place in $seen.Keys) {
            $back = Get-TravelValue $context.State "from $place" -Name $_
            foreach ($name in $_, "deep $_") {
                "read by $place`: $($seen[$place][$name])" | Should -BeExactly "read by $place`: $($expected[$name])"
                "set by $place`: $($made[$place][$name])" | Should -BeExactly "set by $place`: $($expected[$name])"
                "come from $place`: $($back[$name])" | Should -BeExactly "come from $place`: $($expected[$name])"
                # Exactly: writing an equal value makes no update.
                $context.State["from here $name"] = $context.State["from $place $name"]
                $context.State.Revision | Should -Be $revision -Because "the one from $place is the same"
            }
        }
    }

    It 'are delivered alike everywhere: <_>' -ForEach $deliveredNames {
        foreach ($place in 'runspace', 'process', 'session') {
            "$place`: $($seen[$place][$_])" | Should -BeExactly "$place`: $($seen.here[$_])"
            "$place`: $((Get-TravelValue $context.State "from $place" -Name $_)[$_])" | Should -BeExactly "$place`: $($seen.here[$_])"
        }
    }
}

Describe 'Values that cannot travel' {
    BeforeAll {
        $context.State.ReplaceAll(@{ refused = 'before' })
        $said = Invoke-Everywhere { Send-RefusedValue $context.State } 'Send-RefusedValue $State'
    }

    It 'are refused wherever they are set, in every way, and nothing is sent: <_>' -ForEach $paths {
        foreach ($place in $said.Keys) {
            "from $place`:`n$($said[$place][$_])" | Should -BeExactly "from $place`:`n$(@('ZProc.ValueNotSupported at its place, 0 updates') * 5 -join "`n")"
        }
        $context.State -eq @{ refused = 'before' } | Should -BeTrue
    }
}

Describe 'References' {
    It 'are never shared by two reads, nor by a write and a read' {
        $joined = Connect-ZProcContext $context.ConnectionString -Name joined
        try {
            foreach ($state in $context.State, $joined.State) {
                $list = [System.Collections.Generic.List[object]] @(1, @{ x = 1 })
                $bytes = [byte[]] (1, 2)
                $state.ReplaceAll(@{ list = $list; bytes = $bytes })
                $list[1].x = 2
                $bytes[0] = 9
                # More often than it takes for a client to keep a copy of its own.
                foreach ($i in 1..20) {
                    $state.list[1].x | Should -Be 1
                    $state.bytes[0] | Should -Be 1
                    $read = $state.list
                    $read[1].x = 3
                    $read.Add('more')
                    $state.bytes[0] = 7
                    $all = Get-ZState
                    $all.list[1].x = 4
                    [object]::ReferenceEquals($state.list, $state.list) | Should -BeFalse
                }
                $state.list.Count | Should -Be 2
            }
        }
        finally { Disconnect-ZProcContext $joined }
    }

    It 'are never shared by two runspaces of one process, this one or a child: -As <_>' -ForEach 'Runspace', 'Process' {
        $outcome = Start-ZProcess -As $_ {
            $State.Clear()
            $one = Start-ZProcess -As Runspace {
                $mine = [System.Collections.Generic.List[object]] @(1, @{ x = 1 })
                $State.list = $mine
                $mine[1].x = 'changed by one'
                $State.set = 1
                $null = Wait-ZState read -Equal 1 -TimeoutSec 120
                "$($mine.Count) $($mine[1].x) $($State.list[1].x)"
            }
            $two = Start-ZProcess -As Runspace {
                $null = Wait-ZState set -Equal 1 -TimeoutSec 120
                $read = $State.list
                $first = $read[1].x
                $read[1].x = 'changed by two'
                $read.Add(3)
                "$first $($State.list[1].x) $($State.list.Count)"
                $State.read = 1
            }
            $one | Receive-ZProcess -Wait -ErrorAction Stop
            $two | Receive-ZProcess -Wait -ErrorAction Stop
        } | Receive-ZProcess -Wait -ErrorAction Stop
        $outcome | Should -Be @('2 changed by one 1', '1 1 2')
    }
}

Describe 'Large values' {
    It 'of almost 64 MiB travel both ways, larger ones are refused: <Name>' -ForEach @(
        @{ Name = 'a string'; Make = { param($size) [string]::new('x', $size - 1) + 'y' } }
        @{ Name = 'bytes'; Make = { param($size) $bytes = [byte[]]::new($size); $bytes[-1] = [byte][char] 'y'; , $bytes } }
    ) {
        $context.State.Clear()
        $told = Start-ZProcess -As Process -ArgumentList $Make {
            param($Make)
            $State.big = & $Make (64MB - 16)
            $State.big.Length
            foreach ($change in { $State.big = & $Make 64MB }, { Set-ZState big (& $Make 64MB) -ErrorAction Stop }, { $State.list = @(, (& $Make (64MB - 4))) }) {
                try { & $change; 'not refused' } catch { $_.FullyQualifiedErrorId -replace ',.*' }
            }
            "$($State.big[-1])"
        } | Receive-ZProcess -Wait -ErrorAction Stop
        $told | Should -Be @((64MB - 16), 'ZProc.ValueTooLarge', 'ZProc.ValueTooLarge', 'ZProc.ValueTooLarge', "$((& $Make 1)[-1])")
        $big = Get-ZState big
        $big.Length | Should -Be (64MB - 16)
        "$($big[-1])" | Should -Be $told[-1]
        $context.State.Count | Should -Be 1
        { $context.State.big = & $Make 64MB } | Should -Throw -ErrorId 'ZProc.ValueTooLarge*'
        $context.State.Clear()
    }

    It 'that pass between processes are refused with advice for what passes: <What>' -ForEach @(
        @{ What = 'output'; Start = { Start-ZProcess { , [byte[]]::new(65MB) } | Receive-ZProcess -Wait } }
        @{ What = 'an item'; Start = { Invoke-ZParallel -As Process { } -InputObject @(, [byte[]]::new(65MB)) } }
        @{ What = 'a result'; Start = { 1 | Invoke-ZParallel -As Process { , [byte[]]::new(65MB) } } }
        @{ What = 'props'; Start = { Start-ZProcess { } -Props ([byte[]]::new(65MB)) } }
    ) {
        $caught = try { & $Start 2>&1 } catch { $_ }
        $caught.FullyQualifiedErrorId | Should -BeLike 'ZProc.ValueTooLarge*'
        "$caught" | Should -BeLike '*67,108,864 bytes*write it to a file*'
        "$caught" | Should -Not -BeLike '*keys*'
    }

    It 'are given to a process, each at its full size; too much in all says so' {
        $bytes = [byte[]]::new(64MB - 6)
        Start-ZProcess { $Props.Length } -Props $bytes | Receive-ZProcess -Wait -ErrorAction Stop | Should -Be $bytes.Length
        { Start-ZProcess -Name much { } -ArgumentList $bytes, $bytes, $bytes -ErrorAction Stop } |
            Should -Throw "The process 'much' is given more than*" -ErrorId 'ZProc.ValueTooLarge*'
    }
}
