#requires -Version 7.4
<#
.SYNOPSIS
    Builds, tests, packs or cleans ZProc.
.PARAMETER Task
    Build: everything, with the module in bin/. Test: all tests. Pack: the module as a folder out/ZProc that can be copied
    into a module path. Clean: removes what the others made.
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
        Copy-Item bin, en-US, LICENSE, README.md, CHANGELOG.md $target -Recurse

        # A packed module has no sources beside it, and nobody needs to say that it is to be built.
        $manifest = (Get-Content ZProc.psd1 -Raw) -replace "'src/ZProc.PowerShell/RequireBuild.psm1', " -replace 'src/ZProc.PowerShell/(?=ZProc\.(Types|Format))', 'bin/'
        Set-Content "$target/ZProc.psd1" $manifest -NoNewline
        Test-ModuleManifest "$target/ZProc.psd1"
    }
    'Clean' {
        Get-ChildItem -Recurse -Directory -Include bin, obj, out, TestResults | Remove-Item -Recurse -Force
    }
}
