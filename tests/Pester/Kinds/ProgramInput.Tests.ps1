# Native programs in processes read an empty input, in both kinds, and leave the session's input to the session.

BeforeDiscovery {
    # Output is one text; each block runs in a function of its own session, whose input has the lines "one" and "two".
    $cases = @(
        @{ Name = 'alone'; Text = "cat; 'end'"; Expect = 'end' }
        @{ Name = 'called by name, by path, by alias and by its command'; Text = "`$c = 'cat'; & `$c; & /bin/cat; Set-Alias mine cat; mine; & (Get-Command cat -CommandType Application | Select-Object -First 1); 'end'"; Expect = 'end' }
        @{ Name = 'first in a pipeline'; Text = "cat | wc -l | ForEach-Object { `$_.Trim() }"; Expect = '0' }
        @{ Name = 'in functions, modules and text'; Text = "function f { cat; 'f' }; f; `$m = New-Module { cat; function g { cat; 'g' } }; g; & `$m { cat }; Invoke-Expression cat"; Expect = 'f|g' }
        @{ Name = 'as an expression'; Text = "`$x = cat; `"[`$x]`"; cat && 'chain'; `"<`$(cat)>`"; (cat)"; Expect = '[]|chain|<>' }
        @{ Name = 'with input from the script'; Text = "'b', 'a' | sort; , 'x' | & { process { `$_ | cat } }; `$null | cat"; Expect = 'a|b|x' }
        @{ Name = 'with exit code, redirection and arguments'; Text = "sh -c 'cat; echo out; cat >&2; exit 3' 2>&1 | ForEach-Object { `"`$_`" }; `$LASTEXITCODE; printf '<%s>' 'a b' -x:y '*.zz' --foo"; Expect = 'out|3|<a b><-x:y><*.zz><--foo>' }
        @{ Name = 'with bytes between programs'; Text = "head -c 300000 /dev/zero | gzip -c | gunzip -c | wc -c | ForEach-Object { `$_.Trim() }"; Expect = '300000' }
        @{ Name = 'beside default values of parameters'; Text = "`$PSDefaultParameterValues['Get-Date:Format'] = 'yyyy'; cat; Get-Date -Date 2001-01-01; function f { cat; `$global:PSDefaultParameterValues = @{ 'Get-Date:Format' = 'MM' }; cat; Get-Date -Date 2001-01-01 }; f"; Expect = '2001|01' }
    )
    $kinds = 'Process', 'Runspace', 'ParallelProcess', 'ParallelRunspace', 'WatcherRunspace'
}

Describe 'The standard input of native programs' -Skip:$IsWindows {
    BeforeAll {
        Import-Module "$PSScriptRoot/../Support/Kinds.psm1"
        $file = Join-Path $TestDrive session.ps1
        Set-Content $file @'
param($Manifest, $Kinds, $Cases, $Names)
Import-Module $Manifest
Import-Module $Kinds
$null = Start-ZProcContext
$results = foreach ($case in Get-Content -Raw $Cases | ConvertFrom-Json) {
    foreach ($kind in $Names -split ',') {
        $result = Invoke-Kind $kind ([scriptblock]::Create($case.Text))
        [pscustomobject]@{ Name = $case.Name; Kind = $kind; Text = (@($result.Output) + @($result.Error)) -join '|' }
    }
}

[pscustomobject]@{ Results = @($results); Left = [Console]::In.ReadToEnd() } | ConvertTo-Json -Depth 5
'@
        function Invoke-WithInput([string[]] $Kinds, [object[]] $Cases) {
            $table = Join-Path $TestDrive cases.json
            ConvertTo-Json -InputObject @($Cases | ForEach-Object { [pscustomobject]@{ Name = $_.Name; Text = $_.Text } }) | Set-Content $table
            $start = [System.Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
            foreach ($argument in '-NoProfile', '-NonInteractive', '-File', $file, (Convert-Path "$PSScriptRoot/../../../ZProc.psd1"), (Convert-Path "$PSScriptRoot/../Support/Kinds.psm1"), $table, ($Kinds -join ',')) { $start.ArgumentList.Add($argument) }
            $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
            $session = [System.Diagnostics.Process]::Start($start)
            $session.StandardInput.Write("one`ntwo`n")
            $session.StandardInput.Close()
            $session.StandardOutput.ReadToEnd() | ConvertFrom-Json
        }
    }

    Context 'in every kind' -ForEach @{ Cases = $cases; Kinds = $kinds } {
        BeforeAll {
            $all = Invoke-WithInput $Kinds $Cases
        }

        It 'is empty <Name>' -ForEach $cases {
            $results = @($all.Results | Where-Object Name -EQ $Name)
            $results.Count | Should -Be $Kinds.Count
            foreach ($result in $results) { $result.Text | Should -BeExactly $Expect -Because $result.Kind }
        }

        It 'leaves the input of the session to the session' {
            $all.Left | Should -BeExactly "one`ntwo`n"
        }
    }
}
