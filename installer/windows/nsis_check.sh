#!/usr/bin/env bash
# `make nsis-check`: the Windows installer, compiled with Debian's makensis around a payload of a few
# small files; where 7z is there, its content is looked at; where Wine is there, it is installed, put
# over itself, and uninstalled, among files of a user's. Wine is not Windows: see ../README.md.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=installer/windows

say() { echo "nsis-check: $*" >&2; }
fail() { say "$*"; exit 1; }
command -v makensis >/dev/null || fail "makensis is missing: apt-get install nsis"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' s2flow_app/__init__.py)

payload=$work/payload
internal=$payload/_internal
mkdir -p "$internal/LICENSES" "$internal/models/portrait-256" "$internal/PySide6/Größe \$1"
printf 'MZ' | tee "$payload/s2flow.exe" >"$payload/s2flow-studio.exe"
cp LICENSE "$internal/"
cp LICENSES/*.txt "$internal/LICENSES/"
cp models/portrait-256/pack.json "$internal/models/portrait-256/"
echo x >"$internal/PySide6/Größe \$1/a file.dll"

.venv/bin/python "$here/file_lists.py" "$payload" "$work/lists"
setup=$work/S2-Flow-Studio-$version.exe
compile() {
    # -WX: a warning is an error. -V2: warnings and errors only.
    makensis -WX -V2 -INPUTCHARSET UTF8 -DVERSION="$version" -DPAYLOAD="$payload" \
        -DLISTS="$work/lists" -DOUTFILE="$setup" "$here/s2flow-studio.nsi"
}
compile || fail "makensis refuses the script"
[[ $(head -c 2 "$setup") == MZ ]] || fail "what makensis wrote is no program"
say "compiled, $(stat -c %s "$setup") bytes"

if command -v 7z >/dev/null; then
    7z l "$setup" >"$work/list.txt" || fail "7z cannot read the installer"
    for name in s2flow-studio.exe s2flow.exe pack.json LicenseRef-S2Flow-Pack-Research.txt; do
        grep -q -- "$name" "$work/list.txt" || fail "$name is not in the installer"
    done
    say "7z finds the payload in it"
fi

wine=$(command -v wine64 || command -v /usr/lib/wine/wine64 || command -v wine || true)
if [[ -z $wine ]]; then
    say "no Wine here: neither installed nor uninstalled"
    exit 0
fi

export WINEPREFIX=$work/wine WINEDEBUG=-all WINEARCH=win64
export WINEDLLOVERRIDES="mscoree=;mshtml="
unset DISPLAY WAYLAND_DISPLAY
server=$(command -v wineserver || echo /usr/lib/wine/wineserver64)
end_wine() { "$server" -k 2>/dev/null || true; "$server" -w 2>/dev/null || true; rm -rf "$work"; }
trap end_wine EXIT
timeout 300 "$wine" wineboot -i >/dev/null 2>&1 || fail "Wine does not start"
timeout 60 "$wine" reg add 'HKCU\Software\Wine' /v Version /d win10 /f >/dev/null 2>&1
drive=$WINEPREFIX/drive_c
target='C:\Pro grams\S2-Flow'
folder="$drive/Pro grams/S2-Flow"
value() { timeout 60 "$wine" reg query "$@" 2>/dev/null | tr -d '\r'; }
# NSIS takes what follows /D= as it stands, blanks included, and no quotes: so word by word.
installs() { timeout 300 "$wine" "$setup" /S "/D=${target%% *}" "${target#* }"; }

mkdir -p "$folder"
echo mine >"$folder/somebody else's.txt"
installs && fail "it installs among somebody else's files"
[[ $(ls "$folder") == "somebody else's.txt" ]] || fail "it left something among other files"
rm "$folder/somebody else's.txt"

installs || fail "the silent installation ends with $?"
diff -r "$payload" "$folder" | grep -v ': uninstall.exe$' && fail "what is installed differs"
value 'HKCU\Software\Classes\.s2flow' /ve | grep -q S2FlowStudio.Project || fail "no association"
value 'HKCU\Software\Classes\S2FlowStudio.Project\shell\open\command' /ve |
    grep -qF '"C:\Pro grams\S2-Flow\s2flow-studio.exe" "%1"' || fail "the command is another"
value 'HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\S2FlowStudio' /v DisplayVersion |
    grep -qF "$version" || fail "Windows' settings would not list it"
find "$drive/users" -name 'S2-Flow Studio.lnk' | grep -q 'Start Menu' || fail "no start menu entry"
say "installed"

# A later version over it: a file that it does not have any more goes, a user's stays.
mv "$internal/models/portrait-256/pack.json" "$internal/models/portrait-256/newer.json"
.venv/bin/python "$here/file_lists.py" "$payload" "$work/lists"
compile || fail "makensis refuses the script"
data="$drive/users/$(id -un)/AppData/Local/s2flow"
mkdir -p "$data"
echo kept >"$data/settings.json"
installs || fail "over an earlier version it ends with $?"
[[ ! -e $folder/_internal/models/portrait-256/pack.json ]] || fail "a file of before is left"
[[ -e $folder/_internal/models/portrait-256/newer.json ]] || fail "a new file is missing"
say "put over an earlier version"

timeout 60 "$wine" reg add 'HKCU\Software\Classes\.s2flow\OpenWithProgids' /v Other.Program /f \
    >/dev/null 2>&1
echo mine >"$folder/_internal/my notes.txt"
# As Windows does: it goes on as a copy of itself, so that its own file can go.
timeout 300 "$wine" "$folder/uninstall.exe" /S || fail "uninstalling ends with $?"
timeout 300 "$server" -w || fail "uninstalling does not end"
left=$(cd "$folder" && find . -type f | LC_ALL=C sort | tr '\n' ' ')
[[ $left == "./_internal/my notes.txt " ]] || fail "after uninstalling there is: $left"
[[ -f $data/settings.json ]] || fail "the user's data are gone"
value 'HKCU\Software\Classes\S2FlowStudio.Project' | grep -q . && fail "the file type is left"
value 'HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\S2FlowStudio' | grep -q . &&
    fail "Windows' settings still list it"
value 'HKCU\Software\Classes\.s2flow\OpenWithProgids' | grep -q Other.Program ||
    fail "another program's association is gone"
find "$drive/users" -name 'S2-Flow Studio.lnk' | grep -q . && fail "a shortcut is left"
say "uninstalled; what a user kept is kept"
