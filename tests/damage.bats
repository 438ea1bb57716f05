#!/usr/bin/env bats
# Books that can't be opened: what is wrong goes to standard error, the status is 2, and the book stays as it is.
# shellcheck disable=SC2030,SC2031,SC2154 # output, stderr and status are set by run

load helper
load fixtures/lockstep

teardown() {
  end_servers
  if mountpoint -q "$BATS_TEST_TMPDIR/mnt"; then umount -l "$BATS_TEST_TMPDIR/mnt"; fi
}

# damaged LINE REASON: book.dat is refused for that line, with one message in which the word (a regular expression) is.
damaged() {
  cp book.dat before
  run --separate-stderr addbook-serve -b book.dat <<< $'cnt\nadd:new,1'
  assert_equal "status $status, output '$output'" "status 2, output ''"
  local regex="^addbook-serve: cannot read book\.dat: line $1: [^:]*($2)"
  shopt -s nocasematch
  [[ $stderr =~ $regex ]] || fail "stderr: $stderr"
  shopt -u nocasematch
  assert_equal "${#stderr_lines[@]}" 1
  cmp book.dat before
}

# refused COMMAND... BOOK: the server that COMMAND starts on BOOK refuses it, with one message that names it (or its folder).
refused() {
  run --separate-stderr "$@" <<< $'cnt\nadd:new,1'
  assert_equal "status $status, output '$output'" "status 2, output ''"
  local book=${*: -1}
  [[ $stderr == "addbook-serve: "*"$book"*": "?* || $stderr == "addbook-serve: "*"folder ${book%/*}: "?* ]] || fail "stderr: $stderr"
  assert_equal "${#stderr_lines[@]}" 1
}

# ---- the lines of a text book ------------------------------------------------------------------------------------------

@test "a line without a colon" {
  printf 'a:1\nno colon here\nb:2\n' > book.dat
  damaged 2 'colon'
}

@test "a line whose only colon is escaped" {
  printf 'a:1\nb:2\nno\\:colon\n' > book.dat
  damaged 3 'colon'
}

@test "a blank line" {
  printf 'a:1\n\nb:2\n' > book.dat
  damaged 2 'empty|blank|colon'
}

@test "bad UTF-8, in the name or in the entry" {
  printf 'a\xff:1\nb:2\n' > book.dat
  damaged 1 'UTF-8'
  printf 'a:1\nb:2\nc:\xc3\n' > book.dat
  damaged 3 'UTF-8'
  printf 'a:1\nb:\xed\xa0\x80\n' > book.dat
  damaged 2 'UTF-8'
}

@test "a bad escape, in the name or in the entry" {
  printf 'a:1\nb\\q:2\n' > book.dat
  damaged 2 'escape'
  printf 'a:1\nb:2,\\x41\n' > book.dat
  damaged 2 'escape'
  printf 'a:1\nb:2\\\n' > book.dat
  damaged 2 'escape'
}

@test "a control character, in the name or in the entry" {
  printf 'a:1\nb\tb:2\n' > book.dat
  damaged 2 'control'
  printf 'a:1\nb:\x1b[2J\n' > book.dat
  damaged 2 'control'
  printf 'a:1\nb:\xc2\x85\n' > book.dat
  damaged 2 'control'
  printf 'a:1\nb:\x00\n' > book.dat
  damaged 2 'control'
}

@test "a byte order mark, which would be part of the first name" {
  printf '\xef\xbb\xbfa:1\nb:2\n' > book.dat
  damaged 1 'byte order mark'
  printf '\xef\xbb\xbfa:1\n' > book.dat
  damaged 1 'byte order mark'
}

@test "a name that begins with a byte order mark is no damage, though it may come first in the book" {
  addbook-serve -b book.dat <<< $'add:\ufeffa,1\nadd:b,2\nadd:\U1F600,3\nrem:b' > replies
  printf 'hand made:4\n' >> book.dat
  run -0 addbook-serve -b book.dat <<< $'lst\nadd:c,1'
  assert_output $'hand made : 4\n\ufeffa : 1\n\U1F600 : 3\nFound: 3\nAdded entry for c'
  run -0 addbook-serve -b book.dat <<< $'fnd:\ufeffa'
  assert_output $'\ufeffa : 1'
}

@test "a name twice" {
  printf 'a:1\nb:2\nc:3\na:4\n' > book.dat
  damaged 4 'twice|again|already|duplicate|second'
  printf 'a:1\na:1\n' > book.dat
  damaged 2 'twice|again|already|duplicate|second'
}

@test "a name twice, once composed and once decomposed" {
  printf 'Jos\xc3\xa9:1\nb:2\nJose\xcc\x81:1\n' > book.dat
  damaged 3 'twice|again|already|duplicate|second'
}

@test "a name twice, once with its comma escaped" {
  printf 'Smith\\, John:1\nSmith, John:2\n' > book.dat
  damaged 2 'twice|again|already|duplicate|second'
}

@test "an empty name" {
  printf 'a:1\n:2\n' > book.dat
  damaged 2 'empty|name'
}

@test "a name too long" {
  printf 'a:1\n%01024d:2\n' 0 > book.dat
  run addbook-serve -b book.dat <<< cnt
  assert_output 'Entries: 2'
  printf 'a:1\n%01025d:2\n' 0 > book.dat
  damaged 2 'long'
}

@test "a line longer than a request can make it" {
  printf 'a:1\nb:%066558d\n' 0 > book.dat
  run addbook-serve -b book.dat <<< cnt
  assert_output 'Entries: 2'
  printf 'a:1\nb:%066559d\n' 0 > book.dat
  damaged 2 'line too long'
}

@test "damage on the last line, without its LF, and after 50,000 good ones" {
  seq -f '%06.0f:entry' 50000 > book.dat
  printf 'half a li' >> book.dat
  damaged 50001 'colon'
}

@test "a file that is no text at all" {
  head -c 100000 /dev/zero > book.dat
  damaged 1 '.'
}

@test "damage that another program does while the server runs is not written over" {
  printf 'a:1\n' > book.dat
  start server addbook-serve -b book.dat
  tell server fnd:a 'a : 1'
  printf 'a:1\nno colon here\n' > new
  cp new damage
  mv new book.dat
  send server add:b,2
  hear server
  cmp book.dat damage
  [[ $reply == 'ERROR: Not stored: '* ]] || fail "reply: $reply"
}

# ---- files that are no book, or out of reach -------------------------------------------------------------------------------

@test "a book that is a folder" {
  mkdir book.dat book.db
  refused addbook-serve -b book.dat
  refused addbook-serve -b book.db
  assert_equal "$(find book.dat book.db)" $'book.dat\nbook.db'
}

@test "a book in a folder that is a file" {
  touch file
  refused addbook-serve -b file/book.dat
  refused addbook-serve -b file/book.db
  [ ! -s file ]
}

unreadable() {
  umask 022
  mkdir folder
  addbook-serve -b "folder/$1" <<< add:a,1 > /dev/null
  cp "folder/$1" before
  chmod 777 folder
  chmod 666 folder/*
  chmod 000 "folder/$1"
  refused as_nobody addbook-serve -b "folder/$1"
  chmod 600 "folder/$1"
  cmp "folder/$1" before
}

@test "a book that may not be read: text" { unreadable book.dat; }
@test "a book that may not be read: sqlite" { unreadable book.db; }

@test "a book in a folder that may not be read" {
  mkdir -m 700 folder
  addbook-serve -b folder/book.dat <<< add:a,1 > /dev/null
  addbook-serve -b folder/book.db <<< add:a,1 > /dev/null
  chmod 000 folder
  refused as_nobody addbook-serve -b folder/book.dat
  refused as_nobody addbook-serve -b folder/book.db
  chmod 700 folder
}

# read_only BOOK: it is answered from, and takes no change.
read_only() {
  mkdir mnt
  mount -t tmpfs -o size=1m,mode=755 tmpfs mnt 2> /dev/null || skip 'mount is not allowed'
  addbook-serve -b "mnt/$1" <<< add:a,1 > /dev/null
  cp "mnt/$1" before
  rm "mnt/$1.lock"
  mount -o remount,ro mnt
  answers_but_keeps_nothing addbook-serve -b "mnt/$1"
  refused addbook-serve -b "mnt/new-$1"
  refused addbook-serve -b "mnt/folder/$1"
  cmp "mnt/$1" before
}

@test "a book on a read-only file system: text" { read_only book.dat; }
@test "a book on a read-only file system: sqlite" { read_only book.db; }

answers_but_keeps_nothing() {
  run "$@" <<< $'add:b,1\nfnd:a\ncnt'
  assert_success
  assert_line --index 0 --regexp '^ERROR: Not stored: cannot write to .*book\.(dat|db): '
  assert_line --index 1 'a : 1'
  assert_line --index 2 'Entries: 1'
}

@test "a text book of somebody else that may only be read answers, and leaves nothing beside it" {
  mkdir folder
  echo a:1 > folder/book.dat
  chmod 644 folder/book.dat
  chmod 755 folder
  answers_but_keeps_nothing as_nobody addbook-serve -b folder/book.dat
  assert_equal "$(ls folder)" book.dat
}

@test "a database that is a text file" {
  printf 'a:1\nb:2\n' > book.db
  cp book.db before
  refused addbook-serve -b book.db
  cmp book.db before
  head -c 8192 /dev/zero | tr '\0' x > book.db
  cp book.db before
  refused addbook-serve -b book.db
  cmp book.db before
}

@test "a text book that is a database" {
  addbook-serve -b book.db <<< add:a,1 > /dev/null
  cp book.db book.dat
  damaged '[0-9]+' '.'
}

another_applications() {
  sqlite3 book.db "$1" > /dev/null
  cp book.db before
  refused addbook-serve -b book.db
  cmp book.db before
  assert_equal "$(sqlite3 book.db 'PRAGMA integrity_check; SELECT count(*) FROM sqlite_schema')" \
    "$(sqlite3 before 'PRAGMA integrity_check; SELECT count(*) FROM sqlite_schema')"
}

@test "a database of another application" {
  another_applications "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO people VALUES (1, 'a')"
}

@test "a database of another application, in WAL mode" {
  another_applications "PRAGMA journal_mode=WAL; CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)"
}

@test "a database of another application whose tables are called as one might call ours" {
  another_applications "CREATE TABLE entry (id INTEGER); CREATE TABLE entries (id INTEGER); CREATE TABLE book (id INTEGER)"
}

@test "a database that is marked as another application's" {
  another_applications 'PRAGMA application_id=123456789; PRAGMA user_version=7'
}

@test "a database in which another program has put what no request can: who comes to that entry is told, and all else is answered" {
  printf 'add:%s,5 High Street\n' a b c | addbook-serve -b book.db > /dev/null
  for entry in "'x' || char(27)" "'x' || char(155)" "X'FF'" "X'35'" "hex(zeroblob(40000))"; do
    sqlite3 book.db "UPDATE entry SET entry = $entry WHERE name = 'b'"
    for request in lst lst:b 'top:2,' top:2,b src:b fnd:b; do
      run --separate-stderr addbook-serve -b book.db <<< "$request"$'\nfnd:a'
      assert_equal "$status $output $stderr" $'0 ERROR: Damaged entry: b\na : 5 High Street '
    done
  done
  run -0 addbook-serve -b book.db <<< top:1,
  assert_output $'a : 5 High Street\nFound: 1'
  run -0 addbook-serve -b book.db <<< lst:c
  assert_output $'c : 5 High Street\nFound: 1'
}

@test "a spelling from another program that no request could have stored is not shown as if one could come to it" {
  addbook-serve -b book.db <<< 'add:a,1' > /dev/null
  sqlite3 book.db "INSERT INTO entry VALUES ('Jose' || char(769), '2')"
  run -0 addbook-serve -b book.db <<< $'lst\nfnd:a'
  assert_output "ERROR: Damaged entry: Jose"$'\u0301\na : 1'
  sqlite3 book.db "DELETE FROM entry WHERE name <> 'a'; INSERT INTO entry VALUES ('b', 'x\:y')"
  run -0 addbook-serve -b book.db <<< $'lst\nfnd:b\nfnd:a'
  assert_output $'ERROR: Damaged entry: b\nERROR: Damaged entry: b\na : 1'
}

@test "nor is a name that is no text, which is another name than the text of the same bytes, with an index or without" {
  addbook-serve -b book.db <<< 'add:a,1' > /dev/null
  sqlite3 book.db "INSERT INTO entry VALUES (X'62', '2')"
  for finds in 1 5000; do
    yes fnd:b | head -n "$finds" | cat - <(printf '%s\n' lst top:2, src:2 lst:b fnd:a cnt) | addbook-serve -b book.db > replies
    run uniq -c replies
    assert_output --regexp "^ *$finds Sorry, no entry for: b
 *4 ERROR: Damaged entry: b
 *1 a : 1
 *1 Entries: 2\$"
  done
}

@test "of a long damaged name, so many characters are shown as fit into 64 bytes" {
  local as
  as=$(printf 'a%.0s' {1..63})
  addbook-serve -b book.db <<< "add:${as}éé,1" > /dev/null
  sqlite3 book.db 'UPDATE entry SET entry = char(27)'
  run -0 addbook-serve -b book.db <<< lst
  assert_output "ERROR: Damaged entry: $as"
}

@test "an entry that another program has damaged keeps nobody from finding others, however many" {
  printf 'add:%s,5 High Street\n' a b c | addbook-serve -b book.db > /dev/null
  sqlite3 book.db "UPDATE entry SET entry = char(27) WHERE name = 'b'"
  yes $'fnd:a\nfnd:b\nfnd:c' | head -n 3000 | addbook-serve -b book.db > replies
  assert_equal "$(sort replies | uniq -c | xargs)" '1000 ERROR: Damaged entry: b 1000 a : 5 High Street 1000 c : 5 High Street'
}

@test "a name from another program that would look like another entry is not shown" {
  local name
  addbook-serve -b book.db <<< 'add:a,1' > /dev/null
  for name in a:b a,b 'a\q' ''; do
    sqlite3 book.db "INSERT INTO entry VALUES ('$name', '2')"
    run -0 addbook-serve -b book.db <<< $'lst\nfnd:a'
    assert_output "ERROR: Damaged entry: $name"$'\na : 1'
    sqlite3 book.db "DELETE FROM entry WHERE name = '$name'"
  done
}

not_changed() {
  sqlite3 book.db "PRAGMA user_version = 1; $1" > /dev/null
  cp book.db before
  run --separate-stderr addbook-serve -b book.db <<< add:New,1
  assert_equal "$status $output" '0 ERROR: Not stored: not an address book of this version'
  cmp book.db before
}

@test "a database that has our version by chance is not changed: no table" { not_changed 'CREATE TABLE photos (a)'; }
@test "a database that has our version by chance is not changed: another table" { not_changed 'CREATE TABLE entry (name PRIMARY KEY, entry)'; }
@test "a database that has our version by chance is not changed: names without case" {
  not_changed 'CREATE TABLE entry (name TEXT COLLATE NOCASE PRIMARY KEY, entry TEXT NOT NULL) WITHOUT ROWID'
}
@test "a database that has our version by chance is not changed: UTF-16" {
  not_changed "PRAGMA encoding = 'UTF-16'; CREATE TABLE entry (name TEXT PRIMARY KEY, entry TEXT NOT NULL) WITHOUT ROWID"
}

@test "a database that is cut short" {
  seq -f 'add:%06.0f,entry' 2000 | addbook-serve -b book.db > /dev/null
  sqlite3 book.db 'PRAGMA wal_checkpoint(TRUNCATE)' > /dev/null
  head -c 9000 book.db > cut.db
  cp cut.db before
  run --separate-stderr timeout 30 addbook-serve -b cut.db <<< lst
  [ "$status" != 0 ] || [[ ${lines[-1]} == 'ERROR: '* ]] || fail "status $status, output: ${lines[-1]}"
  cmp cut.db before
}
