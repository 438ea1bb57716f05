#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Long runs of requests over pipes, beside what one would use instead: a million entries, a million requests in random
# order, a tenth of them for missing names. Exit status 1 when a floor is missed.
# shellcheck source-path=SCRIPTDIR source=compare.bash disable=SC2317 # functions are called by name
source "$(dirname "$0")/compare.bash"

people 1000000 > book.dat
as_adds < book.dat > adds
addbook-serve -b book.db < adds > replies
head -n 10000 book.dat > small.dat
addbook-serve -b small.db < <(as_adds < small.dat) > replies
some_names 1000000 1000000 > names
as_finds < names > finds
addbook-serve -b book.dat < finds > replies
build_tool "$bench"/{resident,lockstep,echo,commit,took}.c
redis_bulk() { # COMMAND: for each line of standard input, NAME:ENTRY or NAME, in Redis's protocol
  awk -F: -v command="$1" 'BEGIN { ORS = "" } {
    if (command == "GET") print "*2\r\n$3\r\nGET\r\n$" length($1) "\r\n" $1 "\r\n"
    else print "*3\r\n$3\r\nSET\r\n$" length($1) "\r\n" $1 "\r\n$" length($2) "\r\n" $2 "\r\n" }'
}

cold() { seconds addbook-serve -b book.db < finds; }
# shellcheck disable=SC2016 # awk's own variables
join='NR == FNR { entry[$1] = $2; next }
  { if ($0 in entry) print $0 " : " entry[$0]; else print "Sorry, no entry for: " $0 }'
cold_mawk() { seconds mawk -F: "$join" book.dat names; }
resident() { ./resident finds addbook-serve -b book.db; }
two_cats() { echo "$(./resident finds cat) $(./resident replies cat)" | awk '{ print $1 + $2 }'; }
# On one processor: whether two share one or not is the scheduler's choice, and makes more difference than the programs.
lockstep() { echo 'fnd:Person 0000001' | taskset -c 0 ./lockstep 200000 "$@"; }
lockstep_serve() { lockstep addbook-serve -b small.db; }
lockstep_echo() { lockstep ./echo; }
add_lockstep() {
  rm -f new.db*
  ./lockstep 20000 addbook-serve -b new.db <<< 'add:Person @@@@@@@,12,High Street,Camelot,555-0199'
}
commit_row() { rm -f row.db* && ./commit row.db 20000; }
add_all() { rm -f new.db* && seconds addbook-serve -b new.db < adds; }
format() { ./took ni-format < text; }
# shellcheck disable=SC2016
format_mawk() { ./took mawk '{ if ($0 == "") print "Error: received empty message"; else print "Ni!\n" $0 "\nNi!" }' text; }
format_in_shell() { seconds ni-format < text; }
format_cat() { seconds eval 'cat text | cat'; }

head -c 24000000 replies > text
cmp <(ni-format < text) <(mawk '{ print "Ni!\n" $0 "\nNi!" }' text)
cmp <(sed 's/^fnd://' finds | mawk -F: "$join" book.dat -) <(addbook-serve -b book.db < finds)

heading 'the other'
at_most '1,000,000 finds, started for them / mawk hash join, s' 0.20 cold cold_mawk
at_most '1,000,000 finds, resident on pipes / cat in and cat out, s' 4 resident two_cats
at_most 'one find in lockstep over pipes / a program that echoes, us' 1.10 lockstep_serve lockstep_echo
at_most 'one durable add in lockstep / a commit by SQLite alone, us' 1.25 add_lockstep commit_row
at_most 'ni-format on 24 MB / mawk, s' 0.25 format format_mawk
at_most 'ni-format on 24 MB / cat | cat, s' 3 format_in_shell format_cat

if has redis-server redis-cli; then
  mkdir redis
  redis-server --port 0 --unixsocket "$work/redis.sock" --dir "$work/redis" --save '' --appendonly yes \
    --appendfsync always > redis.log &
  redis=$!
  trap 'kill $redis; wait; rm -rf "$work"' EXIT
  until redis-cli -s redis.sock ping &> /dev/null; do kill -0 $redis || exit 2; done
  redis_bulk SET < book.dat > sets
  redis_bulk GET < names > gets
  add_redis() { redis-cli -s redis.sock flushall > /dev/null && seconds redis-cli -s redis.sock --pipe < sets; }
  find_redis() { seconds redis-cli -s redis.sock --pipe < gets; }
  at_most '1,000,000 durable adds from a pipe / redis-cli --pipe, s' 1 add_all add_redis
  at_most '1,000,000 finds, started for them / redis-cli --pipe, s' 0.40 cold find_redis
fi
exit "$missed"
