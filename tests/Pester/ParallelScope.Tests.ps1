# Invoke-ZParallel in runspaces: an item has a scope of its own unless its block is known to be safe.

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
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
