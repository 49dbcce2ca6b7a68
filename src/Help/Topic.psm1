# Makes the text of an about_ topic, in the form of PowerShell's own topics.

Import-Module (Join-Path $PSScriptRoot 'HelpPage.psm1')

$width = 80

# The help text of an about_ page.
function ConvertTo-HelpTopic([string] $Path) {
    $document = ConvertTo-MarkdownDocument ([System.IO.File]::ReadAllText($Path).Replace("`r`n", "`n"))
    $name = [System.IO.Path]::GetFileNameWithoutExtension($Path)
    $lines = @('TOPIC', "    $name", '')
    foreach ($block in $document) {
        if ($block -is [Markdig.Syntax.HeadingBlock]) {
            $text = Get-InlineText $block.Inline
            $lines += switch ($block.Level) { 1 { continue } 2 { $text.ToUpperInvariant() } default { "  $text" } }
        }
        else {
            $lines += @(Get-TopicLine $block 4) + ''
        }
    }
    ($lines -join "`n").TrimEnd() + "`n"
}

# The lines of a block, from a column on.
function Get-TopicLine($Block, [int] $Indent) {
    $margin = ' ' * $Indent
    if ($Block -is [Markdig.Syntax.ParagraphBlock]) {
        Split-Line (Get-InlineText $Block.Inline) ($width - $Indent) | ForEach-Object { "$margin$_" }
    }
    elseif ($Block -is [Markdig.Syntax.CodeBlock]) {
        $Block.Lines.ToString() -split "`n" | ForEach-Object { "$margin    $_".TrimEnd() }
    }
    elseif ($Block -is [Markdig.Extensions.Tables.Table]) {
        Get-TableLine $Block ($width - $Indent) | ForEach-Object { "$margin$_" }
    }
    elseif ($Block -is [Markdig.Syntax.ListBlock]) {
        foreach ($item in $Block) {
            $first = $true
            foreach ($line in $item | ForEach-Object { Get-TopicLine $_ ($Indent + 2) }) {
                if ($first) { "$margin- $($line.Substring($Indent + 2))" } else { $line }
                $first = $false
            }
        }
    }
    else { throw "ConvertTo-HelpTopic: no text for $($Block.GetType().Name)." }
}

Export-ModuleMember -Function ConvertTo-HelpTopic
