# Installs what build.ps1 made, for this user and silently; uses it; puts it over itself; uninstalls.
#   pwsh installer/windows/installed_check.ps1
Set-StrictMode -Version Latest
$ErrorActionPreference = "Stop"
Set-Location (Resolve-Path (Join-Path $PSScriptRoot "../..")).Path

$setup = @(Get-ChildItem dist -Filter "S2-Flow-Studio-*-windows-x64.exe")
if ($setup.Count -ne 1) { throw "there is not one installer in dist, but $($setup.Count)" }
$folder = Join-Path $env:TEMP "S2-Flow Studio check"
$data = Join-Path $env:LOCALAPPDATA "s2flow"
$key = "HKCU:\Software\Classes\S2FlowStudio.Project\shell\open\command"

function Install {
    $run = Start-Process $setup[0].FullName -ArgumentList "/S", "/D=$folder" -Wait -PassThru
    if ($run.ExitCode -ne 0) { throw "the installer ends with $($run.ExitCode)" }
}

Install
& build/venv-windows/Scripts/python.exe installer/smoke_test.py (Join-Path $folder "s2flow.exe")
if ($LASTEXITCODE -ne 0) { throw "the installed program does not work" }
$command = (Get-ItemProperty $key)."(default)"
if ($command -ne "`"$folder\s2flow-studio.exe`" `"%1`"") { throw "projects open with $command" }

Install
New-Item -ItemType Directory -Force $data | Out-Null
Set-Content (Join-Path $data "kept.txt") "kept"
Set-Content (Join-Path $folder "mine.txt") "mine"
Start-Process (Join-Path $folder "uninstall.exe") -ArgumentList "/S" -Wait
# The uninstaller goes on as a copy of itself, which nobody can wait for.
$until = (Get-Date).AddMinutes(5)
while ((Test-Path $key) -or (Test-Path (Join-Path $folder "uninstall.exe"))) {
    if ((Get-Date) -gt $until) { throw "it is not uninstalled after five minutes" }
    Start-Sleep -Seconds 1
}
$left = @(Get-ChildItem -Recurse -File $folder | ForEach-Object Name)
if ("$left" -ne "mine.txt") { throw "after uninstalling there is: $left" }
if (-not (Test-Path (Join-Path $data "kept.txt"))) { throw "the user's data are gone" }
Write-Host "installed, used, put over itself, uninstalled; what a user kept is kept"
