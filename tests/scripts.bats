#!/usr/bin/env bats
# Search in many scripts: what people type, and whom it finds in fixtures/world.dat.

load helper

setup_file() {
  cp "$BATS_TEST_DIRNAME/fixtures/world.dat" "$BATS_FILE_TMPDIR/world.dat"
}

# finds: each line `TERM... => NAME; NAME` of standard input says whom a search finds, best first; nobody for `=>` alone.
finds() {
  local line terms names got
  while IFS= read -r line; do
    terms=${line%% =>*} names=${line##*=>}
    names=${names# }
    got=$(timeout 20 addbook -b "$BATS_FILE_TMPDIR/world.dat" search -f names -- "$terms" | sed ':a; N; $!ba; s/\n/; /g')
    assert_equal "$terms => $got" "$terms => $names"
  done
}

@test "everybody is found by the name, as it is and in decomposed form" {
  local book=$BATS_FILE_TMPDIR/world.dat name other
  cut -d: -f1 "$book" > names
  python3 -c 'import sys, unicodedata; sys.stdout.write(unicodedata.normalize("NFD", sys.stdin.read()))' < names > decomposed
  while IFS= read -r name && IFS= read -r other <&3; do
    run addbook -b "$book" search --first -F name -- "name:${name%% *}"
    assert_output "$name"
    run addbook -b "$book" search -F name -- "$name"
    assert_output "$name"
    run addbook -b "$book" search -F name -- "$other"
    assert_output "$name"
  done < names 3< decomposed
}

@test "Turkish: i with a dot and without, in both cases" {
  finds << 'END'
ışıl => Işıl Yıldız
IŞIL => Işıl Yıldız
isil yildiz => Işıl Yıldız
YILDIZ => Işıl Yıldız
ibrahim => İbrahim Şahin
İBRAHİM ŞAHİN => İbrahim Şahin
IBRAHIM => İbrahim Şahin
izmir kızılay => İbrahim Şahin
diyarbakir => Işıl Yıldız
END
}

@test "German: ß is ss, small and capital; an umlaut is its vowel" {
  finds << 'END'
groß => Jürgen Groß
GROSS => Jürgen Groß
GROẞ => Jürgen Groß
jurgen => Jürgen Groß
town:furth => Jürgen Groß
weissenburger => Jürgen Groß
END
}

@test "Latin letters that are no accented ones: ø æ þ ð ł đ" {
  finds << 'END'
bjorn agren => Bjørn Ågren
BJØRN => Bjørn Ågren
aeroskobing => Bjørn Ågren
nick:orn => Bjørn Ågren
thordur gudmundsson => Þórður Guðmundsson
ÞÓRÐUR => Þórður Guðmundsson
lukasz wojcik => Łukasz Wójcik
town:lodz => Łukasz Wójcik
dang thi hong => Đặng Thị Hồng
ĐẶNG => Đặng Thị Hồng
END
}

@test "quotes, dashes and spaces: as a keyboard has them" {
  finds << 'END'
siobhan o'brien-walsh => Siobhán O’Brien‐Walsh
O’BRIEN => Siobhán O’Brien‐Walsh
street:stephen's => Siobhán O’Brien‐Walsh
brien => Siobhán O’Brien‐Walsh
o´brien =>
END
}

@test "Greek: the final sigma, capitals, the tonos" {
  finds << 'END'
παπαδοπουλος => Γιώργος Παπαδόπουλος
ΠΑΠΑΔΟΠΟΥΛΟΣ => Γιώργος Παπαδόπουλος
παπαδοπουλοσ => Γιώργος Παπαδόπουλος
γιωργος => Γιώργος Παπαδόπουλος
αλέξης ζορμπάς => ΑΛΕΞΗΣ ΖΟΡΜΠΑΣ
ζορμπασ => ΑΛΕΞΗΣ ΖΟΡΜΠΑΣ
END
}

@test "Cyrillic: capitals, ё is е, ї is і" {
  finds << 'END'
королев => Сергей Королёв
КОРОЛЁВ СЕРГЕЙ => Сергей Королёв
їжак => Їжак Олена
ІЖАК => Їжак Олена
town:москва => Сергей Королёв
END
}

@test "Japanese: half-width and composed kana, full-width digits; the voicing mark counts" {
  finds << 'END'
佐藤 => 佐藤 花子
花子 銀座 => 佐藤 花子
ﾊﾅｺ => 佐藤 花子
ガイトウ => ガイトウ ケン
ｶﾞｲﾄｳ => ガイトウ ケン
nick:ガイトウ => ガイトウ ケン
カイトウ =>
03-5555-0112 => 佐藤 花子
phone:5555-0112 => 佐藤 花子
END
}

@test "Chinese: a part of a name, an address" {
  finds << 'END'
王 => 王小明
小明 => 王小明
town:上海 => 王小明
大明 =>
END
}

@test "Korean: syllables and jamo are the same, and a syllable that is not complete finds" {
  finds << 'END'
김민준 => 김민준
기 => 김민준
nick:민준 => 김민준
박서연 부산 => 박서연
nick:서연 => 박서연
nick:ᄉ => 박서연
town:서울 => 김민준
END
}

@test "Arabic and Persian: with hamza, vowels, tatweel and zero-width non-joiner, or without" {
  finds << 'END'
احمد => أحمد المصري
أَحْمَد => أحمد المصري
nick:محمد => أحمد المصري; علی‌رضا رضایی
مـحـمـد => أحمد المصري; علی‌رضا رضایی
علیرضا => علی‌رضا رضایی
علی‌رضا => علی‌رضا رضایی
town:تهران => علی‌رضا رضایی
END
}

@test "Hebrew: with points or without" {
  finds << 'END'
שרה => שָׂרָה לוי
שָׂרָה לוי => שָׂרָה לוי
חיפה => שָׂרָה לוי
END
}

@test "Hindi: vowel signs and the nukta count" {
  finds << 'END'
अनिल => अनिल शर्मा
शर्मा दिल्ली => अनिल शर्मा
अनील =>
ज़ोया => ज़ोया ख़ान
ज़ोया => ज़ोया ख़ान
जोया =>
चाँदनी => ज़ोया ख़ान
town:दिल्ली => अनिल शर्मा; ज़ोया ख़ान
END
}

@test "Thai and Tamil: vowel signs count" {
  finds << 'END'
สุดา => สุดา บุญมี
สดา =>
บุญมี => สุดา บุญมี
முருகன் => முருகன் செல்வி
மரகன் =>
சென்னை => முருகன் செல்வி
END
}

@test "Georgian and Armenian: capitals, a ligature" {
  finds << 'END'
ᲜᲘᲜᲝ => ნინო ბერიძე
ბერიძე => ნინო ბერიძე
ՊԱՐՈՒՅՐ => Պարույր Սևակ
սեւակ => Պարույր Սևակ
Երևան => Պարույր Սևակ
END
}

@test "a phone by its digits, however it is written" {
  finds << 'END'
412-555-0102 => Işıl Yıldız
+904125550102 => Işıl Yıldız
(0232)5550103 => İbrahim Şahin
0232 555 0103 => İbrahim Şahin
0911-555-0104 => Jürgen Groß
555.010.700 => Łukasz Wójcik
555–0109 => Siobhán O’Brien‐Walsh
0245550108 => Đặng Thị Hồng
+7-495-555-01-11 => Сергей Королёв
phone:02/5555-0114 =>
END
}

@test "an unknown field is refused in any script" {
  run --separate-stderr addbook -b "$BATS_FILE_TMPDIR/world.dat" search 'город:Москва'
  # shellcheck disable=SC2154 # set by "run --separate-stderr"
  assert_equal "$status: $output: $stderr" '2: : ERROR: Unknown label: город'
}
