#!/usr/bin/env bats
# What src: finds, and in which order. The people are in fixtures/people.dat.

load helper

# finds TERMS NAME...: src:TERMS gives the entries of these names (in canonical form), in this order.
finds() {
  local terms=$1 name
  shift
  cp "$FIXTURES/people.dat" people.dat
  run addbook-serve -b people.dat <<< "src:$terms"
  assert_success
  assert_equal "src:$terms: $output" "src:$terms: $(
    for name; do fnd "$name"; done
    echo "Found: $#"
  )"
}

fnd() { addbook-serve -b people.dat <<< "fnd:$1"; }

@test "src gives the entries, each as fnd does, then how many" {
  cp "$FIXTURES/people.dat" people.dat
  transcript people.dat << 'END'
> src:dent
< Dent\, Arthur : 155,Country Lane,Cottington,,email.work=dent@bbc.example,nick=monkey man,birthday=1952-03-11
< Found: 1
> src:palace
< ΟΔΥΣΣΕΥΣ : 1,Palace,Ιθάκη,,note=nobody
< Found: 1
> src:nothing at all
< Found: 0
END
}

@test "every term must be found, each in any field, in any order" {
  finds 'arthur' 'Arthur Pendragon' 'Dent\, Arthur'
  finds 'arthur country' 'Dent\, Arthur'
  finds 'monkey cottington 155' 'Dent\, Arthur'
  finds 'arthur malaga'
  finds 'cook friend' 'José Núñez'
}

@test "spaces separate terms, however many" {
  finds '  king   castle  ' 'Arthur Pendragon'
  finds 'castleroad'
}

@test "a term is found inside a word too" {
  finds 'ottingto' 'Dent\, Arthur'
  finds 'drago' 'Arthur Pendragon'
}

@test "case is folded, beyond ASCII too" {
  finds 'CAMELOT' 'Arthur Pendragon'
  finds 'dRaNg' 'tab\there'
  finds 'οδυσσευς' 'ΟΔΥΣΣΕΥΣ'
  finds 'MÁLAGA' 'José Núñez'
}

@test "accents are stripped on both sides" {
  finds 'jose nunez' 'José Núñez'
  finds 'josé' 'José Núñez'
  finds $'nun\u0303ez' 'José Núñez'
  finds 'nguyen ha noi' 'Nguyễn Văn An'
  finds 'cámelot' 'Arthur Pendragon'
  finds 'ιθακη' 'ΟΔΥΣΣΕΥΣ'
}

@test "ß is ss" {
  finds 'strasse' 'Brünnhilde Straße'
  finds 'STRASSE' 'Brünnhilde Straße'
  finds 'grosse' 'Brünnhilde Straße'
  finds 'straße' 'Brünnhilde Straße'
}

@test "an escape, in the book and in a term, is searched as what it stands for" {
  finds 'dent\, arthur' 'Dent\, Arthur'
  finds 'dent,' 'Dent\, Arthur'
  finds 'a\\b\,c' 'tab\there'
  finds 'b\there' 'tab\there'
  finds 'line\nbreak' 'tab\there'
  finds 'there'
  finds 'nbreak'
}

@test "a colon of a term is written as an escape" {
  finds 'http\://camelot' 'Arthur Pendragon'
  finds 'url:http\://camelot' 'Arthur Pendragon'
  cp "$FIXTURES/people.dat" people.dat
  transcript people.dat << 'END'
> src:http://camelot
< ERROR: Unknown label: http
END
}

@test "a phone is found by its digits, however they are written" {
  finds '555-0199' 'Brünnhilde Straße'
  finds '5550199' 'Brünnhilde Straße'
  finds '(555)0199' 'Brünnhilde Straße'
  finds '550' 'Brünnhilde Straße' 'José Núñez'
  finds '+442079460018' 'Arthur Pendragon'
  finds '952/555' 'José Núñez'
  finds '952555010' 'José Núñez'
  finds '0207946' 'Brünnhilde Straße'
}

@test "digits are a phone's only from three of them on, and only in phone fields" {
  finds '4-2'
  finds '5550123'
  finds '555-0123' 'Brünnhilde Straße'
  finds '19520311'
  finds '5550199a'
}

@test "label:term looks in that field alone" {
  finds 'town:camelot' 'Arthur Pendragon'
  finds 'street:camelot'
  finds 'name:arthur' 'Arthur Pendragon' 'Dent\, Arthur'
  finds 'name:camelot'
  finds 'number:155' 'Dent\, Arthur'
  finds 'street:GROSSE' 'Brünnhilde Straße'
  finds 'email:camelot' 'Arthur Pendragon'
  finds 'tag:cook' 'José Núñez'
  finds 'tag:friend' 'José Núñez'
  finds 'x-shoe.size:41' 'Nguyễn Văn An'
  finds 'x-hat.size:41'
}

@test "a label covers its kinds, and phone: the fourth field" {
  finds 'email:dent' 'Dent\, Arthur'
  finds 'email.work:dent' 'Dent\, Arthur'
  finds 'email.work:king'
  finds 'phone:555-0199' 'Brünnhilde Straße'
  finds 'phone:952.555' 'José Núñez'
  finds 'phone:0207946' 'Brünnhilde Straße'
  finds 'phone.home:0207946' 'Brünnhilde Straße'
  finds 'phone.home:5550199'
}

@test "a label alone finds the entries that have such a field" {
  finds 'nick:' 'Dent\, Arthur'
  finds 'phone:' 'Arthur Pendragon' 'Brünnhilde Straße' 'José Núñez'
  finds 'email: town:camelot' 'Arthur Pendragon'
  finds 'x-hat:'
  transcript :memory: << 'END'
> add:Bob,,,,,tag=,nick=b
< Added entry for Bob
> src:tag:
< Found: 0
> src:town:
< Found: 0
> src:nick:
< Bob : ,,,,tag=,nick=b
< Found: 1
END
}

@test "labelled and plain terms go together" {
  finds 'arthur email:bbc' 'Dent\, Arthur'
  finds 'town:camelot email:bbc'
}

@test "values are searched, label names are not" {
  finds 'birthday'
  finds 'email'
  finds 'x-shoe'
  finds 'size=41'
  finds '1952-03' 'Dent\, Arthur'
}

@test "a search has at most 32 terms, equal ones counted once" {
  cp "$FIXTURES/people.dat" people.dat
  run -0 addbook-serve -b people.dat <<< "src:$(seq -s ' ' 33)"
  assert_output 'ERROR: Too many terms (limit 32)'
  run -0 addbook-serve -b people.dat <<< "src:$(seq -s ' ' 32)"
  assert_output 'Found: 0'
  run -0 addbook-serve -b people.dat <<< "src:$(yes camelot | head -n 1000 | xargs) Camelot"
  assert_line --index 0 --partial 'Arthur Pendragon : '
}

@test "a term of nothing that can be seen is no term" {
  local term
  cp "$FIXTURES/people.dat" people.dat
  for term in $'\u200b' $'\u0301' $'\u200b \u0301'; do
    run -0 addbook-serve -b people.dat <<< "src:$term"
    assert_output 'ERROR: Missing argument'
    run -0 addbook-serve -b people.dat <<< "src:zzz $term"
    assert_output 'Found: 0'
    run -0 addbook-serve -b people.dat <<< "src:$term pendragon"
    assert_line --index 1 'Found: 1'
  done
}

@test "every label of the protocol is known, any other is an error" {
  local label
  cp "$FIXTURES/people.dat" people.dat
  for label in number street town phone name email email.work phone.home org title note birthday url nick tag postcode region \
    country uid x-any x-any.thing; do
    run addbook-serve -b people.dat <<< "src:$label:zzz"
    assert_equal "$label: $output" "$label: Found: 0"
  done
  transcript people.dat << 'END'
> src:mail:x
< ERROR: Unknown label: mail
> src:arthur planet:earth
< ERROR: Unknown label: planet
> src:arthur
< Arthur Pendragon : 1,Castle Road,Camelot,+44 20 7946 0018,email=king@camelot.example,title=King,url=http://camelot.example/king
< Dent\, Arthur : 155,Country Lane,Cottington,,email.work=dent@bbc.example,nick=monkey man,birthday=1952-03-11
< Found: 2
END
}

@test "the exact name comes first, then a prefix of it, a prefix of a word of it, the rest; ties by the bytes of the name" {
  transcript :memory: << 'END'
> add:Zed,1,Arthur Road
< Added entry for Zed
> add:McArthur
< Added entry for McArthur
> add:Aaron,,,,,note=arthur
< Added entry for Aaron
> add:King Arthur
< Added entry for King Arthur
> add:Duke Arthurson
< Added entry for Duke Arthurson
> add:arthurian
< Added entry for arthurian
> add:Arthur Dent
< Added entry for Arthur Dent
> add:ARTHUR
< Added entry for ARTHUR
> src:arthur
< ARTHUR : 
< Arthur Dent : 
< arthurian : 
< Duke Arthurson : 
< King Arthur : 
< Aaron : ,,,,note=arthur
< McArthur : 
< Zed : 1,Arthur Road
< Found: 8
> src:ÁRTHUR
< ARTHUR : 
< Arthur Dent : 
< arthurian : 
< Duke Arthurson : 
< King Arthur : 
< Aaron : ,,,,note=arthur
< McArthur : 
< Zed : 1,Arthur Road
< Found: 8
END
}

@test "an entry ranks by its worst term" {
  transcript :memory: << 'END'
> add:Arthur,1,Lane,Dent
< Added entry for Arthur
> add:Dent Arthur
< Added entry for Dent Arthur
> add:Arthur Dent Prefect
< Added entry for Arthur Dent Prefect
> src:arthur dent
< Arthur Dent Prefect : 
< Dent Arthur : 
< Arthur : 1,Lane,Dent
< Found: 3
> src:arthur
< Arthur : 1,Lane,Dent
< Arthur Dent Prefect : 
< Dent Arthur : 
< Found: 3
> src:dent
< Dent Arthur : 
< Arthur Dent Prefect : 
< Arthur : 1,Lane,Dent
< Found: 3
END
}

@test "a labelled term ranks an entry too" {
  transcript :memory: << 'END'
> add:Zoe
< Added entry for Zoe
> add:Anna Zoe,,,,,note=Zoe
< Added entry for Anna Zoe
> src:name:zoe
< Zoe : 
< Anna Zoe : ,,,,note=Zoe
< Found: 2
> src:zoe note:zoe
< Anna Zoe : ,,,,note=Zoe
< Found: 1
END
}
