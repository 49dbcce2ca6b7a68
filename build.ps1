#requires -Version 7.4
<#
.SYNOPSIS
    Builds, tests, packs or cleans ZProc.
.PARAMETER Task
    Build: builds everything and stages the module in module/. Test: runs all tests. Pack: makes the folder out/ZProc, which you can
    copy into a module path, and the package out/ZProc.<version>.nupkg of it, which you can publish. Docs: writes the generated parts
    of the help pages again, after a command has changed. Clean: removes the output of the other tasks.
.PARAMETER NoBuild
    Pack: packs module/ as it is.
#>
param(
    [ValidateSet('Build', 'Test', 'Pack', 'Docs', 'Clean')]
    [string] $Task = 'Build',

    [switch] $NoBuild
)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
Set-Location $PSScriptRoot

switch ($Task) {
    'Build' {
        dotnet build
    }
    'Test' {
        dotnet test
    }
    'Pack' {
        if (-not $NoBuild) {
            Remove-Item module/bin -Recurse -Force -ErrorAction Ignore # what an earlier build needed is not shipped
            dotnet build src/ZProc.PowerShell
        }

        Remove-Item out/ZProc, out/ZProc.*.nupkg -Recurse -Force -ErrorAction Ignore
        $target = New-Item -ItemType Directory -Force out/ZProc
        Copy-Item module/*, LICENSE, README.md, CHANGELOG.md $target -Recurse
        $version = [regex]::Escape((Test-ModuleManifest "$target/ZProc.psd1").Version)
        $changes = [regex]::Match((Get-Content CHANGELOG.md -Raw), "(?ms)^## \[$version\][^\n]*\n(.*?)(?=^## \[|\z)").Groups[1].Value.Trim()
        Update-PSModuleManifest "$target/ZProc.psd1" -ReleaseNotes $changes
        $manifest = Test-ModuleManifest "$target/ZProc.psd1"
        Compress-PSResource -Path $target -DestinationPath out
        $manifest
    }
    'Docs' {
        dotnet build src/ZProc.PowerShell
        ./src/Help/Build-Help.ps1 -Pages docs/en-US -Module module -Update
    }
    'Clean' {
        Remove-Item en-US, module/en-US -Recurse -Force -ErrorAction Ignore
        Get-ChildItem -Recurse -Directory -Include bin, obj, out, TestResults | Remove-Item -Recurse -Force
    }
}
