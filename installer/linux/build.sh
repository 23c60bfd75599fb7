#!/usr/bin/env bash
# The Linux packages, all of one build by PyInstaller: see installer/README.md.
#   installer/linux/build.sh bundle     dist/s2flow-studio
#   installer/linux/build.sh deb        dist/s2flow-studio_VERSION_ARCHITECTURE.deb
#   installer/linux/build.sh tarball    dist/s2flow-studio-VERSION-linux-MACHINE.tar.xz
#   installer/linux/build.sh appdir     dist/S2-Flow-Studio.AppDir
# A bundle that is newer than what it is made of is used again.
set -euo pipefail
cd "$(dirname "$0")/../.."

python=.venv/bin/python
bundle=dist/s2flow-studio
work=build/linux
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' s2flow_app/__init__.py)
machine=$(uname -m)
bundle_tools=(binutils gcc icu-devtools)
deb_tools=(dpkg-dev xz-utils)

say() { echo "linux: $*" >&2; }
fail() { say "$*"; exit 1; }

# --- what building needs ------------------------------------------------------------------------
need_packages() {
    local missing=() package
    command -v dpkg-query >/dev/null || return 0
    for package in "$@"; do
        [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    if [[ $(id -u) == 0 ]]; then
        say "installing ${missing[*]} with apt-get"
        apt-get update -qq >&2 || say "apt-get update failed, trying with the old lists"
        DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 && return 0
    fi
    fail "as root, run: apt-get install -y --no-install-recommends ${missing[*]}"
}

# --- the bundle -----------------------------------------------------------------------------------
build_bundle() {
    local sources=(s2flow_app models/portrait-256 resources docs/guide installer/s2flow.spec
        installer/bundle_contents.py installer/frozen_main.py
        installer/linux/smaller_libraries.py pyproject.toml)
    if [[ -x $bundle/s2flow && -f $work/system-libraries.txt ]] &&
        [[ -z $(find "${sources[@]}" -type f -newer "$bundle/s2flow" -not -name '*.pyc' -print -quit) ]]; then
        return
    fi
    installer/setup_dev.sh test
    need_packages "${bundle_tools[@]}"
    "$python" -c 'import PyInstaller, pi_heif' 2>/dev/null ||
        "$python" -m pip --disable-pip-version-check install --quiet --editable '.[heic,bundle]'
    say "building $bundle: some minutes; the log is $work/pyinstaller.log"
    mkdir -p "$work"
    rm -f "$work/system-libraries.txt"
    "$python" -m PyInstaller --noconfirm --distpath dist --workpath build/pyinstaller \
        installer/s2flow.spec >"$work/pyinstaller.log" 2>&1 ||
        { tail -n 20 "$work/pyinstaller.log" >&2; fail "PyInstaller failed"; }
    grep -F 'stays as large' "$work/pyinstaller.log" >&2 || true
    cp build/pyinstaller/s2flow/system-libraries.txt "$work/"
    # Finds what the recipe forgot: every package, the pack, the window.
    "$bundle/s2flow" doctor >"$work/doctor.log" 2>"$work/doctor.err" && [[ ! -s $work/doctor.err ]] ||
        { cat "$work/doctor.err" >&2; fail "the bundle does not work: $work/doctor.log"; }
}

# stage FOLDER [PREFIX]: what a package installs, with the licences of what is in the bundle
stage() {
    QT_QPA_PLATFORM=offscreen "$python" -W error installer/notices/licence_report.py \
        --out "$work/licences" --bundle "$bundle" >&2
    rm -rf "$1"
    QT_QPA_PLATFORM=offscreen "$python" installer/linux/stage.py "$1" --prefix "${2-usr}" \
        --bundle "$bundle" --licences "$work/licences"
}

build_deb() {
    need_packages "${deb_tools[@]}"
    stage "$work/deb/staged"
    PYTHONPATH=.:installer "$python" installer/linux/build_deb.py \
        "$work/deb/staged" "$work/system-libraries.txt" dist
    rm -rf "$work/deb/staged"
}

build_tarball() {
    local name=s2flow-studio-$version-linux-$machine
    stage "$work/tarball/$name" ""
    install -m 755 installer/linux/install_for_user.sh "$work/tarball/$name/install.sh"
    tar -C "$work/tarball" --owner=0 --group=0 --sort=name -c "$name" |
        xz -1 -T0 >"dist/$name.tar.xz"
    rm -rf "$work/tarball"
    echo "dist/$name.tar.xz"
}

build_appdir() {
    local folder=dist/S2-Flow-Studio.AppDir id=io.github.s2flow.studio
    stage "$folder" usr
    install -m 755 installer/linux/AppRun "$folder/AppRun"
    ln -s "usr/share/applications/$id.desktop" "$folder/$id.desktop"
    ln -s "usr/share/icons/hicolor/256x256/apps/$id.png" "$folder/$id.png"
    ln -s "$id.png" "$folder/.DirIcon"
    echo "$folder"
}

case ${1:-} in
bundle) build_bundle ;;
deb) build_bundle && build_deb ;;
tarball) build_bundle && build_tarball ;;
appdir) build_bundle && build_appdir ;;
*) fail "usage: installer/linux/build.sh bundle|deb|tarball|appdir" ;;
esac
