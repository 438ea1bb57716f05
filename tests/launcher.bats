#!/usr/bin/env bats
# addbook: the launcher. It joins a client to a server, waits for both, and tells by its status how it went.
# shellcheck disable=SC2016,SC2154 # scripts are the stubs' own to expand; stderr is set by "run --separate-stderr"

load helper

# Stubs write their process ids into *.pid: none may be left, whatever a test did.
teardown() {
  local file
  for file in *.pid; do
    [ ! -s "$file" ] || kill -KILL "$(< "$file")" 2> /dev/null || true
  done
}

# launch [-STATUS] ARG...: addbook ARG... with nothing to read and a bound in time; it must end with STATUS where given.
launch() {
  local flags=(--separate-stderr)
  [[ $1 != -[0-9]* ]] || flags+=("$1")
  [[ $1 != -[0-9]* ]] || shift
  run "${flags[@]}" timeout 30 addbook "$@" < /dev/null
}

# stub NAME SCRIPT: sets the array $NAME to a command that writes its process id into NAME.pid and becomes SCRIPT.
stub() {
  local -n command=$1
  # shellcheck disable=SC2034 # the caller's
  command=(sh -c "echo \$\$ >$1.pid; $2")
}

# collected FILE...: the processes that these files name have ended, and none is a zombie.
collected() {
  local file
  for file; do
    run kill -0 "$(< "$file")"
    [ "$status" != 0 ] || fail "$file: $(ps -o pid,ppid,stat,args -p "$(< "$file")")"
  done
}

# bare COMMAND...: with no descriptor but 0 to 2, and the usual signal actions.
bare() (
  for fd in /proc/self/fd/*; do
    fd=${fd##*/}
    [ "$fd" -lt 3 ] || exec {fd}>&-
  done
  exec timeout 30 env --default-signal "$@"
)

# conversation N: N requests in a file, and in another what the server of an empty book answers.
conversation() {
  awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) {
    if (i % 10 == 0) { ask = "add:K" i "," i; answer = "Added entry for K" i }
    else if (i % 10 == 5) { ask = "fnd:K" i - 5; answer = "K" i - 5 " : " i - 5 }
    else if (i % 10 == 7) { ask = "rem:K" i - 7; answer = "Deleted entry for K" i - 7 }
    else { ask = "fnd:K" i; answer = "Sorry, no entry for: K" i }
    print ask >"requests"; print answer >"replies" } }'
}

# reason REGEX: the launcher itself says on standard error what went wrong.
reason() {
  assert_regex "$stderr" "(^|"$'\n'")addbook: .*$1"
}

@test "-b: the server of that book and the client" {
  launch -b book.dat add 'King Arthur' 1
  assert_success
  assert_output 'Added entry for King Arthur'
  launch -b text:book.dat find 'King Arthur'
  assert_output 'King Arthur : 1'
  assert_equal "$(< book.dat)" 'King Arthur:1'
}

@test "what follows the verb is the client's, options and all" {
  launch -b book.dat add -- -b 1
  assert_output 'Added entry for -b'
  launch -b book.dat find -- -b
  assert_output '-b : 1'
  launch -b book.dat find --help
  assert_success
  assert_output --partial 'addbook-query'
}

@test "options end at --: the verb comes after it" {
  launch -b book.dat -- count
  assert_success
  assert_output 0
}

@test "the value of an option may stand in the same argument" {
  launch -bbook.dat count
  assert_output 0
  launch --book=book.dat count
  assert_output 0
  assert [ -e book.dat ]
}

@test "without a verb it is the menu" {
  run timeout 20 addbook -b book.dat <<< 4
  assert_success
  assert_line '4) Quit'
}

@test "the book is ADDBOOK_BOOK's, and -b comes before it" {
  ADDBOOK_BOOK=env.dat launch add A
  assert_success
  assert_equal "$(< env.dat)" 'A:'
  ADDBOOK_BOOK=env.dat launch -b book.dat add B
  assert_equal "$(< env.dat) $(< book.dat)" 'A: B:'
}

@test "without any it is the book of the home folder" {
  launch add A
  assert_success
  assert [ -s .local/share/addbook/addbook.db ]
  XDG_DATA_HOME=$PWD/data launch add A
  assert_success
  assert [ -s data/addbook/addbook.db ]
}

@test "-s: any command, through the shell, is the server" {
  launch -s 'addbook-serve -b "$HOME/book.dat"' add A 1
  assert_success
  assert_output 'Added entry for A'
  launch -s 'read -r request && test "$request" = fnd:A && echo "A : from the shell"' find A
  assert_success
  assert_output 'A : from the shell'
}

@test "--join: any two programs, the server on 0 and 1, the client on 6 and 7" {
  launch --join tr a-z A-Z -- sh -c 'echo shrubbery >&7; exec 7>&-; cat <&6'
  assert_success
  assert_output SHRUBBERY
  launch --join ni-format -- bash -c 'echo It >&7; exec 7>&-; cat <&6'
  assert_output $'Ni!\nIt\nNi!'
}

@test "the client has PROTO=PIPE, and no other" {
  launch --join cat -- sh -c 'echo $PROTO'
  assert_output PIPE
  export PROTO=TCP PROTOCOL=kept
  launch --join cat -- env
  assert_equal "$(grep ^PROTO <<< "$output" | sort)" $'PROTO=PIPE\nPROTOCOL=kept'
}

@test "the client has the launcher's own input, output and errors" {
  run --separate-stderr timeout 20 addbook --join cat -- sh -c 'cat; echo err >&2' <<< in
  assert_success
  assert_output in
  assert_equal "$stderr" err
}

@test "usage errors: status 2, a message, nothing on standard output" {
  local words
  for words in -x --nonsense -b '-b book.dat -s cat count' --join '--join --' '--join cat' '--join cat --' '--join -- cat'; do
    # shellcheck disable=SC2086
    launch $words
    assert_failure 2
    assert_output ''
    reason
  done
  assert [ ! -e book.dat ]
  launch -b book.dat frobnicate
  assert_failure 2
  assert_output ''
}

@test "the status is the client's" {
  local code
  for code in 0 1 2 7 255; do
    launch --join cat -- sh -c "exit $code"
    assert_equal "$status $stderr" "$code "
  done
  launch -b book.dat find Nobody
  assert_equal "$status" 1
}

@test "a client killed by signal N makes it 128 + N" {
  local signal
  for signal in 1 6 9 13 15; do
    stub server 'exec cat >/dev/null'
    launch --join "${server[@]}" -- sh -c "kill -$signal \$\$"
    assert_equal "$status" $((128 + signal))
    collected server.pid
  done
}

@test "a server that failed makes it 2, and the message names it" {
  launch --join false -- true
  assert_failure 2
  reason false
  launch --join sh -c 'cat >/dev/null; exit 3' -- true
  assert_failure 2
  reason sh
  launch --join sh -c 'kill -SEGV $$' -- true
  assert_failure 2
  reason sh
  launch -s 'cat >/dev/null; exit 3' count
  assert_failure 2
  reason
  launch -b book.xyz count
  assert_failure 2
  reason addbook-serve
}

@test "a server that failed comes before the client's own status" {
  launch --join sh -c 'cat >/dev/null; exit 3' -- sh -c 'exit 1'
  assert_failure 2
  reason sh
}

@test "a server that dies half-way: status 2 and a message" {
  launch --join sh -c 'read -r request; echo "A : 1"; exit 3' -- addbook-query find A B C
  assert_failure 2
  assert_output 'A : 1'
  reason sh
  launch --join sh -c 'read -r request; echo "A : 1"; kill -KILL $$' -- addbook-query find A B C
  assert_failure 2
  reason sh
}

@test "a server's SIGPIPE is no failure" {
  launch --join yes -- true
  assert_success
  assert_equal "$stderr" ''
  launch --join sh -c 'cat >/dev/null; kill -PIPE $$' -- true
  assert_success
  assert_equal "$stderr" ''
}

@test "a program that can't be found is 127, one that can't be run 126, and the message names it" {
  mkdir folder
  echo 'echo no' > plain
  chmod 644 plain
  local code program
  while read -r code program; do
    launch "-$code" --join cat -- "$program"
    reason "$program"
    stub client 'exec cat <&6'
    launch "-$code" --join "$program" -- "${client[@]}"
    reason "$program"
    [ ! -e client.pid ] || collected client.pid
  done << 'EOT'
127 no-such-program
127 ./no/such/program
126 ./plain
126 ./folder
EOT
}

@test "programs of the set are found beside the launcher first, then in PATH" {
  mkdir box path
  cp "$BIN/addbook" box/
  for folder in box path; do
    printf '#!/bin/sh\necho "%s query $*"\n' $folder > $folder/addbook-query
    printf '#!/bin/sh\necho "%s serve $*" >served\n' $folder > $folder/addbook-serve
    chmod +x $folder/*
  done
  export PATH=$PWD/path:$PATH
  run timeout 20 box/addbook -b book.dat find A
  assert_success
  assert_output 'box query find A'
  assert_regex "$(< served)" '^box serve .*book\.dat$'
  rm box/addbook-query
  run timeout 20 box/addbook -b book.dat find A
  assert_output 'path query find A'
  rm box/addbook-serve
  run timeout 20 box/addbook -b book.dat find A
  assert_regex "$(< served)" '^path serve .*book\.dat$'
}

@test "a program of the set that is nowhere is 127" {
  mkdir box
  cp "$BIN/addbook" box/
  PATH=/usr/bin:/bin run -127 --separate-stderr timeout 20 box/addbook help
  assert_regex "$stderr" '^addbook: cannot run addbook-query: No such file'
  PATH=/usr/bin:/bin run -127 --separate-stderr timeout 20 box/addbook -b book.dat count
  reason addbook-
}

@test "the launcher finds its programs without PATH" {
  PATH=/usr/bin:/bin run -0 timeout 20 "$BIN/addbook" -b book.dat count < /dev/null
  assert_output 0
  PATH=/usr/bin:/bin run -0 timeout 20 "$BIN/addbook" --join addbook-serve -b book.dat -- addbook-query count
  assert_output 0
}

@test "the server sees the end of file, finishes, and is waited for" {
  launch --join sh -c 'cat >got; echo done >finished' -- sh -c 'echo last >&7'
  assert_success
  assert_equal "$(< got) $(< finished)" 'last done'
}

@test "a server that ignores the end of file and SIGTERM is killed, which is no failure" {
  stub server 'trap "" TERM; exec sleep 1000'
  launch --join "${server[@]}" -- sh -c 'until [ -s server.pid ]; do sleep 0.02; done'
  assert_success
  collected server.pid
}

@test "SIGINT and SIGTERM to the launcher end both, and none is left" {
  local signal pid code
  for signal in INT TERM; do
    rm -f ./*.pid
    stub server 'exec cat >/dev/null'
    stub client 'exec sleep 1000'
    env --default-signal=INT addbook --join "${server[@]}" -- "${client[@]}" 3>&- &
    pid=$!
    echo $pid > launcher.pid
    eventually test -s server.pid
    eventually test -s client.pid
    assert_equal "$(ps --ppid $pid -o pid= | sort -n | xargs)" "$(sort -n server.pid client.pid | xargs)"
    kill -$signal $pid
    code=0
    wait $pid || code=$?
    assert_equal "$code" $((128 + $(kill -l $signal)))
    collected server.pid client.pid
  done
}

@test "a signal to all three, as a terminal sends it: a server that dies of it has not failed" {
  local signal code
  for signal in HUP INT TERM; do
    rm -f ./*.pid
    stub server 'exec sleep 1000'
    stub client 'exec sleep 1000'
    setsid env --default-signal=HUP,INT addbook --join "${server[@]}" -- "${client[@]}" 2> errors 3>&- &
    eventually test -s server.pid
    eventually test -s client.pid
    kill -$signal -- -$!
    code=0
    wait $! || code=$?
    assert_equal "$signal: $code $(< errors)" "$signal: $((128 + $(kill -l $signal))) "
    collected server.pid client.pid
  done
}

@test "a signal that nohup has made it ignore is not passed on" {
  local code=0
  stub server 'exec cat >/dev/null'
  echo 'trap "exit 7" TERM; echo $$ >client.pid; while :; do sleep 0.02; done' > client
  env --ignore-signal=HUP,INT addbook --join "${server[@]}" -- env --default-signal=HUP,INT sh client 3>&- &
  eventually test -s client.pid
  kill -HUP $!
  kill -INT $!
  kill -TERM $! # comes after them, so they have been seen to
  wait $! || code=$?
  assert_equal "$code" 7
}

@test "SIGKILL to the launcher leaves no child behind" {
  stub server 'exec sleep 1000'
  stub client 'exec sleep 1000'
  addbook --join "${server[@]}" -- "${client[@]}" 3>&- &
  eventually test -s server.pid
  eventually test -s client.pid
  kill -KILL $!
  wait $! || true
  eventually has_ended "$(< server.pid)"
  eventually has_ended "$(< client.pid)"
}

@test "neither child has a descriptor that is not its own" {
  run bare addbook --join sh -c 'ls /proc/self/fd >server.fds; cat >/dev/null' -- \
    sh -c 'ls /proc/self/fd >client.fds' < /dev/null
  assert_success
  # 3 is the folder that ls reads
  assert_equal "$(xargs < server.fds)" '0 1 2 3'
  assert_equal "$(xargs < client.fds)" '0 1 2 3 6 7'
}

@test "the signals of both children are as they were, none ignored or blocked" {
  run bare grep -E '^Sig(Blk|Ign)' /proc/self/status
  echo "$output" > usual
  run bare addbook --join grep -E '^Sig(Blk|Ign)' /proc/self/status -- \
    sh -c 'cat <&6 >server.signals; exec grep -E "^Sig(Blk|Ign)" /proc/self/status' < /dev/null
  assert_success
  assert_output "$(< usual)"
  assert_equal "$(< server.signals)" "$(< usual)"
}

@test "it waits for its children also where SIGCHLD is ignored" {
  run env --ignore-signal=CHLD timeout 20 addbook --join cat -- sh -c 'exit 7'
  assert_failure 7
}

@test "descriptors that are open already don't get in the way" {
  local n redirections=
  for n in {3..12}; do
    redirections+=" $n</dev/null"
    run --separate-stderr bare bash -c "exec addbook -b book.dat count $redirections"
    assert_equal "$status $output $stderr" '0 0 '
  done
}

@test "descriptors 0 to 2 closed at start, each and all: the right status, and no hang" {
  closed() (
    [[ $1 != *0* ]] || exec <&-
    [[ $1 != *1* ]] || exec >&-
    [[ $1 != *2* ]] || exec 2>&-
    exec timeout 20 addbook -b book.dat find A
  )
  local which
  echo 'A:1' > book.dat
  for which in 0 2 02; do
    run closed $which
    assert_success
    assert_output 'A : 1'
  done
  for which in 1 01 12 012; do
    run closed $which
    assert_failure 2
    refute_output --partial 'A : 1'
  done
  assert_equal "$(< book.dat)" 'A:1'
}

@test "1,000,000 requests through raw, both ways at once" {
  conversation 1000000
  timeout 60 addbook -b :memory: raw < requests > got
  cmp got replies
}

@test "1,000,000 requests sent to raw before any reply is read" {
  conversation 1000000
  { cat requests && echo sent > sent; } | timeout 60 addbook -b :memory: raw | { eventually test -s sent && cat > got; }
  cmp got replies
}

@test "1,000,000 requests sent through --join before any reply is read" {
  conversation 1000000
  timeout 60 addbook --join addbook-serve -b :memory: -- \
    sh -c 'cat requests >&7; exec 7>&-; exec cat <&6 >got' < /dev/null
  cmp got replies
}

@test "100,000 lines through --join, with ni-format as the server and raw as the client" {
  awk 'BEGIN { for (i = 0; i < 100000; i++) print "line " i }' > requests
  sed 's/.*/Ni!\n&\nNi!/' requests > replies
  timeout 60 addbook --join ni-format -- addbook-query raw < requests > got
  cmp got replies
}

@test "what is ignored at the start is ignored in the programs that are joined, too" {
  for signal in PIPE XFSZ INT TERM HUP QUIT; do
    run env --ignore-signal="$signal" addbook --join cat -- grep SigIgn /proc/self/status
    assert_equal "$signal: $output" "$signal: $(env --ignore-signal="$signal" grep SigIgn /proc/self/status)"
  done
}
