#!/usr/bin/env bats
# Who may do what on a listening server: the socket's mode, --allow, --read-only, and what the kernel says of the client.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; stderr is set by "run", ADDRESS and its kin by "serve"

load helper

teardown() {
  end_started
}

needs_root() {
  [ "$(id -u)" = 0 ] || skip 'only root can be several users'
  let_others_in
}

# as USER COMMAND...: USER is UID:GID[,GROUP...]; neither the user nor the groups need a name.
as() {
  local uid=${1%%:*} groups=${1#*:}
  setpriv --reuid "$uid" --regid "${groups%%,*}" --groups "$groups" -- "${@:2}"
}

# outcome USER: what an add and a find of this user at ADDRESS come to, in a word.
outcome() {
  local replies
  replies=$(as "$1" timeout 20 addbook -c "$ADDRESS" raw <<< "add:by ${1%%:*}"$'\nfnd:Nobody' 2>&1) || true
  case $replies in
    'addbook: cannot connect to '*': Permission denied') echo barred ;;
    'ERROR: Not allowed'*) echo refused ;;
    $'ERROR: Read-only\nSorry, no entry for: Nobody') echo reads ;;
    "Added entry for by ${1%%:*}"$'\nSorry, no entry for: Nobody') echo writes ;;
    *) echo "strange: $replies" ;;
  esac
}

# Root, one by itself, one with the group 1002 beside its own, one with it as its own, and nobody.
# shellcheck disable=SC2054
USERS=(0:0 1001:1001 1003:1003,1002,1005 1004:1002 65534:65534)

# What each of the USERS gets from a server that allows these, behind a socket that anybody may connect to.
RULES='
-             writes   writes   writes   writes   writes
1001          writes   writes   refused  refused  refused
1001:ro       writes   reads    refused  refused  refused
@1002         writes   refused  writes   writes   refused
@1002:ro      writes   refused  reads    reads    refused
nobody        writes   refused  refused  refused  writes
nobody:ro     writes   refused  refused  refused  reads
1001,@1002:ro writes   writes   reads    reads    refused
0:ro          writes   refused  refused  refused  refused
'

# behind MODE OUTCOME...: the outcomes as they are behind a socket of MODE, of a server of root with the group 1002.
behind() {
  local user=0 one
  for one in "${@:2}"; do
    case $1:${USERS[user]} in
      *:0:* | 0666:* | 0660:*1002*) echo "$one" ;;
      *) echo barred ;;
    esac
    user=$((user + 1))
  done
}

# matrix MODE [OPTION]: every rule against every user; nothing is in the book but what was granted.
matrix() {
  local rule user expected got granted allowed
  LAUNCH=(setpriv --regid 1002 --clear-groups --)
  while read -r -a rule; do
    [ ${#rule[@]} -gt 0 ] || continue
    IFS=, read -r -a allowed <<< "${rule[0]#-}"
    [ $# = 1 ] || rule=("${rule[@]/writes/reads}")
    rm -f book.db*
    serve_on ./s.sock --mode "$1" "${allowed[@]/#/--allow=}" "${@:2}"
    got='' granted=''
    for user in "${USERS[@]}"; do
      got+=" $(outcome "$user")"
      [ "${got##* }" != writes ] || granted+="by ${user%%:*} : "$'\n'
    done
    expected=$(behind "$1" "${rule[@]:1}" | xargs)
    assert_equal "$1 ${rule[0]} $(xargs <<< "$got")" "$1 ${rule[0]} $expected"
    assert_equal "$(timeout 20 addbook -c ./s.sock list)" "$(printf %s "$granted")"
    stop_server
    assert_equal "$status" 0
  done <<< "$RULES"
}

@test "mode 0666: the allow-list decides" {
  needs_root
  matrix 0666
}

@test "mode 0660: the socket's group comes through, and then the allow-list decides" {
  needs_root
  matrix 0660
}

@test "mode 0600: nobody but root and the server's user, whatever the allow-list" {
  needs_root
  matrix 0600
}

@test "--read-only: those who may come may read, root too" {
  needs_root
  matrix 0666 --read-only
}

@test "--read-only behind a mode of 0660" {
  needs_root
  matrix 0660 --read-only
}

@test "a server of another user: itself and root always, others by the list" {
  needs_root
  chown 1001:1001 .
  # shellcheck disable=SC2034
  LAUNCH=(setpriv --reuid 1001 --regid 1001 --clear-groups --)
  serve_on ./s.sock --mode 0666 --allow 1004
  assert_equal "$(outcome 1001:1001) $(outcome 0:0) $(outcome 1004:1004) $(outcome 65534:65534)" 'writes writes writes refused'
  stop_server
  serve_on ./s.sock
  assert_equal "$(outcome 1001:1001) $(outcome 0:0) $(outcome 1004:1004)" 'writes writes barred'
}

@test "a group counts among a hundred others" {
  needs_root
  serve_on ./s.sock --mode 0666 --allow @2099
  assert_equal "$(outcome "1001:1001,$(seq -s , 2000 2099)")" writes
  assert_equal "$(outcome "1001:1001,$(seq -s , 2000 2098)")" refused
}

@test "a group by its name" {
  needs_root
  serve_on ./s.sock --mode 0666 --allow @nogroup:ro
  assert_equal "$(outcome 1001:65534) $(outcome 1001:1001,65534) $(outcome 1001:1001)" 'reads reads refused'
}

@test "the server's own user is always allowed" {
  serve_on ./s.sock --allow 54321:ro
  run -0 timeout 20 addbook -c ./s.sock add A 1
  assert_output 'Added entry for A'
}

@test "a refused client gets its line, then the end, whatever it has sent; the log tells who" {
  needs_root
  serve_on ./s.sock --mode 0666 --allow 1001
  sockets_words > connects.py
  cat >> connects.py << 'END'
client = connect()
try:
    client.sendall(b"add:Evil,1\n" * 10_000)
except BrokenPipeError:
    pass
print(repr(rest(client)))
END
  for _ in {1..20}; do
    run as 65534:65534 timeout 20 python3 -I connects.py "$ADDRESS"
    assert_output "'ERROR: Not allowed\n'"
  done
  assert_equal "$(timeout 20 addbook -c ./s.sock count)" 0
  assert_regex "$(< server.log)" '^addbook-serve: client unix uid 65534 pid [0-9]+: refused: Not allowed'
}

@test "a client that may only read gets every read answered" {
  needs_root
  serve_on ./s.sock --mode 0666 --allow 1001:ro
  timeout 20 addbook -c ./s.sock add A 1
  run as 1001:1001 timeout 20 addbook -c ./s.sock raw << 'END'
fnd:A
add:A,2
rem:A
add:
lst
src:a
cnt
bye
END
  assert_output - << 'END'
A : 1
ERROR: Read-only
ERROR: Read-only
ERROR: Empty name
A : 1
Found: 1
A : 1
Found: 1
Entries: 1
Bye
END
}

@test "with --allow, TCP clients are refused: there is nothing to tell them by" {
  serve_on tcp:127.0.0.1:0 -l ./s.sock --allow "$(id -u)"
  run sockets "$ADDRESS" << 'END'
client = connect()
send(client, "add:A,1")
print(repr(rest(client)))
END
  assert_output "'ERROR: Not allowed\n'"
  run timeout 20 addbook -c "${ADDRESSES[1]}" count
  assert_output 0
}

@test "--read-only on TCP" {
  serve_on tcp:127.0.0.1:0 --read-only
  run timeout 20 addbook -c "$ADDRESS" raw <<< $'add:A,1\ncnt'
  assert_output $'ERROR: Read-only\nEntries: 0'
}

@test "--allow of nobody that there is: status 2 and a message" {
  for who in no-such-user @no-such-group '' @ :ro 1001:rw -1 99999999999 root:ro:ro; do
    run -2 --separate-stderr timeout 20 addbook-serve -b :memory: -l ./s.sock --allow "$who" --ready-fd 1 < /dev/null
    assert_output ''
    assert_regex "$stderr" '^addbook-serve: .*(no such (user|group)|allow)'
    assert [ ! -e s.sock ]
  done
}

# --- Without a socket of its own -------------------------------------------------------------------------------------

@test "--read-only on standard input and output" {
  addbook-serve -b book.db <<< 'add:A,1'
  run -0 timeout 20 addbook-serve -b book.db --read-only <<< $'add:B,1\nrem:A\nfnd:A\ncnt'
  assert_output $'ERROR: Read-only\nERROR: Read-only\nA : 1\nEntries: 1'
}

@test "a request to change, of one who may only read, locks nothing and leaves the book as it is" {
  addbook-serve -b book.db <<< 'add:A,1'
  sqlite3 book.db 'PRAGMA journal_mode = DELETE'
  cp book.db before.db
  rm -f book.db.lock
  run -0 timeout 20 addbook-serve -b book.db --read-only <<< 'add:B,1'
  assert_output 'ERROR: Read-only'
  cmp book.db before.db
  assert [ ! -e book.db.lock ]
}

# inetd ADDRESS ARG...: addbook-serve -b book.db ARG... for the first client at ADDRESS, its socket as 0 and 1.
inetd() {
  ADDRESS=$1
  sockets_words > inetd.py
  cat >> inetd.py << 'END'
kind, _, path = sys.argv[1].partition(":")
listener = socket.socket(socket.AF_UNIX) if kind == "unix" else socket.socket()
listener.bind(path if kind == "unix" else ("127.0.0.1", 0))
if kind == "unix":
    os.chmod(path, 0o666)
listener.listen()
with open("bound.new", "w") as bound:
    bound.write(sys.argv[1] if kind == "unix" else "tcp:127.0.0.1:%d" % listener.getsockname()[1])
os.rename("bound.new", "bound")
client = listener.accept()[0]
os.dup2(client.fileno(), 0)
os.dup2(client.fileno(), 1)
os.execvp("addbook-serve", ["addbook-serve", "-b", "book.db", *sys.argv[2:]])
END
  rm -f bound "${1#unix:}"
  start python3 inetd.py "$@"
  eventually test -e bound
  ADDRESS=$(< bound)
}

@test "inetd: a socket as standard input and output is held to --allow and --read-only" {
  needs_root
  while read -r options user expected; do
    [ "$options" != - ] || options=
    # shellcheck disable=SC2086
    inetd unix:s.sock ${options//,/ }
    assert_equal "$options $user $(outcome "$user")" "$options $user $expected"
  done << 'END'
- 1001:1001 writes
--read-only 1001:1001 reads
--read-only 0:0 reads
--allow=1001 1001:1001 writes
--allow=1001:ro 1001:1001 reads
--allow=1001:ro 0:0 writes
--allow=1001 65534:65534 refused
--allow=@1002 1003:1003,1002 writes
--allow=@1002:ro 1003:1003,1002 reads
--allow=1001,--read-only 1001:1001 reads
END
}

@test "inetd: a TCP client is refused with --allow, and may write without" {
  inetd tcp: --allow "$(id -u)"
  run --separate-stderr timeout 20 addbook -c "$ADDRESS" raw <<< 'add:A,1'
  assert_output 'ERROR: Not allowed'
  inetd tcp:
  run timeout 20 addbook -c "$ADDRESS" raw <<< 'add:A,1'
  assert_output 'Added entry for A'
}
