# The page of Show-ZProcDashboard in a headless Chromium. Without a Chromium, these tests are skipped.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Browser.psm1"
    $browser = Find-Browser
    if (-not $browser) { Write-Warning 'skipped: no chromium' }
}

Describe 'The page' -Skip:(-not $browser) {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../ZProc.psd1"
        Import-Module "$PSScriptRoot/Support/Browser.psm1"
        $null = Start-ZProcContext
        $page = Open-Page (Show-ZProcDashboard -Web -AllowControl).Url
        function Show-View([string] $Name) { $null = Invoke-Page $page "document.querySelector('[data-view=$Name]').click()" }
    }
    AfterAll {
        if (Test-Path variable:page) { Close-Page $page }
        Stop-ZProcContext
    }

    It 'shows a process that starts, and kills it' {
        $process = Start-ZProcess -Name victim -As Process { 'alive'; Wait-ZState never -Equal 1 }
        Wait-Page $page "document.querySelector('#process-list .row:not([hidden])')?.innerText.match(/Running[^]*victim[^]*alive/)"
        $null = Invoke-Page $page "document.querySelector('#process-list .row').click()"
        Wait-Page $page "document.querySelector('#detail .actions .danger')"
        $null = Invoke-Page $page "document.querySelector('#detail .actions .danger').click()"
        $process.State | Should -Be Running
        $null = Invoke-Page $page "document.querySelector('#detail .actions .danger').click()"
        Wait-Page $page "document.querySelector('#process-list .row').innerText.includes('Stopped')"
        $process | Wait-ZProcess -TimeoutSec 90
        $process.State | Should -Be Stopped
    }

    It 'shows a key that changes, as text' {
        Show-View state
        Set-ZState '<b>key</b>' '<i>one</i>'
        Wait-Page $page "document.querySelector('#state-list').innerText.includes('<i>one</i>')"
        Set-ZState '<b>key</b>' '<i>two</i>'
        Wait-Page $page "document.querySelector('#state-list').innerText.includes('<i>two</i>')"
        Invoke-Page $page "document.querySelectorAll('main b b, main i i, .row b, .row i:not(.piece)').length" | Should -Be 0
    }

    It 'goes to an earlier revision and back' {
        Show-View state
        Set-ZState travelled 'then'
        Set-ZState travelled 'now'
        Wait-Page $page "document.querySelector('#state-list').innerText.includes('now')"
        Wait-Page $page "document.querySelector('#revision').max >= $((Get-ZStateNamespace default).Revision)"
        $null = Invoke-Page $page "document.querySelector('#earlier').click()"
        Wait-Page $page "document.querySelector('#state-list').innerText.includes('then')"
        $null = Invoke-Page $page "document.querySelector('#live').click()"
        Wait-Page $page "document.querySelector('#state-list').innerText.includes('now')"
    }

    It 'stays smooth with 1,000 processes and 10,000 keys' {
        $many = [ordered]@{}
        foreach ($number in 1..10000) { $many["key$number"] = $number }
        Set-ZState -InputObject $many -Namespace many
        $null = Invoke-Page $page "window.longest = 0; new PerformanceObserver(list => { for (const entry of list.getEntries()) longest = Math.max(longest, entry.duration); }).observe({ type: 'longtask' }); 1"
        Show-View processes
        $null = Start-ZProcess -Count 1000 -ThrottleLimit 4 -As Runspace { 1 }
        Wait-Page $page 'model.processes.size > 1000' -TimeoutSec 300
        $null = Invoke-Page $page "connect('many', '')"
        Show-View state
        Wait-Page $page 'model.entries.size === 10000'
        foreach ($number in 1..200) { Set-ZState "key$number" (-$number) -Namespace many -NoWait }
        Sync-ZState
        Wait-Page $page "model.entries.get('key200')?.preview === '-200'"
        Invoke-Page $page "document.querySelectorAll('.row').length" | Should -BeLessThan 250
        Invoke-Page $page 'longest' | Should -BeLessThan 2000 -Because 'a busy machine is slow, and a page that draws every row is slower still'
    }
}
