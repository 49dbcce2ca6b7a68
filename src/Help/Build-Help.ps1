<#
.SYNOPSIS
Makes the module's help from the pages in docs/en-US: the help file of the commands, and the about_ topics.
.PARAMETER Pages
The folder of the pages.
.PARAMETER Module
The folder of the module, which gets the help in its folder en-US.
.PARAMETER Update
Instead writes the generated parts of the pages again, after a command has changed.
#>
param(
    [Parameter(Mandatory)] [string] $Pages,
    [Parameter(Mandatory)] [string] $Module,
    [switch] $Update
)

$ErrorActionPreference = 'Stop'
$Pages = Convert-Path -LiteralPath $Pages
$Module = Convert-Path -LiteralPath $Module
foreach ($part in 'HelpPage', 'CommandFacts', 'PageUpdate', 'Maml', 'Topic') {
    Import-Module (Join-Path $PSScriptRoot "$part.psm1")
}

$manifest = Join-Path $Module ZProc.psd1
$projectUri = (Import-PowerShellDataFile $manifest).PrivateData.PSData.ProjectUri
Import-Module $manifest

$files = Get-ChildItem (Join-Path $Pages '*-*.md') | Sort-Object Name
if ($Update) {
    foreach ($file in $files) {
        $text = Get-UpdatedPage $file.FullName (Get-Command $file.BaseName -Module ZProc) $projectUri
        if ($text -cne [System.IO.File]::ReadAllText($file.FullName)) {
            [System.IO.File]::WriteAllText($file.FullName, $text)
            "updated $($file.Name)"
        }
    }
    return
}

$target = (New-Item -ItemType Directory -Force (Join-Path $Module en-US)).FullName
Get-ChildItem $target -File | Remove-Item
Export-Maml (Join-Path $target ZProc.PowerShell.dll-Help.xml) @($files | ForEach-Object { Read-HelpPage $_.FullName }) $projectUri
foreach ($file in Get-ChildItem (Join-Path $Pages 'about_*.md')) {
    [System.IO.File]::WriteAllText((Join-Path $target "$($file.BaseName).help.txt"), (ConvertTo-HelpTopic $file.FullName))
}
