#!/bin/sh
# What an answered ping and find_node cost a bare routing node in CPU time, beside plain Java sockets that send the same bytes.
#   itests/benchmarks/server.sh [ROUNDS [SECONDS [HASH]]]        default: 5 rounds of 4 seconds each, sha-1
# Needs: a build (./bytchat makes one), a C compiler (Debian: gcc, libc6-dev) and Linux. BYTCHAT_HOME names another distribution.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
here=$root/itests/benchmarks
if [ -n "${JAVA_HOME:-}" ]; then java=$JAVA_HOME/bin/java; else java=java; fi
command -v "${CC:=cc}" >/dev/null || { echo "there is no C compiler; install one (Debian: apt-get install gcc libc6-dev)" >&2; exit 1; }
mkdir -p "$here/target/server"
"$CC" -O2 -o "$here/target/server/load" "$here/src/main/c/load.c"
# the servers need nothing but the JDK
"${java%java}javac" --release 17 -d "$here/target/server" "$here"/src/main/java/bytchat/itests/benchmarks/server/*Server*.java
"$java" -version 2>&1 | sed -n 2p
echo "$(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
exec "$java" -XX:+UseSerialGC -Xmx64m -cp "$here/target/server" bytchat.itests.benchmarks.server.ServerCost \
    "$root/bytchat" "$here/target/server/load" "${1:-5}" "${2:-4}" "${3:-sha-1}"
