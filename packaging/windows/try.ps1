# Tries an installer: silently into a path with spaces, umlauts and an emoji; over itself; refused while the program
# runs; removed without a trace but the person's own folder. Run by CI with the installer's path.
param([Parameter(Mandatory)][string]$Setup)
$ErrorActionPreference = "Stop"
$env:QT_QPA_PLATFORM = "offscreen"
$folder = Join-Path $env:LOCALAPPDATA "Programs\GAN Stüdio $([char]::ConvertFromUtf32(0x1F33B))"

function Install([int]$expected) {
    $ended = Start-Process $Setup -ArgumentList "/S", "/D=$folder" -Wait -PassThru
    if ($ended.ExitCode -ne $expected) { throw "the installer ended with $($ended.ExitCode), not $expected" }
}
function Selftest {
    & "$folder\ganstudio.exe" --selftest
    if ($LASTEXITCODE -ne 0) { throw "the self-test ended with $LASTEXITCODE" }
}

$before = (Get-ItemProperty "HKCU:\Software\Classes\.png" -ErrorAction SilentlyContinue)."(default)"
Install 0
Selftest
Install 0
Selftest
if ((Get-ItemProperty "HKCU:\Software\Classes\.png" -ErrorAction SilentlyContinue)."(default)" -ne $before) {
    throw "pictures were taken over"
}

$running = Start-Process "$folder\GANStudio-window.exe" -PassThru
Start-Sleep 8
try { Install 2 } finally { Stop-Process $running -Force; Start-Sleep 3 }

Start-Process "$folder\uninstall.exe" -ArgumentList "/S", "_?=$folder" -Wait
Remove-Item "$folder\uninstall.exe" -ErrorAction SilentlyContinue  # with _? it cannot remove itself
foreach ($left in "$folder\ganstudio.exe", "$folder\lib", "HKCU:\Software\Microsoft\Windows\CurrentVersion\Uninstall\GANStudio",
    "HKCU:\Software\Classes\GANStudio.Picture", "$env:APPDATA\Microsoft\Windows\Start Menu\Programs\GANStudio.lnk") {
    if (Test-Path $left) { throw "left behind: $left" }
}
"The installer does what it should."
