# Another OS process that runs PowerShell: the same executable as this session, with the module, joined to a context.

Set-StrictMode -Version 3.0

$manifest = Convert-Path (Join-Path $PSScriptRoot '../../../ZProc.psd1')

function Start-OtherSession {
    <#
    .SYNOPSIS
    Starts a session that joins a context and runs a script. The script reads and writes lines by [Console].
    .OUTPUTS
    The Process; its standard input and output are this session's to use, its ErrorText is a task. End it with Stop-OtherSession.
    #>
    param(
        [Parameter(Mandatory)] [string] $ConnectionString,
        [Parameter(Mandatory)] [string] $Text,
        [Parameter(Mandatory)] [string] $Folder
    )

    # The connection string holds the secret: it comes by standard input.
    $prelude = "param(`$Manifest) [Console]::InputEncoding = [Console]::OutputEncoding = [System.Text.UTF8Encoding]::new(`$false); `$ErrorActionPreference = 'Stop'; Import-Module `$Manifest; `$context = Connect-ZProcContext ([Console]::In.ReadLine()) -TimeoutSec 120; `$state = `$context.State; `$ErrorActionPreference = 'Continue'"
    $file = Join-Path $Folder "session-$([guid]::NewGuid().ToString('N')).ps1"
    [System.IO.File]::WriteAllText($file, "$prelude`n$Text`n")
    $start = [System.Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
    foreach ($argument in '-NoProfile', '-NonInteractive', '-File', $file, $manifest) { $start.ArgumentList.Add($argument) }
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $start.StandardInputEncoding = $start.StandardOutputEncoding = $start.StandardErrorEncoding = [System.Text.UTF8Encoding]::new($false)
    $process = [System.Diagnostics.Process]::Start($start)
    $process.PSObject.Properties.Add([psnoteproperty]::new('ErrorText', $process.StandardError.ReadToEndAsync()))
    $process.StandardInput.WriteLine($ConnectionString)
    $process.StandardInput.Flush()
    $process
}

function Stop-OtherSession {
    <#
    .SYNOPSIS
    Ends such a session, whatever it is doing.
    #>
    param([Parameter(Mandatory)] [System.Diagnostics.Process] $Session)

    if (-not $Session.HasExited) { $Session.Kill() }
    $Session.WaitForExit()
    $Session.Dispose()
}

function Invoke-OtherSession {
    <#
    .SYNOPSIS
    Runs a script in such a session to its end, and outputs the lines that it wrote.
    #>
    param(
        [Parameter(Mandatory)] [string] $ConnectionString,
        [Parameter(Mandatory)] [string] $Text,
        [Parameter(Mandatory)] [string] $Folder
    )

    $session = Start-OtherSession @PSBoundParameters
    try {
        $text = $session.StandardOutput.ReadToEnd()
        $session.WaitForExit()
        if ($session.ExitCode -ne 0) { throw "The other session ended with $($session.ExitCode): $text$($session.ErrorText.Result)" }
        $text -split "`r?`n" | Where-Object { $_ }
    }
    finally { Stop-OtherSession $session }
}

Export-ModuleMember -Function Start-OtherSession, Stop-OtherSession, Invoke-OtherSession
