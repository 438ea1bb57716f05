#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A tour of the programs on a copy of camelot.dat: each command is printed as it would be typed, then run. The
# programs are those in the folder $BIN, or else in PATH. On a terminal the tour ends with the menu.

set -euo pipefail

examples=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
if [[ -n ${BIN-} ]]; then
  BIN=$(CDPATH='' cd -- "$BIN" && pwd)
  PATH=$BIN:$PATH
fi
# The user's own book and server take no part.
unset ADDBOOK_BOOK ADDBOOK_CONNECT PROTO

folder=$(mktemp -d)
trap 'cd / && rm -rf -- "$folder"' EXIT
cp -- "$examples/camelot.dat" "$folder"
cd -- "$folder"

explain() {
  printf '\n# %s\n' "$*"
}

# show COMMAND [ARG]...: prints the command, quoted where a shell needs it, then runs it. A status that says "not
# found" is a part of the tour; any higher one ends it.
show() {
  local word line='$' status=0
  for word; do
    [[ $word =~ ^[[:alnum:]_./=@:,+-]+$ ]] || word=${word@Q}
    line+=" $word"
  done
  printf '%s\n' "$line"
  "$@" || status=$?
  ((status == 0)) || printf '(exit status %d)\n' "$status"
  ((status <= 1))
}

# show_pipeline TEXT: the same for a pipeline, which is given as the text that a user would type.
show_pipeline() {
  printf '$ %s\n' "$1"
  bash -o pipefail -c "$1"
}

explain 'Find somebody. The reply is NAME : NUMBER,STREET,TOWN,PHONE and then labelled fields.'
show addbook -b camelot.dat find 'King Arthur'

explain 'Add an entry, find it, remove it, and look again.'
show addbook -b camelot.dat add 'Brave Sir Robin' 4 'Quest Lane' 'Camelot' '555-0142' email=robin@example.org
show addbook -b camelot.dat find 'Brave Sir Robin'
show addbook -b camelot.dat remove 'Brave Sir Robin'
show addbook -b camelot.dat find 'Brave Sir Robin'

explain 'Search every field, without regard to case and accents.'
show addbook -b camelot.dat search camelot
show addbook -b camelot.dat search nunez

explain 'List the names that begin with Smith, and count the entries.'
show addbook -b camelot.dat list Smith
show addbook -b camelot.dat count

explain 'The launcher joins a client to a server with two pipes. One pipe is enough to send requests one way.'
show_pipeline "addbook-query find 'King Arthur'"
show_pipeline "addbook-query find 'King Arthur' | addbook-serve -b camelot.dat"

explain 'It joins any two programs, such as a text filter for a server and a client that passes lines.'
show_pipeline "printf 'The Knights who say Ni!\n' | addbook --join ni-format -- addbook-query raw"

if [[ -t 0 && -t 1 ]]; then
  explain 'Your turn: the menu. The book is a copy, which goes away with the tour.'
  show addbook -b camelot.dat menu
fi
