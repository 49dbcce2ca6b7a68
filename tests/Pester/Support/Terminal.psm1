# A session of PowerShell in a terminal that tests can look at: tmux, with a server of its own.

Set-StrictMode -Version 3.0

function Find-Tmux {
    if (-not $IsWindows) { (Get-Command tmux -CommandType Application -ErrorAction Ignore | Select-Object -First 1).Source }
}

function Open-Terminal {
    <#
    .SYNOPSIS
    Starts a PowerShell with a script in a terminal, and outputs what the other functions take. The screen stays after the session's end.
    #>
    param([Parameter(Mandatory)] [string] $Script, [string[]] $ArgumentList = @(), [string[]] $Option = @(), [int] $Width = 80, [int] $Height = 24)

    $folder = [System.IO.Directory]::CreateTempSubdirectory('zproc-terminal-').FullName
    Set-Content "$folder/tmux.conf" "set -g remain-on-exit on`nset -g status off`nset -sg escape-time 0"
    Set-Content "$folder/session.ps1" $Script
    $terminal = @{ Tmux = Find-Tmux; Folder = $folder }
    $shell = (Get-Process -Id $PID).Path
    Invoke-Tmux $terminal -f "$folder/tmux.conf" new-session -d -x $Width -y $Height -- $shell -NoLogo -NoProfile @Option -File "$folder/session.ps1" @ArgumentList
    $terminal.ProcessId = [int] (Invoke-Tmux $terminal display-message -p '#{pane_pid}')
    $terminal
}

function Invoke-Tmux([hashtable] $Terminal) {
    $output = & $Terminal.Tmux -u -S "$($Terminal.Folder)/socket" @args 2>&1 | ForEach-Object { "$_" }
    if ($LASTEXITCODE -ne 0) { throw "tmux $($args[0]): $output" }
    $output
}

function Send-Key([hashtable] $Terminal) {
    # One key after the other, as a person presses them. A name such as Enter is a key; other texts are typed.
    foreach ($key in $args) { $null = Invoke-Tmux $Terminal send-keys $key }
}

function Get-Screen([hashtable] $Terminal) { (Invoke-Tmux $Terminal capture-pane -p) -join "`n" }

function Get-TerminalState([hashtable] $Terminal) {
    $alternate, $cursor, $dead, $width, $height = (Invoke-Tmux $Terminal display-message -p '#{alternate_on} #{cursor_flag} #{pane_dead} #{pane_width} #{pane_height}').Split(' ')
    @{ IsAlternate = $alternate -eq '1'; HasCursor = $cursor -eq '1'; IsOver = $dead -eq '1'; Width = [int] $width; Height = [int] $height }
}

function Wait-Screen {
    <#
    .SYNOPSIS
    Waits until the screen matches a pattern, or matches none any more, and outputs the screen.
    #>
    param([Parameter(Mandatory)] [hashtable] $Terminal, [Parameter(Mandatory)] [string] $Pattern, [switch] $Not, [int] $LimitSeconds = 90)

    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    do {
        $screen = Get-Screen $Terminal
        if (($screen -match $Pattern) -ne $Not) { return $screen }
        Start-Sleep -Milliseconds 100
    } while ($watch.Elapsed.TotalSeconds -lt $LimitSeconds)
    throw "The screen $(if ($Not) { 'still matches' } else { 'does not match' }) '$Pattern' after $LimitSeconds s:`n$screen"
}

function Close-Terminal([hashtable] $Terminal) {
    $session = Get-Process -Id $Terminal.ProcessId -ErrorAction Ignore
    $null = Invoke-Tmux $Terminal kill-server # hangs the session up
    if ($session -and -not $session.WaitForExit(60000)) { throw "The session $($session.Id) goes on without its terminal." }
    Remove-Item $Terminal.Folder -Recurse -Force
}

Export-ModuleMember -Function Find-Tmux, Open-Terminal, Invoke-Tmux, Send-Key, Get-Screen, Get-TerminalState, Wait-Screen, Close-Terminal
