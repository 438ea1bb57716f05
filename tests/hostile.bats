#!/usr/bin/env bats
# Hostile clients: the others are served, memory stays bounded, descriptors come back. The long form, which also holds
# the latency of a polite client against the calm, is in `make torture`.

load helper

@test "slow-lorises, floods, garbage, resets and clients that never read" {
  [ -z "${SAN-}" ] || skip "a sanitizer's own memory is not the server's"
  run timeout 120 "$ROOT/tests/bench/hostile.py" --lorises 200 --seconds 1 --no-latency
  assert_success
  assert_line --regexp '^ok: [1-9][0-9]* polite requests answered while 64[0-9] hostile clients held on'
}
