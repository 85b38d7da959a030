#!/bin/sh
# Measures networks of other programs' nodes as network.sh measures ours: lookups, reads, reads after many nodes died at once, memory.
#   itests/benchmarks/rivals.sh [NODES [ROUNDS [SHARE_KILLED]]]        default: 100 nodes, 1000 rounds, 0.5
# Needs: Node.js 18 or newer and npm (Debian: nodejs npm), which fetches the two packages in rivals/package.json, without running scripts of theirs.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
for command in node npm; do
    command -v "$command" >/dev/null || { echo "there is no $command; install it (Debian: apt-get install nodejs npm)" >&2; exit 1; }
done
mkdir -p "$here/target/rivals"
cp "$here/rivals/package.json" "$here/rivals/rivals.js" "$here/target/rivals"
cd "$here/target/rivals"
[ -d node_modules/hyperdht ] || npm install --ignore-scripts --no-audit --no-fund --loglevel=error >&2
echo "Node.js $(node --version), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
for rival in bittorrent-dht hyperdht; do
    node --expose-gc rivals.js "$rival" "$@"
done
