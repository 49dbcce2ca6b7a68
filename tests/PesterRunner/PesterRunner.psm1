# Runs the part of Pester 5's syntax that the test files here use, on machines without Pester.
# What it does not know fails with its file and line; it never passes anything over in silence.
#
# A file is run twice, as Pester does it: first to find the tests (the bodies of Describe and Context and BeforeDiscovery
# run, the rest is only noted), then to run them. A block or test gets a scope of its own inside its parent's, in the test
# file's session state: dot-sourcing from a function of this module reaches that scope, not the function's.

Set-StrictMode -Version 3.0

$script:Found = $null      # the block being discovered
$script:Running = $null    # the block or test being run
$script:Glue = $null       # script blocks that belong to the test file's session state

function New-Block([string] $Name, $Parent, $Data, [bool] $HasData, [bool] $Skip, [scriptblock] $Body) {
    [pscustomobject]@{
        Name = $Name; Parent = $Parent; Data = $Data; HasData = $HasData; Skip = $Skip; Body = $Body
        BeforeAll = $null; AfterAll = $null; BeforeEach = $null; AfterEach = $null
        Children = [System.Collections.Generic.List[object]]::new()
    }
}

function New-Failure([string] $Id, [string] $Message, [string] $File, [int] $Line) {
    [System.Management.Automation.ErrorRecord]::new([System.Exception]::new($Message), $Id, 'InvalidResult', @{ File = $File; Line = $Line })
}

function Assert-Discovering([string] $Command) {
    if ($null -eq $script:Found) { throw "$Command must stand in a Describe or Context or at the top of a test file, not in a test." }
}

# --- What a test file says -------------------------------------------------------------------------------------------

function Add-Block($Bound, $Invocation) {
    Assert-Discovering $Invocation.MyCommand.Name
    $items = @(if ($Bound.ContainsKey('ForEach')) { $Bound['ForEach'] } else { $null })
    foreach ($item in $items) {
        $parent = $script:Found
        $block = New-Block -Name $Bound['Name'] -Parent $parent -Data $item -HasData $Bound.ContainsKey('ForEach') `
            -Skip ($parent.Skip -or [bool] $Bound['Skip']) -Body $Bound['Fixture']
        $parent.Children.Add($block)
        $script:Found = $block
        try {
            & $script:Glue.Scope {
                Set-Data $block
                $null = . $block.Body
            } $block
        }
        finally { $script:Found = $parent }
    }
}

function Describe {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Mandatory, Position = 1)] [scriptblock] $Fixture,
        [AllowNull()] [AllowEmptyCollection()] [object[]] $ForEach,
        [string[]] $Tag,
        [switch] $Skip
    )
    Add-Block $PSBoundParameters $MyInvocation
}

${function:Context} = ${function:Describe}

function It {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Mandatory, Position = 1)] [scriptblock] $Test,
        [Alias('TestCases')] [AllowNull()] [AllowEmptyCollection()] [object[]] $ForEach,
        [string[]] $Tag,
        [switch] $Skip
    )
    Assert-Discovering 'It'
    $each = $PSBoundParameters.ContainsKey('ForEach')
    foreach ($item in @(if ($each) { $ForEach } else { $null })) {
        $script:Found.Children.Add([pscustomobject]@{
                Name = $Name; Parent = $script:Found; Data = $item; HasData = $each; Skip = [bool] $Skip -or $script:Found.Skip; Test = $Test
                File = $MyInvocation.ScriptName; Line = $MyInvocation.ScriptLineNumber
            })
    }
}

function Add-Setup([string] $Kind, [scriptblock] $Body) {
    Assert-Discovering $Kind
    if ($null -ne $script:Found.$Kind) { throw "A second $Kind in the same block." }
    $script:Found.$Kind = $Body
}

function BeforeAll([Parameter(Mandatory)] [scriptblock] $Scriptblock) { Add-Setup 'BeforeAll' $Scriptblock }
function AfterAll([Parameter(Mandatory)] [scriptblock] $Scriptblock) { Add-Setup 'AfterAll' $Scriptblock }
function BeforeEach([Parameter(Mandatory)] [scriptblock] $Scriptblock) { Add-Setup 'BeforeEach' $Scriptblock }
function AfterEach([Parameter(Mandatory)] [scriptblock] $Scriptblock) { Add-Setup 'AfterEach' $Scriptblock }

function BeforeDiscovery([Parameter(Mandatory)] [scriptblock] $ScriptBlock) {
    # While tests run, the file's body does not, so this is only ever met in discovery.
    . $ScriptBlock
}

function Set-ItResult {
    [CmdletBinding()]
    param(
        [Parameter(ParameterSetName = 'Inconclusive')] [switch] $Inconclusive,
        [Parameter(ParameterSetName = 'Skipped')] [switch] $Skipped,
        [string] $Because
    )
    throw (New-Failure 'TestSkipped' ("is $($PSCmdlet.ParameterSetName.ToLowerInvariant())" + $(if ($Because) { ", because $Because" })))
}

# --- Should ----------------------------------------------------------------------------------------------------------

function Show-Value($Value) {
    if ($null -eq $Value) { return '$null' }
    if ($Value -is [string]) { return "'$Value'" }
    if ($Value -is [bool]) { return "`$$Value".ToLowerInvariant() }
    if ($Value -is [type]) { return "[$($Value.FullName)]" }
    if ($Value -is [System.Collections.IDictionary]) { return '@{' + (@($Value.GetEnumerator() | ForEach-Object { "$($_.Key)=$(Show-Value $_.Value)" }) -join '; ') + '}' }
    if ($Value -is [array]) { return '@(' + (@($Value | ForEach-Object { Show-Value $_ }) -join ', ') + ')' }
    "$Value"
}

function Test-Same($Actual, $Expected, [bool] $CaseSensitive) {
    # As Pester: one element is as good as the element, and an empty list is as good as null.
    [object[]] $left = $Actual
    [object[]] $right = $Expected
    $leftEmpty = $null -eq $left -or $left.Count -eq 0 -or ($left.Count -eq 1 -and $null -eq $left[0])
    $rightEmpty = $null -eq $right -or $right.Count -eq 0 -or ($right.Count -eq 1 -and $null -eq $right[0])
    if ($leftEmpty -or $rightEmpty) { return $leftEmpty -and $rightEmpty }
    if ($left.Count -ne $right.Count) { return $false }
    for ($i = 0; $i -lt $left.Count; $i++) {
        $same = if ($left[$i] -is [array] -or $right[$i] -is [array]) { Test-Same $left[$i] $right[$i] $CaseSensitive }
        elseif ($CaseSensitive) { $right[$i] -ceq $left[$i] }
        else { $right[$i] -eq $left[$i] }
        if (-not $same) { return $false }
    }
    $true
}

function Test-Throw($Actual, $Bound) {
    if ($Actual -isnot [scriptblock]) { throw [System.ArgumentException] 'Should -Throw needs a script block.' }
    $thrown = $null
    try {
        do { $null = & $Actual } until ($true)
    }
    catch { $thrown = $_ }
    if ($null -eq $thrown) { return @{ Yes = $false; But = 'nothing was thrown' } }
    $message = $thrown.Exception.Message
    $result = @{ Yes = $true; But = "'$message' ($($thrown.FullyQualifiedErrorId), [$($thrown.Exception.GetType().FullName)]) was thrown"; Error = $thrown }
    if ($Bound['Not']) { return $result }
    if ($Bound['ExpectedMessage'] -and $message -notlike $Bound['ExpectedMessage']) { $result.Yes = $false }
    if ($Bound['ErrorId'] -and $thrown.FullyQualifiedErrorId -notlike $Bound['ErrorId']) { $result.Yes = $false }
    if ($Bound['ExceptionType'] -and $thrown.Exception -isnot $Bound['ExceptionType']) { $result.Yes = $false }
    $result
}

function Test-Operator([string] $Operator, $Actual, $Bound) {
    $expected = $Bound['ExpectedValue']
    $answer = @{ But = "got $(Show-Value $(if ($Actual -is [array] -and $Actual.Count -eq 1) { $Actual[0] } else { , $Actual }))" }
    $answer.Yes = switch ($Operator) {
        'Be' { Test-Same $Actual $expected $false }
        'BeExactly' { Test-Same $Actual $expected $true }
        'BeTrue' { [bool] $Actual }
        'BeFalse' { -not $Actual }
        'BeNullOrEmpty' {
            if ($null -eq $Actual -or $Actual.Count -eq 0) { $true }
            elseif ($Actual.Count -gt 1) { $false }
            elseif ($Actual[0] -is [hashtable]) { $Actual[0].Count -eq 0 }
            else { [string]::IsNullOrEmpty($Actual[0]) }
        }
        'BeGreaterThan' { $Actual -gt $expected }
        'BeGreaterOrEqual' { $Actual -ge $expected }
        'BeLessThan' { $Actual -lt $expected }
        'BeLessOrEqual' { $Actual -le $expected }
        'BeLike' { $Actual -like $expected }
        'BeLikeExactly' { $Actual -clike $expected }
        'Match' { $Actual -match $expected }
        'MatchExactly' { $Actual -cmatch $expected }
        'Contain' { $Actual -contains $expected }
        'BeIn' { $expected -contains $Actual }
        'HaveCount' {
            $count = if ($null -eq $Actual) { 0 } else { $Actual.Count }
            $answer.But = "got $count`: $(Show-Value $Actual)"
            $count -eq [int] $expected
        }
        'BeOfType' {
            # A type in brackets arrives as text when it is not in parentheses.
            $type = if ($expected -is [type]) { $expected } else { ($expected -replace '^\[(.*)\]$', '$1') -as [type] }
            if ($null -eq $type) { throw [System.ArgumentException] "There is no type $expected." }
            $answer.But = "got $(Show-Value $Actual)" + $(if ($null -ne $Actual) { " of type [$($Actual.GetType().FullName)]" })
            $Actual -is $type
        }
        'Exist' { Test-Path $Actual }
        'Throw' {
            $answer = Test-Throw $Actual $Bound
            $answer.Yes
        }
    }
    $answer
}

function Should {
    [CmdletBinding()]
    param(
        [Parameter(ValueFromPipeline)] [object] $ActualValue,
        [switch] $Not,
        [string] $Because,

        [Parameter(Mandatory, ParameterSetName = 'Be')] [Alias('EQ')] [switch] $Be,
        [Parameter(Mandatory, ParameterSetName = 'BeExactly')] [Alias('CEQ')] [switch] $BeExactly,
        [Parameter(Mandatory, ParameterSetName = 'BeTrue')] [switch] $BeTrue,
        [Parameter(Mandatory, ParameterSetName = 'BeFalse')] [switch] $BeFalse,
        [Parameter(Mandatory, ParameterSetName = 'BeNullOrEmpty')] [switch] $BeNullOrEmpty,
        [Parameter(Mandatory, ParameterSetName = 'BeGreaterThan')] [Alias('GT')] [switch] $BeGreaterThan,
        [Parameter(Mandatory, ParameterSetName = 'BeGreaterOrEqual')] [Alias('GE')] [switch] $BeGreaterOrEqual,
        [Parameter(Mandatory, ParameterSetName = 'BeLessThan')] [Alias('LT')] [switch] $BeLessThan,
        [Parameter(Mandatory, ParameterSetName = 'BeLessOrEqual')] [Alias('LE')] [switch] $BeLessOrEqual,
        [Parameter(Mandatory, ParameterSetName = 'BeLike')] [switch] $BeLike,
        [Parameter(Mandatory, ParameterSetName = 'BeLikeExactly')] [switch] $BeLikeExactly,
        [Parameter(Mandatory, ParameterSetName = 'Match')] [switch] $Match,
        [Parameter(Mandatory, ParameterSetName = 'MatchExactly')] [Alias('CMATCH')] [switch] $MatchExactly,
        [Parameter(Mandatory, ParameterSetName = 'Contain')] [switch] $Contain,
        [Parameter(Mandatory, ParameterSetName = 'BeIn')] [switch] $BeIn,
        [Parameter(Mandatory, ParameterSetName = 'HaveCount')] [switch] $HaveCount,
        [Parameter(Mandatory, ParameterSetName = 'BeOfType')] [Alias('HaveType')] [switch] $BeOfType,
        [Parameter(Mandatory, ParameterSetName = 'Exist')] [switch] $Exist,
        [Parameter(Mandatory, ParameterSetName = 'Throw')] [switch] $Throw,

        [Parameter(Position = 0, ParameterSetName = 'Be')]
        [Parameter(Position = 0, ParameterSetName = 'BeExactly')]
        [Parameter(Position = 0, ParameterSetName = 'BeGreaterThan')]
        [Parameter(Position = 0, ParameterSetName = 'BeGreaterOrEqual')]
        [Parameter(Position = 0, ParameterSetName = 'BeLessThan')]
        [Parameter(Position = 0, ParameterSetName = 'BeLessOrEqual')]
        [Parameter(Position = 0, ParameterSetName = 'BeLike')]
        [Parameter(Position = 0, ParameterSetName = 'BeLikeExactly')]
        [Parameter(Position = 0, ParameterSetName = 'Match')]
        [Parameter(Position = 0, ParameterSetName = 'MatchExactly')]
        [Parameter(Position = 0, ParameterSetName = 'Contain')]
        [Parameter(Position = 0, ParameterSetName = 'BeIn')]
        [Parameter(Position = 0, ParameterSetName = 'HaveCount')]
        [Parameter(Position = 0, ParameterSetName = 'BeOfType')]
        [Alias('RegularExpression', 'ExpectedType')]
        [AllowNull()] [AllowEmptyString()] [AllowEmptyCollection()] $ExpectedValue,

        [Parameter(Position = 0, ParameterSetName = 'Throw')] [string] $ExpectedMessage,
        [Parameter(Position = 1, ParameterSetName = 'Throw')] [string] $ErrorId,
        [Parameter(Position = 2, ParameterSetName = 'Throw')] [type] $ExceptionType,
        [Parameter(ParameterSetName = 'Throw')] [switch] $PassThru
    )
    begin { $piped = [System.Collections.Generic.List[object]]::new() }
    process { $piped.Add($ActualValue) }
    end {
        $operator = $PSCmdlet.ParameterSetName
        $whole = $operator -in 'Be', 'BeExactly', 'BeNullOrEmpty', 'Contain', 'HaveCount'
        $tested = @(if ($piped.Count -eq 0) { $null } elseif ($whole) { , $piped.ToArray() } else { $piped.ToArray() })
        foreach ($value in $tested) {
            $answer = Test-Operator $operator $value $PSBoundParameters
            if ([bool] $answer.Yes -eq [bool] $Not) {
                $what = @(
                    if ($PSBoundParameters.ContainsKey('ExpectedValue')) { Show-Value $ExpectedValue }
                    if ($ExpectedMessage) { "message $(Show-Value $ExpectedMessage)" }
                    if ($ErrorId) { "error id $(Show-Value $ErrorId)" }
                    if ($ExceptionType) { "type $(Show-Value $ExceptionType)" }
                ) -join ', '
                $text = "Expected $(if ($Not) { '-Not ' })-$operator $what".TrimEnd() + $(if ($Because) { ", because $($Because -replace '^because\s')" })
                throw (New-Failure 'ShouldFailed' "$text, but $($answer.But)." $MyInvocation.ScriptName $MyInvocation.ScriptLineNumber)
            }
            if ($PassThru -and -not $Not) { $answer.Error }
        }
    }
}

# --- The run ---------------------------------------------------------------------------------------------------------

function Set-Data($Node) {
    # $_ is set by the scope itself: set in a dot-sourced block it would end with that block.
    if ($Node.HasData -and $Node.Data -is [System.Collections.IDictionary]) {
        foreach ($key in @($Node.Data.Keys)) { . $script:Glue.Set $key $Node.Data[$key] }
    }
}

function Expand-Name([string] $Name) {
    if ($Name -notlike '*<*') { return $Name }
    $text = $Name -replace '\$', '`$' -replace '"', '`"' -replace '(?<!`)<([^>^`]+)>', '$$($$$1)'
    . $script:Glue.Evaluate ('"' + $text + '"')
}

function Get-Place($ErrorRecord) {
    $target = $ErrorRecord.TargetObject
    if ($ErrorRecord.FullyQualifiedErrorId -in 'ShouldFailed', 'NoTest' -and $target) { return $target }
    # The innermost frame in the test file says more to its reader than the place inside some module.
    foreach ($frame in "$($ErrorRecord.ScriptStackTrace)" -split "`n") {
        if ($frame -match ', (?<file>.*\.Tests\.ps1): line (?<line>\d+)') { return @{ File = $Matches.file; Line = [int] $Matches.line } }
    }
    @{ File = $ErrorRecord.InvocationInfo.ScriptName; Line = $ErrorRecord.InvocationInfo.ScriptLineNumber }
}

function New-Result([string[]] $Path, [string] $Result, [double] $Milliseconds, $ErrorRecord, [string] $File, [int] $Line) {
    $place = if ($null -ne $ErrorRecord) { Get-Place $ErrorRecord } else { @{ File = $File; Line = $Line } }
    [pscustomobject]@{
        name = $Path -join ' > '
        result = $Result
        durationMs = [Math]::Round($Milliseconds, 3)
        message = if ($null -ne $ErrorRecord) { "$($ErrorRecord.Exception.Message)" } else { '' }
        file = if ($place.File) { $place.File } else { $File }
        line = if ($place.Line) { $place.Line } else { $Line }
    }
}

function Get-Chain($Node) {
    $chain = @()
    for ($at = $Node; $null -ne $at; $at = $at.Parent) { $chain = @($at) + $chain }
    $chain
}

function Invoke-Test($Test, [string[]] $Path) {
    if ($Test.Skip) { return New-Result ($Path + $Test.Name) 'Skipped' 0 $null $Test.File $Test.Line }
    $state = @{ Name = $Test.Name; Error = $null }
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    & $script:Glue.Scope {
        $chain = @(Get-Chain $Test.Parent)
        try {
            Set-Data $Test
            $state.Name = Expand-Name $Test.Name
            foreach ($block in $chain) { if ($block.BeforeEach) { do { $null = . $block.BeforeEach } until ($true) } }
            do { $null = . $Test.Test } until ($true)
        }
        catch { $state.Error = $_ }
        finally {
            [array]::Reverse($chain)
            foreach ($block in $chain) {
                try { if ($block.AfterEach) { do { $null = . $block.AfterEach } until ($true) } }
                catch { if ($null -eq $state.Error) { $state.Error = $_ } }
            }
        }
    } $Test
    $result = if ($null -eq $state.Error) { 'Passed' } elseif ($state.Error.FullyQualifiedErrorId -eq 'TestSkipped') { 'Skipped' } else { 'Failed' }
    New-Result ($Path + $state.Name) $result $watch.Elapsed.TotalMilliseconds $state.Error $Test.File $Test.Line
}

function Get-Test($Block) {
    foreach ($child in $Block.Children) { if ($child.PSObject.Properties['Test']) { $child } else { Get-Test $child } }
}

function Invoke-Block($Block, [string[]] $Path) {
    $tests = @(Get-Test $Block)
    if ($tests.Count -eq 0) { return }
    if (@($tests | Where-Object { -not $_.Skip }).Count -eq 0) {
        foreach ($test in $tests) { New-Result ((@(Get-Chain $test) | Where-Object { $_.Parent } | ForEach-Object Name)) 'Skipped' 0 $null $test.File $test.Line }
        return
    }

    $drive = Get-DriveContent
    & $script:Glue.Scope {
        $failure = $null
        try {
            Set-Data $Block
            $inner = @($Path) + @(if ($Block.Parent) { Expand-Name $Block.Name })
            if ($Block.BeforeAll) { do { $null = . $Block.BeforeAll } until ($true) }
        }
        catch { $failure = $_ }
        try {
            if ($null -ne $failure) {
                foreach ($test in $tests) {
                    $names = @(Get-Chain $test | Where-Object { $_.Parent } | ForEach-Object Name)
                    New-Result $names $(if ($test.Skip) { 'Skipped' } else { 'Failed' }) 0 $failure $test.File $test.Line
                }
            }
            else {
                foreach ($child in $Block.Children) { if ($child.PSObject.Properties['Test']) { Invoke-Test $child $inner } else { Invoke-Block $child $inner } }
            }
        }
        finally {
            try { if ($Block.AfterAll) { do { $null = . $Block.AfterAll } until ($true) } }
            catch { New-Result (@($Path) + $Block.Name + 'AfterAll') 'Failed' 0 $_ $tests[0].File $tests[0].Line }
        }
    } $Block
    Clear-Drive $drive
}

function Get-DriveContent { , @([System.IO.Directory]::GetFileSystemEntries($script:Drive, '*', 'AllDirectories')) }

function Clear-Drive($Keep) {
    # A block leaves in the test drive what its parents had put there, and nothing else.
    foreach ($entry in @(Get-DriveContent) | ForEach-Object { $_ } | Sort-Object Length -Descending) {
        if ($entry -notin $Keep) { Remove-Item -LiteralPath $entry -Recurse -Force -ErrorAction Ignore }
    }
}

function Invoke-TestFile {
    <#
    .SYNOPSIS
    Runs one test file and outputs one object for each test: name, result, durationMs, message, file, line.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Path)

    $state = $PSCmdlet.SessionState
    $literals = [scriptblock]::Create(@'
        @{
            Scope = {
                if ($args[1].HasData) { $_ = $args[1].Data }
                & $args[0]
            }
            Dot = { . $args[0] }
            Set = { Set-Variable -Name $args[0] -Value $args[1] }
            Evaluate = { & ([scriptblock]::Create($args[0])) }
        }
'@)
    $script:Glue = $state.InvokeCommand.InvokeScript($state, $literals, @())[0]
    $script:Drive = Join-Path ([System.IO.Path]::GetTempPath()) "TestDrive-$([guid]::NewGuid().ToString('N'))"
    $null = [System.IO.Directory]::CreateDirectory($script:Drive)
    $provider = $state.Provider.GetOne('FileSystem')
    $null = $state.Drive.New([System.Management.Automation.PSDriveInfo]::new('TestDrive', $provider, $script:Drive, '', $null), 'global')
    $root = New-Block -Name '' -Skip $false
    try {
        & $script:Glue.Scope {
            . $script:Glue.Set 'TestDrive' $script:Drive
            $script:Found = $root
            try { $null = . $script:Glue.Dot $Path }
            finally { $script:Found = $null }
            if (@(Get-Test $root).Count -eq 0) { throw (New-Failure 'NoTest' 'The file has no test.' $Path 1) }
        } $root
        & $script:Glue.Scope {
            . $script:Glue.Set 'TestDrive' $script:Drive
            Invoke-Block $root @()
        } $root
    }
    catch { New-Result ([System.IO.Path]::GetFileName($Path)) 'Failed' 0 $_ $Path 1 }
    finally {
        $script:Glue = $null
        $state.Drive.Remove('TestDrive', $true, 'global')
        [System.IO.Directory]::Delete($script:Drive, $true)
    }
}

Export-ModuleMember -Function Describe, Context, It, BeforeDiscovery, BeforeAll, AfterAll, BeforeEach, AfterEach, Should, Set-ItResult, Invoke-TestFile
