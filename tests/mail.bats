#!/usr/bin/env bats
# Mail programs with the book, each with the lines of examples/mail/, in a terminal, as a user types.
# shellcheck disable=SC2016,SC2154 # what looks like a command is a name; run sets what it finds

load helper
load screen

teardown() {
  end_screen
}

# mailer PROGRAM: it is installed, and there is a book for it, and a folder with one message.
mailer() {
  command -v "$1" > /dev/null || skip "$1 is not installed"
  export ADDBOOK_BOOK=$BATS_TEST_TMPDIR/book.dat
  addbook-serve > replies << 'END'
add:Jane Doe,1,High Street,York,555-0100,email=jane@example.org,email.work=doe@work.example
add:Jane Roe,2,Low Street,York,555-0101,email=roe@example.org
add:"; $(touch pwned); ',,,,,email=evil@example.org,org=`touch pwned`
add:$(touch pwned) `touch pwned`,,,,,email=other@example.org
add:O'Brien\, Pat,,,,,email=pat@example.org
add:-f,,,,,email=dash@example.org
add:No Address,1
END
  mkdir -p mail/INBOX/{cur,new,tmp}
  cat > mail/INBOX/cur/1.1.here:2,S << 'END'
From: =?utf-8?Q?J=C3=A9r=C3=B4me_=24=28touch_pwned=29?= <jerome@example.org>
To: Me <me@example.org>
Cc: Jane Doe <jane@home.example>
Subject: a message
Date: Mon, 2 Nov 2026 10:00:00 +0000

Hello.
END
}

# mutt_opens PROGRAM [LINE]...: it opens the folder with the example's muttrc and these lines.
mutt_opens() {
  mailer "$1"
  {
    printf 'set %s\n' "folder=$PWD/mail" "spoolfile=$PWD/mail/INBOX" mbox_type=Maildir 'editor="echo Hello >>"' \
      'sendmail=false' 'realname=Me' 'from=me@example.org' "record=''" "postponed=$PWD/drafts"
    printf '%s\n' "source $ROOT/examples/mail/muttrc" "${@:2}"
  } > muttrc
  on_screen "$1" -n -F muttrc
  shows 'a message'
}

# completes QUERY ADDRESS: typed at To: and followed by Tab, the query becomes the address.
completes() {
  press m
  shows 'To:'
  type_in "$1"
  shows "To: $1"
  press Tab
  shows "To: $2"
  press C-g
}

mutt_completes() {
  mutt_opens "$1"
  completes 'roe' 'Jane Roe <roe@example.org>'
  completes 'york low jane' 'Jane Roe <roe@example.org>'
  completes 'email:roe@ town:york' 'Jane Roe <roe@example.org>'
  completes "o'brien" "\"O'Brien, Pat\" <pat@example.org>"
  completes '$(touch other@' '"$(touch pwned) `touch pwned`" <other@example.org>'
  # neomutt of 2025 and later reads a name as if it stood in a header: a quotation mark in it leaves no address.
  if [[ $("$1" -v) == *NeoMutt\ 202[5-9]* ]]; then
    completes '; $(touch pwned' ,
  else
    completes '; $(touch pwned' "\"\\\"; \$(touch pwned); '\" <evil@example.org>"
  fi
  completes '-f' '-f <dash@example.org>'
  assert [ ! -e pwned ]
}

mutt_chooses() {
  mutt_opens "$1"
  press m
  shows 'To:'
  type_in 'jane york'
  press Tab
  shows 'roe@example.org'
  shows 'doe@work.example'
  press j j Enter
  shows 'To: Jane Roe <roe@example.org>'
}

mutt_finds_none() {
  mutt_opens "$1"
  press m
  shows 'To:'
  type_in "\$(touch pwned) '; touch pwned; '"
  press Tab End
  type_in .
  shows "To: \$(touch pwned) '; touch pwned; '."
  press C-g
  press Q
  shows 'Query:'
  type_in 'no address'
  press Enter
  if [ "$1" = mutt ]; then shows 'No address found'; fi # neomutt clears that line at once
  press Enter
  shows 'Hello.'
  assert [ ! -e pwned ]
}

mutt_sends() {
  printf '#!/bin/sh\ncat > sent.part && mv sent.part sent\n' > sendmail
  chmod +x sendmail
  mutt_opens "$1" "set sendmail=$PWD/sendmail"
  press m
  shows 'To:'
  type_in 'low street'
  press Tab
  shows 'To: Jane Roe <roe@example.org>'
  press Enter
  shows 'Subject:'
  type_in 'Hello'
  press Enter
  shows 'y:Send'
  press y
  eventually [ -e sent ]
  assert_equal "$(grep '^To: ' sent)" 'To: Jane Roe <roe@example.org>'
}

mutt_saves() {
  mutt_opens "$1" "${@:2}"
  press A
  shows 'Added entry for Jérôme $(touch pwned)'
  press Enter
  hides 'Added entry'
  shows 'q:Quit'
  press Enter
  shows 'Hello.'
  press A
  shows 'Unchanged entry for Jérôme $(touch pwned)'
  press Enter
  hides 'Unchanged entry'
  shows 'Hello.'
  press R
  shows 'Changed entry for Jane Doe'
  run addbook find 'Jérôme $(touch pwned)' 'Jane Doe'
  assert_output - << 'END'
Jérôme $(touch pwned) : ,,,,email=jerome@example.org
Jane Doe : 1,High Street,York,555-0100,email=jane@example.org,email.work=doe@work.example,email=jane@home.example
END
  assert [ ! -e pwned ]
}

# aerc_opens: aerc opens the folder with the example's aerc.conf.
aerc_opens() {
  mailer aerc
  mkdir -p .config/aerc
  { cat "$ROOT/examples/mail/aerc.conf" && printf '[compose]\neditor=cat -\n[ui]\ncompletion-delay=0\n'; } > .config/aerc/aerc.conf
  sed -n 's/^#     \(A = .*\)/\1/p' "$ROOT/examples/mail/aerc.conf" > bind
  { echo '[messages]' && cat bind && echo '[view]' && cat bind; } > .config/aerc/binds.conf
  printf '%s\n' '[me]' 'source = maildir://~/mail' 'from = Me <me@example.org>' 'outgoing = /bin/false' > .config/aerc/accounts.conf
  chmod 600 .config/aerc/accounts.conf
  on_screen aerc
  shows 'a message'
}

# aerc_offers QUERY ADDRESS...: typed at To:, the query has the address offered, as one aerc or another writes it.
aerc_offers() {
  type_in ':compose'
  press Enter
  shows 'To:'
  type_in "$1"
  shows "${@:2}"
}

@test "mutt: a query of one word or several becomes the address" {
  mutt_completes mutt
}

@test "mutt: of several addresses one is chosen from a list" {
  mutt_chooses mutt
}

@test "mutt: who is not there, or has no address, is told" {
  mutt_finds_none mutt
}

@test "mutt: a message goes to the address that was found" {
  mutt_sends mutt
}

@test "mutt: A saves the sender, R everybody" {
  mutt_saves mutt
}

@test "mutt: A saves the sender, with pipe_decode too" {
  mutt_saves mutt 'set pipe_decode'
}

@test "neomutt: a query of one word or several becomes the address" {
  mutt_completes neomutt
}

@test "neomutt: of several addresses one is chosen from a list" {
  mutt_chooses neomutt
}

@test "neomutt: who is not there, or has no address, is told" {
  mutt_finds_none neomutt
}

@test "neomutt: a message goes to the address that was found" {
  mutt_sends neomutt
}

@test "neomutt: A saves the sender, R everybody" {
  mutt_saves neomutt
}

@test "neomutt: A saves the sender, with pipe_decode too" {
  mutt_saves neomutt 'set pipe_decode'
}

@test "aerc: a query of several words has its address offered, and Tab takes it" {
  aerc_opens
  aerc_offers 'jane york low' {'"Jane Roe"','Jane Roe'}' <roe@example.org>'
  press Tab
  shows 'To: '{'"Jane Roe"','Jane Roe'}' <roe@example.org>'
}

@test "aerc: queries and names are data, whatever they look like" {
  aerc_opens
  aerc_offers brien "\"O'Brien, Pat\" <pat@example.org>"
  press C-u
  type_in '; $(touch pwned) `touch'
  shows '"'{'\"',"'"}"; \$(touch pwned); '\" <evil@example.org>"
  press C-u
  type_in '-f'
  shows {'"-f"',-f}' <dash@example.org>'
  assert [ ! -e pwned ]
}

@test "aerc.conf: a query is data also in the shell that later versions of aerc give its line to" {
  mailer aerc
  line=$(sed -n 's/^address-book-cmd = //p' "$ROOT/examples/mail/aerc.conf")
  query='; $(touch pwned) `touch'
  run -0 sh -c "${line/\%s/"$query"}"
  assert_output --partial $'evil@example.org\t"; $(touch pwned); \''
  assert [ ! -e pwned ]
}

@test "aerc: who is not there is not offered, and what is typed stays" {
  aerc_opens
  aerc_offers 'nobody@example.org' 'To: nobody@example.org'
  press Tab
  type_in '.uk'
  shows 'To: nobody@example.org.uk'
}

@test "aerc: A saves the sender" {
  aerc_opens
  press A
  eventually addbook find -F email 'Jérôme $(touch pwned)'
  assert [ ! -e pwned ]
}
