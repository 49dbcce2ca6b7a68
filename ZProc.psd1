# Imports the module of a checkout, which is in module/, after a build.
@{
    NestedModules        = @('src/RequireBuild.psm1', 'module/ZProc.psd1')
    ModuleVersion        = '0.2.0'
    GUID                 = '5d0f5f0c-6a54-4c0e-9a0b-7e3f6f2b9c41'
    Author               = 'The ZProc contributors'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FunctionsToExport    = @()
    CmdletsToExport      = '*'
    VariablesToExport    = @()
    AliasesToExport      = @()
}
