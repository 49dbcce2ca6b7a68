#requires -Version 7.4
<#
.SYNOPSIS
    Builds, tests, packs or cleans ZProc.
.PARAMETER Task
    Build: builds everything and stages the module in module/. Test: runs all tests. Pack: makes the folder out/ZProc, which can be
    copied into a module path. Clean: removes the output of the other tasks.
#>
param(
    [ValidateSet('Build', 'Test', 'Pack', 'Clean')]
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
    'Clean' {
        Get-ChildItem -Recurse -Directory -Include bin, obj, out, TestResults | Remove-Item -Recurse -Force
    }
}
