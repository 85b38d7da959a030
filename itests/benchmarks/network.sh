#!/bin/sh
# Measures a network of routing nodes of the production classes in one process, each on a socket and an address 127.x.y.1 of its own.
#   itests/benchmarks/network.sh lookups [--nodes 96] [--lookups 1000] [--hash sha-512]
#   itests/benchmarks/network.sh reads   [--nodes 100] [--kill 0.5]
#   itests/benchmarks/network.sh idle    [--nodes 100] [--virtual]
#   itests/benchmarks/network.sh memory  [--nodes 100]
# Each has --help. Needs Maven, which packages the driver, and an otherwise idle machine. BYTCHAT_JAVA_OPTS is passed on;
# BYTCHAT_BUILD=no measures what was built before.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
if [ -n "${JAVA_HOME:-}" ]; then java=$JAVA_HOME/bin/java; else java=java; fi
if [ "${BYTCHAT_BUILD:-}" != no ]; then
    (cd "$root" && mvn -B -q -o -DskipTests -pl itests/benchmarks -am package)
fi
"$java" -version 2>&1 | sed -n 2p
echo "$(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
# shellcheck disable=SC2086
exec "$java" -XX:+UseSerialGC -Xmx512m ${BYTCHAT_JAVA_OPTS:-} -cp "$root/itests/benchmarks/target/classes:$root/itests/benchmarks/target/lib/*" \
    bytchat.itests.benchmarks.network.Network "$@"
