# shellcheck shell=bash disable=SC2034 # missed is read by the benchmarks
# SPDX-License-Identifier: MIT
# Sourced by the benchmarks: each figure beside a baseline's of the same run, measured in turn (A B A B ...), and the
# ratio of the medians with the least and the most of the pairs. They work in a folder of their own, which is removed,
# and end with `exit "$missed"`: 1 when a floor is missed.
set -euo pipefail

bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BIN=${BIN:-$(cd "$bench/../.." && pwd)/bin}
export PATH="$BIN:$PATH" LC_ALL=C
rounds=${ROUNDS:-7}
missed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# build_tool FILE...: each into the current folder, under its name without the ending.
build_tool() {
  local file name
  local flags=(-std=c++20 -O2 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast)
  for file; do
    name=$(basename "${file%.*}")
    case $file in
      *.c) ${CC:-gcc} -O2 -o "$name" "$file" ;;
      *.cpp) ${CXX:-g++} "${flags[@]}" -o "$name" "$file" ;;
    esac
  done
}

seconds() { # COMMAND...: how long it takes
  local start=$EPOCHREALTIME
  "$@" > /dev/null
  awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.6f\n", b - a }'
}

heading() { # BASELINE
  printf '%-60s %12s %12s   %s\n' "" ours "$1" "ratio of the medians (least to most of the pairs)"
}

# at_most and at_least WHAT LIMIT A B: both are functions that print a figure, and get the round's number; the ratio A/B
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
  awk -v what="$what" -v bound="$bound" -v limit="$limit" '
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
      printf "%-60s %12s %12s   %5.2f (%.2f to %.2f)  %s %s%s\n", what, shown(ma), shown(mb), ratio, least, most,
        bound, limit, (miss ? "  MISSED" : "")
      exit miss
    }' figures || missed=1
}
