#!/usr/bin/env bash
# `make wheel-check`: the wheel, used as somebody who has no checkout uses it. Built, installed by
# pip and by pipx into new environments in a temporary folder, and run there by smoke_test.py.
#   installer/wheel_check.sh [WHEEL]    WHEEL: one that is built already
set -euo pipefail
cd "$(dirname "$0")/.."
own_python=$PWD/.venv/bin/python

say() { echo "wheel-check: $*" >&2; }
fail() { say "$*"; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/wheel"

wheel=${1:-}
if [[ -z $wheel ]]; then
    say "building the wheel"
    "$own_python" -m pip --disable-pip-version-check wheel --quiet --no-deps \
        --wheel-dir "$work/wheel" . 2>/dev/null || fail "the wheel cannot be built"
    wheel=$(echo "$work"/wheel/*.whl)
fi
wheel=$(realpath "$wheel")
# The same build of PyTorch as in the checkout: without a word the default one would be taken,
# which on Linux brings CUDA.
torch=torch==$("$own_python" -W ignore -c 'import torch; print(torch.__version__)')

say "pip install $(basename "$wheel")"
"$own_python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip --disable-pip-version-check install --quiet "$torch" "$wheel" \
    2>"$work/pip.txt" || fail "$(<"$work/pip.txt")"
where=$(cd "$work" && "$work/venv/bin/python" -c 'import s2flow_app; print(s2flow_app.__file__)')
[[ $where == "$work"/* ]] || fail "not what was installed is imported, but $where"
"$own_python" installer/smoke_test.py "$work/venv/bin/s2flow"

say "pipx install $(basename "$wheel")"
"$own_python" -m venv "$work/pipx"
"$work/pipx/bin/python" -m pip --disable-pip-version-check install --quiet pipx \
    2>"$work/pip.txt" || fail "$(<"$work/pip.txt")"
(
    export PIPX_HOME=$work/pipx-home PIPX_BIN_DIR=$work/pipx-bin PIPX_MAN_DIR=$work/pipx-man
    # Both in one call of pip, or PyTorch would be exchanged.
    echo "$torch" >"$work/constraints.txt"
    "$work/pipx/bin/pipx" install --quiet --pip-args="--constraint $work/constraints.txt" \
        "$wheel" >"$work/pip.txt" 2>&1 || fail "$(<"$work/pip.txt")"
    "$own_python" installer/smoke_test.py "$PIPX_BIN_DIR/s2flow"
)
say "pip and pipx: installed and run"
