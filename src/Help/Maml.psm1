# Makes the help file of the commands, in MAML, which Get-Help reads. The texts are those of the pages. Names, types, positions,
# pipeline input, aliases, defaults and accepted values are those of the commands.

Import-Module (Join-Path $PSScriptRoot 'HelpPage.psm1')
Import-Module (Join-Path $PSScriptRoot 'CommandFacts.psm1')
Import-Module (Join-Path $PSScriptRoot 'PageUpdate.psm1')

$maml = 'http://schemas.microsoft.com/maml/2004/10'
$command = 'http://schemas.microsoft.com/maml/dev/command/2004/10'
$dev = 'http://schemas.microsoft.com/maml/dev/2004/10'

<#
.SYNOPSIS
Writes the help file of the commands.
.PARAMETER Path
The file to write.
.PARAMETER Pages
The pages, as Read-HelpPage reads them.
.PARAMETER ProjectUri
The address of the project's site.
#>
function Export-Maml([string] $Path, [object[]] $Pages, [string] $ProjectUri) {
    $settings = [System.Xml.XmlWriterSettings]@{ Indent = $true; NewLineChars = "`n"; Encoding = [System.Text.UTF8Encoding]::new($false) }
    $xml = [System.Xml.XmlWriter]::Create($Path, $settings)
    try {
        $xml.WriteStartElement('helpItems', 'http://msh')
        $xml.WriteAttributeString('schema', 'maml')
        foreach ($page in $Pages) {
            Write-Command $xml $page (Get-Command $page.Name -Module ZProc) $ProjectUri
        }
        $xml.WriteEndElement()
    }
    finally { $xml.Dispose() }
}

function Write-Command($Xml, $Page, $Info, $ProjectUri) {
    $texts = @{}
    foreach ($parameter in $Page.Parameters) { $texts[$parameter.Name] = $parameter.Text }
    $facts = @(Get-ParameterFact $Info)

    $Xml.WriteStartElement('command', 'command', $command)
    $Xml.WriteAttributeString('xmlns', 'maml', $null, $maml)
    $Xml.WriteAttributeString('xmlns', 'dev', $null, $dev)
    Write-Element $Xml $command details {
        Write-Text $Xml $command name $Info.Name
        Write-Text $Xml $command verb $Info.Verb
        Write-Text $Xml $command noun $Info.Noun
        Write-Description $Xml (Get-BlockText $Page.Sections['SYNOPSIS'])
    }
    Write-Description $Xml (Get-BlockText $Page.Sections['DESCRIPTION'])
    Write-Element $Xml $command syntax {
        foreach ($set in Get-Syntax $Info) {
            Write-Element $Xml $command syntaxItem {
                Write-Text $Xml $maml name $Info.Name
                foreach ($parameter in $set.Parameters) {
                    $fact = $facts | Where-Object Name -EQ $parameter.Name
                    Write-Parameter $Xml $fact $texts[$fact.Name] $parameter.IsMandatory $parameter.Position
                }
            }
        }
    }
    Write-Element $Xml $command parameters {
        foreach ($fact in $facts) { Write-Parameter $Xml $fact $texts[$fact.Name] ($fact.Required -eq 'True') $fact.Position }
    }
    Write-Types $Xml inputTypes inputType $Page.Sections['INPUTS']
    Write-Types $Xml returnValues returnValue $Page.Sections['OUTPUTS']
    Write-Element $Xml $maml alertSet {
        Write-Element $Xml $maml alert { Write-Paragraphs $Xml (Get-BlockText $Page.Sections['NOTES']) }
    }
    Write-Element $Xml $command examples {
        foreach ($example in $Page.Examples) { Write-Example $Xml $example }
    }
    Write-Element $Xml $command relatedLinks { Write-Links $Xml $Page $ProjectUri }
    $Xml.WriteEndElement()
}

function Write-Parameter($Xml, $Fact, $Text, [bool] $IsRequired, $Position) {
    Write-Element $Xml $command parameter {
        $Xml.WriteAttributeString('required', "$IsRequired".ToLowerInvariant())
        $Xml.WriteAttributeString('variableLength', 'true')
        $Xml.WriteAttributeString('globbing', "$($Fact.Wildcards)".ToLowerInvariant())
        $Xml.WriteAttributeString('pipelineInput', $Fact.Pipeline)
        $Xml.WriteAttributeString('position', $(if ("$Position" -match '^\d') { "$Position" } else { 'named' }))
        $Xml.WriteAttributeString('aliases', $(if ($Fact.Aliases) { $Fact.Aliases -join ', ' } else { 'none' }))
        Write-Text $Xml $maml name $Fact.Name
        Write-Description $Xml ($Text + @(if ($Fact.Accepted) { "Accepted values: $($Fact.Accepted -join ', ')." }))
        $type = Get-TypeText $Fact.Type
        if ($Fact.Type -ne [switch]) {
            $Xml.WriteStartElement('parameterValue', $command)
            $Xml.WriteAttributeString('required', 'true')
            $Xml.WriteAttributeString('variableLength', "$($Fact.Type.IsArray)".ToLowerInvariant())
            $Xml.WriteString($type)
            $Xml.WriteEndElement()
        }
        Write-Element $Xml $dev type { Write-Text $Xml $maml name $(if ($Fact.Type -eq [switch]) { 'SwitchParameter' } else { $type }) }
        Write-Text $Xml $dev defaultValue ($Fact.Default ?? 'None')
    }
}

function Write-Types($Xml, $Outer, $Inner, $Blocks) {
    $types = Get-Section $Blocks 3
    Write-Element $Xml $command $Outer {
        foreach ($name in $types.Keys) {
            Write-Element $Xml $command $Inner {
                Write-Element $Xml $dev type { Write-Text $Xml $maml name $name }
                Write-Description $Xml (Get-BlockText $types[$name])
            }
        }
    }
}

function Write-Example($Xml, $Example) {
    Write-Element $Xml $command example {
        Write-Text $Xml $maml title "---------- $($Example.Title) ----------"
        $code = foreach ($step in $Example.Steps) { $step.Code; if ($step.Output) { $step.Output } }
        Write-Text $Xml $dev code ($code -join "`n`n")
        Write-Element $Xml $dev remarks { Write-Paragraphs $Xml ($Example.Text + '') } # the empty one separates examples
    }
}

# The first link is the page's own address, which Get-Help -Online opens.
function Write-Links($Xml, $Page, $ProjectUri) {
    Write-Link $Xml 'Online version' (Get-OnlineAddress $Page.Name $ProjectUri)
    foreach ($link in Get-Link $Page.Sections['RELATED LINKS']) {
        $address = [uri]::new([uri] (Get-OnlineAddress $Page.Name $ProjectUri), $link.Url).AbsoluteUri
        Write-Link $Xml (Get-InlineText $link) $address
    }
}

function Write-Link($Xml, $Text, $Address) {
    Write-Element $Xml $maml navigationLink {
        Write-Text $Xml $maml linkText $Text
        Write-Text $Xml $maml uri $Address
    }
}

function Write-Description($Xml, $Paragraphs) { Write-Element $Xml $maml description { Write-Paragraphs $Xml $Paragraphs } }

function Write-Paragraphs($Xml, $Paragraphs) { foreach ($text in $Paragraphs) { Write-Text $Xml $maml para $text } }

function Write-Text($Xml, $Namespace, $Name, $Text) { $Xml.WriteElementString($Name, $Namespace, $Text) }

# The content sees the variables of its caller, so the names of the parameters here are used nowhere else.
function Write-Element($Writer, $ElementNamespace, $ElementName, [scriptblock] $Content) {
    $Writer.WriteStartElement($ElementName, $ElementNamespace)
    . $Content
    $Writer.WriteEndElement()
}

Export-ModuleMember -Function Export-Maml
