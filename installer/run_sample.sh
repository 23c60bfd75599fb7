#!/usr/bin/env bash
# `make run`: the editor on a sample photo, the public-domain NASA portrait in scikit-image's wheel.
# With no display it does what a person would do in the window, and writes the results to files.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-build/sample}
python=.venv/bin/python
photo=$folder/astronaut.png

mkdir -p "$folder"
if [[ ! -f $photo ]]; then
    "$python" -c 'import sys, PIL.Image, skimage.data
PIL.Image.fromarray(skimage.data.astronaut()).save(sys.argv[1])' "$photo"
fi

if [[ $(uname -s) == Linux && -z ${DISPLAY:-} && -z ${WAYLAND_DISPLAY:-} ]]; then
    echo "No display: the same session without a window."
    exec "$python" -m s2flow_app demo "$photo" -o "$folder/session"
fi
exec "$python" -m s2flow_app "$photo"
