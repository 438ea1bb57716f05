#!/usr/bin/env bats
# The units, the s6 service and the one-liners of examples/services do what their README says.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; stderr is set by "run", ADDRESS and its kin by "serve"

load helper

SERVICES=$ROOT/examples/services

teardown() {
  end_started
}

# units: copies of them that start the programs under test.
units() {
  mkdir units
  cp "$SERVICES"/*.socket "$SERVICES"/*.service units/
  sed -i "s,^ExecStart=/usr/local/bin/,ExecStart=$BIN/," units/*.service
}

# exposure UNIT LIMIT: systemd's rating of it is at most LIMIT tenths.
exposure() {
  run systemd-analyze security --offline=true --threshold="$2" "units/$1"
  assert_success
  assert_regex "${lines[-1]}" "Overall exposure level for $1: "
}

# commands PATTERN: the lines of the README's sh blocks that match it.
# shellcheck disable=SC2016
commands() {
  sed -n '/^```sh$/,/^```$/p' "$SERVICES/README.md" | grep -v '^```' | grep -E -- "$1"
}

answers() {
  [ "$(timeout 10 addbook -c "$1" count 2> /dev/null)" = "$2" ]
}

@test "the units are valid, all of them" {
  needs systemd-analyze
  units
  run systemd-analyze verify --man=no units/*
  assert_success
  assert_output ''
}

@test "the units' exposure: at most 1.0 on a Unix socket, 1.5 on TCP" {
  needs systemd-analyze
  units
  exposure addbook.service 10
  exposure addbook-tcp.service 15
}

@test "the units start the programs as they are installed, and both parts of a pair know each other" {
  for name in addbook addbook-tcp; do
    run grep -c "^ExecStart=/usr/local/bin/addbook-serve -b /var/lib/$name/addbook\.db$" "$SERVICES/$name.service"
    assert_output 1
    run grep -cE "^(StateDirectory=$name|DynamicUser=yes|Requires=$name\.socket|Type=notify)$" "$SERVICES/$name.service"
    assert_output 4
  done
}

@test "the units' command serves the socket that systemd opens" {
  needs systemd-socket-activate
  units
  command=$(sed -n 's/^ExecStart=//p' units/addbook.service)
  read -r -a command <<< "${command//\/var\/lib\/addbook/$PWD}"
  start systemd-socket-activate -l "$PWD/addbook.sock" "${command[@]}"
  eventually answers ./addbook.sock 0
  assert [ -s addbook.db ]
}

@test "the s6 service: up, ready, serving, restarted, and down again" {
  needs s6-svscan s6-svwait s6-svc s6-svscanctl s6-svstat
  mkdir scan
  cp -r "$SERVICES/s6" scan/addbook
  export ADDBOOK_BOOK=$PWD/book.db ADDBOOK_SOCKET=$PWD/run/addbook.sock
  start s6-svscan scan
  eventually test -e scan/addbook/supervise/control
  s6-svwait -U -t 20000 scan/addbook
  answers ./run/addbook.sock 0
  run -0 timeout 20 addbook -c ./run/addbook.sock add A 1
  # Killed, it comes back by itself: the socket that it left is no obstacle.
  s6-svc -k scan/addbook
  eventually answers ./run/addbook.sock 1
  s6-svwait -U -t 20000 scan/addbook
  s6-svc -wD -T 20000 -d scan/addbook
  run s6-svstat -o exitcode,signal scan/addbook
  assert_output '0 NA'
  assert [ ! -e run/addbook.sock ]
  s6-svscanctl -t scan
  eventually has_ended "$STARTED_PID"
}

@test "the s6 run script by itself: readiness on descriptor 3, the log on standard output" {
  mkfifo ready
  export ADDBOOK_BOOK=$PWD/book.db ADDBOOK_SOCKET=$PWD/run/addbook.sock
  timeout 20 cat ready > line 3>&- &
  reader=$!
  setsid "$SERVICES/s6/run" < /dev/null > log 4>&- 3> ready &
  STARTED+=($!)
  wait $reader
  assert_equal "$(< line)" "unix:$ADDBOOK_SOCKET"
  assert_equal "$(< "$SERVICES/s6/notification-fd")" 3
  answers ./run/addbook.sock 0
}

@test "the servers of one line, and their clients" {
  asked=0
  while read -r server; do
    command -v "${server%% *}" > /dev/null || continue
    rm -f addbook.sock camelot.db*
    start bash -c "exec $server"
    eventually answers ./addbook.sock 0
    while read -r client; do
      command -v "${client%% *}" > /dev/null || continue
      [[ $client != *socat* ]] || command -v socat > /dev/null || continue
      run timeout 20 bash -c "$client"
      assert_equal "$server / $client: $status" "$server / $client: 0"
      assert_regex "$output" '^(Entries: )?0$'
      asked=$((asked + 1))
    done < <(commands '^(addbook -c \./addbook|s6-ipcclient|unixclient|echo cnt)')
    kill -KILL -- "-$STARTED_PID"
    wait "$STARTED_PID" 2> /dev/null || true
  done < <(commands 'fork|server |activate')
  needs socat s6-ipcserver unixserver systemd-socket-activate
  assert_equal "$asked" 16
}

@test "the one-liners over ssh, with a stand-in that has no network" {
  mkdir box
  # shellcheck disable=SC2016 # for the stand-in to expand
  printf '#!/bin/sh\necho "$1" >> hosts\nshift\nexec sh -c "$*"\n' > box/ssh
  chmod +x box/ssh
  export PATH=$PWD/box:$PATH
  serve -b camelot.db -l ./addbook.sock
  number=0
  while read -r client; do
    [[ $client != *socat* ]] || command -v socat > /dev/null || continue
    number=$((number + 1))
    run --separate-stderr timeout 20 bash -c "$client" < /dev/null
    assert_equal "$client: $status $output $stderr" "$client: 0 0 "
  done < <(commands "^addbook -s")
  assert [ "$number" -ge 2 ]
  assert_equal "$(sort hosts | uniq -c | xargs)" "$number camelot"
}

@test "the README's one-liners are these, none is untested" {
  run commands .
  assert_equal "${#lines[@]}" 13
}
