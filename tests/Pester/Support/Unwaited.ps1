# Functions for tests of writes without waiting. Dot-sourced in BeforeAll.

# Starts a process that has the turn of the namespace 'default' until the key 'go' is set in 'signal'.
function Start-Holder {
    $holder = Start-ZProcess -As Runspace -Name holder {
        Update-ZState { Set-Held; $null = Wait-ZState go -Equal 1 -Namespace signal -TimeoutSec 120; $State.held = 1 }
    } -InitializationScript { function Set-Held { $null = Start-ZProcess -As Runspace { Set-ZState held 1 -Namespace signal } } }
    $null = Wait-ZState held -Equal 1 -Namespace signal -TimeoutSec 120
    $holder
}

# The ids of errors, without the command's name.
function Get-Id($Problem) { @($Problem | ForEach-Object { $_.FullyQualifiedErrorId -replace ',.*' }) }
