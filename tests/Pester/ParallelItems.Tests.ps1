# Invoke-ZParallel: items whose worker dies, that take too long, or that fail.

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    $context = Start-ZProcContext
}

AfterAll {
    Get-ZProcContext | Stop-ZProcContext
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
            if ($_ -in 7, 60, 61, 150) { kill -9 $PID; Start-Sleep 600 }
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
    It 'does not count the time in which its output waits to be read, as <As>' -ForEach @(@{ As = 'Runspace' }, @{ As = 'Process' }) {
        # More than may wait unread. Its reader takes longer than an item may take.
        $limit = 1 + 3 * (Measure-Command { 1 | Invoke-ZParallel -As $As { 1..20000 } }).TotalSeconds
        $count = 0
        1..3 | Invoke-ZParallel -As $As -ThrottleLimit 1 -ItemTimeoutSec $limit { 1..20000 } -ErrorVariable errors -ErrorAction SilentlyContinue | ForEach-Object {
            if ($count++ -eq 5) { Start-Sleep -Seconds (2.5 * $limit) }
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
        foreach ($problem in $errors) { "$problem" | Should -BeLike '*took longer*' } # on some machines no item is too late
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

Describe 'The description of an item in an error' {
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
