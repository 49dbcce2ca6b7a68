# Finds command lines of ZProc in documents, and binds them to parameters by PowerShell's own rules. Nothing of them is run.

# The commands of ZProc in the PowerShell blocks of a document, as syntax trees.
function Get-CommandLine([string] $Path, [string[]] $Command) {
    foreach ($block in [regex]::Matches([System.IO.File]::ReadAllText($Path), '(?ms)^[ ]*```powershell[ ]*\r?\n(.*?)^[ ]*```')) {
        $tree = [System.Management.Automation.Language.Parser]::ParseInput($block.Groups[1].Value, [ref] $null, [ref] $null)
        $tree.FindAll({ param($node) $node -is [System.Management.Automation.Language.CommandAst] -and $node.GetCommandName() -in $Command }, $true)
    }
}

# A session in which each command of ZProc is a function with the same parameters, and does nothing.
function Open-BindingSession([string] $Manifest) {
    $session = [powershell]::Create() # has no host, so that a missing argument is an error and no question
    $null = $session.AddScript({
        param($Manifest)
        Import-Module $Manifest
        foreach ($command in Get-Command -Module ZProc -CommandType Cmdlet) {
            $metadata = [System.Management.Automation.CommandMetadata]::new($command)
            $parameters = [System.Management.Automation.ProxyCommand]::GetParamBlock($metadata).
                Replace('[ZProc.Contexts.ZProcContext]', '[object]'). # takes names, too
                Replace('${Null}', '[Alias(''Null'')] ${IsNull}') # no variable can have the name
            $dynamic = [System.Management.Automation.ProxyCommand]::GetDynamicParam($metadata)
            Set-Item "function:global:$($command.Name)" ([scriptblock]::Create("
                $([System.Management.Automation.ProxyCommand]::GetCmdletBindingAttribute($metadata))
                param($parameters)
                $(if ($dynamic) { "dynamicparam { $dynamic }" })
                end { `$PSCmdlet.ParameterSetName }"))
        }
    }).AddArgument($Manifest).Invoke()
    if ($session.HadErrors) { throw $session.Streams.Error[0] }
    $session
}

function Close-BindingSession($Session) {
    $Session.Dispose()
}

# The name of the parameter set to which a command line binds.
function Get-BoundSet($Session, [string] $Text, [object[]] $Argument) {
    $Session.Commands.Clear()
    $Session.Streams.ClearStreams()
    $null = $Session.AddScript($Text, $true)
    foreach ($one in $Argument) { $null = $Session.AddArgument($one) }
    $Session.Invoke()
    if ($Session.Streams.Error) { throw $Session.Streams.Error[0] }
}

# What is wrong with the parameters of a command; nothing where it binds.
function Find-BindingFault($Session, [System.Management.Automation.Language.CommandAst] $Command) {
    $isPiped = $Command.Parent.PipelineElements.IndexOf($Command) -gt 0
    if (Test-Constant $Command) {
        $words = $Command.CommandElements.ForEach({ $_.Extent.Text }) -join ' '
        try { $null = Get-BoundSet $Session $words }
        catch {
            if (-not ($isPiped -and $_.FullyQualifiedErrorId -like 'MissingMandatoryParameter*')) { "$words`: $_" }
        }
    }
    else {
        $known = [System.Management.Automation.Language.StaticParameterBinder]::BindCommand($Command, $true)
        foreach ($wrong in $known.BindingExceptions.Values.BindingException | Where-Object ErrorId -In 'NamedParameterNotFound', 'AmbiguousParameter') {
            "$($Command.Extent.Text): $($wrong.Message)"
        }
    }
}

# Whether the arguments of a command say what they are. A script block does, as it is not run.
function Test-Constant([System.Management.Automation.Language.CommandAst] $Command) {
    foreach ($element in $Command.CommandElements) {
        $value = $element -is [System.Management.Automation.Language.CommandParameterAst] ? $element.Argument : $element
        if ($value -and $value -isnot [System.Management.Automation.Language.ScriptBlockExpressionAst]) {
            try { $null = $value.SafeGetValue() } catch [System.InvalidOperationException] { return $false }
        }
    }
    $true
}

Export-ModuleMember -Function Get-CommandLine, Open-BindingSession, Close-BindingSession, Get-BoundSet, Find-BindingFault
