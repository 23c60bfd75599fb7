#!/usr/bin/env bash
# `make wheel-check`: the wheel, used as somebody who has no checkout uses it. Built, installed by
# pip and by pipx into new environments in a temporary folder, run in a folder and a home of their
# own: doctor, an edit of a photo, the window until its first face is ready.
#   installer/wheel_check.sh [WHEEL]    WHEEL: one that is built already
set -euo pipefail
cd "$(dirname "$0")/.."
checkout=$PWD
own_python=$checkout/.venv/bin/python

say() { echo "wheel-check: $*" >&2; }
fail() { say "$*"; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/home" "$work/elsewhere" "$work/wheel"

wheel=${1:-}
if [[ -z $wheel ]]; then
    say "building the wheel"
    "$own_python" -m pip --disable-pip-version-check wheel --quiet --no-deps \
        --wheel-dir "$work/wheel" . 2>/dev/null || fail "the wheel cannot be built"
    wheel=$(echo "$work"/wheel/*.whl)
fi
wheel=$(realpath "$wheel")
"$own_python" -c 'import sys, PIL.Image, skimage.data
PIL.Image.fromarray(skimage.data.astronaut()).save(sys.argv[1])' "$work/elsewhere/photo.png"

# The same build of PyTorch as in the checkout: without a word the default one would be taken,
# which on Linux brings CUDA.
torch=torch==$("$own_python" -W ignore -c 'import torch; print(torch.__version__)')

# Runs $1, the installed program, outside of the checkout.
check() {
    local program=$1
    cd "$work/elsewhere"
    export HOME=$work/home QT_QPA_PLATFORM=offscreen
    unset PYTHONPATH S2FLOW_MODELS XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME DISPLAY
    unset WAYLAND_DISPLAY
    "$program" --version
    "$program" doctor --json >doctor.json || fail "doctor finds problems: $(<doctor.json)"
    "$program" style photo.png --attribute hair_lightness=0.8 -o "edited.png" --json >edit.json ||
        fail "the photo cannot be edited"
    "$own_python" - <<'PYTHON' || fail "the edit left the photo as it was"
import numpy as np, PIL.Image
before, after = (np.asarray(PIL.Image.open(f"{n}.png").convert("RGB"), int) for n in ("photo", "edited"))
assert before.shape == after.shape and np.abs(before - after).max() > 20
PYTHON
    S2FLOW_QUIT_WHEN=face "$program" photo.png >window.txt 2>window-errors.txt ||
        fail "the window fails: $(<window-errors.txt)"
    grep -q '"event": "face"' window.txt || fail "the window shows no face: $(<window.txt)"
    say "$(tr '\n' ' ' <window.txt)"
    rm edited.png
    cd "$checkout"
}

say "pip install $(basename "$wheel")"
"$own_python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip --disable-pip-version-check install --quiet "$torch" "$wheel" \
    2>"$work/pip.txt" || fail "$(<"$work/pip.txt")"
where=$(cd "$work" && "$work/venv/bin/python" -c 'import s2flow_app; print(s2flow_app.__file__)')
[[ $where == "$work"/* ]] || fail "not what was installed is imported, but $where"
(check "$work/venv/bin/s2flow")

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
    check "$PIPX_BIN_DIR/s2flow"
)
say "pip and pipx: installed and run"
