#!/usr/bin/env bats
# Acknowledged is kept: full disks, failed syncs, what is synced before a reply, signals, kills, two writers at once.
# shellcheck disable=SC2030,SC2031,SC2154 # output, status and reply are set by run and hear

load helper
load fixtures/lockstep

teardown() {
  end_servers
  if mountpoint -q "$BATS_TEST_TMPDIR/mnt"; then umount -l "$BATS_TEST_TMPDIR/mnt"; fi
}

# tiny_disk: mnt, a file system of 1 MiB.
tiny_disk() {
  mkdir mnt
  mount -t tmpfs -o size=1m,mode=755 tmpfs mnt 2> /dev/null || skip 'mount is not allowed'
}

# not_stored SERVER REQUEST: the reply is that the store refused.
not_stored() {
  send "$1" "$2"
  hear "$1"
  [[ $reply == 'ERROR: Not stored: '?* ]] || fail "reply: $reply"
}

# traced CALLS COMMAND...: runs it, its system calls in the file "trace" (fds with their paths). The leak check of a
# sanitizer build can't work under a tracer.
traced() {
  strace -o /dev/null true || skip 'strace is not allowed'
  env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" LSAN_OPTIONS= timeout 120 strace -f -y -s 256 -o trace -e "trace=$1" "${@:2}"
}

CALLS='read,readv,write,writev,sendto,sendmsg,fsync,fdatasync,openat,/^rename'

# line REGEX [AFTER]: the number of the first line of the trace that matches, below line AFTER.
line() {
  awk -v after="${2:-0}" 'NR > after && $0 ~ ENVIRON["REGEX"] { print NR; exit }' trace
}

# in_order REGEX...: the trace has a line for each, one below the other.
in_order() {
  local at=0
  for REGEX; do
    export REGEX
    at=$(line "$REGEX" "$at")
    [ -n "$at" ] || fail "not in this order: $REGEX in:"$'\n'"$(tail -n 40 trace)"
  done
}

# ---- disk full -------------------------------------------------------------------------------------------------------

full_disk() {
  local big
  big=$(printf '%060000d' 0)
  tiny_disk
  start server addbook-serve -b "mnt/$1"
  tell server add:old,1 'Added entry for old'
  tell server add:other,1 'Added entry for other'
  head -c 2000000 /dev/zero > mnt/fill 2> fill.err || true
  not_stored server "add:new,$big"
  tell server fnd:old 'old : 1'
  tell server fnd:new 'Sorry, no entry for: new'
  tell server cnt 'Entries: 2'
  not_stored server "add:old,$big"
  tell server fnd:old 'old : 1'
  rm mnt/fill
  tell server fnd:old 'old : 1'
  tell server "add:new,$big" 'Added entry for new'
  tell server rem:other 'Deleted entry for other'
  finish server
  run addbook-serve -b "mnt/$1" <<< $'cnt\nfnd:new\nfnd:old'
  assert_equal "$output" $'Entries: 2\n'"new : $big"$'\nold : 1'
}

@test "a full disk refuses a change, keeps the book, and takes changes again when there is room: text" { full_disk book.dat; }
@test "a full disk refuses a change, keeps the book, and takes changes again when there is room: sqlite" { full_disk book.db; }

@test "a book that is small beside its disk is changed any number of times: its WAL leaves room for it" {
  local i refused=0 big
  big=$(printf '%09000d' 0)
  tiny_disk
  addbook-serve -b mnt/book.db <<< "add:A,$big" > replies
  start server addbook-serve -b mnt/book.db
  for i in {1..500}; do
    send server "add:A,$i,$big"
    hear server
    [ "$reply" = 'Added entry for A' ] || ((++refused))
  done
  assert_equal "$refused" 0
  finish server
}

# starts_on_full_disk BOOK: a server that starts there answers, refuses a change, and keeps nobody else from the book.
starts_on_full_disk() {
  local book=mnt/$1
  tiny_disk
  addbook-serve -b "$book" <<< add:old,1 > replies
  head -c 2000000 /dev/zero > mnt/fill 2> fill.err || true
  start server addbook-serve -b "$book" -l ./socket --ready-fd 1
  hear server
  local i all=()
  for i in {1..8}; do
    addbook -b "$book" find old > "found.$i" 2>&1 &
    all+=($!)
  done
  wait "${all[@]}"
  assert_equal "$(sort found.* | uniq -c | xargs)" '8 old : 1'
  run -2 addbook -c ./socket add new "$(printf '%060000d' 0)"
  assert_output --regexp '^ERROR: Not stored: .'
  run -0 addbook -c ./socket find old
  assert_output 'old : 1'
  run -0 addbook -b "$book" count
  assert_output 1
  rm mnt/fill
  run -0 addbook -b "$book" add other 2
  run -0 addbook -c ./socket find other
  assert_output 'other : 2'
  run -0 addbook -c ./socket add new 3
  run -0 addbook -b "$book" count
  assert_output 3
}

@test "a server that starts on a full disk answers, and takes changes when there is room: text" { starts_on_full_disk book.dat; }
@test "a server that starts on a full disk answers, and takes changes when there is room: sqlite" { starts_on_full_disk book.db; }

# Several changes and questions at once: the changes are refused together, and the questions see the unchanged book.
full_disk_batch() {
  local big expected
  big=$(printf '%020000d' 0)
  tiny_disk
  start server addbook-serve -b "mnt/$1"
  tell server add:old,1 'Added entry for old'
  tell server add:other,1 'Added entry for other'
  head -c 2000000 /dev/zero > mnt/fill 2> fill.err || true
  send server $'cnt\nadd:new,'"$big"$'\nfnd:new\nrem:other\nfnd:other\nadd:old,'"$big"$'\nfnd:old\nlst:n\ncnt'
  for expected in 'Entries: 2' 'ERROR: Not stored: ?*' 'Sorry, no entry for: new' 'ERROR: Not stored: ?*' 'other : 1' \
    'ERROR: Not stored: ?*' 'old : 1' 'Found: 0' 'Entries: 2'; do
    hear server
    # shellcheck disable=SC2053 # a pattern
    [[ $reply == $expected ]] || fail "reply: $reply, expected: $expected"
  done
  finish server
}

@test "changes that fail together are undone together, and questions among them are answered from the old book: text" {
  full_disk_batch book.dat
}

@test "changes that fail together are undone together, and questions among them are answered from the old book: sqlite" {
  full_disk_batch book.db
}

# In units of 1,024 bytes: the book has some 40 KB.
limit_of_file_size() {
  local big
  big=$(printf '%060000d' 0)
  seq -f 'add:n%04.0f,entry entry entry entry' 1000 | addbook-serve -b "$1" > /dev/null
  echo lst | addbook-serve -b "$1" > before
  start server bash -c "ulimit -f 64 && exec addbook-serve -b $1"
  tell server cnt 'Entries: 1000'
  not_stored server "add:new,$big"
  tell server fnd:new 'Sorry, no entry for: new'
  tell server fnd:n0001 'n0001 : entry entry entry entry'
  not_stored server "add:n0001,$big"
  tell server cnt 'Entries: 1000'
  finish server
  echo lst | addbook-serve -b "$1" | diff before -
  run addbook-serve -b "$1" <<< "add:new,$big"
  assert_output 'Added entry for new'
}

@test "a limit of the file size (ulimit -f) refuses a change and keeps the book: text" { limit_of_file_size book.dat; }
@test "a limit of the file size (ulimit -f) refuses a change and keeps the book: sqlite" { limit_of_file_size book.db; }

@test "under ulimit -f a text book takes a change again that makes room" {
  seq -f 'add:n%04.0f,entry entry entry entry' 1000 | addbook-serve -b book.dat > /dev/null
  start server bash -c 'ulimit -f 64 && exec addbook-serve -b book.dat'
  not_stored server "add:new,$(printf '%060000d' 0)"
  tell server rem:n0001 'Deleted entry for n0001'
  tell server add:new,1 'Added entry for new'
  finish server
  assert_equal "$(grep -c . book.dat)" 1000
}

# ---- what is synced before a reply -------------------------------------------------------------------------------------

synced_before_the_reply() {
  addbook-serve -b "$1" <<< add:old,1 > /dev/null
  echo add:Robin,1 | traced "$CALLS" addbook-serve -b "$1" > replies
  assert_equal "$(cat replies)" 'Added entry for Robin'
  in_order '(read|readv)\(0.*add:Robin' 'f(data)?sync\(.* = 0' '(write|writev|sendto|sendmsg)\(1.*Added entry for Robin'
  echo rem:Robin | traced "$CALLS" addbook-serve -b "$1" > replies
  assert_equal "$(cat replies)" 'Deleted entry for Robin'
  in_order '(read|readv)\(0.*rem:Robin' 'f(data)?sync\(.* = 0' '(write|writev|sendto|sendmsg)\(1.*Deleted entry for Robin'
}

@test "a change is synced after it is read and before its reply is written: text" { synced_before_the_reply book.dat; }
@test "a change is synced after it is read and before its reply is written: sqlite" { synced_before_the_reply book.db; }

@test "a text book's file is synced, then renamed, then its folder is synced, then the reply is written" {
  mkdir folder
  addbook-serve -b folder/book.dat <<< add:old,1 > /dev/null
  echo add:Robin,1 | traced "$CALLS" addbook-serve -b folder/book.dat > replies
  assert_equal "$(cat replies)" 'Added entry for Robin'
  in_order '(read|readv)\(0.*add:Robin' '(write|writev)\([0-9]*<[^>]*/folder/[^>]*>.*Robin' 'f(data)?sync\([0-9]*<[^>]*/folder/[^>]*>\) *= 0' \
    'rename.*book\.dat"[^"]* = 0' 'f(data)?sync\([0-9]*<[^>]*/folder>\) *= 0' '(write|writev|sendto|sendmsg)\(1.*Added entry for Robin'
}

synced_when_made() {
  echo add:Robin,1 | traced "$CALLS" addbook-serve -b "new/folder/$1" > replies
  in_order '(read|readv)\(0.*add:Robin' 'f(data)?sync\(.* = 0' '(write|writev|sendto|sendmsg)\(1.*Added entry for Robin'
  # The new book's own name in its folder is durable too, and so is that folder's, and that of the one above.
  for folder in '' /new /new/folder; do
    grep -qE "f(data)?sync\([0-9]*<$(pwd -P)$folder>\) *= 0" trace
  done
}

@test "the first change of a new book is synced, and so are the folders that it is in: text" { synced_when_made book.dat; }
@test "the first change of a new book is synced, and so are the folders that it is in: sqlite" { synced_when_made book.db; }

changes_sent_together_are_synced_together() {
  seq -f 'add:n%04.0f,entry' 1000 > requests
  addbook-serve -b "$1" <<< add:old,1 > /dev/null
  traced fsync,fdatasync addbook-serve -b "$1" < requests > replies
  assert_equal "$(grep -c '^Added entry for n' replies)" 1000
  local syncs
  syncs=$(grep -cE 'f(data)?sync\(' trace)
  ((syncs >= 1 && syncs <= 50)) || fail "$syncs syncs for 1,000 changes sent at once"
}

@test "1,000 changes sent at once cost a few syncs: text" { changes_sent_together_are_synced_together book.dat; }
@test "1,000 changes sent at once cost a few syncs: sqlite" { changes_sent_together_are_synced_together book.db; }

@test "a commit of many pages is written in few pieces, and is whole after SIGKILL" {
  seq 30000 | shuf --random-source=<(seq 100000) | sed 's/.*/add:Person &,1,High Street/' > adds
  mkfifo requests
  traced pwrite64 sh -c 'echo $$ > pid; exec addbook-serve -b book.db' < requests > replies &
  exec 7> requests
  cat adds >&7
  eventually has_lines replies 30000
  kill -KILL "$(cat pid)"
  exec 7>&-
  wait
  # Frame by frame it would be two writes for every page of 2 KiB.
  [ "$(grep -c 'pwrite64.*book.db-wal' trace)" -lt "$(($(stat -c %s book.db-wal) / 2048))" ]
  assert_equal "$(sqlite3 book.db 'PRAGMA integrity_check; SELECT count(*) FROM entry')" $'ok\n30000'
}

has_lines() { [ "$(wc -l < "$1")" -ge "$2" ]; }

@test "a checkpoint of which a write fails, whichever one, loses nothing: the WAL stays" {
  local at
  for at in 1 2 3; do
    rm -f book.db*
    seq -f 'add:n%04.0f,entry' 400 | addbook-serve -b book.db > /dev/null
    seq -f 'add:n%04.0f,changed' 400 | traced pwrite64 -P book.db -e "inject=pwrite64:error=ENOSPC:when=$at" addbook-serve -b book.db > replies
    assert_equal "$(grep -c '^Added' replies)" 400
    grep -q 'book.db>.*ENOSPC' trace
    assert_equal "$(addbook-serve -b book.db <<< lst | grep -c ': changed$')" 400
  done
}

@test "what is refused where the WAL index has no room is in no book after a restart, either: sqlite" {
  strace -o /dev/null true || skip 'strace is not allowed'
  seq -f "add:old%05.0f,$(printf '%0500d' 0)" 6000 | addbook-serve -b book.db > /dev/null
  # The first eight write what the index needs for 4,062 frames.
  start server env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" strace -f -o trace -e trace=pwrite64 -P "$PWD/book.db-shm" \
    -e inject=pwrite64:error=ENOSPC:when=9+ sh -c 'echo $$ > pid; exec addbook-serve -b book.db'
  reply=Added
  for ((i = 0; i < 4000; i++)); do
    send server "add:new$i,$(printf '%0500d' 0)"
    hear server
    [[ $reply == Added* ]] || break
  done
  assert_regex "$reply" '^ERROR: Not stored: ..*'
  grep -q 'ENOSPC' trace
  kill -KILL "$(cat pid)"
  gone server 137
  assert_equal "$(addbook -b book.db count)" $((6000 + i))
}

failed_sync() {
  addbook-serve -b "$1" <<< $'add:old,1\nadd:other,1' > /dev/null
  strace -o /dev/null true || skip 'strace is not allowed'
  start server env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" strace -f -o trace -e trace=fsync,fdatasync \
    -e inject=fsync,fdatasync:error=EIO addbook-serve -b "$1"
  tell server fnd:old 'old : 1'
  send server add:new,1
  hear server
  [[ $reply == 'ERROR: Outcome unknown: '?* ]] || fail "reply: $reply"
  gone server 2
  # Whatever came of it: the book opens, and what was acknowledged is there.
  run addbook-serve -b "$1" <<< $'fnd:old\nfnd:other'
  assert_success
  assert_output $'old : 1\nother : 1'
}

@test "after a failed sync the outcome is unknown, and the server ends with status 2: text" { failed_sync book.dat; }
@test "after a failed sync the outcome is unknown, and the server ends with status 2: sqlite" { failed_sync book.db; }

@test "after a failed sync nothing is copied out of the WAL, whose pages nobody can tell, and it is cut off there" {
  local got=0
  addbook-serve -b book.db <<< add:old,1 > /dev/null
  cp book.db before.db
  traced fsync,fdatasync -e inject=fsync,fdatasync:error=EIO:when=1 addbook-serve -b book.db <<< add:new,1 > replies || got=$?
  assert_equal "$got $(sed 's/\(Outcome unknown\): ..*/\1/' replies)" '2 ERROR: Outcome unknown'
  cmp book.db before.db
  assert [ ! -s book.db-wal ]
  # With an earlier commit in the WAL, that stays.
  start server env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" strace -f -o trace -e trace=fsync,fdatasync \
    -e inject=fsync,fdatasync:error=EIO:when=4 addbook-serve -b book.db
  tell server add:one,1 'Added entry for one'
  send server add:two,2
  hear server
  [[ $reply == 'ERROR: Outcome unknown: '?* ]] || fail "reply: $reply"
  gone server 2
  run addbook-serve -b book.db <<< lst
  assert_output $'old : 1\none : 1\nFound: 2'
}

@test "a sync of the folder that fails, after the rename, leaves the outcome unknown too" {
  local got=0
  addbook-serve -b book.dat <<< add:old,1 > /dev/null
  traced fsync,fdatasync -e inject=fsync,fdatasync:error=EIO:when=2 addbook-serve -b book.dat <<< add:new,1 > replies || got=$?
  assert_equal "$got $(sed 's/\(Outcome unknown\): ..*/\1/' replies)" '2 ERROR: Outcome unknown'
  grep -qE "f(data)?sync\([0-9]*<$(pwd -P)>\) *= -1 EIO" trace
}

@test "a sync that finds no room for a text book's file refuses the change, and service goes on" {
  addbook-serve -b book.dat <<< add:old,1 > /dev/null
  cp book.dat before
  for error in ENOSPC EDQUOT EFBIG; do
    traced fsync -e "inject=fsync:error=$error:when=1" addbook-serve -b book.dat <<< $'add:new,1\nfnd:old' > replies
    assert_equal "$error $(sed 's/\(ERROR: Not stored\): ..*/\1/' replies)" "$error ERROR: Not stored"$'\nold : 1'
    cmp book.dat before
    assert [ ! -e book.dat.tmp ]
  done
}

@test "a text book whose rename fails is as it was, and service goes on" {
  addbook-serve -b book.dat <<< add:old,1 > /dev/null
  cp book.dat before
  traced '/^rename' -e 'inject=/^rename:error=ENOSPC:when=1' addbook-serve -b book.dat <<< $'add:new,1\nfnd:old\nfnd:new\nbye' > replies
  assert_equal "$(sed 's/\(ERROR: Not stored\): ..*/\1/' replies)" $'ERROR: Not stored\nold : 1\nSorry, no entry for: new\nBye'
  cmp book.dat before
  assert [ ! -e book.dat.tmp ]
}

# ---- ends ----------------------------------------------------------------------------------------------------------------

# The replies are not read before the signal, so it comes in the middle of the stream; what the server has read ahead by
# then is answered too, so that it may be all.
ended_by() {
  local answered
  start server addbook-serve -b "$2"
  tell server cnt 'Entries: 0'
  seq -f 'add:n%05.0f,entry' 20000 >&"${TO[server]}" 3>&- &
  hear server
  kill "-$1" "${PID[server]}"
  { echo "$reply" && cat <&"${FROM[server]}"; } > replies
  local got=0
  wait "${PID[server]}" || got=$?
  unset 'PID[server]'
  assert_equal "status $got: $(cat server.err)" 'status 0: '
  answered=$(wc -l < replies)
  seq -f 'Added entry for n%05.0f' "$answered" | diff - replies
  # What was answered was done, and nothing else.
  run addbook-serve -b "$2" <<< cnt
  assert_output "Entries: $answered"
}

@test "SIGTERM in a stream of changes: what was read is answered, nothing else is done, status 0: text" { ended_by TERM book.dat; }
@test "SIGTERM in a stream of changes: what was read is answered, nothing else is done, status 0: sqlite" { ended_by TERM book.db; }
@test "SIGINT in a stream of changes: what was read is answered, nothing else is done, status 0: sqlite" { ended_by INT book.db; }

ended_in_half_a_line() {
  start server addbook-serve -b book.db
  tell server add:a,1 'Added entry for a'
  printf 'add:half' >&"${TO[server]}"
  kill "-$1" "${PID[server]}"
  gone server 0
  run addbook-serve -b book.db <<< cnt
  assert_output 'Entries: 1'
}

@test "half a line is dropped on SIGTERM" { ended_in_half_a_line TERM; }
@test "half a line is dropped on SIGINT" { ended_in_half_a_line INT; }

@test "a server that waits for input ends on SIGTERM and on SIGINT, with nothing more to say" {
  for signal in TERM INT; do
    start "on$signal" addbook-serve -b book.dat
    tell "on$signal" cnt 'Entries: 0'
    kill "-$signal" "${PID["on$signal"]}"
    gone "on$signal" 0
  done
}

has_no_input() { [ "$(readlink "/proc/$1/fd/0")" = /dev/null ]; }
waits_for_its_reader() { [[ $(ps -o wchan= -p "$1") = *pipe_write* ]]; }

@test "a server whose replies nobody reads waits for its reader on SIGTERM, and ends on a second one" {
  yes fnd:nobody | head -n 20000 > finds
  mkfifo replies
  exec {unread}<> replies
  addbook-serve -b :memory: < finds > replies 3>&- &
  eventually waits_for_its_reader $!
  kill -TERM $!
  eventually has_no_input $!
  kill -TERM $!
  status=0
  wait $! || status=$? # not by run, which waits in a subshell
  assert_equal "$status" 143
  exec {unread}>&-
}

@test "at the end of input everything read is answered, half a line too" {
  run addbook-serve -b book.db < <(printf 'add:a,1\nadd:b,2\nadd:c')
  assert_success
  assert_output $'Added entry for a\nAdded entry for b\nAdded entry for c'
  run addbook-serve -b book.db <<< cnt
  assert_output 'Entries: 3'
}

# ---- two writers, and kills --------------------------------------------------------------------------------------------

# mixed_writes WHO: 10,000 changes; what stays is WHO 1 to WHO 5000.
mixed_writes() {
  seq 5000 | awk -v who="$1" '{
    printf "add:%s %d,entry %d\n", who, $1, $1
    if ($1 % 2) printf "add:%s tmp %d\n", who, $1
    else printf "rem:%s tmp %d\n", who, $1 - 1
  }'
}

two_writers() {
  local who pid
  local -a pids=()
  addbook-serve -b "$1" <<< cnt
  for who in one two; do
    mixed_writes "$who" > "$who.requests"
    timeout 120 addbook-serve -b "$1" < "$who.requests" > "$who.replies" 3>&- &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid"; done
  for who in one two; do
    sed 's/,.*//; s/^add:/Added entry for /; s/^rem:/Deleted entry for /' "$who.requests" | diff - "$who.replies"
  done
  seq 5000 | awk '{ printf "one %d : entry %d\ntwo %d : entry %d\n", $1, $1, $1, $1 }' | LC_ALL=C sort > expected
  echo 'Found: 10000' >> expected
  addbook-serve -b "$1" <<< lst | diff expected -
}

@test "two servers write to one book at once, 10,000 changes each, and all is there: text" { two_writers book.dat; }
@test "two servers write to one book at once, 10,000 changes each, and all is there: sqlite" { two_writers book.db; }

# In lockstep the two take turns, so that each change meets one of the other's.
two_writers_in_lockstep() {
  local who i pid
  local -a pids=()
  for who in one two; do
    (
      start "$who" addbook-serve -b "$1"
      for i in {1..150}; do
        tell "$who" "add:$who $i,$i" "Added entry for $who $i"
        ((i % 3)) || tell "$who" "rem:$who $i" "Deleted entry for $who $i"
      done
      finish "$who"
    ) 3>&- &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid"; done
  run addbook-serve -b "$1" <<< cnt
  assert_output 'Entries: 200'
}

@test "two servers that write to one book change by change lose nothing: text" { two_writers_in_lockstep book.dat; }
@test "two servers that write to one book change by change lose nothing: sqlite" { two_writers_in_lockstep book.db; }

# Short-lived servers: the book is made, opened, written and closed by two at a time.
servers_that_come_and_go() {
  local who i pid
  local -a pids=()
  for who in one two; do
    for i in {1..60}; do
      timeout 60 addbook-serve -b "folder/$1" <<< "add:$who $i,$i"
    done > "$who.replies" 2>&1 3>&- &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid"; done
  for who in one two; do seq -f "Added entry for $who %.0f" 60 | diff - "$who.replies"; done
  run addbook-serve -b "folder/$1" <<< cnt
  assert_output 'Entries: 120'
}

@test "servers that come and go on one book, two at a time from its making on, lose nothing: text" { servers_that_come_and_go book.dat; }
@test "servers that come and go on one book, two at a time from its making on, lose nothing: sqlite" { servers_that_come_and_go book.db; }

torture() {
  run timeout 200 "$ROOT/tests/torture.py" --store "$1" --rounds 40 --folder .
  assert_success
  assert_output --regexp '^40 rounds, [1-9][0-9]* acknowledged, 0 lost$'
}

@test "a server that is killed at random moments, 40 times, loses nothing that it acknowledged: text" { torture text; }
@test "a server that is killed at random moments, 40 times, loses nothing that it acknowledged: sqlite" { torture sqlite; }

# ---- what else can stand in a writer's way -----------------------------------------------------------------------------

@test "a folder that can't be synced refuses a change before the book is replaced" {
  mkdir folder
  chmod 777 . folder
  as_nobody addbook-serve -b folder/book.dat <<< 'add:Old,1'
  chmod 333 folder
  run as_nobody addbook-serve -b folder/book.dat <<< $'add:New,1\nfnd:New\nfnd:Old'
  assert_line --index 0 --regexp '^ERROR: Not stored: .*folder'
  assert_line --index 1 'Sorry, no entry for: New'
  assert_line --index 2 'Old : 1'
}

@test "somebody who holds the book's lock for long makes changes refused, and keeps nobody else: text and sqlite" {
  for book in book.dat book.db; do
    addbook-serve -b "$book" <<< 'add:Old,1'
    exec {held}> "$book.lock"
    flock "$held"
    start "$book" addbook-serve -b "$book"
    not_stored "$book" add:New,1
    assert_regex "$reply" ': cannot lock '
    SECONDS=0 # for the next change nobody waits the 4 s again
    not_stored "$book" add:New,1
    assert [ "$SECONDS" -lt 3 ]
    tell "$book" fnd:Old 'Old : 1'
    # The alarm that ended the wait, and would ring again in 0.1 s, ends nothing else.
    sleep 0.3
    tell "$book" fnd:Old 'Old : 1'
    exec {held}>&-
    finish "$book"
  done
}

@test "so it is where SIGALRM is blocked, by whoever started the server" {
  addbook-serve -b book.dat <<< 'add:Old,1'
  exec {held}> book.dat.lock
  flock "$held"
  run timeout -s KILL 20 env --block-signal=ALRM addbook-serve -b book.dat <<< $'add:New,1\nfnd:Old'
  exec {held}>&-
  assert_success
  assert_line --index 0 --regexp '^ERROR: Not stored: cannot lock .*'
}

@test "a lock file that root makes is the book's owner's, who may change his book afterwards; a linked file stays root's" {
  [ "$(id -u)" = 0 ] || skip 'not root'
  mkdir -m 777 folder
  for book in folder/book.dat folder/book.db; do
    as_nobody addbook-serve -b $book <<< cnt
    addbook-serve -b $book <<< 'add:By root,1'
    run as_nobody addbook-serve -b $book <<< $'add:By its owner,1\ncnt'
    assert_output $'Added entry for By its owner\nEntries: 2'
  done
  touch precious
  for link in -s ''; do
    ln -f $link "$PWD/precious" folder/book.dat.lock
    addbook-serve -b folder/book.dat <<< 'add:By root,2'
    assert_equal "$(stat -c %u precious)" 0
  done
}

@test "a SQLite book that another program has taken out of WAL mode, on a full disk, refuses a change and is still read" {
  addbook-serve -b book.db <<< 'add:Old,1'
  sqlite3 book.db 'PRAGMA journal_mode = DELETE'
  traced pwrite64 -e 'inject=pwrite64:error=ENOSPC:when=1+' addbook-serve -b book.db <<< $'fnd:Old\nadd:New,1\nfnd:New' > replies
  assert_equal "$(sed 's/\(ERROR: Not stored\): ..*/\1/' replies)" $'Old : 1\nERROR: Not stored\nSorry, no entry for: New'
  run addbook-serve -b book.db <<< 'add:New,1'
  assert_output 'Added entry for New'
  assert_equal "$(sqlite3 book.db 'PRAGMA journal_mode')" wal
}

# served_without_its_file COMMAND: the book is served, and the command takes its file away.
served_without_its_file() {
  start server addbook-serve -b book.db
  tell server cnt 'Entries: 0'
  "$@"
  tell server add:New,1 'ERROR: Not stored: the book has been moved, replaced or removed since it was opened'
  tell server cnt 'Entries: 0'
  finish server
}

@test "a SQLite book that is moved while it is served takes no changes, which would be lost" {
  served_without_its_file mv book.db away.db
}

@test "nor does one that is removed" { served_without_its_file rm book.db; }

@test "a text book that is taken away while it is served is still read, takes no changes, and does when it is back" {
  echo Old:1 > book.dat
  start server addbook-serve -b book.dat
  tell server fnd:Old 'Old : 1'
  mv book.dat away.dat
  tell server fnd:Old 'Old : 1'
  send server add:New,1
  hear server
  assert_regex "$reply" '^ERROR: Not stored: cannot open .*book.dat: No such file'
  tell server fnd:Old 'Old : 1'
  mv away.dat book.dat
  tell server add:New,1 'Added entry for New'
  finish server
  assert_equal "$(cat book.dat)" $'New:1\nOld:1'
}

link_set_anew() {
  addbook-serve -b "old.$1" <<< add:Old,1 > /dev/null
  addbook-serve -b "new.$1" <<< add:New,1 > /dev/null
  ln -s "old.$1" "book.$1"
  start server addbook-serve -b "book.$1"
  tell server cnt 'Entries: 1'
  ln -sfn "new.$1" "book.$1"
  tell server add:Later,1 'ERROR: Not stored: the book has been moved, replaced or removed since it was opened'
  finish server
}

@test "a book whose link leads elsewhere now takes no changes, which nobody would find: text" { link_set_anew dat; }
@test "a book whose link leads elsewhere now takes no changes, which nobody would find: sqlite" { link_set_anew db; }

@test "nor does one that is replaced" {
  addbook-serve -b other.db <<< add:Old,1
  served_without_its_file mv other.db book.db
}

@test "a server that ends leaves the changes alone that another has made at the path of its book, which was moved" {
  addbook-serve -b book.db < <(seq -f 'add:old %04.0f,1' 500) > replies
  start server addbook-serve -b book.db
  tell server 'rem:nobody' 'Sorry, no entry for: nobody'
  cp book.db fresh
  mv fresh book.db
  start other addbook-serve -b book.db
  tell other 'add:new,1' 'Added entry for new'
  finish server
  tell other 'fnd:new' 'new : 1'
  finish other
  run -0 addbook-serve -b book.db <<< $'fnd:new\ncnt'
  assert_output $'new : 1\nEntries: 501'
}
