#!/usr/bin/env bash
# `make run`: parse the face of a sample photo, the public-domain NASA portrait in scikit-image's
# wheel. The editor takes this place when it is there.
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

"$python" -m s2flow_app segment "$photo" -o "$folder/labels.png" --crop "$folder/crop.png"
echo "The aligned face is $folder/crop.png, its label map $folder/labels.png."
