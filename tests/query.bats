#!/usr/bin/env bats
# addbook-query: the client. As a filter it writes requests; with a server attached it asks, prints and tells by its status.
# shellcheck disable=SC2154 # stderr is set by "run --separate-stderr"

load helper

# requests ARG...: addbook-query ARG... without a server, and its output is standard input, byte for byte.
requests() {
  cat > expected
  timeout 20 addbook-query "$@" < /dev/null > out || fail "addbook-query $*: status $?"
  cmp out expected || fail "addbook-query $*: $(< out)"
}

# ask ARG...: addbook-query ARG... with the server of book.dat.
ask() {
  run --separate-stderr timeout 20 addbook -b book.dat "$@" < /dev/null
}

# replies OUTPUT: success, OUTPUT on standard output, nothing on standard error.
replies() {
  assert_success
  assert_output "$1"
  assert_equal "$stderr" ''
}

# misused ARG...: a usage error: status 2, a message, nothing on standard output.
misused() {
  run --separate-stderr timeout 20 addbook-query "$@" < /dev/null
  assert_failure 2
  assert_output ''
  assert_regex "$stderr" '^addbook-query: '
}

# attached SCRIPT ARG...: addbook-query ARG... with the shell SCRIPT as its server.
attached() {
  local script=$1
  shift
  run --separate-stderr timeout 20 addbook --join sh -c "$script" -- addbook-query "$@" < /dev/null
}

# broken: status 2 and a message of the client's own.
broken() {
  assert_failure 2
  assert_regex "$stderr" '(^|'$'\n'')addbook-query: '
}

camelot() {
  cat > book.dat << 'EOT'
King Arthur:1,Castle Lane,Camelot,555-0100,email=arthur@camelot.example
Sir Bedevere:7,Duck Row,Camelot,555-0177
Sir Robin:3,Bridge St,Camelot,(555) 01 99
EOT
}

@test "filter: add writes the name and its fields" {
  requests add 'King Arthur' 1 'Castle Lane' Camelot 555-0100 <<< 'add:King Arthur,1,Castle Lane,Camelot,555-0100'
  requests add Bob 1 <<< 'add:Bob,1'
  requests add Bob 1 '' Camelot <<< 'add:Bob,1,,Camelot'
  requests add Bob 1 S T P email=b@x email=c@x note=n <<< 'add:Bob,1,S,T,P,email=b@x,email=c@x,note=n'
}

@test "filter: add with a name alone" {
  requests add Bob <<< 'add:Bob'
}

@test "filter: a labelled field before four plain ones pads the missing ones" {
  requests add Bob email=b@x <<< 'add:Bob,,,,,email=b@x'
  requests add Bob 1 S email=b@x tag=q <<< 'add:Bob,1,S,,,email=b@x,tag=q'
  requests add Bob 1 S T P email=b@x <<< 'add:Bob,1,S,T,P,email=b@x'
}

@test "filter: number, street, town and phone may be named, as in set" {
  requests add Bob town=York <<< 'add:Bob,,,York'
  requests add Bob 1 phone=555 email=b@x <<< 'add:Bob,1,,,555,email=b@x'
  requests add Bob town.old=York <<< 'add:Bob,,,,,town.old=York'
}

@test "add refuses a field that is given twice, and a label that nobody knows" {
  run --separate-stderr addbook-query add Bob 1 2 3 555 phone=777
  assert_equal "$status: $output: $stderr" '2: : addbook-query: add: phone is given twice'
  run --separate-stderr addbook-query add Bob town=York 1 2 3
  assert_equal "$status: $output: $stderr" '2: : addbook-query: add: town is given twice'
  run --separate-stderr addbook-query add Bob emial=b@x
  assert_equal "$status: $output: $stderr" "2: : addbook-query: no such label: emial; did you mean 'email'?"
  run --separate-stderr addbook-query add Bob 1 2 3 4 mobile=5
  assert_equal "$status: $output: $stderr" '2: : addbook-query: no such label: mobile; one of your own begins with x-'
  run --separate-stderr addbook-query add Bob name=Robert
  assert_equal "$status: $output: $stderr" '2: : addbook-query: add: the name is the first argument'
  for slip in Email=b@x 'email =b@x' ' EMAIL.work=b@x' Town=York; do
    run --separate-stderr addbook-query add Bob "$slip"
    assert_equal "$status: $output" '2: '
    assert_regex "$stderr" "^addbook-query: no such label: ${slip%%=*}(; did you mean '.*'\?|; .*)?\$"
  done
  requests add Bob 'E = mc2' <<< 'add:Bob,E = mc2'
  requests add Bob number=Email=x <<< 'add:Bob,Email=x'
  requests add Bob 1 2 3 4 x-mobile=5 <<< 'add:Bob,1,2,3,4,x-mobile=5'
  requests add Bob street=k=v <<< 'add:Bob,,k=v'
}

@test "a request goes out even when its reply is there already" {
  echo 'Bob : 1' > replies
  run -0 env PROTO=PIPE addbook-query find Bob 6< replies 7> asked
  assert_output 'Bob : 1'
  assert_equal "$(cat asked)" fnd:Bob
}

@test "filter: a label is lower case, digits, dots and hyphens, and begins with a letter" {
  requests add Bob phone.home=1 <<< 'add:Bob,,,,,phone.home=1'
  requests add Bob x-c3.p-o= <<< 'add:Bob,,,,,x-c3.p-o='
  requests add Bob Mobile=b 1a=b e_mail=b =b <<< 'add:Bob,Mobile=b,1a=b,e_mail=b,=b'
}

@test "filter: remove and find write one request a name" {
  requests find 'King Arthur' <<< 'fnd:King Arthur'
  requests remove 'King Arthur' <<< 'rem:King Arthur'
  requests find A B A <<< $'fnd:A\nfnd:B\nfnd:A'
  requests remove A B <<< $'rem:A\nrem:B'
}

@test "filter: list, search and count" {
  requests list <<< 'lst'
  requests list 'King A' <<< 'lst:King A'
  requests search camelot <<< 'src:camelot'
  requests search camelot 'king arthur' <<< 'src:camelot king arthur'
  requests count <<< 'cnt'
}

@test "filter: list with a limit asks for no more, up to the most that can be asked for" {
  requests list -n 5 <<< 'top:5'
  requests list --first <<< 'top:1'
  requests list -n 1000000 'Smith, J' <<< 'top:1000000,Smith\, J'
  requests list -n 1 -- -x:y <<< 'top:1,-x\:y'
  misused list -n 1000001
  assert_regex "$stderr" "there is no server, and a request can't ask for so many"
  misused list -n 5 -f names
  misused search -n 5 camelot
}

@test "filter: names are escaped: commas, colons, backslashes, tabs, line feeds, carriage returns" {
  requests find 'Smith, John' <<< 'fnd:Smith\, John'
  requests find 'a:b' 'a\b' <<< $'fnd:a\\:b\nfnd:a\\\\b'
  requests remove $'a\tb\nc\rd' <<< 'rem:a\tb\nc\rd'
  requests add 'a:b,c\d' 1 <<< 'add:a\:b\,c\\d,1'
  requests list 'Smith,' <<< 'lst:Smith\,'
}

@test "filter: an argument is plain text: what looks like an escape is none" {
  requests find 'a\nb' 'a\,b' <<< $'fnd:a\\\\nb\nfnd:a\\\\\\,b'
}

@test "filter: fields are escaped, and a colon in one stays as it is" {
  requests add Bob 'a,b' 'c\d' $'e\tf\ng\rh' <<< 'add:Bob,a\,b,c\\d,e\tf\ng\rh'
  requests add Bob 'url=http://x/,y' <<< 'add:Bob,,,,,url=http://x/\,y'
}

@test "filter: quotes, other letters and emoji pass as they are" {
  requests add $'O\'Neil "Bob" \U1F600' $'D\u00fcsseldorf' <<< $'add:O\'Neil "Bob" \U1F600,D\u00fcsseldorf'
}

@test "filter: a search term keeps label: and the escaped colon, any other backslash is text" {
  requests search town:camelot <<< 'src:town:camelot'
  requests search 'a\:b' <<< 'src:a\:b'
  requests search 'a\b' 'c\n' <<< 'src:a\\b c\\n'
  requests search $'a\tb' <<< 'src:a\tb'
}

@test "filter: a name or field that begins with - comes after --" {
  requests find -- -x --help <<< $'fnd:-x\nfnd:--help'
  requests add -- -x -1 <<< 'add:-x,-1'
  requests list -- -x <<< 'lst:-x'
  requests search -- -x <<< 'src:-x'
}

@test "filter: options end at -- before the verb too" {
  requests -- find A <<< 'fnd:A'
  requests -- find -x --help <<< $'fnd:-x\nfnd:--help'
  run -2 --separate-stderr addbook-query -- --help
  [ "${stderr_lines[0]}" = "addbook-query: no such verb: --help; did you mean 'help'?" ]
}

@test "filter: the name - reads the names from standard input, a line each" {
  printf 'King Arthur\nSmith, John\na\\b:c\n-x\nlast' > names
  run addbook-query find - < names
  assert_success
  assert_output - << 'EOT'
fnd:King Arthur
fnd:Smith\, John
fnd:a\\b\:c
fnd:-x
fnd:last
EOT
  run addbook-query remove - <<< 'King Arthur'
  assert_success
  assert_output 'rem:King Arthur'
  run addbook-query find - < /dev/null
  assert_success
  assert_output ''
}

@test "filter: its requests are what the server reads" {
  camelot
  run bash -c 'addbook-query find "King Arthur" Nobody | addbook-serve -b book.dat'
  assert_success
  assert_output - << 'EOT'
King Arthur : 1,Castle Lane,Camelot,555-0100,email=arthur@camelot.example
Sorry, no entry for: Nobody
EOT
}

@test "menu and raw need a server: status 2 and a message" {
  misused menu
  misused raw
}

@test "usage errors: no verb, an unknown verb, an unknown option" {
  misused
  misused frobnicate
  misused find -x A
  misused --nonsense
  misused find --nonsense A
  misused ''
}

@test "usage errors: a value for an option that takes none, whatever it says" {
  for value in false true ''; do
    misused list --first="$value" A
    assert_regex "$stderr" "^addbook-query: option 'first' takes no value"
    misused list -0n1 --first="$value" A
  done
}

@test "a value that looks like an option is the value, however it is given" {
  addbook-serve -b ./-b.dat <<< add:A,1 > replies
  for option in '-b -b.dat' '-b-b.dat' '--book -b.dat' '--book=-b.dat'; do
    # shellcheck disable=SC2086 # words
    assert_equal "$option: $(addbook $option count)" "$option: 1"
    # shellcheck disable=SC2086
    assert_equal "$option: $(addbook-serve $option <<< cnt)" "$option: Entries: 1"
  done
  for option in '-w -mw' '-w-mw' '--word -mw' '--word=-mw' '--word -0w--' '-w--null=1' '-mw --null=1'; do
    # shellcheck disable=SC2086
    run -0 ni-format $option <<< q
    assert_regex "$output" "^(-mw|-0w--|--null=1)
q
"
  done
  run -0 addbook -Vb b.db
  run -0 addbook -hs true
  misused list --format -fnames
  assert_regex "$stderr" '^addbook-query: no such format: -fnames'
  misused list -f
  misused list --format
}

@test "usage errors: an argument missing, an argument too many" {
  misused add
  misused find
  misused remove
  misused search
  misused count x
  misused list A B
  misused menu x
  misused raw x
}

@test "PROTO without open descriptors 6 and 7 is no server" {
  without() { PROTO=PIPE timeout 20 addbook-query find A 6<&- 7>&-; }
  only_6() { PROTO=PIPE timeout 20 addbook-query find A 6< /dev/null 7>&-; }
  only_7() { PROTO=PIPE timeout 20 addbook-query find A 6<&- 7> /dev/null; }
  for how in without only_6 only_7; do
    run --separate-stderr "$how"
    replies 'fnd:A'
  done
}

@test "open descriptors 6 and 7 without PROTO are no server" {
  run --separate-stderr timeout 20 addbook-query find A 6< /dev/null 7> seven
  replies 'fnd:A'
  [ ! -s seven ]
}

@test "descriptors 6 and 7 with PROTO from anybody are a server" {
  local proto
  mkfifo six seven
  for proto in PIPE UNIX IPC TCP; do
    (read -r request && echo "$request" > asked && echo 'A : 1') < seven > six 3>&- &
    PROTO=$proto run --separate-stderr timeout 20 addbook-query find A 7> seven 6< six
    replies 'A : 1'
    assert_equal "$(< asked)" 'fnd:A'
    wait $!
  done
}

@test "client: add, find, count and remove" {
  ask add 'King Arthur' 1 'Castle Lane' Camelot 555-0100
  replies 'Added entry for King Arthur'
  ask find 'King Arthur'
  replies 'King Arthur : 1,Castle Lane,Camelot,555-0100'
  ask count
  replies 1
  ask remove 'King Arthur'
  replies 'Deleted entry for King Arthur'
  ask count
  replies 0
}

@test "client: replies are in canonical form" {
  ask add 'Smi\th, J:' 'a,b' $'c\td'
  replies 'Added entry for Smi\\th\, J\:'
  ask find 'Smi\th, J:'
  replies 'Smi\\th\, J\: : a\,b,c\td'
  run cat book.dat
  assert_output 'Smi\\th\, J\::a\,b,c\td'
}

@test "client: composed and decomposed letters are one name" {
  ask add $'Jose\u0301' 1
  replies $'Added entry for Jos\u00e9'
  ask find $'Jos\u00e9'
  replies $'Jos\u00e9 : 1'
}

@test "client: a name that is not there is told on standard error, with status 1" {
  camelot
  ask find Lancelot
  assert_failure 1
  assert_output ''
  assert_equal "$stderr" 'Sorry, no entry for: Lancelot'
  ask remove 'Lance:lot'
  assert_failure 1
  assert_output ''
  assert_equal "$stderr" 'Sorry, no entry for: Lance\:lot'
}

@test "client: of several names the found are printed, and one missing makes the status 1" {
  camelot
  ask find 'King Arthur' Lancelot 'Sir Robin'
  assert_failure 1
  assert_output - << 'EOT'
King Arthur : 1,Castle Lane,Camelot,555-0100,email=arthur@camelot.example
Sir Robin : 3,Bridge St,Camelot,(555) 01 99
EOT
  assert_equal "$stderr" 'Sorry, no entry for: Lancelot'
  ask remove Lancelot 'Sir Robin' Galahad 'King Arthur'
  assert_failure 1
  assert_output $'Deleted entry for Sir Robin\nDeleted entry for King Arthur'
  assert_equal "$stderr" $'Sorry, no entry for: Lancelot\nSorry, no entry for: Galahad'
}

@test "client: an error among several names makes the status 2, and the rest is asked all the same" {
  camelot
  ask find Lancelot "$(printf '%01025d' 0)" 'Sir Robin'
  assert_failure 2
  assert_output 'Sir Robin : 3,Bridge St,Camelot,(555) 01 99'
  assert_equal "$stderr" $'Sorry, no entry for: Lancelot\nERROR: Name too long (limit 1024 bytes)'
}

@test "client: list has no Found: line, and is status 0 also for an empty book" {
  ask list
  replies ''
  camelot
  ask list
  replies "$(sed 's/:/ : /' book.dat)"
}

@test "client: list PREFIX, with and without a hit" {
  camelot
  ask list Sir
  replies "$(sed -n 's/^\(Sir[^:]*\):/\1 : /p' book.dat)"
  ask list Lady
  assert_failure 1
  assert_output ''
}

@test "client: search, with and without a hit" {
  camelot
  ask search castle
  replies 'King Arthur : 1,Castle Lane,Camelot,555-0100,email=arthur@camelot.example'
  ask search sir camelot
  replies "$(sed -n 's/^\(Sir[^:]*\):/\1 : /p' book.dat)"
  ask search email:camelot.example
  replies 'King Arthur : 1,Castle Lane,Camelot,555-0100,email=arthur@camelot.example'
  ask search 555-0199
  replies 'Sir Robin : 3,Bridge St,Camelot,(555) 01 99'
  ask search sir email:camelot.example
  assert_failure 1
  assert_output ''
}

@test "client: what the server refuses is told on standard error, with status 2" {
  camelot
  ask search nolabel:x
  assert_failure 2
  assert_output ''
  assert_equal "$stderr" 'ERROR: Unknown label: nolabel'
  ask add "$(printf '%01025d' 0)" 1
  assert_failure 2
  assert_output ''
  assert_equal "$stderr" 'ERROR: Name too long (limit 1024 bytes)'
  ask add Bob "$(printf '%066000d' 0)"
  assert_failure 2
  assert_output ''
  assert_equal "$stderr" 'ERROR: Line too long (limit 65536 bytes)'
}

@test "client: what can't be said in the protocol is status 2 and a message" {
  local name
  for name in '' $'a\x01b' $'a\x7f' $'Jos\xc3'; do
    ask find "$name"
    assert_failure 2
    assert_output ''
    assert_not_equal "$stderr" ''
  done
}

@test "client: a name that looks like a status line is a name" {
  ask add Found 'N: 1'
  replies 'Added entry for Found'
  ask add 'Sorry, no entry for: X' 1
  replies 'Added entry for Sorry\, no entry for\: X'
  ask add 'ERROR: bad' 2
  replies 'Added entry for ERROR\: bad'
  ask find Found 'Sorry, no entry for: X' 'ERROR: bad'
  replies $'Found : N: 1\nSorry\\, no entry for\\: X : 1\nERROR\\: bad : 2'
  ask list
  replies $'ERROR\\: bad : 2\nFound : N: 1\nSorry\\, no entry for\\: X : 1'
}

@test "client: an empty entry keeps the space after its colon" {
  ask add Bob
  replies 'Added entry for Bob'
  ask find Bob
  replies 'Bob : '
}

@test "client: 50,000 names from standard input, in order" {
  awk 'BEGIN { for (i = 0; i < 50000; i++) print "Name " i ":" i }' > book.dat
  awk 'BEGIN { for (i = 0; i < 50000; i++) print "Name " (i * 7919) % 50000 }' > names
  timeout 60 addbook -b book.dat find - < names > out
  sed 's/Name \(.*\)/Name \1 : \1/' names > expected
  cmp out expected
}

@test "client: a name from standard input without an end is an error, and is not kept in memory" {
  run -2 --separate-stderr timeout 20 addbook -b book.dat find - < <(head -c 300000 /dev/zero)
  assert_equal "$stderr" 'addbook-query: cannot read standard input: line 1: too long'
}

@test "client: where standard input can't be read further, what was asked before is answered" {
  camelot
  { printf 'King Arthur\nnobody\n' && head -c 300000 /dev/zero; } > names
  run -2 --separate-stderr timeout 20 addbook -b book.dat remove - < names
  assert_output 'Deleted entry for King Arthur'
  assert_equal "$stderr" 'Sorry, no entry for: nobody
addbook-query: cannot read standard input: line 3: too long'
  run -2 --separate-stderr addbook-query find - < names
  assert_output $'fnd:King Arthur\nfnd:nobody'
  assert_equal "$stderr" 'addbook-query: cannot read standard input: line 3: too long'
}

@test "client: raw hands requests and replies through, and errors are replies" {
  camelot
  run --separate-stderr timeout 20 addbook -b book.dat raw <<< $'cnt\nxyz\n\nfnd:Lancelot\nlst:King\nbye'
  replies - << 'EOT'
Entries: 3
ERROR: Unrecognized command: xyz
ERROR: Empty request
Sorry, no entry for: Lancelot
King Arthur : 1,Castle Lane,Camelot,555-0100,email=arthur@camelot.example
Found: 1
Bye
EOT
}

@test "client: raw ends in order after bye, though its input is still open" {
  mkfifo requests
  exec 8<> requests
  echo bye >&8
  run -0 timeout 20 addbook -b :memory: raw <&8
  assert_output Bye
}

@test "client: a server that closes early is status 2 and a message" {
  attached 'exit 0' find A
  broken
  attached 'read -r request; exit 0' find A
  broken
  attached 'read -r request; echo "A : 1"' find A B
  broken
  assert_output 'A : 1'
  attached 'exec >&-; cat >/dev/null' count
  broken
}

@test "client: raw over a socket fails where the server ends with fewer replies than it had requests" {
  run sockets << 'END'
for replies in b"", b"Entries: 3\n", b"Entries: 3\nEntries: 3\n":
    client, server = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        server.close()
        for number in 6, 7:
            os.dup2(client.fileno(), number)
            os.set_inheritable(number, True)
        reading, writing = os.pipe()
        os.write(writing, b"cnt\ncnt\n")
        os.close(writing)
        os.dup2(reading, 0)
        os.execvpe("addbook-query", ["addbook-query", "raw"], {**os.environ, "PROTO": "UNIX"})
    client.close()
    rest(server)
    server.sendall(replies)
    server.close()
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
END
  assert_output 'addbook-query: the server closed the stream
2
Entries: 3
addbook-query: the server closed the stream
2
Entries: 3
Entries: 3
0'
  run -0 addbook --join wc -l -- addbook-query raw <<< $'one\ntwo' # any program, whose end the launcher sees
  assert_output 2
}

@test "client: what a server has said before it reset the connection is told" {
  run sockets << 'END'
listening = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listening.getsockname(), 20)
server = listening.accept()[0]
server.sendall(b"ERROR: Not allowed\n")
reset(server)
for number in 6, 7:
    os.dup2(client.fileno(), number)
    os.set_inheritable(number, True)
os.execvpe("addbook-query", ["addbook-query", "find", "Arthur"], {**os.environ, "PROTO": "TCP"})
END
  assert_output 'ERROR: Not allowed'
}

@test "client: it leaves descriptors 6 and 7 as they were, for the next program" {
  local flags='grep flags "/proc/$$/fdinfo/7"'
  run -0 timeout 20 addbook --join addbook-serve -b :memory: -- \
    sh -c "$flags && addbook-query add Arthur && $flags && addbook-query set Arthur town=Camelot && $flags"
  assert_line -n 1 'Added entry for Arthur'
  assert_line -n 3 'Changed entry for Arthur'
  assert_equal "${lines[2]} ${lines[4]}" "${lines[0]} ${lines[0]}"
}

@test "client: a reply without an end is an error, and is not kept in memory" {
  run -2 --separate-stderr timeout 20 addbook -s 'head -c 1000000 /dev/zero | tr "\0" x; true' find Arthur
  assert_equal "$stderr" "addbook-query: the server's reply is too long"
}

@test "client: a list that is cut off is status 2 and a message" {
  attached 'read -r request; echo "A : 1"' list
  broken
  attached 'read -r request; printf "A : 1\nFound: 1"' list
  broken
}

@test "client: a list of other than as many entries as it tells of is status 2 and a message" {
  for number in 0 2; do
    run --separate-stderr timeout 20 addbook -s "read -r request; printf 'a : 1\nFound: $number\n'" list
    assert_equal "$status: $output: $stderr" "2: a : 1: addbook-query: the server's reply is not understood: Found: $number"
  done
}

@test "client: what stands before a reply that is not understood is printed" {
  attached 'cat > /dev/null; printf "%s\n" "Arthur : 1" "a:b : 1" "Galahad : 2" "Found: 3"' list
  assert_failure 2
  assert_output 'Arthur : 1'
  assert_equal "$stderr" "addbook-query: the server's reply is not understood: a:b : 1"
}

@test "client: where both go to one place, a miss stands behind what came before it" {
  addbook-serve -b book.dat <<< $'add:A,1\nadd:B,2' > /dev/null
  run addbook -b book.dat remove A nobody B
  assert_failure 1
  assert_output $'Deleted entry for A\nSorry, no entry for: nobody\nDeleted entry for B'
}

@test "client: a label that is cut off from its colon is told of" {
  ask search 'town :york'
  assert_failure 2
  assert_output ''
  assert_equal "$stderr" $'ERROR: Unknown label: \naddbook-query: a label stands right before its colon, without a space'
}

@test "client: garbage for a reply is status 2 and a message, and no hang" {
  attached 'echo garbage; cat >/dev/null' find A
  broken
  attached 'echo "Entries: many"; cat >/dev/null' count
  broken
  attached 'head -c 20000000 /dev/zero; cat >/dev/null' find A
  broken
  attached 'head -c 300000 /dev/urandom; cat >/dev/null' list
  broken
}

@test "a standard error that can't be written takes nothing from the answer" {
  addbook -b book.dat add Arthur 1 > added
  got=0
  addbook -b book.dat find Nobody Arthur > out 2> /dev/full || got=$?
  assert_equal "$got: $(cat out)" '1: Arthur : 1'
}
