#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The menu on a terminal: lines that can be edited, earlier answers, names completed with Tab, and a terminal that is
# left as it was found.
# shellcheck disable=SC2016 # what looks like a command is a name

load helper

teardown() {
  end_started
}

# at_menu [ENVIRONMENT]: runs the Python of standard input with the menu of book.dat as `menu` on a terminal, and some
# words for it. ENVIRONMENT is more arguments for Terminal.
at_menu() {
  {
    cat << END
import signal
from terminal import Terminal, check
LEFT, UP, DOWN, TAB, ERASE, END_OF_FILE = "\x1b[D", "\x1b[A", "\x1b[B", "\t", "\x7f", "\x04"
menu = Terminal("addbook", "-b", "book.dat", **({"TERM": "xterm"} | dict($1)))


def choose(number):
    menu.expect("Choose an option[1-4] ")
    menu.send(f"{number}\n")


def find(keys):
    """What is found after these keys at the name."""
    choose(3)
    menu.expect("Enter the name: ")
    menu.send(f"{keys}\n")
    menu.expect("RESULT: ")
    return menu.expect("\r\n")


def found(keys, result):
    got = find(keys)
    check(got == result, f"{keys!r}: {got!r} instead of {result!r}")


def quit_menu():
    choose(4)
    check(menu.status() == 0, "the menu failed")
END
    cat
  } > test.py
  run with_terminal test.py
}

make_book() {
  addbook-serve -b book.dat > replies << 'END'
add:King Arthur,1
add:King Alfred,2
add:Lancelot,3
add:José "Q" Núñez,4
add:Jörg,5
add:Jürgen,6
add:$(touch pwned),7
add:it's; a\, b\: c\\d @ home,8
add:Patsy\nthe page,9
add:Patsy,10
add:日本太郎,11
add:日本花子,12
add:Zoé,13
add:Zoè,14
END
}

@test "a line can be edited: back, over, and away with it" {
  make_book
  at_menu << 'END'
found("Lancelt" + LEFT + "o", "Lancelot : 3")
found("\x05Lancelot!!" + 2 * ERASE, "Lancelot : 3")  # ^E
found("otto\x01Lancel\x0b" + "ot", "Lancelot : 3")  # ^A and ^K
found("nobody\x15Lancelot", "Lancelot : 3")  # ^U
quit_menu()
END
  assert_success
}

@test "a character is one, whatever it takes in bytes and whatever the locale is" {
  make_book
  for locale in C.UTF-8 C POSIX nowhere.UTF-8; do
    at_menu "LC_ALL='$locale'" << 'END'
found("Jörgü" + ERASE, "Jörg : 5")
found("Jrg" + 2 * LEFT + "ö", "Jörg : 5")
found("日太郎" + 2 * LEFT + "本", "日本太郎 : 11")
quit_menu()
END
    assert_success
  done
}

@test "earlier answers to the same prompt come back, and no others" {
  make_book
  at_menu << 'END'
found("Lancelot", "Lancelot : 3")
found("Jörg", "Jörg : 5")
found(UP, "Jörg : 5")
found(2 * UP, "Lancelot : 3")
choose(2)
menu.expect("Enter the name: ")
menu.send(2 * UP + DOWN + "\n")
menu.expect("RESULT: Deleted entry for Lancelot\r\n")
quit_menu()
END
  assert_success
}

@test "Tab completes a name in Find and in Delete" {
  make_book
  addbook-serve -b book.dat <<< 'add:Tim\nthe Enchanter,15' > replies
  at_menu << 'END'
found("L\t", "Lancelot : 3")
found("José\t", 'José "Q" Núñez : 4')
found("Jö\t", "Jörg : 5")
found("it's\t", "it's; a\\, b\\: c\\\\d @ home : 8")
found("it's; a, b: c\\\t", "it's; a\\, b\\: c\\\\d @ home : 8")
found("$(\t", "$(touch pwned) : 7")
found("日本太\t", "日本太郎 : 11")
found("Jose\u0301\t", 'José "Q" Núñez : 4')  # the accent as a character of its own
found("Pat\t", "Patsy : 10")
found("Tim\t", "Sorry, no entry for: Tim")  # a name with a line break is none that can be typed
found("nobody\t", "Sorry, no entry for: nobody")
found("Lancelot\t", "Lancelot : 3")
choose(2)
menu.expect("Enter the name: ")
menu.send("Lan\t\n")
menu.expect("RESULT: Deleted entry for Lancelot\r\n")
quit_menu()
END
  assert_success
  assert [ ! -e pwned ]
}

@test "a server's control characters reach no terminal when Tab lists names" {
  cat > test.py << 'END'
from terminal import Terminal, check

menu = Terminal("addbook", "-s", r"read -r line; printf 'L\033]0;1 : 1\nL\033]0;2 : 2\nFound: 2\n'; cat", "menu", TERM="xterm")
menu.expect("Choose an option[1-4] ")
menu.send("3\n")
menu.expect("Enter the name: ")
menu.send("\t\t\n")
check("\x1b]0;" not in menu.expect("the server's reply is not understood: L?]0;1"), "the terminal was driven")
check(menu.status() == 2, "the menu goes on")
END
  run with_terminal test.py
  assert_success
}

@test "several names: Tab goes as far as they are the same, whole characters, and then lists them" {
  make_book
  at_menu << 'END'
found("K\tr\t", "King Arthur : 1")
found("J\tö\t", "Jörg : 5")
found("日\t太\t", "日本太郎 : 11")
found("Z\té\t", "Zoé : 13")  # two characters that begin with the same byte
choose(3)
menu.expect("Enter the name: ")
menu.send("K\t")
menu.expect("ing A")
menu.send("\t")
menu.expect("\r\nKing Alfred  King Arthur\r\n")
menu.expect("Enter the name: King A")
menu.send("l\t\n")
menu.expect("RESULT: King Alfred : 2")
quit_menu()
END
  assert_success
}

@test "Tab leaves what follows the cursor" {
  make_book
  at_menu << 'END'
found(" Jr." + 4 * LEFT + "Lan\t", "Sorry, no entry for: Lancelot Jr.")
quit_menu()
END
  assert_success
}

@test "Tab completes nothing where an entry is added, nor where a choice is made" {
  make_book
  at_menu << 'END'
menu.expect("Choose an option[1-4] ")
menu.send("\t1\n")
for prompt in "name", "House number", "Street name", "Town", "Phone number":
    menu.expect(f"Enter the {prompt}: ")
    menu.send("L\t\n")
menu.expect("RESULT: Added entry for L\r\n")
quit_menu()
END
  assert_success
  run addbook -b book.dat find L
  assert_output 'L : L,L,L,L'
}

@test "a list of names is bounded, says how many there are besides, and fits the width of the terminal" {
  printf 'add:Name %05d\n' {1..10000} | addbook-serve -b book.dat > replies
  at_menu << 'END'
choose(3)
menu.expect("Enter the name: ")
menu.resize(40)
menu.send("\t")
menu.expect("Name ")
menu.send("\t")
menu.expect("\r\n")
shown = menu.expect("... and 9900 more\r\n").splitlines()
check(shown[0] == "Name 00001  Name 00035  Name 00069", shown)
check(len(shown) == 34, shown)
menu.expect("Enter the name: Name ")
menu.send("09999\t\n")
menu.expect("RESULT: Name 09999")
quit_menu()
END
  assert_success
}

@test "columns stand below each other, whatever the width of their characters" {
  printf 'add:%s\n' 日本のとても長い名前 'Aa and no more' 'Bbbbb and the rest' é | addbook-serve -b book.dat > replies
  at_menu 'columns=43' << 'END'
choose(3)
menu.expect("Enter the name: ")
menu.send("\t")
menu.expect("\r\nAa and no more        é\r\nBbbbb and the rest    日本のとても長い名前\r\n")
menu.send(END_OF_FILE)
check(menu.status() == 0, "status")
END
  assert_success
}

@test "the end-of-file key is the end of input at every prompt" {
  make_book
  at_menu << 'END'
choose(3)
menu.expect("Enter the name: ")
menu.send(END_OF_FILE)
check(menu.status() == 0, "status")
END
  assert_success
}

# at_shell: the same with ends(HOW, STATUS): a menu that ends by HOW with this status, in a shell with a terminal of its
# own mode, which it must have again.
at_shell() {
  {
    cat << 'END'
import os, signal, sys
from terminal import Terminal, check
SHELL = "trap : INT; stty -echoe -ixon erase ^H; echo ready; read go; addbook -b book.dat; echo status $?.; read go"


def ends(how, status):
    shell = Terminal("sh", "-c", SHELL, TERM="xterm")
    shell.expect("ready")
    before = shell.mode()
    shell.send("\n")
    shell.expect("Choose an option[1-4] ")
    check(shell.mode() != before, "the menu has no mode of its own")
    how(shell)
    shell.expect("status ")
    got = shell.expect(".")
    check(got == str(status), f"status {got} instead of {status}")
    check(shell.mode() == before, f"{before} became {shell.mode()}")
    shell.send("\n")
    shell.status()


def kill(program, number):
    """Those of the set that run here."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline") as line:
                name = os.path.basename(line.read().split("\0")[0])
            if name == program and os.readlink(f"/proc/{pid}/cwd") == os.getcwd():
                os.kill(int(pid), number)
        except OSError:
            pass


END
    cat
  } > test.py
  run with_terminal test.py
}

@test "the terminal is left as it was, however the menu ends" {
  make_book
  at_shell << 'END'
def at_the_name(shell):
    shell.send("3\n")
    shell.expect("Enter the name: ")


def interrupted_in_a_name(shell):
    at_the_name(shell)
    shell.send("Lan\x03")


def no_server_for_tab(shell):
    at_the_name(shell)
    kill("addbook-serve", signal.SIGKILL)
    shell.send("L\t")


ends(lambda shell: shell.send("4\n"), 0)
ends(lambda shell: shell.send("\x04"), 0)
ends(lambda shell: shell.send("\x03"), 130)
ends(interrupted_in_a_name, 130)
ends(no_server_for_tab, 2)
ends(lambda shell: kill("addbook", signal.SIGTERM), 143)
END
  assert_success
}

@test "a window that changes its size changes nothing else" {
  make_book
  at_menu << 'END'
choose(3)
menu.expect("Enter the name: ")
for columns in 60, 30, 20, 200:
    menu.resize(columns)
    menu.send("L")
    menu.expect("L")
    menu.send(ERASE)
menu.send("\x15Lancelot\n")
menu.expect("RESULT: Lancelot : 3")
quit_menu()
END
  assert_success
}

@test "what is typed ahead is for the menu, and after 4 for the next program" {
  make_book
  cat > test.py << 'END'
from terminal import Terminal, check
shell = Terminal("sh", "-c", "stty -echo; echo ready; addbook -b book.dat; read line; echo got $line", TERM="xterm")
shell.expect("ready")
shell.send("3\nLancelot\n3\nJörg\n4\nnext\n")
shell.expect("RESULT: Lancelot : 3\r\n")
shell.expect("RESULT: Jörg : 5\r\n")
shell.expect("got next")
check(shell.status() == 0, "status")
for keys in "\x04", "3\n\x04", "3\nLancelot\n\x04":
    menu = Terminal("addbook", "-b", "book.dat", TERM="xterm")
    menu.send(keys)
    check(menu.status() == 0, "status")
END
  run with_terminal test.py
  assert_success
}

@test "stopped and continued, the menu goes on where it was" {
  make_book
  at_menu << 'END'
choose(3)
menu.expect("Enter the name: ")
menu.send("Lance")
menu.expect("Lance")
menu.interrupt(signal.SIGSTOP)
menu.interrupt(signal.SIGCONT)
menu.send("lot\n")
menu.expect("RESULT: Lancelot : 3")
quit_menu()
END
  assert_success
}

@test "the end-of-file key is the end of input after a window has changed its size, too" {
  make_book
  at_menu << 'END'
menu.expect("Choose an option[1-4] ")
menu.settle()
menu.resize(60)
menu.interrupt(signal.SIGWINCH)
menu.settle()
menu.send(END_OF_FILE)
check(menu.status() == 0, "the menu goes on")
END
  assert_success
}

@test "where no shell could continue it, the key that stops a job stops no menu, and ends none" {
  make_book
  at_menu << 'END'
choose(3)
menu.expect("Enter the name: ")
for _ in range(3):
    menu.settle()  # a key that comes before it reads stops nothing either, but brings no new prompt
    menu.send("\x1a")
    menu.expect("Enter the name: ")
menu.send("Lancelot\n")
menu.expect("RESULT: Lancelot : 3")
quit_menu()
END
  assert_success
}

@test "a signal that is ignored at the start ends no menu, on a terminal either" {
  make_book
  cat > test.py << 'END'
import os, signal
from terminal import Terminal, check
for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP:
    signal.signal(number, signal.SIG_IGN)
    menu = Terminal("addbook", "-b", "book.dat", TERM="xterm")
    signal.signal(number, signal.SIG_DFL)
    for _ in range(2):
        menu.expect("Choose an option[1-4] ")
        menu.interrupt(number)
        menu.send("3\n")
        menu.expect("Enter the name: ")
        menu.send("Lancelot\n")
        menu.expect("RESULT: Lancelot : 3")
    menu.send("4\n")
    check(menu.status() == 0, f"ended by {number}")
END
  run with_terminal test.py
  assert_success
}

@test "a terminal that nobody knows is no reason to say anything" {
  make_book
  for terminal in "'dumb'" "'no-such-terminal'" None; do
    at_menu "TERM=$terminal" << 'END'
shown = menu.expect("Choose an option[1-4] ")
check(shown == "1) Add Entry\r\n2) Delete Entry\r\n3) Find Entry\r\n4) Quit\r\n", shown)
menu.send("3\n")
menu.expect("Enter the name: ")
menu.send("Lan\t\n")
menu.expect("RESULT: Lancelot : 3")
quit_menu()
END
    assert_success
  done
}

@test "~/.editrc is followed, and Tab completes all the same" {
  make_book
  echo 'bind -v' > .editrc
  at_menu << 'END'
found("Xan\x1bddiL\t", "Lancelot : 3")
quit_menu()
END
  assert_success
}

@test "from a pipe, or into one, nothing is edited: no locale and no terminal is looked for" {
  make_book
  printf '3\nLan\t\n4\n' > keys
  run strace -f -e trace=openat,ioctl -o calls addbook -b book.dat menu < keys
  assert_line --partial 'RESULT: Sorry, no entry for: Lan\t'
  run grep -E 'terminfo|locale|editrc|TCSET' calls
  assert_output ''
  cat > test.py << 'END'
from terminal import Terminal, check
shell = Terminal("sh", "-c", "addbook -b book.dat | cat", TERM="xterm")
shell.expect("Choose an option[1-4] ")
shell.send("3\n")
shell.expect("Enter the name: ")
shell.send("Lan\tx\n")
shell.expect("RESULT: Sorry, no entry for: Lan\\tx\r\n")
shell.send("\x04")
check(shell.status() == 0, "status")
END
  run with_terminal test.py
  assert_success
}
