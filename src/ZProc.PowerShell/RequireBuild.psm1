# First of the manifest's nested modules, so that a checkout that has not been built says what to do.
if (-not [System.IO.File]::Exists("$PSScriptRoot/../../bin/ZProc.PowerShell.dll")) {
    throw "ZProc is not built yet. Build it first: run 'dotnet build' in '$([System.IO.Path]::GetFullPath("$PSScriptRoot/../.."))'."
}

Export-ModuleMember
