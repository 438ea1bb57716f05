#!/usr/bin/env bats
# valgrind over a session of each program: nothing leaked, no byte read that was never written.

load helper.bash

# In a static program valgrind does not see the allocations: these are the same objects, linked dynamically.
valgrind_setup() {
  DYNAMIC=$ROOT/build/dynamic
  [ -z "${SAN-}" ] || skip "the sanitizers look for the same"
  [ -x "$DYNAMIC/addbook-serve" ] || skip "no dynamic build: make test builds it"
  PATH=$DYNAMIC:$PATH
}

checked() {
  valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,indirect,possible \
    --errors-for-leak-kinds=definite,indirect,possible --child-silent-after-fork=yes "$@"
}

session='add:King Arthur,1,Castle,Camelot,555-0101,email=arthur@example.org
add:Jos\,é,x
fnd:King Arthur
src:camelot arthur
lst:K
rem:King Arthur
fnd:bad\q
cnt
hlp'

@test "a server's session leaks nothing, with each store" {
  valgrind_setup
  for book in :memory: a.dat a.db; do
    run --separate-stderr checked addbook-serve -b "$book" <<< "$session"
    assert_success
    assert_line 'King Arthur : 1,Castle,Camelot,555-0101,email=arthur@example.org'
  done
}

@test "a client's session leaks nothing" {
  valgrind_setup
  run checked addbook-query add 'Smith, John' 1 2 3 4
  assert_output 'add:Smith\, John,1,2,3,4'
}

@test "a launcher's session leaks nothing, nor does the client under it" {
  valgrind_setup
  run checked addbook -b a.dat add X 1
  assert_output 'Added entry for X'
  run addbook --join addbook-serve -b a.dat -- valgrind --quiet --error-exitcode=99 --leak-check=full \
    addbook-query find X
  assert_output 'X : 1'
  assert_success
}

@test "a filter's session leaks nothing" {
  valgrind_setup
  run checked ni-format <<< 'The Knights who say Ni!'
  assert_output 'Ni!
The Knights who say Ni!
Ni!'
}

@test "a message that is read leaks nothing" {
  valgrind_setup
  run checked addbook-from-mail --to < <(printf '%s\n' 'From: =?koi8-r?B?8NLJ18XU?= <q@example.org>' 'To: G: a@b;, c')
  assert_success
  assert_output $'new:Привет,,,,,email=q@example.org\nnew:a@b,,,,,email=a@b'
}

@test "a menu on a terminal leaks nothing" {
  valgrind_setup
  addbook-serve -b a.dat <<< $'add:Robin,1\nadd:Rosalind,2'
  cat > test.py << 'END'
from terminal import Terminal, check
menu = Terminal("addbook", "--join", "addbook-serve", "-b", "a.dat", "--", "valgrind", "--quiet", "--error-exitcode=99",
                "--leak-check=full", "addbook-query", "menu", TERM="xterm")
for keys in "R\t\tb\t\n", "\x1b[A\n", "Rosa\t\n":
    menu.expect("Choose an option[1-4] ")
    menu.send("3\n")
    menu.expect("Enter the name: ")
    menu.send(keys)
    menu.expect("RESULT: Ro")
menu.send("4\n")
check(menu.status() == 0, menu.seen)
END
  run with_terminal test.py
  assert_success
}
