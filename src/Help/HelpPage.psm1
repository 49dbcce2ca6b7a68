# Reads the pages of docs/en-US with Markdig, which PowerShell ships for ConvertFrom-Markdown.

$markdig = Join-Path $PSHOME 'Markdig.Signed.dll'
if (-not ('Markdig.Markdown' -as [type])) {
    Add-Type -Path $markdig
}

$builder = [Markdig.MarkdownPipelineBuilder]::new()
$null = [Markdig.MarkdownExtensions]::UseYamlFrontMatter($builder)
$null = [Markdig.MarkdownExtensions]::UsePipeTables($builder, $null)
$null = [Markdig.MarkdownExtensions]::UseAutoIdentifiers($builder, [Markdig.Extensions.AutoIdentifiers.AutoIdentifierOptions]::GitHub)
$null = [Markdig.MarkdownExtensions]::UsePreciseSourceLocation($builder)
$pipeline = $builder.Build()

# The parsed document of a Markdown text.
function ConvertTo-MarkdownDocument([string] $Text) {
    # A parsed document is a list of its blocks, which the comma keeps together.
    , [Markdig.Markdown]::Parse($Text, $pipeline, $null)
}

# The text of an inline element without its marks. Code loses its backticks, a link its address.
function Get-InlineText($Inline) {
    $text = foreach ($part in $Inline) {
        if ($part -is [Markdig.Syntax.Inlines.LiteralInline]) { $part.Content.ToString() }
        elseif ($part -is [Markdig.Syntax.Inlines.CodeInline]) { $part.Content }
        elseif ($part -is [Markdig.Syntax.Inlines.LineBreakInline]) { if ($part.IsHard) { "`n" } else { ' ' } }
        elseif ($part -is [Markdig.Syntax.Inlines.AutolinkInline]) { $part.Url }
        elseif ($part -is [Markdig.Syntax.Inlines.HtmlEntityInline]) { $part.Transcoded.ToString() }
        elseif ($part -is [Markdig.Syntax.Inlines.ContainerInline]) { Get-InlineText $part }
        else { throw "Get-InlineText: no text for $($part.GetType().Name)." }
    }
    -join $text
}

# The paragraphs of blocks as plain text. Items of a list begin with '-'; code is indented; each row of a table is a line.
function Get-BlockText($Blocks) {
    foreach ($block in $Blocks) {
        if ($block -is [Markdig.Syntax.ParagraphBlock]) { Get-InlineText $block.Inline }
        elseif ($block -is [Markdig.Syntax.CodeBlock]) { ($block.Lines.ToString() -split "`n" | ForEach-Object { "    $_".TrimEnd() }) -join "`n" }
        elseif ($block -is [Markdig.Syntax.ListBlock]) { foreach ($item in $block) { "- $((Get-BlockText $item) -join ' ')" } }
        elseif ($block -is [Markdig.Extensions.Tables.Table]) { (Get-TableLine $block) -join "`n" }
        elseif ($block -is [Markdig.Syntax.HeadingBlock]) { Get-InlineText $block.Inline }
        elseif ($block -is [Markdig.Syntax.HtmlBlock]) { }
        else { throw "Get-BlockText: no text for $($block.GetType().Name)." }
    }
}

# The lines of a table as plain text: its columns are as wide as their longest cell, and the last column is wrapped.
function Get-TableLine($Table, [int] $Width = 76) {
    $rows = @(foreach ($row in $Table) { , @(foreach ($cell in $row) { (Get-BlockText $cell) -join ' ' }) })
    $last = $rows[0].Count - 1
    $widths = @(for ($column = 0; $column -lt $last; $column++) { ($rows | ForEach-Object { $_[$column].Length } | Measure-Object -Maximum).Maximum })
    $indent = ($widths | Measure-Object -Sum).Sum + 2 * $last
    foreach ($row in $rows) {
        $head = -join @(for ($column = 0; $column -lt $last; $column++) { $row[$column].PadRight($widths[$column] + 2) })
        foreach ($line in Split-Line $row[$last] ($Width - $indent)) {
            "$head$line".TrimEnd()
            $head = ' ' * $indent
        }
    }
}

# Breaks a text into lines of a width, between words.
function Split-Line([string] $Text, [int] $Width) {
    $line = ''
    foreach ($word in $Text -split ' ') {
        if ($line -and $line.Length + 1 + $word.Length -gt $Width) {
            $line
            $line = $word
        }
        else {
            $line = if ($line) { "$line $word" } else { $word }
        }
    }
    $line
}

# The blocks below each heading of a level, by the heading's text.
function Get-Section($Blocks, [int] $Level) {
    $sections = [ordered]@{}
    $name = $null
    foreach ($block in $Blocks) {
        if ($block -is [Markdig.Syntax.HeadingBlock] -and $block.Level -le $Level) {
            $name = if ($block.Level -eq $Level) { Get-InlineText $block.Inline } else { $null }
            if ($name) { $sections[$name] = [System.Collections.Generic.List[object]]::new() }
        }
        elseif ($name) { $sections[$name].Add($block) }
    }
    $sections
}

# The steps of an example: some code, and the output that the page shows for it.
function Get-ExampleStep($Blocks) {
    $step = $null
    foreach ($block in $Blocks) {
        if ($block -isnot [Markdig.Syntax.FencedCodeBlock]) { continue }
        if ($block.Info -eq 'output') {
            $step.Output = $block.Lines.ToString()
            $step.Marks = @($block.Arguments -split ' ' | Where-Object { $_ })
            $step
            $step = $null
            continue
        }
        if ($step) { $step }
        $step = [pscustomobject]@{ Code = $block.Lines.ToString(); Output = ''; Marks = @(); Line = $block.Line + 1 }
    }
    if ($step) { $step }
}

<#
.SYNOPSIS
Reads the page of a command.
.OUTPUTS
Name, Path, Text, FrontMatter, Sections (blocks by heading), Examples (Title, Text, Steps), Parameters (Name, Text, Yaml).
#>
function Read-HelpPage([string] $Path) {
    $text = [System.IO.File]::ReadAllText($Path).Replace("`r`n", "`n")
    $document = ConvertTo-MarkdownDocument $text
    $front = [ordered]@{}
    foreach ($line in ($document | Where-Object { $_ -is [Markdig.Extensions.Yaml.YamlFrontMatterBlock] }).Lines.ToString() -split "`n") {
        $key, $value = $line -split ': ', 2
        $front[$key] = $value
    }

    $sections = Get-Section $document 2
    $examples = Get-Section $sections['EXAMPLES'] 3
    $parameters = Get-Section $sections['PARAMETERS'] 3
    [pscustomobject]@{
        Name = [System.IO.Path]::GetFileNameWithoutExtension($Path)
        Path = $Path
        Text = $text
        FrontMatter = $front
        Sections = $sections
        Examples = @(foreach ($title in $examples.Keys) {
                [pscustomobject]@{
                    Title = $title
                    Text = @(Get-BlockText @($examples[$title] | Where-Object { $_ -isnot [Markdig.Syntax.FencedCodeBlock] }))
                    Steps = @(Get-ExampleStep $examples[$title])
                }
            })
        Parameters = @(foreach ($name in $parameters.Keys) {
                [pscustomobject]@{
                    Name = $name -replace '^-'
                    Text = @(Get-BlockText @($parameters[$name] | Where-Object { $_.Info -ne 'yaml' }))
                    Yaml = $parameters[$name] | Where-Object { $_.Info -eq 'yaml' } | Select-Object -First 1
                }
            })
    }
}

# The links in blocks and inline elements.
function Get-Link($Elements) {
    foreach ($element in $Elements) {
        if ($element -is [Markdig.Syntax.Inlines.LinkInline]) { , $element } # which is a list of its parts as well
        elseif ($element -is [Markdig.Syntax.Inlines.ContainerInline] -or $element -is [Markdig.Syntax.ContainerBlock]) { Get-Link $element }
        elseif ($element -is [Markdig.Syntax.LeafBlock] -and $element.Inline) { Get-Link $element.Inline }
    }
}

# The links of a Markdown file that lead to files of this repository and do not resolve: to no file, or to no heading.
function Find-BrokenLink([string] $Path) {
    $document = ConvertTo-MarkdownDocument ([System.IO.File]::ReadAllText($Path))
    foreach ($link in Get-Link $document | Where-Object Url -NotMatch '^[a-z]+:') {
        $file, $anchor = $link.Url -split '#', 2
        $target = if ($file) { [System.IO.Path]::GetFullPath([System.IO.Path]::Combine([System.IO.Path]::GetDirectoryName($Path), $file)) } else { $Path }
        if (-not (Test-Path -LiteralPath $target)) {
            "$($link.Url): no such file"
        }
        elseif ($anchor -and $anchor -notin (Get-Anchor $target)) {
            "$($link.Url): no such heading"
        }
    }
}

# The anchors of the headings of a Markdown file, as GitHub makes them.
function Get-Anchor([string] $Path) {
    foreach ($heading in (ConvertTo-MarkdownDocument ([System.IO.File]::ReadAllText($Path)))) {
        if ($heading -is [Markdig.Syntax.HeadingBlock]) {
            [Markdig.Renderers.Html.HtmlAttributesExtensions]::TryGetAttributes($heading).Id
        }
    }
}

Export-ModuleMember -Function Read-HelpPage, ConvertTo-MarkdownDocument, Get-Section, Get-BlockText, Get-InlineText, Get-TableLine, Split-Line, Get-Link, Find-BrokenLink
