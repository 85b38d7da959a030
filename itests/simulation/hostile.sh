#!/bin/sh
# Networks with hostile nodes, in virtual time: the share of lookups that find the true nodes all the same, for each number of disjoint paths.
#   itests/simulation/hostile.sh                                     20 % and 30 % that only name each other, 1,000 nodes, 1,000 keys
#   itests/simulation/hostile.sh --lie silent,pretenders,dead,victim,mixed,censor --lookups 200
#   itests/simulation/hostile.sh --without disjointPaths,plausibleDensity            the twin
#   itests/simulation/hostile.sh --flood 100000                      ever new ids from two addresses, and a restart
# --help says what each parameter means. Needs Maven, which packages the driver; BYTCHAT_BUILD=no runs what was built before.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
if [ -n "${JAVA_HOME:-}" ]; then java=$JAVA_HOME/bin/java; else java=java; fi
if [ "${BYTCHAT_BUILD:-}" != no ]; then
    (cd "$root" && mvn -B -q -o -DskipTests -pl itests/simulation -am package)
fi
# shellcheck disable=SC2086
exec "$java" -XX:+UseSerialGC -Xmx3g -Djava.awt.headless=true ${BYTCHAT_JAVA_OPTS:-} \
    -cp "$root/itests/simulation/target/classes:$root/itests/simulation/target/lib/*" \
    bytchat.itests.simulation.hostile.HostileCommand "$@"
