# The members of PowerShell and .NET that are not public and that the module reads or sets. A version that renames one has to fail here.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    $static = [System.Reflection.BindingFlags] 'Static, Public, NonPublic, DeclaredOnly'
    $instance = [System.Reflection.BindingFlags] 'Instance, Public, NonPublic, DeclaredOnly'
    $accessors = foreach ($type in [ZProc.Processes.ZProcess].Assembly.GetTypes()) {
        foreach ($method in $type.GetMethods($static)) {
            foreach ($accessor in $method.GetCustomAttributes([System.Runtime.CompilerServices.UnsafeAccessorAttribute], $false)) {
                @{ Type = $type; Method = $method; Kind = $accessor.Kind; Owner = $method.GetParameters()[0].ParameterType; Member = $accessor.Name ?? $method.Name }
            }
        }
    }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support/Family.psm1"
}

Describe 'Members that are not public' {
    It 'are found by this test' -ForEach @{ Count = @($accessors).Count } {
        $Count | Should -BeGreaterOrEqual 8
    }

    It '<Owner>.<Member> exists for <Type>' -ForEach $accessors {
        $instance = [System.Reflection.BindingFlags] 'Instance, Public, NonPublic, DeclaredOnly'
        if ($Kind -eq 'Field') {
            $field = $Owner.GetField($Member, $instance)
            $field | Should -Not -BeNullOrEmpty
            $field.FieldType | Should -Be $Method.ReturnType.GetElementType()
        }
        else {
            $found = $Owner.GetMethod($Member, $instance, @($Method.GetParameters() | Select-Object -Skip 1 | ForEach-Object ParameterType))
            $found | Should -Not -BeNullOrEmpty
            $found.ReturnType | Should -Be $Method.ReturnType
        }
    }

    It 'set the parts of an error record' {
        $parts = [ZProc.Processes.ZProcess].Assembly.GetType('ZProc.Errors.ErrorRecordParts')
        $record = [System.Management.Automation.ErrorRecord]::new([Exception]::new('m'), 'first', 'NotSpecified', $null)
        $null = $parts.GetMethod('Set').Invoke($null, @($record, 'second,Command', [System.Management.Automation.ErrorCategory]::ReadError, 'target', 'at there', $null))
        # The properties themselves, not ones laid over them.
        [System.Management.Automation.ErrorRecord].GetProperty('FullyQualifiedErrorId').GetValue($record) | Should -Be 'second,Command'
        [System.Management.Automation.ErrorRecord].GetProperty('ScriptStackTrace').GetValue($record) | Should -Be 'at there'
        [System.Management.Automation.ErrorRecord].GetProperty('TargetObject').GetValue($record) | Should -Be 'target'
        $record.CategoryInfo.Category | Should -Be 'ReadError'
    }

    It 'set text and cause of an exception' {
        $internals = [ZProc.Processes.ZProcess].Assembly.GetType('ZProc.Errors.ExceptionInternals')
        $exception = [System.Runtime.Serialization.FormatterServices, System.Runtime.Serialization.Formatters]::GetUninitializedObject([InvalidOperationException])
        $cause = [Exception]::new('cause')
        $null = $internals.GetMethod('Complete').Invoke($null, @($exception, 'text', $cause))
        $exception.Message | Should -Be 'text'
        $exception.InnerException | Should -Be $cause
        $internals.GetMethod('TextOf').Invoke($null, @($exception)) | Should -Be 'text'
    }

    It 'tell that a pipeline is stopped, also while its finally block runs' {
        $pipelines = [ZProc.Processes.ZProcess].Assembly.GetType('ZProc.Workers.EnginePipelines')
        $begun, $ending, $mayEnd = 1..3 | ForEach-Object { [System.Threading.ManualResetEventSlim]::new() }
        $shell = [powershell]::Create().AddScript({
                param($Begun, $Ending, $MayEnd)
                try { $Begun.Set(); Start-Sleep 3600 } finally { & { $Ending.Set(); $MayEnd.Wait() } }
            }).AddArgument($begun).AddArgument($ending).AddArgument($mayEnd)
        try {
            $null = $shell.BeginInvoke()
            $begun.Wait(120000) | Should -BeTrue
            $pipelines.GetMethod('IsStopping').Invoke($null, @($shell.Runspace)) | Should -BeFalse
            $stop = $shell.BeginStop($null, $null)
            $ending.Wait(120000) | Should -BeTrue
            # The script may be in its block just before the engine has noted the stop of all that runs.
            Wait-Until { $pipelines.GetMethod('IsStopping').Invoke($null, @($shell.Runspace)) } 60 'the engine has stopped the pipeline'
        }
        finally {
            $mayEnd.Set()
        }

        $shell.EndStop($stop)
        $shell.Dispose()
    }

    It '<Owner> keeps its property <Property> in a field that is found' -ForEach @(
        # Properties that an exception has after it was rebuilt, and that have no public setter.
        @{ Owner = [System.Management.Automation.RuntimeException]; Property = 'ErrorRecord' }
        @{ Owner = [System.Management.Automation.CommandNotFoundException]; Property = 'CommandName' }
        @{ Owner = [System.ArgumentException]; Property = 'ParamName' }
        @{ Owner = [System.IO.FileNotFoundException]; Property = 'FileName' }
    ) {
        $internals = [ZProc.Processes.ZProcess].Assembly.GetType('ZProc.Errors.ExceptionInternals')
        $member = $Owner.GetProperty($Property)
        if (-not $member.SetMethod.IsPublic) {
            $internals.GetMethod('FieldOf', [System.Reflection.BindingFlags] 'Static, NonPublic').Invoke($null, @($member)) | Should -Not -BeNullOrEmpty
        }
    }
}
