#!/bin/sh
# Micro benchmarks (JMH): codec, distances, table, nearest contacts, and serving without the system, in both key spaces.
#   itests/benchmarks/jmh.sh [JMH OPTIONS]        default: all, 20 times some 10 s; jmh.sh Serving, jmh.sh -h
# Needs Maven, which packages them (profile jmh), and an otherwise idle machine.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
if [ -n "${JAVA_HOME:-}" ]; then java=$JAVA_HOME/bin/java; else java=java; fi
if [ "${BYTCHAT_BUILD:-}" != no ]; then
    (cd "$root" && mvn -B -q -DskipTests -Pjmh -pl itests/benchmarks -am package)
fi
"$java" -version 2>&1 | sed -n 2p
echo "$(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
exec "$java" -cp "$root/itests/benchmarks/target/classes:$root/itests/benchmarks/target/lib/*" org.openjdk.jmh.Main "$@"
