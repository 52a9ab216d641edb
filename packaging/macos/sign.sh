#!/bin/sh
# Signs an app for the hardened runtime: `packaging/macos/sign.sh dist/GANStudio.app`, with CERTIFICATE (base64 of a
# .p12), its PASSWORD and the IDENTITY's name. Inner libraries first, the bundle last. Run by CI.
set -eu
app=$1
here=$(dirname "$0")
keychain="$RUNNER_TEMP/sign.keychain"
trap 'security delete-keychain "$keychain"' EXIT
security create-keychain -p sign "$keychain"
security unlock-keychain -p sign "$keychain"
printf '%s' "$CERTIFICATE" | base64 --decode >"$RUNNER_TEMP/sign.p12"
security import "$RUNNER_TEMP/sign.p12" -k "$keychain" -P "$PASSWORD" -T /usr/bin/codesign
rm "$RUNNER_TEMP/sign.p12"
security set-key-partition-list -S apple-tool:,apple: -s -k sign "$keychain" >/dev/null
security list-keychains -d user -s "$keychain"
find "$app" -type f \( -name '*.dylib' -o -name '*.so' -o -perm -u+x \) -print0 |
    xargs -0 codesign --force --timestamp --options runtime --entitlements "$here/entitlements.plist" --sign "$IDENTITY"
codesign --force --timestamp --options runtime --entitlements "$here/entitlements.plist" --sign "$IDENTITY" "$app"
codesign --verify --deep --strict "$app"
