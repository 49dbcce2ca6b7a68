# What a dictionary does, once for the state and once for a plain dictionary that is ordered by key and minds case.
# Each case: what is in it at first, what is done to both (a Model does it to the plain one where that has no such method),
# and how many updates of the state that makes. An Error is what the state says where the plain one throws. Outside: not
# in an atomic block.

Import-Module (Join-Path $PSScriptRoot 'Outcome.psm1')

# Pairs, since a hashtable literal does not mind case.
function New-Plain {
    $plain = [System.Collections.SortedList]::new([System.StringComparer]::Ordinal)
    for ($at = 0; $at -lt $args.Count; $at += 2) { $plain[$args[$at]] = $args[$at + 1] }
    , $plain
}

function Get-Wrapped([string] $Text) {
    $wrapped = [psobject] $Text
    $wrapped.PSObject.Properties.Add([psnoteproperty]::new('Added', 1))
    $wrapped
}

$three = New-Plain a 1 b 'two' C $null

$cases = @(
    # Reading
    @{ Name = 'gets by index'; Start = $three; Do = { param($d) $d['a']; $d['b']; $d['C']; $d['missing'] } }
    @{ Name = 'gets by property'; Start = @{ a = 1; 'b c' = 2 }; Do = { param($d) $d.a; $d.'b c'; $name = 'a'; $d.$name; $d.missing } }
    @{ Name = 'minds case'; Start = New-Plain a 1 A 2; Do = { param($d) $d.a; $d.A; $d['A']; $d.Contains('B'); $d.Count } }
    @{ Name = 'gets with a default'; Start = $three
        Do = { param($d) $d.Get('a'); $d.Get('a', 7); $d.Get('missing'); $d.Get('missing', 7); $d.Get('C', 7); $d.Get('missing', @(1, 2)) }
        Model = { 1; 1; $null; 7; $null; 1; 2 } }
    @{ Name = 'gets nested values'; Start = @{ t = @{ list = @(1, @{ x = 'deep' }) } }; Do = { param($d) $d.t.list[1].x; $d['t']['list'].Count } }
    @{ Name = 'contains'; Start = $three; Do = { param($d) $d.Contains('a'); $d.Contains('A'); $d.Contains('C'); $d.ContainsKey('b'); $d.ContainsKey('missing') } }
    @{ Name = 'has a length'; Start = $three; Do = { param($d) $d.Count; $d.Keys.Count; $d.Values.Count } }
    @{ Name = 'has no length when empty'; Start = @{}; Do = { param($d) $d.Count; @($d.Keys).Count; @($d.Values).Count; $d['a'] } }
    @{ Name = 'has keys named like its members'; Start = @{ Count = 'c'; Keys = 'k'; Revision = 'r'; Pop = 'p' }
        Do = { param($d) $d.Count; $d['Keys']; $d.Revision; $d['Pop']; $d.PSBase.Count } }
    @{ Name = 'has keys of any printable characters'; Start = @{ ' ' = 1; '*' = 2; '[x' = 3; "it's" = 4; 'a.b/c' = 5; 'ключ' = 6; '$x' = 7 }
        Do = { param($d) $d[' ']; $d['*']; $d['[x']; $d."it's"; $d.'a.b/c'; $d.'ключ'; $d.'$x'; $d.Keys } }
    @{ Name = 'takes a wrapped key'; Start = @{ a = 1 }; Do = { param($d) $d[(Get-Wrapped 'a')]; $d.Contains((Get-Wrapped 'a')); $d.Remove((Get-Wrapped 'a')); $d.Count }; Updates = 1
        Model = { param($d) $d['a']; $d.Contains('a'); $d.Remove('a'); $d.Count } }

    # Iterating
    @{ Name = 'is one object to a pipeline and a loop'; Start = $three; Do = { param($d) @($d).Count; @(foreach ($one in $d) { 1 }).Count; ($d | Measure-Object).Count } }
    @{ Name = 'enumerates its entries in order'; Start = New-Plain b 2 a 1 B 0 Z 26
        Do = { param($d) foreach ($entry in $d.GetEnumerator()) { "$($entry.Key)=$($entry.Value)" }; $d.GetEnumerator() | ForEach-Object { $_ } } }
    @{ Name = 'enumerates its keys and values'; Start = $three; Do = { param($d) foreach ($key in $d.Keys) { $key }; foreach ($value in $d.Values) { , $value } } }
    @{ Name = 'has items'; Start = $three; Do = { param($d) $d.Items(); foreach ($item in $d.Items()) { $item.Key } }; Model = { param($d) $d.GetEnumerator(); foreach ($item in $d.GetEnumerator()) { $item.Key } } }
    @{ Name = 'sorts and selects like any'; Start = @{ a = 3; b = 1; c = 2 }; Do = { param($d) ($d.GetEnumerator() | Sort-Object Value).Key -join ''; ($d.GetEnumerator() | Where-Object Value -GT 1).Key -join '' } }
    @{ Name = 'enumerates one moment, changes meanwhile'; Start = @{ a = 1; b = 2 }; Updates = 4
        Do = { param($d) foreach ($entry in $d.GetEnumerator()) { $entry.Key; $d["new $($entry.Key)"] = $entry.Value; $d.Remove($entry.Key) }; $d.Keys }
        Model = { param($d) foreach ($key in 'a', 'b') { $key; $d["new $key"] = $d[$key]; $d.Remove($key) }; $d.Keys } }
    @{ Name = 'is copied to an array'; Start = @{ a = 1; b = 2 }; Do = { param($d) $array = [object[]]::new(3); $d.CopyTo($array, 1); , $array } }

    # Writing
    @{ Name = 'sets by index and property'; Start = @{}; Updates = 5; Do = { param($d) $d['a'] = 1; $d.b = 2; $d.'c d' = 3; $name = 'e'; $d.$name = 4; $d[$name] += 1; $d.Keys; $d.Values } }
    @{ Name = 'sets over what is there'; Start = $three; Updates = 3; Do = { param($d) $d.a = 'x'; $d['b'] = $null; $d.C = @(1, 2); $d.Values } }
    @{ Name = 'makes no update of what is there already'; Start = $three; Updates = 0; Do = { param($d) $d.a = 1; $d['b'] = 'two'; $d.C = $null; $d.Count } }
    @{ Name = 'makes an update of another type'; Start = @{ a = 1 }; Updates = 2; Do = { param($d) $d.a = [long] 1; $d.a; $d.a = '1'; $d.a } }
    @{ Name = 'counts with operators'; Start = @{ n = 1 }; Updates = 5; Do = { param($d) $d.n++; $d.n += 10; $d.n--; $d['n'] *= 2; $d.fresh++; $d.n; $d.fresh } }
    @{ Name = 'grows lists with operators'; Start = @{ list = @(1) }; Updates = 2; Do = { param($d) $d.list += 2; $d.list += 3, 4; , $d.list } }
    @{ Name = 'adds'; Start = @{}; Updates = 2; Do = { param($d) $d.Add('a', 1); $d.Add('b', $null); $d.Keys } }
    @{ Name = 'does not add what is there'; Start = $three; Do = { param($d) $d.Contains('a'); $d.Add('a', 2); 'never' }; Error = 'ZProc.Conflict' }
    @{ Name = 'does not add over null'; Start = $three; Do = { param($d) $d.Add('C', 2) }; Error = 'ZProc.Conflict' }
    @{ Name = 'removes'; Start = $three; Updates = 2; Do = { param($d) $d.Remove('a'); $d.Remove('A'); $d.Remove('missing'); $d.Remove('C'); $d.Keys } }
    @{ Name = 'clears'; Start = $three; Updates = 1; Do = { param($d) $d.Clear(); $d.Count; $d.Clear(); $d.a } }
    @{ Name = 'keeps what was set from later changes'; Start = @{}; Updates = 1
        Do = { param($d) $table = @{ inner = @{ x = 1 } }; $d.t = $table; $table.inner.x = 2; $d.t.inner.x }
        Model = { param($d) $d.t = @{ inner = @{ x = 1 } }; 1 } }
    @{ Name = 'keeps itself from changes in what it gave'; Start = @{ t = @{ x = 1 }; list = @(1, 2) }; Outside = $true
        Do = { param($d) $d.t.x = 2; $list = $d.list; $list[0] = 9; $d.t.x; , $d.list }; Model = { param($d) 1; , @(1, 2) } }

    # Comparing
    @{ Name = 'equals one with the same entries'; Start = $three
        Do = { param($d) $d -eq @{ C = $null; b = 'two'; a = 1 }; $d -eq [ordered]@{ b = 'two'; C = $null; a = 1 }; $d.Equals(@{ a = 1; b = 'two'; C = $null }); $d -ne @{ a = 1; b = 'two'; C = $null } }
        Model = { $true; $true; $true; $false } }
    @{ Name = 'differs'; Start = $three
        Do = { param($d) $d -eq @{ a = 1; b = 'two' }; $d -eq @{ a = 1; b = 'two'; C = $null; more = 1 }; $d -eq @{ a = 1; b = 'TWO'; C = $null }; $d -eq @{ a = 1; b = 'two'; D = $null }; $d -eq @{}; $d -eq 5; $d -eq $null; $d.Equals('text'); $d -ne @{} }
        Model = { $false; $false; $false; $false; $false; $false; $false; $false; $true } }
    @{ Name = 'equals by number, not by type'; Start = @{ n = 1; m = @(2, [double] 0.5); big = [long] 5 }
        Do = { param($d) $d -eq @{ n = 1.0; m = @([byte] 2, [decimal] 0.5); big = [bigint] 5 }; $d -eq @{ n = '1'; m = @(2, 0.5); big = 5 }; $d -eq @{ n = 1; m = @(0.5, 2); big = 5 } }
        Model = { $true; $false; $false } }
    @{ Name = 'equals nested values'; Start = @{ t = @{ list = @(1, @{ x = 1 }); o = [pscustomobject]@{ p = 'q' } } }
        Do = { param($d) $d -eq @{ t = @{ o = [pscustomobject]@{ p = 'q' }; list = @(1, @{ x = 1.0 }) } }; $d -eq @{ t = @{ o = [pscustomobject]@{ p = 'r' }; list = @(1, @{ x = 1 }) } }; $d -eq @{ t = @{ o = [pscustomobject]@{ p = 'q' }; list = @(1, @{ x = 2 }) } } }
        Model = { $true; $false; $false } }
    @{ Name = 'minds the case of keys when it compares'; Start = @{ a = 1 }; Do = { param($d) $d -eq @{ A = 1 }; $d -eq @{ a = 1 } }; Model = { $false; $true } }
    @{ Name = 'compares with another namespace both ways'; Start = @{ a = 1; t = @{ x = 1 } }; Outside = $true
        Do = {
            param($d)
            $other = $d.Fork('compared')
            $other.ReplaceAll(@{ t = @{ x = 1.0 }; a = [long] 1 })
            $d -eq $other; $other -eq $d; $d.Equals($other); $other.Equals($d); [object]::Equals($d, $other); $d.GetHashCode() -eq $other.GetHashCode()
            $other.a = 2
            $d -eq $other; $other -eq $d; $d -ne $other
        }
        Model = { $true; $true; $true; $true; $true; $true; $false; $false; $true } }
    @{ Name = 'equals its copy'; Start = $three; Do = { param($d) $d -eq $d.Copy(); $d -eq $d; $copy = $d.Copy(); $copy.a = 2; $d -eq $copy }; Model = { $true; $true; $false } }

    # Copying
    @{ Name = 'copies itself'; Start = @{ b = 2; a = 1 }; Do = { param($d) $copy = $d.Copy(); , $copy; $copy.Keys; $copy -is [System.Collections.Specialized.OrderedDictionary] }; Model = { param($d) , $d; $d.Keys; $true } }
    @{ Name = 'is independent of its copy'; Start = @{ t = @{ x = 1 } }
        Do = { param($d) $copy = $d.Copy(); $copy.t.x = 2; $copy.new = 1; $copy.Contains('T'); $d.t.x; $d.Contains('new') }; Model = { param($d) $false; 1; $false } }
    @{ Name = 'leaves its copy alone'; Start = @{ a = 1 }; Updates = 1; Do = { param($d) $copy = $d.Copy(); $d.a = 2; $copy.a; $d.a }; Model = { param($d) $d.a = 2; 1; 2 } }

    # Popping
    @{ Name = 'pops'; Start = $three; Updates = 3; Do = { param($d) $d.Pop('a'); $d.Pop('C'); $d.Pop('b', 'unused'); $d.Count }; Model = { param($d) 1; $null; 'two'; $d.Clear(); 0 } }
    @{ Name = 'pops a default'; Start = $three; Do = { param($d) $d.Pop('missing', 7); $d.Pop('A', $null); $d.Pop('missing', @(1)) }; Model = { 7; $null; 1 } }
    @{ Name = 'does not pop what is missing'; Start = $three; Do = { param($d) $d.Pop('missing'); 'never' }; Model = { throw }; Error = 'ZProc.KeyNotFound' }
    @{ Name = 'pops a nested value'; Start = @{ t = @{ list = @(1, 2) } }; Updates = 1; Do = { param($d) $d.Pop('t').list; $d.Count }; Model = { param($d) 1; 2; $d.Clear(); 0 } }
    @{ Name = 'pops any'; Start = @{ only = 'one' }; Updates = 1; Do = { param($d) $any = $d.PopAny(); $any; $any -is [System.Collections.DictionaryEntry]; $d.Count }; Model = { param($d) [System.Collections.DictionaryEntry]::new('only', 'one'); $true; $d.Clear(); 0 } }
    @{ Name = 'pops any until none is left'; Start = @{ a = 1; b = 2; c = 3 }; Updates = 3; Do = { param($d) (1..3 | ForEach-Object { $d.PopAny().Key } | Sort-Object) -join ''; $d.PopAny() }
        Model = { param($d) 'abc'; $d.Clear(); throw }; Error = 'ZProc.KeyNotFound' }

    # Changing in one step
    @{ Name = 'sets defaults'; Start = $three; Updates = 1; Do = { param($d) $d.SetDefault('a', 9); $d.SetDefault('C', 9); $d.SetDefault('d', 9); $d.SetDefault('d', 10) }; Model = { param($d) 1; $null; $d.d = 9; 9; 9 } }
    @{ Name = 'merges as one update'; Start = $three; Updates = 1; Do = { param($d) $d.Merge(@{ a = 2; d = 4; e = @{ x = 1 } }); $d.Keys }; Model = { param($d) $d.a = 2; $d.d = 4; $d.e = @{ x = 1 }; $d.Keys } }
    @{ Name = 'merges what is there already, or nothing'; Start = $three; Updates = 0; Do = { param($d) $d.Merge(@{ a = 1; b = 'two' }); $d.Merge(@{}); $d.Merge([ordered]@{ C = $null }) }; Model = { } }
    @{ Name = 'merges keys that are numbers as text'; Start = @{}; Updates = 1; Do = { param($d) $d.Merge(@{ 5 = 'five' }); $d['5'] }; Model = { param($d) $d['5'] = 'five'; 'five' } }
    @{ Name = 'merges all or nothing'; Start = $three; Updates = 0; Do = { param($d) $d.Merge([ordered]@{ a = 2; bad = [securestring]::new() }) }; Model = { throw }; Error = 'ZProc.ValueNotSupported' }
    @{ Name = 'sets many keys alike'; Start = @{ a = 1 }; Updates = 3; Do = { param($d) $d.FromKeys(@('a', 'b')); $d.FromKeys(@('c', 'd'), @(1, 2)); $d.FromKeys('alone', 5); $d.FromKeys(@()) }
        Model = { param($d) $d.a = $null; $d.b = $null; $d.c = @(1, 2); $d.d = @(1, 2); $d.alone = 5 } }
    @{ Name = 'replaces all as one update'; Start = $three; Updates = 1; Do = { param($d) $d.ReplaceAll(@{ a = 1; z = 26 }); $d.Keys; $d.Count }; Model = { param($d) $d.Clear(); $d.a = 1; $d.z = 26; 'a'; 'z'; 2 } }
    @{ Name = 'replaces all by the same'; Start = $three; Updates = 0; Do = { param($d) $d.ReplaceAll(@{ a = 1; b = 'two'; C = $null }) }; Model = { } }
    @{ Name = 'replaces all by nothing'; Start = $three; Updates = 1; Do = { param($d) $d.ReplaceAll(@{}); $d.Count }; Model = { param($d) $d.Clear(); 0 } }
    @{ Name = 'increments'; Start = @{ n = 1 }; Updates = 5; Do = { param($d) $d.Increment('n'); $d.Increment('n', 10); $d.Increment('n', -2.5); $d.Increment('fresh'); $d.Increment('other', [long] 5) }
        Model = { param($d) 2; 12; 9.5; 1; [long] 5; $d.n = 9.5; $d.fresh = 1; $d.other = [long] 5 } }
    @{ Name = 'increments by nothing'; Start = @{ n = 1 }; Updates = 0; Do = { param($d) $d.Increment('n', 0) }; Model = { 1 } }
    @{ Name = 'does not increment text'; Start = $three; Do = { param($d) $d.Increment('b') }; Model = { throw }; Error = 'ZProc.InvalidArgument' }
    @{ Name = 'does not increment by text'; Start = $three; Do = { param($d) $d.Increment('a', 'x') }; Model = { throw }; Error = 'ZProc.InvalidArgument' }
    @{ Name = 'appends'; Start = @{ list = @(1) }; Updates = 4; Do = { param($d) , $d.Append('list', 'x'); , $d.Append('list', @(2, 3)); , $d.Append('list', $null); , $d.Append('fresh', 1) }
        Model = { param($d) , @(1, 'x'); , @(1, 'x', @(2, 3)); , @(1, 'x', @(2, 3), $null); , @(1); $d.list = @(1, 'x', @(2, 3), $null); $d.fresh = @(1) } }
    @{ Name = 'appends to typed lists'; Start = @{ ints = [int[]] (1, 2); list = [System.Collections.Generic.List[string]] @('a') }; Updates = 4
        Do = { param($d) , $d.Append('ints', 3); , $d.Append('ints', 'x'); , $d.Append('list', 'b'); , $d.Append('list', 5) }
        Model = {
            param($d)
            , [int[]] (1, 2, 3); , @(1, 2, 3, 'x'); , [System.Collections.Generic.List[string]] @('a', 'b'); , [System.Collections.Generic.List[object]] @('a', 'b', 5)
            $d.ints = @(1, 2, 3, 'x'); $d.list = [System.Collections.Generic.List[object]] @('a', 'b', 5)
        } }
    @{ Name = 'does not append to a number'; Start = $three; Do = { param($d) $d.Append('a', 1) }; Model = { throw }; Error = 'ZProc.InvalidArgument' }
    @{ Name = 'compares and sets'; Start = @{ a = 1; t = @{ x = @(1) }; none = $null }; Updates = 3
        Do = { param($d) $d.CompareAndSet('a', 2, 'no'); $d.CompareAndSet('a', 1.0, 2); $d.CompareAndSet('t', @{ x = @(1) }, 3); $d.CompareAndSet('none', $null, 4); $d.CompareAndSet('missing', $null, 'no'); $d.CompareAndSet('a', '2', 'no') }
        Model = { param($d) $false; $true; $true; $true; $false; $false; $d.a = 2; $d.t = 3; $d.none = 4 } }

    # Refusing
    @{ Name = 'refuses an empty key'; Start = $three; Do = { param($d) $d[''] = 1 }; Model = { throw }; Error = 'ZProc.InvalidKey' }
    @{ Name = 'refuses to read an empty key'; Start = $three; Do = { param($d) $d.Get('') }; Model = { throw }; Error = 'ZProc.InvalidKey' }
    @{ Name = 'refuses a key with a control character'; Start = $three; Do = { param($d) $d.Merge(@{ ok = 1; "a`nb" = 2 }) }; Model = { throw }; Error = 'ZProc.InvalidKey' }
    @{ Name = 'refuses to look for a key that is too long'; Start = $three; Do = { param($d) $d.Contains('k' * 1025) }; Model = { throw }; Error = 'ZProc.InvalidKey' }
    @{ Name = 'takes the longest key'; Start = @{}; Updates = 1; Do = { param($d) $d['k' * 1024] = 1; $d.Contains('k' * 1024) } }
    @{ Name = 'refuses a key that is a number'; Start = $three; Do = { param($d) $d.Get(1) }; Model = { throw }; Error = 'ZProc.InvalidKey' }
    @{ Name = 'refuses to set a key that is null'; Start = $three; Do = { param($d) $d.Add($null, 1) }; Error = 'ZProc.InvalidKey' }
    @{ Name = 'refuses to remove a key that is an object'; Start = $three; Do = { param($d) $d.Remove(@('a')) }; Model = { throw }; Error = 'ZProc.InvalidKey' }
    @{ Name = 'refuses a key among many that is a number'; Start = $three; Do = { param($d) $d.FromKeys(@('x', 1)) }; Model = { throw }; Error = 'ZProc.InvalidKey' }
    @{ Name = 'refuses a secret'; Start = $three; Updates = 0; Do = { param($d) $d.a = @{ secret = [securestring]::new() } }; Model = { throw }; Error = 'ZProc.ValueNotSupported' }

    # Other namespaces, and revisions
    @{ Name = 'forks to another namespace'; Start = @{ a = 1 }; Outside = $true
        Do = { param($d) $other = $d.Fork('forked'); $other.Clear(); $other.a = 2; $d.a; $other.a; $d.Fork('forked').a; $other.Fork('forked').Count; $other.Clear(); $d.a }; Model = { 1; 2; 2; 1; 1 } }
    @{ Name = 'forks to itself'; Start = @{ a = 1 }; Outside = $true; Updates = 1; Do = { param($d) $d.Fork('default').a = 2; $d.a }; Model = { param($d) $d.a = 2; 2 } }
    @{ Name = 'does not fork to a name that is none'; Start = @{}; Do = { param($d) $d.Fork("a`tb") }; Model = { throw }; Error = 'ZProc.InvalidKey' }
    @{ Name = 'counts its revisions'; Start = @{}; Outside = $true; Updates = 3
        Do = { param($d) $at = $d.Revision; $d.a = 1; $d.Revision - $at; $d.a = 1; $d.Revision - $at; $d.a = 2; $d.Revision - $at; $d.Remove('a'); $d.Remove('a'); $d.Revision - $at }; Model = { [long] 1; [long] 1; [long] 2; [long] 3 } }
    @{ Name = 'says what it is'; Start = @{}; Do = { param($d) $d.IsReadOnly; $d.IsFixedSize; $d -is [System.Collections.IDictionary]; $d.GetType().Name }; Model = { $false; $false; $true; 'ZState' } }
)

function Get-DictionaryCase {
    <#
    .SYNOPSIS
    The names of the cases; of those that work in an atomic block on request.
    #>
    param([switch] $InBlock)

    foreach ($case in $cases) { if (-not ($InBlock -and $case['Outside'])) { $case.Name } }
}

function Invoke-PlainCase {
    <#
    .SYNOPSIS
    What the cases should give: by name, a text with what came out, what is left, and how many updates were made.
    #>
    param([switch] $InBlock)

    $expected = @{}
    foreach ($case in $cases) {
        $plain = New-Plain
        foreach ($entry in $case.Start.GetEnumerator()) { $plain[$entry.Key] = $entry.Value }
        $before = Format-Value $plain
        $outcome = Get-Outcome $(if ($case.ContainsKey('Model')) { $case.Model } else { $case.Do }) (, $plain)
        if ($case['Error']) { $outcome = $outcome -replace '(?m)^error .*', "error $($case.Error)" }
        $after = Format-Value $plain
        $updates = if ($InBlock) { [int] ($before -cne $after) } else { [int] $case['Updates'] }
        $expected[$case.Name] = "$outcome`
left: $after`
updates: $updates"
    }
    $expected
}

function Invoke-StateCase {
    <#
    .SYNOPSIS
    What the cases give with the state, outside or inside atomic blocks.
    #>
    param([Parameter(Mandatory)] $Target, [switch] $InBlock)

    $given = [ordered]@{}
    foreach ($case in $cases) {
        if ($InBlock -and $case['Outside']) { continue }
        $Target.ReplaceAll($case.Start)
        $before = $Target.PSBase.Revision
        $outcome = if ($InBlock) { Update-ZState { Get-Outcome $case.Do (, $State) } } else { Get-Outcome $case.Do (, $Target) }
        $given[$case.Name] = "$outcome`
left: $(Format-Value $Target.Copy())`
updates: $($Target.PSBase.Revision - $before)"
    }
    $given
}

Export-ModuleMember -Function Get-DictionaryCase, Invoke-PlainCase, Invoke-StateCase
