#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# addbook on a text book that git tracks: what a verb has changed is committed. A text book has one line per entry, so a
# diff shows who was changed, and `git log -p`, `git blame` and `git revert` are meaningful.
#
# Usage: git-book.bash [VERB [ARG]...]
#
# The book is $ADDBOOK_BOOK, a .dat file in the work tree of a repository. BOOK.lock beside it belongs in .gitignore.

set -euo pipefail

book=${ADDBOOK_BOOK:?is to name the book}
cd -- "$(dirname -- "$book")"
book=$(basename -- "$book")

status=0
addbook -b "./$book" "$@" || status=$?

# One at a time: git refuses to wait for another git.
exec 9> "$(git rev-parse --git-dir)/addbook.lock"
flock 9
git add -- "$book"
git diff --cached --quiet -- "$book" || git commit --quiet --message="addbook $*" -- "$book"
exit "$status"
