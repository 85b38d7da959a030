#!/bin/sh
# Hostile scripts against everything a datagram or a frame can reach. Prints what escaped, and the heap at the beginning and at the end.
#   itests/fuzz/fuzz.sh [DATAGRAMS]       mutates the corpus blindly, fast; 10000000 by default; SEED=n repeats a run
#   itests/fuzz/fuzz.sh jazzer [SCRIPTS]  looks for scripts that reach new code; 1000000 by default
#   itests/fuzz/fuzz.sh merge             afterwards: the corpus of the tree anew, what reaches most with least
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
cd "$here"
[ "${FUZZ_BUILD:-yes}" = no ] || (cd ../.. && mvn -q ${MAVEN_ARGS:-} -Pfuzz -pl itests/fuzz -DskipTests package)
work=$here/target/jazzer
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
classpath="$here/target/classes:$(echo "$here"/target/lib/*.jar | tr ' ' ':')"
# An exception that the compiler has made beforehand is not seen by the flight recorder.
options="-Xmx1g -XX:-OmitStackTraceInFastThrow -cp $classpath"
jazzer="$java $options com.code_intelligence.jazzer.Jazzer --target_class=bytchat.itests.fuzz.DatagramFuzz
    --instrumentation_includes=bytchat.** --instrumentation_excludes=bytchat.transport.memory.** --reproducer_path=$work"
mkdir -p "$work/corpus"
cd "$work"
case "${1:-}" in
    jazzer)
        $java $options bytchat.itests.fuzz.Corpus unpack corpus
        exec $jazzer -runs="${2:-1000000}" -max_len=600 -len_control=10 -rss_limit_mb=4096 ${SEED:+-seed=$SEED} corpus ;;
    merge)
        rm -rf least && mkdir least
        $jazzer -merge=1 -max_len=192 least corpus
        exec $java $options bytchat.itests.fuzz.Corpus pack least "$here/src/main/resources/corpus.hex" ;;
    *)
        exec $java $options bytchat.itests.fuzz.DatagramFuzz "${1:-10000000}" "${SEED:-1}" ;;
esac
