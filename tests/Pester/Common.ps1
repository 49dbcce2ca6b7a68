# Tables and functions that several test files share. Dot-sourced: in BeforeDiscovery for the tables, in BeforeAll for the functions.

# The kinds of process.
$kinds = @(
    @{ As = 'Process' }
    @{ As = 'Runspace' }
)

# Under Wine, a conversion that fails in compiled code ends or stops the runtime: see docs/platforms.md. Tests that do this are left out.
$underWine = [bool] $env:ZPROC_UNDER_WINE

# The places from which a test sees the state.
$places = @(
    @{ Where = 'the session that runs the server'; Remote = $false }
    @{ Where = 'a session that joined'; Remote = $true }
)

# Starts the context 'owner' and outputs it. For a remote place, a second context that joined it becomes the current one.
function Start-OwnerContext([bool] $Remote) {
    $owner = Start-ZProcContext owner
    if ($Remote) {
        $null = Connect-ZProcContext $owner.ConnectionString -Name joined
    }

    $owner
}

function Stop-OwnerContext([bool] $Remote) {
    if ($Remote) {
        Disconnect-ZProcContext joined
    }

    Stop-ZProcContext owner
}
