# Which signals a session that a test starts ignores.

Set-StrictMode -Version 3.0

$defaulting = $null

function Get-Defaulting {
    # Replaces itself by the command that follows: its process has the same id, and every signal does what it does by default.
    $perl = 'perl', '-e', '$SIG{$_} = "DEFAULT" for qw(INT HUP TERM QUIT); exec @ARGV or die', '--'
    $env = 'env', '--default-signal=INT,HUP,TERM,QUIT' # of coreutils 8.31 and later
    foreach ($command in $env, $perl) {
        if (Get-Command $command[0] -CommandType Application -ErrorAction Ignore) {
            $null = & $command[0] @($command | Select-Object -Skip 1) true 2>&1
            if ($LASTEXITCODE -eq 0) { return , $command }
        }
    }

    , @()
}

function Add-DefaultSignal {
    <#
    .SYNOPSIS
    A command that runs another one with no signal ignored. What nohup or a shell in the background starts ignores SIGHUP or
    SIGINT, and so does all that it starts in turn.
    .OUTPUTS
    The command and its arguments, in an array.
    #>
    param([Parameter(Mandatory)] [string[]] $Command)

    if ($null -eq $script:defaulting) { $script:defaulting = if ($IsWindows) { , @() } else { Get-Defaulting } }
    @($script:defaulting) + $Command
}

Export-ModuleMember -Function Add-DefaultSignal
