#!/usr/bin/env bash
# macOS: "S2-Flow Studio.app" by PyInstaller, signed for the hardened runtime, notarised, in a dmg.
#   installer/macos/build.sh
# Environment, all optional; without IDENTITY the signature is ad hoc, for this computer:
#   PYTHON           the Python to build with (python3)
#   IDENTITY         "Developer ID Application: ..." in the keychain
#   NOTARY_PROFILE   of `xcrun notarytool store-credentials`; needs IDENTITY
#   SKIP_SMOKE_TEST  1: do not start what was built
set -euo pipefail
cd "$(dirname "$0")/../.."

say() { echo "macos: $*" >&2; }
fail() { say "$*"; exit 1; }
[[ $(uname -s) == Darwin ]] || fail "this needs macOS: codesign, notarytool and hdiutil are its own"

version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' s2flow_app/__init__.py)
architecture=$(uname -m)
identity=${IDENTITY:--}
app="dist/S2-Flow Studio.app"
image=dist/S2-Flow-Studio-$version-macos-$architecture.dmg
entitlements=installer/macos/entitlements.plist

# --- the bundle ------------------------------------------------------------------------------
venv=build/venv-macos
[[ -x $venv/bin/python ]] || "${PYTHON:-python3}" -m venv "$venv"
python=$venv/bin/python
"$python" -m pip --disable-pip-version-check install --quiet ".[heic,test,bundle]"
"$python" installer/icons.py build/icons
rm -rf "$app" dist/s2flow-studio
"$python" -m PyInstaller --noconfirm --distpath dist --workpath build/pyinstaller \
    installer/macos/app.spec
"$python" installer/notices/licence_report.py --bundle "$app"
"$python" installer/notices/sbom.py --bundle "$app"
cp -R dist/licences "$app/Contents/Resources/licences"
plutil -lint "$app/Contents/Info.plist" "$entitlements"

# --- signatures, from the inside outwards ------------------------------------------------------
sign() {
    local stamp=--timestamp
    [[ $identity == - ]] && stamp=--timestamp=none
    codesign --force --sign "$identity" --options runtime "$stamp" "$@"
}
find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' -o -perm +111 \) -print0 |
    while IFS= read -r -d '' file; do
        if file -b "$file" | grep -q 'Mach-O' && [[ $file != */Contents/MacOS/* ]]; then
            sign "$file"
        fi
    done
find "$app/Contents" -depth -type d -name '*.framework' -print0 |
    while IFS= read -r -d '' framework; do sign "$framework"; done
for program in "$app"/Contents/MacOS/*; do
    if [[ -f $program && ! -L $program ]]; then
        sign --entitlements "$entitlements" "$program"
    fi
done
sign --entitlements "$entitlements" "$app"
codesign --verify --deep --strict "$app"

# --- does it run, signed as it is? -------------------------------------------------------------
if [[ ${SKIP_SMOKE_TEST:-} != 1 ]]; then
    "$python" installer/smoke_test.py "$app/Contents/MacOS/s2flow"
fi

# --- notarised ---------------------------------------------------------------------------------
notarise() { xcrun notarytool submit "$1" --keychain-profile "$NOTARY_PROFILE" --wait; }
if [[ -n ${NOTARY_PROFILE:-} ]]; then
    [[ $identity != - ]] || fail "NOTARY_PROFILE needs IDENTITY: Apple takes no ad hoc signature"
    archive=build/notarise.zip
    ditto -c -k --keepParent "$app" "$archive"
    notarise "$archive"
    xcrun stapler staple "$app"
else
    say "not notarised: NOTARY_PROFILE is not set"
fi

# --- the image -----------------------------------------------------------------------------------
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
ditto "$app" "$stage/S2-Flow Studio.app"
ln -s /Applications "$stage/Applications"
cp -R dist/licences "$stage/Licences"
rm -f "$image"
hdiutil create -volname "S2-Flow Studio $version" -srcfolder "$stage" -fs HFS+ -format UDZO "$image"
if [[ $identity != - ]]; then
    codesign --force --sign "$identity" --timestamp "$image"
fi
if [[ -n ${NOTARY_PROFILE:-} ]]; then
    notarise "$image"
    xcrun stapler staple "$image"
    spctl --assess --type open --context context:primary-signature "$image"
fi
hdiutil verify "$image"
(cd dist && shasum -a 256 "$(basename "$image")" >"$(basename "$image").sha256")
say "$image"
