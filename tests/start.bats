#!/usr/bin/env bats
# What a program's start costs: the list of the functions that it calls (src/start.order), and the linker that heeds it.

load helper

LINKED=$EXAMPLES/../linked

# percent_of_listed THESE OF: of the listed functions for which awk finds OF true, how many are THESE. Both may use `name`,
# `known`, the functions of all programs, `is_here`, whether addbook has it, and `at`, at what part of its text.
percent_of_listed() {
  [ -z "${SAN-}" ] || skip 'a program with a sanitizer is not linked for a quick start'
  {
    nm "$LINKED"/{addbook,addbook-query,addbook-serve,ni-format} | awk '$2 ~ /[tTwWi]/ { print "known", $3 }'
    size -A "$LINKED/addbook" | awk '$1 == ".text" { print "text", $3, $2 }'
    nm -td "$LINKED/addbook" | awk '$2 ~ /[tTwWi]/ { print "at", $3, $1 }'
    grep -v '^#' "$ROOT/src/start.order" | sed 's/^/listed /'
  } | awk '
    $1 == "known" { known[$2] = 1 }
    $1 == "text" { start = $2; bytes = $3 }
    $1 == "at" { place[$2] = ($3 - start) / bytes }
    $1 == "listed" { name = $2; at = place[name]; is_here = name in place; if ('"$1"') some++; if ('"$2"') all++ }
    END { printf "%d\n", 100 * some / all }'
}

@test "the functions of a start stand side by side" {
  percent_of_listed 'is_here && at < 0.2' is_here > percent
  [ "$(< percent)" -ge 90 ]
}

@test "the list of the functions of a start names such as there are (make order)" {
  percent_of_listed 'name in known' 1 > percent
  [ "$(< percent)" -ge 90 ]
}
