#!/bin/sh
# Removes and installs features of a running node, from the command to its answer, which comes when their parts are ready.
#   itests/benchmarks/features.sh [ROUNDS]        default: 100
# Needs: a build (./bytchat makes one) and Maven, which packages the driver. BYTCHAT_HOME names another distribution.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
if [ -n "${JAVA_HOME:-}" ]; then java=$JAVA_HOME/bin/java; else java=java; fi
(cd "$root" && mvn -B -q -o -DskipTests -pl itests/benchmarks -am package)
"$java" -version 2>&1 | sed -n 2p
echo "$(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
exec "$java" -Xmx128m -cp "$root/itests/benchmarks/target/classes:$root/itests/benchmarks/target/lib/*" \
    bytchat.itests.benchmarks.FeatureTimes "$root/bytchat" "${1:-100}"
