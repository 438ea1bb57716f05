#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Drives a server with many clients, records what each was told and when, and checks that one order of the operations
# explains all of it. With --kill the server is killed by SIGKILL every SECONDS and started again on the same book.
#
#   run.bash [--clients N] [--operations N] [--names N] [--workers N] [--kill SECONDS] [--store sqlite|text] [--seed N]
#            [--server COMMAND] [--keep FILE]
#
# --server: run this in place of addbook-serve. --keep: leave the history in FILE. LINEAR_TOOLS is a folder in which
# build.bash has already built. Exit status 0: linearizable, 1: not, 2: unknown.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
BIN=${BIN:-$(cd "$here/../.." && pwd)/bin}
export PATH="$BIN:$PATH" LC_ALL=C

clients=256 operations=1000000 names=100 workers=1 kill='' store=sqlite seed=1 keep=''
server=(addbook-serve)
while [ $# -gt 0 ]; do
  case $1${2+=} in
    --clients= | --operations= | --names= | --workers= | --kill= | --store= | --seed= | --keep=) declare "${1#--}=$2" ;;
    --server=) read -ra server <<< "$2" ;;
    *)
      echo "run.bash: bad usage: $1" >&2
      exit 2
      ;;
  esac
  shift 2
done
declare -A book=([sqlite]=book.db [text]=book.dat)

work=$(mktemp -d)
group='' driver=''
end() {
  [ -z "$group" ] || kill -KILL -- "-$group" || true
  [ -z "$driver" ] || kill -KILL "$driver" || true
  wait
  rm -rf "$work"
}
trap end EXIT
if [ -z "${LINEAR_TOOLS:-}" ]; then
  LINEAR_TOOLS=$work
  "$here/build.bash" "$work"
fi
[ -z "$keep" ] || keep=$(realpath "$keep")
cd "$work"
mkfifo ready alive running

# In a process group of its own. The pipe "alive" stays open for as long as any process of it lives.
start_server() {
  setsid "${server[@]}" -b "${book[$store]}" -l ./sock --workers "$workers" --ready-fd 3 > alive 3> ready 2>> log &
  group=$!
  exec {alive}< alive
  read -r _ < ready || {
    echo "run.bash: the server does not start: $(tail -n 5 log)" >&2
    exit 2
  }
}

kill_server() {
  kill -KILL -- "-$group"
  wait "$group" 2> /dev/null || true
  read -r _ <&"$alive" || true # the end of file
  exec {alive}<&-
  group=''
}

# goes_on SECONDS: whether the driver is still running after that time.
goes_on() {
  local status=0
  read -r -t "$1" _ <&"$running" || status=$?
  [ "$status" -gt 128 ]
}

start_server
"$LINEAR_TOOLS/history" --socket sock --clients "$clients" --operations "$operations" --names "$names" \
  --seed "$seed" > recorded 4> running &
driver=$!
exec {running}< running
kills=0
while [ -n "$kill" ] && goes_on "$kill"; do
  kill_server
  kills=$((kills + 1))
  start_server
done
status=0
wait "$driver" || status=$?
driver=''
kill_server

[ -z "$keep" ] || cp recorded "$keep"
[ "$status" = 0 ] || exit 2
[ -z "$kill" ] || echo "killed $kills times, $(awk '$6 == "?"' recorded | wc -l) operations without a reply"
"$LINEAR_TOOLS/check" < recorded
