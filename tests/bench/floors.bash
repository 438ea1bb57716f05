#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The floors for speed: each figure beside a plain baseline of the same run, measured in turn (A B A B ...), and the
# ratio of the medians with the least and the most of the pairs. Exit status 1 when a floor is missed.
set -euo pipefail

BIN=${BIN:-$(cd "$(dirname "$0")/../.." && pwd)/bin}
here=$(cd "$(dirname "$0")" && pwd)
export PATH="$BIN:$PATH" LC_ALL=C
rounds=${ROUNDS:-7}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
missed=0

seconds() { # COMMAND...: how long it takes
  local start=$EPOCHREALTIME
  "$@" > /dev/null
  awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.6f\n", b - a }'
}

# compare WHAT LIMIT A B: both are functions that print a figure; the ratio A/B must be at most LIMIT.
compare() {
  local what=$1 limit=$2 a=$3 b=$4
  : > figures
  for _ in $(seq "$rounds"); do printf '%s %s\n' "$("$a")" "$("$b")" >> figures; done
  awk -v what="$what" -v limit="$limit" '
    function median(of, n,   i, j, t) {
      for (i = 2; i <= n; i++) for (j = i; j > 1 && of[j - 1] > of[j]; j--) { t = of[j]; of[j] = of[j - 1]; of[j - 1] = t }
      return n % 2 ? of[(n + 1) / 2] : (of[n / 2] + of[n / 2 + 1]) / 2
    }
    { a[NR] = $1; b[NR] = $2; r = $1 / $2; if (NR == 1 || r < least) least = r; if (NR == 1 || r > most) most = r }
    END {
      ma = median(a, NR); mb = median(b, NR); ratio = ma / mb
      printf "%-58s %10.4f %10.4f   %5.2f (%.2f to %.2f)  at most %s%s\n", what, ma, mb, ratio, least, most, limit,
        (ratio > limit ? "  MISSED" : "")
      exit (ratio > limit)
    }' figures || missed=1
}

awk 'BEGIN { srand(1); for (i = 0; i < 100000; i++) printf "Person %06d:%d,High Street,Camelot,555-%04d,email=p%d@example.org\n", i, i % 200, i % 10000, i }' > book.dat
sed 's/^/add:/; s/:\([^:]*\):/:\1,/' book.dat > adds
addbook-serve -b book.db < adds > replies
awk 'BEGIN { srand(2); for (i = 0; i < 1000000; i++) printf "Person %06d\n", int(rand() * 111111) }' > names
sed 's/^/fnd:/' names > finds
gcc -O2 -o lockstep "$here/lockstep.c"

find_sqlite() { seconds addbook-serve -b book.db < finds; }
find_text() { seconds addbook-serve -b book.dat < finds; }
find_mawk() { # the same replies
  # shellcheck disable=SC2016 # awk's own variables
  seconds mawk -F: 'NR == FNR { entry[$1] = $2; next }
    { if ($0 in entry) print $0 " : " entry[$0]; else print "Sorry, no entry for: " $0 }' book.dat names
}
lockstep_server() { echo 'fnd:Person 000001' | ./lockstep 20000 addbook-serve -b book.db; }
lockstep_cat() { echo 'fnd:Person 000001' | ./lockstep 20000 cat; }
add_sqlite() {
  rm -f new.db*
  seconds addbook-serve -b new.db < adds
}
one_second() { echo 1; }

[ "$(addbook-serve -b book.db < finds | md5sum)" = "$(addbook-serve -b book.dat < finds | md5sum)" ] || {
  echo "the stores answer differently" >&2
  exit 2
}
printf '%-58s %10s %10s   %s\n' "" ours baseline "ratio of the medians (least to most of the pairs)"
compare 'lockstep find over pipes / cat, us' 1.3 lockstep_server lockstep_cat
compare '1,000,000 finds in 100,000 entries, SQLite / mawk, s' 3 find_sqlite find_mawk
compare '1,000,000 finds in 100,000 entries, text / mawk, s' 3 find_text find_mawk
compare '100,000 durable adds, SQLite / one second, s' 1 add_sqlite one_second
exit "$missed"
