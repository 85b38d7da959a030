#!/bin/sh
# Measures one node alone, as the script ./bytchat starts it: from exec to the ready file (median of RUNS), first start and
# restart; resident memory after IDLE seconds without a forced collection; heap after a collection. The bare kernel beside it.
#   itests/benchmarks/startup.sh [RUNS [IDLE_S]]        defaults: 10 runs, 60 s
# Needs: a build (./bytchat makes one), jcmd of the same JDK. BYTCHAT_JAVA_OPTS is passed on.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
home=$root/distribution/node/target/node
runs=${1:-10}
idle_s=${2:-60}
if [ -n "${JAVA_HOME:-}" ]; then java=$JAVA_HOME/bin/java jcmd=$JAVA_HOME/bin/jcmd; else java=java jcmd=jcmd; fi
work=$(mktemp -d)
node=""
trap 'if [ -n "$node" ]; then kill "$node" 2>/dev/null || true; wait "$node" 2>/dev/null || true; fi; rm -rf "$work"' EXIT
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"

now_ms() { echo $(($(date +%s%N) / 1000000)); }
median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# start FEATURES DATA: starts a node, waits for its ready file, sets node and took_ms.
start() {
    rm -f "$work/ready"
    began=$(now_ms)
    # shellcheck disable=SC2086
    "$java" @"$home/etc/jvm.options" -Duser.home="$HOME" ${BYTCHAT_JAVA_OPTS:-} -cp "$home/lib/*" bytchat.launcher.Main \
        node --data "$2" --listen 127.0.0.1:0 --features "$1" --ready-file "$work/ready" --ready-timeout 60 \
        >"$work/output" 2>&1 &
    node=$!
    until [ -e "$work/ready" ]; do
        kill -0 "$node" 2>/dev/null || { cat "$work/output" >&2; exit 1; }
        sleep 0.01
    done
    took_ms=$(($(now_ms) - began))
}

stop() {
    kill "$node"
    wait "$node" || echo "exit code $? when stopped" >&2
    node=""
}

measure() {
    name=$1 features=$2
    : >"$work/first"
    : >"$work/restart"
    for run in $(seq "$runs"); do
        start "$features" "$work/data-$run"
        echo "$took_ms" >>"$work/first"
        stop
        start "$features" "$work/data-$run"
        echo "$took_ms" >>"$work/restart"
        stop
    done
    start "$features" "$work/data-idle"
    sleep "$idle_s"
    rss_kb=$(awk '/VmRSS/ { print $2 }' "/proc/$node/status")
    "$jcmd" "$node" GC.run >/dev/null
    heap_kb=$("$jcmd" "$node" GC.heap_info | sed -n 's/.* used \([0-9]*\)K \[.*/\1/p; s/.*total [0-9]*K, used \([0-9]*\)K.*/\1/p' |
        awk '{ sum += $1 } END { print sum }')
    stop
    printf '%-12s first start %5s ms   restart %5s ms   RSS after %s s idle %6s KB   heap after GC %6s KB\n' \
        "$name" "$(median <"$work/first")" "$(median <"$work/restart")" "$idle_s" "$rss_kb" "$heap_kb"
    rm -rf "$work"/data-*
}

"$java" -version 2>&1 | sed -n 2p
echo "$(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg), median of $runs"
measure "bare kernel" ""
measure "full node" "${BYTCHAT_FEATURES:-core,hash-sha512,routing,holder,mailbox-plane,direct-plane,shell,web}"
