# Show-ZProcDashboard -Web: who may see the page, what it is sent, and that nothing is left.

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"

    # One answer, without a browser's own rules for headers.
    function Get-Answer([string] $Url, [string] $Method = 'GET', [hashtable] $Headers = @{}) {
        $request = [System.Net.Http.HttpRequestMessage]::new($Method, $Url)
        foreach ($name in $Headers.Keys) { $null = $request.Headers.TryAddWithoutValidation($name, $Headers[$name]) }
        $client = [System.Net.Http.HttpClient]::new()
        try {
            $answer = $client.SendAsync($request).GetAwaiter().GetResult()
            @{ Status = [int] $answer.StatusCode; Text = $answer.Content.ReadAsStringAsync().GetAwaiter().GetResult(); Headers = $answer.Headers }
        }
        finally { $client.Dispose() }
    }

    function Open-Event([string] $Url) {
        $client = [System.Net.Http.HttpClient]::new()
        $reader = [System.IO.StreamReader]::new($client.GetStreamAsync("${Url}events").GetAwaiter().GetResult())
        @{ Client = $client; Reader = $reader; Unread = [System.Collections.Generic.List[object]]::new() }
    }

    # Outputs the first message that passes a test and was not output before. Messages of different kinds come in any order.
    function Read-Event([hashtable] $Events, [scriptblock] $Test) {
        foreach ($message in $Events.Unread) {
            if ($message | Where-Object $Test) { $null = $Events.Unread.Remove($message); return $message }
        }
        $limit = [System.Threading.CancellationTokenSource]::new(90000)
        try {
            while ($null -ne ($line = $Events.Reader.ReadLineAsync($limit.Token).AsTask().GetAwaiter().GetResult())) {
                if ($line -notlike 'data: *') { continue }
                $message = ConvertFrom-Json $line.Substring(6) -AsHashtable
                if ($message | Where-Object $Test) { return $message }
                $Events.Unread.Add($message)
            }
            throw 'The stream has ended.'
        }
        finally { $limit.Dispose() }
    }

    function Close-Event([hashtable] $Events) { $Events.Reader.Dispose(); $Events.Client.Dispose() }

    function Test-Port([int] $Port) {
        $client = [System.Net.Sockets.TcpClient]::new()
        try { $client.Connect('127.0.0.1', $Port); $true } catch { $false } finally { $client.Dispose() }
    }

    function Get-Origin([string] $Url) { ([uri] $Url).GetLeftPart('Authority') }
}

Describe 'The figures of a process' {
    It 'are measured in its own place only, as containers share host names' {
        $context = Start-ZProcContext
        try {
            $inside = [System.Reflection.BindingFlags] 'Instance, NonPublic'
            $core = [ZProc.Contexts.ZProcContext].GetProperty('Client', $inside).GetValue($context).GetType().Assembly
            $type = $core.GetType('ZProc.Core.Processes.ProcessRecord')
            $here = $core.GetType('ZProc.Core.Processes.ProcessPlace')::Here.ToString()
            $records = [Activator]::CreateInstance([System.Collections.Generic.Dictionary`2].MakeGenericType([string], $type))
            foreach ($place in 'elsewhere', $here) {
                $key = "$([guid]::NewGuid())"
                $fields = [System.Collections.Specialized.OrderedDictionary] [ordered]@{
                    as = 'Process'; state = 'Running'; machine = [Environment]::MachineName; place = $place; processId = $PID; session = $key; parent = $key
                }
                $records.Add($place, $type::Decode($key, $core.GetType('ZProc.Core.Values.ValueCodec')::Encode($fields, $null, $null)))
            }
            $gauge = [Activator]::CreateInstance([ZProc.Contexts.ZProcContext].Assembly.GetType('ZProc.Dashboard.ProcessGauge'), [object[]] @([action] { }))
            $gauge.Measure($records) | Should -Be $here
            $gauge.Dispose()
        }
        finally { Stop-ZProcContext $context }
    }
}

Describe 'A dashboard' {
    BeforeAll {
        $context = Start-ZProcContext
        $dashboard = Show-ZProcDashboard -Web
        $url = $dashboard.Url
        $token = ([uri] $url).Segments[1].TrimEnd('/')
    }
    AfterAll { Stop-ZProcContext }

    It 'is an object that tells where the page is, and hides the token elsewhere' {
        $dashboard.IsRunning | Should -BeTrue
        $dashboard.AllowControl | Should -BeFalse
        $dashboard.Context | Should -Be $context
        $url | Should -Match "^http://(127\.0\.0\.1|localhost):$($dashboard.Port)/[0-9a-f]{32}/$"
        $dashboard | Out-String | Should -Match $token
        foreach ($text in ($dashboard | Format-List * | Out-String), ($dashboard | Select-Object * | Out-String), "$dashboard",
            ($dashboard | Select-Object * -ExcludeProperty Context | ConvertTo-Json), [System.Management.Automation.PSSerializer]::Serialize($dashboard, 3)) {
            $text | Should -Not -Match $token
        }
    }

    It 'serves one page that loads nothing from elsewhere and runs nothing that is not its own' {
        $answer = Get-Answer $url
        $answer.Status | Should -Be 200
        $answer.Text | Should -Match '<title>ZProc</title>'
        $answer.Text | Should -Not -Match '(?:src|href)="(?!data:)'
        "$($answer.Headers.GetValues('Content-Security-Policy'))" | Should -Match "^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; connect-src 'self'"
        "$($answer.Headers.GetValues('Cache-Control'))" | Should -Be 'no-store'
        $answer.Headers.Contains('Access-Control-Allow-Origin') | Should -BeFalse
        $answer.Text | Should -Not -Match ([regex]::Match($context.ConnectionString, '[0-9a-f]{64}').Value)
    }

    It 'refuses <Name>' -ForEach @(
        @{ Name = 'no token'; Path = '' }
        @{ Name = 'a wrong token'; Path = '0' * 32 + '/' }
        @{ Name = 'a part of the token'; Path = { "$($token.Substring(0, 31))/" } }
        @{ Name = 'a longer token'; Path = { "${token}0/" } }
        @{ Name = 'the token as a parameter'; Path = { "?token=$token" } }
        @{ Name = 'events without the token'; Path = 'events' }
        @{ Name = 'another origin'; Path = { "$token/" }; Headers = @{ Origin = 'http://example.com' } }
        @{ Name = 'an origin of no page'; Path = { "$token/events" }; Headers = @{ Origin = 'null' } }
    ) {
        $path = if ($Path -is [scriptblock]) { & $Path } else { $Path }
        $answer = Get-Answer "$(Get-Origin $url)/$path" -Headers ($Headers ?? @{})
        $answer.Status | Should -Be 403
        $answer.Text | Should -BeNullOrEmpty
    }

    It 'refuses a host whose name another page could lead to this machine' {
        $answer = Get-Answer $url -Headers @{ Host = "example.com:$($dashboard.Port)" }
        $answer.Status | Should -BeIn 400, 403, 404
        $answer.Text | Should -Not -Match 'ZProc|script'
    }

    It 'only shows, unless it was told otherwise' {
        $process = Start-ZProcess -As Runspace { Wait-ZState never -Equal 1 }
        try {
            foreach ($action in 'stop', 'kill', 'restart') {
                $answer = Get-Answer "$url$action`?id=$($process.RecordId)" POST @{ Origin = Get-Origin $url }
                $answer.Status | Should -Be 403
                $answer.Text | Should -Match 'ZProc.NotPermitted'
            }
            $process.State | Should -Be Running
        }
        finally { $process | Stop-ZProcess; $process | Remove-ZProcess }
    }

    It 'sends what there is, and then a key that changes and a process that ends' {
        Set-ZState before 1
        $process = Start-ZProcess -Name ends -As Runspace { 'a line'; Wait-ZState go -Equal 1 -TimeoutSec 120 }
        $events = Open-Event $url
        try {
            $hello = Read-Event $events { $_.type -eq 'hello' }
            $hello.name | Should -Be $context.Name
            $hello.control | Should -BeFalse
            $null = Read-Event $events { $_.type -eq 'processes' -and $_.rows.Where{ $_[1] -eq 'ends' -and $_[3] -eq 'Running' } }
            $null = Read-Event $events { $_.type -eq 'state' -and $_.rows.Where{ $_[0] -eq 'before' -and $_[1] -eq '1' } }
            Set-ZState changing 'new'
            $null = Read-Event $events { $_.type -eq 'state' -and $_.rows.Where{ $_[0] -eq 'changing' -and $_[1] -eq 'new' } }
            Remove-ZState changing
            $null = Read-Event $events { $_.type -eq 'state' -and $_.gone -contains 'changing' }
            Set-ZState go 1
            $null = Read-Event $events { $_.type -eq 'processes' -and $_.rows.Where{ $_[1] -eq 'ends' -and $_[3] -eq 'Completed' } }
            $sample = Read-Event $events { $_.type -eq 'sample' }
            $sample.rows[0].Count | Should -Be 5
        }
        finally { Close-Event $events; $process | Remove-ZProcess }
    }

    It 'sends text as text, and no secret' {
        $hostile = '<img src=x onerror=alert(1)></script>'
        Set-ZState -InputObject @{ $hostile = $hostile; secret = "join $($context.ConnectionString) now"; engine = 'redis://user:hunter2@example.org/build' }
        $events = Open-Event $url
        try {
            $seen = Read-Event $events { $_.type -eq 'state' -and $_.rows.Where{ $_[0] -eq 'secret' } }
            $seen.rows.Where{ $_[0] -eq 'secret' }[0][1] | Should -Match '^join zproc\+?(ipc)?://…'
            $seen.rows.Where{ $_[0] -eq 'engine' }[0][1] | Should -Be 'redis://user:…@example.org/build'
            ConvertTo-Json $seen -Depth 5 | Should -Not -Match '[0-9a-f]{64}|hunter2'
            (Get-Answer "${url}value?ns=default&key=secret").Text | Should -Not -Match '[0-9a-f]{64}'
            $answer = Get-Answer "${url}value?ns=default&key=$([uri]::EscapeDataString($hostile))"
            $answer.Text | Should -Not -Match '<'
            (ConvertFrom-Json $answer.Text).text | Should -Be $hostile
        }
        finally { Close-Event $events }
    }

    It 'shows a namespace at a revision, and says when that one is no longer kept' {
        Set-ZState -Namespace travel stop 1
        Set-ZState -Namespace travel stop 2
        $past = ConvertFrom-Json (Get-Answer "${url}state?ns=travel&revision=1").Text
        $past.rows[0][0, 1] | Should -Be 'stop', '1'
        $past.update.keys | Should -Be 'stop'
        $past.update.source | Should -Match $context.Name
        (Get-Answer "${url}state?ns=travel&revision=9").Status | Should -Be 400
        Remove-ZStateNamespace travel
        Set-ZState -Namespace travel stop 3
        $gone = Get-Answer "${url}state?ns=travel&revision=1"
        $gone.Status | Should -Be 410
        (ConvertFrom-Json $gone.Text).error | Should -Be 'ZProc.Compacted'
    }

    It 'shows the output of each process, however soon it came' {
        $processes = Start-ZProcess -Count 30 -As Runspace { 'first'; Wait-ZState -Namespace release now -Equal 1 -TimeoutSec 120 }
        try {
            $events = Open-Event $url
            1..3 | ForEach-Object { $null = Read-Event $events { $_.type -eq 'sample' } }
            Close-Event $events
            $events = Open-Event $url # what was sent before does not count
            $silent = [System.Collections.Generic.HashSet[string]] [string[]] $processes.RecordId
            $null = Read-Event $events { foreach ($row in $_.rows) { if ($_.type -eq 'figures' -and $row[3] -eq 'first') { $null = $silent.Remove($row[0]) } }; $silent.Count -eq 0 }
        }
        finally {
            Close-Event $events
            Set-ZState -Namespace release now 1
            $processes | Wait-ZProcess | Remove-ZProcess
        }
    }

    It 'shows the newest output without taking it' {
        $process = Start-ZProcess -As Runspace { 1..300; Write-Warning 'careful' }
        try {
            $null = $process | Wait-ZProcess
            $output = ConvertFrom-Json (Get-Answer "${url}output?id=$($process.RecordId)").Text
            $output.lines.Count | Should -Be 200
            $output.lines[-1] | Should -Be 'Warning', 'careful'
            @($process | Receive-ZProcess -WarningAction Ignore).Count | Should -Be 300
        }
        finally { $process | Remove-ZProcess }
    }
}

Describe 'A dashboard that may control' {
    BeforeAll {
        $null = Start-ZProcContext
        $url = (Show-ZProcDashboard -Web -AllowControl).Url
    }
    AfterAll { Stop-ZProcContext }

    It 'stops, restarts and kills a process of kind <As>, for its own page only' -ForEach @(@{ As = 'Runspace' }, @{ As = 'Process' }) {
        $process = Start-ZProcess -As $As { Wait-ZState never -Equal 1 }
        try {
            (Get-Answer "${url}stop?id=$($process.RecordId)" POST).Status | Should -Be 403
            (Get-Answer "${url}stop?id=$($process.RecordId)" POST @{ Origin = 'http://example.com' }).Status | Should -Be 403
            (Get-Answer "${url}stop?id=$($process.RecordId)" GET @{ Origin = Get-Origin $url }).Status | Should -Be 404
            $process.State | Should -Be Running
            (Get-Answer "${url}stop?id=$($process.RecordId)" POST @{ Origin = Get-Origin $url }).Status | Should -Be 200
            ($process | Wait-ZProcess -TimeoutSec 90).State | Should -Be Stopped
            (Get-Answer "${url}restart?id=$($process.RecordId)" POST @{ Origin = Get-Origin $url }).Status | Should -Be 200
            $again = Get-ZProcess | Where-Object RecordId -EQ $process.RecordId
            $again.State | Should -Be Running
            (Get-Answer "${url}kill?id=$($process.RecordId)" POST @{ Origin = Get-Origin $url }).Status | Should -Be 200
            ($again | Wait-ZProcess -TimeoutSec 90).State | Should -Be Stopped
            (Get-Answer "${url}stop?id=$([guid]::Empty)" POST @{ Origin = Get-Origin $url }).Status | Should -Be 400
        }
        finally { Get-ZProcess | Stop-ZProcess; Get-ZProcess | Remove-ZProcess }
    }

    It 'needs a context that permits changes' {
        $reader = Connect-ZProcContext (Get-ZProcContext | Select-Object -First 1).ReadOnlyConnectionString -Name reader
        try {
            { Show-ZProcDashboard -Web -AllowControl -Context $reader } | Should -Throw -ErrorId 'ZProc.NotPermitted*'
            $dashboard = Show-ZProcDashboard -Web -Context $reader
            (Get-Answer $dashboard.Url).Status | Should -Be 200
        }
        finally { Disconnect-ZProcContext reader }
        $dashboard.IsRunning | Should -BeFalse
    }
}

Describe 'The end of a dashboard' {
    AfterEach { Get-ZProcContext | Stop-ZProcContext }

    It 'comes with <Name>, and closes the port' -ForEach @(
        @{ Name = 'Stop-ZProcDashboard'; End = { $dashboard | Stop-ZProcDashboard } }
        @{ Name = 'Stop-ZProcDashboard of all'; End = { Stop-ZProcDashboard } }
        @{ Name = 'the context'; End = { Stop-ZProcContext } }
    ) {
        $null = Start-ZProcContext
        $dashboard = Show-ZProcDashboard -Web
        $events = Open-Event $dashboard.Url
        try {
            $null = Read-Event $events { $_.type -eq 'hello' }
            & $End
            $null = Read-Event $events { $_.type -eq 'end' }
            $dashboard.IsRunning | Should -BeFalse
            Test-Port $dashboard.Port | Should -BeFalse
        }
        finally { Close-Event $events }
    }

    It 'leaves no thread' -Skip:(-not $IsLinux) {
        Import-Module "$PSScriptRoot/Support/Footprint.psm1"
        $null = Start-ZProcContext
        $before = Get-Footprint
        $dashboard = Show-ZProcDashboard -Web
        $events = Open-Event $dashboard.Url
        $null = Read-Event $events { $_.type -eq 'sample' }
        Close-Event $events
        Stop-ZProcDashboard
        Compare-Footprint $before | Should -BeNullOrEmpty
    }

    It 'comes with the server of a context that was joined' {
        $owner = Start-ZProcContext owner
        $joined = Connect-ZProcContext $owner.ConnectionString -Name joined
        $dashboard = Show-ZProcDashboard -Web -Context $joined
        Stop-ZProcContext owner
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        while ($dashboard.IsRunning -and $watch.Elapsed.TotalSeconds -lt 90) { Start-Sleep -Milliseconds 50 }
        $dashboard.IsRunning | Should -BeFalse
        Disconnect-ZProcContext joined
    }

    It 'is not needed where the port is in use' {
        $null = Start-ZProcContext
        $first = Show-ZProcDashboard -Web
        { Show-ZProcDashboard -Web -Port $first.Port } | Should -Throw -ErrorId 'ZProc.InvalidArgument*'
        $first.IsRunning | Should -BeTrue
    }
}
