#!/usr/bin/env bash
# Builds the library for every Android ABI into src/main/jniLibs and writes its Kotlin side.
# Needs cargo-ndk and ANDROID_NDK_HOME. With --dry-run it prints what it would do: that is what the
# tests check, on machines without the Android tools.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."

target_dir=${CARGO_TARGET_DIR:-target}
min_sdk=26
abis=(arm64-v8a armeabi-v7a x86_64 x86)
targets=(aarch64-linux-android armv7-linux-androideabi x86_64-linux-android i686-linux-android)

dry=${1:-}
# A function, and not an empty array: the bash of macOS is too old for one under `set -u`.
run() { if [ "$dry" = --dry-run ]; then echo "$*"; else "$@"; fi; }
if [ "$dry" != --dry-run ]; then
  : "${ANDROID_NDK_HOME:?set it to an NDK, r27 or later}"
  command -v cargo-ndk >/dev/null || { echo "cargo-ndk is missing: cargo install cargo-ndk" >&2; exit 1; }
fi

run rustup target add "${targets[@]}"
# Android 15 devices with pages of 16 KB refuse libraries that are aligned to 4 KB.
export RUSTFLAGS="${RUSTFLAGS:-} -C link-arg=-Wl,-z,max-page-size=16384"
flags=()
for abi in "${abis[@]}"; do flags+=(-t "$abi"); done
run cargo ndk "${flags[@]}" --platform "$min_sdk" -o "$here/src/main/jniLibs" \
  build --locked --release -p relaychat-sdk-mobile --lib

# From what cargo built: Gradle may strip what lies in jniLibs, and with the symbols goes what the
# generator reads.
run cargo run --locked -p relaychat-sdk-mobile-bindgen -- kotlin sdk-mobile/kotlin/generated \
  "$target_dir/${targets[0]}/release/librelaychat_sdk_mobile.so"
run gradle -p "$here" assembleRelease
