# Loaded by every test file: the programs first in PATH, a home of its own for each test, and the assertions.
# BIN names the folder of the programs under test (the sanitizer builds have their own).

bats_require_minimum_version 1.5.0
load /usr/lib/bats/bats-support/load.bash
load /usr/lib/bats/bats-assert/load.bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BIN=${BIN:-$ROOT/bin}
FIXTURES=$ROOT/tests/fixtures
export ROOT BIN FIXTURES

# Each test starts in an empty folder that is also its home, with no book or server named by the environment.
setup() {
  cd "$BATS_TEST_TMPDIR" || return
  export HOME=$BATS_TEST_TMPDIR PATH="$BIN:$PATH" LC_ALL=C.UTF-8
  unset ADDBOOK_BOOK ADDBOOK_CONNECT PROTO XDG_DATA_HOME MAKEFLAGS MAKELEVEL
}

# transcript BOOK: asks the server of BOOK every request line of standard input that begins with "> ", and compares
# its replies with the lines that begin with "< ": a conversation, as it would stand on a terminal.
transcript() {
  local script
  script=$(cat)
  run addbook-serve -b "$1" < <(sed -n 's/^> //p' <<< "$script")
  assert_success
  assert_equal "$output" "$(sed -n 's/^< //p' <<< "$script")"
}

# as_nobody COMMAND...: runs it without root's rights, which no file mode stops.
as_nobody() {
  if [ "$(id -u)" = 0 ]; then
    chmod 711 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR"
    setpriv --reuid 65534 --regid 65534 --clear-groups -- "$@"
  else
    "$@"
  fi
}
