# shellcheck shell=bash disable=SC2034 # missed is read by the benchmarks
# SPDX-License-Identifier: MIT
# Sourced by the benchmarks: each figure beside a baseline's of the same run, measured alternately (A B A B ...), and
# the ratio of the medians with the lowest and highest ratio of a pair. They work in a folder of their own, which is
# removed, and end with `exit "$missed"`: 1 when a floor is missed. Each row is also added to the file ROWS, for
# report.bash.
set -euo pipefail

bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BIN=${BIN:-$(cd "$bench/../.." && pwd)/bin}
export PATH="$BIN:$PATH" LC_ALL=C
rounds=${ROUNDS:-7}
missed=0
rows=$(realpath "${ROWS:-/dev/null}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# people N: a text book of N entries of some 55 bytes.
# some_names N OF: N random names, a tenth of them not in a book of OF entries.
people() {
  awk -v n="$1" 'BEGIN {
    for (i = 0; i < n; i++) printf "Person %07d:%d,High Street,Camelot,555-%04d,tag=k%d\n", i, i % 200, i % 10000, i % 1000 }'
}
some_names() { awk -v n="$1" -v of="$2" 'BEGIN { srand(2); for (i = 0; i < n; i++) printf "Person %07d\n", int(rand() * of / 0.9) }'; }
# Turn a text book into requests that add its entries, and names into requests that find them.
as_adds() { sed 's/^/add:/; s/:\([^:]*\):/:\1,/'; }
as_finds() { sed 's/^/fnd:/'; }

# has COMMAND...: whether all are there; says which one is not.
has() {
  local command
  for command; do
    command -v "$command" > /dev/null || {
      echo "skipped: $command is not installed"
      return 1
    }
  done
}

# build_tool FILE...: builds each in the current folder, named without its ending.
build_tool() {
  local file name
  local flags=(-std=c++20 -O2 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast)
  for file; do
    name=$(basename "${file%.*}")
    case $file in
      *.c) ${CC:-gcc} -D_GNU_SOURCE -O2 -o "$name" "$file" -lsqlite3 ;;
      *.cpp) ${CXX:-g++} "${flags[@]}" -o "$name" "$file" ;;
    esac
  done
}

seconds() { # COMMAND...: how long it takes
  local start=$EPOCHREALTIME
  "$@" > /dev/null
  awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.6f\n", b - a }'
}

# once COMMAND...: the seconds that it takes, the median of many runs.
once() {
  hyperfine -N -i -w 5 -r 80 --export-json once.json "$(printf '%q ' "$@")" &> /dev/null
  sed -n 's/^ *"median": \([0-9.e-]*\),/\1/p' once.json
}

heading() { # BASELINE
  printf '%-66s %12s %12s   %s\n' "" ours "$1" "ratio of the medians (least to most of the pairs)"
}

# at_most and at_least WHAT LIMIT A B: both are functions that print a figure, given the round's number; the ratio A/B
# must be at most, or at least, LIMIT.
at_most() { compare "at most" "$@"; }
at_least() { compare "at least" "$@"; }

compare() {
  local bound=$1 what=$2 limit=$3 a=$4 b=$5 round figure baseline
  : > figures
  for round in $(seq "$rounds"); do
    # Two statements, so that a failure of either ends the run.
    figure=$("$a" "$round")
    baseline=$("$b" "$round")
    printf '%s %s\n' "$figure" "$baseline" >> figures
  done
  awk -v what="$what" -v bound="$bound" -v limit="$limit" -v rows="$rows" '
    function median(of, n,   i, j, t) {
      for (i = 2; i <= n; i++)
        for (j = i; j > 1 && of[j - 1] > of[j]; j--) { t = of[j]; of[j] = of[j - 1]; of[j - 1] = t }
      return n % 2 ? of[(n + 1) / 2] : (of[n / 2] + of[n / 2 + 1]) / 2
    }
    function shown(x) { return x >= 10000 ? sprintf("%.0f", x) : sprintf("%.4f", x) }
    { a[NR] = $1; b[NR] = $2; r = $1 / $2; if (NR == 1 || r < least) least = r; if (NR == 1 || r > most) most = r }
    END {
      ma = median(a, NR); mb = median(b, NR); ratio = ma / mb
      miss = bound == "at most" ? ratio > limit : ratio < limit
      printf "%-66s %12s %12s   %5.3f (%.2f to %.2f)  %s %s%s\n", what, shown(ma), shown(mb), ratio, least, most,
        bound, limit, (miss ? "  MISSED" : "")
      printf "%s\t%s\t%s\t%.3f\t%.3f\t%.3f\t%s %s\t%s\n", what, shown(ma), shown(mb), ratio, least, most,
        bound, limit, (miss ? "missed" : "held") >> rows
      exit miss
    }' figures || missed=1
}
