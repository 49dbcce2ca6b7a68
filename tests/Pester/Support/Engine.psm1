# A redis-server of a test's own, on a free port of this machine.

Set-StrictMode -Version 3.0

function Find-Engine {
    Get-Command redis-server -CommandType Application -ErrorAction Ignore | Select-Object -First 1
}

# A port of the loopback address that no program has.
function Get-FreePort {
    $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
    $listener.Start()
    $listener.LocalEndpoint.Port
    $listener.Stop()
}

<#
.SYNOPSIS
Starts a redis-server, and waits until it answers.
.PARAMETER Folder
Where it keeps its files.
.PARAMETER Option
Further options of redis-server.
.PARAMETER Address
The address that it listens on.
.PARAMETER Port
Its port. Default: a free one.
#>
function Start-Engine([string] $Folder, [string[]] $Option = @(), [string] $Address = '127.0.0.1', [int] $Port = (Get-FreePort)) {
    $info = [System.Diagnostics.ProcessStartInfo]::new((Find-Engine).Source)
    $info.RedirectStandardOutput = $info.RedirectStandardInput = $true
    foreach ($argument in @('--port', $Port, '--bind', $Address, '--dir', $Folder, '--save', '', '--appendonly', 'no', '--daemonize', 'no') + $Option) {
        $info.ArgumentList.Add($argument)
    }
    $process = [System.Diagnostics.Process]::Start($info)
    $null = $process.StandardOutput.ReadToEndAsync() # so that it never waits for a reader
    $engine = @{ Port = $Port; Process = $process }
    $until = [System.Diagnostics.Stopwatch]::StartNew()
    while (-not (Test-Engine $Port)) {
        if ($process.HasExited -or $until.Elapsed.TotalSeconds -gt 60) { throw 'redis-server did not start' }
        Start-Sleep -Milliseconds 20
    }
    $engine
}

function Test-Engine([int] $Port) {
    try {
        $client = [System.Net.Sockets.TcpClient]::new('127.0.0.1', $Port)
        $client.Dispose()
        $true
    }
    catch [System.Net.Sockets.SocketException] {
        $false
    }
}

# The address of a context on an engine. Each test file has its own engine; each test its own context.
function Get-EngineAddress([hashtable] $Engine, [string] $Name = "test-$([guid]::NewGuid().ToString('N'))") {
    "redis://127.0.0.1:$($Engine.Port)/$Name"
}

function Stop-Engine([hashtable] $Engine) {
    $Engine.Process.Kill()
    $Engine.Process.WaitForExit()
    $Engine.Process.Dispose()
}

# Sends a command to an engine, and returns its answer as text.
function Invoke-Engine([hashtable] $Engine, [string[]] $Command) {
    $client = [System.Net.Sockets.TcpClient]::new('127.0.0.1', $Engine.Port)
    try {
        $stream = $client.GetStream()
        $text = "*$($Command.Count)`r`n" + -join $Command.ForEach({ "`$$([System.Text.Encoding]::UTF8.GetByteCount($_))`r`n$_`r`n" })
        $stream.Write([System.Text.Encoding]::UTF8.GetBytes($text))
        $buffer = [byte[]]::new(1MB)
        $length = $stream.Read($buffer, 0, $buffer.Length)
        [System.Text.Encoding]::UTF8.GetString($buffer, 0, $length)
    }
    finally {
        $client.Dispose()
    }
}

Export-ModuleMember -Function Find-Engine, Get-FreePort, Start-Engine, Stop-Engine, Get-EngineAddress, Invoke-Engine
