#!/bin/sh
# Switches the delivery plane of every node again and again while messages flow: what is lost, what is shown twice, how long sends stand still.
#   itests/benchmarks/planes.sh [NODES [SWITCHES [MESSAGES_PER_SECOND [WARM_UP_SECONDS]]]]        defaults: 10, 20, 50, 60
# Needs: a build (./bytchat makes one) and Maven, which packages the driver. BYTCHAT_HOME names another distribution.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
if [ -n "${JAVA_HOME:-}" ]; then java=$JAVA_HOME/bin/java; else java=java; fi
(cd "$root" && mvn -B -q -o -DskipTests -pl itests/benchmarks -am package)
"$java" -version 2>&1 | sed -n 2p
echo "$(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
exec "$java" -Xmx256m -cp "$root/itests/benchmarks/target/classes:$root/itests/benchmarks/target/lib/*" \
    bytchat.itests.benchmarks.PlaneSwitch "$root/bytchat" "${1:-10}" "${2:-20}" "${3:-50}" "${4:-60}"
