#requires -Version 7.4
<#
.SYNOPSIS
    Builds, tests, packs or cleans ZProc.
.PARAMETER Task
    Build: builds everything and stages the module in module/. Test: runs all tests. Pack: makes the folder out/ZProc, which you can
    copy into a module path. Docs: writes the generated parts of the help pages again, after a command has changed. Clean: removes the
    output of the other tasks.
#>
param(
    [ValidateSet('Build', 'Test', 'Pack', 'Docs', 'Clean')]
    [string] $Task = 'Build'
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
        dotnet build src/ZProc.PowerShell
        $target = New-Item -ItemType Directory -Force "$PSScriptRoot/out/ZProc"
        Remove-Item "$target/*" -Recurse -Force
        Copy-Item module/*, LICENSE, README.md, CHANGELOG.md $target -Recurse
        Test-ModuleManifest "$target/ZProc.psd1"
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
