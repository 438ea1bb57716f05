#!/usr/bin/env bats
# rename, set and edit: entries changed by a person or a script, in an editor or without one.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # scripts for editors; output, stderr: run; STARTED_PID: start

load helper

teardown() { end_started; }

ARTHUR='1,Castle Lane,Camelot,555-0100,email=arthur@camelot.example,tag=king'

# book [LINE]...: book.dat has these lines and Arthur's.
book() {
  printf '%s\n' "$@" "King Arthur:$ARTHUR" | LC_ALL=C sort > book.dat
}

# on ARG...: addbook ARG... on book.dat, with nothing to read.
on() {
  run --separate-stderr timeout 20 addbook -b book.dat "$@" < /dev/null
}

# done_saying OUTPUT: success, OUTPUT on standard output, nothing on standard error.
done_saying() {
  assert_equal "$stderr" ''
  assert_success
  assert_output "$1"
}

# failed_saying STATUS PATTERN: nothing on standard output, the PATTERN is all of standard error.
failed_saying() {
  assert_failure "$1"
  assert_output ''
  assert_regex "$stderr" "^$2\$"
}

# look_up NAME [OPTION]...: what find prints of it. The name comes from standard input, where even - is one.
look_up() {
  printf '%s\0' "$1" | timeout 20 addbook -b book.dat find -0 "${@:2}" - | tr -d '\0'
}

# has NAME ENTRY: as find shows it.
has() {
  local line
  line=$(look_up "$1") || fail "no entry for $1"
  assert_equal "${line#* : }" "$2"
}

# editor: an editor of the test's own, the shell script of standard input; $1 is the file. No other is set.
editor() {
  { echo '#!/bin/sh' && cat; } > editor
  chmod +x editor
  unset VISUAL
  export EDITOR=$PWD/editor TMPDIR=$PWD/tmp
  mkdir -p tmp
}

# kept: the one file that was left in tmp, as the message has named it; its name goes to $kept.
kept() {
  kept=${stderr##* }
  assert_equal "$(ls -d tmp/*)" "tmp/${kept##*/}"
  assert_equal "$kept" "$TMPDIR/${kept##*/}"
}

# nothing_left: no temporary file.
nothing_left() {
  assert_equal "$(ls tmp)" ''
}

ODD_NAMES=("\$(touch pwned)" "'; touch pwned; x" -f -- --help - $'two\nlines' 'Smith, John: the 3rd' 'back\slash' '*' ' padded ' 'Zoë 日本' '%s%n')

# ---- rename ----------------------------------------------------------------------------------------------------------

@test "rename gives an entry another name" {
  book
  on rename 'King Arthur' 'Arthur, King: the'
  done_saying 'Renamed entry for King Arthur'
  has 'Arthur, King: the' "$ARTHUR"
  on count
  assert_output 1
}

@test "rename: status 1 without an entry, 2 where the new name is taken, and nothing is changed" {
  book 'Sir Robin:3'
  cp book.dat before.dat
  on rename Nobody 'Sir Robin'
  failed_saying 1 'Sorry, no entry for: Nobody'
  on rename 'Sir Robin' 'King Arthur'
  failed_saying 2 'Sorry, there is an entry for: King Arthur'
  on rename 'Sir Robin' 'Sir Robin'
  failed_saying 2 'Sorry, there is an entry for: Sir Robin'
  on rename 'Sir Robin' ''
  failed_saying 2 'ERROR: Empty name'
  diff before.dat book.dat
}

@test "rename is a filter without a server" {
  run addbook-query rename 'a,b: c' $'d\n'
  assert_output 'mov:a\,b\: c,d\n'
  run addbook-serve -b :memory: < <(addbook-query add 'a,b' 1 && addbook-query rename 'a,b' c && addbook-query find c)
  assert_output $'Added entry for a\\,b\nRenamed entry for a\\,b\nc : 1'
  for arguments in '' 'a' 'a b c'; do
    # shellcheck disable=SC2086
    run -2 addbook-query rename $arguments
    assert_output --regexp '^addbook-query: (usage: rename OLD NEW|rename: unexpected argument)'
  done
}

@test "rename takes any name as it is" {
  local name
  for name in "${ODD_NAMES[@]}"; do
    book
    on rename -- 'King Arthur' "$name"
    done_saying 'Renamed entry for King Arthur'
    has "$name" "$ARTHUR"
    on rename -- "$name" 'King Arthur'
    assert_success
    has 'King Arthur' "$ARTHUR"
  done
  assert [ ! -e pwned ]
}

# ---- set -------------------------------------------------------------------------------------------------------------

@test "set changes single fields, and leaves the others as they are" {
  book
  on set 'King Arthur' town=Avalon phone=
  done_saying 'Changed entry for King Arthur'
  has 'King Arthur' '1,Castle Lane,Avalon,,email=arthur@camelot.example,tag=king'
  on set 'King Arthur' email=a@x email=b@x x-horse=none org='Round Table, Inc: "the"' number=2 street=
  done_saying 'Changed entry for King Arthur'
  has 'King Arthur' '2,,Avalon,,email=a@x,email=b@x,tag=king,x-horse=none,org=Round Table\, Inc: "the"'
  on set 'King Arthur' email= org= x-horse= tag=
  done_saying 'Changed entry for King Arthur'
  has 'King Arthur' '2,,Avalon'
  on set 'King Arthur' note=$'two\nlines, \\ and\ttab' email.work=w@x
  done_saying 'Changed entry for King Arthur'
  has 'King Arthur' '2,,Avalon,,note=two\nlines\, \\ and\ttab,email.work=w@x'
}

@test "set says when there is nothing to change" {
  book
  on set 'King Arthur' town=Camelot tag=king nick=
  done_saying 'Unchanged entry for King Arthur'
}

@test "set: status 1 without an entry, and none is made" {
  book
  on set Nobody town=Avalon
  failed_saying 1 'Sorry, no entry for: Nobody'
  on count
  assert_output 1
}

@test "set refuses what is no label, names the nearest, and changes nothing, not the good ones either" {
  book
  on set 'King Arthur' town=Avalon emial=a@x
  failed_saying 2 "addbook-query: no such label: emial; did you mean 'email'\?"
  on set Nobody emial=a@x
  failed_saying 2 "addbook-query: no such label: emial; did you mean 'email'\?"
  on set 'King Arthur' Avalon
  failed_saying 2 'addbook-query: not LABEL=VALUE: Avalon'
  on set 'King Arthur' name=Bob
  failed_saying 2 "addbook-query: the name can't be set, but by rename"
  on set 'King Arthur' town=a town=b
  failed_saying 2 'addbook-query: town has one value'
  on set 'King Arthur'
  failed_saying 2 $'addbook-query: usage: set NAME LABEL=VALUE...\nTry .*'
  on set -f names 'King Arthur' town=Avalon
  failed_saying 2 'addbook-query: .*set prints no entries.*'
  on set 'King Arthur' $'note=\e[2J'
  failed_saying 2 'ERROR: Control character'
  has 'King Arthur' "$ARTHUR"
}

@test "set and edit refuse an entry that does not fit into a request twice, and leave it" {
  local long
  long=$(printf '%040000d' 0)
  book "Long:$long"
  on set Long town=York
  failed_saying 2 'ERROR: Line too long .*'
  editor <<< 'sed -i "s/^town:/town: York/" "$1"'
  on edit Long
  failed_saying 2 'addbook-query: not stored: ERROR: Line too long .*; the text is kept in .*'
  kept
  has Long "$long"
}

@test "set and edit need a server" {
  for verb in 'set Bob town=York' 'edit Bob'; do
    # shellcheck disable=SC2086
    run -2 --separate-stderr addbook-query $verb
    failed_saying 2 "addbook-query: ${verb%% *}: no server: .*"
  done
}

@test "set takes any name and any value as they are" {
  local name
  for name in "${ODD_NAMES[@]}"; do
    book
    addbook -b book.dat rename -- 'King Arthur' "$name"
    on set -- "$name" "town=$name" "note=$name"
    assert_success
    assert_equal "$(look_up "$name" -F town)|$(look_up "$name" -F note)" "$name|$name"
  done
  assert [ ! -e pwned ]
}

@test "sets of many at once: each field has its value in the end" {
  addbook -b book.db add Bob
  seq 12 | xargs -P 6 -I N addbook -b book.db set Bob x-N=N > out
  assert_equal "$(grep -c '^Changed entry for Bob$' out)" 12
  addbook -b book.db find Bob | tr , '\n' | grep -o 'x-.*' | sort > fields
  seq 12 | sed 's/.*/x-&=&/' | sort | diff - fields
}

@test "set gives up on an entry that others change every time, and on a server that fails" {
  run --separate-stderr timeout 20 addbook --join sh -c 'while read -r request; do case $request in
    fnd*) echo "Bob : 1" ;; *) echo "Sorry, the entry has changed: Bob" ;; esac done' -- addbook-query set Bob town=York
  failed_saying 2 'addbook-query: others change the entry all the time: Bob'
  run --separate-stderr timeout 20 addbook --join sh -c 'read -r request; echo "Bob : 1"' -- addbook-query set Bob town=York
  failed_saying 2 'addbook-query: the server closed the stream'
  addbook -b book.dat add Bob 1
  run --separate-stderr timeout 20 addbook -s 'addbook-serve -b book.dat --read-only' set Bob town=York
  failed_saying 2 'ERROR: Read-only'
  run --separate-stderr timeout 20 addbook --join sh -c 'read -r request; printf "Bob : \033[2J\n"' -- addbook-query set Bob town=York
  failed_saying 2 "addbook-query: the server's reply is not understood: .*"
}

@test "a server that says more than it was asked, and reads nothing, does not keep set waiting" {
  run --separate-stderr timeout 20 addbook --join seq 1000000 -- addbook-query set "$(printf '%0100000d' 0)" town=York
  failed_saying 2 "addbook-query: the server's reply is too long"
}

# ---- edit ------------------------------------------------------------------------------------------------------------

@test "edit shows a readable block in a private file, and stores what becomes of it" {
  book
  editor << 'END'
cp "$1" seen
stat -c %a "$1" > mode
dirname "$1" > folder
sed -i 's/Camelot$/Avalon/; /^tag/d; $a nick: The King' "$1"
END
  umask 000
  on edit 'King Arthur'
  done_saying 'Changed entry for King Arthur'
  has 'King Arthur' '1,Castle Lane,Avalon,555-0100,email=arthur@camelot.example,nick=The King'
  assert_equal "$(grep -v '^#' seen)" "name:   King Arthur
number: 1
street: Castle Lane
town:   Camelot
phone:  555-0100
email:  arthur@camelot.example
tag:    king"
  assert_equal "$(< mode) $(< folder)" "600 $TMPDIR"
  nothing_left
}

@test "edit in ed, without a terminal" {
  book
  export EDITOR='ed -s' TMPDIR=$PWD
  run --separate-stderr timeout 20 addbook -b book.dat edit 'King Arthur' <<< $'/^town/s/Camelot/Avalon/\nw\nq'
  done_saying 'Changed entry for King Arthur'
  has 'King Arthur' "${ARTHUR/,Camelot/,Avalon}"
}

@test "edit says when nothing was changed, and stores nothing" {
  book
  editor <<< 'echo >> "$1"; echo "# a thought" >> "$1"; sed -i "s/: */:/" "$1"'
  cp book.dat before.dat
  on edit 'King Arthur'
  done_saying 'Unchanged entry for King Arthur'
  EDITOR=true on edit 'King Arthur'
  done_saying 'Unchanged entry for King Arthur'
  diff before.dat book.dat
  nothing_left
}

@test "edit: status 1 without an entry, and no editor is started" {
  book
  editor <<< 'touch started'
  on edit Nobody
  failed_saying 1 'Sorry, no entry for: Nobody'
  on edit ''
  failed_saying 2 'ERROR: Empty name'
  assert [ ! -e started ]
}

@test "edit refuses a text that it does not understand, names the line, and keeps the text" {
  book
  local script reason
  cp book.dat before.dat
  while IFS='|' read -r script reason; do
    editor <<< "sed -i '$script' \"\$1\""
    rm -f tmp/*
    on edit 'King Arthur'
    failed_saying 2 "addbook-query: cannot understand the text: $reason; the text is kept in .*"
    kept
    assert_equal "$(stat -c %a "$kept")" 600
  done << 'END'
s/^email/emial/|line 6: no such label: emial; did you mean 'email'\?
s/^tag:/tag/|line 7: no colon after a label
s/King Arthur/Arthur/|line 1: the name can't be changed here, but by rename
s/555/\\q/|line 5: bad escape: \\q
s/555/\x1b/|line 5: control character, or invalid UTF-8
s/^street/town/|line 4: town is given twice
d|no field is left
END
  grep -q King "$kept" || assert [ ! -s "$kept" ]
  diff before.dat book.dat
}

@test "edit refuses a text that is longer than any form, and is not read to its end" {
  book
  cp book.dat before.dat
  editor <<< 'yes "# a line that says nothing" | head -c 2000000 | cat - "$1" > long && cp long "$1"'
  on edit 'King Arthur'
  failed_saying 2 'addbook-query: cannot understand the text: too long; the text is kept in .*'
  diff before.dat book.dat
}

@test "edit goes on from a text that was kept" {
  book
  editor <<< 'sed -i "s/^email/emial/" "$1"'
  on edit 'King Arthur'
  kept
  sed -i 's/^emial.*/email: a@x/' "$kept"
  EDITOR="cp $kept" on edit 'King Arthur'
  done_saying 'Changed entry for King Arthur'
  has 'King Arthur' '1,Castle Lane,Camelot,555-0100,email=a@x,tag=king'
}

@test "edit refuses when somebody else has changed the entry meanwhile, and keeps the text" {
  book
  editor <<< 'addbook -b book.dat set "King Arthur" phone=1 > other; sed -i s/Camelot$/Avalon/ "$1"'
  on edit 'King Arthur'
  failed_saying 2 'addbook-query: somebody else has changed the entry for King Arthur meanwhile; the text is kept in .*'
  kept
  grep -qx 'town:   Avalon' "$kept"
  has 'King Arthur' "${ARTHUR/555-0100/1}"
  rm "$kept"
  editor <<< 'addbook -b book.dat remove "King Arthur" > other; sed -i s/Camelot$/Avalon/ "$1"'
  on edit 'King Arthur'
  failed_saying 2 'addbook-query: somebody else has removed the entry for King Arthur meanwhile; the text is kept in .*'
  on count
  assert_output 0
}

@test "edit: what the store refuses is kept, too" {
  book
  editor <<< 'sed -i s/Camelot$/Avalon/ "$1"'
  run --separate-stderr timeout 20 addbook -s 'addbook-serve -b book.dat --read-only' edit 'King Arthur'
  failed_saying 2 'addbook-query: not stored: ERROR: Read-only; the text is kept in .*'
  kept
  rm "$kept"
  run --separate-stderr timeout 20 addbook --join sh -c 'read -r request; echo "Bob : 1,,Camelot"' -- addbook-query edit Bob
  failed_saying 2 'addbook-query: the server closed the stream; the text is kept in .*'
  kept
}

@test "edit: a text that was stored is not kept, though nobody can be told" {
  book
  editor <<< 'sed -i s/Camelot$/Avalon/ "$1"'
  run --separate-stderr timeout 20 bash -c 'addbook -b book.dat edit "King Arthur" > /dev/full'
  failed_saying 2 'addbook-query: cannot write to standard output: No space left on device'
  has 'King Arthur' "${ARTHUR/,Camelot/,Avalon}"
  nothing_left
}

@test "edit: an editor that fails stores nothing; its text is kept if it has changed" {
  book
  editor <<< 'exit 3'
  on edit 'King Arthur'
  failed_saying 2 "addbook-query: $EDITOR failed: exit status 3"
  nothing_left
  editor <<< 'sed -i s/Camelot$/Avalon/ "$1"; kill -KILL $$'
  on edit 'King Arthur'
  failed_saying 2 "addbook-query: $EDITOR failed: killed by signal 9; the text is kept in .*"
  kept
  rm "$kept"
  editor <<< 'rm "$1"'
  on edit 'King Arthur'
  failed_saying 2 'addbook-query: cannot open .*: No such file or directory'
  EDITOR=no-such-editor on edit 'King Arthur'
  failed_saying 2 'addbook-query: cannot run no-such-editor: No such file or directory'
  TMPDIR=$PWD/no/such/folder on edit 'King Arthur'
  failed_saying 2 'addbook-query: cannot make a file in .*/no/such/folder: No such file or directory'
  has 'King Arthur' "$ARTHUR"
  nothing_left
}

@test "edit: VISUAL comes before EDITOR, and vi is there without either" {
  book
  editor <<< 'echo "$0 $#" >> called'
  mkdir programs
  for name in visual vi; do cp editor "programs/$name"; done
  PATH=$PWD/programs:$PATH
  EDITOR=false VISUAL=visual on edit 'King Arthur'
  assert_success
  VISUAL='' on edit 'King Arthur'
  assert_success
  unset EDITOR
  VISUAL='  ' on edit 'King Arthur'
  assert_success
  assert_equal "$(< called)" "$PWD/programs/visual 1
$PWD/editor 1
$PWD/programs/vi 1"
}

@test "edit: the editor is words, as a shell has them, but never a shell's command" {
  book
  editor <<< 'printf "%s\n" "$@" > called; sed -i s/Camelot$/Avalon/ "$4"'
  mv editor 'my editor'
  EDITOR="'$PWD/my editor'  -c \"a  b\" \$LC_ALL" on edit 'King Arthur'
  done_saying 'Changed entry for King Arthur'
  assert_equal "$(head -n 3 called)" $'-c\na  b\nC.UTF-8'
  cp book.dat before.dat
  local bad
  for bad in 'true $(touch pwned)' 'true `touch pwned`' 'true; touch pwned' 'true > pwned' "true 'x"; do
    EDITOR=$bad on edit 'King Arthur'
    failed_saying 2 'addbook-query: cannot understand \$EDITOR: true.*'
  done
  assert [ ! -e pwned ]
  diff before.dat book.dat
  nothing_left
}

@test "edit: where SIGCHLD is ignored the editor is waited for all the same" {
  book
  editor <<< 'sed -i s/Camelot$/Avalon/ "$1"'
  serve -b book.dat -l ./s.sock
  run timeout 20 env --ignore-signal=CHLD addbook -c ./s.sock edit 'King Arthur' < /dev/null
  assert_output 'Changed entry for King Arthur'
}

@test "edit: a text that can't be written for the editor leaves no file" {
  book
  editor <<< 'touch started'
  serve -b book.dat -l ./s.sock
  run -2 timeout 20 bash -c "ulimit -f 0 && exec addbook -c ./s.sock edit 'King Arthur'" < /dev/null
  assert_output --regexp '^addbook-query: cannot write to .*/tmp/addbook-.*: File too large$'
  assert_equal "$(ls tmp)" ''
  assert [ ! -e started ]
}

@test "edit takes any name as it is" {
  local name
  editor <<< 'sed -i s/Camelot$/Avalon/ "$1"'
  for name in "${ODD_NAMES[@]}"; do
    book
    addbook -b book.dat rename -- 'King Arthur' "$name"
    on edit -- "$name"
    assert_success
    has "$name" "${ARTHUR/,Camelot/,Avalon}"
    nothing_left
  done
  assert [ ! -e pwned ]
}

@test "edit: the editor has the client's standard input and output, and no way to the server" {
  book
  editor <<< 'read -r answer; echo "got $answer"; echo "to $answer" >&2; ls /proc/self/fd > fds'
  run --separate-stderr timeout 20 addbook -b book.dat edit 'King Arthur' <<< hello
  assert_output $'got hello\nUnchanged entry for King Arthur'
  assert_equal "$stderr" 'to hello'
  run grep -xE '6|7' fds
  assert_output ''
}

@test "edit of an entry that is as large as a request gives, and what has not been touched is not kept" {
  local wide
  wide=x-$(printf '%08d' {1..2500})
  book "$(printf 'Wide:1,,,,%s=w' "$wide")$(printf ',x=%s' {1000..6999})" "$(printf 'Many:1,,,%s' "$(printf ',%s' {10..99}{10..99})")"
  editor <<< 'wc -c < "$1" > size'
  for name in Wide Many; do
    on edit "$name"
    done_saying "Unchanged entry for $name"
    assert [ "$(< size)" -lt 500000 ]
  done
  editor <<< 'exit 1'
  on edit Wide
  failed_saying 2 "addbook-query: $EDITOR failed: exit status 1"
  assert_equal "$(ls tmp)" ''
}

@test "edit that is told to end ends the editor, a stopped one too, stores nothing and keeps the text" {
  book
  editor <<< 'sed -i s/Camelot$/Avalon/ "$1"; echo $$ > here; exec sleep 60'
  for signal in TERM INT HUP; do
    rm -f here tmp/* started.log
    start env --default-signal=INT addbook -b book.dat edit 'King Arthur'
    eventually test -s here
    [ $signal = TERM ] || kill -STOP "$(< here)"
    kill -"$signal" "$STARTED_PID"
    eventually has_ended "$STARTED_PID"
    eventually has_ended "$(< here)"
    run -2 wait "$STARTED_PID"
    run cat started.log
    assert_output --regexp "^addbook-query: $EDITOR failed: interrupted by signal [0-9]+; the text is kept in $TMPDIR/addbook-.*$"
    assert_equal "$(< book.dat)" "King Arthur:$ARTHUR"
  done
}

@test "edit that is told to end while the server has not answered names the text that it leaves" {
  book
  editor <<< 'sed -i s/Camelot$/Avalon/ "$1"'
  for signal in TERM INT HUP; do
    rm -f asked tmp/* started.log
    start env --default-signal=INT addbook \
      -s 'read -r find; echo "Bob : 1,,Camelot"; read -r change; echo "$change" > asked; exec sleep 60' edit Bob
    eventually test -s asked
    kill -"$signal" "$STARTED_PID"
    eventually has_ended "$STARTED_PID"
    stderr=$(grep -v sleep started.log)
    assert_regex "$stderr" '^addbook-query: interrupted; the text is kept in .*$'
    kept
  done
}

# terminal: an interactive bash on a terminal of its own; the Python of standard input types (say) and reads (see).
terminal() {
  {
    cat << 'END'
import os
from terminal import Terminal

shell = Terminal("bash", "--norc", "--noprofile", "-i", PS1="ready> ", TERM="dumb")
see, say = shell.expect, shell.send
see("ready> ")
END
    cat
  } > test.py
  with_terminal test.py
}

@test "edit on a terminal: ^C is the editor's alone, and the server lives on" {
  book
  editor << 'END'
trap 'echo interrupted' INT
echo "editing"
read -r line || read -r line
sed -i "s/Camelot$/$line/" "$1"
END
  terminal << 'END'
say("addbook -b book.dat edit 'King Arthur'; echo status $?\n")
see("editing")
say("\x03")
see("interrupted")
say("Avalon\n")
see("Changed entry for King Arthur")
see("status 0")
see("ready> ")
say("echo the terminal is bash again\n")
see("the terminal is bash again\r\n")
END
  has 'King Arthur' "${ARTHUR/,Camelot/,Avalon}"
}

@test "edit on a terminal that is told to end ends all that the editor has started" {
  book
  editor <<< 'sleep 60 & echo $! > child; echo $PPID > client; echo editing; wait'
  terminal << 'END'
say("addbook -b book.dat edit 'King Arthur'\n")
see("editing")
os.kill(int(open("client").read()), 15)
see("interrupted by signal 15")
see("ready> ")
END
  eventually has_ended "$(< child)"
}

@test "edit on a terminal: a script that started it has the terminal again, and reads from it" {
  book
  editor <<< 'echo editing'
  terminal << 'END'
say("sh -c 'addbook -b book.dat edit \"King Arthur\" && read -r line && echo \"read $line\"'\n")
see("Unchanged entry for King Arthur")
say("on\n")
see("read on\r\n")
END
}

@test "edit on a terminal with an editor that can't be run: a script has the terminal again" {
  book
  export EDITOR=no-such-editor
  echo 'addbook -b book.dat edit "King Arthur"; read -r line; echo "got $line"' > script
  terminal << 'END'
say("bash script\n")
see("cannot run no-such-editor")
say("a line\n")
see("got a line\r\n")
END
}

@test "edit on a terminal: ^Z stops all of it, and fg goes on" {
  book
  editor << 'END'
echo "editing"
read -r line
sed -i "s/Camelot$/$line/" "$1"
END
  terminal << 'END'
say("addbook -b book.dat edit 'King Arthur'\n")
see("editing")
say("\x1a")
see("Stopped")
see("ready> ")
say("addbook -b book.dat find 'King Arthur'\n")
see("Camelot")
see("ready> ")
say("fg\n")
see("edit")
say("Avalon\n")
see("Changed entry for King Arthur")
see("ready> ")
say("echo the terminal is bash again\n")
see("the terminal is bash again\r\n")
END
  has 'King Arthur' "${ARTHUR/,Camelot/,Avalon}"
}
