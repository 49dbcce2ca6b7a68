# The state as a dictionary, and the commands that do the same: two tables of operations, each from wherever a state can
# be reached, all with the same results and the same errors.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/DictionaryTable.psm1"
    Import-Module "$PSScriptRoot/Support/CommandTable.psm1"
    $operations = Get-DictionaryCase
    $commands = Get-CommandCase
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/OtherSession.psm1"
    $context = Start-ZProcContext

    # In another OS process, whose results come back as text.
    function Invoke-There([string] $Table, [string] $Call) {
        $lines = @(Invoke-OtherSession $context.ConnectionString "Import-Module '$Table'; [Console]::Out.WriteLine((ConvertTo-Json ($Call) -Compress))" $TestDrive)
        $lines[-1] | ConvertFrom-Json -AsHashtable
    }

    # Runs the table of a module by one of its functions in each place, and gives the results by place.
    function Invoke-Everywhere([string] $Table, [string] $Function) {
        Import-Module $Table
        $there = { param($Table, $Function) Import-Module $Table; & $Function $State }
        [ordered]@{
            'the session that runs the server'            = & $Function $context.State
            'a process in a runspace'                     = Start-ZProcess -As Runspace -ArgumentList $Table, $Function $there | Receive-ZProcess -Wait -ErrorAction Stop 6>$null
            'an OS process'                               = Start-ZProcess -As Process -ArgumentList $Table, $Function $there | Receive-ZProcess -Wait -ErrorAction Stop 6>$null
            'a session that joined'                       = Invoke-There $Table "$Function `$state"
            'an atomic block'                             = & $Function $context.State -InBlock
            'an atomic block of a session that joined'    = Invoke-There $Table "$Function `$state -InBlock"
        }
    }
}

AfterAll {
    Stop-ZProcContext
}

Describe 'A dictionary' {
    BeforeAll {
        $given = Invoke-Everywhere "$PSScriptRoot/Support/DictionaryTable.psm1" Invoke-StateCase
        $expected = Invoke-PlainCase
        $expectedInBlock = Invoke-PlainCase -InBlock
    }

    It '<_>' -ForEach $operations {
        foreach ($place in $given.Keys) {
            $inBlock = $place -like '*block*'
            if ($inBlock -and -not $given[$place].Contains($_)) { continue } # it is not for blocks
            "from $place`:`n$($given[$place][$_])" | Should -BeExactly "from $place`:`n$(if ($inBlock) { $expectedInBlock[$_] } else { $expected[$_] })"
        }
    }
}

Describe 'The command' {
    BeforeAll {
        $given = Invoke-Everywhere "$PSScriptRoot/Support/CommandTable.psm1" Invoke-StateCommand
        $expected = Invoke-PlainCommand
    }

    It '<_>' -ForEach $commands {
        foreach ($place in $given.Keys) {
            if ($place -like '*block*' -and -not $given[$place].Contains($_)) { continue }
            "from $place`:`n$($given[$place][$_])" | Should -BeExactly "from $place`:`n$($expected[$_])"
        }
    }
}
