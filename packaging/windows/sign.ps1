# Signs the files named, with the certificate in CERTIFICATE (base64 of a .pfx) and its PASSWORD. Run by CI.
$ErrorActionPreference = "Stop"
$pfx = Join-Path $env:RUNNER_TEMP "certificate.pfx"
[IO.File]::WriteAllBytes($pfx, [Convert]::FromBase64String($env:CERTIFICATE))
try {
    $tool = Get-ChildItem "C:\Program Files (x86)\Windows Kits\10\bin\*\x64\signtool.exe" | Sort-Object FullName | Select-Object -Last 1
    foreach ($file in $args) {
        & $tool.FullName sign /f $pfx /p $env:PASSWORD /fd sha256 /tr http://timestamp.digicert.com /td sha256 $file
        if ($LASTEXITCODE -ne 0) { throw "$file could not be signed" }
    }
} finally {
    Remove-Item $pfx
}
