# Invoke-ZParallel: order, streaming, errors, limits and what a worker's death costs.

BeforeDiscovery {
    . "$PSScriptRoot/Common.ps1"
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    $context = Start-ZProcContext
}

AfterAll {
    Get-ZProcContext | Stop-ZProcContext
}

Describe 'Invoke-ZParallel -As <As>' -ForEach $kinds {
    BeforeEach {
        Clear-ZState -Namespace parallel
        Select-ZProcContext -Context $context -Namespace parallel
    }

    It 'outputs what each item does, in the order of the input' {
        # The first is the last to end.
        $result = 1..6 | Invoke-ZParallel -As $As -ThrottleLimit 2 { if ($_ -eq 1) { Start-Sleep -Milliseconds 300 }; "a$_"; "b$_" }
        $result | Should -Be @(1..6 | ForEach-Object { "a$_"; "b$_" })
    }

    It 'outputs results as they come with -Unordered' {
        $result = 1..2 | Invoke-ZParallel -As $As -ThrottleLimit 2 -Unordered {
            if ($_ -eq 1) { $null = Wait-ZState second -Available -TimeoutSec 30 }
            $_
            if ($_ -eq 2) { $State.second = $true }
        }
        $result | Should -Be @(2, 1)
    }

    It 'runs items at the same time, and no more than -ThrottleLimit of them' {
        $result = 1..6 | Invoke-ZParallel -As $As -ThrottleLimit 3 {
            Update-ZState running -Increment 1
            if ($_ -le 3) { $null = Wait-ZState started -Equal 3 -TimeoutSec 30 }
            $null = Update-ZState running -Increment -1
        } -InitializationScript { $null = Update-ZState started -Increment 1 }
        ($result | Measure-Object -Maximum).Maximum | Should -BeLessOrEqual 3
    }

    It 'gives the block its item, arguments, values of the caller and the state' {
        $factor = 7
        $table = @{ key = 3 }
        1..3 | Invoke-ZParallel -As $As { $PSItem * $using:factor + $using:table.key } | Should -Be @(10, 17, 24)
        1..2 | Invoke-ZParallel -As $As { param($x, $y) "$x$y$_" } -ArgumentList 'a', 'b' | Should -Be @('ab1', 'ab2')
        1..2 | Invoke-ZParallel -As $As { "$($args[1])$_" } -ArgumentList 'a', 'b' | Should -Be @('b1', 'b2')
        1..2 | Invoke-ZParallel -As $As { param($State) $State["k$_"] = $Props.p + $_ } -Props @{ p = 10 }
        Get-ZState k1 | Should -Be 11
        Get-ZState k2 | Should -Be 12
    }

    It 'takes a collection as an argument, and null as an item' {
        Invoke-ZParallel -As $As { $_ + 1 } -InputObject (1..3) | Should -Be @(2, 3, 4)
        (1, $null, 3 | Invoke-ZParallel -As $As { "<$_>" }) -join ',' | Should -Be '<1>,<>,<3>'
        (, @(1, 2) | Invoke-ZParallel -As $As { $_.Count }) | Should -Be 2
        @() | Invoke-ZParallel -As $As { 'nothing' } | Should -BeNullOrEmpty
    }

    It 'keeps the variables of an item from the next' {
        $result = 1..6 | Invoke-ZParallel -As $As -ThrottleLimit 1 { if ($_ % 2) { $odd = $_ }; "$odd" }
        $result | Should -Be @('1', '', '3', '', '5', '')
    }

    It 'runs begin, process and end for each item' {
        1..2 | Invoke-ZParallel -As $As { begin { 'b' } process { $_ } end { 'e' } } | Should -Be @('b', 1, 'e', 'b', 2, 'e')
    }

    It 'has the caller''s modules and functions, and what comes first' {
        function Get-Twice($N) { 2 * $N }
        $module = Join-Path ([System.IO.Path]::GetTempPath()) "zproc-parallel-$PID.psm1"
        'function Get-Thrice($N) { 3 * $N }' | Set-Content -LiteralPath $module
        try {
            1..2 | Invoke-ZParallel -As $As { (Get-Twice $_) + (Get-Thrice $_) + $global:more } -ImportFunction Get-Tw* -ImportModule $module -InitializationScript { $global:more = 100; 'dropped' } |
                Should -Be @(105, 110)
        }
        finally {
            Remove-Item -LiteralPath $module
        }
    }

    It 'writes every stream, in the order of the items' {
        $VerbosePreference = $InformationPreference = $DebugPreference = 'Continue'
        $all = 1..3 | Invoke-ZParallel -As $As {
            "output $_"; Write-Warning "warning $_"; Write-Verbose "verbose $_"; Write-Information "information $_"; Write-Debug "debug $_"; Write-Error "error $_"
        } *>&1 | ForEach-Object { "$_" }
        $expected = foreach ($i in 1..3) { "output $i", "warning $i", "verbose $i", "information $i", "debug $i", "Item $($i - 1) ($i): error $i" }
        $all | Should -Be $expected
    }

    It 'has one error for an item that fails, which names it, and goes on' {
        $result = 'a', 'b', 'c' | Invoke-ZParallel -As $As { if ($_ -eq 'b') { throw [System.IO.IOException]::new('broken') }; $_ } -ErrorVariable errors -ErrorAction SilentlyContinue
        $result | Should -Be @('a', 'c')
        $errors.Count | Should -Be 1
        "$($errors[0])" | Should -Be 'Item 1 (b): broken'
        $errors[0].TargetObject | Should -Be 'b'
        $errors[0].Exception | Should -BeOfType ([System.IO.IOException])
        $errors[0].Exception.Message | Should -Be 'broken'
        $errors[0].CategoryInfo.Category | Should -Be 'OperationStopped'
        $errors[0].InvocationInfo.ScriptName | Should -Be $PSCommandPath
    }

    It 'goes on within an item after an error that does not end it' {
        $result = 1..2 | Invoke-ZParallel -As $As { Write-Error "bad $_" -ErrorId mine; 1 / 0; "after $_" } -ErrorVariable errors -ErrorAction SilentlyContinue
        $result | Should -Be @('after 1', 'after 2')
        $errors.Count | Should -Be 4
        $errors[0].FullyQualifiedErrorId | Should -Be 'mine'
        $errors[0].InvocationInfo.ScriptName | Should -Be $PSCommandPath
        $errors[0].TargetObject | Should -Be 1
    }

    It 'has errors that can be caught by type with -ErrorAction Stop' {
        $caught = try { $null = 1..3 | Invoke-ZParallel -As $As { 1 / ($_ - 2) } -ErrorAction Stop } catch [System.DivideByZeroException] { $_ }
        "$caught" | Should -BeLike 'Item 1 (2): *'
        $caught.TargetObject | Should -Be 2
    }

    It 'ends with the first error with -StopOnError' {
        $seen = [System.Collections.Generic.List[int]]::new()
        $caught = try { 1..1000 | Invoke-ZParallel -As $As -StopOnError { if ($_ -eq 5) { Write-Error 'bad' }; $_ } | ForEach-Object { $seen.Add($_) } } catch { $_ }
        "$caught" | Should -Be 'Item 4 (5): bad'
        $seen | Should -Be @(1, 2, 3, 4)
        $caught = try { $null = 1..1000 | Invoke-ZParallel -As $As -StopOnError -Unordered { if ($_ -eq 5) { throw 'bad' } } } catch { $_ }
        "$caught" | Should -Be 'Item 4 (5): bad'
    }

    It 'ends an item at return, break, continue and exit' {
        $result = 1..7 | Invoke-ZParallel -As $As -ErrorVariable errors -ErrorAction SilentlyContinue {
            "begin $_"
            if ($_ -eq 2) { return }
            if ($_ -eq 3) { break }
            if ($_ -eq 4) { continue }
            if ($_ -eq 5) { exit }
            if ($_ -eq 6) { exit 3 }
            "end $_"
        }
        $result | Should -Be @('begin 1', 'end 1', 'begin 2', 'begin 3', 'begin 4', 'begin 5', 'begin 6', 'begin 7', 'end 7')
        $errors.Count | Should -Be 1
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'ZProc.ProcessFailed*'
        "$($errors[0])" | Should -BeLike 'Item 5 (6): *exit code 3*'
    }

    It 'takes input without end, reads little of it in advance, and ends at once' {
        $read = @(0)
        $result = & { for ($i = 1; ; $i++) { $read[0]++; $i } } | Invoke-ZParallel -As $As -ThrottleLimit 2 { Start-Sleep -Milliseconds 5; $_ } | Select-Object -First 5
        $result | Should -Be @(1, 2, 3, 4, 5)
        $read[0] | Should -BeLessThan 100
    }

    It 'does not read on while nobody takes its results' {
        $read = @(0)
        $most = 0
        $taken = 0
        & { for ($i = 1; $i -le 60000; $i++) { $read[0]++; $i } } | Invoke-ZParallel -As $As -ThrottleLimit 2 -BatchSize 10 { $_ } | ForEach-Object {
            $taken++
            $most = [Math]::Max($most, $read[0] - $taken)
        } | Select-Object -First 1
        $most | Should -BeLessThan 1000
    }

    It 'passes on what an item without end outputs' {
        1..3 | Invoke-ZParallel -As $As { for ($i = 0; ; $i++) { "$_-$i" } } | Select-Object -First 3 | Should -Be @('1-0', '1-1', '1-2')
    }

    It 'passes on what an item outputs before it has ended' {
        $result = 1 | Invoke-ZParallel -As $As { 'early'; Wait-ZState go -Available -TimeoutSec 30 } | ForEach-Object { if ($_ -eq 'early') { Set-ZState go 'late' }; $_ }
        $result | Should -Be @('early', 'late')
    }

    It 'stops an item after -ItemTimeoutSec, and the others go on' {
        $result = 1..4 | Invoke-ZParallel -As $As -ThrottleLimit 2 -ItemTimeoutSec 2 { if ($_ -eq 2) { Start-Sleep 60 }; $_ } -ErrorVariable errors -ErrorAction SilentlyContinue
        $result | Should -Be @(1, 3, 4)
        $errors.Count | Should -Be 1
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'ZProc.Timeout*'
        $errors[0].Exception | Should -BeOfType ([System.TimeoutException])
        $errors[0].TargetObject | Should -Be 2
        "$($errors[0])" | Should -BeLike 'Item 1 (2): *'
    }

    It 'ends at -TimeoutSec' {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $caught = try { 1..4 | Invoke-ZParallel -As $As -TimeoutSec 1 { Start-Sleep 60 } } catch [System.TimeoutException] { $_ }
        $caught.FullyQualifiedErrorId | Should -BeLike 'ZProc.Timeout*'
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 20
        { 1 | Invoke-ZParallel -As $As -TimeoutSec -1 { } } | Should -Throw '*out of range*'
    }

    It 'stops when its pipeline is stopped' {
        $runspace = [runspacefactory]::CreateRunspace($Host, ([runspace]::DefaultRunspace.InitialSessionState.Clone()))
        $runspace.Open()
        $shell = [powershell]::Create()
        $shell.Runspace = $runspace
        try {
            $null = $shell.AddScript({
                    param($Manifest, $Connection, $As)
                    Import-Module $Manifest
                    $null = Connect-ZProcContext $Connection -Namespace parallel
                    & { for ($i = 1; ; $i++) { $i } } | Invoke-ZParallel -As $As { $State.runs = $true; try { Start-Sleep 60 } finally { $State.ended = $true } }
                }).AddArgument("$PSScriptRoot/../../ZProc.psd1").AddArgument($context.ConnectionString).AddArgument($As)
            $running = $shell.BeginInvoke()
            Wait-ZState runs -Available -TimeoutSec 60 | Should -BeTrue
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $stopping = $shell.BeginStop($null, $null)
            $stopping.AsyncWaitHandle.WaitOne(20000) | Should -BeTrue
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 20
            Wait-ZState ended -Available -TimeoutSec 20 | Should -BeTrue
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
        }
        finally {
            $shell.Dispose()
            $runspace.Dispose()
        }
    }

    It 'tells of writes that nobody waited for' {
        Set-ZState taken 1
        1..2 | Invoke-ZParallel -As $As { if ($_ -eq 1) { Set-ZState taken 2 -IfAbsent -NoWait }; $_ } -ErrorVariable errors -ErrorAction SilentlyContinue | Should -Be @(1, 2)
        $errors.Count | Should -Be 1
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'ZProc.Conflict*'
        1..20 | Invoke-ZParallel -As $As { Update-ZState sum -Increment $_ -NoWait }
        Get-ZState sum | Should -Be 210
    }

    It 'can be nested' {
        $result = 1..4 | Invoke-ZParallel -As $As -ThrottleLimit 2 { $outer = $_; 1..3 | Invoke-ZParallel -ThrottleLimit 2 { $_ * $using:outer } }
        $result | Should -Be @(foreach ($o in 1..4) { 1..3 | ForEach-Object { $_ * $o } })
    }

    It 'takes -ErrorVariable, -OutVariable and -PipelineVariable' {
        1..3 | Invoke-ZParallel -As $As { $_ * 10 } -OutVariable out -PipelineVariable item | ForEach-Object { "$item-$_" } | Should -Be @('10-10', '20-20', '30-30')
        $out | Should -Be @(10, 20, 30)
    }

    It 'can be a job' {
        $factor = 3
        $job = 1..4 | Invoke-ZParallel -As $As -AsJob { if ($_ -eq 2) { throw 'bad' }; $_ * $using:factor }
        $job | Should -BeOfType ([System.Management.Automation.Job2])
        $job | Wait-Job | Receive-Job -ErrorVariable errors -ErrorAction SilentlyContinue | Should -Be @(3, 9, 12)
        "$errors" | Should -Be 'Item 1 (2): bad'
        $job | Remove-Job
        $endless = 1..4 | Invoke-ZParallel -As $As -AsJob { $State.running = $true; Start-Sleep 60 }
        $null = Wait-ZState running -Available -TimeoutSec 60
        $endless | Stop-Job
        $endless.State | Should -Be 'Stopped'
        $endless | Remove-Job
    }

    It 'refuses what makes no sense' {
        { 1 | Invoke-ZParallel -As $As -ImportFunction no-such { } } | Should -Throw '*no-such*'
        { 1 | Invoke-ZParallel -As $As -ImportModule no-such-module { } } | Should -Throw '*no-such-module*'
        { 1 | Invoke-ZParallel -As $As { $using:noSuchVariable } } | Should -Throw '*noSuchVariable*'
    }
}

Describe 'Invoke-ZParallel and a worker that dies' -Skip:(-not $IsLinux) {
    BeforeEach {
        Select-ZProcContext -Context $context -Namespace killed
        Clear-ZState
    }

    It 'loses the item in hand, and does each other exactly once' -ForEach @(
        @{ Size = $null }
        @{ Size = 50 }
    ) {
        $parameters = if ($Size) { @{ BatchSize = $Size } } else { @{} }
        $result = 1..200 | Invoke-ZParallel -As Process -ThrottleLimit 3 @parameters -ErrorVariable errors -ErrorAction SilentlyContinue {
            $null = Update-ZState "n$_" -Increment 1
            if ($_ -in 7, 60, 61, 150) { kill -9 $PID; Start-Sleep 60 }
            $_
        }
        $result | Should -Be @(1..200 | Where-Object { $_ -notin 7, 60, 61, 150 })
        $errors.Count | Should -Be 4
        $errors | ForEach-Object { $_.TargetObject } | Should -Be @(7, 60, 61, 150)
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'ZProc.ProcessFailed*'
        "$($errors[0])" | Should -BeLike 'Item 6 (7): *SIGKILL*'
        $counts = Get-ZState
        $counts.Count | Should -Be 200
        @($counts.Values | Where-Object { $_ -ne 1 }).Count | Should -Be 0
    }

    It 'is replaced by another one' {
        # By the time of the kill the first may have ended, and the second may have begun.
        $killed = 0
        $ids = 1..5 | Invoke-ZParallel -As Process -ThrottleLimit 1 { $PID } -ErrorVariable errors -ErrorAction SilentlyContinue | ForEach-Object {
            if (-not $killed) { $killed = $_; kill -9 $_ }
            $_
        }
        $errors.Count | Should -BeLessOrEqual 1
        $ids.Count | Should -BeGreaterOrEqual (5 - $errors.Count)
        @($ids | Select-Object -Skip 1 | Where-Object { $_ -ne $killed }).Count | Should -BeGreaterThan 0
    }
}

Describe 'The time of an item' {
    It 'does not run while what it wrote waits to be read, as <As>' -ForEach @(@{ As = 'Runspace' }, @{ As = 'Process' }) {
        # More than may wait unread. Who reads takes longer than an item may take.
        $began = [System.Diagnostics.Stopwatch]::StartNew()
        $count = 0
        1..3 | Invoke-ZParallel -As $As -ThrottleLimit 1 -ItemTimeoutSec 1 { 1..20000 } -ErrorVariable errors -ErrorAction SilentlyContinue | ForEach-Object {
            if ($count++ -eq 5) { while ($began.Elapsed.TotalSeconds -lt 3.5) { } }
        }
        "$errors" | Should -BeNullOrEmpty
        $count | Should -Be 60000
    }

    It 'runs out for one item and never for the next, as <As>' -ForEach @(@{ As = 'Runspace' }, @{ As = 'Process' }) {
        # Items end at about the limit: whichever come too late, no other item may fail, and each runs once.
        $result = 1..30 | Invoke-ZParallel -As $As -ThrottleLimit 2 -ItemTimeoutSec 0.2 -ErrorVariable errors -ErrorAction SilentlyContinue {
            if ($_ % 3 -eq 0) { [System.Threading.Thread]::Sleep(200) }
            $_
        } | Sort-Object -Unique
        $errors | ForEach-Object { "$_" } | Should -BeLike '*took longer*'
        $failed = @($errors | ForEach-Object { $_.TargetObject })
        (@($result) + $failed | Sort-Object -Unique) | Should -Be @(1..30)
        $failed.Count | Should -Be @($failed | Sort-Object -Unique).Count
    }

    It 'runs out for one that writes and never ends, as <As>' -ForEach @(@{ As = 'Runspace' }, @{ As = 'Process' }) {
        $result = 1..3 | Invoke-ZParallel -As $As -ThrottleLimit 1 -ItemTimeoutSec 1 { if ($_ -eq 2) { while ($true) { 'on and on' } }; $_ } -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors.Count | Should -Be 1
        "$($errors[0])" | Should -BeLike 'Item 1 (2): *took longer*'
        $result | Where-Object { $_ -is [int] } | Should -Be @(1, 3)
    }
}

Describe 'What an error says of its item' {
    It 'is no new error: <What>' -ForEach @(
        @{ What = 'a generic dictionary'; Make = { $d = [System.Collections.Generic.Dictionary[string, object]]::new(); $d.a = 1; , $d }; Text = '@{a=1}' }
        @{ What = 'an object whose text throws'; Make = { [pscustomobject]@{ a = 1 } | Add-Member -PassThru ScriptProperty b { throw 'no text' } }; Text = '*' }
        @{ What = 'a class whose text throws'; Make = { class NoText { [string] ToString() { throw 'no text' } }; [NoText]::new() }; Text = '*NoText*' }
    ) {
        $items = @((& $Make), 'next')
        $result = $items | Invoke-ZParallel { if ($_ -is [string]) { $_ } else { throw 'bad' } } -ErrorVariable errors -ErrorAction SilentlyContinue
        $result | Should -Be 'next'
        $errors.Count | Should -Be 1
        "$($errors[0])" | Should -BeLike "Item 0 ($Text): bad"
    }
}

Describe 'The scope of an item' {
    It 'is its own where the block leaves something behind: <Block>' -ForEach @(
        @{ Block = { "<$kept>"; $kept = $_ } }
        @{ Block = { "<$kept>"; $kept++ } }
        @{ Block = { "<$kept>"; foreach ($kept in 1) { } } }
        @{ Block = { "<$kept>"; switch (1) { 1 { $kept = 1 } } } }
        @{ Block = { "<$kept>"; $null = ($kept = $_) } }
        @{ Block = { "<$kept>"; if ($kept = $_) { } } }
        @{ Block = { "<$kept>"; [int] $kept = $_ } }
        @{ Block = { "<$kept>"; Set-Variable kept $_ } }
        @{ Block = { "<$kept>"; $null = Write-Output $_ -OutVariable kept } }
        @{ Block = { "<$kept>"; Write-Error bad -ErrorVariable kept -ErrorAction SilentlyContinue } }
        @{ Block = { "<$kept>"; . { $kept = 1 } } }
        @{ Block = { "<$kept>"; 1 | ForEach-Object -Begin { $kept = 1 } { } } }
        @{ Block = { "<$kept>"; Invoke-Expression '$kept = 1' } }
        @{ Block = { "<$kept>"; $ExecutionContext.SessionState.PSVariable.Set('kept', 1) } }
        @{ Block = { "<$kept>"; $null = 'a' -replace 'a', $args[0] } }
        @{ Block = { "<$($Matches.Count)>".Replace('0', ''); $null = 'x' -match 'x' } }
        @{ Block = { "<$(Get-Command Get-Kept -ErrorAction Ignore)>"; function Get-Kept { } } }
        @{ Block = { "<$(Get-Alias kept -ErrorAction Ignore)>"; Set-Alias kept Get-Item } }
        @{ Block = { "<$kept>"; try { $_ > variable:kept } catch { } } }
    ) {
        1..3 | Invoke-ZParallel -ThrottleLimit 1 $Block -ArgumentList { $kept = 1; 'b' } -ErrorAction Ignore | Should -Be @('<>', '<>', '<>')
    }

    It 'is shared only where the block is known to be safe: <Shared> for <Block>' -ForEach @(
        @{ Shared = $true; Block = { } }
        @{ Shared = $true; Block = { $_ } }
        @{ Shared = $true; Block = { $_.Name } }
        @{ Shared = $true; Block = { $_[0] } }
        @{ Shared = $true; Block = { $_ * $using:factor + $args[0] } }
        @{ Shared = $true; Block = { "a $_ $($_.b)" } }
        @{ Shared = $true; Block = { @{ a = $_; b = @($_, 1) } } }
        @{ Shared = $true; Block = { [int] $_ } }
        @{ Shared = $true; Block = { if ($_ -gt 1) { $_ } else { -$_ } } }
        @{ Shared = $true; Block = { if ($_ -eq 2) { return }; if ($_ -eq 3) { throw 'bad' }; 1 / $_ } }
        @{ Shared = $true; Block = { try { 1 / $_ } catch [System.DivideByZeroException] { 0 } finally { } } }
        @{ Shared = $true; Block = { $_ -replace 'a', 'b' -split ',' } }
        @{ Shared = $true; Block = { [Math]::PI } }
        @{ Shared = $false; Block = { $x = 1 } }
        @{ Shared = $false; Block = { $_++ } }
        @{ Shared = $false; Block = { Get-Item $_ } }
        @{ Shared = $false; Block = { & $_ } }
        @{ Shared = $false; Block = { . $_ } }
        @{ Shared = $false; Block = { $_ > variable:x } }
        @{ Shared = $false; Block = { $_.Set(1) } }
        @{ Shared = $false; Block = { [ref] $x } }
        @{ Shared = $false; Block = { $_ -match 'a' } }
        @{ Shared = $false; Block = { $_ -replace 'a', $using:block } }
        @{ Shared = $false; Block = { $_ -split { $x = 1 } } }
        @{ Shared = $false; Block = { foreach ($x in $_) { } } }
        @{ Shared = $false; Block = { while ($_) { } } }
        @{ Shared = $false; Block = { switch ($_) { 1 { } } } }
        @{ Shared = $false; Block = { trap { } 1 } }
        @{ Shared = $false; Block = { function f { } } }
        @{ Shared = $false; Block = { class C { } } }
        @{ Shared = $false; Block = { data { 1 } } }
        @{ Shared = $false; Block = { { $_ } } }
        @{ Shared = $false; Block = { "$($x = 1)" } }
        @{ Shared = $false; Block = { param() $_ } }
    ) {
        $decides = (Get-Command Invoke-ZParallel).ImplementingType.Assembly.GetType('ZProc.Parallel.SharedScope').GetMethod('IsSafe')
        $decides.Invoke($null, [object[]] @($Block.Ast)) | Should -Be $Shared
    }
}

Describe 'Invoke-ZParallel in runspaces' {
    BeforeEach {
        Select-ZProcContext -Context $context -Namespace runspaces
        Clear-ZState
    }

    It 'is in order for a great many items' {
        $expected = 1
        $wrong = 0
        1..100000 | Invoke-ZParallel { $_ } | ForEach-Object { if ($_ -ne $expected) { $wrong++ }; $expected++ }
        $wrong | Should -Be 0
        $expected | Should -Be 100001
    }

    It 'runs each item once when what seemed easy becomes hard' {
        $result = 1..3000 | Invoke-ZParallel -ThrottleLimit 3 { if ($_ % 500 -eq 0) { Start-Sleep -Milliseconds 60 }; $_ }
        $result.Count | Should -Be 3000
        Compare-Object $result (1..3000) -SyncWindow 0 | Should -BeNullOrEmpty
    }

    It 'lets nobody wait behind a long item for what others could do' {
        # Were they one batch, the rest would wait for the first, which waits for the rest.
        $result = 1..50 | Invoke-ZParallel -ThrottleLimit 2 {
            if ($_ -eq 10) { $null = Wait-ZState others -Equal 40 -TimeoutSec 60 }
            if ($_ -gt 10) { $null = Update-ZState others -Increment 1 }
            $_
        }
        $result | Should -Be @(1..50)
    }

    It 'gives a runspace up that cannot be stopped' {
        $blocked = [System.Threading.ManualResetEventSlim]::new()
        try {
            $result = 1..3 | Invoke-ZParallel -ThrottleLimit 1 -ItemTimeoutSec 1 { if ($_ -eq 2) { $null = $args[0].Wait(60000); $State.late = $true }; $_ } -ArgumentList $blocked -ErrorVariable errors -ErrorAction SilentlyContinue
            $result | Should -Be @(1, 3)
            $errors[0].FullyQualifiedErrorId | Should -BeLike 'ZProc.Timeout*'
        }
        finally {
            $blocked.Set()
        }
        Test-ZState late | Should -BeFalse
    }

    It 'passes objects as they are' {
        $list = [System.Collections.Concurrent.ConcurrentBag[int]]::new()
        1..20 | Invoke-ZParallel { $all = $using:list; $all.Add($_) }
        $list.Count | Should -Be 20
        $objects = 1..3 | ForEach-Object { [System.Text.StringBuilder]::new("$_") }
        $objects | Invoke-ZParallel { $null = $_.Append('x') }
        $objects | ForEach-Object { "$_" } | Should -Be @('1x', '2x', '3x')
    }

    It 'shows progress, and takes it away in the end' -ForEach @(
        @{ How = 'at the end'; Script = { 1..20 | Invoke-ZParallel -ShowProgress { Start-Sleep -Milliseconds 10; $_ } } }
        @{ How = 'when enough is enough'; Script = { 1..20 | Invoke-ZParallel -ShowProgress { Start-Sleep -Milliseconds 10; $_ } | Select-Object -First 3 } }
        @{ How = 'when it fails'; Script = { 1..20 | Invoke-ZParallel -ShowProgress -StopOnError { Start-Sleep -Milliseconds 10; if ($_ -eq 5) { throw 'bad' } } } }
    ) {
        $process = Start-ZProcess -As Runspace ([scriptblock]::Create("`$ProgressPreference = 'Continue'; $Script")) | Wait-ZProcess
        $records = $process.Progress
        $records.Count | Should -BeGreaterThan 1
        $records[$records.Count - 1].RecordType | Should -Be 'Completed'
        $records[0].Activity | Should -Be 'Invoke-ZParallel'
        $process | Remove-ZProcess
    }
}

Describe 'Invoke-ZParallel without a context' {
    BeforeAll {
        Stop-ZProcContext $context
    }

    It 'works -As <As>, and leaves none' -ForEach $kinds {
        1..3 | Invoke-ZParallel -As $As { $_ + 1 } | Should -Be @(2, 3, 4)
        1..3 | Invoke-ZParallel -As $As { $_ } | Select-Object -First 1 | Should -Be 1
        @(Get-ZProcContext).Count | Should -Be 0
    }

    It 'works as a job -As <As>' -ForEach $kinds {
        $job = 1..3 | Invoke-ZParallel -As $As -AsJob { $_ + 1 }
        (Get-Job -Id $job.Id).Name | Should -Be $job.Name
        $job | Receive-ZProcess -Wait | Should -Be @(2, 3, 4)
        @(Get-ZProcContext).Count | Should -Be 0
        $job | Remove-Job
        1..3 | Invoke-ZParallel -As $As -AsJob { $_ + 1 } | Receive-Job -Wait -AutoRemoveJob | Should -Be @(2, 3, 4)
    }
}
