# Script blocks, and what else belongs to a runspace, given to processes of both kinds and output by them: nothing runs in the
# session that made it while another thread is there.

BeforeDiscovery {
    . "$PSScriptRoot/../Common.ps1"

    # Ways on which a value reaches the block of a process. Each gives the block the value as $it.
    $ways = foreach ($as in 'Runspace', 'Process') {
        @{ As = $as; Way = 'an item'; Run = { param($value, $body) , $value | Invoke-ZParallel -As $as ([scriptblock]::Create("`$it = `$_; $body")) } }
        @{ As = $as; Way = '$using: of items'; Run = { param($value, $body) 1 | Invoke-ZParallel -As $as ([scriptblock]::Create("`$it = `$using:value; $body")) } }
        @{ As = $as; Way = '-ArgumentList of items'; Run = { param($value, $body) 1 | Invoke-ZParallel -As $as ([scriptblock]::Create("`$it = `$args[0]; $body")) -ArgumentList (, $value) } }
        @{ As = $as; Way = '-Props of items'; Run = { param($value, $body) 1 | Invoke-ZParallel -As $as ([scriptblock]::Create("`$it = `$Props; $body")) -Props $value } }
        @{ As = $as; Way = '$using:'; Run = { param($value, $body) Start-ZProcess -As $as ([scriptblock]::Create("`$it = `$using:value; $body")) | Receive-ZProcess -Wait } }
        @{ As = $as; Way = '$input'; Run = { param($value, $body) , $value | Start-ZProcess -As $as ([scriptblock]::Create("`$it = @(`$input)[0]; $body")) | Receive-ZProcess -Wait } }
        @{ As = $as; Way = '-ArgumentList'; Run = { param($value, $body) Start-ZProcess -As $as ([scriptblock]::Create("`$it = `$args[0]; $body")) -ArgumentList (, $value) | Receive-ZProcess -Wait } }
        @{ As = $as; Way = '-Parameter'; Run = { param($value, $body) Start-ZProcess -As $as ([scriptblock]::Create("param(`$it) $body")) -Parameter @{ it = $value } | Receive-ZProcess -Wait } }
        @{ As = $as; Way = '-Props'; Run = { param($value, $body) Start-ZProcess -As $as ([scriptblock]::Create("`$it = `$Props; $body")) -Props $value | Receive-ZProcess -Wait } }
        @{ As = $as; Way = '$using: of an action'; Run = {
                param($value, $body)
                $watcher = Register-ZStateWatcher go -As $as -Count 1 -Action ([scriptblock]::Create("`$it = `$using:value; $body"))
                Set-ZState go 1 -Force
                $watcher.Process | Receive-ZProcess -Wait
                Unregister-ZStateWatcher -Id $watcher.Id
            } }
    }

    # Where a block can be inside a value: how to make the value of the block, and how to get at the block.
    $places = @(
        @{ Place = 'itself'; Make = { param($f) $f }; Get = '$it' }
        @{ Place = 'in a hashtable'; Make = { param($f) @{ n = 1; f = $f } }; Get = '$it.f' }
        @{ Place = 'in an ordered dictionary'; Make = { param($f) [ordered]@{ f = $f } }; Get = '$it.F' }
        @{ Place = 'in a list'; Make = { param($f) , [System.Collections.Generic.List[object]] @(1, $f) }; Get = '$it[1]' }
        @{ Place = 'in an array'; Make = { param($f) , @($f, 2) }; Get = '$it[0]' }
        @{ Place = 'in an object'; Make = { param($f) [pscustomobject]@{ f = $f } }; Get = '$it.f' }
        @{ Place = 'deep inside'; Make = { param($f) @{ a = @(@{ b = [pscustomobject]@{ c = , $f } }) } }; Get = '$it.a[0].b.c[0]' }
    )
    $cases = foreach ($way in $ways) { foreach ($place in $places) { $way + $place } }
    # Most ways encode the value, so one place stands for all.
    $cases = $cases | Where-Object { ($_.As -eq 'Runspace' -and $_.Way -in 'an item', '$using:') -or $_.Place -eq 'deep inside' }
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../../ZProc.psd1"
    $null = Start-ZProcContext
    $f = { param($n) $x = Get-Date; $n + 1 }
}

AfterAll {
    Stop-ZProcContext
}

Describe 'A script block' {
    It 'given as <Way> to -As <As>, <Place>, runs there' -ForEach $cases {
        & $Run (& $Make $f) "& $Get 1; & $Get 2; (& { `$x = Get-Date; $Get }).GetType().Name" | Should -Be 2, 3, 'ScriptBlock'
    }

    It 'runs in many runspaces at once, and the session stays whole: <Name>' -ForEach @(
        @{ Name = 'items'; Run = { 1..200 | ForEach-Object { $f } | Invoke-ZParallel -ThrottleLimit 8 { & $_ 1 } } }
        @{ Name = '$using:'; Run = { 1..200 | Invoke-ZParallel -ThrottleLimit 8 { & $using:f 1 } } }
        @{ Name = '-ArgumentList'; Run = { 1..200 | Invoke-ZParallel -ThrottleLimit 8 { & $args[0] 1 } -ArgumentList $f } }
        @{ Name = 'a function made of it'; Run = { 1..200 | Invoke-ZParallel -ThrottleLimit 8 { ${function:Add-It} = $using:f; Add-It 1 } } }
        @{ Name = 'a table of them'; Run = { $all = @{ f = $f }; 1..200 | Invoke-ZParallel -ThrottleLimit 8 { & ($using:all).f 1 } } }
        @{ Name = 'a function of the session'; Run = { function Add-It { param($n) $x = Get-Date; $n + 1 }; $g = ${function:Add-It}; 1..200 | Invoke-ZParallel -ThrottleLimit 8 { & $using:g 1 } } }
        @{ Name = 'a method of the items'; Run = { 1..200 | ForEach-Object { [pscustomobject]@{ n = 1 } | Add-Member -PassThru ScriptMethod Add { $x = Get-Date; $this.n + 1 } } | Invoke-ZParallel -ThrottleLimit 8 { $_.Add() } } }
        @{ Name = 'a property of the items'; Run = { 1..200 | ForEach-Object { [pscustomobject]@{ n = 1 } | Add-Member -PassThru ScriptProperty Next { $x = Get-Date; $this.n + 1 } } | Invoke-ZParallel -ThrottleLimit 8 { $_.Next } } }
    ) {
        $result = & $Run
        $result.Count | Should -Be 200
        $result | Select-Object -Unique | Should -Be 2
    }

    It 'with variables of its own is refused, in -As <As>' -ForEach $kinds {
        $own = & { $secret = 5; { param($n) $n + $secret }.GetNewClosure() }
        $free = & { $secret = 5; { param($n) $n + 1 }.GetNewClosure() }
        { Start-ZProcess -As $As { } -ArgumentList $own } | Should -Throw '*$secret*GetNewClosure*' -ErrorId 'ZProc.ValueNotSupported*'
        { Set-ZState own $own -ErrorAction Stop } | Should -Throw '*$secret*GetNewClosure*' -ErrorId 'ZProc.ValueNotSupported*'
        Start-ZProcess -As $As { & $args[0] 1 } -ArgumentList $free | Receive-ZProcess -Wait | Should -Be 2
        if ($As -eq 'Runspace') {
            { 1 | Invoke-ZParallel { & $using:own 1 } } | Should -Throw '$using:own *$secret*GetNewClosure*' -ErrorId 'ZProc.ValueNotSupported*'
        }
    }

    It 'shows in errors where it was written' {
        $bad = { throw [System.ArithmeticException]::new('no') }
        $failure = 1 | Invoke-ZParallel { try { & $using:bad } catch { $_ } }
        $failure.InvocationInfo.ScriptName | Should -Be $PSCommandPath
        $failure.InvocationInfo.ScriptLineNumber | Should -Be $bad.StartPosition.StartLine
    }

    It 'is called by the condition of a watcher, in -As <As>, and of a wait' -ForEach $kinds {
        $isFive = { param($n) $null = Get-Date; $n -eq 5 }
        $watcher = Register-ZStateWatcher -As $As -When { & $using:isFive $_.five } -Count 1 -Action { "five is $($Update.Value)" }
        Set-ZState five 4
        Set-ZState five 5
        $watcher.Process | Receive-ZProcess -Wait | Should -Be 'five is 5'
        Unregister-ZStateWatcher -Id $watcher.Id
        (Wait-ZState -When { & $using:isFive $_.five } -TimeoutSec 60).five | Should -Be 5
        Remove-ZState five
    }

    It 'keeps the parameters of a function, and runs in its scope of the runspace' {
        function Get-Twice([int] $n) { $n * $factor }
        $twice = ${function:Get-Twice}
        1 | Invoke-ZParallel { $factor = 2; & $using:twice 4 } | Should -Be 8
    }
}

Describe 'What a process of a kind outputs' {
    It 'can be used in the session: a block, from -As <As>' -ForEach $kinds {
        $block = 1 | Invoke-ZParallel -As $As { { param($n) $n + $_ + 1 }; @{ f = { 'in a table' } } }
        10 | ForEach-Object { & $block[0] 1 } | Should -Be 12
        & $block[1].f | Should -Be 'in a table'
        $made = Start-ZProcess -As $As { { param($n) $n + 1 } } | Receive-ZProcess -Wait
        & $made 2 | Should -Be 3
    }

    It 'has working script properties, from -As <As>' -ForEach $kinds {
        $of = { [pscustomobject]@{ n = 3 } | Add-Member -PassThru ScriptProperty Sq { $this.n * 2 } }
        (1 | Invoke-ZParallel -As $As $of).Sq | Should -Be 6
        (Start-ZProcess -As $As $of | Receive-ZProcess -Wait).Sq | Should -Be 6
    }

    It 'has working script methods, from a runspace' {
        # From an OS process they are left out, as from PowerShell's own jobs.
        $of = { [pscustomobject]@{ n = 3 } | Add-Member -PassThru ScriptMethod Twice { $this.n * 2 } }
        (1 | Invoke-ZParallel $of).Twice() | Should -Be 6
        (Start-ZProcess -As Runspace $of | Receive-ZProcess -Wait).Twice() | Should -Be 6
        (1 | Invoke-ZParallel -As Process $of).PSObject.Methods['Twice'] | Should -BeNullOrEmpty
    }

    It 'may have been looked at before' {
        # The engine adds members to an object of which a script reads PSObject.
        $one = [pscustomobject]@{ f = { 1 } } | Add-Member -PassThru ScriptMethod M { 2 }
        $null = $one.PSObject.Properties.Name, $one.PSTypeNames, $one.PSBase
        1 | Invoke-ZParallel { & ($using:one).f; ($using:one).M(); ($using:one).PSObject.Properties.Name } | Should -Be 1, 2, 'f'
        (1 | Invoke-ZParallel { $null = ($using:one).PSObject.Properties.Name; $using:one }).M() | Should -Be 2
    }

    It 'keeps the type names and the other members' {
        $object = 1 | Invoke-ZParallel { $o = [pscustomobject]@{ PSTypeName = 'My.Thing'; n = 3 }; $o | Add-Member ScriptMethod M { 1 }; $o | Add-Member AliasProperty a n; $o }
        $object.PSObject.TypeNames[0] | Should -Be 'My.Thing'
        $object.a | Should -Be 3
    }
}

Describe 'Objects that belong to a runspace' {
    BeforeAll {
        class RunspaceObjectsPlain { [int] $X = 1 }
        class RunspaceObjectsMethod { [int] $X = 1; [string] Hello() { return "hello $($this.X)" } }
        [NoRunspaceAffinity()] class RunspaceObjectsFree { [int] $X = 1; [string] Hello() { return "hello $($this.X) $((Get-Date).Year -gt 2000)" } }
    }

    It 'are data: an instance of a class with methods, in -As <As>' -ForEach $kinds {
        $one = [RunspaceObjectsMethod]::new()
        1 | Invoke-ZParallel -As $As { ($using:one).X; try { ($using:one).Hello() } catch { $_.FullyQualifiedErrorId } } | Should -Be 1, 'MethodNotFound'
        $one, $one | Invoke-ZParallel -As $As { $_.X } | Should -Be 1, 1
        Start-ZProcess -As $As { ($using:one).X; ($using:one).PSObject.TypeNames[0] -like 'Deserialized.*RunspaceObjectsMethod' } | Receive-ZProcess -Wait | Should -Be 1, $true
    }

    It 'are themselves where nothing of theirs runs elsewhere: a class without methods, or with [NoRunspaceAffinity()]' {
        $plain = [RunspaceObjectsPlain]::new()
        $free = [RunspaceObjectsFree]::new()
        1 | Invoke-ZParallel { ($using:plain).X = 5; ($using:free).Hello() } | Should -Be 'hello 1 True'
        $plain.X | Should -Be 5
        1..100 | ForEach-Object { $free } | Invoke-ZParallel -ThrottleLimit 8 { $_.Hello() } | Select-Object -Unique | Should -Be 'hello 1 True'
    }

    It 'are data: <Name>, in -As <As>' -ForEach (& {
            foreach ($as in 'Runspace', 'Process') {
                @{ As = $as; Name = 'a function'; Make = { function Get-RunspaceObject { 1 }; Get-Command Get-RunspaceObject }; Text = 'Get-RunspaceObject' }
                if (-not $underWine) { @{ As = $as; Name = 'an alias'; Make = { Get-Alias gci }; Text = 'gci' } }
                @{ As = $as; Name = 'a module'; Make = { Get-Module ZProc }; Text = 'ZProc' }
                @{ As = $as; Name = 'an event subscriber'; Make = { $null = Register-EngineEvent RunspaceObjects -Action { }; Get-EventSubscriber RunspaceObjects; Unregister-Event RunspaceObjects }; Text = 'RunspaceObjects' }
            }
        }) {
        $value = & $Make
        $got = 1 | Invoke-ZParallel -As $As { $v = $using:value; $v.PSObject.TypeNames[0]; if ($v.SourceIdentifier) { $v.SourceIdentifier } else { $v.Name } }
        $got[0] | Should -BeLike 'Deserialized.System.Management.Automation.*'
        $got[1] | Should -Be $Text
    }

    It 'are refused at once, with the name: <Name>' -ForEach @(
        @{ Name = 'a delegate of a block'; Make = { [Func[int, int]] { param($n) $n + 1 } }; Says = '*Give the script block itself' }
        @{ Name = 'the engine of a session'; Make = { $ExecutionContext }; Says = '*Use the one that the process has' }
        @{ Name = 'a block in a collection that runspaces share'; Make = { $table = [hashtable]::Synchronized(@{ f = { } }); $table }; Says = '*which runspaces share*' }
        @{ Name = 'a script method of a .NET object'; Make = { $o = [System.Text.StringBuilder]::new(); $o | Add-Member ScriptMethod M { 1 }; , $o }; Says = '*a script member on a System.Text.StringBuilder*' }
    ) {
        $value = & $Make
        { 1 | Invoke-ZParallel { $using:value } } | Should -Throw "`$using:value $Says" -ErrorId 'ZProc.ValueNotSupported*'
        { Start-ZProcess -As Runspace { $using:value } -ErrorAction Stop } | Should -Throw "`$using:value $Says" -ErrorId 'ZProc.ValueNotSupported*'
        { 1 | Invoke-ZParallel { } -ArgumentList (, $value) } | Should -Throw "-ArgumentList*" -ErrorId 'ZProc.ValueNotSupported*'
        $failures = $null
        'a', $value, 'b' | Invoke-ZParallel { "$_" } -ErrorVariable failures -ErrorAction SilentlyContinue | Should -Be 'a', 'b'
        $failures.FullyQualifiedErrorId | Should -BeLike 'ZProc.ValueNotSupported*'
        [object]::ReferenceEquals($failures[0].TargetObject, $value) | Should -BeTrue
    }
}

Describe 'Objects that belong to no runspace' {
    It 'are the very objects in runspaces, also next to a block' {
        $shared = [System.Collections.Concurrent.ConcurrentQueue[object]]::new()
        $list = [System.Collections.ArrayList]::Synchronized([System.Collections.ArrayList]::new())
        $table = @{ shared = $shared; list = $list; f = { 'run' } }
        $plain = @{ n = 0 }
        1..3 | Invoke-ZParallel { $t = $using:table; $t.shared.Enqueue($_); $null = $t.list.Add((& $t.f)); ($using:plain).n++ } -ThrottleLimit 1
        $shared.Count | Should -Be 3
        $list | Should -Be 'run', 'run', 'run'
        $plain.n | Should -Be 3
    }

    It 'may be parts of each other' {
        $a = @{ f = { 1 } }
        $b = @{ a = $a; text = 'b' }
        $a.b = $b
        1 | Invoke-ZParallel { $x = $using:a; & $x.b.a.f; $x.b.text; [object]::ReferenceEquals($x, $x.b.a) } | Should -Be 1, 'b', $true
    }
}
