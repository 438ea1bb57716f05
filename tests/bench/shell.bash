#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Programs started for one question, as by a person at a shell or by an editor: the median of many runs, each from start
# to end. Exit status 1 when a floor is missed.
# shellcheck source-path=SCRIPTDIR source=compare.bash disable=SC2317 # functions are called by name
source "$(dirname "$0")/compare.bash"

# Linked as ours are.
${CC:-gcc} -D_GNU_SOURCE -O2 -static -o joined "$bench/joined.c"
people 1000000 > large.dat
as_adds < large.dat | addbook-serve -b large.db > replies
head -n 10000 large.dat > book.dat
as_adds < book.dat | addbook-serve -b book.db > replies

find_large() { once addbook -b large.db find 'Person 0500000'; }
find_db() { once addbook -b book.db find 'Person 0005000'; }
find_dat() { once addbook -b book.dat find 'Person 0005000'; }
search_db() { once addbook -b book.db search high 0005000; }
joined() { once ./joined; }
search_dat() { once addbook -b book.dat search high 0005000; }

heading 'the other'
at_most 'a find in a text book of 10,000 entries / three empty programs, s' 1.5 find_dat joined
at_most 'a find in an SQLite book of 10,000 entries / three empty programs, s' 1.5 find_db joined
if has sqlite3; then
  find_sqlite() { once sqlite3 large.db "SELECT entry FROM entry WHERE name = 'Person 0500000'"; }
  at_most 'a find in 1,000,000 entries / the sqlite3 command, s' 0.9 find_large find_sqlite
  at_most 'three empty programs / the sqlite3 command, s' 0.9 joined find_sqlite
fi
if has abook; then
  awk -F '[:,]' 'BEGIN { print "[format]\nprogram=abook\nversion=0.6.1\n" } {
    printf "[%d]\nname=%s\nemail=p%d@example.org\naddress=%s %s\ncity=%s\nphone=%s\n\n", NR - 1, $1, NR, $2, $3, $4, $5
  }' book.dat > book.abook
  find_abook() { once abook --datafile book.abook --mutt-query 'Person 0005000'; }
  abook --datafile book.abook --mutt-query 'Person 0005000' | grep -q 'Person 0005000'
  at_most 'a find in a text book of 10,000 entries / abook, s' 0.25 find_dat find_abook
  at_most 'a find in an SQLite book of 10,000 entries / abook, s' 0.25 find_db find_abook
  at_most 'three empty programs / abook, s' 0.25 joined find_abook
fi
if has recsel; then
  awk -F: '{ printf "Name: %s\nEntry: %s\n\n", $1, $2 }' book.dat > book.rec
  find_recsel() { once recsel -e "Name = 'Person 0005000'" book.rec; }
  at_most 'a find in a text book of 10,000 entries / recsel, s' 0.25 find_dat find_recsel
fi
if has khard; then
  mkdir -p contacts
  awk -F '[:,]' 'NR <= 1000 {
    file = sprintf("contacts/%04d.vcf", NR)
    printf "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:%d\r\nFN:%s\r\nN:%s;;;;\r\nTEL:%s\r\nEND:VCARD\r\n", NR, $1, $1, $5 > file
    close(file)
  }' book.dat
  printf '[addressbooks]\n[[people]]\npath = %s\n' "$work/contacts" > khard.conf
  search_khard() {
    local start=$EPOCHREALTIME # one run: it takes long
    khard -c khard.conf list 'Person 0000500' > /dev/null
    awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.6f\n", b - a }'
  }
  at_most 'a search in a text book of 10,000 entries / khard in 1,000, s' 0.02 search_dat search_khard
  at_most 'a search in an SQLite book of 10,000 entries / khard in 1,000, s' 0.02 search_db search_khard
fi
at_most 'a search in an SQLite book of 10,000 entries / a find, s' 1.5 search_db find_db
at_most 'a search in a text book of 10,000 entries / a find, s' 1.5 search_dat find_dat
exit "$missed"
