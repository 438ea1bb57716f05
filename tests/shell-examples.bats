#!/usr/bin/env bats
# The examples for the shell, with the programs they are for, in a terminal or on a screen where they need one.
# shellcheck disable=SC2016,SC2154 # what looks like a command is a name; run sets what it finds

load helper
load screen

SHELL_EXAMPLES=$ROOT/examples/shell

teardown() {
  end_screen
  [ -z "$DISPLAY_PID" ] || kill "$DISPLAY_PID"
}

# configure_git: somebody who commits, and nothing of the user's own.
configure_git() {
  export GIT_CONFIG_GLOBAL=$BATS_TEST_TMPDIR/gitconfig GIT_CONFIG_SYSTEM=/dev/null
  git config --global user.name Me
  git config --global user.email me@example.org
}

# The names that no program may take for anything else.
make_book() {
  export ADDBOOK_BOOK=$BATS_TEST_TMPDIR/book.dat
  addbook-serve > replies << 'END'
add:Jane Doe,1,High Street,York,555-0100,email=jane@example.org,birthday=1980-07-04
add:Jane Roe,2,Low Street,Whitby,555-0101,email=roe@example.org,birthday=1981-07-05
add:$(touch pwned),3,Evil Street,Hell,555-0666,email=dollar@example.org
add:'; touch pwned; ',4,Quote Street,Hell,555-0667,email=quote@example.org
add:-f,5,Dash Street,Hell,555-0668,email=f@example.org
add:--,6,Dash Street,Hell,555-0669,email=dashes@example.org
add:-,7,Dash Street,Hell,555-0670,email=dash@example.org
add:two\nlines,8,Line Street,Hell,555-0671,email=lines@example.org
END
}

@test "the README: each command gives what stands below it" {
  needs jq git
  configure_git
  cp -r "$ROOT/examples" examples
  awk '/^```/ { shown = ($0 == "```console"); next } shown' examples/shell/README.md > shown
  # Only the commands are taken from the page; what they print has to make it whole again.
  (
    while IFS= read -r line <&4; do
      printf '%s\n' "$line"
      eval "${line#'$ '}" 2>&1 < /dev/null || :
    done 4< <(grep '^\$ ' shown) > happened
  )
  assert [ -s happened ]
  diff shown happened
}

@test "jq and xargs: names and fields are data" {
  needs jq
  make_book
  run bash -c 'addbook list -f jsonl | jq -r .name'
  assert_output "$(printf '%s\n' "\$(touch pwned)" "'; touch pwned; '" - -- -f 'Jane Doe' 'Jane Roe' two lines)"
  run bash -c 'addbook list -f names -0 | xargs -0 -n 1 printf "<%s>"'
  assert_output $'<$(touch pwned)><\'; touch pwned; \'><-><--><-f><Jane Doe><Jane Roe><two\nlines>'
  run bash -c 'addbook search -f names -0 town:hell | xargs -0 addbook find -F phone --'
  assert_success
  assert_equal "${#lines[@]}" 6
  assert [ ! -e pwned ]
}

vcard() {
  "$SHELL_EXAMPLES/vcard.py" "$@"
}

# The fields of a book, an entry a line; what vCard has as one line is one.
fields_of() {
  addbook -b "$1" list -f jsonl | jq -cS '.street = ((.number + " " + .street) | sub("^ "; "")) | del(.number, .uid)'
}

@test "vcard.py: a book comes back as it went out" {
  needs jq
  make_book
  addbook-serve >> replies << 'END'
add:Doe\, John \\ Jr.,,A; B\, C,York;,555\,1,org=Doe\, Roe; & Co,note=one\ntwo; \\three\, 4,tag=a\,b,tag=c;d,email.work=w@example.org,email=h@example.org,phone.cell=7,x-colour=a\, b; c\nd,uid=urn:1
add:Ærø \: 名前,12a,Straße,København,,country=Danmark,region=R,postcode=1,birthday=--07-04,url=https://example.org/?a\,b;c,nick=N\, M
END
  for book in "$ADDBOOK_BOOK" "$ROOT/examples/camelot.dat"; do
    cp "$book" out.dat
    addbook -b out.dat list -f jsonl | vcard export > cards.vcf
    vcard import cards.vcf | addbook -b "back-${book##*/}" raw | grep -v '^Added' || :
    diff <(fields_of out.dat) <(fields_of "back-${book##*/}")
  done
  run addbook -b back-book.dat find -F uid 'Doe, John \ Jr.'
  assert_output urn:1
  assert [ ! -e pwned ]
}

@test "vcard.py: khard reads what it writes, a file a card, and twice makes no more" {
  needs khard
  make_book
  mkdir cards
  for _ in 1 2; do addbook list -f jsonl | vcard export cards; done
  run find cards -name '*.vcf'
  assert_equal "${#lines[@]}" 8
  printf '[addressbooks]\n[[people]]\npath = %s\n' "$PWD/cards" > khard.conf
  run khard -c khard.conf email --parsable 'jane doe'
  assert_line --partial $'jane@example.org\tJane Doe'
  run khard -c khard.conf birthdays --parsable
  assert_line --partial 'Jane Doe'
  vcard import cards/*.vcf | addbook -b back.dat raw > replies
  assert_equal "$(addbook -b back.dat count)" 8
}

@test "vcard.py: it reads what abook writes" {
  needs abook
  printf '[format]\nprogram=abook\nversion=0.6.1\n\n[0]\nname=Jane Doe\nemail=jane@example.org,doe@example.org\naddress=1 High Street\ncity=York\nzip=YO1\ncountry=England\nphone=555-0100\nmobile=07700 900321\n' > abook
  abook --convert --infile abook --outformat vcard | vcard import | addbook -b new.dat raw
  run addbook -b new.dat find 'Jane Doe'
  assert_output 'Jane Doe : 1,High Street,York,555-0100,postcode=YO1,country=England,phone.cell=07700 900321,email=jane@example.org,email=doe@example.org'
}

@test "vcard.py: a telephone's card of version 2.1, and one of version 4.0" {
  cat > cards.vcf << 'END'
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg;;;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=B6rg =
M=C3=BCller
TEL;CELL:+49 1
TEL;WORK;PREF:+49 2
ADR;HOME:;;5 Ring;Ulm;;89073;Germany
PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQ==

END:VCARD
begin:vcard
version:4.0
n:Doe;Jane;;Dr.;
fn:
tel;value=uri;type="work,voice":tel:1
item1.email;pref=1:jane@
 example.org
item1.x-ablabel:own
bday;x-apple-omit-year=1604:1604-07-04
key;encoding=b:AQID
impp:xmpp:jane@example.org
adr;type=work:;;1 High Street;York;;;
adr;type=home;pref=1:;;2 Low Street;Whitby;;;
end:vcard
END
  run --separate-stderr vcard import cards.vcf
  assert_success
  assert_output - << 'END'
new:Jörg Müller,5,Ring,Ulm,+49 2,postcode=89073,country=Germany,phone.cell=+49 1
new:Dr. Jane Doe,2,Low Street,Whitby,1,email=jane@example.org,birthday=--07-04,x-impp=xmpp:jane@example.org,x-adr.work=1 High Street\, York
END
  assert_equal "$stderr" 'vcard.py: left out: KEY (1), PHOTO (1), X-ABLABEL (1)'
}

@test "vcard.py: a bad card is told with its line, and costs no other" {
  printf '%b' 'BEGIN:VCARD\nFN:\xe9\nEND:VCARD\nBEGIN:VCARD\nFN:no end\nBEGIN:VCARD\nNOTE:x\nEND:VCARD\n' \
    'BEGIN:VCARD\nrubbish\nEND:VCARD\nBEGIN:VCARD\nFN:ok\nNOTE:a\x01b\nEND:VCARD\n' > bad.vcf
  run -2 --separate-stderr vcard import bad.vcf
  assert_output 'new:ok,,,,,note=a b'
  assert_regex "$stderr" '^vcard.py: bad.vcf:1: not UTF-8
vcard.py: bad.vcf:4: .*never closed
vcard.py: bad.vcf:6: a card without a name
vcard.py: bad.vcf:9: .*rubbish$'
  run -2 --separate-stderr vcard import nosuch.vcf
  assert_equal "$output$stderr" 'vcard.py: nosuch.vcf: No such file or directory'
  run -2 --separate-stderr vcard export nosuch <<< '{"name":"a","number":"","street":"","town":"","phone":""}'
  assert_regex "$output$stderr" '^vcard.py: nosuch/.*: No such file or directory$'
  run -2 --separate-stderr vcard export <<< '{'
  assert_regex "$output$stderr" '^vcard.py: standard input: '
  run -2 bash -c '"$0" import bad.vcf > /dev/full' "$SHELL_EXAMPLES/vcard.py"
  assert_line 'vcard.py: standard output: No space left on device'
  run -2 vcard
  assert_line --partial Usage
}

@test "vcard.py: who is in the book already stays as he is" {
  make_book
  printf 'BEGIN:VCARD\nFN:Jane Doe\nTEL:1\nEND:VCARD\nBEGIN:VCARD\nFN:New\nEND:VCARD\n' > cards.vcf
  run bash -c '"$0" import cards.vcf | addbook raw' "$SHELL_EXAMPLES/vcard.py"
  assert_output $'Sorry, there is an entry for: Jane Doe\nAdded entry for New'
  run addbook find -F phone 'Jane Doe'
  assert_output 555-0100
}

# pick: starts pick.bash on the screen; what it prints goes to picked.
pick() {
  needs fzf
  make_book
  on_screen bash -c '"$0/pick.bash" > picking; echo $? > picked' "$SHELL_EXAMPLES"
  shows '8/8'
}

# picks TYPED CARD PRINTED: typed, it shows the card, and Enter prints the address.
picks() {
  pick
  type_in "$1"
  shows "$2"
  press Enter
  eventually [ -s picked ]
  assert_equal "$(cat picking)" "$3"
  assert [ ! -e pwned ]
}

@test "pick.bash: the card of who is found stands beside the list, and Enter prints the address" {
  picks roe 'Low Street' 'Jane Roe <roe@example.org>'
}

@test "pick.bash: several are marked with Tab" {
  pick
  type_in jane
  shows '2/8'
  press Tab Up Tab Enter
  eventually [ -s picked ]
  run sort picking
  assert_output $'Jane Doe <jane@example.org>\nJane Roe <roe@example.org>'
}

@test "pick.bash: a name with a command in it is a name" {
  picks '$(touch' 'Evil Street' '"$(touch pwned)" <dollar@example.org>'
}

@test "pick.bash: a name with quotes is a name" {
  picks "; 'touch" 'Quote Street' "\"'; touch pwned; '\" <quote@example.org>"
}

@test "pick.bash: names that look like options are names" {
  picks "'-f" '555-0668' '-f <f@example.org>'
}

@test "pick.bash: so are the ones that look like the end of options, or standard input" {
  picks "'--" '555-0669' '-- <dashes@example.org>'
  end_screen
  rm picked book.dat
  picks "^-$" '555-0670' '- <dash@example.org>'
}

@test "pick.bash: a name of two lines is one name" {
  picks 'lines' 'Line Street' '"two lines" <lines@example.org>'
}

@test "pick.bash: who picks nobody gets nothing" {
  pick
  press Escape
  eventually [ -s picked ]
  assert_equal "$(cat picking picked)" 130
}

# display PROGRAM...: an X server without a screen, for these.
display() {
  needs Xvfb xdotool "$@"
  make_book
  Xvfb -displayfd 5 -nolisten tcp 5> display 2> /dev/null 3>&- 4>&- &
  DISPLAY_PID=$!
  eventually [ -s display ]
  DISPLAY=:$(cat display)
  export DISPLAY
}

# asks CLASS MENU...: phone.sh with that menu, a window of CLASS. What it prints goes to number.
asks() {
  "$SHELL_EXAMPLES/phone.sh" "${@:2}" > number 2> problem 3>&- 4>&- &
  PHONE_PID=$!
  timeout 20 xdotool search --sync --onlyvisible --class "$1" > window
}

@test "phone.sh: dmenu" {
  display dmenu
  asks dmenu dmenu -i -l 20
  xdotool type roe
  xdotool key Return
  wait "$PHONE_PID"
  assert_equal "$(cat number)" 555-0101
}

@test "phone.sh: rofi, with a name that has a command in it" {
  display rofi
  asks rofi
  xdotool type '$(touch'
  xdotool key Return
  wait "$PHONE_PID"
  assert_equal "$(cat number)" 555-0666
  assert [ ! -e pwned ]
}

@test "phone.sh: a menu that prints nothing, and one that is missing" {
  make_book
  run "$SHELL_EXAMPLES/phone.sh" true < /dev/null
  assert_output ''
  run "$SHELL_EXAMPLES/phone.sh" ./missing < /dev/null
  assert_output --partial missing
}

# at_hour HOUR: runs the command of the crontab for that hour as cron does: by sh, in an environment with little in it.
at_hour() {
  local command
  command=$(sed -n "s/^0 $1 \S* \S* \S* *//p" "$SHELL_EXAMPLES/birthdays.cron")
  assert [ -n "$command" ]
  env -i HOME="$HOME" LOGNAME=me SHELL=/bin/sh PATH="$PATH" ADDBOOK_BOOK="$ADDBOOK_BOOK" /bin/sh -c "$command" < /dev/null
}

@test "birthdays.cron: today's and the week's are printed, and nothing is where there are none" {
  make_book
  until
    today=$(date +%F)
    addbook add Newborn birthday="1980-${today#*-}" > /dev/null
    addbook add Later birthday="1980-$(date -d "$today + 3 days" +%m-%d)" > /dev/null
    addbook add Past birthday="1980-$(date -d "$today - 3 days" +%m-%d)" > /dev/null
    at_hour 7 > daily
    at_hour 20 > weekly
    [ "$today" = "$(date +%F)" ]
  do :; done
  grep -q '^name: *Newborn$' daily
  run ! grep -e Later -e Past daily
  grep -qx Later weekly
  run ! grep -qx Past weekly
  addbook remove Newborn Later
  run at_hour 7
  refute_output --partial Newborn
}

# book_under_git: book/people.dat in a repository.
book_under_git() {
  needs git
  configure_git
  git init --quiet book
  export ADDBOOK_BOOK=book/people.dat
}

@test "git-book.bash: each change is a commit whose diff is a line an entry, and a question is none" {
  book_under_git
  run "$SHELL_EXAMPLES/git-book.bash" add Jane 1 'High Street'
  assert_output 'Added entry for Jane'
  "$SHELL_EXAMPLES/git-book.bash" add Joe 2
  "$SHELL_EXAMPLES/git-book.bash" add Jane 3 'High Street'
  run "$SHELL_EXAMPLES/git-book.bash" find Jane
  assert_output 'Jane : 3,High Street'
  run -1 "$SHELL_EXAMPLES/git-book.bash" remove Nobody
  assert_output 'Sorry, no entry for: Nobody'
  run git -C book log --format=%s
  assert_output $'addbook add Jane 3 High Street\naddbook add Joe 2\naddbook add Jane 1 High Street'
  run bash -c 'git -C book show --format= | grep "^[-+][^-+]"'
  assert_output $'-Jane:1,High Street\n+Jane:3,High Street'
}

@test "git-book.bash: a question commits nobody's edit, and a merge is left alone until it is finished" {
  local script=$SHELL_EXAMPLES/git-book.bash
  book_under_git
  "$script" add Jane 1
  git clone --quiet book other
  ADDBOOK_BOOK=other/people.dat "$script" add Jane 2
  "$script" add Jane 3
  printf 'Zoe:1\n' >> book/people.dat
  run -0 "$script" find Zoe
  cd book
  export ADDBOOK_BOOK=people.dat
  assert_equal "$(git status --short people.dat)" ' M people.dat'
  git checkout --quiet people.dat
  git pull --quiet --no-rebase ../other HEAD > pulled 2>&1 || true
  run -2 "$script" find Jane
  assert_output 'git-book.bash: finish the merge first'
  assert_equal "$(git status --short people.dat)" 'UU people.dat'
  git checkout --quiet --theirs people.dat
  git add people.dat
  run -2 "$script" add Jane 4
  git commit --quiet --message=merged
  run -0 "$script" find Jane
  assert_output 'Jane : 2'
}

@test "git-book.bash: what looks like a command or an option is data, and many at once are all kept" {
  book_under_git
  "$SHELL_EXAMPLES/git-book.bash" add -- '$(touch pwned)' "'; touch pwned; '" --amend
  for i in {1..5}; do
    "$SHELL_EXAMPLES/git-book.bash" add "Jane $i" &
    jobs[i]=$!
  done
  for job in "${jobs[@]}"; do wait "$job"; done
  assert_equal "$(git -C book status --porcelain --untracked-files=no)" ''
  assert_equal "$(wc -l < book/people.dat)" 6
  assert [ ! -e pwned ]
  assert [ ! -e book/pwned ]
}
