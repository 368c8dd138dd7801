#!/bin/sh
# Makes the secrets of the profile `full` in ./secrets, once: what is there stays.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
make() { [ -s "secrets/$1" ] || printf '%s' "$2" > "secrets/$1"; }
random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
make postgres_password "$(random 16)"
make s3_secret "$(random 16)"
make secret_key "$(random 32)"
make database_url "postgres://relay:$(cat secrets/postgres_password)@postgres/relay?schema=relaychat"
# The program in the container runs as another user than you and must be able to read them.
chmod 755 secrets
chmod 644 secrets/*
echo "the secrets are in $(pwd)/secrets"
