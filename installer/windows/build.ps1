# The Windows installer: payload by PyInstaller, installer by NSIS, smoke test, checksums.
#   pwsh installer/windows/build.ps1 [-Python python] [-SkipSmokeTest]
# Needs Python 3.11 or newer, NSIS 3.08 or newer (makensis in PATH or in Program Files) and a network
# for pip. S2FLOW_SIGN, if set, is a command that signs: %1 in it stands for the file.
[CmdletBinding()]
param(
    [string] $Python = "python",
    [switch] $SkipSmokeTest
)
Set-StrictMode -Version Latest
$ErrorActionPreference = "Stop"
$root = (Resolve-Path (Join-Path $PSScriptRoot "../..")).Path
Set-Location $root

function Invoke-Step([string] $What, [string] $Program, [string[]] $Arguments) {
    Write-Host "== $What"
    & $Program @Arguments
    if ($LASTEXITCODE -ne 0) { throw "$What failed: exit code $LASTEXITCODE" }
}

$version = [regex]::Match((Get-Content -Raw s2flow_app/__init__.py), '__version__ = "(.+?)"').Groups[1].Value
if ($version -notmatch '^\d+\.\d+\.\d+$') { throw "the version '$version' is none that Windows knows (x.y.z)" }

# --- the payload -----------------------------------------------------------------------------
$venv = Join-Path $root "build/venv-windows"
if (-not (Test-Path $venv)) { Invoke-Step "venv" $Python @("-m", "venv", $venv) }
$py = Join-Path $venv "Scripts/python.exe"
Invoke-Step "packages" $py @("-m", "pip", "install", "--quiet", "--upgrade", "pip")
Invoke-Step "packages" $py @("-m", "pip", "install", "--quiet", ".[heic,test,bundle]")
Invoke-Step "icons" $py @("installer/icons.py", "build/icons")
$dist = Join-Path $root "dist"
$payload = Join-Path $dist "s2flow-studio"
Invoke-Step "PyInstaller" $py @(
    "-m", "PyInstaller", "--noconfirm", "--distpath", $dist, "--workpath", (Join-Path $root "build/pyinstaller"),
    "installer/s2flow.spec"
)
Invoke-Step "licences" $py @("installer/notices/licence_report.py", "--bundle", $payload)
Invoke-Step "bill of materials" $py @("installer/notices/sbom.py", "--bundle", $payload)
Copy-Item -Recurse -Force (Join-Path $dist "licences") (Join-Path $payload "_internal/licences")

# --- does it run? ----------------------------------------------------------------------------
if (-not $SkipSmokeTest) {
    Invoke-Step "smoke test" $py @("installer/smoke_test.py", (Join-Path $payload "s2flow.exe"))
}

# --- signatures of the programs themselves ------------------------------------------------------
$sign = $env:S2FLOW_SIGN
if ($sign) {
    foreach ($program in Get-ChildItem $payload -Filter *.exe) {
        cmd /c $sign.Replace("%1", "`"$($program.FullName)`"")
        if ($LASTEXITCODE -ne 0) { throw "signing $($program.Name) failed" }
    }
}

# --- the installer ---------------------------------------------------------------------------
$makensis = (Get-Command makensis -ErrorAction SilentlyContinue).Source
if (-not $makensis) { $makensis = Join-Path ${env:ProgramFiles(x86)} "NSIS/makensis.exe" }
if (-not (Test-Path $makensis)) { throw "makensis is missing: install NSIS" }
$lists = Join-Path $root "build/windows-lists"
Invoke-Step "list of files" $py @("installer/windows/file_lists.py", $payload, $lists)
$setup = Join-Path $dist "S2-Flow-Studio-$version-windows-x64.exe"
$options = @(
    "-WX", "-V2", "-INPUTCHARSET", "UTF8", "-DVERSION=$version", "-DPAYLOAD=$payload", "-DLISTS=$lists",
    "-DOUTFILE=$setup", "-DICON=$(Join-Path $root 'build/icons/s2flow.ico')"
)
if ($sign) { $options += "-DSIGN=$sign" }
Invoke-Step "NSIS" $makensis ($options + "installer/windows/s2flow-studio.nsi")

$hash = (Get-FileHash -Algorithm SHA256 $setup).Hash.ToLower()
"$hash  $(Split-Path -Leaf $setup)" | Out-File -Encoding ascii "$setup.sha256"
Write-Host "$setup`n$hash"
