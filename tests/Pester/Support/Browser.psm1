# A page in a headless Chromium, driven through its debugging protocol.

Set-StrictMode -Version 3.0

function Find-Browser {
    <#
    .SYNOPSIS
    The path of a Chromium; nothing where there is none.
    #>
    Get-Command chromium, chromium-browser, google-chrome, chrome, msedge -CommandType Application -ErrorAction Ignore | Select-Object -First 1 -ExpandProperty Source
}

function Open-Page {
    <#
    .SYNOPSIS
    Opens an address in a new browser, in a window of a size, in light or dark colours.
    #>
    param([Parameter(Mandatory)] [string] $Url, [int] $Width = 1280, [int] $Height = 800, [switch] $Dark, [switch] $Phone)

    $folder = [System.IO.Directory]::CreateTempSubdirectory('zproc-page-').FullName
    $start = [System.Diagnostics.ProcessStartInfo]::new((Find-Browser))
    foreach ($argument in '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--remote-debugging-port=0', "--user-data-dir=$folder", 'about:blank') { $start.ArgumentList.Add($argument) }
    $start.RedirectStandardError = $true
    $start.RedirectStandardOutput = $true
    $process = [System.Diagnostics.Process]::Start($start)
    $process.BeginErrorReadLine()
    $process.BeginOutputReadLine()
    $page = @{ Process = $process; Folder = $folder; Last = 0; Socket = [System.Net.WebSockets.ClientWebSocket]::new() }
    try {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $file = "$folder/DevToolsActivePort"
        while (-not ([System.IO.File]::Exists($file) -and @(Get-Content $file).Count -eq 2)) {
            if ($process.HasExited -or $watch.Elapsed.TotalSeconds -gt 120) { throw 'The browser does not start.' }
            Start-Sleep -Milliseconds 100
        }
        $port = @(Get-Content $file)[0]
        $target = (Invoke-RestMethod "http://127.0.0.1:$port/json/list") | Where-Object type -EQ page | Select-Object -First 1
        $page.Socket.ConnectAsync([uri] $target.webSocketDebuggerUrl, [System.Threading.CancellationToken]::None).Wait()
        $null = Send-Command $page Emulation.setDeviceMetricsOverride @{ width = $Width; height = $Height; deviceScaleFactor = 1; mobile = [bool] $Phone }
        $null = Send-Command $page Emulation.setEmulatedMedia @{ features = @(@{ name = 'prefers-color-scheme'; value = if ($Dark) { 'dark' } else { 'light' } }) }
        $null = Send-Command $page Page.enable @{}
        $null = Send-Command $page Page.navigate @{ url = $Url }
    }
    catch {
        Close-Page $page
        throw
    }
    $page
}

function Send-Command([hashtable] $Page, [string] $Method, [hashtable] $Parameters) {
    $none = [System.Threading.CancellationToken]::None
    $id = ++$Page.Last
    $text = ConvertTo-Json @{ id = $id; method = $Method; params = $Parameters } -Depth 10 -Compress
    $Page.Socket.SendAsync([System.ArraySegment[byte]] [System.Text.Encoding]::UTF8.GetBytes($text), [System.Net.WebSockets.WebSocketMessageType]::Text, $true, $none).Wait()
    $limit = [System.Threading.CancellationTokenSource]::new(120000)
    try {
        while ($true) {
            $message = [System.IO.MemoryStream]::new()
            do {
                $buffer = [byte[]]::new(65536)
                $part = $Page.Socket.ReceiveAsync([System.ArraySegment[byte]] $buffer, $limit.Token).GetAwaiter().GetResult()
                $message.Write($buffer, 0, $part.Count)
            } until ($part.EndOfMessage)
            $answer = ConvertFrom-Json ([System.Text.Encoding]::UTF8.GetString($message.ToArray())) -AsHashtable
            if ($answer['id'] -eq $id) {
                if ($answer.ContainsKey('error')) { throw "$Method`: $($answer.error.message)" }
                return $answer.result
            }
        }
    }
    finally { $limit.Dispose() }
}

function Invoke-Page {
    <#
    .SYNOPSIS
    The value of an expression of JavaScript in the page.
    #>
    param([Parameter(Mandatory)] [hashtable] $Page, [Parameter(Mandatory)] [string] $Script)

    $answer = Send-Command $Page Runtime.evaluate @{ expression = $Script; awaitPromise = $true; returnByValue = $true }
    if ($answer.ContainsKey('exceptionDetails')) { throw "The page: $($answer.exceptionDetails.exception.description)" }
    $answer.result['value']
}

function Wait-Page {
    <#
    .SYNOPSIS
    Waits until an expression is true in the page.
    #>
    param([Parameter(Mandatory)] [hashtable] $Page, [Parameter(Mandatory)] [string] $Script, [int] $TimeoutSec = 90)

    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    while (-not (Invoke-Page $Page "(() => { try { return Boolean($Script); } catch { return false; } })()")) { # a page that loads has no names yet
        if ($watch.Elapsed.TotalSeconds -gt $TimeoutSec) { throw "The page does not show within $TimeoutSec s: $Script. It shows:`n$(Invoke-Page $Page 'document.body.innerText')" }
        Start-Sleep -Milliseconds 100
    }
}

function Save-Page {
    <#
    .SYNOPSIS
    Writes what the page shows to a PNG file.
    #>
    param([Parameter(Mandatory)] [hashtable] $Page, [Parameter(Mandatory)] [string] $Path)

    [System.IO.File]::WriteAllBytes($Path, [Convert]::FromBase64String((Send-Command $Page Page.captureScreenshot @{ format = 'png' }).data))
}

function Close-Page {
    <#
    .SYNOPSIS
    Ends the browser.
    #>
    param([Parameter(Mandatory)] [hashtable] $Page)

    $Page.Socket.Dispose()
    if (-not $Page.Process.HasExited) { $Page.Process.Kill($true) }
    $Page.Process.WaitForExit()
    $Page.Process.Dispose()
    Remove-Item -LiteralPath $Page.Folder -Recurse -Force -ErrorAction Ignore
}

Export-ModuleMember -Function Find-Browser, Open-Page, Invoke-Page, Wait-Page, Save-Page, Close-Page
