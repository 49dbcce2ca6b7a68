# Show-ZProcDashboard in a terminal, as a user sees it. Without tmux, the tests that need a terminal are skipped.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Terminal.psm1"
    $tmux = Find-Tmux
    if (-not $tmux) { Write-Warning 'skipped: no tmux' }
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/Family.psm1"
    Import-Module "$PSScriptRoot/Support/Terminal.psm1"
    $module = Convert-Path "$PSScriptRoot/../../ZProc.psd1"

    # What a session in the terminal does: it starts a context, tells how to join, shows the view, and tells how that ended.
    $session = @'
param($Module, $Footprint, $Connection, $Control)
Import-Module $Module
Import-Module $Footprint
if ($Connection.StartsWith('zproc')) { $null = Connect-ZProcContext $Connection -Name shown }
else {
    $context = Start-ZProcContext shown
    $null = Start-ZProcess -Name early -As Runspace { "first of $($PID)"; "`e[32mgreen`e[0m words"; Wait-ZState never -Equal 1 }
    $null = Start-ZProcess -Name worker -As Process { 'from a worker'; Wait-ZState never -Equal 1 }
    $null = Register-ZStateWatcher -Name looker -Key looked -As Runspace { 'looked' }
    Set-Content "$Connection.new" $context.ConnectionString
    Move-Item "$Connection.new" $Connection
}
$before = Get-Footprint
try { Show-ZProcDashboard -AllowControl:($Control -eq 'control'); 'the view ended' }
catch { "the view failed: $($_.FullyQualifiedErrorId)" }
if ($Control -eq 'show') { "left: [$(Compare-Footprint $before)]" } # a worker that was run again has other threads
$null = [Console]::ReadLine() # tmux hides the cursor of a session that has ended
'@

    function Open-View([string] $Connection, [string] $Control, [string[]] $Option = @(), [int] $Width = 80, [int] $Height = 24) {
        Open-Terminal $session -ArgumentList $module, "$PSScriptRoot/Support/Footprint.psm1", $Connection, $Control -Option $Option -Width $Width -Height $Height
    }

    function Wait-File([string] $Path) {
        Wait-Until { Test-Path $Path } 90 "the file $Path"
        Get-Content $Path -Raw
    }

    # The screen is the one from before the view, and the cursor is there.
    function Test-GivenBack([hashtable] $Terminal) {
        $state = Get-TerminalState $Terminal
        $state.IsAlternate | Should -BeFalse
        $state.HasCursor | Should -BeTrue
    }
}

Describe 'The view in a terminal' -Skip:(-not $tmux) {
    BeforeAll {
        $file = "$TestDrive/connection"
        $terminal = Open-View $file 'control'
        $null = Connect-ZProcContext (Wait-File $file).Trim() -Name tester
        $null = Wait-Screen $terminal 'LAST OUTPUT'
    }
    AfterAll {
        Close-Terminal $terminal
        Get-ZProcContext | Disconnect-ZProcContext
    }

    It 'shows processes with state, attempts, memory and output' {
        $null = Wait-Screen $terminal '\d early +Runspace Running +1 +- +- green words'
        $screen = Wait-Screen $terminal '\d worker +Process +Running +1 +[\d.]+ +[\d.]+ M from a worker'
        $screen | Should -Match '^shown  seq \d+  .*commits/s  \d+ clients?  \d of \d run'
        $screen | Should -Match 'q quit$'
    }

    It 'shows a process that another session starts, and says where its output is' {
        $process = Start-ZProcess -Name late -As Runspace { Wait-ZState go -Equal 1 }
        try {
            $null = Wait-Screen $terminal 'late +Runspace Running'
            Send-Key $terminal 1 / l a t e Enter Enter
            $null = Wait-Screen $terminal 'started by tester[\s\S]*Another session started this process'
            Send-Key $terminal Escape Escape
            Set-ZState go 1
            $null = Wait-Screen $terminal 'late +Runspace Completed'
        }
        finally { $process | Stop-ZProcess; $process | Remove-ZProcess }
        $null = Wait-Screen $terminal 'late' -Not
    }

    It 'shows keys as they change, and which update changed them' {
        Send-Key $terminal 2
        Set-ZState colour 'red'
        $null = Wait-Screen $terminal 'colour +red +\d+ +\d\d:\d\d:\d\d'
        Set-ZState colour 'blue'
        $null = Wait-Screen $terminal 'colour +blue'
        Send-Key $terminal 4
        $null = Wait-Screen $terminal "tester \($PID\) +colour = blue\n.*tester \($PID\) +colour = red"
        Remove-ZState colour
        $null = Wait-Screen $terminal "tester \($PID\) +colour removed"
        Send-Key $terminal 2
        $null = Wait-Screen $terminal 'KEY'
        Wait-Screen $terminal 'colour' -Not | Should -Not -Match 'colour'
    }

    It 'searches while text is typed' {
        Set-ZState -InputObject @{ apple = 1; grape = 2; pear = 3 }
        Send-Key $terminal 2
        $null = Wait-Screen $terminal 'pear +3'
        Send-Key $terminal / a p
        $screen = Wait-Screen $terminal 'pear' -Not
        $screen | Should -Match 'apple +1'
        $screen | Should -Match 'grape +2'
        Send-Key $terminal Enter
        Set-ZState -InputObject @{ chapter = 4; verse = 5 }
        Wait-Screen $terminal 'chapter +4' | Should -Not -Match 'verse'
        Send-Key $terminal Escape
        $null = Wait-Screen $terminal 'pear +3'
    }

    It 'shows the other namespaces, and a whole value' {
        Set-ZState -Namespace other list @(1, @{ deep = 'inside' })
        Send-Key $terminal 2
        $null = Wait-Screen $terminal 'of [3-9]'
        while ((Get-Screen $terminal) -notmatch '◂ other ▸') {
            $before = Get-Screen $terminal | Select-String '◂ .* ▸' | ForEach-Object { $_.Matches[0].Value }
            Send-Key $terminal Right
            $null = Wait-Screen $terminal ([regex]::Escape($before)) -Not
        }

        $null = Wait-Screen $terminal 'list +\{1'
        Send-Key $terminal Enter
        $null = Wait-Screen $terminal "deep: 'inside'"
        Set-ZState -Namespace other list 'another'
        $null = Wait-Screen $terminal '(?m)^another'
        Send-Key $terminal Escape
        $null = Wait-Screen $terminal 'KEY +VALUE'
        while ((Get-Screen $terminal) -notmatch '◂ default ▸') {
            $before = Get-Screen $terminal | Select-String '◂ .* ▸' | ForEach-Object { $_.Matches[0].Value }
            Send-Key $terminal Left
            $null = Wait-Screen $terminal ([regex]::Escape($before)) -Not
        }
    }

    It 'shows a value that holds commands for terminals as text' {
        Send-Key $terminal 2
        Set-ZState hostile "`e]0;owned`a`e[2J[red]x[/]"
        $null = Wait-Screen $terminal 'hostile +\\e\]0;owned\\u\{7\}\\e\[2J\[red\]x\[/\]'
        Invoke-Tmux $terminal display-message -p '#{pane_title}' | Should -Not -Be 'owned'
        Remove-ZState hostile
    }

    It 'shows watchers and contexts' {
        Send-Key $terminal 3
        $null = Wait-Screen $terminal 'looker +default +looked +Change +looker'
        Send-Key $terminal 5
        $null = Wait-Screen $terminal "context +shown +$($terminal.ProcessId) +default"
        Send-Key $terminal Enter
        $null = Wait-Screen $terminal "OS process $($terminal.ProcessId), this session"
        Send-Key $terminal Escape Tab
        $null = Wait-Screen $terminal 'LAST OUTPUT'
        Send-Key $terminal BTab
        $null = Wait-Screen $terminal 'ENDPOINT'
        Send-Key $terminal '?'
        $null = Wait-Screen $terminal 'draw everything again'
        Send-Key $terminal Escape 1
        $null = Wait-Screen $terminal 'LAST OUTPUT'
    }

    It 'follows the output of a process' {
        Send-Key $terminal 1 / e a r l y Enter
        $null = Wait-Screen $terminal 'worker' -Not
        Send-Key $terminal Enter
        $screen = Wait-Screen $terminal "first of $($terminal.ProcessId)\ngreen words"
        $screen | Should -Match 'State +Running'
        $screen | Should -Match 'Script +"first of'
        $screen | Should -Match 'following'
        Send-Key $terminal Escape
        $null = Wait-Screen $terminal 'LAST OUTPUT'
        Send-Key $terminal Escape
        $null = Wait-Screen $terminal 'worker'
    }

    It 'stops and restarts a process, after y' {
        Send-Key $terminal 1 / w o r k e r Enter
        $null = Wait-Screen $terminal 'early' -Not
        Send-Key $terminal s
        $null = Wait-Screen $terminal "Stop 'worker'\? y/n"
        Send-Key $terminal n s y
        $null = Wait-Screen $terminal 'worker +Process +Stopped'
        (Get-ZProcess -All worker).ProcessState | Should -Be Stopped
        Send-Key $terminal r
        $null = Wait-Screen $terminal "Restart 'worker'\? y/n"
        Send-Key $terminal y
        $null = Wait-Screen $terminal 'worker +Process +Running'
        Send-Key $terminal Escape
        $null = Wait-Screen $terminal 'early'
    }

    It 'fits other sizes, at once' {
        $null = Invoke-Tmux $terminal resize-window -x 120 -y 40
        $screen = Wait-Screen $terminal 'search  \? help  q quit\s*$'
        $screen.Split("`n").Count | Should -Be 40
        $null = Invoke-Tmux $terminal resize-window -x 40 -y 10
        $screen = Wait-Screen $terminal '(?m)^ *ID +NAME +STATE +TRY +LAST OUTP'
        $screen.Split("`n").Count | Should -Be 10
        $null = Invoke-Tmux $terminal resize-window -x 80 -y 24
        $null = Wait-Screen $terminal 'MEMORY LAST OUTPUT'
    }

    It 'shows 10,000 keys, and goes to the last one' {
        $many = [ordered]@{}
        foreach ($number in 1..10000) { $many["many$('{0:00000}' -f $number)"] = $number }
        Set-ZState -InputObject $many
        Send-Key $terminal 2
        $null = Wait-Screen $terminal 'State 10,\d\d\d'
        Send-Key $terminal / m a n y Enter End
        $null = Wait-Screen $terminal 'many10000 +10000'
        Set-ZState many10000 'changed'
        $null = Wait-Screen $terminal 'many10000 +changed'
        Send-Key $terminal Escape Home
        $null = Wait-Screen $terminal 'apple'
    }

    It 'ends with q, and gives the terminal back' {
        Send-Key $terminal q
        $screen = Wait-Screen $terminal 'the view ended'
        $screen | Should -Not -Match 'KEY +VALUE'
        Test-GivenBack $terminal
    }
}

Describe 'The end of a view' -Skip:(-not $tmux) {
    AfterEach {
        if ($terminal) { Close-Terminal $terminal }
        Get-ZProcContext | Where-Object IsOwner | Stop-ZProcContext
        Get-ZProcContext | Disconnect-ZProcContext
    }

    It 'comes with q, and leaves no thread, socket or process' {
        $context = Start-ZProcContext owner
        $terminal = Open-View $context.ConnectionString 'show'
        $null = Wait-Screen $terminal 'No process has been started'
        Send-Key $terminal 2 q
        $null = Wait-Screen $terminal 'the view ended\nleft: \[\]'
        Test-GivenBack $terminal
    }

    It 'comes with Ctrl+C' {
        $terminal = Open-View "$TestDrive/ctrl-c" 'show' -Option '-NoExit'
        $null = Wait-Screen $terminal 'worker +Process +Running'
        (Get-TerminalState $terminal).IsAlternate | Should -BeTrue
        Send-Key $terminal C-c
        $null = Wait-Screen $terminal '(?m)^PS '
        Test-GivenBack $terminal
        Send-Key $terminal '"typed " + 42' Enter
        $null = Wait-Screen $terminal '(?m)^typed 42'
    }

    It 'comes with the stop of its runspace, and another view does not take its terminal' {
        $context = Start-ZProcContext owner
        $terminal = Open-Terminal -ArgumentList $module, $context.ConnectionString, "$TestDrive/second", "$TestDrive/stop" @'
            param($Module, $Connection, $Second, $Stop)
            Import-Module $Module
            $null = Connect-ZProcContext $Connection
            $runspace = [runspacefactory]::CreateRunspace($Host)
            $runspace.Open()
            $shell = [powershell]::Create($runspace).AddScript("Import-Module $Module; Show-ZProcDashboard -Context (Get-ZProcContext)")
            $run = $shell.BeginInvoke()
            while (-not (Test-Path "$Second.go")) { Start-Sleep -Milliseconds 50 }
            try { Show-ZProcDashboard } catch { Set-Content "$Second.new" "$_"; Move-Item "$Second.new" $Second }
            while (-not (Test-Path $Stop)) { Start-Sleep -Milliseconds 50 }
            $shell.Stop()
            "the runspace is $($shell.InvocationStateInfo.State)"
            $null = [Console]::ReadLine()
'@
        $null = Wait-Screen $terminal 'No process has been started'
        Set-Content "$TestDrive/second.go" ''
        Wait-File "$TestDrive/second" | Should -Match 'another dashboard has this one'
        $null = Wait-Screen $terminal 'No process has been started'
        Set-Content "$TestDrive/stop" ''
        $null = Wait-Screen $terminal 'the runspace is Stopped'
        Test-GivenBack $terminal
    }

    It 'comes with SIGTERM, and gives the terminal back' {
        $terminal = Open-View "$TestDrive/terminated" 'show'
        $null = Wait-Screen $terminal 'worker +Process +Running'
        & kill -TERM $terminal.ProcessId
        Wait-Until { (Get-TerminalState $terminal).IsOver } 90 'the end of the session'
        (Get-TerminalState $terminal).IsAlternate | Should -BeFalse
    }

    It 'comes with the context, as an error' {
        $context = Start-ZProcContext owner
        $terminal = Open-View $context.ConnectionString 'show'
        $null = Wait-Screen $terminal 'No process has been started'
        Stop-ZProcContext owner
        $screen = Wait-Screen $terminal 'left: \[.*\]'
        $screen | Should -Match 'the view failed: ZProc.ContextStopped,'
        $screen | Should -Match 'left: \[\]'
        Test-GivenBack $terminal
    }

    It 'comes with the death of the server, as an error' {
        $server = Start-ZProcServer "view$PID"
        $terminal = Open-View $server.ConnectionString 'show'
        $null = Wait-Screen $terminal 'No process has been started'
        Stop-Process -Id $server.ProcessId -Force
        $screen = Wait-Screen $terminal 'left: \[.*\]'
        $screen | Should -Match 'the view failed: ZProc.ConnectionLost,'
        Test-GivenBack $terminal
    }

    It 'comes with a kill of the session, and no process is left' {
        $terminal = Open-View "$TestDrive/killed" 'show'
        $null = Wait-Screen $terminal 'worker +Process +Running'
        $children = @(Get-Process | Where-Object { $_.Parent.Id -eq $terminal.ProcessId })
        $children.Count | Should -BeGreaterThan 0
        Stop-Process -Id $terminal.ProcessId -Force
        foreach ($child in $children) { $child.WaitForExit(90000) | Should -BeTrue }
    }

    It 'has no colours where NO_COLOR is set' {
        $context = Start-ZProcContext owner
        $null = Start-ZProcess -Name fails -As Runspace { throw 'bad' }
        $null = Start-ZProcess -Name selected -As Runspace { Wait-ZState never -Equal 1 }
        $coloured = '\x1b\[[\d;]*\b(3[0-7]|9[0-7]|38;5;\d+)m'
        $terminal = Open-View $context.ConnectionString 'show'
        $null = Wait-Screen $terminal 'selected +Runspace Running[\s\S]*fails +Runspace Failed'
        (Invoke-Tmux $terminal capture-pane -p -e) -join "`n" | Should -Match $coloured
        Close-Terminal $terminal
        $env:NO_COLOR = '1'
        try { $terminal = Open-View $context.ConnectionString 'show' }
        finally { $env:NO_COLOR = $null }
        $null = Wait-Screen $terminal 'selected +Runspace Running[\s\S]*fails +Runspace Failed'
        (Invoke-Tmux $terminal capture-pane -p -e) -join "`n" | Should -Not -Match $coloured
    }

    It 'does nothing to processes without -AllowControl' {
        $terminal = Open-View "$TestDrive/read-only" 'show'
        $null = Wait-Screen $terminal 'early +Runspace Running'
        Get-Screen $terminal | Should -Match '\(read-only\)'
        Send-Key $terminal s
        $null = Wait-Screen $terminal '-AllowControl'
        Send-Key $terminal y q
        $null = Wait-Screen $terminal 'the view ended'
    }
}

Describe 'A session without a terminal' {
    BeforeAll { $context = Start-ZProcContext }
    AfterAll { Stop-ZProcContext }

    It 'gets an error that names the page' {
        $said = { Show-ZProcDashboard } | Should -Throw -ErrorId 'ZProc.NoTerminal,*' -PassThru
        $said.Exception.Message | Should -Match 'Show-ZProcDashboard -Web'
        $said.CategoryInfo.Category | Should -Be ResourceUnavailable
        [AppDomain]::CurrentDomain.GetAssemblies().ForEach({ $_.GetName().Name }) | Should -Not -Contain 'Spectre.Console' -Because 'only a view loads it'
    }

    It 'refuses to control a context that only reads, before it looks for a terminal' {
        $reader = Connect-ZProcContext $context.ReadOnlyConnectionString -Name reader
        try { { Show-ZProcDashboard -AllowControl -Context $reader } | Should -Throw -ErrorId 'ZProc.NotPermitted,*' }
        finally { Disconnect-ZProcContext reader }
    }

    It 'gets the error in a process of kind <As>' -ForEach @(@{ As = 'Process' }, @{ As = 'Runspace' }) {
        $process = Start-ZProcess -As $As { Show-ZProcDashboard }
        { $process | Receive-ZProcess -Wait -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.NoTerminal,*'
        $process | Wait-ZProcess -TimeoutSec 90 | Remove-ZProcess
    }

    It 'gets the error with -NonInteractive, in a terminal too' -Skip:(-not $tmux) {
        $terminal = Open-View $context.ConnectionString 'show' -Option '-NonInteractive'
        try {
            $screen = Wait-Screen $terminal 'left: \[.*\]'
            $screen | Should -Match 'the view failed: ZProc.NoTerminal,'
            Test-GivenBack $terminal
        }
        finally { Close-Terminal $terminal }
    }
}
