# The package, as people get it: published, installed, imported by name, used, updated, removed.

BeforeDiscovery {
    $noSdk = -not (Get-Command dotnet -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    $root = Convert-Path "$PSScriptRoot/../.."
    $shell = (Get-Process -Id $PID).Path
    $home1 = (New-Item -ItemType Directory "$TestDrive/home").FullName
    $repository = (New-Item -ItemType Directory "$TestDrive/repository").FullName

    # Runs a script in a fresh session of a user that has no modules yet.
    function Invoke-AsNewUser([string] $Script, [string[]] $Arguments) {
        Set-Content "$TestDrive/step.ps1" "`$ErrorActionPreference = 'Stop'`n$Script"
        $before = $env:HOME, $env:USERPROFILE, $env:PSModulePath
        try {
            $env:HOME = $env:USERPROFILE = $home1
            $env:PSModulePath = ''
            $output = & $shell -NoProfile -NonInteractive -File "$TestDrive/step.ps1" @Arguments 2>&1 | ForEach-Object { "$_" }
            $LASTEXITCODE | Should -Be 0 -Because ($output -join "`n")
            $output
        }
        finally {
            $env:HOME, $env:USERPROFILE, $env:PSModulePath = $before
        }
    }

    # A copy of the packed folder with another version.
    function New-Version([string] $Version) {
        $folder = (New-Item -ItemType Directory "$TestDrive/$Version/ZProc").FullName
        Copy-Item "$root/out/ZProc/*" $folder -Recurse
        $manifest = Get-Content "$folder/ZProc.psd1" -Raw
        $manifest -replace "(?m)^(\s*ModuleVersion\s*=\s*)'.*'", "`$1'$Version'" | Set-Content "$folder/ZProc.psd1" -NoNewline
        $folder
    }
}

Describe 'The package' -Skip:$noSdk {
    BeforeAll {
        $null = & $shell -NoProfile -NonInteractive -File "$root/build.ps1" -Task Pack -NoBuild
        $LASTEXITCODE | Should -Be 0
        $version = (Import-PowerShellDataFile "$root/module/ZProc.psd1").ModuleVersion
    }

    It 'holds the module, its help, and nothing else' {
        $files = Get-ChildItem "$root/out/ZProc" -Recurse -File | ForEach-Object { [System.IO.Path]::GetRelativePath("$root/out/ZProc", $_.FullName).Replace('\', '/') }
        $files | Should -Contain 'ZProc.psd1'
        $files | Should -Contain 'en-US/about_ZProc.help.txt'
        foreach ($name in 'ZProc.Core', 'ZProc.Terminal', 'Spectre.Console', 'Spectre.Console.Ansi') { $files | Should -Contain "bin/deps/$name.dll" }
        foreach ($native in 'linux-x64/libe_sqlite3.so', 'linux-musl-x64/libe_sqlite3.so', 'linux-arm64/libe_sqlite3.so', 'win-x64/e_sqlite3.dll', 'win-arm64/e_sqlite3.dll', 'osx-arm64/libe_sqlite3.dylib') {
            $files | Should -Contain "bin/deps/native/$native"
        }

        $files | Where-Object { $_ -notmatch '^(ZProc\.psd1|[\w.]+\.ps1xml|LICENSE|[A-Z]+\.md|en-US/[\w.-]+|bin/(deps/|net\d+-[\w-]+/)?[\w.]+\.(dll|pdb)|bin/deps/native/[\w-]+/(lib)?e_sqlite3\.(dll|so|dylib))$' } | Should -BeNullOrEmpty
    }

    It 'needs no assembly that .NET 8, of PowerShell 7.4, lacks' {
        $files = Get-ChildItem "$root/out/ZProc/bin/*.dll", "$root/out/ZProc/bin/deps/*.dll"
        $files.Count | Should -BeGreaterThan 10
        $lacking = foreach ($file in $files) {
            $image = [System.Reflection.PortableExecutable.PEReader]::new([System.IO.File]::OpenRead($file))
            try {
                $reader = [System.Reflection.Metadata.PEReaderExtensions]::GetMetadataReader($image)
                foreach ($handle in $reader.AssemblyReferences) {
                    $reference = $reader.GetAssemblyReference($handle)
                    $name = $reader.GetString($reference.Name)
                    if ($name -match '^(System|Microsoft)\.' -and $reference.Version.Major -gt 8 -and $name -notin $files.BaseName) { "$($file.Name): $name $($reference.Version)" }
                }
            }
            finally { $image.Dispose() }
        }

        # NetMQ's other pool of buffers, which ZProc does not use.
        $lacking | Where-Object { $_ -notlike 'NetMQ.dll: System.ServiceModel.Primitives*' } | Should -BeNullOrEmpty
    }

    It 'has a complete manifest' {
        $manifest = Test-ModuleManifest "$root/out/ZProc/ZProc.psd1"
        foreach ($field in 'Author', 'Description', 'Copyright', 'ProjectUri', 'LicenseUri', 'ReleaseNotes', 'Tags') {
            $manifest.$field | Should -Not -BeNullOrEmpty -Because $field
        }

        $changes = [regex]::Matches([System.IO.File]::ReadAllText("$root/CHANGELOG.md"), '(?m)^## \[([\d.]+)\]').ForEach({ $_.Groups[1].Value })
        $changes | Select-Object -First 1 | Should -Be $manifest.Version
    }

    # On Windows the folder of a user's modules does not follow the environment, and this user's own is not for tests.
    It 'is installed, imported by name and used, updated and removed' -Skip:$IsWindows {
        Copy-Item "$root/out/ZProc.$version.nupkg" $repository
        Invoke-AsNewUser 'Register-PSResourceRepository -Name local -Uri $args[0] -Trusted; Install-PSResource ZProc -Repository local' $repository

        $said = Invoke-AsNewUser @'
            $Folder = $args[0]
            Import-Module ZProc
            "path $((Get-Module ZProc).Path)"
            $null = Start-ZProcContext
            1..20 | ForEach-Object { Set-Content "$Folder/$_.txt" ('x' * $_) -NoNewline }
            $null = Get-ChildItem "$Folder/*.txt" | Invoke-ZParallel -As Process { Update-ZState bytes -Increment $_.Length }
            "bytes $(Get-ZState bytes)"
            Start-ZProcess { "worker $(Get-ZState bytes)" } | Receive-ZProcess -Wait
            "help $("$(Get-Help about_ZProc)" -split "`n" | Where-Object { $_ -match 'about_ZProc' } | Select-Object -First 1)"
            Stop-ZProcContext
'@ (New-Item -ItemType Directory "$TestDrive/files").FullName
        $said[0] | Should -BeLike "path $home1*ZProc*$version*"
        $said[1, 2] | Should -Be 'bytes 210', 'worker 210'
        $said[3] | Should -Match 'help .*about_ZProc'

        $null = & $shell -NoProfile -NonInteractive -Command "Compress-PSResource -Path '$(New-Version 99.0.0)' -DestinationPath '$repository'"
        Invoke-AsNewUser 'Update-PSResource ZProc -Repository local'
        Invoke-AsNewUser 'Import-Module ZProc; "$((Get-Module ZProc).Version)"' | Should -Be '99.0.0'

        Invoke-AsNewUser 'Uninstall-PSResource ZProc -Version *'
        Invoke-AsNewUser '"$(@(Get-Module ZProc -ListAvailable).Count)"' | Should -Be '0'
    }
}
