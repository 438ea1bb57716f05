#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The floors for speed: each figure beside a plain baseline of the same run, measured in turn (A B A B ...), and the
# ratio of the medians with the least and the most of the pairs. Exit status 1 when a floor is missed.
# shellcheck source-path=SCRIPTDIR source=compare.bash disable=SC2317 # functions are called by name
source "$(dirname "$0")/compare.bash"

awk 'BEGIN { srand(1); for (i = 0; i < 100000; i++) printf "Person %06d:%d,High Street,Camelot,555-%04d,email=p%d@example.org\n", i, i % 200, i % 10000, i }' > book.dat
sed 's/^/add:/; s/:\([^:]*\):/:\1,/' book.dat > adds
addbook-serve -b book.db < adds > replies
awk 'BEGIN { srand(2); for (i = 0; i < 1000000; i++) printf "Person %06d\n", int(rand() * 111111) }' > names
sed 's/^/fnd:/' names > finds
build_tool "$bench/lockstep.c"

find_sqlite() { seconds addbook-serve -b book.db < finds; }
find_text() { seconds addbook-serve -b book.dat < finds; }
find_mawk() { # the same replies
  # shellcheck disable=SC2016 # awk's own variables
  seconds mawk -F: 'NR == FNR { entry[$1] = $2; next }
    { if ($0 in entry) print $0 " : " entry[$0]; else print "Sorry, no entry for: " $0 }' book.dat names
}
# On one processor: whether two share one or not is the scheduler's choice, and makes more difference than the programs.
lockstep_server() { echo 'fnd:Person 000001' | taskset -c 0 ./lockstep 100000 addbook-serve -b book.db; }
lockstep_cat() { echo 'fnd:Person 000001' | taskset -c 0 ./lockstep 100000 cat; }
add_sqlite() {
  rm -f new.db*
  seconds addbook-serve -b new.db < adds
}
one_second() { echo 1; }
# Programs that are started for one question: the figure is for fifty, one after the other.
head -n 10000 book.dat > small.dat
head -n 10000 adds | addbook-serve -b small.db > replies
fifty() { # COMMAND...
  local i
  for ((i = 0; i < 50; i++)); do "$@"; done
}
search_sqlite() { seconds fifty addbook -b small.db search 005000; }
search_text() { seconds fifty addbook -b small.dat search 005000; }
find_one_sqlite() { seconds fifty addbook -b small.db find 'Person 005000'; }
find_one_text() { seconds fifty addbook -b small.dat find 'Person 005000'; }

[ "$(addbook-serve -b book.db < finds | md5sum)" = "$(addbook-serve -b book.dat < finds | md5sum)" ] || {
  echo "the stores answer differently" >&2
  exit 2
}
heading baseline
at_most 'lockstep find over pipes / cat, us' 1.3 lockstep_server lockstep_cat
at_most '1,000,000 finds in 100,000 entries, SQLite / mawk, s' 3 find_sqlite find_mawk
at_most '1,000,000 finds in 100,000 entries, text / mawk, s' 3 find_text find_mawk
at_most '100,000 durable adds, SQLite / one second, s' 1 add_sqlite one_second
at_most '50 times a search in 10,000 entries / a find, SQLite, s' 2.5 search_sqlite find_one_sqlite
at_most '50 times a search in 10,000 entries / a find, text, s' 1.5 search_text find_one_text
exit "$missed"
