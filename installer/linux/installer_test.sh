#!/usr/bin/env bash
# `make installer-test`: the .deb in bare systems; see installer_test.py. As root, because it makes
# those systems (debootstrap) and goes into them (chroot).
#   installer/linux/installer_test.sh [--deb FILE] [SUITE ...]     bookworm and noble if none is named
set -euo pipefail
cd "$(dirname "$0")/../.."

tools=(debootstrap xvfb xdotool openbox lintian desktop-file-utils appstream zstd)
say() { echo "installer-test: $*" >&2; }
fail() { say "$*"; exit 1; }
[[ $(id -u) == 0 ]] || fail "this needs root: it makes bare systems and installs packages in them"
command -v apt-get >/dev/null || fail "this needs a Debian or Ubuntu, with: ${tools[*]}"

missing=()
for package in "${tools[@]}"; do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
        missing+=("$package")
done
if ((${#missing[@]})); then
    say "installing ${missing[*]} with apt-get"
    apt-get update -qq >&2 || say "apt-get update failed, trying with the old lists"
    DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
fi
installer/setup_dev.sh test

deb=
suites=()
while (($#)); do
    case $1 in
    --deb) deb=$2 && shift 2 ;;
    *) suites+=("$1") && shift ;;
    esac
done
((${#suites[@]})) || suites=(bookworm noble)
if [[ -z $deb ]]; then
    deb=$(installer/linux/build.sh deb | tail -n 1)
fi
exec .venv/bin/python installer/linux/installer_test.py "$deb" "${suites[@]}" \
    --report docs/reliability.md
