#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every comparison, and what came of it as tests/bench/RESULTS.md with a chart. Installs the peers that are missing; one
# that can't be is skipped by name. Exit status 1 when a floor is missed.
set -euo pipefail
cd "$(dirname "$0")"

peers=(time redis-server memcached sqlite3 mawk recutils abook khard hyperfine gnuplot-nox)
if command -v apt-get > /dev/null; then
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  for peer in "${peers[@]}"; do
    dpkg -s "$peer" &> /dev/null || "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$peer" > /dev/null \
      || echo "can't install $peer"
  done
fi

ROWS=$(mktemp)
GROWTH=$(mktemp)
export ROWS GROWTH
trap 'rm -f "$ROWS" "$GROWTH" "$GROWTH.gp"' EXIT
missed=0
./pipes.bash || missed=1
./shell.bash || missed=1
./sockets.bash || missed=1
./growth.bash || missed=1

version() { "$@" 2>&1 | sed -n 's/[^0-9]*\([0-9][0-9.]*\).*/\1/p' | head -n 1; }
{
  cat << 'END'
# Measured

Written by `make bench`. Each row is ours beside another program's, on the same data, in the same run, in turn (A B A B
...): the medians, the ratio of the medians, and the least and the most of the ratios of the pairs. "At most" bounds a time
or a size, "at least" a rate. What is missed stands there too.

END
  printf 'On %s, %s processors (%s), Linux %s, %s.\n\n' "$(date +%F)" "$(nproc)" \
    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(uname -r)" "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)"
  printf 'Peers: Redis %s, memcached %s, SQLite %s, mawk %s, recutils %s, abook %s, khard %s.\n\n' \
    "$(version redis-server --version)" "$(version memcached --version)" "$(version sqlite3 --version)" \
    "$(version mawk -W version)" "$(version recsel --version)" "$(version abook --help)" "$(version khard --version)"
  echo '| what, ours / the other | ours | the other | ratio | least to most | bound | |'
  echo '| --- | ---: | ---: | ---: | --- | --- | --- |'
  awk -F '\t' '{ gsub(/\|/, "\\\\|", $1); printf "| %s | %s | %s | **%s** | %s to %s | %s | %s |\n", $1, $2, $3, $4, $5, $6, $7, $8 }' "$ROWS"
  cat << 'END'

## How it grows

1,000,000 finds in books of 10,000 to 10,000,000 entries.

| entries | us a find, resident | first time, s | adding all, s | MiB |
| ---: | ---: | ---: | ---: | ---: |
END
  awk '{ printf "| %d | %.3f | %.2f | %.2f | %d |\n", $1, $2, $3, $4, $5 }' "$GROWTH"
  cat << 'END'

![Time of a find, and memory, by the size of the book](growth.svg)

## What is compared

- Entries are some 55 bytes, names are asked in random order, and a tenth of them is not there (`compare.bash`).
- `pipes.bash`: a whole process, from start to end, reads requests from a file and writes replies to `/dev/null`; mawk
  does the same join of two text files; `ni-format` and mawk are started without a shell (`took.c`), whose own fork takes
  some milliseconds; `redis-cli --pipe` sends the same to a Redis that is up and has the data.
- `shell.bash`: the median of 80 starts by `hyperfine -N`. Ours are three processes each; `sqlite3`, `abook` and `recsel`
  are one. Where the start of a process is dear, as in some virtual machines, that decides. So "three empty programs"
  are measured too (`joined.c`): static, in C, they pass one line over two pipes, and do nothing else. Where those miss a
  bound, no three programs of this C library hold it.
- `sockets.bash`: one load generator (`load.cpp`) for all protocols, on Unix sockets, a server each. Redis without
  persistence for finds, with `appendfsync always` for durable adds; memcached with one thread, as we have one.
- Where a row says that a bound is missed, we are slower than we want to be.
END
} > RESULTS.md

if command -v gnuplot > /dev/null; then
  cat > "$GROWTH.gp" << END
set terminal svg size 720,360 font 'sans-serif,12' background 'white'
set output 'growth.svg'
set logscale x 10
set format x '10^{%L}'
set xlabel 'entries'
set ylabel 'microseconds a find'
set yrange [0:*]
set logscale y2 10
set y2label 'MiB'
set y2tics
set ytics nomirror
set key top left
set grid
plot '$GROWTH' using 1:2 with linespoints lw 2 pt 7 title 'a find, resident', \\
     '$GROWTH' using 1:5 axes x1y2 with linespoints lw 2 pt 5 title 'memory'
END
  gnuplot "$GROWTH.gp"
fi
cat RESULTS.md
exit $missed
