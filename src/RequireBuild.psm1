# The first nested module of a checkout: a checkout without a build says how to build it.
if (-not [System.IO.File]::Exists("$PSScriptRoot/../module/bin/ZProc.PowerShell.dll")) {
    throw "ZProc is not built yet. Build it first: run 'dotnet build' in '$([System.IO.Path]::GetFullPath("$PSScriptRoot/.."))'."
}

Export-ModuleMember
