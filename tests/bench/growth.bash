#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# How cost grows with a book, from 10,000 to 10,000,000 entries, always with 1,000,000 finds in random order. For each
# size, prints, and adds to the file GROWTH: microseconds per find once the index is there, seconds for the first run
# (start, index and all), seconds to add all entries, and the MiB that the server holds. Exit status 1 when a find costs
# more than 2.5 times as much at the end.
# shellcheck source-path=SCRIPTDIR source=compare.bash disable=SC2317 # functions are called by name
growth=$(realpath "${GROWTH:-/dev/null}")
source "$(dirname "$0")/compare.bash"

build_tool "$bench/resident.c"
median_of_three() { for _ in 1 2 3; do "$@"; done | sort -n | sed -n 2p; }
cold() { seconds addbook-serve -b book.db < finds; }
find_one() { ./resident finds addbook-serve -b book.db; }

printf '%12s %10s %10s %10s %10s\n' entries 'us a find' 'first, s' 'adding, s' 'MiB'
for entries in 10000 100000 1000000 10000000; do
  rm -f book.db*
  people "$entries" | as_adds > adds
  adding=$(seconds addbook-serve -b book.db < adds)
  rm adds
  some_names 1000000 "$entries" | as_finds > finds
  warm=$(median_of_three find_one)
  first=$(median_of_three cold)
  # Enough finds for the index to pay.
  memory=$(cat finds finds finds | /usr/bin/time -f %M addbook-serve -b book.db 2>&1 > /dev/null)
  printf '%12s %10s %10s %10s %10s\n' "$entries" "$warm" "$first" "$adding" "$((memory / 1024))" | tee -a "$growth" table
done
awk 'NR == 1 { least = $2 } { most = $2 } END {
  printf "a find at the end / at the start: %.2f, at most 2.5%s\n", most / least, (most > 2.5 * least ? "  MISSED" : "")
  exit most > 2.5 * least }' table
