#!/usr/bin/env bash
# `make run`: the editor on a sample photo, the public-domain NASA portrait in scikit-image's wheel;
# with no display, the same session without a window.
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

if [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} || $(uname) == Darwin ]]; then
    exec "$python" -m s2flow_app "$photo"
fi
echo "No display: the session runs without a window."
exec "$python" -m s2flow_app demo --photo "$photo" -o "$folder"
