#!/bin/sh
# Simulates a network of nodes that only route: the production classes in virtual time, judged by an oracle that knows who lives.
#   itests/simulation/routing.sh --nodes 10000 --hash sha-1 --churn ipfs --dead 0.5 --paths 1,8 --seed 7 --hours 2 --plot docs/images
# --help says what each parameter means. The same parameters give the same run, to the byte: see the trace in its last line.
# Needs Maven, which packages the driver. BYTCHAT_JAVA_OPTS is passed on (100,000 nodes: -Xmx5g); BYTCHAT_BUILD=no runs what was built before.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
if [ -n "${JAVA_HOME:-}" ]; then java=$JAVA_HOME/bin/java; else java=java; fi
if [ "${BYTCHAT_BUILD:-}" != no ]; then
    (cd "$root" && mvn -B -q -o -DskipTests -pl itests/simulation -am package)
fi
# shellcheck disable=SC2086
exec "$java" -XX:+UseSerialGC -Xmx3g -Djava.awt.headless=true ${BYTCHAT_JAVA_OPTS:-} \
    -cp "$root/itests/simulation/target/classes:$root/itests/simulation/target/lib/*" \
    bytchat.itests.simulation.routing.RoutingCommand "$@"
