#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Pick people with fzf, the card of each beside the list, and print their addresses as they stand in a To: line.
#
# Usage: pick.bash [PREFIX]
#
# Any name will do. Names go from program to program with a NUL after each, and fzf hands the one at the cursor to the
# preview in a file, {f}: none is ever a part of a command, so the shell that fzf starts has nothing to run.

set -euo pipefail

addbook list -f names -0 -- "$@" \
  | fzf --read0 --print0 --multi --preview 'addbook find -0 -f card - < {f} | tr "\0" "\n"' \
  | addbook find -0 -f rfc5322 - \
  | tr '\0' '\n'
