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

# A merge is the user's to finish, and a book with conflicts in it is no book.
if [ -n "$(git ls-files --unmerged)" ] || git rev-parse --quiet --verify MERGE_HEAD > /dev/null; then
  echo "git-book.bash: finish the merge first" >&2
  exit 2
fi

before=$(git hash-object -- "$book" 2> /dev/null) || before=
status=0
addbook -b "./$book" "$@" || status=$?

[ "$(git hash-object -- "$book")" != "$before" ] || exit "$status"
# One at a time: git refuses to wait for another git.
exec 9> "$(git rev-parse --git-dir)/addbook.lock"
flock 9
git add -- "$book"
git diff --cached --quiet -- "$book" || git commit --quiet --message="addbook $*" -- "$book"
exit "$status"
