# The signals that a session of a test ignores: none.

Set-StrictMode -Version 3.0

$defaulting = $null

function Get-Defaulting {
    # A command that resets the signals to their defaults and then becomes the command that follows, in the same process.
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
    Prefixes a command so that it ignores no signal. Programs that nohup or a shell in the background starts ignore SIGHUP or
    SIGINT, and their children inherit that.
    .OUTPUTS
    The command and its arguments, in an array.
    #>
    param([Parameter(Mandatory)] [AllowEmptyString()] [string[]] $Command)

    if ($null -eq $script:defaulting) { $script:defaulting = if ($IsWindows) { , @() } else { Get-Defaulting } }
    @($script:defaulting) + $Command
}

Export-ModuleMember -Function Add-DefaultSignal
