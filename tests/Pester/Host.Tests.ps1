# How the executable that runs these tests takes its arguments, ends, and writes: pwsh, or the host that stands in for it.

BeforeDiscovery {
    $exits = @(
        @{ What = 'exit n'; Arguments = @('-Command', 'exit 5'); Code = 5 }
        @{ What = 'a plain end'; Arguments = @('-Command', '1'); Code = 0 }
        @{ What = 'an uncaught throw'; Arguments = @('-Command', 'throw "bad"'); Code = 1 }
        @{ What = 'an error at the end'; Arguments = @('-Command', 'Write-Error bad'); Code = 1 }
        @{ What = 'an error before the end'; Arguments = @('-Command', 'Write-Error bad; 1'); Code = 0 }
        @{ What = 'text that does not parse'; Arguments = @('-Command', 'if ('); Code = 1 }
        @{ What = 'an encoded command'; Arguments = @('-EncodedCommand', 'ZQB4AGkAdAAgADcA'); Code = 7 }
        @{ What = 'a missing file'; Arguments = @('-File', '/no/such/file.ps1'); Code = 64 }
        @{ What = 'a parameter nobody knows'; Arguments = @('-Bogus'); Code = 64 }
        @{ What = 'a parameter without its value'; Arguments = @('-WorkingDirectory'); Code = 64 }
    )
    $files = @(
        @{ What = 'exit n'; Text = 'exit 3'; Code = 3 }
        @{ What = 'exit from a function'; Text = 'function f { exit 4 }; f; exit 5'; Code = 4 }
        @{ What = 'an uncaught throw'; Text = 'throw "bad"'; Code = 1 }
        @{ What = 'an error at the end'; Text = 'Write-Error bad'; Code = 0 }
        @{ What = 'a plain end'; Text = '1'; Code = 0 }
    )
}

BeforeAll {
    $script:executable = [Environment]::ProcessPath

    # Runs the executable; gives its exit code, stdout and stderr, both without the terminal codes that pwsh may write.
    function Start-Host([string[]] $Arguments, [string] $InputText) {
        $start = [System.Diagnostics.ProcessStartInfo]::new($executable)
        foreach ($argument in @('-NoProfile') + $Arguments) { $start.ArgumentList.Add($argument) }
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $start.WorkingDirectory = $TestDrive
        $process = [System.Diagnostics.Process]::Start($start)
        try {
            $process.StandardInput.Write($InputText)
            $process.StandardInput.Close()
            $errorText = $process.StandardError.ReadToEndAsync()
            $output = $process.StandardOutput.ReadToEnd()
            $process.WaitForExit()
            $plain = { param($text) $text -replace "`e\[[0-9;?]*[a-zA-Z]|`e=|`r" }
            [pscustomobject]@{ Code = $process.ExitCode; Output = & $plain $output; Error = & $plain $errorText.Result }
        }
        finally { $process.Dispose() }
    }

    function Start-Script([string] $Text, [string[]] $Arguments = @(), [string] $InputText) {
        $file = Join-Path $TestDrive 'script.ps1'
        Set-Content -LiteralPath $file -Value $Text
        Start-Host (@('-File', $file) + $Arguments) $InputText
    }
}

Describe 'Exit codes' {
    It 'gives <Code> after <What> in a command' -ForEach $exits {
        (Start-Host $Arguments).Code | Should -Be $Code
    }

    It 'gives <Code> after <What> in a file' -ForEach $files {
        (Start-Script $Text).Code | Should -Be $Code
    }

    It 'gives 0 when a native command failed at the end of a file, 1 at the end of a command' -Skip:$IsWindows {
        (Start-Script 'sh -c "exit 3"').Code | Should -Be 0
        (Start-Host '-Command', 'sh -c "exit 3"').Code | Should -Be 1
        (Start-Host '-Command', 'sh -c "exit 3"; exit $LASTEXITCODE').Code | Should -Be 3
    }
}

Describe 'Arguments' {
    It 'binds named parameters, switches and the rest of a file''s arguments' {
        $text = 'param([int] $Workers, [string] $As, [switch] $Flag, [switch] $Other) "$Workers|$As|$Flag|$Other"'
        (Start-Script $text '-Workers', '4', '-As', 'Process', '-Flag').Output.Trim() | Should -Be '4|Process|True|False'
        (Start-Script $text '-Flag:$false', '-Other:$true', '-Workers:7').Output.Trim() | Should -Be '7||False|True'
        (Start-Script '"$($args.Count): $args"' 'a b', '-x', 'c').Output.Trim() | Should -Be '3: a b -x c'
    }

    It 'takes a file without -File' {
        Set-Content (Join-Path $TestDrive 'bare.ps1') '"$PSScriptRoot|$(Split-Path -Leaf $PSCommandPath)|$args"'
        (Start-Host 'bare.ps1', 'x').Output.Trim() | Should -Be "$TestDrive|bare.ps1|x"
    }

    It 'joins the words of a command' {
        (Start-Host '-c', '1', '+', '1').Output.Trim() | Should -Be '2'
    }

    It 'takes abbreviated names, two dashes and names it can ignore' {
        (Start-Host '-nologo', '-noni', '--ExecutionPolicy', 'Bypass', '-OutputFormat', 'Text', '-com', '3').Output.Trim() | Should -Be '3'
    }

    It 'changes the folder' {
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive 'inner')
        (Start-Host '-wd', $folder.FullName, '-c', '(Get-Location).Path').Output.Trim() | Should -Be $folder.FullName
    }

    It 'prints its version' {
        $run = Start-Host '-Version'
        $run.Code | Should -Be 0
        $run.Output | Should -Match '7\.\d+\.\d+'
    }
}

Describe 'Standard input' {
    It 'is commands for -Command -' {
        $run = Start-Host @('-Command', '-') "`$x = 20`n`$x + 3`nexit 6`n"
        $run.Output.Trim() | Should -Be '23'
        $run.Code | Should -Be 6
    }

    It 'is $input for a command or file that uses it' {
        (Start-Host @('-Command', '$input | ForEach-Object { "<$_>" }') "a`nb`n").Output.Trim() | Should -Be "<a>`n<b>"
        (Start-Script '@($input).Count' @() "a`nb`n").Output.Trim() | Should -Be '2'
    }

    It 'is left alone by one that does not' {
        (Start-Host @('-Command', '[Console]::In.ReadToEnd().Length') 'four').Output.Trim() | Should -Be '4'
    }
}

Describe 'Streams' {
    It 'writes errors to stderr, all else to stdout' {
        $run = Start-Script '"out"; Write-Host "host"; Write-Warning "warned"; Write-Verbose "told" -Verbose; Write-Error "erred"; [Console]::Error.WriteLine("raw")'
        $run.Output | Should -Match 'out\n'
        $run.Output | Should -Match 'host\n'
        $run.Output | Should -Match 'WARNING: warned'
        $run.Output | Should -Match 'VERBOSE: told'
        $run.Output | Should -Not -Match 'erred'
        $run.Error | Should -Match 'erred'
        $run.Error | Should -Match 'raw'
    }

    It 'writes what was thrown to stderr, with its place' {
        $run = Start-Script "'before'`nthrow 'the message'"
        $run.Output.Trim() | Should -Be 'before'
        $run.Error | Should -Match 'the message'
        $run.Error | Should -Match 'script\.ps1:2'
    }

    It 'shows no progress where nobody looks' {
        $run = Start-Host '-Command', 'Write-Progress -Activity working -PercentComplete 50; "done"'
        $run.Output.Trim() | Should -Be 'done'
    }

    It 'formats objects as tables' {
        $run = Start-Host '-Command', '$PSStyle.OutputRendering = "PlainText"; [pscustomobject]@{ Alpha = 1; Beta = "two" }'
        $run.Output.Trim() -split '\s*\n' | Should -Be @('Alpha Beta', '----- ----', '    1 two')
    }

    It 'keeps native output in its place' -Skip:$IsWindows {
        (Start-Host '-Command', '"a"; sh -c "echo b"; "c"; "z", "y" | sort').Output.Trim() | Should -Be "a`nb`nc`ny`nz"
    }
}

Describe 'A session' {
    It 'raises PowerShell.Exiting at its end' {
        $text = '$null = Register-EngineEvent PowerShell.Exiting -Action { [Console]::WriteLine("exiting") }; "end"; exit 2'
        $run = Start-Script $text
        $run.Output.Trim() | Should -Be "end`nexiting"
        $run.Code | Should -Be 2
    }

    It 'gives new runspaces the same commands' {
        $text = @'
$runspace = [runspacefactory]::CreateRunspace([runspace]::DefaultRunspace.InitialSessionState.Clone())
$runspace.Open()
$shell = [powershell]::Create($runspace)
$shell.AddScript('1..3 | Measure-Object -Sum | Select-Object -ExpandProperty Sum').Invoke()
$shell.Dispose()
$runspace.Dispose()
'@
        (Start-Script $text).Output.Trim() | Should -Be '6'
    }

    It 'knows classes, using namespace and #requires' {
        $text = @'
#requires -Version 7
using namespace System.Text
class Pair { [int] $Left; [int] Twice() { return $this.Left * 2 } }
([Pair] @{ Left = 4 }).Twice()
[StringBuilder]::new('built').ToString()
'@
        (Start-Script $text).Output.Trim() | Should -Be "8`nbuilt"
    }

    It 'imports a module with a format and a type file' {
        $folder = Join-Path $TestDrive 'Sample'
        $null = New-Item -ItemType Directory $folder
        Set-Content "$folder/Sample.psm1" 'function Get-Sample { [pscustomobject]@{ PSTypeName = "Sample.Thing"; Size = 3 } }'
        Set-Content "$folder/Sample.psd1" '@{ ModuleVersion = "1.0"; RootModule = "Sample.psm1"; FunctionsToExport = "Get-Sample"; TypesToProcess = "Sample.types.ps1xml"; FormatsToProcess = "Sample.format.ps1xml" }'
        Set-Content "$folder/Sample.types.ps1xml" '<Types><Type><Name>Sample.Thing</Name><Members><ScriptProperty><Name>Double</Name><GetScriptBlock>$this.Size * 2</GetScriptBlock></ScriptProperty></Members></Type></Types>'
        Set-Content "$folder/Sample.format.ps1xml" '<Configuration><ViewDefinitions><View><Name>v</Name><ViewSelectedBy><TypeName>Sample.Thing</TypeName></ViewSelectedBy><CustomControl><CustomEntries><CustomEntry><CustomItem><Text>thing of </Text><ExpressionBinding><PropertyName>Double</PropertyName></ExpressionBinding></CustomItem></CustomEntry></CustomEntries></CustomControl></View></ViewDefinitions></Configuration>'
        (Start-Script 'Import-Module (Join-Path $PSScriptRoot Sample/Sample.psd1); Get-Sample').Output.Trim() | Should -Be 'thing of 6'
    }

    It 'runs finally when it is interrupted' -Skip:$IsWindows {
        $file = Join-Path $TestDrive 'interrupted.ps1'
        Set-Content $file 'try { [Console]::WriteLine("started"); Start-Sleep 100 } finally { [Console]::WriteLine("finally") }'
        $start = [System.Diagnostics.ProcessStartInfo]::new($executable)
        foreach ($argument in '-NoProfile', '-File', $file) { $start.ArgumentList.Add($argument) }
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
        $process = [System.Diagnostics.Process]::Start($start)
        try {
            $process.StandardOutput.ReadLine() | Should -Be 'started'
            /bin/sh -c "kill -INT $($process.Id)"
            $process.StandardOutput.ReadToEnd().Trim() | Should -Be 'finally'
            $process.WaitForExit(30000) | Should -BeTrue
        }
        finally {
            if (-not $process.HasExited) { $process.Kill() }
            $process.Dispose()
        }
    }
}
