#!/usr/bin/env bash
# in-swift.sh COMMAND [ARGUMENT]...
#
# Runs a command in the chroot that install-swift.sh makes, in the same working directory.
# All mounts live in a mount namespace of their own and are gone with the command: nothing is
# left to unmount, and removing the chroot can reach neither /dev nor the sources. The folders in
# $RELAYCHAT_SWIFT_BIND (separated by colons; without it the working directory) have the same
# path inside, so that SwiftPM's caches and run paths hold on both sides. Of the environment only
# RELAYCHAT_* and RUST_BACKTRACE are passed on. The network is the machine's own: 127.0.0.1 is
# the same on both sides.
set -euo pipefail

root=${RELAYCHAT_SWIFT_ROOT:-/opt/relaychat-swift}
[ $# -gt 0 ] || { echo "usage: in-swift.sh COMMAND [ARGUMENT]..." >&2; exit 2; }
[ -x "$root/usr/bin/env" ] || { echo "no chroot in $root: run install-swift.sh first" >&2; exit 1; }

if [ "${RELAYCHAT_SWIFT_STAGE:-}" != mounted ]; then
  RELAYCHAT_SWIFT_STAGE=mounted exec unshare --mount --propagation private -- "$0" "$@"
fi

# Swift's tools find their libraries through /proc/self/exe.
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
# SwiftPM leaves folders in /tmp with every run.
mount -t tmpfs tmpfs "$root/tmp"
IFS=: read -r -a folders <<<"${RELAYCHAT_SWIFT_BIND:-$PWD}"
for folder in "${folders[@]}"; do
  mkdir -p "$root$folder"
  mount --bind "$folder" "$root$folder"
done

variables=(HOME=/root LANG=C.UTF-8 PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
  "RUST_BACKTRACE=${RUST_BACKTRACE:-0}")
for name in $(compgen -e RELAYCHAT_ || true); do variables+=("$name=${!name}"); done
exec chroot "$root" env -i -C "$PWD" "${variables[@]}" "$@"
