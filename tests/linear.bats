#!/usr/bin/env bats
# Linearizable: what many clients were told can be explained by one order of their requests, whatever happens to the
# server. The long form is in `make torture`.

load helper

setup_file() {
  export LINEAR_TOOLS=$BATS_FILE_TMPDIR
  "$(dirname "$BATS_TEST_FILENAME")/linear/build.bash" "$LINEAR_TOOLS"
}

# recorded ARG...: a run of 64 clients.
recorded() {
  run "$ROOT/tests/linear/run.bash" --clients 64 --operations 50000 "$@"
}

@test "the checker judges small histories as brute force does" {
  run python3 "$ROOT/tests/linear/selftest.py" "$LINEAR_TOOLS/check"
  assert_success
  assert_output --partial ' 0 judged wrongly'
}

@test "one process" {
  recorded
  assert_success
  assert_output '50000 operations, 100 names, linearizable'
}

@test "two workers" {
  recorded --workers 2
  assert_success
  assert_output '50000 operations, 100 names, linearizable'
}

@test "one process, killed again and again" {
  recorded --kill 0.15
  assert_success
  assert_line --regexp '^killed [1-9][0-9]* times'
  assert_line '50000 operations, 100 names, linearizable'
}

@test "two workers, killed again and again" {
  recorded --workers 2 --kill 0.15
  assert_success
  assert_line --regexp '^killed [1-9][0-9]* times'
  assert_line '50000 operations, 100 names, linearizable'
}

@test "two workers on a text book, killed again and again" {
  recorded --workers 2 --store text --kill 0.15
  assert_success
  assert_line --regexp '^killed [1-9][0-9]* times'
  assert_line '50000 operations, 100 names, linearizable'
}

# The same harness on a server that is broken on purpose: it must notice.

@test "a small sound server passes" {
  recorded --server "$LINEAR_TOOLS/broken --fault none" --workers 2
  assert_success
}

@test "an acknowledgement before the commit is caught" {
  recorded --server "$LINEAR_TOOLS/broken --fault early" --operations 400000 --kill 0.2
  assert_failure 1
  assert_output --partial 'NOT linearizable'
}

@test "a stale index is caught" {
  recorded --server "$LINEAR_TOOLS/broken --fault stale" --workers 2
  assert_failure 1
  assert_output --partial 'NOT linearizable'
}
