# What several test files share. Dot-sourced: in BeforeDiscovery for the tables, in BeforeAll for the functions.

# What a process runs as.
$kinds = @(
    @{ As = 'Process' }
    @{ As = 'Runspace' }
)

# Where a test sees the state from.
$places = @(
    @{ Where = 'the session that runs the server'; Remote = $false }
    @{ Where = 'a session that joined'; Remote = $true }
)

# Starts the context 'owner' and outputs it; where the test sees it from a session that joined, that is the current one.
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
