# A context on an engine that is reached by TLS. Without redis-server, and where no variable names trusted certificates, the tests are skipped.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Engine.psm1"
    $canRun = $IsLinux -and (Find-Engine)
    if (-not $canRun) { Write-Warning 'skipped: no redis-server' }
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../ZProc.psd1"
    Import-Module "$PSScriptRoot/Support/Engine.psm1"

    # A certificate of localhost that vouches for itself.
    function New-Certificate([string] $Folder) {
        $key = [System.Security.Cryptography.RSA]::Create(2048)
        $request = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new(
            'CN=localhost', $key, 'SHA256', [System.Security.Cryptography.RSASignaturePadding]::Pkcs1)
        $names = [System.Security.Cryptography.X509Certificates.SubjectAlternativeNameBuilder]::new()
        $names.AddDnsName('localhost')
        $request.CertificateExtensions.Add($names.Build())
        $request.CertificateExtensions.Add([System.Security.Cryptography.X509Certificates.X509BasicConstraintsExtension]::new($true, $false, 0, $true))
        $certificate = $request.CreateSelfSigned([datetimeoffset]::Now.AddDays(-1), [datetimeoffset]::Now.AddDays(1))
        Set-Content -LiteralPath "$Folder/engine.crt" -Value $certificate.ExportCertificatePem()
        Set-Content -LiteralPath "$Folder/engine.key" -Value $key.ExportPkcs8PrivateKeyPem()
        "$Folder/engine.crt"
    }

    # Runs a script in a session that trusts the certificate, and returns what it writes.
    function Invoke-Trusting([string] $Script) {
        $env:SSL_CERT_FILE = $certificate
        try {
            & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "`$ErrorActionPreference = 'Stop'; Import-Module '$PSScriptRoot/../../ZProc.psd1'; $Script"
        }
        finally {
            $env:SSL_CERT_FILE = $null
        }
    }
}

Describe 'An engine with TLS' -Skip:(-not $canRun) {
    BeforeAll {
        $certificate = New-Certificate $TestDrive
        $port = Get-FreePort
        $engine = Start-Engine $TestDrive @(
            '--tls-port', $port, '--tls-cert-file', $certificate, '--tls-key-file', "$TestDrive/engine.key", '--tls-ca-cert-file', $certificate, '--tls-auth-clients', 'no')
        $address = "rediss://localhost:$port/tls"
    }
    AfterAll { Stop-Engine $engine }

    It 'has contexts for sessions that trust its certificate, and for their processes' {
        Invoke-Trusting "
            `$null = Connect-ZProcContext '$address'
            Set-ZState n 1
            Start-ZProcess { Update-ZState n -Increment 5 } | Receive-ZProcess -Wait
            (Get-ZProcContext).Endpoint" | Should -Be @('6', $address)
    }

    It 'is refused when this machine does not trust its certificate' {
        { Connect-ZProcContext $address -TimeoutSec 120 -ErrorAction Stop } | Should -Throw '*TLS failed*' -ErrorId 'ZProc.CannotConnect*'
    }

    It 'is refused when its certificate is of another host' {
        Invoke-Trusting "try { Connect-ZProcContext 'rediss://127.0.0.1:$port/tls' -TimeoutSec 120 } catch { `$_.FullyQualifiedErrorId + ' ' + `$_.Exception.Message }" |
            Should -BeLike 'ZProc.CannotConnect*TLS failed*'
    }

    It 'is not reached without TLS, nor an engine without TLS by TLS' {
        { Connect-ZProcContext "redis://localhost:$port/tls" -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.CannotConnect*'
        { Connect-ZProcContext "rediss://localhost:$($engine.Port)/tls" -ErrorAction Stop } | Should -Throw -ErrorId 'ZProc.CannotConnect*'
    }
}
