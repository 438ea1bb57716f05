#!/usr/bin/env bats
# addbook-from-mail: what it reads in the header of a message, and what becomes of the book.
# shellcheck disable=SC2016 # what looks like a command is a name

load helper

# message HEADER...: a message with these header lines, in the escapes of printf, and a body that names somebody else.
message() {
  printf '%b\n' "$@" 'Subject: hello' '' 'From: nobody@example.org'
}

# adds HEADER REQUEST: of a message with that header, this is what it would send.
adds() {
  run addbook-from-mail < <(message "$1")
  assert_success
  assert_output "new:$2"
}

# from HEADER [OPTION]...: adds the sender to book.dat.
from() {
  message "$1" | addbook -b book.dat add-from-mail "${@:2}"
}

@test "the name and the address, in every form that From can have" {
  adds 'From: Jane Doe <jane@example.org>' 'Jane Doe,,,,,email=jane@example.org'
  adds 'from:Jane Doe<jane@example.org>' 'Jane Doe,,,,,email=jane@example.org'
  adds 'From: "Doe, Jane" <jane@example.org>' 'Doe\, Jane,,,,,email=jane@example.org'
  adds 'From: "Jane \\"JD\\" Doe" <jane@example.org>' 'Jane "JD" Doe,,,,,email=jane@example.org'
  adds 'From: jane@example.org (Jane Doe)' 'Jane Doe,,,,,email=jane@example.org'
  adds 'From: (office) Jane Doe (she (her)) <jane(x)@(y)example.org> (z)' 'Jane Doe,,,,,email=jane@example.org'
  adds 'From: Jane\n Doe\n\t<jane@example.org>' 'Jane Doe,,,,,email=jane@example.org'
  adds 'From: Friends: Jane <jane@example.org>;' 'Jane,,,,,email=jane@example.org'
  adds 'Received: from x by y\nFrom: Jane <jane@example.org>\nTo: you@example.org' 'Jane,,,,,email=jane@example.org'
}

@test "without a name the address is the name" {
  adds 'From: jane@example.org' 'jane@example.org,,,,,email=jane@example.org'
  adds 'From: <jane@example.org>' 'jane@example.org,,,,,email=jane@example.org'
  adds 'From: " " <jane@example.org>' 'jane@example.org,,,,,email=jane@example.org'
}

@test "a name that should have been quoted is taken as it is, since such mail is common" {
  adds 'From: [JIRA] Jane <jane@example.org>' '[JIRA] Jane,,,,,email=jane@example.org'
  adds 'From: Jane [work] <jane@example.org>' 'Jane [work],,,,,email=jane@example.org'
  adds 'From: =?utf-8?q?J=C3=A9?= [x] <j@example.org>' 'Jé [x],,,,,email=j@example.org'
  run -2 addbook-from-mail < <(message 'From: [x] Jane <@>')
  run -2 addbook-from-mail < <(message 'From: [x] Jane <jane @example.org>')
}

@test "so is one with a comma, which mail programs of companies send" {
  adds 'From: Doe, Jane <jane@example.org>' 'Doe\, Jane,,,,,email=jane@example.org'
  adds 'From: =?utf-8?Q?M=C3=BCller?=, Dr., Hans <h@example.org>' 'Müller\, Dr.\, Hans,,,,,email=h@example.org'
  adds 'From: root, jane@example.org' 'jane@example.org,,,,,email=jane@example.org'
  adds 'From: Jane, <jane@example.org>' 'jane@example.org,,,,,email=jane@example.org'
  run addbook-from-mail < <(message 'From: a@example.org, Doe, Jane <jane@example.org>; Bob <bob@example.org>')
  assert_output 'new:a@example.org,,,,,email=a@example.org
new:Doe\, Jane,,,,,email=jane@example.org
new:Bob,,,,,email=bob@example.org'
}

@test "a name is the same whatever blanks, apostrophes and invisible characters a program puts into it" {
  adds "From: 'Anna Kowalski' <a@example.org>" 'Anna Kowalski,,,,,email=a@example.org'
  adds 'From: =?utf-8?Q?Anna=C2=A0=20Kowalski?= <a@example.org>' 'Anna Kowalski,,,,,email=a@example.org'
  adds 'From: =?utf-8?Q?=E2=80=AAAnna_Kowals=C2=ADki=E2=80=AC=E2=80=8B?= <a@example.org>' 'Anna Kowalski,,,,,email=a@example.org'
  adds "From: Peter O'Toole' <p@example.org>" "Peter O'Toole',,,,,email=p@example.org"
}

@test "the name of a protocol before an address is no part of it" {
  adds 'From: Bob <mailto:bob@example.org>' 'Bob,,,,,email=bob@example.org'
  adds 'From: "Bob" <SMTP:bob@example.org>' 'Bob,,,,,email=bob@example.org'
}

@test "so is an address whose dots stand where they may not, under a name without its quotes" {
  adds 'From: "Yamada, Taro" <taro..y@example.org>' 'Yamada\, Taro,,,,,email=taro..y@example.org'
  adds 'From: "Taro \\"TY\\" Y" <taro.@example.org>' 'Taro "TY" Y,,,,,email=taro.@example.org'
  adds 'From: =?utf-8?q?J=C3=A9?= <j.@example.org>' 'Jé,,,,,email=j.@example.org'
  adds 'From: taro.@example.org' 'taro.@example.org,,,,,email=taro.@example.org'
}

@test "each of several is read alone, whatever the others look like" {
  all() {
    run addbook-from-mail < <(message "From: $1")
    assert_success
    assert_output "$(printf 'new:%s\n' "${@:2}")"
  }
  local a=A,,,,,email=a@b.c b=B,,,,,email=b@b.c
  all 'A <a@b.c>, B <b@b.c>' "$a" "$b"
  all 'A <a@b.c>; B <b@b.c>' "$a" "$b"
  all '[dev] A <a@b.c>, B <b@b.c>, [dev: x] B <c@b.c>' "[dev] $a" "$b" '[dev\: x] B,,,,,email=c@b.c'
  all '"A, <x@y>" <a..b@b.c>, "(B)" <b@b.c>' 'A\, <x@y>,,,,,email=a..b@b.c' '(B),,,,,email=b@b.c'
  all 'a@b.c, a..b@b.c, b@b.c' "a@b.c${a:1}" 'a..b@b.c,,,,,email=a..b@b.c' "b@b.c${b:1}"
  all 'Us: A <a@b.c>, B <b@b.c>;, Them: C <c@b.c>;' "$a" "$b" 'C,,,,,email=c@b.c'
  all 'a@b.c (x, y), <@q,@r:b@b.c>, c@[IPv6:1::2]' 'x\, y,,,,,email=a@b.c' "b@b.c${b:1}" \
    'c@[IPv6\:1\:\:2],,,,,email=c@[IPv6:1::2]'
  all 'A <a@b.c, B <b@b.c>' "$a" "$b"
  all 'a@b.c <a@b.c>, B (x <b@b.c>, C (y, z) <c@b.c>' 'a@b.c,,,,,email=a@b.c' 'B (x,,,,,email=b@b.c' 'C,,,,,email=c@b.c'
  all 'A" <a@b.c>, B( <b@b.c>, [C <c@b.c>' "$a" 'B(,,,,,email=b@b.c' '[C,,,,,email=c@b.c'
}

@test "what is no address is told, the others are added, and the status is 2" {
  run -2 addbook-from-mail --to < <(message 'From: a@b.c\nTo: A [mailto:a@b.d]; B <b@c.d>, \x1b[2J@, x y@z, D <d e@f>')
  assert_output "addbook-from-mail: to: not an address: A [mailto:a@b.d], and 3 more
new:a@b.c,,,,,email=a@b.c
new:B,,,,,email=b@c.d"
  run -2 addbook-from-mail < <(message "From: a@b.c, \\xe9@\x1b[2J$(printf '%0100d' 0)")
  assert_output "addbook-from-mail: From: not an address: ?@ [2J$(printf '%058d' 0)
new:a@b.c,,,,,email=a@b.c"
}

@test "of two addresses in one place neither is taken for the other" {
  for both in 'a@b@c' 'A <a@b@c>' 'A <a@b.c> b@b.c' 'A <a@b.c> <b@b.c>'; do
    run -2 addbook-from-mail --to < <(message "From: x@y.z\nTo: $both")
    assert_output "addbook-from-mail: to: not an address: $both
new:x@y.z,,,,,email=x@y.z"
  done
}

@test "a domain stays in the letters that it was sent in" {
  adds 'From: A <bob@xn--fa-hia.example>' 'A,,,,,email=bob@xn--fa-hia.example'
  adds 'From: A <bob@faß.example>' 'A,,,,,email=bob@faß.example'
  adds 'From: xn-- A <bob@faß.xn--p1ai>' 'xn-- A,,,,,email=bob@faß.xn--p1ai'
  adds 'From: bob@xn--BCHER-kva.Example (A)' 'A,,,,,email=bob@xn--BCHER-kva.Example'
  from 'From: A <bob@xn--mnchen-3ya.example>'
  run from 'From: A <bob@xn--mnchen-3ya.example>'
  assert_output 'Unchanged entry for A'
}

@test "what no mail program would be given is not taken from one" {
  local header
  for header in 'From: X Y <a..b@c,d>' 'From: X Y <.@c>' 'From: X Y <a\\ b@c>' 'From: X Y <"a@b">' \
    'From: [@b]'; do
    run -2 addbook-from-mail < <(message "$header")
    header=${header#From: }
    assert_output "addbook-from-mail: From: not an address: $(printf '%b' "${header%,*}")
addbook-from-mail: cannot read the message: it has no From field with an address"
  done
  message 'From: X Y <a..b@c,d>, Jane <"a, b"@c>' | addbook -b book.dat add-from-mail || assert_equal $? 2
  run addbook -b book.dat list -f aerc
  assert_output $'"a, b"@c\tJane\t'
}

@test "encoded words are decoded, from any character set" {
  adds 'From: =?utf-8?Q?J=C3=A9r=C3=B4me?= <j@example.org>' 'Jérôme,,,,,email=j@example.org'
  adds 'From: =?UTF-8?B?SsOpcsO0bWU=?= <j@example.org>' 'Jérôme,,,,,email=j@example.org'
  adds 'From: =?iso-8859-1*fr?q?J=E9r=F4me_Lef=E8vre?= <j@example.org>' 'Jérôme Lefèvre,,,,,email=j@example.org'
  adds 'From: =?iso-2022-jp?B?GyRCOzNFRBsoQg==?= <y@example.org>' '山田,,,,,email=y@example.org'
  adds 'From: =?koi8-r?B?8NLJ18XU?= <q@example.org>' 'Привет,,,,,email=q@example.org'
  adds 'From: =?windows-1251?Q?=CF=F0=E8=E2=E5=F2?= <p@example.org>' 'Привет,,,,,email=p@example.org'
  adds 'From: =?gb18030?B?1tDOxA==?= <z@example.org>' '中文,,,,,email=z@example.org'
  adds 'From: =?utf-8?q?Doe=2C_Jane?= <jane@example.org>' 'Doe\, Jane,,,,,email=jane@example.org'
}

@test "neighbouring encoded words are one text, and may share a character" {
  adds 'From: =?utf-8?Q?J=C3=A9?=\n =?utf-8?Q?r=C3=B4me?= <j@example.org>' 'Jérôme,,,,,email=j@example.org'
  adds 'From: =?utf-8?Q?J=C3?= =?utf-8?Q?=A9?= <j@example.org>' 'Jé,,,,,email=j@example.org'
  adds 'From: =?utf-8?Q?J=C3=A9?= Doe <j@example.org>' 'Jé Doe,,,,,email=j@example.org'
}

@test "an address that is not UTF-8, or has a control character in it, is none" {
  for address in 'b\xe9@example.org' 'b\xc2\x9b31m@example.org' 'b\x9b@example.org'; do
    for header in "From: Bob <$address>" "From: [l] Bob <$address>" "From: $address"; do
      run addbook-from-mail < <(message "$header")
      assert_equal "$status: ${lines[-1]}" \
        '2: addbook-from-mail: cannot read the message: it has no From field with an address'
    done
  done
}

@test "what should have been encoded is UTF-8, or else Windows-1252" {
  adds 'From: Jérôme <j@example.org>' 'Jérôme,,,,,email=j@example.org'
  adds 'From: J\xe9r\xf4me \x96 <j@example.org>' 'Jérôme –,,,,,email=j@example.org'
  adds 'From: [list] J\xe9r\xf4me <j@example.org>' '[list] Jérôme,,,,,email=j@example.org'
  adds 'From: A \xf5\xa6\xa6\x81 <j@example.org>' 'A ����,,,,,email=j@example.org'
  adds 'From: =?no-such-set?Q?Jane?= <j@example.org>' 'Jane,,,,,email=j@example.org'
}

@test "control characters in a name become spaces" {
  adds 'From: =?utf-8?Q?=0AJane=0D=0A=1B=5B2J=09Doe=C2=9B=20?= <j@example.org>' 'Jane [2J Doe,,,,,email=j@example.org'
}

@test "names that look like anything else are names" {
  adds 'From: "$(touch pwned)" <j@example.org>' '$(touch pwned),,,,,email=j@example.org'
  adds "From: \"'; touch pwned; '\" <j@example.org>" "'; touch pwned; ',,,,,email=j@example.org"
  adds 'From: --help <j@example.org>' '--help,,,,,email=j@example.org'
  adds 'From: "a: b\\\\c" <j@example.org>' 'a\: b\\c,,,,,email=j@example.org'
  from 'From: "$(touch pwned)" <j@example.org>'
  from 'From: - <dash@example.org>'
  run addbook -b book.dat list
  assert_output - << 'END'
$(touch pwned) : ,,,,email=j@example.org
- : ,,,,email=dash@example.org
END
  assert [ ! -e pwned ]
}

@test "line ends may be CR LF, and a line of an mbox before the header is skipped" {
  run addbook-from-mail < <(printf 'From jane@x Mon Nov  2 10:00:00 2026\r\nFrom: Jane\r\n <j@example.org>\r\n\r\nFrom: x@y\r\n')
  assert_output 'new:Jane,,,,,email=j@example.org'
  run addbook-from-mail < <(printf 'From jane@x Mon Nov  2 10:00:00 2026\nFrom: Jane <j@example.org>')
  assert_output 'new:Jane,,,,,email=j@example.org'
}

@test "--reply-to, --to and --cc add those too, each address once" {
  message 'From: A <a@example.org>, B <b@example.org>' 'Reply-To: C <c@example.org>, A <a@example.org>' \
    'To: Team: D <d@example.org>, e@example.org;, undisclosed-recipients:;' 'Cc: F <f@example.org>' \
    'Cc: G <g@example.org>' > mixed.eml
  run addbook-from-mail < mixed.eml
  assert_output $'new:A,,,,,email=a@example.org\nnew:B,,,,,email=b@example.org'
  run addbook-from-mail --reply-to < mixed.eml
  assert_equal "${lines[*]:2}" 'new:C,,,,,email=c@example.org'
  run addbook-from-mail --to < mixed.eml
  assert_equal "${lines[*]:2}" 'new:D,,,,,email=d@example.org new:e@example.org,,,,,email=e@example.org'
  run addbook-from-mail --cc --reply-to < mixed.eml
  assert_equal "${lines[*]:2:1} ${lines[*]:3}" \
    'new:C,,,,,email=c@example.org new:F,,,,,email=f@example.org new:G,,,,,email=g@example.org'
}

@test "an address that stands there twice is added once, in whatever capitals" {
  message 'From: a@example.org, A@example.org, B <b@example.org>, B <B@Example.org>' \
    'Reply-To: B <b@example.org>, Bee <b@example.org>' > twice.eml
  run addbook-from-mail --reply-to < twice.eml
  assert_output "new:a@example.org,,,,,email=a@example.org
new:B,,,,,email=b@example.org
new:Bee,,,,,email=b@example.org"
}

@test "a blank may stand before the colon of a field, in the first line too" {
  adds 'From : Jane <jane@example.org>' 'Jane,,,,,email=jane@example.org'
  adds 'From \t: Jane <jane@example.org>' 'Jane,,,,,email=jane@example.org'
}

@test "a message from nobody is an error" {
  local why='addbook-from-mail: cannot read the message: it has no From field with an address'
  for header in 'To: j@example.org' 'From:' 'From: nobody' 'From: undisclosed:;' 'From: Jane Doe' ' From: j@example.org' \
    '' '\nFrom: j@example.org'; do
    run -2 addbook-from-mail < <(message "$header")
    assert_output "$why"
  done
  run -2 addbook-from-mail --to < <(message 'To: j@example.org')
  assert_output "$why"
  run -2 addbook-from-mail < /dev/null
  assert_output "$why"
  run -2 addbook-from-mail < <(head -c 500000 /dev/urandom)
  assert_output "$why"
}

@test "a header without an end is refused" {
  run -2 addbook-from-mail < <(yes 'X-Long: header')
  assert_output 'addbook-from-mail: cannot read the message: its header is longer than 1048576 bytes'
}

@test "a body of any length is dropped, and whoever writes it is not killed by that" {
  run bash -o pipefail -c '{ printf "From: j@example.org\n\n"; head -c 20000000 /dev/zero; } | addbook-from-mail'
  assert_success
  run timeout 20 addbook-from-mail < <(printf 'From: j@example.org\n\n' && yes)
  assert_success
}

@test "a hostile field takes neither the stack nor the time" {
  for field in 'a:' '(' '"' '<' ',' '=?utf-8?q?x?= ' '[' '@' '<a@b:' '<a,' '<@a,' '<@a:' '(a"[' 'a@b,' "\\"; do
    run timeout 20 addbook-from-mail --to < <(printf 'From: j@example.org\nTo: ' && yes "$field" | tr -d '\n' | head -c 1000000)
    ((status == 0 || status == 2)) || fail "$field: status $status"
  done
  for start in '<' '(' '"' '[' '<@'; do
    for field in 'a,' '"a@b",' 'a:'; do
      run timeout 20 addbook-from-mail < <(printf 'From: %s' "$start" && yes "$field" | tr -d '\n' | head -c 1000000)
      ((status == 0 || status == 2)) || fail "$start$field: status $status"
    done
  done
  run -0 timeout 20 addbook-from-mail < <(printf 'From: ' && seq -f 'u%.0f@example.org,' 50000)
}

@test "a new name is added, a known one gets the address, and one that has it stays" {
  addbook -b book.dat add Jane 1 'High Street' York 555-0100 email.work=jane@work.example 'note=a, b'
  run from 'From: Jane <JANE@Work.example>'
  assert_success
  assert_output 'Unchanged entry for Jane'
  run from 'From: Jane <jane@home.example>'
  assert_success
  assert_output 'Changed entry for Jane'
  run from 'From: Jane <jane@home.example>'
  assert_output 'Unchanged entry for Jane'
  run from 'From: "Doe, John" <john@example.org>'
  assert_output 'Added entry for Doe\, John'
  run addbook -b book.dat list
  assert_output - << 'END'
Doe\, John : ,,,,email=john@example.org
Jane : 1,High Street,York,555-0100,email.work=jane@work.example,note=a\, b,email=jane@home.example
END
}

@test "an entry of few fields gets its address in the right place" {
  addbook -b book.dat add Jane 1
  from 'From: Jane <jane@example.org>'
  run addbook -b book.dat find Jane
  assert_output 'Jane : 1,,,,email=jane@example.org'
}

@test "a name that is spelled with combining accents is the same name" {
  addbook -b book.dat add 'José' email=jose@example.org
  run from 'From: =?utf-8?Q?Jose=CC=81?= <jose@example.org>'
  assert_output 'Unchanged entry for José'
}

@test "many at once lose nothing" {
  serve_on ./socket
  for i in {1..20}; do
    message "From: Jane <jane$i@example.org>" | addbook -c ./socket add-from-mail &
    jobs[i]=$!
  done
  for job in "${jobs[@]}"; do wait "$job"; done
  run addbook -c ./socket find -F email Jane
  assert_equal "${#lines[@]}" 20
  assert_equal "$(sort -u <<< "$output" | wc -l)" 20
}

@test "what the server refuses is told, and the next address has its turn" {
  run -2 --separate-stderr from "From: $(printf 'x%.0s' {1..1100}) <x@example.org>, Jane <jane@example.org>"
  assert_output 'Added entry for Jane'
  # shellcheck disable=SC2154 # run sets it
  assert_equal "$stderr" 'ERROR: Name too long (limit 1024 bytes)'
}

@test "a server that does not know the request, or closes the stream, is told" {
  run -2 addbook -s 'read -r line; echo "ERROR: Unrecognized command: new"' add-from-mail < <(message 'From: j@example.org')
  assert_output 'ERROR: Unrecognized command: new'
  run -2 addbook -s 'read -r line' add-from-mail < <(message 'From: j@example.org')
  assert_output 'addbook-from-mail: the server closed the stream'
  run -2 addbook -s 'while read -r line; do case $line in fnd*) echo "j : 1";; new*) echo "Sorry, there is an entry for: j";;
    *) echo "Sorry, the entry has changed: j";; esac done' add-from-mail < <(message 'From: j <j@example.org>')
  assert_output 'addbook-from-mail: others change the entry all the time: j'
}

@test "a server's control characters reach no terminal" {
  run -2 addbook -s 'read -r line; printf "Added entry for \033]0;j\n"' add-from-mail < <(message 'From: j@example.org')
  assert_output "addbook-from-mail: the server's reply is not understood: Added entry for ?]0;j"
}

@test "without a server it is a filter for one" {
  addbook -b book.dat add Jane 1
  run bash -c 'addbook-from-mail --to | addbook-serve -b book.dat' \
    < <(message 'From: Jane <j@example.org>' 'To: k@example.org')
  assert_output $'Sorry, there is an entry for: Jane\nAdded entry for k@example.org'
}

@test "a full disk is an error, and so is an argument" {
  run -2 bash -c 'addbook-from-mail > /dev/full' < <(message 'From: j@example.org')
  assert_output 'addbook-from-mail: cannot write to standard output: No space left on device'
  run -2 addbook-from-mail message < /dev/null
  assert_line "addbook-from-mail: unexpected argument 'message'"
}

teardown() {
  end_started
}
