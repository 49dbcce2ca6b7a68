# Writes the generated parts of a page again: the front matter, SYNTAX, and the order and yaml blocks of PARAMETERS. The text of a
# page is a person's.

Import-Module (Join-Path $PSScriptRoot 'HelpPage.psm1')
Import-Module (Join-Path $PSScriptRoot 'CommandFacts.psm1')

$commonParameters = @'
### CommonParameters

This cmdlet supports the common parameters: -Debug, -ErrorAction, -ErrorVariable, -InformationAction, -InformationVariable,
-OutBuffer, -OutVariable, -PipelineVariable, -ProgressAction, -Verbose, -WarningAction and -WarningVariable. See
[about_CommonParameters](https://go.microsoft.com/fwlink/?LinkID=113216).
'@.Replace("`r`n", "`n")

# The address of a page on the project's site.
function Get-OnlineAddress([string] $Name, [string] $ProjectUri) {
    "$($ProjectUri.TrimEnd('/'))/blob/main/docs/en-US/$Name.md"
}

<#
.SYNOPSIS
The text that a page should have: its own text, with the generated parts as the command says.
.PARAMETER Path
The page.
.PARAMETER Command
The command of the page.
.PARAMETER ProjectUri
The address of the project's site.
#>
function Get-UpdatedPage([string] $Path, [System.Management.Automation.CommandInfo] $Command, [string] $ProjectUri) {
    $page = Read-HelpPage $Path
    $front = @"
---
external help file: ZProc.PowerShell.dll-Help.xml
Module Name: ZProc
online version: $(Get-OnlineAddress $page.Name $ProjectUri)
schema: 2.0.0
---

# $($Command.Name)
"@.Replace("`r`n", "`n")
    $parts = @($front)
    foreach ($name in $page.Sections.Keys) {
        $text = switch ($name) {
            'SYNTAX' { Get-SyntaxMarkdown $Command }
            'PARAMETERS' { Get-ParameterMarkdown $page $Command }
            default { Get-SourceText $page $page.Sections[$name] }
        }
        $parts += "## $name`n`n$text"
    }

    ($parts -join "`n`n").TrimEnd() + "`n"
}

# The source of blocks, as the page has it.
function Get-SourceText($Page, $Blocks) {
    $blocks = @($Blocks)
    if (-not $blocks) { return '' }
    $start = $blocks[0].Span.Start
    $Page.Text.Substring($start, $blocks[-1].Span.End + 1 - $start).TrimEnd()
}

function Get-ParameterMarkdown($Page, $Command) {
    $written = Get-Section $Page.Sections['PARAMETERS'] 3
    $parts = foreach ($fact in Get-ParameterFact $Command) {
        $text = Get-SourceText $Page @($written["-$($fact.Name)"] | Where-Object { $_.Info -ne 'yaml' })
        "### -$($fact.Name)`n`n$(if ($text) { "$text`n`n" })``````yaml`n$(Get-ParameterYaml $fact)`n``````"
    }
    (@($parts) + $commonParameters) -join "`n`n"
}

Export-ModuleMember -Function Get-UpdatedPage, Get-OnlineAddress
