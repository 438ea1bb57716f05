#!/usr/bin/env bats
# One suite for all stores: what goes in comes out, also from the book's file and after a restart; and where the book is.
# A body is a function of the BOOK, and each store has a test that calls it.
# shellcheck disable=SC2030,SC2031,SC2154 # output, stderr and reply are set by run and hear

load helper
load fixtures/lockstep

teardown() { end_servers; }

# serve BOOK REQUEST...: one server, these requests, its replies.
serve() {
  addbook-serve -b "$1" < <(printf '%s\n' "${@:2}")
}

# some_names: canonical names, one a line: the odd ones, and two of 1,024 bytes.
some_names() {
  cat "$FIXTURES/names.txt"
  printf '%01024d\n' 0
  printf '\\,%.0s' {1..512}
  echo
}

ENTRY='7,High Street\, "Flat" 2,Bår\\Town,+44 (0)20,note=two\nlines\r\tand: 🦄 שלום,,x-a=1'

# ---- names and entries -----------------------------------------------------------------------------------------------

keeps_every_name() {
  some_names > names
  LC_ALL=C sort names > sorted
  {
    sed "s/\$/,${ENTRY//\\/\\\\}/; s/^/add:/" names
    sed 's/^/fnd:/' names
    echo lst
    sed 's/^/rem:/' names
    sed 's/^/fnd:/' names
    echo cnt
  } > requests
  {
    sed 's/^/Added entry for /' names
    sed "s/\$/ : ${ENTRY//\\/\\\\}/" names
    sed "s/\$/ : ${ENTRY//\\/\\\\}/" sorted
    echo "Found: $(wc -l < names)"
    sed 's/^/Deleted entry for /' names
    sed 's/^/Sorry, no entry for: /' names
    echo 'Entries: 0'
  } > expected
  addbook-serve -b "$1" < requests > replies
  diff expected replies
}

@test "odd names are added, found, listed and removed, byte for byte: memory" { keeps_every_name :memory:; }
@test "odd names are added, found, listed and removed, byte for byte: text" { keeps_every_name book.dat; }
@test "odd names are added, found, listed and removed, byte for byte: sqlite" { keeps_every_name book.db; }

survives_a_restart() {
  some_names > names
  LC_ALL=C sort names | sed "s/\$/ : ${ENTRY//\\/\\\\}/" > sorted
  sed "s/\$/,${ENTRY//\\/\\\\}/; s/^/add:/" names | addbook-serve -b "$1" > /dev/null
  { sed 's/^/fnd:/' names && echo lst; } | addbook-serve -b "$1" > replies
  { sed "s/\$/ : ${ENTRY//\\/\\\\}/" names && cat sorted && echo "Found: $(wc -l < names)"; } | diff - replies
  sed 's/^/rem:/' names | addbook-serve -b "$1" > replies
  sed 's/^/Deleted entry for /' names | diff - replies
  run serve "$1" cnt lst
  assert_output $'Entries: 0\nFound: 0'
}

@test "odd names are there after a restart, byte for byte, and stay removed: text" { survives_a_restart book.dat; }
@test "odd names are there after a restart, byte for byte, and stay removed: sqlite" { survives_a_restart book.db; }

@test "the text book has a line NAME:ENTRY for each, in canonical form" {
  some_names > names
  sed "s/\$/,${ENTRY//\\/\\\\}/; s/^/add:/" names | addbook-serve -b book.dat > /dev/null
  serve book.dat 'add:Nothing' 'add:Smith\, John,a\:b:c\,d' 'add:gone,1' 'rem:gone' > /dev/null
  {
    grep -vFx 'Smith\, John' names | sed "s/\$/:${ENTRY//\\/\\\\}/"
    printf '%s\n' 'Nothing:' 'Smith\, John:a:b:c\,d'
  } | LC_ALL=C sort > expected
  LC_ALL=C sort book.dat | diff expected -
}

replaces_and_sorts() {
  transcript "$1" << 'END'
> add:b,1
< Added entry for b
> add:a,1
< Added entry for a
> add:B,1
< Added entry for B
> add:b,2
< Added entry for b
> add:é,1
< Added entry for é
> add:a b
< Added entry for a b
> add:b,3
< Added entry for b
> cnt
< Entries: 5
> lst
< B : 1
< a : 1
< a b : 
< b : 3
< é : 1
< Found: 5
> add:b
< Added entry for b
> fnd:b
< b : 
> rem:a
< Deleted entry for a
> lst:a
< a b : 
< Found: 1
END
}

@test "add replaces, lst is sorted, an empty entry keeps its trailing space: memory" { replaces_and_sorts :memory:; }
@test "add replaces, lst is sorted, an empty entry keeps its trailing space: text" { replaces_and_sorts book.dat; }
@test "add replaces, lst is sorted, an empty entry keeps its trailing space: sqlite" { replaces_and_sorts book.db; }

lists_the_first() {
  transcript "$1" << 'END'
> top:5
< Found: 0
> add:b,2
< Added entry for b
> add:a b,4
< Added entry for a b
> add:Émile,5
< Added entry for Émile
> add:a,1
< Added entry for a
> add:B,3
< Added entry for B
> add:a\,b\:c,6
< Added entry for a\,b\:c
> add:a\,b
< Added entry for a\,b
> top:1
< B : 3
< Found: 1
> top:3
< B : 3
< a : 1
< a b : 4
< Found: 3
> top:003,
< B : 3
< a : 1
< a b : 4
< Found: 3
> top:2,a
< a : 1
< a b : 4
< Found: 2
> top:1000000,a
< a : 1
< a b : 4
< a\,b : 
< a\,b\:c : 6
< Found: 4
> top:9,a,b
< a\,b : 
< a\,b\:c : 6
< Found: 2
> top:9,a\,b:
< a\,b\:c : 6
< Found: 1
> top:9,3
< Found: 0
> rem:B
< Deleted entry for B
> add:A
< Added entry for A
> top:2
< A : 
< a : 1
< Found: 2
> top:0
< ERROR: Bad number: 0
> top:1000001
< ERROR: Bad number: 1000001
> cnt
< Entries: 7
END
}

@test "top gives the first entries of those that lst would: memory" { lists_the_first :memory:; }
@test "top gives the first entries of those that lst would: text" { lists_the_first book.dat; }
@test "top gives the first entries of those that lst would: sqlite" { lists_the_first book.db; }

@test "top gives the same from SQLite as from the index that many finds have made" {
  printf 'add:Name %05d,1\n' {1..2000} | addbook-serve -b book.db > replies
  printf 'top:2,Name 01\n' | addbook-serve -b book.db > expected
  { printf 'fnd:Name %05d\n' {1..2000} && echo top:2,Name 01; } | addbook-serve -b book.db > replies
  tail -n 3 replies | diff expected -
}

# reads REQUEST: how often the server of book.db reads the file for this.
reads() {
  env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" LSAN_OPTIONS= timeout 60 strace -f -y -o trace -e trace=pread64 \
    addbook-serve -b book.db <<< "$1" > reply
  grep -c 'book\.db>' trace
}

@test "top of a large SQLite book reads a few of its pages, wherever the prefix is" {
  strace -o /dev/null true || skip 'strace is not allowed'
  local none all few prefix
  seq -f 'add:Name %06.0f,1,A Road of Some Length,A Town of Some Length,555-0100' 20000 | addbook-serve -b book.db > replies
  none=$(reads cnt:x)
  all=$(reads lst:Name)
  ((all > none + 500)) || fail "lst: $all, nothing: $none"
  for prefix in '' ',Name 01' ',Name 019999'; do
    few=$(reads "top:20$prefix")
    ((few < none + 15)) || fail "top:20$prefix: $few, nothing: $none"
    grep -q '^Found: [1-9]' reply
  done
}

one_name_in_both_forms() {
  run addbook-serve -b "$1" < <(printf 'add:Jose\xcc\x81,1\nfnd:Jos\xc3\xa9\nadd:Jos\xc3\xa9,2\n')
  assert_output "$(printf 'Added entry for Jos\xc3\xa9\nJos\xc3\xa9 : 1\nAdded entry for Jos\xc3\xa9')"
  [ "$1" = :memory: ] && return
  run addbook-serve -b "$1" < <(printf 'cnt\nfnd:Jose\xcc\x81\nrem:Jose\xcc\x81\ncnt\n')
  assert_output "$(printf 'Entries: 1\nJos\xc3\xa9 : 2\nDeleted entry for Jos\xc3\xa9\nEntries: 0')"
}

@test "composed and decomposed José are one name: memory" { one_name_in_both_forms :memory:; }
@test "composed and decomposed José are one name: text" { one_name_in_both_forms book.dat; }
@test "composed and decomposed José are one name: sqlite" { one_name_in_both_forms book.db; }

takes_the_largest_entry() {
  local entry
  entry=$(printf '%065530d' 0)
  run serve "$1" "add:x,$entry" fnd:x lst
  assert_equal "$output" $'Added entry for x\n'"x : $entry"$'\n'"x : $entry"$'\nFound: 1'
}

@test "an entry as long as a line can be is kept: memory" { takes_the_largest_entry :memory:; }
@test "an entry as long as a line can be is kept: text" { takes_the_largest_entry book.dat; }
@test "an entry as long as a line can be is kept: sqlite" { takes_the_largest_entry book.db; }

@test "nothing is kept of :memory:" {
  serve :memory: add:a,1 > /dev/null
  run serve :memory: cnt
  assert_output 'Entries: 0'
  assert_equal "$(find . -type f)" ''
}

# ---- several servers on one book ---------------------------------------------------------------------------------------

see_each_other() {
  start a addbook-serve -b "$1"
  tell a add:x,1 'Added entry for x'
  start b addbook-serve -b "${2:-$1}"
  tell b fnd:x 'x : 1'
  tell b add:x,2 'Added entry for x'
  tell a fnd:x 'x : 2'
  tell a rem:x 'Deleted entry for x'
  tell b fnd:x 'Sorry, no entry for: x'
  tell b rem:x 'Sorry, no entry for: x'
  local i
  for i in {1..20}; do
    tell a "add:a$i,$i" "Added entry for a$i"
    tell b "fnd:a$i" "a$i : $i"
    tell b "add:b$i,$i" "Added entry for b$i"
    tell a cnt "Entries: $((2 * i))"
    tell b cnt "Entries: $((2 * i))"
  done
  start c addbook-serve -b "$1"
  tell c cnt 'Entries: 40'
  finish b
  tell a add:last,1 'Added entry for last'
  tell c lst:last 'last : 1'
  hear c
  assert_equal "$reply" 'Found: 1'
  finish a
  finish c
  run serve "$1" cnt
  assert_output 'Entries: 41'
}

@test "servers on one book see what the others committed: text" { see_each_other book.dat; }
@test "servers on one book see what the others committed: sqlite" { see_each_other book.db; }

by_link_and_by_name() {
  mkdir real
  serve "real/$1" add:x > /dev/null
  ln -s "real/$1" "$1"
  see_each_other "$1" "real/$1"
  [ -L "$1" ] && [ -f "real/$1" ] && [ ! -L "real/$1" ]
}

@test "a server by a link and one by the name see each other, and the link stays a link: text" { by_link_and_by_name book.dat; }
@test "a server by a link and one by the name see each other, and the link stays a link: sqlite" { by_link_and_by_name book.db; }

@test "a text book that another program replaces (rename) is read anew" {
  printf 'a:1\nb:2\n' > book.dat
  touch -d 2020-01-01 book.dat
  start server addbook-serve -b book.dat
  tell server fnd:a 'a : 1'
  printf 'a:7\nc:3\n' > new
  mv new book.dat
  tell server fnd:a 'a : 7'
  tell server cnt 'Entries: 2'
  printf 'd:4\n' > new
  mv new book.dat
  tell server add:e,5 'Added entry for e'
  finish server
  assert_equal "$(sort book.dat)" $'d:4\ne:5'
}

@test "a text book that another program edits in place is read anew, and the edit is kept" {
  printf 'a:1\nb:2\n' > book.dat
  touch -d 2020-01-01 book.dat
  start server addbook-serve -b book.dat
  tell server fnd:a 'a : 1'
  printf 'a:7' | dd of=book.dat conv=notrunc status=none
  tell server fnd:a 'a : 7'
  printf 'c:3\n' >> book.dat
  tell server cnt 'Entries: 3'
  printf 'd:4\n' >> book.dat
  tell server rem:b 'Deleted entry for b'
  finish server
  assert_equal "$(sort book.dat)" $'a:7\nc:3\nd:4'
}

# ---- the text book's file ------------------------------------------------------------------------------------------------

@test "a book that is a link to nothing yet is made where it leads" {
  mkdir real
  for book in book.dat book.db; do
    ln -s "real/$book" "$book"
    run -0 addbook -b "$book" add A 1
    run -0 addbook -b "real/$book" find A
    assert_equal "$book: $output $(readlink "$book") $(stat -c %a "real/$book")" "$book: A : 1 real/$book 600"
  done
}

@test "the target of a linked text book changes, the link does not" {
  mkdir real
  echo 'a:1' > real/book.dat
  ln -s real/book.dat link.dat
  ln -s "$PWD/link.dat" far.dat
  serve far.dat add:b,2 > /dev/null
  assert_equal "$(readlink link.dat) $(readlink far.dat)" "real/book.dat $PWD/link.dat"
  assert_equal "$(sort real/book.dat)" $'a:1\nb:2'
}

@test "a rewrite keeps the mode of a text book, and its owner" {
  echo 'a:1' > book.dat
  if [ "$(id -u)" = 0 ]; then chown 12345:54321 book.dat; fi
  chmod 640 book.dat
  before=$(stat -c '%a %u:%g' book.dat)
  run serve book.dat add:b,2 rem:a
  assert_output $'Added entry for b\nDeleted entry for a'
  assert_equal "$(stat -c '%a %u:%g' book.dat)" "$before"
  assert_equal "$(cat book.dat)" 'b:2'
}

opens_the_tutorials_book() {
  cp book.dat before.dat
  run serve book.dat cnt 'fnd:King Arthur' 'fnd:Sir Robin' fnd:Patsy 'fnd:Bors, Sir' 'fnd:José Castaña' 'fnd:Black Knight'
  assert_success
  assert_output - << 'END'
Entries: 12
King Arthur : 1,Castle Road,Camelot,555-0100
Sir Robin : 3a,Brave Street: rear,Swallowdale,(555) 0123
Patsy : ,,,
Bors\, Sir : 9,Rabbit Hole,Caerbannog,555-0171
José Castaña : 5,Calle Ñandú,Sevilla,954 555 010
Black Knight : ,The Bridge,,
END
  cmp book.dat before.dat
  serve book.dat 'add:Patsy,1,Coconut Grove,Mercia,' 'rem:Bors, Sir' > /dev/null
  run serve book.dat cnt fnd:Patsy fnd:Zoot
  assert_output $'Entries: 11\nPatsy : 1,Coconut Grove,Mercia,\nZoot : 1,Castle Anthrax,Nowhere,555-0160'
  assert_equal "$(grep -c $'\r' book.dat)" 0
}

@test "a rewrite that can't keep the group of a text book gives another no rights in its place" {
  [ "$(id -u)" = 0 ] || skip 'only root can be several users'
  mkdir -m 777 shared
  echo A:1 > shared/book.dat
  chmod 666 shared/book.dat
  run as_nobody addbook-serve -b shared/book.dat <<< add:B,2
  assert_output 'Added entry for B'
  assert_equal "$(stat -c '%u:%g %a' shared/book.dat)" '65534:65534 606'
}

# read_only_for_a_while BOOK: no change is taken meanwhile, and changes are afterwards.
read_only_for_a_while() {
  [ "$(id -u)" = 0 ] || skip 'only root can be several users'
  local book=shared/$1
  mkdir -m 777 shared
  as_nobody addbook-serve -b "$book" <<< add:A,1 > replies
  rm -f "$book"-*
  chmod 400 "$book"
  run -0 as_nobody addbook-serve -b "$book" <<< $'fnd:A\nadd:B,2\nfnd:A'
  assert_output "A : 1
ERROR: Not stored: cannot write to $book: Permission denied
A : 1"
  addbook-serve -b "$book" <<< rem:Z >> replies # as root, who may
  chmod 600 "$book"
  run -0 as_nobody addbook-serve -b "$book" <<< add:B,2
  assert_output 'Added entry for B'
}

@test "a book that is read-only for a while takes changes afterwards: text" { read_only_for_a_while book.dat; }
@test "a book that is read-only for a while takes changes afterwards: sqlite" { read_only_for_a_while book.db; }

@test "a server whose text book becomes a pipe goes on with what it has read, and ends when told to" {
  start server addbook-serve -b book.dat -l ./socket --ready-fd 1
  hear server
  run -0 addbook -c ./socket add A 1
  rm book.dat
  mkfifo book.dat
  run -0 addbook -c ./socket find A
  assert_output 'A : 1'
  kill -TERM "${PID[server]}"
  gone server 0
}

@test "a rewrite keeps the access-control list of a text book, or gives nobody rights in its place" {
  access_list() {
    python3 - "$@" << 'END'
import os, struct, sys
LIST, NONE = "system.posix_acl_access", 0xFFFFFFFF
# The owner may write, user 1000 may read; the group may not, but the mode shows the mask where its rights would be.
wanted = struct.pack("<I" + "HHI" * 5, 2, 1, 6, NONE, 2, 4, 1000, 4, 0, NONE, 0x10, 4, NONE, 0x20, 0, NONE)
if sys.argv[1] == "set":
    os.setxattr("book.dat", LIST, wanted)
print(LIST in os.listxattr("book.dat") and os.getxattr("book.dat", LIST) == wanted)
END
  }
  echo A:1 > book.dat
  access_list set || skip 'no access-control lists here'
  addbook-serve -b book.dat <<< add:B,2
  assert_equal "$(access_list get) $(stat -c %a book.dat)" 'True 640'
  strace -o /dev/null true || skip 'strace is not allowed'
  env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" LSAN_OPTIONS= strace -f -o trace -e inject=fsetxattr:error=EOPNOTSUPP \
    addbook-serve -b book.dat <<< add:C,3
  assert_equal "$(access_list get) $(stat -c %a book.dat)" 'False 600'
}

@test "a rewrite takes over no access-control list from the folder, nor one whose group can't be kept" {
  [ "$(id -u)" = 0 ] || skip 'only root can be several users'
  mkdir -m 777 shared
  echo A:1 > shared/book.dat
  python3 - << 'END' || skip 'no access-control lists here'
import os, struct
NONE = 0xFFFFFFFF
def with_user(rights):
    return struct.pack("<I" + "HHI" * 5, 2, 1, 6, NONE, 2, rights, 1000, 4, 6, NONE, 0x10, 6, NONE, 0x20, 0, NONE)
os.setxattr("shared", "system.posix_acl_default", with_user(6))
END
  addbook-serve -b shared/book.dat <<< add:B,2
  run python3 -c 'import os; print(os.listxattr("shared/book.dat"))'
  assert_output '[]'
  python3 - << 'END'
import os, struct
NONE = 0xFFFFFFFF
os.removexattr("shared", "system.posix_acl_default")
os.setxattr("shared/book.dat", "system.posix_acl_access",
            struct.pack("<I" + "HHI" * 5, 2, 1, 6, NONE, 2, 6, 65534, 4, 6, NONE, 0x10, 6, NONE, 0x20, 0, NONE))
END
  rm -f shared/book.dat.lock
  run as_nobody addbook-serve -b shared/book.dat <<< add:C,3
  assert_output 'Added entry for C'
  assert_equal "$(stat -c '%u:%g %a' shared/book.dat)" '65534:65534 600'
}

@test "who may write to a book may change it, whoever has made its lock file" {
  [ "$(id -u)" = 0 ] || skip 'only root can be several users'
  mkdir -m 777 shared
  echo A:1 > shared/book.dat
  chmod 666 shared/book.dat
  addbook-serve -b shared/book.dat <<< add:B,2 > /dev/null
  run as_nobody addbook-serve -b shared/book.dat <<< add:C,3
  assert_output 'Added entry for C'
}

@test "a book that the tutorial's Python program made opens as it is" {
  cp "$FIXTURES/tutorial.dat" book.dat
  opens_the_tutorials_book
}

@test "a book that the tutorial's Python program made on Windows opens as it is" {
  sed 's/$/\r/' "$FIXTURES/tutorial.dat" > book.dat
  opens_the_tutorials_book
}

@test "a text book may be empty, or lack its last LF" {
  touch book.dat
  run serve book.dat cnt
  assert_output 'Entries: 0'
  printf 'a:1\nb:2' > book.dat
  run serve book.dat fnd:b add:c,3
  assert_output $'b : 2\nAdded entry for c'
  assert_equal "$(sort book.dat)" $'a:1\nb:2\nc:3'
}

# ---- where the book is -----------------------------------------------------------------------------------------------------

makes_the_book() {
  umask "$2"
  run serve "new/folder/$1" cnt
  assert_success
  assert_output 'Entries: 0'
  assert_equal "$(stat -c '%n %a' new new/folder "new/folder/$1")" $'new 700\nnew/folder 700\n'"new/folder/$1 600"
  run serve "new/folder/$1" add:a,1
  assert_output 'Added entry for a'
  assert_equal "$(find new -type f ! -perm 600)" ''
}

@test "a missing book is made with its folders, for nobody else to read: text" { makes_the_book book.dat 022; }
@test "a missing book is made with its folders, for nobody else to read: sqlite" { makes_the_book book.db 022; }
@test "a missing book is private under umask 000 too: text" { makes_the_book book.dat 000; }
@test "a missing book is private under umask 000 too: sqlite" { makes_the_book book.db 000; }

@test "-b sqlite:PATH and text:PATH say what the book is, whatever the ending" {
  serve sqlite:one add:a,1 > /dev/null
  serve sqlite:two.dat add:a,2 > /dev/null
  serve text:three add:a,3 > /dev/null
  serve text:four.db add:a,4 > /dev/null
  assert_equal "$(sqlite3 one 'PRAGMA integrity_check') $(sqlite3 two.dat 'PRAGMA integrity_check')" 'ok ok'
  assert_equal "$(cat three four.db)" $'a:3\na:4'
  run serve sqlite:one fnd:a
  assert_output 'a : 1'
  run serve text:four.db fnd:a
  assert_output 'a : 4'
}

@test "-b PATH: the ending says what the book is" {
  serve one.db add:a,1 > /dev/null
  serve two.dat add:a,2 > /dev/null
  assert_equal "$(sqlite3 one.db 'PRAGMA integrity_check')" ok
  assert_equal "$(cat two.dat)" 'a:2'
}

@test "a path with another ending is refused, and nothing is made" {
  for book in book book.txt book.dat.bak bookdb; do
    run --separate-stderr serve "$book" add:a,1
    assert_equal "$book: $status $output" "$book: 2 "
    [[ $stderr == "addbook-serve: "*"$book"* ]] || fail "stderr: $stderr"
  done
  assert_equal "$(find . -name 'book*')" ''
}

@test "without -b the book is \$ADDBOOK_BOOK, in all its forms, and -b goes before it" {
  export ADDBOOK_BOOK=text:mine
  run addbook-serve <<< add:a,1
  assert_output 'Added entry for a'
  assert_equal "$(cat mine)" 'a:1'
  run serve :memory: cnt
  assert_output 'Entries: 0'
  ADDBOOK_BOOK=other.db run addbook-serve <<< add:b,1
  assert_equal "$(sqlite3 other.db 'PRAGMA integrity_check')" ok
}

@test "without either it is addbook/addbook.db in \$XDG_DATA_HOME, else in ~/.local/share" {
  XDG_DATA_HOME=$PWD/data run addbook-serve <<< add:a,1
  assert_output 'Added entry for a'
  assert_equal "$(stat -c %a data data/addbook data/addbook/addbook.db)" $'700\n700\n600'
  run addbook-serve <<< cnt
  assert_output 'Entries: 0'
  assert_equal "$(stat -c %a .local/share/addbook .local/share/addbook/addbook.db)" $'700\n600'
  run serve data/addbook/addbook.db fnd:a
  assert_output 'a : 1'
  XDG_DATA_HOME=data run addbook-serve <<< cnt # a relative one is to be ignored, by its specification
  assert_output 'Entries: 0'
}
