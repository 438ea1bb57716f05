#!/usr/bin/env bats
# The requests that look before they change: new, chg and mov. A body is a function of the BOOK, for each store.
# shellcheck disable=SC2030,SC2031,SC2154 # output, lines and status are set by run

load helper

teardown() { end_started; }

# as_field ENTRY: as chg wants the old entry, one field.
as_field() {
  printf %s "$1" | sed 's/[\\,]/\\&/g'
}

# ---- What they answer ------------------------------------------------------------------------------------------------

adds_only_what_is_new() {
  transcript "$1" << 'END'
> new:King Arthur,1,Castle Road,Camelot
< Added entry for King Arthur
> new:King Arthur,2,Lake Road,Avalon
< Sorry, there is an entry for: King Arthur
> fnd:King Arthur
< King Arthur : 1,Castle Road,Camelot
> rem:King Arthur
< Deleted entry for King Arthur
> new:King Arthur
< Added entry for King Arthur
> fnd:King Arthur
< King Arthur : 
> new:a:b,x\:y
< Added entry for a\:b
> new:a\:b,again
< Sorry, there is an entry for: a\:b
> fnd:a:b
< a\:b : x:y
> cnt
< Entries: 2
END
}

@test "new adds where there is no entry, and leaves one that is there: memory" { adds_only_what_is_new :memory:; }
@test "new adds where there is no entry, and leaves one that is there: text" { adds_only_what_is_new book.dat; }
@test "new adds where there is no entry, and leaves one that is there: sqlite" { adds_only_what_is_new book.db; }

changes_what_was_read() {
  transcript "$1" << 'END'
> chg:King Arthur,1,2
< Sorry, no entry for: King Arthur
> add:King Arthur,1,Castle Road,Camelot
< Added entry for King Arthur
> chg:King Arthur,1\,Castle Road\,Camelot,1,Castle Road,Camelot,555-0100
< Changed entry for King Arthur
> chg:King Arthur,1\,Castle Road\,Camelot,2,Lake Road,Avalon
< Sorry, the entry has changed: King Arthur
> fnd:King Arthur
< King Arthur : 1,Castle Road,Camelot,555-0100
> chg:King Arthur,1,2
< Sorry, the entry has changed: King Arthur
> chg:King Arthur,1\,Castle Road\,Camelot\,555-0100
< Changed entry for King Arthur
> fnd:King Arthur
< King Arthur : 
> chg:King Arthur,,,,,
< Changed entry for King Arthur
> fnd:King Arthur
< King Arthur : ,,,
> chg:King Arthur,\,\,\,,x
< Changed entry for King Arthur
> fnd:King Arthur
< King Arthur : x
> add:odd:name,a\\b\nc\,d,e:f
< Added entry for odd\:name
> chg:odd:name,a\\\\b\\nc\\\,d\,e:f,g\,h
< Changed entry for odd\:name
> fnd:odd:name
< odd\:name : g\,h
> chg:odd:name,g\\\,h,e:f
< Changed entry for odd\:name
> chg:odd:name,e\\:f,the old entry is compared in canonical form
< Changed entry for odd\:name
> cnt
< Entries: 2
END
}

@test "chg replaces an entry that is as it was read, and no other: memory" { changes_what_was_read :memory:; }
@test "chg replaces an entry that is as it was read, and no other: text" { changes_what_was_read book.dat; }
@test "chg replaces an entry that is as it was read, and no other: sqlite" { changes_what_was_read book.db; }

renames_to_a_free_name() {
  transcript "$1" << 'END'
> mov:Bob,Robert
< Sorry, no entry for: Bob
> add:Bob,7,High Street\, Flat 2,York
< Added entry for Bob
> mov:Bob,Builder, Bob: the
< Renamed entry for Bob
> fnd:Bob
< Sorry, no entry for: Bob
> fnd:Builder, Bob: the
< Builder\, Bob\: the : 7,High Street\, Flat 2,York
> add:Robert,8
< Added entry for Robert
> mov:Builder\, Bob: the,Robert
< Sorry, there is an entry for: Robert
> mov:Builder\, Bob\: the,Builder\, Bob\: the
< Sorry, there is an entry for: Builder\, Bob\: the
> mov:Nobody,Nobody
< Sorry, no entry for: Nobody
> mov:Nobody,Robert
< Sorry, no entry for: Nobody
> lst
< Builder\, Bob\: the : 7,High Street\, Flat 2,York
< Robert : 8
< Found: 2
> mov:Robert,,
< Renamed entry for Robert
> lst
< Builder\, Bob\: the : 7,High Street\, Flat 2,York
< \, : 8
< Found: 2
END
}

@test "mov renames to a name that is free, and changes nothing else: memory" { renames_to_a_free_name :memory:; }
@test "mov renames to a name that is free, and changes nothing else: text" { renames_to_a_free_name book.dat; }
@test "mov renames to a name that is free, and changes nothing else: sqlite" { renames_to_a_free_name book.db; }

@test "a composed and a decomposed name are one to new, chg and mov" {
  run addbook-serve -b :memory: < <(printf 'new:Jos\xc3\xa9,1\nnew:Jose\xcc\x81,2\nchg:Jose\xcc\x81,1,3\nmov:Jose\xcc\x81,Jos\xc3\xa9\n')
  assert_output "$(printf '%b\n' 'Added entry for Jos\xc3\xa9' 'Sorry, there is an entry for: Jos\xc3\xa9' \
    'Changed entry for Jos\xc3\xa9' 'Sorry, there is an entry for: Jos\xc3\xa9')"
}

chain() {
  local i
  local -a requests=() replies=()
  for i in {1..300}; do
    requests+=("new:a,$i" 'new:a,x' "chg:a,$i,$i,more" "chg:a,$i,x" 'add:b,1' 'mov:a,b' 'rem:b' 'mov:a,b' 'fnd:b' 'rem:b' 'cnt')
    replies+=('Added entry for a' 'Sorry, there is an entry for: a' 'Changed entry for a' 'Sorry, the entry has changed: a'
      'Added entry for b' 'Sorry, there is an entry for: b' 'Deleted entry for b' 'Renamed entry for a' "b : $i,more"
      'Deleted entry for b' 'Entries: 0')
  done
  addbook-serve -b "$1" < <(printf '%s\n' "${requests[@]}") > replies
  printf '%s\n' "${replies[@]}" | diff - replies
}

@test "each sees the effect of every request before it in the same batch: memory" { chain :memory:; }
@test "each sees the effect of every request before it in the same batch: text" { chain book.dat; }
@test "each sees the effect of every request before it in the same batch: sqlite" { chain book.db; }

@test "what sed makes of a reply is the old entry of chg, for any entry" {
  local entry
  while read -r entry; do
    addbook-serve -b book.db <<< "add:x,$entry" > added
    entry=$(addbook-serve -b book.db <<< fnd:x)
    entry=${entry#x : }
    run addbook-serve -b book.db <<< "chg:x,$(as_field "$entry"),done,$entry"
    assert_output 'Changed entry for x'
  done << 'END'
7,High Street\, "Flat" 2,Bår\\Town,+44 (0)20,note=two\nlines\r\tand: 🦄 שלום,,x-a=1
\\\\\,\\n,\n\\,\t
,,,
$(touch pwned) `id` '; x,-f,--,%s
END
}

# ---- What they refuse ------------------------------------------------------------------------------------------------

@test "a bad new, chg or mov has one error and changes nothing" {
  transcript book.dat << 'END'
> add:a,1
< Added entry for a
> new
< ERROR: Missing argument
> chg
< ERROR: Missing argument
> mov
< ERROR: Missing argument
> new:
< ERROR: Empty name
> new:,x
< ERROR: Empty name
> chg:
< ERROR: Missing argument
> chg:a
< ERROR: Missing argument
> chg:a\,1
< ERROR: Missing argument
> chg:,1,2
< ERROR: Empty name
> chg:,\q
< ERROR: Empty name
> chg:a,\q,2
< ERROR: Bad escape: \q
> chg:a,1,\q
< ERROR: Bad escape: \q
> chg:a,\\q,2
< ERROR: Bad escape: \q
> chg:a,1\\,2
< ERROR: Bad escape: \
> chg:a,1\n2,3
< ERROR: Control character
> mov:
< ERROR: Empty name
> mov:a
< ERROR: Empty name
> mov:a,
< ERROR: Empty name
> mov:,b
< ERROR: Empty name
> mov:a,\q
< ERROR: Bad escape: \q
> lst
< a : 1
< Found: 1
END
}

@test "the limits hold for both names, and for the old and the new entry together" {
  local name half
  name=$(printf '%01024d' 0)
  half=$(printf '%032764d' 0)
  run addbook-serve -b :memory: < <(printf '%s\n' 'add:a,1' "mov:a,0$name" "mov:0$name,a" "new:0$name" "chg:0$name,1" \
    "mov:a,$name" "mov:$name,a" "chg:a,1,$half" "chg:a,$half,00$half" "chg:a,$half,0$half" fnd:a)
  local over='ERROR: Name too long (limit 1024 bytes)'
  assert_equal "$output" "$(printf '%s\n' 'Added entry for a' "$over" "$over" "$over" "$over" 'Renamed entry for a' \
    "Renamed entry for $name" 'Changed entry for a' 'ERROR: Line too long (limit 65536 bytes)' 'Changed entry for a' "a : 0$half")"
}

@test "no rename makes an entry so long that no add could store it again" {
  local field
  field=$(printf '%065530d' 0)
  run addbook-serve -b book.db < <(printf '%s\n' "add:a,$field" mov:a,bc mov:a,b "lst:b")
  assert_equal "$output" "$(printf '%s\n' 'Added entry for a' 'ERROR: Line too long (limit 65536 bytes)' \
    'Renamed entry for a' "b : $field" 'Found: 1')"
  addbook -b book.db list | sed 's/^/add:/; s/ : /,/' | addbook -b copy.db raw
  assert_equal "$(addbook -b copy.db list)" "b : $field"
}

@test "a client that may only read may not even try" {
  addbook-serve -b book.db <<< 'add:a,1'
  run addbook-serve -b book.db --read-only <<< $'new:a\nnew:b\nchg:a,x\nchg:a,1,2\nchg:,1\nmov:a,b\nmov:b,c\nmov:a\nlst'
  assert_output - << 'END'
ERROR: Read-only
ERROR: Read-only
ERROR: Read-only
ERROR: Read-only
ERROR: Empty name
ERROR: Read-only
ERROR: Read-only
ERROR: Empty name
a : 1
Found: 1
END
}

# ---- Kept, or not at all ---------------------------------------------------------------------------------------------

# In units of 1,024 bytes; all requests come in one read, and the first change alone would have room.
undone_together() {
  local big expected
  big=$(printf '%030000d' 0)
  printf '%s\n' 'add:a,1' 'add:b,2' | addbook-serve -b "$1" > added
  seq -f 'add:n%04.0f,entry entry entry entry' 1000 | addbook-serve -b "$1" >> added
  printf '%s\n' mov:a,c fnd:c "chg:b,2,$big" "new:d,$big" mov:x,y fnd:a fnd:b fnd:c cnt > requests
  run bash -c "ulimit -f 64 && exec addbook-serve -b $1 < requests"
  assert_success
  for expected in 'ERROR: Not stored: ?*' 'Sorry, no entry for: c' 'ERROR: Not stored: ?*' 'ERROR: Not stored: ?*' \
    'ERROR: Not stored: ?*' 'a : 1' 'b : 2' 'Sorry, no entry for: c' 'Entries: 1002'; do
    # shellcheck disable=SC2053 # a pattern
    [[ ${lines[0]} == $expected ]] || fail "reply: ${lines[0]}, expected: $expected"
    lines=("${lines[@]:1}")
  done
  assert_equal "$(addbook-serve -b "$1" <<< mov:a,c)" 'Renamed entry for a'
}

@test "when the store refuses a batch, its new, chg and mov are undone with it: text" { undone_together book.dat; }
@test "when the store refuses a batch, its new, chg and mov are undone with it: sqlite" { undone_together book.db; }

# race BOOK [OPTION]...: in each of 40 rounds, eight clients of one server try the same at once, and one has its way.
race() {
  serve -b "$1" -l ./s.sock "${@:2}"
  run sockets "$ADDRESS" << 'END'
clients = [connect() for _ in range(8)]


def winner(requests, won, lost):
    for client, request in zip(clients, requests):
        send(client, request)
    replies = [line(client) for client in clients]
    assert sorted(replies) == sorted([won] + [lost] * 7), replies
    return replies.index(won)


for round in range(40):
    first = winner([f"new:N,{i}" for i in range(8)], "Added entry for N", "Sorry, there is an entry for: N")
    assert ask(clients[0], "fnd:N") == f"N : {first}"
    next = winner([f"chg:N,{first},{first},{i}" for i in range(8)], "Changed entry for N", "Sorry, the entry has changed: N")
    assert ask(clients[0], "fnd:N") == f"N : {first},{next}"
    last = winner([f"mov:N,M{i}" for i in range(8)], "Renamed entry for N", "Sorry, no entry for: N")
    assert ask(clients[0], f"fnd:M{last}") == f"M{last} : {first},{next}"
    ask(clients[0], f"rem:M{last}")
assert ask(clients[0], "cnt") == "Entries: 0"
print("one each")
END
  assert_output 'one each'
}

@test "of clients that try the same at once, exactly one has its way: text" { race book.dat; }
@test "of clients that try the same at once, exactly one has its way: sqlite" { race book.db; }
@test "of clients that try the same at once, exactly one has its way: two processes" { race book.db --workers 2; }

# Each adds 1 to a number, and tries again where another was faster: no addition is lost.
counts() {
  addbook-serve -b "$1" <<< 'add:n,0' > added
  run sockets "$1" << 'END'
import subprocess


def add_up(times):
    server = subprocess.Popen(["addbook-serve", "-b", sys.argv[1]], stdin=-1, stdout=-1, text=True, bufsize=1)

    def ask(request):
        server.stdin.write(request + "\n")
        return server.stdout.readline().rstrip("\n")

    while times:
        number = ask("fnd:n").removeprefix("n : ")
        reply = ask(f"chg:n,{number},{int(number) + 1}")
        assert reply in ("Changed entry for n", "Sorry, the entry has changed: n"), reply
        times -= reply.startswith("Changed")
    server.stdin.close()
    server.wait()


threads = [threading.Thread(target=add_up, args=(50,)) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
END
  assert_success
  run addbook-serve -b "$1" <<< 'fnd:n'
  assert_output 'n : 150'
}

@test "three servers on one book: nothing that a chg has changed is lost: text" { counts book.dat; }
@test "three servers on one book: nothing that a chg has changed is lost: sqlite" { counts book.db; }
