#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A client of addbook-serve in bash: the server runs as a coprocess, and gets its next request when the reply to the
# last one has been read.
#
# Usage: coproc.bash [BOOK]

set -uo pipefail

fail() {
  printf 'coproc.bash: %s\n' "$1" >&2
  exit "$2"
}

type -P addbook-serve > /dev/null || fail 'cannot run addbook-serve: not found' 127

# bash forgets SERVER as soon as it has seen the coprocess end, so the two descriptors are copied at once.
coproc SERVER { exec addbook-serve -b "${1:-:memory:}"; }
server=$! from=${SERVER[0]-} to=${SERVER[1]-}

# Writing to a server that has gone should fail, not kill this script. This comes after the server's start, since a
# child inherits ignored signals.
trap '' PIPE

# ask REQUEST: sends a request line and prints it with its reply, which is one line for all the requests below.
ask() {
  local reply
  printf '> %s\n' "$1"
  printf '%s\n' "$1" >&"$to" || return
  IFS= read -r reply <&"$from" || return
  printf '< %s\n' "$reply"
}

name='Sir Not-Appearing-in-this-Film'
answered=no
if [[ -n $to ]]; then
  {
    ask "add:$name,1,Cutting Room Floor,Elstree,555-0100,email=absent@example.org" \
      && ask "fnd:$name" \
      && ask "rem:$name" \
      && ask "fnd:$name" \
      && answered=yes
  } 2> /dev/null # the failure is told below, in our own words
fi

# The end of its input tells the server to finish. As long as we keep our end open, it waits for more.
[[ -n $to ]] && exec {to}>&-
wait "$server"
status=$?
printf 'The server ended with status %d.\n' "$status"
[[ $answered == yes ]] || fail 'a request was not answered' $((status ? status : 2))
exit "$status"
