#!/usr/bin/env bats
# What entries look like: --format, --field, --null, --limit, --first.
# shellcheck disable=SC2154 # stderr is set by "run --separate-stderr"
# Dollars and backslashes stand for themselves here.
# shellcheck disable=SC2016

load helper

# ask ARG...: addbook ARG... with book.dat.
ask() {
  run --separate-stderr timeout 20 addbook -b book.dat "$@" < /dev/null
}

# replies [OUTPUT]: success, OUTPUT (or else standard input) on standard output, nothing on standard error.
replies() {
  assert_success
  assert_equal "$output" "${1-$(cat)}"
  assert_equal "$stderr" ''
}

# misused ARG...: status 2, a message of addbook-query, nothing on standard output.
misused() {
  ask "$@"
  assert_equal "$status: $output" '2: '
  assert_regex "$stderr" '^addbook-query: '
}

FORMATS=(plain names tsv jsonl mutt aerc rfc5322 card)

camelot() {
  cat > book.dat << 'END'
José Núñez:12,Calle Mayor\, 3,Málaga,952 555 010,org=Café Olé,email=jose@example.org,tag=cook,email.work=nunez@cafe.example
King Arthur:1,Castle Lane,Camelot,555-0100,email=arthur@camelot.example,birthday=0482-05-01
Smith\, John:7,High Street,York,,phone.home=01632 960101,email=john@example.org
The Black Knight:,,The Bridge,
END
}

# Names that a shell, a program's options or a terminal would make something of.
hostile() {
  printf '%s\0' '$(rm -rf x)' '`id`' "'; x" '"; x' -f -- --first -n1 - ' leading' 'trailing ' 'a : b' 'a,b:c\d' $'two\nlines' \
    $'\nleading' $'tab\there' $'car\rriage\r' '%s%n' '*' '~root' '!!' 'José' $'\u202eright to left' 'Found: 3' 'ERROR: x'
}

hostile_book() {
  local name
  while IFS= read -r -d '' name; do
    addbook -b book.dat add -- "$name" 1 $'s\tt' T P 'email=a@b.example' > /dev/null
  done < <(hostile)
}

@test "plain is what comes without a format: the reply, in canonical form" {
  camelot
  ask list
  replies "$(sed 's/:/ : /' book.dat)"
  ask list -f plain
  replies "$(sed 's/:/ : /' book.dat)"
}

@test "names are plain text, a line each" {
  camelot
  ask list -f names
  replies << 'END'
José Núñez
King Arthur
Smith, John
The Black Knight
END
  ask find --format=names 'Smith, John' 'King Arthur'
  replies $'Smith, John\nKing Arthur'
  ask search --format names camelot
  replies 'King Arthur'
}

@test "tsv has the name, four fields, and the labelled ones" {
  camelot
  ask list -f tsv
  replies << 'END'
José Núñez	12	Calle Mayor\, 3	Málaga	952 555 010	org=Café Olé	email=jose@example.org	tag=cook	email.work=nunez@cafe.example
King Arthur	1	Castle Lane	Camelot	555-0100	email=arthur@camelot.example	birthday=0482-05-01
Smith\, John	7	High Street	York		phone.home=01632 960101	email=john@example.org
The Black Knight			The Bridge	
END
}

@test "jsonl is an object a line, that jq understands" {
  camelot
  ask find -f jsonl 'José Núñez'
  replies << 'END'
{"name":"José Núñez","number":"12","street":"Calle Mayor, 3","town":"Málaga","phone":"952 555 010","org":["Café Olé"],"email":["jose@example.org"],"tag":["cook"],"email.work":["nunez@cafe.example"]}
END
  run bash -c 'addbook -b book.dat list -f jsonl | jq -r "select(.email) | .email[0]"'
  assert_success
  assert_output $'jose@example.org\narthur@camelot.example\njohn@example.org'
}

@test "mutt: how many, then a line an address; who has none is left out" {
  camelot
  ask list -f mutt
  replies << 'END'
Addresses: 4
jose@example.org	José Núñez	Café Olé, Málaga
nunez@cafe.example	José Núñez	work, Café Olé, Málaga
arthur@camelot.example	King Arthur	Camelot
john@example.org	Smith, John	York
END
}

@test "mutt: with no address there is a message in the header's place, and status 1" {
  camelot
  ask search -f mutt bridge
  assert_equal "$status: $output: $stderr" '1: No address found: '
  ask search -f mutt nobody at all
  assert_equal "$status: $output: $stderr" '1: No address found: '
  ask list -f mutt Z
  assert_equal "$status: $output: $stderr" '1: No address found: '
  : > book.dat
  ask list -f mutt # which asks for nothing in particular
  assert_equal "$status: $output: $stderr" '0: No address found: '
}

@test "aerc: the same without a header; two words in one argument are two terms" {
  camelot
  ask search -f aerc 'york john'
  replies $'john@example.org\tSmith, John\tYork'
  ask search -f aerc bridge
  assert_equal "$status: $output: $stderr" '1: : '
}

@test "rfc5322: a mailbox a line, the name quoted where it must be" {
  camelot
  ask list -f rfc5322
  replies << 'END'
José Núñez <jose@example.org>
José Núñez <nunez@cafe.example>
King Arthur <arthur@camelot.example>
"Smith, John" <john@example.org>
END
}

@test "no value can add a recipient" {
  cat > book.dat << 'END'
Mallory:,,,,email=a@b.example\, eve@example.org,email=<eve@example.org>,email=a@b.example\nBcc: eve@example.org
x\nBcc\: eve@example.org:,,,,email=mallory@example.org
END
  ask list -f rfc5322
  replies '"x Bcc: eve@example.org" <mallory@example.org>'
  ask list -f aerc
  replies $'mallory@example.org\tx\\nBcc: eve@example.org\t'
}

@test "card: a block an entry, an empty line between two" {
  camelot
  ask find -f card 'Smith, John' 'The Black Knight'
  replies << 'END'
name:       Smith, John
number:     7
street:     High Street
town:       York
phone.home: 01632 960101
email:      john@example.org

name: The Black Knight
town: The Bridge
END
}

@test "card: a long label does not widen the other lines: an entry of 60 KB is not one of 100 MB" {
  local wide
  wide=x-$(printf '%08d' {1..2500})
  echo "add:Wide,1,,,,$wide=w$(printf ',x=%s' {1000..6999})" | addbook-serve -b wide.db
  addbook -b wide.db find -f card Wide > shown
  assert_equal "$(grep -v '^x:' shown)" "name:$(printf '%21s' '')Wide
number:$(printf '%19s' '')1
$wide: w"
  assert [ "$(wc -c < shown)" -lt 400000 ]
}

@test "card: in colour on a terminal, but for NO_COLOR; never in a pipe" {
  camelot
  # on_terminal: the card as a terminal gets it.
  on_terminal() { script -qec 'addbook -b book.dat find -f card "The Black Knight"' /dev/null < /dev/null | tr -d '\r'; }
  run on_terminal
  assert_line $'\e[36mname:\e[0m \e[1mThe Black Knight\e[0m'
  NO_COLOR='' run on_terminal
  assert_line $'\e[36mname:\e[0m \e[1mThe Black Knight\e[0m'
  NO_COLOR=1 run on_terminal
  assert_line 'name: The Black Knight'
  ask find -f card 'The Black Knight'
  replies $'name: The Black Knight\ntown: The Bridge'
}

@test "--field prints the values of one field, a line each" {
  camelot
  ask list -F email
  replies $'jose@example.org\nnunez@cafe.example\narthur@camelot.example\njohn@example.org'
  ask list --field email.work
  replies 'nunez@cafe.example'
  ask find -F street 'José Núñez'
  replies 'Calle Mayor, 3'
  ask list -F phone
  replies $'952 555 010\n555-0100\n01632 960101'
  ask list -F name
  replies $'José Núñez\nKing Arthur\nSmith, John\nThe Black Knight'
}

@test "an entry that has nothing to print is no error, but nothing at all is status 1" {
  camelot
  ask find -F email 'The Black Knight' 'King Arthur'
  replies 'arthur@camelot.example'
  ask find -F email 'The Black Knight'
  assert_equal "$status: $output: $stderr" '1: : '
  ask list -F x-shoe
  assert_equal "$status: $output: $stderr" '1: : '
  ask find -F email Nobody
  assert_equal "$status: $output: $stderr" '1: : Sorry, no entry for: Nobody'
}

@test "a field or a format that does not exist is refused, and the nearest suggested" {
  camelot
  misused list -F emial
  assert_regex "$stderr" "no such label: emial; did you mean 'email'\?"
  misused list -F Town
  misused list -F ''
  misused list -f jsnl
  assert_regex "$stderr" "no such format: jsnl; did you mean 'jsonl'\?"
  misused list -f quux
  refute_regex "$stderr" 'did you mean'
}

@test "usage errors: options that don't go together, or not with the verb" {
  camelot
  misused list -f tsv -F email
  misused list -n 2 --first
  misused list -n 0
  run --separate-stderr addbook-query list -n 5000000000
  assert_equal "$status: ${stderr%%$'\n'*}" "2: addbook-query: option 'limit' takes at most 4294967295"
  misused list -n -1
  misused list -n many
  misused list -n
  misused count -f jsonl
  misused count -0
  misused add -f jsonl Bob
  misused remove --first Bob
  misused find -f tsv -f jsonl Bob
}

@test "without a server there is no output to have a format: status 2" {
  local option
  for option in --format=names --field=email --limit=1 --first; do
    run --separate-stderr addbook-query find "$option" A < /dev/null
    assert_equal "$status: $output" '2: '
    assert_regex "$stderr" 'there is no server'
  done
  run addbook-query find -0 - < <(printf 'a\nb\0c')
  assert_success
  assert_output $'fnd:a\\nb\nfnd:c'
}

@test "--limit and --first end early, and the status is that of what was found" {
  camelot
  ask list -f names -n 2
  replies $'José Núñez\nKing Arthur'
  ask list -f names -n 9
  assert_equal "${#lines[@]}" 4
  ask search --first -f names e
  replies 'José Núñez'
  ask search --first -F email e
  replies $'jose@example.org\nnunez@cafe.example'
  ask search --first nobody
  assert_equal "$status: $output" '1: '
  ask find --first -f names Nobody 'King Arthur' 'Smith, John'
  assert_equal "$status: $output: $stderr" '1: King Arthur: Sorry, no entry for: Nobody'
}

@test "--first is the first entry that has something to print" {
  camelot
  ask search --first -f aerc the
  assert_equal "$status: $output" '1: '
  ask list --first -F phone.home
  replies '01632 960101'
}

# asks_for REQUEST ARG...: with a server, addbook-query ARG... sends REQUEST.
asks_for() {
  timeout 20 addbook --join sh -c 'IFS= read -r request && echo "$request" > asked && echo Found: 0' -- \
    addbook-query "${@:2}" > out 2> err < /dev/null || true
  assert_equal "$(< asked)" "$1"
}

@test "list with a limit asks for no more where each entry has something to print" {
  asks_for top:3 list -n 3
  asks_for top:1 list --first -0
  asks_for 'top:1001,Smith\, ' list -n 1001 -f names -- 'Smith, '
  asks_for top:2 list -n 2 -f tsv
  asks_for top:2 list -n 2 -f jsonl
  asks_for top:2 list -n 2 -f card
  asks_for lst list -n 2 -f mutt
  asks_for lst list -n 2 -f aerc
  asks_for lst list -n 2 -f rfc5322
  asks_for lst list -n 2 -F email
  asks_for lst list -n 1000001
  asks_for lst list
  asks_for src:x search -n 2 x
}

@test "list with a limit finds nothing as list does: a miss with a prefix alone" {
  : > book.dat
  ask list -n 3
  replies ''
  ask list -n 3 A
  assert_equal "$status: $output" '1: '
}

@test "--limit on a book of 100,000 leaves the server in peace" {
  awk 'BEGIN { for (i = 0; i < 100000; i++) print "Name " i ":" i }' > book.dat
  ask list -n 3 -f names
  replies $'Name 0\nName 1\nName 10'
  awk 'BEGIN { for (i = 0; i < 100000; i++) print "Name " i }' > asked
  run --separate-stderr timeout 20 addbook -b book.dat find -n 2 -f names - < asked
  replies $'Name 0\nName 1'
}

@test "--null ends records with NUL in every format" {
  local format
  camelot
  for format in "${FORMATS[@]}"; do
    addbook -b book.dat list -0 -f "$format" | tr '\0' '!' > nul
    case $format in
      card) addbook -b book.dat list -f card | sed 's/^$/!/' | tr -d '\n' > lf && echo -n ! >> lf ;;
      *) addbook -b book.dat list -f "$format" | tr '\n' '!' > lf ;;
    esac
    run diff <(tr -d '\n' < nul) <(tr -d '\n' < lf)
    assert_equal "$format: $output" "$format: "
  done
  addbook -b book.dat find -0F email 'José Núñez' > out
  printf 'jose@example.org\0nunez@cafe.example\0' | cmp - out
}

@test "every name comes back through list -0 and find -0, whatever is in it" {
  hostile_book
  hostile | LC_ALL=C sort -z > expected
  addbook -b book.dat list -0 -f names | LC_ALL=C sort -z > got
  cmp got expected
  addbook -b book.dat list -0f names | addbook -b book.dat find -0f names - | LC_ALL=C sort -z > got
  cmp got expected
  addbook -b book.dat list -0f names | addbook -b book.dat remove -0 - > removed
  assert_equal "$(tr -cd '\0' < removed | wc -c)" 0
  assert_equal "$(addbook -b book.dat count)" 0
}

@test "a name is data in every format: as many lines as entries, and no control character" {
  local format entries
  hostile_book
  entries=$(addbook -b book.dat count)
  for format in "${FORMATS[@]}"; do
    ask list -f "$format"
    assert_success
    assert_equal "$stderr" ''
    case $format in
      card) assert_equal "$(grep -c '^name: ' <<< "$output")" "$entries" ;;
      mutt) assert_equal "$(wc -l <<< "$output")" $((entries + 1)) ;;
      *) assert_equal "$format $(wc -l <<< "$output")" "$format $entries" ;;
    esac
    run -1 grep -P '[\x00-\x08\x0b-\x1f\x7f]' <<< "$output"
  done
  ask list -f jsonl
  jq -j '.name + "\u0000"' <<< "$output" | LC_ALL=C sort -z > got
  hostile | LC_ALL=C sort -z | cmp - got
}

@test "the example of xargs -0 hands on every name" {
  hostile_book
  addbook -b book.dat list -0f names | xargs -0 -n 1 addbook -b book.dat find -F name -0 -- | LC_ALL=C sort -z > got
  hostile | grep -zvx -e - | LC_ALL=C sort -z > expected
  cmp got expected
}
