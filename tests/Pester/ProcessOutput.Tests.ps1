# Receive-ZProcess: the output of a process, in order, stream by stream, and its error.

BeforeDiscovery {
    . "$PSScriptRoot/Common.ps1"
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    $context = Start-ZProcContext
}

AfterAll {
    Stop-ZProcContext $context
}

Describe 'Output of a process -As <As>' -ForEach $kinds {
    It 'comes in the order in which it was written, across all streams' {
        $process = Start-ZProcess -As $As {
            $VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'
            foreach ($i in 1..3) {
                "output $i"
                Write-Warning "warning $i"
                Write-Verbose "verbose $i"
                Write-Information "information $i"
                Write-Debug "debug $i"
                Write-Error "error $i"
            }
        }
        $VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'
        $all = @($process | Receive-ZProcess -Wait *>&1)
        $all | ForEach-Object { "$_" } | Should -Be @(foreach ($i in 1..3) { 'output', 'warning', 'verbose', 'information', 'debug', 'error' | ForEach-Object { "$_ $i" } })
        $all[1] | Should -BeOfType ([System.Management.Automation.WarningRecord])
        $all[2] | Should -BeOfType ([System.Management.Automation.VerboseRecord])
        $all[3] | Should -BeOfType ([System.Management.Automation.InformationRecord])
        $all[4] | Should -BeOfType ([System.Management.Automation.DebugRecord])
        $all[5] | Should -BeOfType ([System.Management.Automation.ErrorRecord])
    }

    It 'comes while it is written' {
        $process = Start-ZProcess -As $As { 'first'; $State.said = 1; $null = Wait-ZState go -Equal 1; 'second' }
        Wait-ZState said -Equal 1 -TimeoutSec 120 | Should -Be 1
        do { $first = $process | Receive-ZProcess } until ($first -or $process.HasExited) # output and state come by different ways
        Set-ZState go 1
        $first | Should -Be 'first'
        $process | Receive-ZProcess -Wait | Should -Be 'second'
        Remove-ZState said, go
    }

    It 'keeps types and null, and does not unroll' {
        $result = @(Start-ZProcess -As $As { 1L; [decimal]2.5; $null; , @(1, 2); [ordered]@{ b = 1; a = 2 }; [pscustomobject]@{ X = 1 }; [version]'1.2'; 'é😀' } | Receive-ZProcess -Wait)
        $result.Count | Should -Be 8
        $result[0] | Should -BeOfType ([long])
        $result[1] | Should -Be 2.5
        $result[2] | Should -BeNullOrEmpty
        $result[3].Count | Should -Be 2
        @($result[4].Keys) | Should -Be @('b', 'a')
        $result[5].X | Should -Be 1
        $result[6] | Should -BeOfType ([version])
        $result[7] | Should -Be 'é😀'
    }

    It 'is received once, unless it is kept' {
        $process = Start-ZProcess -As $As { 1..3; Write-Error 'bad' } | Wait-ZProcess
        $process | Receive-ZProcess -Keep -ErrorAction SilentlyContinue | Should -Be @(1, 2, 3)
        $process | Receive-ZProcess -ErrorVariable bad -ErrorAction SilentlyContinue | Should -Be @(1, 2, 3)
        "$bad" | Should -Be 'bad'
        $process | Receive-ZProcess | Should -BeNullOrEmpty
    }

    It 'includes the output of native commands' {
        $result = @(Start-ZProcess -As $As { if ($IsWindows) { & $env:ComSpec /c 'echo out&echo err>&2&exit 3' } else { sh -c 'echo out; echo err >&2; exit 3' }; "code $LASTEXITCODE" } | Receive-ZProcess -Wait 2>&1)
        ($result | ForEach-Object { "$_" } | Sort-Object) -join ',' | Should -Be 'code 3,err,out'
    }

    It 'of several is received together' {
        $processes = Start-ZProcess -As $As -Count 3 { 1; 2 }
        ($processes | Receive-ZProcess -Wait | Measure-Object -Sum).Sum | Should -Be 9
    }

    It 'shows progress' {
        $process = Start-ZProcess -As $As { Write-Progress -Activity 'busy' -PercentComplete 50; 'done' }
        $ProgressPreference = 'SilentlyContinue'
        $process | Receive-ZProcess -Wait | Should -Be 'done'
    }
}

Describe 'Output of an OS process' {
    It 'sends values that the codec refuses as CLIXML' {
        $result = Start-ZProcess { class Mine { [int] $X = 5 }; [Mine]::new() } | Receive-ZProcess -Wait
        $result.X | Should -Be 5
    }

    It 'includes text written past PowerShell' {
        $process = Start-ZProcess { [Console]::Error.WriteLine('raw error'); [Console]::WriteLine('raw output'); 'normal' }
        ($process | Receive-ZProcess -Wait *>&1 | ForEach-Object { "$_" } | Sort-Object) -join ',' | Should -Be 'normal,raw error,raw output'
    }

    It 'waits in a private file while it is not taken, and is complete and in order' {
        $process = Start-ZProcess { $text = 'x' * 100; foreach ($i in 1..150000) { "$i $text" } } | Wait-ZProcess
        if ($IsLinux) {
            # Of this process alone: others may have theirs at the same time.
            $files = @([System.IO.Directory]::GetFiles('/proc/self/fd') | ForEach-Object { [System.IO.FileInfo]::new($_).LinkTarget } | Where-Object { $_ -like '*/zproc-*' })
            $files.Count | Should -Be 1
            $files[0] | Should -BeLike '*(deleted)'
        }
        $expected = 0
        $wrong = 0
        $process | Receive-ZProcess | ForEach-Object { $expected++; if (-not $_.StartsWith("$expected x")) { $wrong++ } }
        $expected | Should -Be 150000
        $wrong | Should -Be 0
    }
}

Describe 'The queue of unread output' {
    BeforeAll {
        $assembly = [ZProc.Processes.ZProcess].Assembly
        $queueType = $assembly.GetType('ZProc.Output.OutputQueue')
        $itemType = $assembly.GetType('ZProc.Output.OutputItem')
        $output = [Enum]::ToObject($assembly.GetType('ZProc.Output.OutputKind'), 1)

        function New-OutputItem($Value) { , $itemType.GetConstructors()[0].Invoke(@($output, $Value, [System.ReadOnlyMemory[byte]]::Empty)) }

        function Read-Queue($Queue, [long] $Position, [bool] $Keep) {
            $arguments = @($Position, $Keep, $null)
            $found = $queueType.GetMethod('TryRead').Invoke($Queue, $arguments)
            [pscustomobject]@{ Value = $found ? $arguments[2].Value : $null; Position = $arguments[0]; Item = $arguments[2] }
        }
    }

    BeforeEach {
        $queue = $queueType.GetConstructors()[0].Invoke(@($null))
    }

    AfterEach {
        $queue.Dispose()
    }

    It 'gives a reader that takes what was put back behind its position' {
        foreach ($i in 1..3) { $queue.Add((New-OutputItem $i)) }
        $taken = Read-Queue $queue 0 $false
        $reader = Read-Queue $queue 0 $false
        $reader.Value | Should -Be 2
        $list = [Array]::CreateInstance($itemType, 1)
        $list[0] = $taken.Item
        $queue.PutBack($list)
        $values = foreach ($i in 1..2) {
            $reader = Read-Queue $queue $reader.Position $false
            $reader.Value
        }
        $values | Should -Be @(1, 3)
        $queue.HasMore | Should -BeFalse
    }

    It 'uses the free space of its file again, whatever the order in which it became free' {
        $spoolType = $assembly.GetType('ZProc.Output.OutputSpool')
        $spool = $spoolType.GetConstructors()[0].Invoke(@())
        function Add-Bytes([int] $Count) { $spoolType.GetMethod('Append').Invoke($spool, @(, [byte[]]::new($Count))).Item1 }
        try {
            Add-Bytes 100 | Should -Be 0
            Add-Bytes 100 | Should -Be 100
            Add-Bytes 100 | Should -Be 200
            Add-Bytes 100 | Should -Be 300
            $spool.Free(0, 100)
            $spool.Free(200, 100)
            $spool.Free(100, 100)
            Add-Bytes 250 | Should -Be 0
            Add-Bytes 50 | Should -Be 250
            $spool.Free(300, 100)
            Add-Bytes 500 | Should -Be 300
        }
        finally { $spool.Dispose() }
    }

    It 'is read by several readers at different places' {
        foreach ($i in 1..5000) { $queue.Add((New-OutputItem $i)) }
        $list = [Array]::CreateInstance($itemType, 2)
        $list[0] = New-OutputItem -1
        $list[1] = New-OutputItem 0
        $queue.PutBack($list)
        foreach ($i in 0..99) {
            (Read-Queue $queue ($i - 2) $true).Value | Should -Be ($i - 1)
            (Read-Queue $queue (4999 - $i) $true).Value | Should -Be (5000 - $i)
        }

        (Read-Queue $queue 0 $false).Value | Should -Be -1
        (Read-Queue $queue 4999 $true).Value | Should -Be 5000
    }

    It 'keeps the place of a reader that leaves the output' {
        # More than one chunk of the queue.
        foreach ($i in 1..5000) { $queue.Add((New-OutputItem $i)) }
        $position = 0
        $values = foreach ($i in 1..5000) {
            $reader = Read-Queue $queue $position $true
            $position = $reader.Position
            $reader.Value
        }
        $values | Should -Be (1..5000)
        (Read-Queue $queue 0 $true).Value | Should -Be 1
        (Read-Queue $queue 4999 $false).Value | Should -Be 1
        (Read-Queue $queue 0 $true).Value | Should -Be 2
    }
}

Describe 'Errors of a process -As <As>' -ForEach $kinds {
    BeforeAll {
        function Receive-Error([scriptblock] $Script) {
            try {
                Start-ZProcess -As $As $Script | Receive-ZProcess -Wait -ErrorAction Stop
            }
            catch {
                $_
            }
        }
    }

    It 'of ZProc itself keep their type and id' {
        $caught = Receive-Error { Get-ZState nowhere -ErrorAction Stop }
        $caught.Exception | Should -BeOfType ([ZProc.Errors.ZProcException])
        $caught.Exception.ErrorId | Should -Be 'ZProc.KeyNotFound'
        $caught.FullyQualifiedErrorId | Should -BeLike 'ZProc.KeyNotFound*'
        $caught.CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'are caught by type' {
        $caught = try { Start-ZProcess -As $As { 1 / 0 } | Receive-ZProcess -Wait -ErrorAction Stop } catch [System.DivideByZeroException] { $_ }
        $caught.FullyQualifiedErrorId | Should -Be 'RuntimeException'
        $caught.InvocationInfo.ScriptLineNumber | Should -BeGreaterThan 100
        $caught.InvocationInfo.ScriptName | Should -Be $PSCommandPath
        $caught.ScriptStackTrace | Should -Match 'ProcessOutput\.Tests\.ps1: line \d+'
    }

    It 'keep the thrown exception, with its causes' {
        $thrown = Receive-Error { throw [System.IO.FileNotFoundException]::new('gone', [System.ArgumentException]::new('cause')) }
        $thrown.Exception | Should -BeOfType ([System.IO.FileNotFoundException])
        $thrown.Exception.Message | Should -Be 'gone'
        $thrown.Exception.InnerException | Should -BeOfType ([System.ArgumentException])
        $thrown.CategoryInfo.Category | Should -Be 'OperationStopped'
    }

    It 'keep the details that commands give' {
        $caught = try { Start-ZProcess -As $As { Get-Item /no/such -ErrorAction Stop } | Receive-ZProcess -Wait -ErrorAction Stop } catch [System.Management.Automation.ItemNotFoundException] { $_ }
        $caught.FullyQualifiedErrorId | Should -Be 'PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand'
        $caught.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $caught.TargetObject | Should -Be $(try { Get-Item /no/such -ErrorAction Stop } catch { $_.TargetObject })
    }

    It 'that are not terminating do not end the script' {
        $process = Start-ZProcess -As $As { Write-Error 'one' -ErrorId mine -Category InvalidData -TargetObject 5; 'went on' }
        $process | Receive-ZProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue | Should -Be 'went on'
        $errors.Count | Should -Be 1
        $errors[0].FullyQualifiedErrorId | Should -Be 'mine'
        $errors[0].CategoryInfo.Category | Should -Be 'InvalidData'
        $errors[0].TargetObject | Should -Be 5
        $errors[0].InvocationInfo.ScriptName | Should -Be $PSCommandPath
        $process.State | Should -Be 'Completed'
    }

    It 'are one of each failed process, and do not end the command' {
        $processes = Start-ZProcess -As $As { throw 'a' }, { 'fine' }, { throw 'b' }
        $processes | Receive-ZProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue | Should -Be 'fine'
        ($errors | ForEach-Object { "$_" } | Sort-Object) -join ',' | Should -Be 'a,b'
        ($processes | Where-Object State -EQ 'Failed').Count | Should -Be 2
    }

    It 'tell of exit with a code' {
        $process = Start-ZProcess -As $As { 'before'; exit 3 } | Wait-ZProcess
        $process.State | Should -Be 'Failed'
        $process.ExitCode | Should -Be 3
        $process | Receive-ZProcess -ErrorVariable errors -ErrorAction SilentlyContinue | Should -Be 'before'
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'ZProc.ProcessFailed*'
        (Start-ZProcess -As $As { exit 0 } | Wait-ZProcess).State | Should -Be 'Completed'
    }

    It 'tell of exceptions while the runspace closes, and do not hide how the script ended' {
        $leave = {
            $throw = [System.Management.Automation.PSEventReceivedEventHandler] { throw 'at the end' }
            $null = $ExecutionContext.Events.SubscribeEvent($null, 'PowerShell.Exiting', 'PowerShell.Exiting', $null, $throw, $true, $false)
        }
        $completed = Start-ZProcess -As $As -InitializationScript $leave { 'done' }
        $completed | Receive-ZProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue | Should -Be 'done'
        "$errors" | Should -Be 'at the end'
        $completed.State | Should -Be 'Failed'
        $failed = Start-ZProcess -As $As -InitializationScript $leave { throw 'first' }
        $failed | Receive-ZProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors | ForEach-Object { "$_" } | Should -Be @('at the end', 'first')
        $failed.StatusMessage | Should -Be 'first'
    }

    It 'tell of arguments that do not fit' {
        (Receive-Error { param([int] $N = 'x') $N }).Exception | Should -BeOfType ([System.Management.Automation.RuntimeException])
    }
}

Describe 'Errors of an OS process' {
    It 'stand in for exceptions that only the process knows' {
        $thrown = try { Start-ZProcess { class Mine : System.Exception { Mine($m) : base($m) { } }; throw [Mine]::new('own') } | Receive-ZProcess -Wait -ErrorAction Stop } catch { $_ }
        $thrown.Exception | Should -BeOfType ([ZProc.Errors.ZProcRemoteException])
        $thrown.Exception.TypeNames | Should -Be @('Mine', 'System.Exception')
        "$thrown" | Should -Be 'own'
    }

    It 'say how it died, with its last output' {
        $process = Start-ZProcess { [Console]::Error.WriteLine('last words'); kill -9 $PID; Start-Sleep 600 } | Wait-ZProcess
        $process.State | Should -Be 'Failed'
        $process.ExitCode | Should -Be 137
        $process | Receive-ZProcess -ErrorVariable errors -ErrorAction SilentlyContinue 6>$null
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'ZProc.ProcessFailed*'
        "$($errors[0])" | Should -Match 'SIGKILL'
        "$($errors[0])" | Should -Match 'last words'
    } -Skip:(-not $IsLinux)

    It 'keep the output before its death' {
        $process = Start-ZProcess { 1..1000; kill -9 $PID; Start-Sleep 600 }
        $all = @($process | Receive-ZProcess -Wait -ErrorAction SilentlyContinue)
        $all.Count | Should -Be 1000
        $all[999] | Should -Be 1000
    } -Skip:(-not $IsLinux)
}
