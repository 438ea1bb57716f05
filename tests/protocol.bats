#!/usr/bin/env bats
# The line protocol, request by request, on a book that is kept in memory.

load helper
load fixtures/lockstep

teardown() { end_servers; }

# refuses [REQUEST REPLY]...: sends each REQUEST (in the escapes of printf %b) and a cnt after it; the replies must be
# REPLY and the count: one reply each, nothing stored, and the stream in step.
refuses() {
  local -a requests=() replies=()
  while (($#)); do
    requests+=("$1" cnt) replies+=("$2" 'Entries: 0')
    shift 2
  done
  run addbook-serve -b :memory: < <(printf '%b\n' "${requests[@]}")
  assert_success
  assert_equal "$output" "$(printf '%s\n' "${replies[@]}")"
}

# letters N: a word of that many bytes.
letters() { printf "%0$1d" 0 | tr 0 n; }

# peak FILE COMMAND...: runs it; its peak memory in KiB goes to FILE.
peak() {
  local file=$1
  shift
  env time -f %M -o "$file" "$@"
}

@test "add, rem, fnd and cnt answer as the tutorial's server does" {
  transcript :memory: << 'END'
> cnt
< Entries: 0
> add:King Arthur,1,Castle Road,Camelot,555-0100
< Added entry for King Arthur
> fnd:King Arthur
< King Arthur : 1,Castle Road,Camelot,555-0100
> add:King Arthur,2,Lake Road,Avalon,555-0199
< Added entry for King Arthur
> fnd:King Arthur
< King Arthur : 2,Lake Road,Avalon,555-0199
> cnt
< Entries: 1
> rem:King Arthur
< Deleted entry for King Arthur
> rem:King Arthur
< Sorry, no entry for: King Arthur
> fnd:King Arthur
< Sorry, no entry for: King Arthur
> xyz
< ERROR: Unrecognized command: xyz
> cnt
< Entries: 0
END
}

@test "an entry has any number of fields, kept in order as they were sent" {
  transcript :memory: << 'END'
> add:None
< Added entry for None
> fnd:None
< None : 
> add:Empty,
< Added entry for Empty
> fnd:Empty
< Empty : 
> add:Commas,,,,
< Added entry for Commas
> fnd:Commas
< Commas : ,,,
> add:Many,b,a,tag=z,tag=a,tag=z,x-any.thing=,=,Not A Label=1
< Added entry for Many
> fnd:Many
< Many : b,a,tag=z,tag=a,tag=z,x-any.thing=,=,Not A Label=1
> add:Spaces, a ,  ,b 
< Added entry for Spaces
> fnd:Spaces
< Spaces :  a ,  ,b 
> add: x ,y
< Added entry for  x 
> fnd: x 
<  x  : y
> fnd:x
< Sorry, no entry for: x
END
}

@test "lst gives every entry by the bytes of the name, lst:PREFIX those whose name begins with it" {
  transcript :memory: << 'END'
> lst
< Found: 0
> add:b,2
< Added entry for b
> add:a b,4
< Added entry for a b
> add:Émile,5
< Added entry for Émile
> add:a,1
< Added entry for a
> add:B,3
< Added entry for B
> add:aZ,6
< Added entry for aZ
> add:a\,b
< Added entry for a\,b
> lst
< B : 3
< a : 1
< a b : 4
< aZ : 6
< a\,b : 
< b : 2
< Émile : 5
< Found: 7
> lst:a
< a : 1
< a b : 4
< aZ : 6
< a\,b : 
< Found: 4
> lst:a,b
< a\,b : 
< Found: 1
> lst:a\,
< a\,b : 
< Found: 1
> lst:É
< Émile : 5
< Found: 1
> lst:zz
< Found: 0
END
}

@test "ver names the program, its version and the protocol" {
  run addbook-serve -b :memory: <<< ver
  assert_success
  assert_output --regexp '^addbook-serve [0-9]+\.[0-9][^ ]* protocol 1$'
}

@test "hlp has a line for each command, the same as the man page, and says how many" {
  run addbook-serve -b :memory: <<< hlp
  assert_success
  assert_equal "${lines[-1]}" "Found: $((${#lines[@]} - 1))"
  for line in "${lines[@]:0:${#lines[@]}-1}"; do
    [[ $line =~ ^[a-z]{3}\ :\ .+ ]] || fail "not COMMAND : SUMMARY: $line"
  done
  for command in add rem fnd new chg mov lst top src cnt ver hlp bye; do assert_line --regexp "^$command : "; done
  assert_equal "$(sed -n 's/^\([a-z]*\) : .*/\1/p' <<< "$output" | sort)" \
    "$(grep -o '^\.It Cm [a-z]*' "$ROOT/src/tools/addbook-protocol.7" | sed 's/.* //' | sort -u)"
}

@test "bye says Bye and closes the stream, whatever else was sent" {
  run addbook-serve -b :memory: < <(printf 'add:a\nbye\ncnt\n')
  assert_success
  assert_output $'Added entry for a\nBye'
  start server addbook-serve -b :memory:
  tell server bye Bye
  gone server 0
}

@test "no input has no replies, and status 0" {
  run addbook-serve -b :memory: < /dev/null
  assert_success
  assert_output ''
}

@test "each error has its one line, and the stream stays in step" {
  refuses \
    'xyz' 'ERROR: Unrecognized command: xyz' \
    'xyz:Arthur' 'ERROR: Unrecognized command: xyz' \
    'ADD:x' 'ERROR: Unrecognized command: ADD' \
    ' cnt' 'ERROR: Unrecognized command:  cnt' \
    'cnt ' 'ERROR: Unrecognized command: cnt ' \
    'addx:y' 'ERROR: Unrecognized command: addx' \
    'ad:y' 'ERROR: Unrecognized command: ad' \
    ':x' 'ERROR: Unrecognized command: ' \
    'a,b' 'ERROR: Unrecognized command: a\,b' \
    'é:x' 'ERROR: Unrecognized command: é' \
    '' 'ERROR: Empty request' \
    'add:' 'ERROR: Empty name' \
    'add:,x' 'ERROR: Empty name' \
    'rem:' 'ERROR: Empty name' \
    'fnd:' 'ERROR: Empty name' \
    'add' 'ERROR: Missing argument' \
    'rem' 'ERROR: Missing argument' \
    'fnd' 'ERROR: Missing argument' \
    'src' 'ERROR: Missing argument' \
    'src:' 'ERROR: Missing argument' \
    'src:  ' 'ERROR: Missing argument' \
    'top' 'ERROR: Missing argument' \
    'top:' 'ERROR: Missing argument' \
    'top:,x' 'ERROR: Missing argument' \
    'top:0' 'ERROR: Bad number: 0' \
    'top:1000001,x' 'ERROR: Bad number: 1000001' \
    'top:-1' 'ERROR: Bad number: -1' \
    'top:x:y,z' 'ERROR: Bad number: x\:y' \
    'top:1,\\q' 'ERROR: Bad escape: \q' \
    'cnt:x' 'ERROR: Unexpected argument' \
    'ver:x' 'ERROR: Unexpected argument' \
    'hlp:x' 'ERROR: Unexpected argument' \
    'bye:x' 'ERROR: Unexpected argument' \
    'src:nosuch:x' 'ERROR: Unknown label: nosuch' \
    "src:$(printf '%060000d' 0):x" "ERROR: Unknown label: $(printf '%064d' 0)" \
    'fnd:a\\qb' 'ERROR: Bad escape: \q' \
    'rem:\\N' 'ERROR: Bad escape: \N' \
    'add:x,\\0' 'ERROR: Bad escape: \0' \
    'add:x\\é,1' 'ERROR: Bad escape: \é' \
    'lst:\\ ' 'ERROR: Bad escape: \ ' \
    'src:\\=' 'ERROR: Bad escape: \=' \
    "fnd:a\\\\" "ERROR: Bad escape: \\" \
    "add:a,b\\\\" "ERROR: Bad escape: \\" \
    "add:a,b\\\\\\\\\\\\" "ERROR: Bad escape: \\"
}

@test "of two faults in one request, the check that comes first gives the reply" {
  local long name
  long=$(letters 65536)
  name=$(letters 1025)
  refuses \
    "xyz$long\\xff" 'ERROR: Line too long (limit 65536 bytes)' \
    "fnd:$long\\x01\\xff" 'ERROR: Line too long (limit 65536 bytes)' \
    'fnd:\x01\xff' 'ERROR: Invalid UTF-8' \
    'fnd:\xff\x01' 'ERROR: Invalid UTF-8' \
    'xyz\xff' 'ERROR: Invalid UTF-8' \
    'cnt:\xff' 'ERROR: Invalid UTF-8' \
    'fnd:\\q\xff' 'ERROR: Invalid UTF-8' \
    'xyz\x01' 'ERROR: Control character' \
    'cnt:\x01' 'ERROR: Control character' \
    'add:,\x01' 'ERROR: Control character' \
    'fnd:\\q\x01' 'ERROR: Control character' \
    "fnd:$name\\x01" 'ERROR: Control character' \
    'xyz:\\q' 'ERROR: Unrecognized command: xyz' \
    "xyz:$name" 'ERROR: Unrecognized command: xyz' \
    'cnt:\\q' 'ERROR: Unexpected argument' \
    "ver:$name" 'ERROR: Unexpected argument' \
    'top:x\xff' 'ERROR: Invalid UTF-8' \
    'top:x\x01' 'ERROR: Control character' \
    'top:,\\q' 'ERROR: Missing argument' \
    'top:x,\\q' 'ERROR: Bad escape: \q' \
    "top:0,$name" 'ERROR: Bad number: 0' \
    "top:1,$name" 'Found: 0' \
    'add:,\\q' 'ERROR: Empty name' \
    "fnd:\\\\q$name" 'ERROR: Bad escape: \q' \
    "fnd:$name\\\\q" 'ERROR: Bad escape: \q' \
    "add:$name,\\\\q" 'ERROR: Bad escape: \q' \
    "add:$name,x" 'ERROR: Name too long (limit 1024 bytes)'
}

@test "names and fields are stored and replied in canonical form" {
  transcript :memory: << 'END'
> add:Smith\, John,1\,2,a\:b:c,d\\e
< Added entry for Smith\, John
> fnd:Smith, John
< Smith\, John : 1\,2,a:b:c,d\\e
> fnd:Smith\, John
< Smith\, John : 1\,2,a:b:c,d\\e
> add:a:b,x:y
< Added entry for a\:b
> fnd:a:b
< a\:b : x:y
> fnd:a\:b
< a\:b : x:y
> add:t\ta,l\nb\r\tc
< Added entry for t\ta
> fnd:t\ta
< t\ta : l\nb\r\tc
> fnd:l\nb\r\\
< Sorry, no entry for: l\nb\r\\
> add:"quoted" 'x' = %s $HOME <b>,"a" 'b'
< Added entry for "quoted" 'x' = %s $HOME <b>
> lst:"
< "quoted" 'x' = %s $HOME <b> : "a" 'b'
< Found: 1
> rem:Smith, John
< Deleted entry for Smith\, John
> rem:a:b
< Deleted entry for a\:b
> rem:a:b
< Sorry, no entry for: a\:b
> rem:a,b:c
< Sorry, no entry for: a\,b\:c
> cnt
< Entries: 2
END
}

@test "a name is one name in composed and in decomposed form; a field stays as it is" {
  run addbook-serve -b :memory: < <(printf 'add:Jose\xcc\x81,Jose\xcc\x81\nfnd:Jos\xc3\xa9\nlst:Jose\xcc\x81\nadd:Jos\xc3\xa9,2\ncnt\nrem:Jose\xcc\x81\ncnt\n')
  assert_success
  assert_output "$(printf 'Added entry for Jos\xc3\xa9\nJos\xc3\xa9 : Jose\xcc\x81\nJos\xc3\xa9 : Jose\xcc\x81\nFound: 1\nAdded entry for Jos\xc3\xa9\nEntries: 1\nDeleted entry for Jos\xc3\xa9\nEntries: 0')"
}

@test "NFC: singletons, excluded compositions, Hangul, the order of marks" {
  # U+212B; U+0958; U+1112 U+1161 U+11AB; s with dot above, then dot below
  run addbook-serve -b :memory: < <(printf 'fnd:\xe2\x84\xab\nfnd:\xe0\xa5\x98\nfnd:\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab\nfnd:s\xcc\x87\xcc\xa3\n')
  assert_success
  assert_output "$(printf 'Sorry, no entry for: %b\n' '\xc3\x85' '\xe0\xa4\x95\xe0\xa4\xbc' '\xed\x95\x9c' '\xe1\xb9\xa9')"
}

@test "one CR before the LF is dropped, and no other" {
  run addbook-serve -b :memory: < <(printf 'add:a,b\r\nfnd:a\r\n\r\ncnt\r\r\nfnd:a\rb\n\rcnt\ncnt\r\n')
  assert_success
  assert_output "$(printf '%s\n' 'Added entry for a' 'a : b' 'ERROR: Empty request' 'ERROR: Control character' \
    'ERROR: Control character' 'ERROR: Control character' 'Entries: 1')"
}

@test "a last line without LF counts as a line" {
  run addbook-serve -b :memory: < <(printf 'add:a,b\nfnd:a')
  assert_output $'Added entry for a\na : b'
  run addbook-serve -b :memory: < <(printf 'fnd:')
  assert_output 'ERROR: Empty name'
  run addbook-serve -b :memory: < <(printf 'fnd:\xc3')
  assert_output 'ERROR: Invalid UTF-8'
  assert_success
}

@test "a line of 65,536 bytes is taken, one of 65,537 is not" {
  local field
  field=$(letters 65530)
  run addbook-serve -b :memory: < <(printf '%s\n' "add:x,$field" fnd:x "add:y,${field}n" cnt)
  assert_success
  assert_equal "$output" "$(printf '%s\n' 'Added entry for x' "x : $field" 'ERROR: Line too long (limit 65536 bytes)' 'Entries: 1')"
  run addbook-serve -b :memory: < <(printf '%s' "add:y,${field}n")
  assert_output 'ERROR: Line too long (limit 65536 bytes)'
}

@test "a name of 1,024 bytes in escaped form is taken, one of 1,025 is not" {
  local name commas accents
  name=$(letters 1024)
  commas=$(letters 512 | tr n ,)
  accents=${commas//,/é}
  run addbook-serve -b :memory: < <(printf '%s\n' "add:$name,1" "fnd:$name" "fnd:$commas" "rem:$accents" "lst:$name" "rem:$name")
  assert_success
  assert_equal "$output" "$(printf '%s\n' "Added entry for $name" "$name : 1" "Sorry, no entry for: ${commas//,/\\,}" \
    "Sorry, no entry for: $accents" "$name : 1" 'Found: 1' "Deleted entry for $name")"
  local over='ERROR: Name too long (limit 1024 bytes)'
  refuses "add:n$name,1" "$over" "fnd:n$name" "$over" "rem:n$name" "$over" "fnd:n$commas" "$over" \
    "rem:$commas," "$over" "add:${commas//,/:}n,1" "$over" "add:${accents}n" "$over"
}

@test "a name that grows in NFC is measured as it would be stored" {
  # U+0958 is 3 bytes, and 6 in NFC.
  local letter
  letter=$(letters 171)
  refuses "add:${letter//n/\\xe0\\xa5\\x98},1" 'ERROR: Name too long (limit 1024 bytes)'
}

@test "an unknown command is shown cut at 64 bytes, never inside a character" {
  local word
  word=$(letters 63)
  refuses "n$word" "ERROR: Unrecognized command: n$word" "nn$word" "ERROR: Unrecognized command: n$word" \
    "${word}é" "ERROR: Unrecognized command: $word" "${word:1}éé" "ERROR: Unrecognized command: ${word:1}é" \
    "${word:2}🦄" "ERROR: Unrecognized command: ${word:2}" "${word:3}🦄" "ERROR: Unrecognized command: ${word:3}🦄"
  run addbook-serve -b :memory: <<< "$word,x"
  refute_output --regexp '[^\\]\\$' # half an escape
}

@test "raw control characters are refused: C0, NUL, DEL, C1" {
  local -a cases=()
  local byte
  for byte in 00 01 02 03 04 05 06 07 08 09 0b 0c 0d 0e 0f 10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f 7f; do
    cases+=("fnd:a\\x${byte}b" 'ERROR: Control character' "add:a,\\x${byte}b" 'ERROR: Control character')
  done
  for byte in 80 85 90 9b 9f; do
    cases+=("fnd:a\\xc2\\x${byte}b" 'ERROR: Control character' "add:a,\\xc2\\x$byte" 'ERROR: Control character')
  done
  refuses "${cases[@]}" '\x00' 'ERROR: Control character' '\x1b[2J' 'ERROR: Control character' \
    'fnd:a\xc2\xa0b' $'Sorry, no entry for: a\u00a0b'
}

@test "bytes that are no UTF-8 are refused: overlong, surrogates, above U+10FFFF, truncated" {
  local -a cases=()
  local bytes
  for bytes in '\x80' '\xbf' '\xfe' '\xff' '\xc0\x80' '\xc0\xaf' '\xc1\xbf' '\xe0\x80\xaf' '\xe0\x9f\xbf' '\xf0\x80\x80\xaf' \
    '\xf0\x8f\xbf\xbf' '\xed\xa0\x80' '\xed\xad\xbf\xed\xb0\x80' '\xed\xbf\xbf' '\xf4\x90\x80\x80' '\xf5\x80\x80\x80' \
    '\xf8\x88\x80\x80\x80' '\xc3' '\xc3\xc3\xa9' '\xe2\x82' '\xe2\x82x' '\xf0\x9f\x98' '\xf0\x9f\x98\xc3\xa9' '\xc3\xa9\xa9'; do
    cases+=("fnd:a${bytes}b" 'ERROR: Invalid UTF-8' "add:a,$bytes" 'ERROR: Invalid UTF-8')
  done
  refuses "${cases[@]}" 'fnd:\xf4\x8f\xbf\xbf' $'Sorry, no entry for: \U10ffff' 'fnd:\xef\xbf\xbf' $'Sorry, no entry for: \uffff' \
    'fnd:\xee\x80\x80' $'Sorry, no entry for: \ue000' 'fnd:\xed\x9f\xbf' $'Sorry, no entry for: \ud7ff'
}

@test "a line of 100 MB gets one reply, the next request works, and memory stays flat" {
  peak idle addbook-serve -b :memory: <<< cnt
  run peak busy addbook-serve -b :memory: < <(
    head -c 100000000 /dev/zero | tr '\0' a
    printf '\nadd:a,b\ncnt\n'
    head -c 100000000 /dev/zero
  )
  assert_success
  assert_output "$(printf '%s\n' 'ERROR: Line too long (limit 65536 bytes)' 'Added entry for a' 'Entries: 1' \
    'ERROR: Line too long (limit 65536 bytes)')"
  (($(< busy) <= $(< idle) + 8192)) || fail "peak memory: idle $(< idle) KiB, busy $(< busy) KiB"
}

@test "large replies that nobody has read yet do not pile up" {
  seq -f 'add:n%06.0f,1,A Road of Some Length,A Town of Some Length,555-0100' 1000 > book
  { cat book && echo lst; } | peak one addbook-serve -b :memory: > /dev/null
  { cat book && yes lst | head -n 1000; } | peak all addbook-serve -b :memory: | grep -c '^Found: 1000$' > found
  assert_equal "$(< found)" 1000
  (($(< all) <= $(< one) + 8192)) || fail "peak memory: one lst $(< one) KiB, 1,000 of them $(< all) KiB"
}

@test "replies come in the order of the requests, and each sees the effect of those before it" {
  local -a requests=() replies=()
  local i
  for i in {1..500}; do
    requests+=("add:n$i,$i" "fnd:n$i" bad "add:n$i,again" "fnd:n$i" cnt "rem:n$i" "fnd:n$i" "lst:n$i")
    replies+=("Added entry for n$i" "n$i : $i" 'ERROR: Unrecognized command: bad' "Added entry for n$i" "n$i : again" 'Entries: 1'
      "Deleted entry for n$i" "Sorry, no entry for: n$i" 'Found: 0')
  done
  run addbook-serve -b :memory: < <(printf '%s\n' "${requests[@]}")
  assert_success
  assert_equal "$output" "$(printf '%s\n' "${replies[@]}")"
}

@test "a client may wait for each reply: nothing is held back" {
  start server addbook-serve -b :memory:
  tell server add:a,b 'Added entry for a'
  tell server fnd:a 'a : b'
  tell server '' 'ERROR: Empty request'
  tell server $'cnt\r' 'Entries: 1'
  finish server
}
