#!/usr/bin/env bash
# Swift 6 in a Debian 13 chroot ($RELAYCHAT_SWIFT_ROOT): 2.7 GB and about a minute.
# Debian 12 has no Swift, and that of Debian 13 needs a newer glibc than Debian 12's.
# Run again it finds everything there; a chroot that is half made never gets the final name.
set -euo pipefail

root=${RELAYCHAT_SWIFT_ROOT:-/opt/relaychat-swift}
# The compiler asks for a C library and for libstdc++ to link with, and does not depend on them.
packages=(swiftlang libc6-dev libstdc++-14-dev ca-certificates)

is_complete() {
  [ -x "$root/usr/bin/swiftc" ] && chroot "$root" dpkg -s "${packages[@]}" >/dev/null 2>&1
}

# The mirror that this machine itself is installed from.
mirror() {
  local found
  found=$(awk '$1 == "URIs:" { print $2; exit }' /etc/apt/sources.list.d/*.sources 2>/dev/null || true)
  [ -n "$found" ] || found=$(awk '$1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /:\/\//) { print $i; exit } }' /etc/apt/sources.list)
  [ -n "$found" ] || { echo "no mirror in this machine's apt sources" >&2; return 1; }
  echo "$found"
}

quiet_apt() { DEBIAN_FRONTEND=noninteractive "$@"; }

if ! is_complete; then
  [ "$(id -u)" = 0 ] || { echo "making a chroot takes root: run this script as root" >&2; exit 1; }
  if ! command -v debootstrap >/dev/null; then
    quiet_apt apt-get update -qq
    quiet_apt apt-get install -y -qq --no-install-recommends debootstrap
  fi
  if [ ! -x "$root/usr/bin/apt-get" ]; then
    rm -rf --one-file-system "$root.part"
    debootstrap --variant=minbase trixie "$root.part" "$(mirror)"
    rm -rf --one-file-system "$root"
    mv "$root.part" "$root"
  fi
  chroot "$root" apt-get update -qq
  quiet_apt chroot "$root" apt-get install -y -qq --no-install-recommends "${packages[@]}"
  chroot "$root" apt-get clean
fi
"$(dirname "${BASH_SOURCE[0]}")/in-swift.sh" swift --version
