#!/bin/sh
# From the unpacked archive: enters S2-Flow Studio in this user's menus, or takes it out again.
#   ./install.sh             the program stays in this folder; links to it go to ~/.local
#   ./install.sh --remove    takes those links away; settings and packs stay
# Without either, bin/s2flow-studio starts from here. It needs what apt calls libegl1 libgl1
# libxkbcommon-x11-0 libxcb-cursor0 libdbus-1-3 libfontconfig1 (and their kin elsewhere).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
programs=$HOME/.local/bin
id=io.github.s2flow.studio

list() {
    (cd "$here/share" && find applications icons metainfo mime man thumbnailers -type f -o -type l)
}

refresh() {
    update-desktop-database -q "$data/applications" 2>/dev/null || true
    update-mime-database "$data/mime" 2>/dev/null || true
}

if [ "${1:-}" = --remove ]; then
    list | while read -r file; do rm -f "$data/$file"; done
    rm -f "$programs/s2flow" "$programs/s2flow-studio"
    refresh
    echo "Removed from the menus. This folder can be deleted."
    exit
fi
list | while read -r file; do
    mkdir -p "$data/$(dirname "$file")"
    ln -sf "$here/share/$file" "$data/$file"
done
# With the full path: not every session looks into ~/.local/bin.
rm -f "$data/applications/$id.desktop"
sed "s|Exec=s2flow-studio|Exec=\"$here/bin/s2flow-studio\"|; s|^TryExec=.*|TryExec=$here/bin/s2flow-studio|" \
    "$here/share/applications/$id.desktop" >"$data/applications/$id.desktop"
mkdir -p "$programs"
ln -sf "$here/bin/s2flow" "$here/bin/s2flow-studio" "$programs/"
refresh
echo "S2-Flow Studio is in the menus, and s2flow in $programs."
