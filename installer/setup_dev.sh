#!/usr/bin/env bash
# Makes the checkout ready to run: .venv with all dependencies, and what Qt needs of the system.
#   installer/setup_dev.sh test    to run and to test
#   installer/setup_dev.sh dev     the linters as well
# Does nothing, quickly, when nothing has changed since the last time. PYTHON names another Python.
set -euo pipefail
cd "$(dirname "$0")/.."

extra=${1:-test}
venv=.venv
python=$venv/bin/python
torch_version=2.13.0
torch_cpu_index=https://download.pytorch.org/whl/cpu
qt_packages=(libegl1 libgl1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1
    libxcb-shape0 libdbus-1-3 libfontconfig1)

say() { echo "setup: $*" >&2; }
fail() { say "$*"; exit 1; }

# --- nothing to do? ----------------------------------------------------------------------------
# The stamp is a checksum of what decides what is installed, and of where the venv stands.
wanted=$({ cat pyproject.toml installer/setup_dev.sh; pwd; } | cksum)
for stamp in "$venv/.s2flow-$extra" "$venv/.s2flow-dev"; do # dev includes test
    if [[ -x $python && -f $stamp && $(<"$stamp") == "$wanted" ]]; then exit 0; fi
done

# --- system packages ---------------------------------------------------------------------------
installed() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

# Installs Debian packages, or tells how to. Returns 1 if it could only tell.
need_packages() {
    (($#)) || return 0
    if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
        say "installing $* with apt-get"
        apt-get update -qq >&2 || say "apt-get update failed, trying with the old lists"
        DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "$@" >&2 && return 0
    fi
    say "these system packages are missing; as root, run:"
    say "    apt-get update && apt-get install -y --no-install-recommends $*"
    return 1
}

missing_qt=()
if command -v dpkg-query >/dev/null; then
    for package in "${qt_packages[@]}"; do
        installed "$package" || missing_qt+=("$package")
    done
fi
need_packages "${missing_qt[@]}" || say "going on without them; Qt is tried below"

# --- Python and venv ---------------------------------------------------------------------------
system_python=${PYTHON:-python3}
can_make_venv() { "$system_python" -c 'import ensurepip, venv' 2>/dev/null; }

if [[ ! -x $python ]]; then
    can_make_venv || need_packages python3 python3-venv || exit 1
    can_make_venv || fail "$system_python cannot make a venv; name another Python with PYTHON=..."
    "$system_python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "$("$system_python" --version) is too old: 3.11 or newer is needed (PYTHON=...)"
    say "making $venv"
    "$system_python" -m venv "$venv"
fi
pip() { "$python" -m pip --disable-pip-version-check "$@" >&2; }

# --- PyTorch, for the CPU ----------------------------------------------------------------------
torch_works() {
    "$python" -W ignore -c \
        'import sys, torch; sys.exit(tuple(map(int, torch.__version__.split(".")[:2])) < (2, 10))' \
        2>/dev/null
}

install_torch() {
    local pinned=torch==$torch_version+cpu
    # PyPI's PyTorch is the CPU build everywhere but on Linux.
    if [[ $(uname -s) == Linux ]]; then
        say "installing PyTorch (CPU build)"
        pip install --quiet --timeout 15 --retries 0 "$pinned" 2>/dev/null && return
        say "no $pinned where pip is configured to look, asking PyTorch's own index"
        pip install --quiet --timeout 15 --retries 1 --extra-index-url "$torch_cpu_index" \
            "$pinned" 2>/dev/null && return
        say "not reachable either: installing the default build, which brings CUDA and downloads"
        say "some 3 GB. To avoid that, stop here (Ctrl+C) and try again with a network that"
        say "reaches $torch_cpu_index"
    fi
    pip install 'torch>=2.10,<3'
}

torch_works || install_torch

# --- the program itself, editable ---------------------------------------------------------------
say "installing S2-Flow Studio and its dependencies"
pip install --quiet --editable ".[$extra]"

"$python" -W ignore -c 'from PySide6 import QtGui, QtWidgets' ||
    fail "Qt does not start (see above): install the system packages named above, or your" \
        "distribution's own of the libraries that it misses"

echo "$wanted" >"$venv/.s2flow-$extra"
say "ready"
