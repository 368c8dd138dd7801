#!/usr/bin/env bash
# Checks the types of the library for Android and iOS, without an NDK or an SDK.
#
# What this shows: all Rust code, ours and that of the dependencies, compiles for these targets.
# What it does not: nothing is linked, and no C is compiled. The C parts of two dependencies
# (SQLite and the cryptography of ring) are answered by a compiler that writes empty files; they
# are compiled for real only where an NDK or Xcode is. The simulator of iOS is left out: for Rust
# code it is the device under another name.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

targets=(aarch64-linux-android armv7-linux-androideabi x86_64-linux-android
  aarch64-apple-ios)
crate=${1:-relaychat-sdk-mobile}
# Of its own: another build with the same target must not find the empty archives.
build=${CARGO_TARGET_DIR:-target}/mobile-targets
mkdir -p "$build"
build=$(cd "$build" && pwd)

# Writes an empty object or archive, and says that it understood every flag.
cat >"$build/empty" <<'SCRIPT'
#!/bin/sh
previous=
for argument; do
  case $argument in
    *.o | *.a) case $previous in -o | *cq* | *crs* | *s) : >"$argument" ;; esac ;;
  esac
  previous=$argument
done
SCRIPT
chmod +x "$build/empty"

# A mirror may fail once; a toolchain that has the target needs none.
add_target() {
  local try
  for try in 1 2 3; do
    rustup target list --installed | grep -qx "$1" && return
    echo "rustup target add $1 (try $try)"
    timeout 120 rustup --quiet target add "$1" || true
  done
  rustup target list --installed | grep -qx "$1"
}

for target in "${targets[@]}"; do
  add_target "$target"
  name=${target//-/_}
  env "CC_$name=$build/empty" "AR_$name=$build/empty" CARGO_TARGET_DIR="$build" SDKROOT="$build" \
    cargo check --quiet --locked -p "$crate" --lib --target "$target"
  echo "ok $target"
done
