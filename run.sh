#!/usr/bin/env bash
# Starts Dreamkeeper: builds what is missing, then serves conf/dreamkeeper.json.
# Arguments go to Vert.x's launcher (-conf other.json, -cluster, -options …; -help lists them).
# A first word that is no option is a command: it asks the host that runs, builds nothing, and
# touches nothing that the host runs from (./run.sh help lists them all).
# Environment: JAVA_HOME, JAVA_OPTS, MAVEN_ARGS (such as -o), MAVEN_OPTS, CLASSPATH (your own workers).
set -euo pipefail

command=false name="Dreamkeeper did not start"
case ${1:-} in
  '' | -*) ;;
  *) command=true name=Dreamkeeper ;;
esac
fail() {
  echo "$name: $1" >&2
  exit 1
}

caller=$PWD
self=${BASH_SOURCE[0]}
while [ -h "$self" ]; do
  target=$(readlink "$self")
  case $target in
    /*) self=$target ;;
    *) self=$(dirname "$self")/$target ;;
  esac
done
root=$(CDPATH='' cd -- "$(dirname -- "$self")" && pwd)
# Only relative paths from here on: they may hold blanks and colons.
cd "$root"

# Files that the caller names are his, relative to where he stands.
mine() {
  case $1 in
    /*) echo "$1" ;;
    *) if [ -f "$caller/$1" ]; then echo "$caller/$1"; else echo "$1"; fi ;;
  esac
}
own_conf=false
names_file=false
for argument in "$@"; do
  shift
  if $names_file; then
    argument=$(mine "$argument")
    names_file=false
  else
    case $argument in
      -conf | --conf) own_conf=true names_file=true ;;
      -conf=* | --conf=*) own_conf=true argument=${argument%%=*}=$(mine "${argument#*=}") ;;
      -options | --options | -vertx-options | --vertx-options) names_file=true ;;
      -deployment-options | --deployment-options) names_file=true ;;
    esac
  fi
  set -- "$@" "$argument"
done

if [ -n "${JAVA_HOME:-}" ]; then
  java=$JAVA_HOME/bin/java
  [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME, where there is no bin/java; set it to a JDK of version 17 or newer, or unset it."
else
  java=$(command -v java) || fail "there is no java on the PATH; install a JDK of version 17 or newer, or set JAVA_HOME."
fi
# What is run is a copy: a build writes anew into its jar, from which a host may still load classes.
jar=target/dreamkeeper.jar
copy=target/run.jar
# How commands run: silent, and without what takes time and is of no use to them.
archived=target/commands.jsa
brief="-Xlog:disable -XX:+UseSerialGC -Dio.netty.jfr.enabled=false -Dvertx.disableDnsResolver=true
  -Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider -Dslf4j.internal.verbosity=ERROR"
if $command; then
  [ ! -f $copy ] || jar=$copy
  [ -f $jar ] && [ -d target/lib ] || fail "it is not built yet; ./run.sh without a command builds it."
  shows=false asks=false
  [ ! -t 1 ] || shows=true
  [ ! -t 0 ] || [ ! -t 1 ] || asks=true
  # The archive of classes, if the build could make one, spares them half of their start.
  archive=-Xshare:auto
  [ ! -f $archived ] || archive=-XX:SharedArchiveFile=$archived
  # shellcheck disable=SC2086
  exec "$java" "$archive" $brief -XX:TieredStopAtLevel=1 \
    -Ddreamkeeper.shows=$shows -Ddreamkeeper.asks=$asks -Ddreamkeeper.caller="$caller" ${JAVA_OPTS:-} \
    -cp "$jar:target/lib/*" org.dreamkeeper.host.command.Commands "$@"
fi
version=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1 || true)
[ "${version:-0}" -ge 17 ] || fail "$java is of version ${version:-unknown}; install a JDK of version 17 or newer, or set JAVA_HOME."

# The jar, or the note of the last build here: Maven leaves the jar alone where nothing changed.
built=target/run.built
newer_than() {
  [ -n "$(find pom.xml src/main src/examples .mvn -newer "$1" -print | head -n 1)" ]
}
outdated() {
  [ ! -f "$jar" ] || [ ! -d target/lib ] || [ ! -d target/examples ] || {
    newer_than "$jar" && { [ ! -f "$built" ] || newer_than "$built"; }
  }
}
if outdated; then
  command -v mvn > /dev/null || fail "it is not built yet, and there is no mvn on the PATH; install Maven 3.8.7 or newer."
  echo "Building Dreamkeeper; the first time, Maven fetches what it needs, which may take a few minutes."
  mkdir -p target
  touch "$built.next"
  # shellcheck disable=SC2086
  mvn -B -Dquick -Dmaven.test.skip ${MAVEN_ARGS:-} package > target/build.log 2>&1 < /dev/null &
  build=$!
  trap 'kill "$build" 2> /dev/null || true' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  said=0
  while kill -0 "$build" 2> /dev/null; do
    sleep 0.2
    if [ $((SECONDS - said)) -ge 5 ]; then
      said=$SECONDS
      fetched=$(grep -c 'Downloaded from' target/build.log || true)
      doing=$(sed -n -E -e 's#^(\[INFO\] )?Downloading from [^ ]+ .*/##p' \
        -e 's#^\[INFO\] (Compiling [0-9]+ source files).*#\1#p' \
        -e 's#^\[INFO\] --- ([^ ]+).*#\1#p' target/build.log | tail -n 1)
      echo "  … $SECONDS s, $fetched files fetched${doing:+, now $doing}"
    fi
  done
  wait "$build" || fail "the build failed; $root/target/build.log says why."
  trap - EXIT INT TERM
  # It was compiled without the checks: the next build that has them begins anew.
  rm -rf target/maven-status
  mv "$built.next" "$built"
  echo "Built in $SECONDS s."
fi
if ! cmp -s $jar $copy; then
  echo "Getting its commands ready."
  rm -f $archived
  cp $jar $copy.next
  mv $copy.next $copy
  # shellcheck disable=SC2086
  "$java" -XX:ArchiveClassesAtExit=$archived $brief \
    -cp "$copy:target/lib/*" org.dreamkeeper.host.command.Rehearsal \
    > /dev/null 2>&1 || true
  echo "Starting."
fi

# The sample is worked on in a copy, whole or not at all; what agents remember is private.
if ! $own_conf && [ ! -e data/sample ]; then
  mkdir -p data
  whole=$(mktemp -d data/.sample.XXXXXX)
  (umask 077 && cp -R conf/sample "$whole/sample")
  mv "$whole/sample" data/sample
  rmdir "$whole"
  echo "Copied conf/sample, a small project to try things on, to data/sample."
fi

# shellcheck disable=SC2086
exec "$java" ${JAVA_OPTS:-} -cp "$copy:target/examples:target/lib/*:conf${CLASSPATH:+:$CLASSPATH}" \
  org.dreamkeeper.host.HostMain "$@"
