# Runs the examples of help pages as at a prompt of 80 columns: statement after statement, and each statement's output is formatted.

# How a prompt shows the records of the other streams.
$show = {
    process {
        switch ($_) {
            { $_ -is [System.Management.Automation.WarningRecord] } { "WARNING: $_"; break }
            { $_ -is [System.Management.Automation.VerboseRecord] } { "VERBOSE: $_"; break }
            { $_ -is [System.Management.Automation.DebugRecord] } { "DEBUG: $_"; break }
            { $_ -is [System.Management.Automation.InformationRecord] } { "$_"; break }
            default { , $_ }
        }
    }
}

# A net against examples that never end.
$bound = [timespan]::FromSeconds(90)

# Commands with which an example makes a context of its own. Other examples get one.
$makers = 'Start-ZProcContext', 'Use-ZProcContext', 'Connect-ZProcContext', 'Start-ZProcServer', 'Invoke-ZParallel'

# Opens a session for examples, with the module imported.
function Open-ExampleSession([string] $Manifest, [string] $Folder) {
    $runspace = [runspacefactory]::CreateRunspace()
    $runspace.Open()
    $null = Invoke-Statement $runspace "Import-Module '$Manifest'; Set-Location '$Folder'; `$ProgressPreference = 'SilentlyContinue'"
    $runspace
}

function Close-ExampleSession($Runspace) {
    $null = Invoke-Statement $Runspace 'Get-ZProcContext | Where-Object IsOwner -EQ $false | Disconnect-ZProcContext; Get-ZProcContext | Stop-ZProcContext; Remove-Module ZProc'
    $Runspace.Dispose()
}

# Runs an example. Outputs for each step what it printed.
function Invoke-Example($Runspace, $Example) {
    $code = $Example.Steps.Code -join "`n"
    $commands = [System.Management.Automation.Language.Parser]::ParseInput($code, [ref] $null, [ref] $null).FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)
    $makesContext = $commands.Where({ $_.GetCommandName() -in $makers }).Count -gt 0
    if (-not $makesContext) { $null = Invoke-Statement $Runspace '$null = Start-ZProcContext -SpareProcesses 0' }
    $before = Invoke-Statement $Runspace '(Get-Variable).Name'
    try {
        foreach ($step in $Example.Steps) { Invoke-Step $Runspace $step.Code }
    }
    finally {
        if ($commands.Where({ $_.GetCommandName() -eq 'Start-ZProcServer' })) { $null = Invoke-Statement $Runspace 'Get-ZProcServer example-* | Stop-ZProcServer' }
        $left = Invoke-Statement $Runspace 'Get-ZProcContext | Where-Object IsOwner -EQ $false | Disconnect-ZProcContext; Get-ZProcContext | Stop-ZProcContext; Get-Job | Remove-Job -Force; (Get-Variable).Name'
        $names = "'$(($left -split "`n" | Where-Object { $_ -and $_ -notin ($before -split "`n") -and $_ -ne 'Error' }) -join "','")'"
        $null = Invoke-Statement $Runspace "Remove-Variable $names -Force -ErrorAction Ignore; `$Error.Clear(); Get-ChildItem | Remove-Item -Recurse"
    }
}

# Runs the statements of a step, and outputs what they printed.
function Invoke-Step($Runspace, [string] $Code) {
    $errors = $null
    $ast = [System.Management.Automation.Language.Parser]::ParseInput($Code, [ref] $null, [ref] $errors)
    if ($errors) { throw "The code of the example is not PowerShell: $($errors[0].Message)" }
    -join @(foreach ($statement in $ast.EndBlock.Statements) { Invoke-Statement $Runspace $statement.Extent.Text })
}

# Runs a statement in the session's global scope, and outputs the text that a prompt would print.
function Invoke-Statement($Runspace, [string] $Text) {
    $shell = [powershell]::Create($Runspace)
    try {
        $null = $shell.AddScript($Text, $false)
        $shell.Commands.Commands[0].MergeMyResults('All', 'Output')
        $null = $shell.AddScript($show, $true).AddCommand('Out-String').AddParameter('Width', 80)
        try {
            $run = $shell.BeginInvoke()
            if (-not $run.AsyncWaitHandle.WaitOne($bound)) {
                $shell.Stop()
                throw "The statement did not end: $Text"
            }
            $output = $shell.EndInvoke($run)
        }
        catch [System.Management.Automation.MethodInvocationException] {
            if ($_.Exception.InnerException -isnot [System.Management.Automation.RuntimeException]) { throw }
            $output = ConvertTo-ErrorText $Runspace $_.Exception.InnerException.ErrorRecord
        }
        (-join $output) -replace "`e\[[0-9;]*m" -replace "`r`n", "`n"
    }
    finally { $shell.Dispose() }
}

function ConvertTo-ErrorText($Runspace, $ErrorRecord) {
    $shell = [powershell]::Create($Runspace)
    try { -join $shell.AddCommand('Out-String').AddParameter('Width', 80).AddParameter('InputObject', $ErrorRecord).Invoke() }
    finally { $shell.Dispose() }
}

<#
.SYNOPSIS
The form in which shown and printed output are compared: without empty lines and blanks at the ends of lines.
.DESCRIPTION
The word after 'output' in a page says what may differ: 'like' for numbers, times, ids, addresses and the width of columns;
'unordered' for the order of lines.
#>
function ConvertTo-Comparable([string] $Text, [string[]] $Marks) {
    $lines = @($Text -split "`n" | ForEach-Object TrimEnd | Where-Object { $_ })
    if ('like' -in $Marks) {
        $lines = @($lines -replace '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', '<id>' -replace '(ipc|tcp)://\S+', '<address>' -replace 'ZProc[0-9a-f]+', '<name>' `
                -replace '\d+([.,:/]\d+)*( [AP]M\b)?', '#' -replace '-{2,}', '--' -replace '\s+', ' ' | ForEach-Object Trim)
    }
    if ('unordered' -in $Marks) { $lines = @($lines | Sort-Object -CaseSensitive) }
    $lines -join "`n"
}

Export-ModuleMember -Function Open-ExampleSession, Close-ExampleSession, Invoke-Example, ConvertTo-Comparable
