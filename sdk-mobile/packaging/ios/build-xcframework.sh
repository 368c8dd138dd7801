#!/usr/bin/env bash
# Makes sdk-mobile/swift/RelayChatFFI.xcframework, which the Swift package takes on Apple platforms.
# Only macOS with Xcode can; `--dry-run` prints the commands instead, and that is all that the
# project's tests run of it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

crate=relaychat-sdk-mobile
archive=librelaychat_sdk_mobile.a
module=RelayChatFFI
package=sdk-mobile/swift
target_dir=${CARGO_TARGET_DIR:-target}
stage=$target_dir/xcframework
framework=$package/$module.xcframework

dry=${1:-}
# No array of a prefix: the bash of macOS (3.2) takes an empty one for an unset variable.
run() { if [ "$dry" = --dry-run ]; then echo "$*"; else "$@"; fi; }
if [ "$dry" != --dry-run ] && ! command -v xcodebuild >/dev/null; then
  echo "xcodebuild not found: an XCFramework is made on macOS with Xcode" >&2
  exit 1
fi

# The oldest systems of Package.swift.
export IPHONEOS_DEPLOYMENT_TARGET=16.0 MACOSX_DEPLOYMENT_TARGET=13.0
device=(aarch64-apple-ios)
simulator=(aarch64-apple-ios-sim x86_64-apple-ios)
mac=(aarch64-apple-darwin x86_64-apple-darwin)

for target in "${device[@]}" "${simulator[@]}" "${mac[@]}"; do
  run rustup target add "$target"
  # The release profile strips debug information alone: bindings can be read from the result.
  run cargo rustc --locked --release -p "$crate" --lib --crate-type staticlib --target "$target"
done

run rm -rf "$stage" "$framework"
run mkdir -p "$stage/simulator" "$stage/macos" "$stage/headers/$module"
# fat OUTPUT TARGET...: one archive for all processors of one platform
fat() {
  local output=$1 inputs=() target
  shift
  for target in "$@"; do inputs+=("$target_dir/$target/release/$archive"); done
  run lipo -create "${inputs[@]}" -output "$output"
}
fat "$stage/simulator/$archive" "${simulator[@]}"
fat "$stage/macos/$archive" "${mac[@]}"

# A folder for the module below Headers: an application that links two frameworks which both put
# a module map at the top of theirs does not build.
run mkdir -p "$stage/bindings"
run cargo run --locked -p relaychat-sdk-mobile-bindgen -- swift "$stage/bindings" \
  "$target_dir/${device[0]}/release/$archive"
run cp "$stage/bindings/$module.h" "$stage/headers/$module/"
run cp sdk-mobile/packaging/ios/module.modulemap "$stage/headers/$module/"
run mkdir -p "$package/Sources/RelayChatCore"
run cp "$stage/bindings/RelayChatCore.swift" "$package/Sources/RelayChatCore/"

run xcodebuild -create-xcframework \
  -library "$target_dir/${device[0]}/release/$archive" -headers "$stage/headers" \
  -library "$stage/simulator/$archive" -headers "$stage/headers" \
  -library "$stage/macos/$archive" -headers "$stage/headers" \
  -output "$framework"
