#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The launcher as a job of an interactive shell: stopped by its key, brought back by fg, ended by kill; and none of it
# from a client that stops for reasons of its own.

load helper

# at_job: runs the Python of standard input with an interactive shell as `shell`, and some words for it.
at_job() {
  {
    cat << 'END'
from terminal import Terminal, check
shell = Terminal("bash", "--norc", "-i", TERM="xterm", PS1="ready> ")
shell.expect("ready> ")


def run(command):
    shell.send(command + "\n")
    shell.expect(command + "\r\n")


def menu():
    run("addbook -b book.dat")
    shell.expect("Choose an option[1-4] ")


def stop():
    shell.send("\x1a")
    shell.expect("Stopped")
    shell.expect("ready> ")


def finish():
    shell.expect("ready> ")
    shell.send("exit 0\n")
    check(shell.status() == 0, "status")


END
    cat
  } > test.py
  run with_terminal test.py
}

make_book() {
  addbook-serve -b book.dat <<< 'add:Lancelot,3' > replies
}

@test "stopped by its key and continued by fg, as often as one likes, the menu has the terminal again" {
  make_book
  at_job << 'END'
menu()
for _ in range(10):
    stop()
    shell.send("fg\n")
    shell.expect("addbook -b book.dat\r\n")
    shell.send("3\n")
    shell.expect("Enter the name: ")
    shell.send("Lancelo\x7fot\n")
    shell.expect("RESULT: Lancelot : 3")
    shell.expect("Choose an option[1-4] ")
shell.send("4\n")
finish()
END
  assert_success
}

@test "a menu that is stopped ends when it is told to, and so does its server" {
  make_book
  at_job << 'END'
menu()
stop()
shell.send("group=$(jobs -p); kill %1; while kill -0 -- -$group 2> errors; do :; done; echo all of it is go''ne\n")
shell.expect("all of it is gone")
finish()
END
  assert_success
}

@test "^C ends a loop of the shell around it, not only the round" {
  at_job << 'END'
run("for i in 1 2 3; do addbook -b book.dat raw; echo round $i; done")
shell.send("cnt\n")
shell.expect("Entries: 0")
shell.send("\x03")
shown = shell.expect("ready> ")
check("round 1" not in shown, shown)
shell.send("echo status $?\n")
shell.expect("status 130\r\n")
finish()
END
  assert_success
}

@test "a job that is stopped after its client has ended goes on where it was" {
  mkfifo go
  echo 'cat; echo there >&2; read -r line < go; echo finished > end' > server
  at_job << 'END'
run("addbook --join sh server -- true")
shell.expect("there")
stop()
run("echo > go &")
shell.expect("ready> ")
run("fg %1")
shell.expect("ready> ")
run("echo status $?")
shell.expect("status 0\r\n")
finish()
END
  assert_success
  assert_equal "$(< end)" finished
}

@test "a client that takes no notice of the key does not keep the shell waiting" {
  echo 'trap "" TSTP; echo there; read -r line <&6' > client
  at_job << 'END'
run("addbook --join cat -- sh client")
shell.expect("there")
stop()
run("kill %1; fg")
finish()
END
  assert_success
}

@test "a client that stops itself and is continued by another stops nobody else" {
  addbook --join cat -- sh -c 'echo $$ > pid; kill -TSTP $$; exit 7' &
  until [ -s pid ] && [[ $(ps -o stat= -p "$(< pid)") == T* ]]; do :; done
  assert_regex "$(ps -o stat= -p $!)" '^S'
  kill -CONT "$(< pid)"
  status=0
  wait $! || status=$?
  assert_equal "$status" 7
}
