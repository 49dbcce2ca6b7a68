# Cases for the commands on the state, in the form of DictionaryTable.psm1. Reads: the case works in an atomic block as well.

Import-Module (Join-Path $PSScriptRoot 'Outcome.psm1')

# The text of a model in the place of an error.
function Get-Fault([string] $Id) { [System.Management.Automation.ErrorRecord]::new([System.Exception]::new(), "ZProc.$Id", 'NotSpecified', $null) }

function New-Plain {
    $plain = [System.Collections.SortedList]::new([System.StringComparer]::Ordinal)
    for ($at = 0; $at -lt $args.Count; $at += 2) { $plain[$args[$at]] = $args[$at + 1] }
    , $plain
}

$three = New-Plain a 1 b 'two' C $null
$fruit = New-Plain apple 1 apricot 2 Apple 3 bean 4 'a*' 5 '[x' 6

$cases = @(
    # Get-ZState
    @{ Name = 'Get-ZState KEY'; Start = $three; Reads = $true; Do = { Get-ZState a; Get-ZState -Key b; Get-ZState C; Get-ZState missing }; Model = { 1; 'two'; $null; Get-Fault KeyNotFound } }
    @{ Name = 'Get-ZState minds case'; Start = $three; Reads = $true; Do = { Get-ZState A; Get-ZState c }; Model = { Get-Fault KeyNotFound; Get-Fault KeyNotFound } }
    @{ Name = 'Get-ZState'; Start = $fruit; Reads = $true; Do = { Get-ZState; (Get-ZState).GetType().Name; (Get-ZState).Contains('APPLE') }; Model = { , $fruit; 'OrderedDictionary'; $false } }
    @{ Name = 'Get-ZState of an empty namespace'; Start = New-Plain; Reads = $true; Do = { (Get-ZState).Count; Get-ZState -Detailed; (Get-ZState *).Count }; Model = { 0; 0 } }
    @{ Name = 'Get-ZState KEY, KEY'; Start = $three; Reads = $true; Do = { Get-ZState b, missing, a, b }; Model = { Get-Fault KeyNotFound; , [ordered]@{ b = 'two'; a = 1 } } }
    @{ Name = 'Get-ZState WILDCARD'; Start = $fruit; Reads = $true; Do = { Get-ZState a*; @((Get-ZState ap*).Keys); @((Get-ZState bean, ap*, a*).Keys); (Get-ZState z*).Count; @((Get-ZState '[aA]p?le').Keys) }
        Model = { 5; 'apple'; 'apricot'; 'bean'; 'apple'; 'apricot'; 'a*'; 0; 'Apple'; 'apple' } }
    @{ Name = 'Get-ZState with escaped wildcards'; Start = $fruit; Reads = $true; Do = { Get-ZState 'a`*'; Get-ZState '`[x'; Get-ZState 'b`*' }; Model = { 5; 6; Get-Fault KeyNotFound } }
    @{ Name = 'Get-ZState with a bad wildcard'; Start = $fruit; Reads = $true; Do = { Get-ZState '[x'; Get-ZState '[z' }; Model = { 6; Get-Fault KeyNotFound } }
    @{ Name = 'Get-ZState -LiteralKey'; Start = $fruit; Reads = $true; Do = { Get-ZState -LiteralKey 'a*'; Get-ZState -LiteralKey '[x', apple; Get-ZState -LiteralKey 'b*' }; Model = { 5; , [ordered]@{ '[x' = 6; apple = 1 }; Get-Fault KeyNotFound } }
    @{ Name = 'Get-ZState -Default'; Start = $three; Reads = $true; Do = { Get-ZState missing -Default 7; Get-ZState missing -Default $null; Get-ZState a -Default 7; Get-ZState C -Default 7; Get-ZState a, x, y -Default 0; Get-ZState -LiteralKey 'x*' -Default 5; (Get-ZState x* -Default 5).Count }
        Model = { 7; $null; 1; $null; , [ordered]@{ a = 1; x = 0; y = 0 }; 5; 0 } }
    @{ Name = 'Get-ZState -Detailed'; Start = $three; Reads = $true
        Do = {
            param($d)
            $at = $d.PSBase.Revision
            $one = Get-ZState a -Detailed
            $one.Key; $one.Value; $one.Revision -eq $at; $one.Updated -is [datetime]; [Math]::Abs(([datetime]::Now - $one.Updated).TotalSeconds) -lt 300; $one.ToString()
            @(Get-ZState -Detailed).Key
            @(Get-ZState b, missing, a -Detailed).Value
            $none = Get-ZState missing -Detailed -Default 7
            $none.Key; $none.Value; $none.Revision; $none.Updated
        }
        Model = { 'a'; 1; $true; $true; $true; 'a = 1'; 'C'; 'a'; 'b'; Get-Fault KeyNotFound; 'two'; 1; 'missing'; 7; $null; $null } }
    @{ Name = 'Get-ZState -Fresh'; Start = $three; Reads = $true; Do = { Get-ZState a -Fresh; Get-ZState -Fresh; (Get-ZState b -Fresh -Detailed).Value; Get-ZState missing -Fresh }; Model = { 1; , $three; 'two'; Get-Fault KeyNotFound } }
    @{ Name = '... | Get-ZState'; Start = $three; Reads = $true
        Do = { 'b', 'a' | Get-ZState; 'a' | Get-ZState; [pscustomobject]@{ Key = 'b' } | Get-ZState; (@() | Get-ZState).Count; 'a', 'x*' | Get-ZState; 'missing' | Get-ZState }
        Model = { , [ordered]@{ b = 'two'; a = 1 }; 1; 'two'; 0; , [ordered]@{ a = 1 }; Get-Fault KeyNotFound } }
    @{ Name = 'Get-ZState of a bad key'; Start = $three; Reads = $true; Do = { Get-ZState "a`tb"; Get-ZState ('k' * 1025) }; Model = { Get-Fault InvalidKey; Get-Fault InvalidKey } }

    # Test-ZState
    @{ Name = 'Test-ZState'; Start = $fruit; Reads = $true; Do = { Test-ZState apple; Test-ZState APPLE; Test-ZState apple, x; Test-ZState a*; Test-ZState z*; Test-ZState -LiteralKey 'a*', 'b*'; 'bean', 'x' | Test-ZState; [pscustomobject]@{ Key = 'bean' } | Test-ZState }
        Model = { $true; $false; $true; $false; $true; $false; $true; $false; $true; $false; $true } }

    # Set-ZState
    @{ Name = 'Set-ZState KEY VALUE'; Start = New-Plain; Updates = 5; Do = { Set-ZState a 1; Set-ZState -Key b -Value @(1, 2); Set-ZState c; Set-ZState d ''; Set-ZState e @() }
        Model = { param($d) $d.a = 1; $d.b = @(1, 2); $d.c = $null; $d.d = ''; $d.e = @() } }
    @{ Name = 'Set-ZState takes wildcards as they are'; Start = $fruit; Updates = 2; Do = { Set-ZState 'a*' 0; Set-ZState '[y' 0 }; Model = { param($d) $d['a*'] = 0; $d['[y'] = 0 } }
    @{ Name = 'Set-ZState of what is there already'; Start = $three; Updates = 0; Do = { Set-ZState a 1; Set-ZState -InputObject @{ a = 1; b = 'two' }; Set-ZState -InputObject @{} }; Model = { } }
    @{ Name = 'Set-ZState -Force'; Start = $three; Updates = 2; Do = { Set-ZState a 1 -Force; Set-ZState -InputObject @{ a = 1; b = 'two' } -Force }; Model = { } }
    @{ Name = 'Set-ZState -InputObject'; Start = $three; Updates = 1; Do = { Set-ZState -InputObject ([ordered]@{ a = 2; z = @{ x = 1 }; 5 = 'five' }) }; Model = { param($d) $d.a = 2; $d.z = @{ x = 1 }; $d['5'] = 'five' } }
    @{ Name = '... | Set-ZState'; Start = New-Plain; Updates = 4; Do = { @{ a = 1; b = 2 }, @{ c = 3 } | Set-ZState; [pscustomobject]@{ Key = 'd'; Value = 4 }, [pscustomobject]@{ Key = 'e'; Value = $null } | Set-ZState }
        Model = { param($d) $d.a = 1; $d.b = 2; $d.c = 3; $d.d = 4; $d.e = $null } }
    @{ Name = 'Get-ZState | Set-ZState'; Start = $three; Updates = 0; Do = { Get-ZState | Set-ZState; Get-ZState -Detailed | Set-ZState }; Model = { } }
    @{ Name = 'Set-ZState -PassThru'; Start = New-Plain; Updates = 3; Do = { Set-ZState a 1 -PassThru; Set-ZState b @(1, 2) -PassThru; Set-ZState -InputObject ([ordered]@{ c = 3 }) -PassThru }; Model = { param($d) 1; , @(1, 2); , [ordered]@{ c = 3 }; $d.a = 1; $d.b = @(1, 2); $d.c = 3 } }
    @{ Name = 'Set-ZState -IfAbsent'; Start = $three; Updates = 1; Do = { Set-ZState d 4 -IfAbsent -PassThru; Set-ZState d 5 -IfAbsent -PassThru; Set-ZState C 5 -IfAbsent }; Model = { param($d) 4; Get-Fault Conflict; Get-Fault Conflict; $d.d = 4 } }
    @{ Name = 'Set-ZState -InputObject -IfAbsent'; Start = $three; Updates = 1; Do = { Set-ZState -InputObject @{ x = 1; y = 2 } -IfAbsent; Set-ZState -InputObject @{ z = 1; y = 3 } -IfAbsent }; Model = { param($d) $d.x = 1; $d.y = 2; Get-Fault Conflict } }
    @{ Name = 'Set-ZState -IfEqual'; Start = $three; Updates = 3
        Do = { Set-ZState a 2 -IfEqual 1.0; Set-ZState a 3 -IfEqual '2'; Set-ZState C 'c' -IfEqual $null; Set-ZState missing 1 -IfEqual $null; Set-ZState b @{ x = 1 } -IfEqual two; Set-ZState b 5 -IfEqual @{ x = 2 } }
        Model = { param($d) Get-Fault Conflict; Get-Fault Conflict; Get-Fault Conflict; $d.a = 2; $d.C = 'c'; $d.b = @{ x = 1 } } }
    @{ Name = 'Set-ZState on two conditions'; Start = $three; Updates = 0; Do = { try { Set-ZState a 2 -IfAbsent -IfEqual 1 } catch { $_ }; try { Set-ZState a 2 -IfRevision 1 -IfEqual 1 } catch { $_ } }; Model = { Get-Fault InvalidArgument; Get-Fault InvalidArgument } }
    @{ Name = 'Set-ZState -IfRevision'; Start = $three; Updates = 3
        Do = {
            param($d)
            $at = $d.PSBase.Revision
            Set-ZState a 2 -IfRevision $at
            Set-ZState a 3 -IfRevision $at
            Set-ZState a 3 -IfRevision (Get-ZState a -Detailed).Revision
            Set-ZState b 'second' -IfRevision $at
            Set-ZState d 4 -IfRevision 1
        }
        Model = { param($d) Get-Fault Conflict; Get-Fault Conflict; $d.a = 3; $d.b = 'second' } }
    @{ Name = 'Set-ZState -IfRevision 0 is for a key that is not there'; Start = $three; Updates = 1; Do = { Set-ZState d 4 -IfRevision 0; Set-ZState d 5 -IfRevision 0 }; Model = { param($d) Get-Fault Conflict; $d.d = 4 } }
    @{ Name = 'Set-ZState goes on after an error'; Start = New-Plain a 1; Updates = 1
        Do = { [pscustomobject]@{ Key = 'a'; Value = 2 }, [pscustomobject]@{ Key = 'b'; Value = 3 } | Set-ZState -IfAbsent; Set-ZState "x`ty" 1; Set-ZState bad ([securestring]::new()) }
        Model = { param($d) Get-Fault Conflict; Get-Fault InvalidKey; Get-Fault ValueNotSupported; $d.b = 3 } }
    @{ Name = 'Set-ZState -NoWait'; Start = New-Plain; Updates = 3; Do = { Set-ZState a 1 -NoWait; Set-ZState -InputObject @{ b = 2; c = 3 } -NoWait; Set-ZState d 4 -NoWait -PassThru; Sync-ZState; (Get-ZState).Count }; Model = { param($d) 4; 4; $d.a = 1; $d.b = 2; $d.c = 3; $d.d = 4 } }

    # Remove-ZState and Clear-ZState
    @{ Name = 'Remove-ZState'; Start = $three; Updates = 2; Do = { Remove-ZState a; Remove-ZState missing; Remove-ZState A; Remove-ZState -Key C }; Model = { param($d) Get-Fault KeyNotFound; Get-Fault KeyNotFound; $d.Remove('a'); $d.Remove('C') } }
    @{ Name = 'Remove-ZState KEY, KEY is one update'; Start = $three; Updates = 1; Do = { Remove-ZState a, missing, b, a }; Model = { param($d) Get-Fault KeyNotFound; $d.Remove('a'); $d.Remove('b') } }
    @{ Name = 'Remove-ZState WILDCARD'; Start = $fruit; Updates = 2; Do = { Remove-ZState a*; Remove-ZState a?*; Remove-ZState z*; Remove-ZState '[z' }; Model = { param($d) Get-Fault KeyNotFound; $d.Remove('a*'); $d.Remove('apple'); $d.Remove('apricot') } }
    @{ Name = 'Remove-ZState -LiteralKey'; Start = $fruit; Updates = 2; Do = { Remove-ZState -LiteralKey 'a*'; Remove-ZState -LiteralKey 'b*'; Remove-ZState '`[x' }; Model = { param($d) Get-Fault KeyNotFound; $d.Remove('a*'); $d.Remove('[x') } }
    @{ Name = 'Remove-ZState -PassThru'; Start = New-Plain a 1 b @(1, 2) c $null; Updates = 2; Do = { Remove-ZState a, missing, c -PassThru; Remove-ZState b* -PassThru }; Model = { param($d) 1; Get-Fault KeyNotFound; $null; , @(1, 2); $d.Clear() } }
    @{ Name = '... | Remove-ZState'; Start = $three; Updates = 2; Do = { 'a', 'b' | Remove-ZState -PassThru; [pscustomobject]@{ Key = 'missing' } | Remove-ZState }; Model = { param($d) 1; 'two'; Get-Fault KeyNotFound; $d.Remove('a'); $d.Remove('b') } }
    @{ Name = 'Remove-ZState -NoWait'; Start = $three; Updates = 1; Do = { Remove-ZState a, missing -NoWait; Remove-ZState missing -NoWait; Sync-ZState; try { Remove-ZState b -NoWait -PassThru } catch { $_ } }; Model = { param($d) Get-Fault InvalidArgument; $d.Remove('a') } }
    @{ Name = 'Clear-ZState'; Start = $three; Updates = 1; Do = { Clear-ZState; Clear-ZState; (Get-ZState).Count }; Model = { param($d) 0; $d.Clear() } }
    @{ Name = 'Clear-ZState -NoWait'; Start = $three; Updates = 2; Do = { Clear-ZState -NoWait; Set-ZState a 1; Get-ZState }; Model = { param($d) $d.Clear(); $d.a = 1; , $d } }

    # Update-ZState KEY
    @{ Name = 'Update-ZState -Increment'; Start = $three; Updates = 5; Do = { Update-ZState a -Increment 1; Update-ZState a -Increment -5; Update-ZState a -Increment 0.5; Update-ZState new -Increment 2L; Update-ZState C -Increment 1 }
        Model = { param($d) 2; -3; -2.5; 2L; 1; $d.a = -2.5; $d.new = 2L; $d.C = 1 } }
    @{ Name = '... | Update-ZState -Increment'; Start = $three; Updates = 4; Do = { 'a', 'new' | Update-ZState -Increment 2; Get-ZState a, new -Detailed | Update-ZState -Increment 1 }; Model = { param($d) 3; 2; 4; 3; $d.a = 4; $d.new = 3 } }
    @{ Name = 'Update-ZState -Increment of what is no number'; Start = $three; Updates = 0; Do = { try { Update-ZState b -Increment 1 } catch { $_ }; try { Update-ZState a -Increment word } catch { $_ } }
        Model = { Get-Fault InvalidArgument; Get-Fault InvalidArgument } }
    @{ Name = 'Update-ZState -Append'; Start = New-Plain l @(1) n 5; Updates = 4; Do = { , (Update-ZState l -Append 2); , (Update-ZState l -Append @(3, 4)); , (Update-ZState l -Append $null); , (Update-ZState new -Append 'x'); try { Update-ZState n -Append 1 } catch { $_ } }
        Model = { param($d) , @(1, 2); , @(1, 2, @(3, 4)); , @(1, 2, @(3, 4), $null); , @('x'); Get-Fault InvalidArgument; $d.l = @(1, 2, @(3, 4), $null); $d.new = @('x') } }
    @{ Name = 'Update-ZState -Merge'; Start = New-Plain t @{ x = 1; y = 2 } o ([ordered]@{ b = 1 }) n 5; Updates = 3
        Do = { Update-ZState t -Merge @{ Y = 3; z = @(1) }; Update-ZState o -Merge @{ a = 2 }; Update-ZState new -Merge @{ x = 1 }; Update-ZState t -Merge @{ x = 1 }; try { Update-ZState n -Merge @{ x = 1 } } catch { $_ } }
        Model = {
            param($d)
            $d.t = @{ x = 1; y = 3; z = @(1) }; $d.o = [ordered]@{ b = 1; a = 2 }; $d.new = @{ x = 1 }
            $d.t; $d.o; $d.new; $d.t; Get-Fault InvalidArgument
        } }
    @{ Name = 'Update-ZState -NoWait'; Start = New-Plain n 1 l @(1) t @{ x = 1 }; Updates = 3; Do = { Update-ZState n -Increment 1 -NoWait; Update-ZState l -Append 2 -NoWait; Update-ZState t -Merge @{ y = 2 } -NoWait; Get-ZState n -Fresh; Sync-ZState; Get-ZState n }
        Model = { param($d) $d.n = 2; $d.l = @(1, 2); $d.t = @{ x = 1; y = 2 }; 2; 2 } }

    # Update-ZState { }
    @{ Name = 'Update-ZState BLOCK'; Start = $three; Updates = 1; Do = { Update-ZState { param($by) $State.a += $by; $State.Remove('b'); $State.a; $State.Count } -ArgumentList 5; Update-ZState { $State.Count } }
        Model = { param($d) 6; 2; 2; $d.a = 6; $d.Remove('b') } }

    # What all have
    @{ Name = '-WhatIf changes nothing'; Start = $three; Updates = 0
        Do = { Set-ZState a 2 -WhatIf; Set-ZState a 2 -WhatIf -PassThru -NoWait; Set-ZState -InputObject @{ a = 2 } -WhatIf; Remove-ZState a, b* -WhatIf -PassThru; Clear-ZState -WhatIf; Update-ZState a -Increment 1 -WhatIf; Update-ZState l -Append 1 -WhatIf; Update-ZState t -Merge @{ x = 1 } -WhatIf; Update-ZState { 'ran'; $State.a = 2 } -WhatIf }; Model = { } }
    @{ Name = '-Confirm:$false changes it'; Start = $three; Updates = 5
        Do = { $ConfirmPreference = 'Low'; Set-ZState a 2 -Confirm:$false; Remove-ZState b -Confirm:$false; Update-ZState a -Increment 1 -Confirm:$false; Update-ZState { $State.z = 1 } -Confirm:$false; Clear-ZState -Confirm:$false }; Model = { param($d) 3; $d.Clear() } }
    @{ Name = 'Set-ZState of an empty key'; Start = $three; Updates = 0; Do = { Set-ZState -InputObject @{ '' = 1 } }; Model = { Get-Fault InvalidKey } }
    @{ Name = 'A namespace that is none'; Start = $three; Updates = 0; Reads = $true; Do = { try { Get-ZState a -Namespace "x`ty" } catch { $_ }; try { Test-ZState a -Namespace ('n' * 1025) } catch { $_ } }; Model = { Get-Fault InvalidKey; Get-Fault InvalidKey } }
)

function Get-CommandCase {
    <#
    .SYNOPSIS
    The names of the cases.
    #>
    foreach ($case in $cases) { $case.Name }
}

function Invoke-PlainCommand {
    <#
    .SYNOPSIS
    What the cases should give: by name, a text with what came out, what is left, and how many updates were made.
    #>
    $expected = @{}
    foreach ($case in $cases) {
        $plain = New-Plain
        foreach ($entry in $case.Start.GetEnumerator()) { $plain[$entry.Key] = $entry.Value }
        $expected[$case.Name] = "$(Get-Outcome $case.Model (, $plain))`nleft: $(Format-Value $plain)`nupdates: $([int] $case['Updates'])"
    }
    $expected
}

function Invoke-StateCommand {
    <#
    .SYNOPSIS
    What the cases give with the current context, whose current namespace the target is; in an atomic block those that only read.
    #>
    param([Parameter(Mandatory)] $Target, [switch] $InBlock)

    $given = [ordered]@{}
    foreach ($case in $cases) {
        if ($InBlock -and -not $case['Reads']) { continue }
        $Target.ReplaceAll(@{ _ = 1 })
        $Target.ReplaceAll($case.Start)
        $before = $Target.PSBase.Revision
        $outcome = if ($InBlock) { Update-ZState { Get-Outcome $case.Do (, $State) } } else { Get-Outcome $case.Do (, $Target) }
        $given[$case.Name] = "$outcome`nleft: $(Format-Value $Target.Copy())`nupdates: $($Target.PSBase.Revision - $before)"
    }
    $given
}

Export-ModuleMember -Function Get-CommandCase, Invoke-PlainCommand, Invoke-StateCommand
