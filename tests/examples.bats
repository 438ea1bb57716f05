#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Every example runs, shows what its walk-through says, and leaves nothing behind.

# bats sets what `run` has found, and other shells than this one expand what stands in single quotes.
# shellcheck disable=SC2016,SC2154

load helper

EXAMPLES=${EXAMPLES:-$ROOT/build/examples}

@test "pipe: what was sent is what the pipe contained" {
  run "$EXAMPLES/pipe"
  assert_success
  assert_output - << 'END'
Sent 23 bytes
The pipe contained: Bring me a shrubbery!!!
END
}

@test "pipe, knights: a full disk is an error" {
  for program in pipe knights; do
    run -2 bash -c '"$1" > /dev/full' bash "$EXAMPLES/$program"
    assert_output "$program: cannot write to stdout: No space left on device"
  done
}

@test "pipe, knights: with standard streams closed, or full, as with others" {
  run -0 bash -c '"$1" <&-' bash "$EXAMPLES/pipe"
  run -0 bash -c '"$1" <&-' bash "$EXAMPLES/knights"
  assert_line 'The Knights who say Ni!'
  for program in pipe knights; do
    run -2 bash -c '"$1" > /dev/full 2>&-' bash "$EXAMPLES/$program"
    run -2 bash -c '"$1" > /dev/full 2> /dev/full' bash "$EXAMPLES/$program"
  done
  run -127 bash -c '"$1" nosuch <&- >&- 2>&-' bash "$EXAMPLES/knights"
}

@test "knights: every line is answered" {
  run "$EXAMPLES/knights"
  assert_success
  assert_output - << 'END'
Ni!
The Knights who say Ni!
Ni!
Ni!
Appear in the film "Monty Python and the Holy Grail"
Ni!
END
}

@test "knights: no ni-format remains" {
  cat > marked << 'END'
#!/bin/sh
echo $$ > pid
exec ni-format
END
  chmod +x marked
  run "$EXAMPLES/knights" ./marked
  assert_success
  run kill -0 "$(cat pid)"
  assert_failure
}

@test "knights: a child that is slow, and answers byte by byte, is understood" {
  cat > piecemeal << 'END'
#!/usr/bin/env python3
import os
import sys

for line in sys.stdin:
    for byte in f"Ni!\n{line}Ni!\n".encode():
        os.write(1, bytes([byte]))
END
  chmod +x piecemeal
  "$EXAMPLES/knights" > expected
  run "$EXAMPLES/knights" ./piecemeal
  assert_success
  assert_output "$(cat expected)"
}

@test "knights: a program that can't be run is told as a shell would" {
  run -127 env PATH=/nowhere "$EXAMPLES/knights"
  assert_output 'knights: cannot run ni-format: No such file or directory'
  run -127 "$EXAMPLES/knights" ./missing
  assert_output 'knights: cannot run ./missing: No such file or directory'
  touch plain-file
  run -126 "$EXAMPLES/knights" ./plain-file
  assert_output 'knights: cannot run ./plain-file: Permission denied'
}

@test "knights: a child that ends too soon is an error" {
  run -2 "$EXAMPLES/knights" true
  assert_output 'knights: true ended before it answered'
  printf '#!/bin/sh\nread -r line && echo "Ni!"\n' > brief
  chmod +x brief
  run -2 --separate-stderr "$EXAMPLES/knights" ./brief
  assert_output 'Ni!'
  assert_equal "$stderr" 'knights: ./brief ended before it answered'
}

@test "coproc.bash: requests and replies take turns" {
  run "$ROOT/examples/coproc.bash"
  assert_success
  assert_output - << 'END'
> add:Sir Not-Appearing-in-this-Film,1,Cutting Room Floor,Elstree,555-0100,email=absent@example.org
< Added entry for Sir Not-Appearing-in-this-Film
> fnd:Sir Not-Appearing-in-this-Film
< Sir Not-Appearing-in-this-Film : 1,Cutting Room Floor,Elstree,555-0100,email=absent@example.org
> rem:Sir Not-Appearing-in-this-Film
< Deleted entry for Sir Not-Appearing-in-this-Film
> fnd:Sir Not-Appearing-in-this-Film
< Sorry, no entry for: Sir Not-Appearing-in-this-Film
The server ended with status 0.
END
}

@test "coproc.bash: a book keeps what it had" {
  addbook -b kept.db add 'King Arthur' 1
  run "$ROOT/examples/coproc.bash" kept.db
  assert_success
  run addbook -b kept.db list
  assert_output 'King Arthur : 1'
}

@test "coproc.bash: a server that fails, and one that is missing, are told" {
  run -2 --separate-stderr "$ROOT/examples/coproc.bash" book.txt
  assert_line 'The server ended with status 2.'
  [[ $stderr == *'coproc.bash: a request was not answered' ]]
  PATH=/nowhere run -127 "$BASH" "$ROOT/examples/coproc.bash"
  assert_output 'coproc.bash: cannot run addbook-serve: not found'
}

@test "client.py: a session" {
  run "$ROOT/examples/client.py"
  assert_success
  assert_output - << 'END'
Adding Shrubber, Roger the
Finding him
  Shrubber, Roger the: 12 | Hedge Row, rear | Much Mowing | 555-0187 | email=roger@example.com | tag=shrubs
Listing the names in Shrubber
  Shrubber, Roger the: 12 | Hedge Row, rear | Much Mowing | 555-0187 | email=roger@example.com | tag=shrubs
Searching for roger in the mail addresses
  Shrubber, Roger the: 12 | Hedge Row, rear | Much Mowing | 555-0187 | email=roger@example.com | tag=shrubs
Removing him
  nobody
Asking for nobody
  refused: Empty name
END
}

@test "client.py: a book keeps what it had" {
  addbook -b kept.dat add 'King Arthur' 1
  run "$ROOT/examples/client.py" kept.dat
  assert_success
  assert_equal "$(cat kept.dat)" 'King Arthur:1'
}

@test "client.py: a server that fails, and one that is missing, are told" {
  run -2 --separate-stderr "$ROOT/examples/client.py" book.txt
  [[ $stderr == *'client.py: '* ]]
  python=$(python3 -c 'import sys; print(sys.executable)')
  PATH=/nowhere run -127 "$python" "$ROOT/examples/client.py"
  assert_output 'client.py: cannot run addbook-serve: No such file or directory'
}

@test "client.py: names and fields come back as they were given" {
  cat > check.py << 'END'
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from client import AddressBook, AddressBookError, Entry

entries = [
    Entry("ERROR: none", []),
    Entry("Found: 0", ["a,b", "c\\d", "e:f", ""]),
    Entry("Sorry, no entry for: x", ["note=two\nlines"]),
    Entry('a\\b : "c"', ["1"]),
    Entry("tab\tand\rreturn", ["é", "名"]),
]
with AddressBook() as book:
    for entry in entries:
        book.add(entry.name, *entry.fields)
    for entry in entries:
        assert book.find(entry.name) == entry, entry
    assert book.list() == entries
    assert book.list("Found: ") == entries[1:2]
    assert book.search("two") == entries[2:3]
    assert book.search("nothing like it") == []
    for entry in entries:
        assert book.remove(entry.name)
        assert not book.remove(entry.name)
    try:
        book.add("bell\a")
    except AddressBookError as error:
        print(error)
    assert book.list() == []
END
  run python3 check.py "$ROOT/examples"
  assert_success
  assert_output 'Control character'
}

@test "camelot.dat: opens, and has its entries" {
  cp "$ROOT/examples/camelot.dat" .
  run addbook -b camelot.dat count
  assert_success
  assert_output 42
  run addbook -b camelot.dat find 'Tim the Enchanter' 'Smith, John' "Michael O'Brien" 'Herbert: The Musical'
  assert_success
  assert_equal "${#lines[@]}" 4
  # An accent typed as a character of its own makes the same name.
  run addbook -b camelot.dat find $'Jose\u0301 Nu\u0301n\u0303ez'
  assert_output --partial 'José Núñez : '
}

@test "camelot.dat: is sorted by the bytes of the names, each of them once" {
  sed -E 's/^(([^\\:]|\\.)*):.*/\1/' "$ROOT/examples/camelot.dat" > names
  assert_equal "$(wc -l < names)" 42
  LC_ALL=C sort -c -u names
}

@test "camelot.dat: list gives the same lines back" {
  cp "$ROOT/examples/camelot.dat" .
  addbook -b camelot.dat list > listed
  sed 's/ : /:/' listed | diff "$ROOT/examples/camelot.dat" -
  cmp camelot.dat "$ROOT/examples/camelot.dat"
}

@test "camelot.dat: is what its entries make when they are added to a new book" {
  sed -E 's/^(([^\\:]|\\.)*):/add:\1,/' "$ROOT/examples/camelot.dat" | shuf --random-source=<(yes) > requests
  addbook-serve -b new.dat < requests > replies
  assert_equal "$(grep -c '^Added entry for ' replies)" 42
  cmp new.dat "$ROOT/examples/camelot.dat"
}

@test "tour.sh: shows commands with what they answer, and needs no terminal" {
  mkdir tmp
  TMPDIR=$PWD/tmp run "$ROOT/examples/tour.sh" < /dev/null
  assert_success
  assert_output --partial - << 'END'
$ addbook -b camelot.dat find 'King Arthur'
King Arthur : 1,Round Table Court,Camelot,
END
  assert_output --partial - << 'END'
$ addbook -b camelot.dat add 'Brave Sir Robin' 4 'Quest Lane' Camelot 555-0142 email=robin@example.org
Added entry for Brave Sir Robin
$ addbook -b camelot.dat find 'Brave Sir Robin'
Brave Sir Robin : 4,Quest Lane,Camelot,555-0142,email=robin@example.org
$ addbook -b camelot.dat remove 'Brave Sir Robin'
Deleted entry for Brave Sir Robin
$ addbook -b camelot.dat find 'Brave Sir Robin'
Sorry, no entry for: Brave Sir Robin
(exit status 1)
END
  assert_output --partial - << 'END'
$ addbook -b camelot.dat count
42
END
  assert_output --partial - << 'END'
$ addbook-query find 'King Arthur'
fnd:King Arthur
END
  assert_output --partial - << 'END'
$ printf 'The Knights who say Ni!\n' | addbook --join ni-format -- addbook-query raw
Ni!
The Knights who say Ni!
Ni!
END
  refute_output --partial menu
  run ls -A tmp
  assert_output ''
}

@test "tour.sh: ends with the menu on a terminal" {
  run python3 -c 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))' \
    "$ROOT/examples/tour.sh" < <(echo 4)
  assert_success
  assert_output --partial '$ addbook -b camelot.dat menu'
  assert_output --partial 'Choose an option[1-4] '
}

@test "tour.sh: leaves the example book, and the user's own, alone" {
  before=$(find "$ROOT/examples" -type f -exec cksum {} +)
  ADDBOOK_BOOK=$PWD/own.db "$ROOT/examples/tour.sh" < /dev/null
  assert [ ! -e own.db ]
  assert_equal "$(find "$ROOT/examples" -type f -exec cksum {} +)" "$before"
}

@test "tour.sh: takes the programs from the folder BIN, a relative one too" {
  mkdir elsewhere
  for program in addbook addbook-serve addbook-query ni-format; do
    # Each reads what it is sent, so that no pipe breaks.
    printf '#!/bin/sh\ncat > /dev/null\necho "%s of elsewhere"\n' "$program" > "elsewhere/$program"
    chmod +x "elsewhere/$program"
  done
  BIN=elsewhere run "$ROOT/examples/tour.sh" < /dev/null
  assert_success
  assert_line 'addbook of elsewhere'
  assert_line 'addbook-serve of elsewhere'
}

@test "tour.sh: a program that fails ends it" {
  mkdir elsewhere
  printf '#!/bin/sh\nexit 2\n' > elsewhere/addbook
  chmod +x elsewhere/addbook
  BIN=elsewhere run "$ROOT/examples/tour.sh" < /dev/null
  assert_failure
  assert_equal "${lines[-1]}" '(exit status 2)'
}

@test "the README: each command gives what stands below it" {
  mkdir build
  cp -r "$ROOT/examples" examples
  ln -s "$EXAMPLES" build/examples
  awk '/^```/ { shown = ($0 == "```console"); next } shown' examples/README.md > shown
  # Only the commands are taken from the page; what they print has to make it whole again.
  grep '^\$ ' shown | while IFS= read -r line; do
    printf '%s\n' "$line"
    bash -c "${line#'$ '}" 2>&1 < /dev/null || :
  done > happened
  assert [ -s happened ]
  diff shown happened
}
