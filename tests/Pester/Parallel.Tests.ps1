# Invoke-ZParallel, in processes and in runspaces: order, streaming, errors and limits.

BeforeDiscovery {
    . "$PSScriptRoot/Common.ps1"
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/Pace.psm1"
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

    It 'outputs the results of the items, in the order of the input' {
        # The first is the last to end.
        $result = 1..6 | Invoke-ZParallel -As $As -ThrottleLimit 2 { if ($_ -eq 1) { Start-Sleep -Milliseconds 300 }; "a$_"; "b$_" }
        $result | Should -Be @(1..6 | ForEach-Object { "a$_"; "b$_" })
    }

    It 'outputs results at once with -Unordered' {
        $result = 1..2 | Invoke-ZParallel -As $As -ThrottleLimit 2 -Unordered {
            if ($_ -eq 1) { $null = Wait-ZState second -Available -TimeoutSec 120 }
            $_
        } | ForEach-Object { if ($_ -eq 2) { Set-ZState second $true }; $_ } # the first item goes on once the result of the second is here
        $result | Should -Be @(2, 1)
    }

    It 'runs items at the same time, and no more than -ThrottleLimit of them' {
        $result = 1..6 | Invoke-ZParallel -As $As -ThrottleLimit 3 {
            Update-ZState running -Increment 1
            if ($_ -le 3) { $null = Wait-ZState started -Equal 3 -TimeoutSec 120 }
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

    It 'has the caller''s modules and functions, and runs -InitializationScript first' {
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

    It 'goes on within an item after an error that does not end it' -Skip:$underWine {
        $result = 1..2 | Invoke-ZParallel -As $As { Write-Error "bad $_" -ErrorId mine; 1 / 0; "after $_" } -ErrorVariable errors -ErrorAction SilentlyContinue
        $result | Should -Be @('after 1', 'after 2')
        $errors.Count | Should -Be 4
        $errors[0].FullyQualifiedErrorId | Should -Be 'mine'
        $errors[0].InvocationInfo.ScriptName | Should -Be $PSCommandPath
        $errors[0].TargetObject | Should -Be 1
    }

    It 'has errors that can be caught by type with -ErrorAction Stop' -Skip:$underWine {
        $caught = try { $null = 1..3 | Invoke-ZParallel -As $As { 1 / ($_ - 2) } -ErrorAction Stop } catch [System.DivideByZeroException] { $_ }
        "$caught" | Should -BeLike 'Item 1 (2): *'
        $caught.TargetObject | Should -Be 2
    }

    It 'begins no item behind the first error with -StopOnError' {
        $late = "$TestDrive/late-$As"
        $null = try {
            1..3000 | Invoke-ZParallel -As $As -ThrottleLimit 1 -StopOnError {
                if ($_ -eq 2000) { Start-Sleep -Milliseconds 200; throw 'bad' } # items in advance have the time to come
                if ($_ -gt 2000) { [System.IO.File]::WriteAllText($using:late, '') }
            }
        }
        catch { $_ }
        [System.IO.File]::Exists($late) | Should -BeFalse
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

    It 'does not read on while its results are not taken' {
        $read = @(0)
        $most = 0
        $taken = 0
        $count = $env:ZPROC_UNDER_WINE ? 3000 : 60000 # there, a batch takes 20 ms
        & { for ($i = 1; $i -le $count; $i++) { $read[0]++; $i } } | Invoke-ZParallel -As $As -ThrottleLimit 2 -BatchSize 10 { $_ } | ForEach-Object {
            $taken++
            $most = [Math]::Max($most, $read[0] - $taken)
        } | Select-Object -First 1
        $most | Should -BeLessThan 1000
    }

    It 'passes on the output of an item that never ends' {
        1..3 | Invoke-ZParallel -As $As { for ($i = 0; ; $i++) { "$_-$i" } } | Select-Object -First 3 | Should -Be @('1-0', '1-1', '1-2')
    }

    It 'passes on the output of an item before the item has ended' {
        $result = 1 | Invoke-ZParallel -As $As { 'early'; Wait-ZState go -Available -TimeoutSec 120 } | ForEach-Object { if ($_ -eq 'early') { Set-ZState go 'late' }; $_ }
        $result | Should -Be @('early', 'late')
    }

    It 'stops an item after -ItemTimeoutSec, and the others go on' {
        $result = 1..4 | Invoke-ZParallel -As $As -ThrottleLimit 2 -ItemTimeoutSec 2 { if ($_ -eq 2) { Start-Sleep 600 }; $_ } -ErrorVariable errors -ErrorAction SilentlyContinue
        $result | Should -Be @(1, 3, 4)
        $errors.Count | Should -Be 1
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'ZProc.Timeout*'
        $errors[0].Exception | Should -BeOfType ([System.TimeoutException])
        $errors[0].TargetObject | Should -Be 2
        "$($errors[0])" | Should -BeLike 'Item 1 (2): *'
    }

    It 'ends at -TimeoutSec' {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $caught = try { 1..4 | Invoke-ZParallel -As $As -TimeoutSec 1 { Start-Sleep 600 } } catch [System.TimeoutException] { $_ }
        $caught.FullyQualifiedErrorId | Should -BeLike 'ZProc.Timeout*'
        $watch.Elapsed.TotalSeconds | Assert-Within 20
        { 1 | Invoke-ZParallel -As $As -TimeoutSec -1 { } } | Should -Throw '*out of range*'
    }

    It 'stops its items at -TimeoutSec while it waits for input, and begins no other' {
        # The upstream command goes on when the item has been stopped. Only the next item, or the end of the input, can bring the error.
        foreach ($next in @(), @(2)) {
            Clear-ZState -Namespace parallel
            $seen = @{}
            $caught = try {
                & { 1; $seen.stopped = Wait-ZState stopped -Available -TimeoutSec 30 -Namespace parallel -ErrorAction Ignore; $next } | Invoke-ZParallel -As $As -TimeoutSec 5 {
                    try { Set-ZState "begun$_" 1; Start-Sleep 600; 'not stopped' } finally { Set-ZState stopped $_ }
                }
            }
            catch { $_ }
            $caught.FullyQualifiedErrorId | Should -BeLike 'ZProc.Timeout*'
            if (Test-ZState begun1 -Namespace parallel) { $seen.stopped | Should -Be 1 } # the deadline may come before the item
            Test-ZState begun2 -Namespace parallel | Should -BeFalse
        }
    }

    It 'succeeds where all items were done within -TimeoutSec, though the input ends later' {
        $end = [System.Diagnostics.Stopwatch]::StartNew()
        $result = & { 1, 2; while ($end.Elapsed.TotalSeconds -lt 8.2) { Start-Sleep -Milliseconds 100 } } | Invoke-ZParallel -As $As -TimeoutSec 8 { "done $_" }
        $result | Should -Be 'done 1', 'done 2'
    }

    It 'collects in variables what the call hides, as other commands do' {
        foreach ($action in 'SilentlyContinue', 'Ignore') {
            1 | Invoke-ZParallel -As $As { Write-Warning zw } -WarningAction $action -WarningVariable w *>&1 | Should -BeNullOrEmpty
            "$w" | Should -Be zw
            $null = 1 | Invoke-ZParallel -As $As { Write-Information zi } -InformationAction $action -InformationVariable i
            "$i" | Should -Be zi
        }

        $null = 1 | Invoke-ZParallel -As $As { Write-Information zi } -InformationVariable i
        "$i" | Should -Be zi
        1 | Invoke-ZParallel -As $As { Write-Error ze } -ErrorAction Ignore -ErrorVariable e *>&1 | Should -BeNullOrEmpty
        "$e" | Should -Be ''
        1 | Invoke-ZParallel -As $As { Write-Error ze } -ErrorAction SilentlyContinue -ErrorVariable e *>&1 | Should -BeNullOrEmpty
        "$e" | Should -BeLike '*ze'
        $ErrorActionPreference = $WarningPreference = 'SilentlyContinue'
        1 | Invoke-ZParallel -As $As { Write-Error ze; Write-Warning zw } -ErrorVariable e -WarningVariable w *>&1 | Should -BeNullOrEmpty
        "$e" | Should -BeLike '*ze'
        "$w" | Should -Be zw
        1 | Invoke-ZParallel -As $As { "$WarningPreference" } | Should -Be SilentlyContinue
    }

    It 'gives parameters of the names of its variables the arguments that reach them' {
        1 | Invoke-ZParallel -As $As { param([string] $Props, $n) "$Props $n" } -ArgumentList a, b | Should -Be 'a b'
        1 | Invoke-ZParallel -As $As { param($n, $Props) "$Props $n" } -Props p -ArgumentList a | Should -Be 'p a'
    }

    It 'imports a module by a path from the folder of the caller' {
        $null = New-Item -ItemType Directory (Join-Path $TestDrive 'here[1]/sub')
        Set-Content -LiteralPath (Join-Path $TestDrive 'here[1]/sub/Near.psm1') 'function Get-Near { "near" }'
        Push-Location -LiteralPath (Join-Path $TestDrive 'here[1]')
        try {
            foreach ($path in './sub/Near.psm1', 'sub/Near') {
                1 | Invoke-ZParallel -As $As { Get-Near } -ImportModule $path | Should -Be near
            }
        }
        finally {
            Pop-Location
            Remove-Item -LiteralPath (Join-Path $TestDrive 'here[1]') -Recurse
        }
    }

    It 'runs a filter for its item' {
        filter Get-Bar { "bar $_" }
        1..2 | Invoke-ZParallel -As $As ${function:Get-Bar} | Should -Be 'bar 1', 'bar 2'
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
                    & { for ($i = 1; ; $i++) { $i } } | Invoke-ZParallel -As $As { $State.runs = $true; try { Start-Sleep 600 } finally { $State.ended = $true } }
                }).AddArgument("$PSScriptRoot/../../ZProc.psd1").AddArgument($context.ConnectionString).AddArgument($As)
            $running = $shell.BeginInvoke()
            Wait-ZState runs -Available -TimeoutSec 120 | Should -BeTrue
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $stopping = $shell.BeginStop($null, $null)
            $stopping.AsyncWaitHandle.WaitOne(120000) | Should -BeTrue
            $watch.Elapsed.TotalSeconds | Assert-Within 20
            Wait-ZState ended -Available -TimeoutSec 120 | Should -BeTrue
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
        }
        finally {
            $shell.Dispose()
            $runspace.Dispose()
        }
    }

    It 'tells errors of writes with -NoWait' {
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
        "$($errors[0])" | Should -Be 'Item 1 (2): bad'
        $job.State | Should -Be 'Failed'
        $job | Remove-Job
        $endless = 1..4 | Invoke-ZParallel -As $As -AsJob { $State.running = $true; Start-Sleep 600 }
        $null = Wait-ZState running -Available -TimeoutSec 120
        $endless | Stop-Job
        $endless.State | Should -Be 'Stopped'
        $endless | Remove-Job
    }

    It 'refuses impossible arguments' {
        { 1 | Invoke-ZParallel -As $As -ImportFunction no-such { } } | Should -Throw '*no-such*'
        { 1 | Invoke-ZParallel -As $As -ImportModule no-such-module { } } | Should -Throw '*no-such-module*'
        { 1 | Invoke-ZParallel -As $As { $using:noSuchVariable } } | Should -Throw '*noSuchVariable*'
    }
}
