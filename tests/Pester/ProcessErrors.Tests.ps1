# What a process throws or writes as an error is what its caller gets: each script is run here and in a process, and the
# error that arrives says the same.

BeforeDiscovery {
    . "$PSScriptRoot/Common.ps1"

    $terminating = @(
        @{ What = 'throw of a string'; Script = { throw 'text' } }
        @{ What = 'throw of an object'; Script = { throw @{ a = 1 } } }
        @{ What = 'throw of nothing'; Script = { throw } }
        @{ What = 'throw of an exception'; Script = { throw [System.InvalidOperationException]::new('plain') } }
        @{ What = 'throw of an exception from another line'; Script = {
                function Get-Bad { throw [System.TimeoutException]::new('late') }
                Get-Bad
            }
        }
        @{ What = 'throw of an error record'; Script = {
                throw [System.Management.Automation.ErrorRecord]::new([System.IO.IOException]::new('disk'), 'My.Id', 'WriteError', 'the target')
            }
        }
        @{ What = 'throw of an error record with details'; Script = {
                $record = [System.Management.Automation.ErrorRecord]::new([System.Exception]::new('inside'), 'My.Id', 'InvalidData', 7)
                $record.ErrorDetails = [System.Management.Automation.ErrorDetails]::new('to be shown')
                $record.ErrorDetails.RecommendedAction = 'try again'
                $record.CategoryInfo.Activity = 'doing'
                $record.CategoryInfo.Reason = 'reason'
                $record.CategoryInfo.TargetName = 'name'
                $record.CategoryInfo.TargetType = 'type'
                throw $record
            }
        }
        @{ What = 'ThrowTerminatingError of a function'; Script = {
                function Get-Bad {
                    [CmdletBinding()] param()
                    $PSCmdlet.ThrowTerminatingError([System.Management.Automation.ErrorRecord]::new([System.NotSupportedException]::new('never'), 'Func.Id', 'NotImplemented', 3))
                }
                Get-Bad
            }
        }
        @{ What = 'an error in a function of a module'; Script = {
                $module = New-Module -Name Errors { function Get-Bad { throw [System.FormatException]::new('from the module') } }
                & $module { Get-Bad }
            }
        }
        @{ What = 'an error made terminating by -ErrorAction Stop'; Script = { Write-Error 'stop here' -ErrorId 'Stop.Id' -Category ReadError -TargetObject 'it' -ErrorAction Stop }; Elsewhere = $true }
        @{ What = 'an error made terminating by $ErrorActionPreference'; Script = { $ErrorActionPreference = 'Stop'; Get-Item '/no/such/item' } }
        @{ What = 'division by zero'; Script = { 1 / $null } }
        @{ What = 'a method that throws'; Script = { [int]::Parse('x') } }
        @{ What = 'a method that throws for an argument'; Script = { [System.Guid]::new('not a guid') } }
        if (-not $underWine) { @{ What = 'a failed conversion'; Script = { [int] 'x' } } }
        @{ What = 'a text that does not parse'; Script = { [scriptblock]::Create('if (') } }
        @{ What = 'an unknown command'; Script = { No-SuchCommand } }
        @{ What = 'an unknown parameter'; Script = { Get-Item -NoSuchParameter } }
        @{ What = 'an argument that does not fit'; Script = { function Get-Bad { param([int] $Number) $Number }; Get-Bad -Number 'many' } }
        @{ What = 'an argument that is not valid'; Script = { function Get-Bad { param([ValidateRange(1, 3)] [int] $Number) $Number }; Get-Bad 4 } }
        @{ What = 'a missing item'; Script = { Get-Item '/no/such/item' -ErrorAction Stop } }
        @{ What = 'a missing type'; Script = { [No.Such.Type]::new() } }
        @{ What = 'a strict mode violation'; Script = { Set-StrictMode -Version 3.0; $noSuchVariable } }
        @{ What = 'a native command with a non-zero exit code'; Script = {
                $ErrorActionPreference = 'Stop'
                $PSNativeCommandUseErrorActionPreference = $true
                if ($IsWindows) { & $env:ComSpec /c 'exit 3' } else { sh -c 'exit 3' }
            }
        }
        @{ What = 'an ArgumentException with a parameter'; Script = { throw [System.ArgumentException]::new('bad', 'name') } }
        @{ What = 'an ArgumentException with a parameter and a cause'; Script = { throw [System.ArgumentException]::new('bad', 'name', [System.Exception]::new('cause')) } }
        @{ What = 'an ArgumentNullException'; Script = { throw [System.ArgumentNullException]::new('name') } }
        @{ What = 'an ArgumentOutOfRangeException'; Script = { throw [System.ArgumentOutOfRangeException]::new('name', 5, 'too many') } }
        @{ What = 'a FileNotFoundException'; Script = { throw [System.IO.FileNotFoundException]::new('gone', '/no/such/file', [System.Exception]::new('cause')) } }
        @{ What = 'an ObjectDisposedException'; Script = { throw [System.ObjectDisposedException]::new('thing', 'over') } }
        @{ What = 'a SocketException'; Script = { throw [System.Net.Sockets.SocketException]::new(111) } }
        @{ What = 'a Win32Exception'; Script = { throw [System.ComponentModel.Win32Exception]::new(2, 'no file') } }
        @{ What = 'an HttpRequestException'; Script = { throw [System.Net.Http.HttpRequestException]::new('no', $null, 'NotFound') } }
        @{ What = 'a JsonException'; Script = { throw [System.Text.Json.JsonException]::new('bad', '$.a', 3, 4) } }
        @{ What = 'an XmlException'; Script = { [xml] '<a><b></a>' } }
        @{ What = 'an XmlException of one''s own'; Script = { throw [System.Xml.XmlException]::new('bad', $null, 2, 3) } }
        @{ What = 'a bad pattern'; Script = { [regex]::new('(') } }
        @{ What = 'a cancelled task'; Script = { throw [System.Threading.Tasks.TaskCanceledException]::new('cancelled') } }
        @{ What = 'an AggregateException with all that it holds'; Script = {
                throw [System.AggregateException]::new('several', [System.Exception[]] @(
                        [System.ArgumentException]::new('one', 'a')
                        [System.AggregateException]::new([System.Exception[]] @([System.IO.IOException]::new('two'), [System.TimeoutException]::new('three')))
                    ))
            }
        }
        @{ What = 'a chain of causes'; Script = {
                throw [System.Exception]::new('top', [System.InvalidOperationException]::new('middle', [System.ArgumentException]::new('bottom', 'b')))
            }
        }
        @{ What = 'data beside an exception'; Script = {
                $exception = [System.Exception]::new('with data')
                $exception.Data['code'] = 42
                $exception.Data[7] = 'seven'
                $exception.HelpLink = 'https://example.org/help'
                throw $exception
            }
        }
        @{ What = 'an exception of a PowerShell class'; Script = {
                class ProcessErrorsTestException : System.InvalidOperationException {
                    [int] $Code
                    ProcessErrorsTestException([string] $message, [int] $code) : base($message, [System.ArgumentException]::new('cause', 'c')) { $this.Code = $code }
                }
                throw [ProcessErrorsTestException]::new('own', 5)
            }
        }
        @{ What = 'an exception rethrown'; Script = { try { throw [System.IO.IOException]::new('first') } catch { throw } } }
        @{ What = 'an exception wrapped by hand'; Script = { try { [int]::Parse('x') } catch { throw [System.Exception]::new('wrapped', $_.Exception) } } }
    )

    $written = @(
        @{ What = 'Write-Error with text'; Script = { Write-Error 'text' }; Elsewhere = $true }
        @{ What = 'Write-Error with all there is'; Script = {
                Write-Error -Message 'text' -ErrorId 'W.Id' -Category InvalidData -TargetObject 'it' -RecommendedAction 'rest' -CategoryActivity 'a' -CategoryReason 'r' -CategoryTargetName 'n' -CategoryTargetType 't'
            }; Elsewhere = $true
        }
        @{ What = 'Write-Error with an exception'; Script = { Write-Error -Exception ([System.ArgumentException]::new('bad', 'name')) -ErrorId 'E.Id' -Category InvalidArgument }; Elsewhere = $true }
        @{ What = 'Write-Error with a record'; Script = {
                Write-Error -ErrorRecord ([System.Management.Automation.ErrorRecord]::new([System.TimeoutException]::new('late'), 'R.Id', 'OperationTimeout', 1))
            }; Elsewhere = $true
        }
        @{ What = 'Write-Error of a function'; Script = { function Get-Bad { [CmdletBinding()] param() Write-Error 'from the function' -ErrorId 'F.Id' }; Get-Bad } }
        @{ What = 'WriteError of a function'; Script = {
                function Get-Bad {
                    [CmdletBinding()] param()
                    $PSCmdlet.WriteError([System.Management.Automation.ErrorRecord]::new([System.NotSupportedException]::new('not'), 'P.Id', 'NotImplemented', 3))
                }
                Get-Bad
            }
        }
        @{ What = 'a missing item'; Script = { Get-Item '/no/such/item' } }
        @{ What = 'several in order'; Script = { Write-Error 'one'; Get-Item '/no/such/item'; Write-Error 'three' -Category ReadError }; Elsewhere = $true }
        @{ What = 'a native command with a non-zero exit code'; Script = { $PSNativeCommandUseErrorActionPreference = $true; if ($IsWindows) { & $env:ComSpec /c 'exit 3' } else { sh -c 'exit 3' } }; Elsewhere = $true }
    )

    $died = 'ZProc.ProcessFailed*'
    $deaths = @(
        @{ What = 'killed by a signal'; Script = { kill -9 $PID; Start-Sleep 600 }; Code = 137; Id = $died; Says = 'SIGKILL'; SaysNot = 'memory' }
        @{ What = 'terminated by a signal'; Script = { kill -TERM $PID; while ($true) { Start-Sleep 600 } }; Code = 143; Id = $died; Says = 'SIGTERM' }
        @{ What = 'ended by another way than exit'; Script = { [Environment]::Exit(5) }; Code = 5; Id = $died; Says = 'exit code 5' }
        @{ What = 'ended by exit'; Script = { exit 3 }; Code = 3; Id = $died; Says = 'exit code 3' }
        @{ What = 'failed fast, with what it said'; Script = { [Environment]::FailFast('the disk is on fire') }; Code = 134; Id = $died; Says = 'SIGABRT', 'the disk is on fire' }
        @{ What = 'out of stack'; Code = 134; Id = $died; Says = 'SIGABRT', 'Stack overflow'
            Script = {
                $method = [System.Reflection.Emit.DynamicMethod]::new('Endless', [void], [type[]] @())
                $code = $method.GetILGenerator()
                $code.Emit([System.Reflection.Emit.OpCodes]::Call, $method)
                $code.Emit([System.Reflection.Emit.OpCodes]::Call, $method)
                $code.Emit([System.Reflection.Emit.OpCodes]::Ret)
                $method.Invoke($null, @())
            }
        }
        @{ What = 'an exception that nobody caught'; Code = 134; Id = $died; Says = 'SIGABRT', 'Unhandled exception', 'no Runspace'
            Script = {
                $thread = [System.Threading.Thread]::new([System.Threading.ThreadStart] { 'there is no runspace here' })
                $thread.Start()
                $thread.Join()
            }
        }
        # One block that is too large leaves .NET the memory to say so; used up to the last page, it may also crash, one time in sixty.
        @{ What = 'more memory asked for than it may have'; Code = 1; Id = '*OutOfMemory*'; Says = 'memory'
            Script = { $ErrorActionPreference = 'Stop'; [byte[]]::new(1GB) }; Setup = 'export DOTNET_GCHeapHardLimit=0x6000000'
        }
    )
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/ErrorText.psm1"
    $context = Start-ZProcContext
}

AfterAll {
    Stop-ZProcContext $context
}

Describe 'A terminating error of a process -As <As>' -ForEach $kinds {
    It 'arrives unchanged: <What>' -ForEach $terminating {
        $ErrorActionPreference = 'Stop' # as for a script whose errors end it
        $here = try { $null = & $Script } catch { $_ }
        $there = try { $null = Start-ZProcess -As $As $Script | Receive-ZProcess -Wait -ErrorAction Stop } catch { $_ }
        Format-Error $there -NoPlace:($Elsewhere -eq $true) | Should -BeExactly (Format-Error $here -NoPlace:($Elsewhere -eq $true))
        if (-not $Elsewhere) { $here.InvocationInfo.Line | Should -BeLike "*$([System.Management.Automation.WildcardPattern]::Escape("$($there.InvocationInfo.Line)".Trim()))*" }
    }
}

Describe 'A non-terminating error of a process -As <As>' -ForEach $kinds {
    It 'arrives unchanged: <What>' -ForEach $written {
        $ErrorActionPreference = 'Continue'
        $here = @(& $Script 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
        $process = Start-ZProcess -As $As $Script
        $there = @($process | Receive-ZProcess -Wait 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
        $there | Format-Error -NoPlace:($Elsewhere -eq $true) | Should -BeExactly @($here | Format-Error -NoPlace:($Elsewhere -eq $true))
        $process.State | Should -Be 'Completed'
        $process.ExitCode | Should -Be 0
    }

    It 'does not end the script: a command that is not there, a conversion, a method' -Skip:$underWine {
        $process = Start-ZProcess -As $As { No-SuchCommand; [int] 'x'; [int]::Parse('y'); 'on' }
        $process | Receive-ZProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue | Should -Be 'on'
        $errors | ForEach-Object FullyQualifiedErrorId | Should -Be @('CommandNotFoundException', 'InvalidCastFromStringToInteger', 'FormatException')
        $errors[0].Exception.CommandName | Should -Be 'No-SuchCommand'
        $process.State | Should -Be 'Completed'
    }

    It 'is an error for the caller, too, where he says so' {
        $process = Start-ZProcess -As $As { Write-Error -Exception ([System.TimeoutException]::new('late')); 'on' }
        $caught = try { $process | Receive-ZProcess -Wait -ErrorAction Stop } catch [System.TimeoutException] { $_ }
        "$caught" | Should -Be 'late'
        ($process | Wait-ZProcess).State | Should -Be 'Completed'
    }
}

Describe 'An error that the caller of a process -As <As> catches' -ForEach $kinds {
    It 'has the exit code, the path and the process id of a native command' {
        $caught = try {
            Start-ZProcess -As $As {
                $ErrorActionPreference = 'Stop'
                $PSNativeCommandUseErrorActionPreference = $true
                if ($IsWindows) { & $env:ComSpec /c 'exit 3' } else { sh -c 'exit 3' }
            } | Receive-ZProcess -Wait -ErrorAction Stop
        }
        catch [System.Management.Automation.NativeCommandExitException] { $_ }
        $caught.Exception.ExitCode | Should -Be 3
        $caught.Exception.Path | Should -BeLike ($IsWindows ? '*cmd.exe' : '*/sh')
        $caught.Exception.ProcessId | Should -BeGreaterThan 0
        $caught.FullyQualifiedErrorId | Should -Be 'ProgramExitedWithNonZeroCode'
    }

    It 'matches the type of a cause that a method call hides' {
        $caught = try { Start-ZProcess -As $As { [int]::Parse('x') } | Receive-ZProcess -Wait -ErrorAction Stop } catch [System.FormatException] { $_ }
        $caught.Exception.Message | Should -BeLike "*'x'*"
    }

    It 'is the same over two processes' {
        $caught = try {
            Start-ZProcess -As $As -Props "$As" {
                Start-ZProcess -As $Props { throw [System.ArgumentException]::new('deep', 'name') } | Receive-ZProcess -Wait -ErrorAction Stop
            } | Receive-ZProcess -Wait -ErrorAction Stop
        }
        catch [System.ArgumentException] { $_ }
        $caught.Exception.Message | Should -Be "deep (Parameter 'name')"
        $caught.Exception.ParamName | Should -Be 'name'
        $caught.InvocationInfo.Line | Should -BeLike "*throw*'deep'*"
    }
}

Describe 'The substitute for an exception whose type only the OS process knows' {
    BeforeAll {
        $caught = try {
            Start-ZProcess {
                class OnlyThereException : System.InvalidOperationException {
                    [int] $Code = 5
                    [string] $Where = 'there'
                    hidden [object] $Alive = [System.Threading.Thread]::CurrentThread
                    OnlyThereException([string] $message) : base($message) { $this.Data['more'] = 1.5 }
                }
                throw [OnlyThereException]::new('own')
            } | Receive-ZProcess -Wait -ErrorAction Stop
        }
        catch [ZProc.Errors.ZProcRemoteException] { $_ }
    }

    It 'has its message and the names of its types' {
        "$caught" | Should -Be 'own'
        $caught.Exception.TypeNames[0] | Should -BeLike '*OnlyThereException'
        $caught.Exception.TypeNames | Should -Contain 'System.InvalidOperationException'
        $caught.CategoryInfo.Reason | Should -Be 'OnlyThereException'
    }

    It 'has its properties and data, as far as they are data' {
        $caught.Exception.Properties['Code'] | Should -Be 5
        $caught.Exception.Properties['Where'] | Should -Be 'there'
        $caught.Exception.Properties.Keys | Should -Not -Contain 'Alive'
        $caught.Exception.Data['more'] | Should -Be 1.5
    }

    It 'stays so over another process' {
        $caught = try {
            Start-ZProcess {
                Start-ZProcess {
                    class DeeperException : System.Exception { [int] $Code = 6; DeeperException([string] $message) : base($message) { } }
                    throw [DeeperException]::new('deeper')
                } | Receive-ZProcess -Wait -ErrorAction Stop
            } | Receive-ZProcess -Wait -ErrorAction Stop
        }
        catch { $_ }
        $caught.Exception.TypeNames[0] | Should -BeLike '*DeeperException'
        $caught.Exception.Properties['Code'] | Should -Be 6
    }
}

Describe 'How an OS process died' -Skip:(-not $IsLinux) {
    It 'is said: <What>' -ForEach $deaths {
        $parameters = @{}
        if ($Setup) {
            $program = Join-Path $TestDrive 'program'
            [System.IO.File]::WriteAllText($program, "#!/bin/sh`n$Setup`nexec '$([Environment]::ProcessPath)' `"`$@`"`n")
            chmod +x $program
            $parameters = @{ PowerShellPath = $program }
        }

        $process = Start-ZProcess $Script @parameters | Wait-ZProcess
        $process | Receive-ZProcess -ErrorVariable errors -ErrorAction SilentlyContinue 6>$null
        $process.State | Should -Be 'Failed'
        $process.ExitCode | Should -Be $Code
        $errors[-1].FullyQualifiedErrorId | Should -BeLike $Id
        foreach ($text in $Says) { "$($errors[-1])" | Should -BeLike "*$text*" }
        foreach ($text in $SaysNot) { "$($errors[-1])" | Should -Not -BeLike "*$text*" }
    }
}
