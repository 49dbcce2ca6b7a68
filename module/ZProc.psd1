@{
    # The loader gives the dependencies a load context of their own and loads the module's assembly. PowerShell would load a root
    # module before the loader.
    NestedModules        = @('bin/ZProc.Loader.dll', 'bin/ZProc.PowerShell.dll')
    ModuleVersion        = '0.2.0'
    GUID                 = '5d0f5f0c-6a54-4c0e-9a0b-7e3f6f2b9c41'
    Author               = 'The ZProc contributors'
    Copyright            = '(c) The ZProc contributors. MIT license.'
    Description          = 'Runs many things at once and keeps them in step through one shared, watched, atomically updated state.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    TypesToProcess       = @('ZProc.Types.ps1xml')
    FormatsToProcess     = @('ZProc.Format.ps1xml')
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    CmdletsToExport      = @(
        'Start-ZProcContext', 'Use-ZProcContext', 'Connect-ZProcContext', 'Get-ZProcContext', 'Select-ZProcContext'
        'Test-ZProcContext', 'Disconnect-ZProcContext', 'Stop-ZProcContext'
        'Start-ZProcServer', 'Get-ZProcServer', 'Stop-ZProcServer', 'Get-ZProcMachine'
        'Get-ZState', 'Set-ZState', 'Remove-ZState', 'Test-ZState', 'Clear-ZState', 'Update-ZState', 'Sync-ZState', 'Wait-ZState', 'Watch-ZState'
        'Get-ZStateNamespace', 'Remove-ZStateNamespace'
        'Register-ZStateWatcher', 'Get-ZStateWatcher', 'Unregister-ZStateWatcher'
        'Invoke-ZParallel'
        'Show-ZProcDashboard', 'Stop-ZProcDashboard'
        'New-ZProcess', 'Start-ZProcess', 'Restart-ZProcess', 'Get-ZProcess', 'Wait-ZProcess', 'Receive-ZProcess', 'Stop-ZProcess', 'Remove-ZProcess'
    )
    PrivateData          = @{
        PSData = @{
            Tags       = @('process', 'parallel', 'state', 'zeromq', 'runspace', 'job', 'concurrency')
            LicenseUri = 'https://opensource.org/license/mit'
            # Get-Help -Online opens the page of a command below this address (build.ps1 -Task Docs writes the address into the pages).
            ProjectUri = 'https://zproc.example'
        }
    }
}
