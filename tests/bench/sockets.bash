#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Many clients on a socket, beside Redis 7 and memcached on the same machine, with the same load from the same generator
# and all servers up at the same time. Redis persists nothing in the first part, and syncs before each reply in the
# last, as we do. Exit status 1 when a floor is missed.
# shellcheck source-path=SCRIPTDIR source=compare.bash disable=SC2317 # functions are called by name
source "$(dirname "$0")/compare.bash"

has redis-server redis-cli || exit 0
pids=()
trap 'kill "${pids[@]}" || true; wait; rm -rf "$work"' EXIT

entries=1000000

# serve_addbook NAME [ARG]...: on NAME.sock, which accepts when this returns.
serve_addbook() {
  mkfifo "$1.ready"
  addbook-serve -b "$1.db" -l "./$1.sock" --ready-fd 3 "${@:2}" 3> "$1.ready" &
  pids+=($!)
  read -r _ < "$1.ready"
}

# serve_redis NAME [ARG]...: likewise; its files are in the folder NAME.
serve_redis() {
  mkdir "$1"
  redis-server --port 0 --unixsocket "$work/$1.sock" --dir "$work/$1" --save '' "${@:2}" > "$1.log" &
  pids+=($!)
  until redis-cli -s "$1.sock" ping &> /dev/null; do kill -0 $! || exit 2; done
}

# rate PROTOCOL SOCKET CLIENTS IN_FLIGHT REQUESTS NAMES [--write]: prints the rate, and records what was found, since
# the servers must agree.
rate() {
  local result
  result=$(./load --protocol "$1" --socket "$2.sock" --clients "$3" --in-flight "$4" --requests "$5" --names "$6" \
    "${@:7}")
  awk -v names="$6" '{ print names, $1, $6, $7 >> "found"; print $3 }' <<< "$result"
}

build_tool "$bench/load.cpp"
awk -v n="$entries" 'BEGIN { for (i = 0; i < n; i++) printf "Person %07d\n", i }' > everybody
awk 'BEGIN { srand(1) }
  { name[NR] = $0 }
  END { for (i = NR; i > 0; i--) { j = 1 + int(rand() * i); print name[j]; name[j] = name[i] } }' everybody > shuffled
awk -v n="$entries" 'BEGIN { srand(2); for (i = 0; i < n; i++) printf "Person %07d\n", int(rand() * n / 0.9) }' > names

serve_addbook ours
serve_redis redis --appendonly no
serve_addbook durable
serve_redis synced --appendonly yes --appendfsync always
{
  rate addbook ours 1 1000 "$entries" everybody --write
  rate redis redis 1 1000 "$entries" everybody --write
  # The index is built once the finds have cost as much.
  rate addbook ours 1 1000 "$entries" names
  rate redis redis 1 1000 "$entries" names
} > /dev/null

lockstep_ours() { rate addbook ours 64 1 200000 names; }
lockstep_redis() { rate redis redis 64 1 200000 names; }
pipelined_ours() { rate addbook ours 64 16 1000000 names; }
pipelined_redis() { rate redis redis 64 16 1000000 names; }
ahead_ours() { rate addbook ours 1 1000 2000000 names; }
ahead_redis() { rate redis redis 1 1000 2000000 names; }
# ROUND ORDER: names that are not there yet, since adding the same entry again costs us nothing.
new_names() { sed -n "$((($1 - 1) * 20000 + 1)),$(($1 * 20000))s/^Person/$2/p" "$2" > new; }
sorted_ours() { new_names "$1" everybody && rate addbook durable 64 1 20000 new --write; }
sorted_redis() { new_names "$1" everybody && rate redis synced 64 1 20000 new --write; }
random_ours() { new_names "$1" shuffled && rate addbook durable 64 1 20000 new --write; }
random_redis() { new_names "$1" shuffled && rate redis synced 64 1 20000 new --write; }

memory_of() { awk '/^VmRSS:/ { print $2 }' "/proc/$1/status"; }
memory_ours() { memory_of "${pids[0]}"; }
memory_redis() { memory_of "${pids[1]}"; }
search_ours() { once addbook -c ./ours.sock search street 0777; }
search_like() {
  local like="entry LIKE '%street%' AND entry LIKE '%0777%'"
  once sqlite3 ours.db "SELECT name, entry FROM entry WHERE $like"
}

redis-server --version
heading 'the other'
# Rates, so that these are the other way round: 1.25 times Redis's rate is 0.80 of its time, 3.03 is 0.33, 6.25 is 0.16.
at_least 'finds a second, 64 clients, one at a time / Redis' 1.25 lockstep_ours lockstep_redis
at_least 'finds a second, 64 clients, 16 in flight / Redis' 3.03 pipelined_ours pipelined_redis
at_least 'finds a second, 1 client, 1,000 in flight / Redis' 6.25 ahead_ours ahead_redis
at_least 'durable adds a second, names in order, 64 clients / Redis' 1 sorted_ours sorted_redis
at_least 'durable adds a second, at random, 64 clients / Redis' 1 random_ours random_redis
at_most 'memory with 1,000,000 entries / Redis, KiB' 1.0 memory_ours memory_redis
if has sqlite3; then
  at_most 'a search of two terms in 1,000,000 entries / sqlite3 LIKE, s' 0.25 search_ours search_like
fi
if has memcached; then
  memcached -s "$work/memcached.sock" -m 1024 -t 1 -u "$(id -un)" &
  pids+=($!)
  until rate memcached memcached 1 1 1 names --write &> /dev/null; do kill -0 $! || exit 2; done
  rate memcached memcached 1 1000 "$entries" everybody --write > /dev/null
  pipelined_memcached() { rate memcached memcached 64 16 1000000 names; }
  ahead_memcached() { rate memcached memcached 1 1000 2000000 names; }
  at_least 'finds a second, 64 clients, 16 in flight / memcached, a thread' 1 pipelined_ours pipelined_memcached
  at_least 'finds a second, 1 client, 1,000 in flight / memcached, a thread' 1 ahead_ours ahead_memcached
fi
if sort -u found | cut -d ' ' -f 1,2 | uniq -d | grep -q .; then
  echo "the servers answer differently" >&2
  exit 2
fi
exit "$missed"
