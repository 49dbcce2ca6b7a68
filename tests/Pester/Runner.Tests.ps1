# What the test files rely on in Pester's way of running them, so that the small runner and Pester agree on it.

BeforeDiscovery {
    $cases = @(
        @{ Left = 1; Right = 2; Sum = 3 }
        @{ Left = 2; Right = 2; Sum = 4 }
    )
    $words = 'one', 'two'
    $found = [System.Collections.Generic.List[string]]::new()
}

BeforeAll {
    $fromTop = 'top'
    function Get-FromTop { "function sees $fromTop" }
    $script:log = [System.Collections.Generic.List[string]]::new()
}

Describe 'Scopes' {
    BeforeAll {
        $fromBlock = 'block'
        $list = [System.Collections.Generic.List[int]]::new()
    }

    It 'shows the variables of BeforeAll in a test' {
        $fromTop | Should -Be 'top'
        $fromBlock | Should -Be 'block'
        Get-FromTop | Should -Be 'function sees top'
    }

    It 'lets a test change its own copy' {
        $fromBlock = 'changed'
        $fromBlock | Should -Be 'changed'
        $list.Add(1)
        $leaked = 1
    }

    It 'keeps a test''s assignments from the next test' {
        $fromBlock | Should -Be 'block'
        $leaked | Should -BeNullOrEmpty
        $list | Should -Be @(1)
    }

    It 'does not show what only discovery knew' {
        $words | Should -BeNullOrEmpty
    }

    Context 'nested' {
        BeforeAll { $fromBlock = 'nested' }
        It 'hides the outer variable' { $fromBlock | Should -Be 'nested' }
    }

    It 'keeps the nested block''s variables inside it' { $fromBlock | Should -Be 'block' }

    It 'knows the folder of the test file' {
        Join-Path $PSScriptRoot 'Runner.Tests.ps1' | Should -Exist
    }

    It 'goes on after an error that does not terminate' {
        $ErrorActionPreference | Should -Be 'Continue'
        Write-Error 'not the end' 2>$null
        $true | Should -BeTrue
    }
}

Describe 'Setup and teardown' {
    BeforeEach {
        $seen = 'fresh'
        $log.Add('before')
    }
    AfterEach { $log.Add("after $seen") }

    It 'shares a scope with BeforeEach' {
        $seen | Should -Be 'fresh'
        $seen = 'used'
    }

    It 'runs AfterEach in the test''s scope' {
        $log | Should -Be @('before', 'after used', 'before')
    }

    Context 'inner' {
        BeforeEach { $log.Add("inner $seen") }
        It 'runs the outer BeforeEach first' {
            $log[-2..-1] | Should -Be @('before', 'inner fresh')
        }
    }
}

Describe 'Data' {
    It 'adds <Left> and <Right>' -ForEach $cases {
        $Left + $Right | Should -Be $Sum
        $_.Sum | Should -Be $Sum
    }

    It 'takes the word <_>' -ForEach $words { $_ | Should -BeIn 'one', 'two' }

    It 'takes old-style cases' -TestCases @(@{ N = 1 }, @{ N = 2 }) { $N | Should -BeGreaterThan 0 }

    It 'is no test without data' -ForEach @() { throw 'never' }

    It 'is skipped' -Skip { throw 'never' }

    It 'skips itself' {
        Set-ItResult -Skipped -Because 'that is what is tested'
        throw 'never'
    }
}

Describe 'A block for each <Name>' -ForEach @(@{ Name = 'a' }, @{ Name = 'b' }) {
    BeforeAll { $upper = $Name.ToUpperInvariant() }
    It 'has <Name>' { $upper | Should -BeExactly $Name.ToUpperInvariant() }
}

Describe 'Should' {
    It 'compares' {
        'abc' | Should -Be 'ABC'
        'abc' | Should -Not -BeExactly 'ABC'
        1, 2 | Should -Be @(1, 2)
        1, 2 | Should -Not -Be @(2, 1)
        $null | Should -BeNullOrEmpty
        @() | Should -BeNullOrEmpty
        '' | Should -BeNullOrEmpty
        0 | Should -Not -BeNullOrEmpty
        3 | Should -BeGreaterOrEqual 3
        3 | Should -BeLessOrEqual 3
        3 | Should -BeLessThan 4
        'hello' | Should -BeLike 'h*o'
        'hello' | Should -Match '^h.l'
        'hello' | Should -Not -MatchExactly 'H'
        1, 2, 3 | Should -Contain 2
        1, 2, 3 | Should -HaveCount 3
        $false | Should -BeFalse
        'x' | Should -Be 'x' -Because 'of its name'
    }

    It 'takes a type as a type or as text' {
        1 | Should -BeOfType ([int])
        1 | Should -BeOfType [int]
        1 | Should -BeOfType int
        1 | Should -Not -BeOfType [string]
    }

    It 'knows what was thrown' {
        { throw 'a message' } | Should -Throw
        { throw 'a message' } | Should -Throw '*mess*'
        { throw 'a message' } | Should -Throw -ExpectedMessage 'a message'
        { Get-Item /nope/nope -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound*' -ExceptionType ([System.Management.Automation.ItemNotFoundException])
        { 1 } | Should -Not -Throw
        $thrown = { throw [System.InvalidOperationException] 'no' } | Should -Throw -PassThru
        $thrown.Exception | Should -BeOfType ([System.InvalidOperationException])
    }

    It 'fails when it should' {
        { 1 | Should -Be 2 } | Should -Throw '*Expected*2*1*'
        { 1 | Should -Not -Be 1 } | Should -Throw
        { { throw 'a' } | Should -Throw 'b' } | Should -Throw
        { { throw 'a' } | Should -Throw -ErrorId 'b' } | Should -Throw
        { { 1 } | Should -Throw } | Should -Throw
        { { throw 'a' } | Should -Not -Throw } | Should -Throw
        { @() | Should -BeTrue } | Should -Throw
    }
}

Describe 'TestDrive' {
    BeforeAll { Set-Content TestDrive:/outer.txt 'outer' }

    Context 'a block''s files' {
        It 'are written' {
            Set-Content (Join-Path $TestDrive 'inner.txt') 'inner'
            'TestDrive:/inner.txt' | Should -Exist
        }
    }

    It 'are gone after it, unlike its parent''s' {
        'TestDrive:/inner.txt' | Should -Not -Exist
        Get-Content TestDrive:/outer.txt | Should -Be 'outer'
    }
}
