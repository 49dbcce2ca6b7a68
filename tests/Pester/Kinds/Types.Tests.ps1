# The enums and classes that a block names go along with it, wherever it runs: from its own script file, and from files that the
# session has run.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/../Support/Kinds.psm1"
    $all = Get-Kind -Atomic
    $kinds = Get-Kind
    $startable = Get-Kind Process, Runspace, Parallel*
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../../ZProc.psd1"
    Import-Module "$PSScriptRoot/../Support/Kinds.psm1"
    $context = Start-ZProcContext

    # A script that runs its block as a kind, and outputs the text of what came.
    function Invoke-Script([string] $Kind, [string] $Text, [string] $Name = 'script') {
        $file = Join-Path $TestDrive "$Name.ps1"
        Set-Content $file "param(`$Kind)`n$Text`n`$result = Invoke-Kind `$Kind `$block`nif (`$result.Error) { `"error `$(`$result.Error)`" }`n`$result.Text"
        & $file $Kind
    }
}

AfterAll {
    Stop-ZProcContext $context
}

# Defined after the block that uses them in some cases, as a script may do.
enum Level { Low = 1; High = 5 }
[Flags()] enum Parts : byte { None = 0; One = 1; Two = 2 }
class Animal {
    [string] $Name
    [Level] $Level = 'High'
    static [int] $Legs = 4
    [string] Says() { return "$($this.Name) says nothing" }
}
class Dog : Animal {
    Dog([string] $name) { $this.Name = $name }
    [string] Says() { return "$($this.Name) of $($this.Level) says wuff, $([Parts] 3)" }
}

Describe 'An enum of the script' {
    It 'is known to the block, as <Kind>' -ForEach $all {
        $result = Invoke-Kind $Kind { [Level]::High; [int] [Level] 'Low'; [Level] 5 -eq 'High'; [Parts] 3; [Parts].GetEnumUnderlyingType().Name; [enum]::GetNames([Level]) -join ' ' }
        "$($result.Error)" | Should -Be ''
        $result.Output | ForEach-Object { "$_" } | Should -Be 'High', '1', 'True', 'One, Two', 'Byte', 'Low High'
    }

    It 'is known where only a text names it, in a type of a parameter, and in a type of a type, as <Kind>' -ForEach $kinds {
        $result = Invoke-Kind $Kind { $type = 'Parts'; (New-Object Animal).Level; & { param([Level[]] $Levels) "$Levels" } 1, 5; 2 -as $type }
        "$($result.Error)" | Should -Be ''
        $result.Output | ForEach-Object { "$_" } | Should -Be 'High', 'Low High', 'Two'
    }

    It 'equals the values of the caller that the block has, as <Kind>' -ForEach $kinds {
        $level = [Level]::High
        Set-ZState level $level
        $result = Invoke-Kind $Kind { $using:level -eq [Level]::High; [Level] $using:level; (Get-ZState level -Namespace default) -eq [Level]::High; $using:level -eq 'High'; [int] $using:level }
        "$($result.Error)" | Should -Be ''
        $result.Output | ForEach-Object { "$_" } | Should -Be 'True', 'High', 'True', 'True', '5'
        (Get-ZState level) -is [Level] | Should -BeTrue -Because 'the types of a runspace are its own'
        Remove-ZState level
    }
}

Describe 'A class of the script' {
    It 'is known to the block with its base and all that they name, as <Kind>' -ForEach $all {
        $result = Invoke-Kind $Kind { $dog = [Dog]::new('Rex'); $dog.Says(); $dog -is [Animal]; [Dog]::Legs; [System.Collections.Generic.List[Dog]]::new().Count }
        "$($result.Error)" | Should -Be ''
        $result.Output | Should -Be 'Rex of High says wuff, One, Two', $true, 4, 0
    }

    It 'is known to functions, initialization scripts and blocks of blocks, as <Kind>' -ForEach $startable {
        function Get-Dog([string] $Name) { [Dog]::new($Name) }
        $with = @{ ImportFunction = 'Get-Dog'; InitializationScript = { $global:early = [Dog]::new('Early') } }
        $result = Invoke-Kind $Kind { $early.Says(); $early.GetType() -eq (Get-Dog Late).GetType(); 1 | Invoke-ZParallel { [Dog]::new('Deep').Name }; Start-ZProcess { "$([Level]::Low)" } | Receive-ZProcess -Wait } -With $with
        "$($result.Error)" | Should -Be ''
        $result.Output | Should -Be 'Early of High says wuff, One, Two', $true, 'Deep', 'Low'
    }

    It 'gives objects whose methods run in the session, and one type for all runspaces of a call' {
        $dogs = 1..8 | Invoke-ZParallel -ThrottleLimit 4 -BatchSize 1 { [Dog]::new("Dog$_") }
        $dogs[7].Says() | Should -Be 'Dog8 of High says wuff, One, Two'
        @($dogs | ForEach-Object { $_.GetType() } | Select-Object -Unique).Count | Should -Be 1
        (Start-ZProcess -As Runspace { [Dog]::new('Rex') } | Receive-ZProcess -Wait).Says() | Should -BeLike 'Rex*'
    }

    It 'is known to a job of Invoke-ZParallel' {
        1 | Invoke-ZParallel -AsJob { [Dog]::new('Job').Says() } | Receive-Job -Wait -AutoRemoveJob | Should -BeLike 'Job of High*'
    }

    It 'whose script has an error in a method shows the place of the error, as <Kind>' -ForEach $startable {
        $text = "class Bad {`n  [void] Fail() {`n    throw 'bad method'`n  }`n}`n`$block = { [Bad]::new().Fail() }"
        $file = Join-Path $TestDrive bad.ps1
        Set-Content $file "param(`$Kind)`n$text`nInvoke-Kind `$Kind `$block"
        $result = & $file $Kind
        "$($result.Error)" | Should -BeLike '*bad method'
        $result.Error[0].ScriptStackTrace | Should -BeLike "*bad.ps1: line 4*"
    }
}

Describe 'A type of another script' {
    It 'goes along when the session has run its file, as <Kind>' -ForEach $kinds {
        Set-Content (Join-Path $TestDrive types.ps1) "using namespace System.Text`nclass Near { [string] Text() { return [StringBuilder]::new('near').ToString() } }`nenum Far { Away = 3 }"
        $script = ". `$PSScriptRoot/types.ps1`n`$block = [scriptblock]::Create('[Near]::new().Text(); [int] [Far]::Away')"
        Invoke-Script $Kind $script | Should -Be "near`n3"
        . (Join-Path $TestDrive types.ps1) # the parser has to know the base
        Invoke-Script $Kind "class Nearer : Near { }`n`$block = { [Nearer]::new().Text() }" nearer | Should -Be near
    }

    It 'goes along when it is an enum that was typed, as <Kind>' -ForEach $kinds {
        $run = [scriptblock]::Create('[Flags()] enum Typed : byte { A = 1; B = 2 }; Invoke-Kind $args[0] { "$([Typed] 3) $([Typed]::A.GetTypeCode())" }')
        (& $run $Kind).Text | Should -Be 'A, B Byte'
        $run = [scriptblock]::Create('. ([scriptblock]::Create("enum TypedBefore { A = 4 }")); Invoke-Kind $args[0] ([scriptblock]::Create("[int] [TypedBefore]::A"))')
        (& $run $Kind).Text | Should -Be '4'
    }

    It 'of a module goes along by the using line, as <Kind>' -ForEach $kinds {
        Set-Content (Join-Path $TestDrive Zoo.psm1) "class Cat { [string] Says() { return Get-Sound } }`nfunction Get-Sound { 'meow' }"
        $file = Join-Path $TestDrive zoo.ps1
        Set-Content $file "using module ./Zoo.psm1`nparam(`$Kind)`n`$result = Invoke-Kind `$Kind { [Cat]::new().Says() }`n`"`$(`$result.Error)`$(`$result.Text)`""
        & $file $Kind | Should -Be meow
        Remove-Module Zoo -ErrorAction Ignore
    }

    It 'of a module is known to all scripts of a file that has a namespace, too, as <Kind>' -ForEach $startable {
        Set-Content (Join-Path $TestDrive Farm.psm1) 'class Cow { [string] Says() { return "moo" } }'
        $file = Join-Path $TestDrive farm.ps1
        Set-Content $file @'
using namespace System.Text
using module ./Farm.psm1
param($Kind)
function Get-Plain { 'plain' }
function Get-Cow { [Cow]::new() }
filter Add-Cow { [StringBuilder]::new("$_ ").Append([Cow]::new().Says()).ToString() }
$with = @{ ImportFunction = 'Get-Plain', 'Get-Cow', 'Add-Cow'; InitializationScript = { $global:early = [Cow]::new(); $global:text = [StringBuilder]::new('text') } }
$result = Invoke-Kind $Kind {
    [Cow]::new().Says(); Get-Plain; (Get-Cow).Says(); 'one' | Add-Cow; $early -is [Cow]; "$text"; 1 | ForEach-Object { [Cow]::new().Says() }; (Get-Cow) -is [Cow]; 'Cow' -as [type]
} -With $with
"$($result.Error)"
$result.Text
foreach ($one in @{ ImportFunction = 'Get-Plain' }, @{ InitializationScript = { $global:q = 1 } }) {
    $result = Invoke-Kind $Kind { [Cow]::new().Says() } -With $one
    "$($result.Error)$($result.Text)"
}
'@
        & $file $Kind | Should -Be '', "moo`nplain`nmoo`none moo`nTrue`ntext`nmoo`nTrue`nCow", 'moo', 'moo'
        Remove-Module Farm -ErrorAction Ignore
    }

    It 'is a warning, and no more, where it cannot go, as <Kind>' -ForEach $kinds {
        if (-not ('OnlyHere' -as [type])) { Add-Type 'public class OnlyHere { }' }
        $file = Join-Path $TestDrive below.ps1
        Set-Content $file "class Below : OnlyHere { }`nInvoke-Kind `$args[0] { 'Below'; 'goes on' }"
        $result = & $file $Kind
        $result.Output | Should -Be 'Below', 'goes on'
        "$($result.Warning)" | Should -BeLike $(if ($As -eq 'Process') { '*below.ps1*OnlyHere*' } else { '' }) -Because 'types of Add-Type are those of an OS process'
    }

    It 'goes along with a script file -As <_>' -ForEach 'Process', 'Runspace' {
        $other = Join-Path $TestDrive other.ps1
        Set-Content $other 'enum Other { A = 7 }'
        . $other
        $file = Join-Path $TestDrive file.ps1
        Set-Content $file 'enum Own { A = 8 }; [int] [Own]::A; [int] [Other]::A'
        Start-ZProcess -As $_ -FilePath $file | Receive-ZProcess -Wait | Should -Be 8, 7
    }
}
