# The everyday commands that examples and tests rely on: the originals, or the stand-ins of our host, which must not differ.

BeforeDiscovery {
    $failures = @(
        @{ What = 'Get-Item of nothing'; Script = { Get-Item /no/such }; Id = 'PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand' }
        @{ What = 'Get-ChildItem of nothing'; Script = { Get-ChildItem /no/such }; Id = 'PathNotFound,Microsoft.PowerShell.Commands.GetChildItemCommand' }
        @{ What = 'Get-Content of nothing'; Script = { Get-Content /no/such }; Id = 'PathNotFound,Microsoft.PowerShell.Commands.GetContentCommand' }
        @{ What = 'Set-Content in no folder'; Script = { Set-Content /no/such/file 1 }; Id = 'GetContentWriterDirectoryNotFoundError,*SetContentCommand' }
        @{ What = 'Set-Location to nothing'; Script = { Set-Location /no/such }; Id = 'PathNotFound,*SetLocationCommand' }
        @{ What = 'Remove-Item of nothing'; Script = { Remove-Item /no/such }; Id = 'PathNotFound,*RemoveItemCommand' }
        @{ What = 'Get-Process of nobody'; Script = { Get-Process -Id 2147483000 }; Id = 'NoProcessFoundForGivenId,*GetProcessCommand' }
        @{ What = 'Stop-Process of nobody'; Script = { Stop-Process -Id 2147483000 }; Id = 'NoProcessFoundForGivenId,*StopProcessCommand' }
        @{ What = 'Get-Variable of none'; Script = { Get-Variable no_such }; Id = 'VariableNotFound,*GetVariableCommand' }
        @{ What = 'New-Object of no type'; Script = { New-Object No.Such }; Id = 'TypeNotFound,*NewObjectCommand' }
        @{ What = 'Select-Object of no property'; Script = { 1 | Select-Object -ExpandProperty no_such }; Id = 'ExpandPropertyNotFound,*SelectObjectCommand' }
        @{ What = 'ConvertFrom-Json of no JSON'; Script = { '{x' | ConvertFrom-Json }; Id = 'System.ArgumentException,*ConvertFromJsonCommand' }
        @{ What = 'Start-Process of no program'; Script = { Start-Process no-such-program }; Id = 'InvalidOperationException,*StartProcessCommand' }
    )
}

Describe 'Errors' {
    It 'has the id of <What>' -ForEach $failures {
        $ErrorActionPreference = 'Stop'
        { & $Script } | Should -Throw -ErrorId $Id
    }

    It 'shows a written error at its caller' {
        function Write-Mine { [CmdletBinding()] param() Write-Error 'mine' -ErrorId my.id -Category InvalidData -TargetObject 5 }
        $thrown = { Write-Mine -ErrorAction Stop } | Should -Throw -PassThru
        $thrown.FullyQualifiedErrorId | Should -Be 'my.id,Write-Mine'
        $thrown.CategoryInfo.ToString() | Should -Be 'InvalidData: (5:Int32) [Write-Error], WriteErrorException'
        $thrown.InvocationInfo.MyCommand.Name | Should -Be 'Write-Mine'
    }

    It 'names a parameter that the host does not have' -Skip:($Host.Name -ne 'ZProc.Host') {
        { Get-Date -UFormat '%s' } | Should -Throw '*-UFormat*not supported by this host*' -ErrorId 'NotSupportedByHost,*'
    }
}

Describe 'Objects' {
    It 'selects' {
        1..9 | Select-Object -First 2 -Skip 3 | Should -Be @(4, 5)
        1..9 | Select-Object -Last 2 | Should -Be @(8, 9)
        1..9 | Select-Object -SkipLast 7 | Should -Be @(1, 2)
        1..9 | Select-Object -Index 1, 3 | Should -Be @(2, 4)
        1, 1, 2 | Select-Object -Unique | Should -Be @(1, 2)
        $picked = [pscustomobject]@{ A = 1; B = 2; C = 3 } | Select-Object A, @{ n = 'D'; e = { $_.B + 5 } }
        $picked.PSObject.Properties.Name | Should -Be @('A', 'D')
        $picked.D | Should -Be 7
        ([pscustomobject]@{ A = 1; B = 2 } | Select-Object * -ExcludeProperty A).PSObject.Properties.Name | Should -Be 'B'
        @{ Key = 'value' } | Select-Object -ExpandProperty Key | Should -Be 'value'
    }

    It 'ends what comes before Select-Object -First' {
        $made = [System.Collections.Generic.List[int]]::new()
        1..1000000 | ForEach-Object { $made.Add($_); $_ } | Select-Object -First 2 | Should -Be @(1, 2)
        $made.Count | Should -Be 2
    }

    It 'sorts' {
        3, 1, 2 | Sort-Object | Should -Be @(1, 2, 3)
        3, 1, 3 | Sort-Object -Unique -Descending | Should -Be @(3, 1)
        'b', 'A', 'c' | Sort-Object | Should -BeExactly @('A', 'b', 'c')
        'ccc', 'a', 'bb' | Sort-Object Length, { $_ } | Should -Be @('a', 'bb', 'ccc')
        'ccc', 'a', 'bb' | Sort-Object @{ Expression = 'Length'; Descending = $true } -Top 1 | Should -Be 'ccc'
    }

    It 'groups' {
        $groups = 'a', 'bb', 'cc' | Group-Object Length
        $groups.Name | Should -Be @('1', '2')
        $groups[1].Group | Should -Be @('bb', 'cc')
        $groups[1] | Should -BeOfType ([Microsoft.PowerShell.Commands.GroupInfo])
        ('a', 'bb' | Group-Object Length -AsHashTable)[2] | Should -Be 'bb'
        ('A', 'a', 'b' | Group-Object -NoElement)[0].Count | Should -Be 2
    }

    It 'measures' {
        $measure = 1..4 | Measure-Object -Sum -Average -Minimum -Maximum
        $measure.Count, $measure.Sum, $measure.Average, $measure.Minimum, $measure.Maximum | Should -Be @(4, 10, 2.5, 1, 4)
        ([pscustomobject]@{ N = 2 }, [pscustomobject]@{ N = 3 } | Measure-Object N -Sum).Sum | Should -Be 5
        ('one two', 'three' | Measure-Object -Word -Line -Character).Words | Should -Be 3
        (Measure-Command { 1 }) | Should -BeOfType ([timespan])
    }

    It 'compares' {
        Compare-Object 1, 2 2, 3 | ForEach-Object { "$($_.SideIndicator)$($_.InputObject)" } | Should -Be @('=>3', '<=1')
        Compare-Object 1, 2 2, 1 | Should -BeNullOrEmpty
    }

    It 'adds members' {
        $thing = [pscustomobject]@{ A = 1 }
        $thing | Add-Member B 2
        $thing | Add-Member ScriptProperty C { $this.A + $this.B }
        $thing | Add-Member ScriptMethod D { param($by) $this.C * $by }
        $thing | Add-Member @{ E = 5; F = 6 }
        ($thing | Add-Member -NotePropertyName G -NotePropertyValue 7 -PassThru).G | Should -Be 7
        $thing.C, $thing.D(3), $thing.E | Should -Be @(3, 9, 5)
        ($thing | Get-Member -MemberType ScriptMethod).Name | Should -Be 'D'
        { $thing | Add-Member A 2 -ErrorAction Stop } | Should -Throw -ErrorId 'MemberAlreadyExists,*'
    }

    It 'makes objects' {
        New-Object System.Text.StringBuilder 'text' | Should -BeOfType ([System.Text.StringBuilder])
        (New-Object psobject -Property @{ A = 1 }).A | Should -Be 1
        , (New-Object 'System.Collections.Generic.List[int]' (, [int[]] (1, 2))) | ForEach-Object Count | Should -Be 2
    }
}

Describe 'Variables' {
    It 'sets them in a scope' {
        $outer = 1
        function Set-Both {
            Set-Variable outer 2
            Set-Variable outer 3 -Scope 1
            New-Variable inner 4
            $outer
            (Get-Variable -Scope 0 | Where-Object Name -EQ 'inner').Value
            Remove-Variable inner
            Test-Path variable:inner
        }
        Set-Both | Should -Be @(2, 4, $false)
        $outer | Should -Be 3
        Get-Variable outer -ValueOnly | Should -Be 3
    }

    It 'evaluates text in the caller''s scope' {
        Invoke-Expression '$made = 6'
        $made | Should -Be 6
    }
}

Describe 'Files' {
    It 'writes, appends and reads' {
        $file = Join-Path $TestDrive 'text.txt'
        Set-Content $file 'one', 'two'
        'three' | Add-Content $file
        Get-Content $file | Should -Be @('one', 'two', 'three')
        Get-Content $file -Tail 1 | Should -Be 'three'
        Get-Content $file -TotalCount 1 | Should -Be 'one'
        Get-Content $file -Raw | Should -Be "one`ntwo`nthree`n".Replace("`n", [Environment]::NewLine)
        (Get-Content $file -ReadCount 2)[0] | Should -Be @('one', 'two')
        'four' > $file
        'five' | Out-File $file -Append
        (Get-Content $file).Count | Should -Be 2
        Clear-Content $file
        (Get-Item $file).Length | Should -Be 0
    }

    It 'makes, lists, copies, moves and removes' {
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive 'tree')
        $null = New-Item (Join-Path $folder 'a.txt') -Value 'text'
        $null = New-Item (Join-Path $folder 'sub/b.log') -Force
        (Get-ChildItem $folder -Recurse -File).Name | Sort-Object | Should -Be @('a.txt', 'b.log')
        (Get-ChildItem $folder -Filter *.txt).Name | Should -Be 'a.txt'
        (Get-ChildItem $folder -Directory).Name | Should -Be 'sub'
        Get-ChildItem $folder -Recurse -Include *.log -Name | Should -Be (Join-Path 'sub' 'b.log')
        Copy-Item $folder (Join-Path $TestDrive 'copy') -Recurse
        Move-Item (Join-Path $TestDrive 'copy/a.txt') (Join-Path $TestDrive 'copy/c.txt')
        Join-Path $TestDrive 'copy/c.txt' | Should -Exist
        Join-Path $TestDrive 'copy/sub/b.log' | Should -Exist
        Remove-Item (Join-Path $TestDrive 'copy') -Recurse -Force
        Test-Path (Join-Path $TestDrive 'copy') | Should -BeFalse
        Test-Path $folder -PathType Leaf | Should -BeFalse
        Test-Path $folder -PathType Container | Should -BeTrue
        (Get-FileHash (Join-Path $folder 'a.txt')).Hash | Should -Be '982D9E3EB996F559E633F4D194DEF3761D909F5A3B647D1A851FEAD67C32C9D1'
    }

    It 'takes paths apart and together' {
        Join-Path /a b c | Should -Be ('/a/b/c' -replace '/', [System.IO.Path]::DirectorySeparatorChar)
        Split-Path /a/b/c.txt -Leaf | Should -Be 'c.txt'
        Split-Path /a/b/c.txt -LeafBase | Should -Be 'c'
        Split-Path /a/b/c.txt -Extension | Should -Be '.txt'
        Split-Path /a/b/c.txt | Should -Be ('/a/b' -replace '/', [System.IO.Path]::DirectorySeparatorChar)
        Push-Location $TestDrive
        try {
            Convert-Path . | Should -Be $TestDrive
            (Resolve-Path .).Path | Should -Be $TestDrive
        }
        finally { Pop-Location }
        (Get-Location).Path | Should -Not -Be $TestDrive
    }

    It 'reaches the other drives' {
        $env:ZPROC_TEST_VALUE = '5'
        Get-ChildItem env:ZPROC_TEST_* | ForEach-Object Value | Should -Be '5'
        Remove-Item env:ZPROC_TEST_VALUE
        Test-Path env:ZPROC_TEST_VALUE | Should -BeFalse
        Set-Item function:Get-Made { 'made' }
        Get-Made | Should -Be 'made'
        Get-Item variable:PID | ForEach-Object Value | Should -Be $PID
    }
}

Describe 'Text' {
    It 'converts to and from JSON' {
        ConvertTo-Json ([ordered]@{ a = 1; b = 1.0, 'x'; c = $null; d = $true; e = [ordered]@{ f = @{} } }) -Compress |
            Should -BeExactly '{"a":1,"b":[1.0,"x"],"c":null,"d":true,"e":{"f":{}}}'
        ConvertTo-Json @() | Should -Be '[]'
        (ConvertTo-Json @(1, 2)) -replace "`r" | Should -Be "[`n  1,`n  2`n]"
        $read = '{"a":1,"b":[1.5,null],"c":{"d":"text"}}' | ConvertFrom-Json
        $read.a | Should -BeOfType ([long])
        $read.b[0] | Should -Be 1.5
        $read.c.d | Should -Be 'text'
        ('{"a":1}' | ConvertFrom-Json -AsHashtable)['a'] | Should -Be 1
    }

    It 'converts to and from CSV and CLIXML' {
        [pscustomobject]@{ A = 1; B = 'x,"y"' } | ConvertTo-Csv | Should -Be @('"A","B"', '"1","x,""y"""')
        ("A,B`n1,`"x`"`"y`"" | ConvertFrom-Csv).B | Should -Be 'x"y'
        $file = Join-Path $TestDrive 'data.xml'
        [pscustomobject]@{ A = 1; B = [datetime] '2020-01-02' } | Export-Clixml $file
        (Import-Clixml $file).B | Should -Be ([datetime] '2020-01-02')
    }

    It 'formats' {
        ([pscustomobject]@{ A = 1 } | Format-List | Out-String).Trim() | Should -Match 'A\S* : \S*1'
        [pscustomobject]@{ A = 1 } | Format-Table -HideTableHeaders | Out-String -Stream | Where-Object { $_.Trim() } | Should -HaveCount 1
        'abc' | Out-String | Should -Be "abc$([Environment]::NewLine)"
        'one', 'two' | Out-String -Stream | Should -Be @('one', 'two')
    }

    It 'finds' {
        'foo', 'bar', 'FOObar' | Select-String foo | ForEach-Object Line | Should -Be @('foo', 'FOObar')
        'a.b' | Select-String '.b' -SimpleMatch -Quiet | Should -BeTrue
    }

    It 'hands on streams' {
        & { Write-Warning 'w' } 3>&1 | Should -BeOfType ([System.Management.Automation.WarningRecord])
        & { Write-Host 'h' } 6>&1 | ForEach-Object { "$_" } | Should -Be 'h'
        & { Write-Verbose 'v' -Verbose } 4>&1 | ForEach-Object Message | Should -Be 'v'
        Write-Output 1 2 | Should -Be @(1, 2)
        (Write-Output @(1, 2) -NoEnumerate).GetType().Name | Should -Be 'Object[]'
        1..3 | Tee-Object -Variable kept | Should -Be @(1, 2, 3)
        $kept | Should -Be @(1, 2, 3)
    }

    It 'keeps secrets readable for those who ask' {
        $secret = ConvertTo-SecureString 'abc' -AsPlainText -Force
        $secret | Should -BeOfType ([securestring])
        ConvertFrom-SecureString $secret -AsPlainText | Should -Be 'abc'
    }
}

Describe 'Time, chance and processes' {
    It 'tells the time' {
        Get-Date | Should -BeOfType ([datetime])
        Get-Date '2020-01-02 03:04:05' -Format 'yyyyMMdd-HHmmss' | Should -Be '20200102-030405'
        (New-TimeSpan -Seconds 90).TotalMinutes | Should -Be 1.5
    }

    It 'is random within bounds' {
        1..50 | ForEach-Object { Get-Random -Minimum 3 -Maximum 5 } | Where-Object { $_ -notin 3, 4 } | Should -BeNullOrEmpty
        (1..9 | Get-Random -Count 4 | Sort-Object -Unique).Count | Should -Be 4
        New-Guid | Should -BeOfType ([guid])
    }

    It 'starts, waits for and stops processes' -Skip:$IsWindows {
        $ended = Start-Process sh -ArgumentList '-c', '"exit 3"' -PassThru -Wait
        $ended.ExitCode | Should -Be 3
        $running = Start-Process sleep -ArgumentList 100 -PassThru
        (Get-Process -Id $running.Id).Id | Should -Be $running.Id
        { Wait-Process -Id $running.Id -Timeout 0 -ErrorAction Stop } | Should -Throw -ErrorId 'ProcessNotTerminated,*'
        Stop-Process -Id $running.Id
        Wait-Process -InputObject $running
        $running.HasExited | Should -BeTrue
    }

    It 'receives events' {
        { Register-EngineEvent test.event -ErrorAction Stop } | Should -Throw -ErrorId 'ACTION_MANDATORY_FOR_LOCAL,*'
        $null = New-Event test.queued -MessageData 'told'
        (Wait-Event test.queued -Timeout 10).MessageData | Should -Be 'told'
        (Get-Event test.queued).SourceIdentifier | Should -Be 'test.queued'
        Remove-Event test.queued
        Get-Event | Where-Object SourceIdentifier -EQ test.queued | Should -BeNullOrEmpty

        $seen = [System.Collections.Generic.List[object]]::new()
        $job = Register-EngineEvent test.acted -Action { $Event.MessageData.Add($EventArgs) }
        try {
            (Get-EventSubscriber test.acted).SourceIdentifier | Should -Be 'test.acted'
            $null = New-Event test.acted -MessageData $seen
            $seen | Should -HaveCount 1
        }
        finally {
            Unregister-Event test.acted
            Remove-Job $job
        }
    }

    It 'is stopped while it sleeps' {
        $shell = [powershell]::Create([System.Management.Automation.Runspaces.Runspace]::DefaultRunspace.InitialSessionState.Clone())
        try {
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $started = [System.Threading.ManualResetEventSlim]::new()
            $run = $shell.AddScript('param($started) $started.Set(); Start-Sleep 100').AddArgument($started).BeginInvoke()
            $started.Wait(30000) | Should -BeTrue
            $shell.Stop()
            $run.IsCompleted | Should -BeTrue
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 60
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }
    }
}
