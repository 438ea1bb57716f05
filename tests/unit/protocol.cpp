// SPDX-License-Identifier: MIT
// The protocol's syntax, as tables: what a line means, in canonical form, or why it is refused.
#include <doctest/doctest.h>

#include <memory_resource>
#include <string>
#include <vector>

#include "protocol/canonical.hpp"
#include "protocol/escape.hpp"
#include "protocol/limits.hpp"
#include "protocol/request.hpp"
#include "protocol/unicode.hpp"

namespace {

using namespace std::string_literals;
using protocol::Place;

/// The request in words: `fnd [name] []`, `add [name] [entry]`, `chg [name] [entry] was [old entry]`,
/// `top [prefix] [] limit 5`, or the error.
std::string understood(const std::string& line) {
  std::pmr::monotonic_buffer_resource memory;
  const auto request = protocol::parse(line, memory);
  if (request.command == nullptr) return "ERROR: " + std::string(request.text);
  std::string words = std::string(request.command->name) + " [" + std::string(request.name) + "] [";
  words += std::string(request.text) + "]";
  if (request.command->verb == protocol::Verb::top) words += " limit " + std::to_string(request.limit);
  if (request.command->verb == protocol::Verb::chg) words += " was [" + std::string(request.old) + "]";
  return words;
}

struct Case {
  std::string line;
  std::string meaning;
};

void check(const std::vector<Case>& cases) {
  for (const auto& [line, meaning] : cases) {
    CAPTURE(line);
    CHECK(understood(line) == meaning);
  }
}

}  // namespace

TEST_CASE("a request is its command, a canonical name and a canonical entry") {
  check({
      {"add:King Arthur,1,Castle,Camelot,555", "add [King Arthur] [1,Castle,Camelot,555]"},
      {"add:Bob", "add [Bob] []"},
      {"add:Bob,", "add [Bob] []"},
      {"add:a:b,x:y", R"(add [a\:b] [x:y])"},
      {R"(add:a\:b,x\:y\,z)", R"(add [a\:b] [x:y\,z])"},
      {R"(add:a\,b\\,\\:)", R"(add [a\,b\\] [\\:])"},
      {"fnd:Smith, John", R"(fnd [Smith\, John] [])"},
      {R"(fnd:Smith\, John)", R"(fnd [Smith\, John] [])"},
      {R"(rem:a:b\n)", R"(rem [a\:b\n] [])"},
      {"lst", "lst [] []"},
      {"lst:", "lst [] []"},
      {"lst:a,b:", R"(lst [a\,b\:] [])"},
      {"top:1", "top [] [] limit 1"},
      {"top:1000000", "top [] [] limit 1000000"},
      {"top:007,", "top [] [] limit 7"},
      {"top:5,a", "top [a] [] limit 5"},
      {"top:5,a,b:", R"(top [a\,b\:] [] limit 5)"},
      {R"(top:5,a\,b\:,)", R"(top [a\,b\:\,] [] limit 5)"},
      {"top:5, 6", "top [ 6] [] limit 5"},
      {"top:5,Jose\u0301", "top [Jos\u00e9] [] limit 5"},
      {"src:a b:c", "src [] [a b:c]"},
      {"cnt", "cnt [] []"},
      {"bye", "bye [] []"},
      {"fnd:Jose\u0301", "fnd [Jos\u00e9] []"},
      {"fnd:\\n\u0303", "fnd [\\n\u0303] []"},  // the n of the escape doesn't combine with the tilde
      {"fnd: ", "fnd [ ] []"},
      {"new:a:b,x\\:y,z", "new [a\\:b] [x:y,z]"},
      {"new:a", "new [a] []"},
      {"chg:a,1", "chg [a] [] was [1]"},
      {"chg:a,", "chg [a] [] was []"},
      {"chg:a,,", "chg [a] [] was []"},
      {R"(chg:a:b\,,1\,2\,x:y,3,4\,5)", R"(chg [a\:b\,] [3,4\,5] was [1,2,x:y])"},
      {R"(chg:a,\\n\\\,\\\\,\n)", R"(chg [a] [\n] was [\n\,\\])"},
      {R"(chg:a,x\:y\\:z,x\:y)", "chg [a] [x:y] was [x:y:z]"},
      {"chg:Jose\u0301,Jose\u0301", "chg [Jos\u00e9] [] was [Jose\u0301]"},
      {"mov:a,b", "mov [a] [b]"},
      {R"(mov:a:b\,c,d:e,f\,g)", R"(mov [a\:b\,c] [d\:e\,f\,g])"},
      {"mov:a,Jose\u0301", "mov [a] [Jos\u00e9]"},
  });
}

TEST_CASE("a line is refused for the first of its faults") {
  check({
      {"", "ERROR: Empty request"},
      {"xyz", "ERROR: Unrecognized command: xyz"},
      {"xyz:\\q", "ERROR: Unrecognized command: xyz"},
      {"a,b\\:", R"(ERROR: Unrecognized command: a\,b\\)"},
      {":x", "ERROR: Unrecognized command: "},
      {"ADD:x", "ERROR: Unrecognized command: ADD"},
      {"add", "ERROR: Missing argument"},
      {"src", "ERROR: Missing argument"},
      {"src:", "ERROR: Missing argument"},
      {"src:  ", "ERROR: Missing argument"},
      {"fnd", "ERROR: Missing argument"},
      {"cnt:x", "ERROR: Unexpected argument"},
      {"cnt:", "ERROR: Unexpected argument"},
      {"hlp:\\q", "ERROR: Unexpected argument"},
      {"add:", "ERROR: Empty name"},
      {"add:,\\q", "ERROR: Empty name"},
      {"rem:", "ERROR: Empty name"},
      {"fnd:", "ERROR: Empty name"},
      {"fnd:a\\qb", "ERROR: Bad escape: \\q"},
      {"fnd:a\\", "ERROR: Bad escape: \\"},
      {"fnd:\\\u00e9x", "ERROR: Bad escape: \\\u00e9"},
      {"add:n,f\\x", "ERROR: Bad escape: \\x"},
      {"lst:\\q", "ERROR: Bad escape: \\q"},
      {"top", "ERROR: Missing argument"},
      {"top:", "ERROR: Missing argument"},
      {"top:,", "ERROR: Missing argument"},
      {"top:,\\q", "ERROR: Missing argument"},
      {"top:0", "ERROR: Bad number: 0"},
      {"top:1000001", "ERROR: Bad number: 1000001"},
      {"top:18446744073709551617", "ERROR: Bad number: 18446744073709551617"},
      {"top:-1,a", "ERROR: Bad number: -1"},
      {"top:+1", "ERROR: Bad number: +1"},
      {"top: 1", "ERROR: Bad number:  1"},
      {"top:1 ", "ERROR: Bad number: 1 "},
      {"top:0x10", "ERROR: Bad number: 0x10"},
      {"top:1.5", "ERROR: Bad number: 1.5"},
      {"top:\u0661", "ERROR: Bad number: \u0661"},  // a digit, but not an ASCII one
      {"top:a:b", "ERROR: Bad number: a\\:b"},
      {"top:1\\,2", "ERROR: Bad number: 1\\,2"},
      {"top:x,\\q", "ERROR: Bad escape: \\q"},
      {"top:x\\q", "ERROR: Bad escape: \\q"},
      {"new:", "ERROR: Empty name"},
      {"chg:", "ERROR: Missing argument"},
      {"chg:a", "ERROR: Missing argument"},
      {"chg:\\q", "ERROR: Missing argument"},
      {"chg:,1\\q", "ERROR: Empty name"},
      {"chg:a,\\q\\", "ERROR: Bad escape: \\q"},
      {"chg:a,b\\\\q", "ERROR: Bad escape: \\q"},
      {"chg:a,b\\\\", "ERROR: Bad escape: \\"},
      {"chg:a,b\\\\,", "ERROR: Bad escape: \\"},
      {"chg:a,b\\n,\\q", "ERROR: Bad escape: \\q"},
      {"chg:a,b\\n", "ERROR: Control character"},
      {"mov:", "ERROR: Empty name"},
      {"mov:a", "ERROR: Empty name"},
      {"mov:a,", "ERROR: Empty name"},
      {"mov:,b", "ERROR: Empty name"},
      {"mov:a\\q,b", "ERROR: Bad escape: \\q"},
      {"mov:a,b\\", "ERROR: Bad escape: \\"},
      {"fnd:a\tb", "ERROR: Control character"},
      {"fnd:a\0b"s, "ERROR: Control character"},
      {"fnd:\x7f", "ERROR: Control character"},
      {"fnd:\xc2\x85", "ERROR: Control character"},
      {"fnd:\t\xff", "ERROR: Invalid UTF-8"},
      {"xyz\xff", "ERROR: Invalid UTF-8"},
      {"fnd:\xc0\xaf", "ERROR: Invalid UTF-8"},
      {"fnd:\xed\xa0\x80", "ERROR: Invalid UTF-8"},
      {"fnd:\xf4\x90\x80\x80", "ERROR: Invalid UTF-8"},
      {"fnd:\xe2\x82", "ERROR: Invalid UTF-8"},
  });
}

TEST_CASE("the limits hold to the byte") {
  const std::string name(protocol::max_name, 'n');
  CHECK(understood("fnd:" + name) == "fnd [" + name + "] []");
  CHECK(understood("fnd:" + name + "n") == "ERROR: Name too long (limit 1024 bytes)");
  CHECK(understood("fnd:," + name.substr(2)) == "fnd [\\," + name.substr(2) + "] []");
  CHECK(understood("fnd:," + name.substr(1)) == "ERROR: Name too long (limit 1024 bytes)");
  CHECK(understood("fnd:" + name + "n\\q") == "ERROR: Bad escape: \\q");
  CHECK(understood("mov:" + name + "," + name) == "mov [" + name + "] [" + name + "]");
  CHECK(understood("mov:a," + name + "n") == "ERROR: Name too long (limit 1024 bytes)");
  CHECK(understood("mov:" + name + "n,a") == "ERROR: Name too long (limit 1024 bytes)");
  CHECK(understood("chg:" + name + "n,a") == "ERROR: Name too long (limit 1024 bytes)");

  const std::string line = "add:n," + std::string(protocol::max_line - 6, 'x');
  CHECK(understood(line).starts_with("add [n] [xxx"));
  CHECK(understood(line + "x") == "ERROR: Line too long (limit 65536 bytes)");
  CHECK(understood(std::string(protocol::max_line + 1, '\xff')) == "ERROR: Line too long (limit 65536 bytes)");
  const std::string grown = "add:n:," + std::string(protocol::max_line - 8, 'x');  // the colon will be escaped
  CHECK(understood(grown).starts_with("add [n\\:] [xxx"));
  CHECK(understood(grown + "x") == "ERROR: Line too long (limit 65536 bytes)");
}

TEST_CASE("an unknown word or a bad number is shown up to 64 bytes, and never cut inside a character or an escape") {
  const std::string start = "ERROR: Unrecognized command: ";
  CHECK(understood(std::string(70, 'w')) == start + std::string(64, 'w'));
  CHECK(understood(std::string(63, 'w') + "\u00e9") == start + std::string(63, 'w'));
  CHECK(understood(std::string(62, 'w') + "\u00e9x") == start + std::string(62, 'w') + "\u00e9");
  CHECK(understood(std::string(63, 'w') + ",") == start + std::string(63, 'w'));
  CHECK(understood(std::string(62, 'w') + ",x") == start + std::string(62, 'w') + "\\,");
  CHECK(understood("top:" + std::string(65, '9')) == "ERROR: Bad number: " + std::string(64, '9'));
  CHECK(understood("top:" + std::string(63, '9') + ":x") == "ERROR: Bad number: " + std::string(63, '9'));
}

TEST_CASE("escaping and unescaping are each other's inverse") {
  for (const auto& text : {""s, "plain"s, "a,b:c\\d\te\nf\rg"s, "\\n"s, "caf\u00e9, \u65e5\u672c"s}) {
    for (const auto place : {Place::name, Place::field}) {
      std::string escaped;
      protocol::append_escaped(escaped, text, place);
      CAPTURE(escaped);
      CHECK_FALSE(protocol::bad_escape(escaped));
      CHECK(protocol::unescape(escaped) == text);
    }
  }
}

TEST_CASE("a canonical form is its own canonical form") {
  for (const auto& name : {"a", "a\\,b", "\\:\\\\\\n", "Jos\u00e9\\, Jr", "\\n\u0303", "\u0623\u062d\u0645\u062f"}) {
    std::pmr::monotonic_buffer_resource memory;
    CHECK(protocol::canonical_name(name, memory) == name);
    CHECK(protocol::canonical_name(name, memory).data() == name);
  }
}

TEST_CASE("search compares without case and accents, but keeps the marks that are letters") {
  const auto folded = [](std::string_view text) {
    std::string out;
    protocol::fold(text, out);
    return out;
  };
  CHECK(folded("JOS\u00c9") == "jose");
  CHECK(folded("Jose\u0301") == "jose");
  CHECK(folded("Stra\u00dfe") == "strasse");
  CHECK(folded("\u039f\u0394\u039f\u03a3") == folded("\u03bf\u03b4\u03cc\u03c2"));  // final sigma, tonos
  CHECK(folded("\uff21\uff22") == "ab");                                            // full width
  CHECK(folded("\u304c") != folded("\u304b"));                                      // ga is not ka
  CHECK(folded("\u0915\u093f") != folded("\u0915"));                                // ki is not ka
  CHECK(folded("\u0e2a\u0e38") != folded("\u0e2a"));                                // nor is su sa, in Thai
  CHECK(folded("\u0130I\u0131i") == "iiii");                                        // the Turkish four
  CHECK(folded("\u00d8\u0142\u0110\u00e6\u00de") == "oldaeth");
  CHECK(folded("O\u2019Brien\u2010Walsh\u00a0") == "o'brien-walsh ");
  CHECK(folded("\u201cA\u201d \u201eB\u201f \u00abC\u00bb \u05d0\u05f4\u05d1 \u2033") ==
        "\"a\" \"b\" \"c\" \u05d0\"\u05d1 ''");
  CHECK(folded("\u2018a\u2019 \u201ab\u201b \u05d0\u05f3") == "'a' 'b' \u05d0'");
  CHECK(folded("\u0639\u200c\u0640\u0631") == "\u0639\u0631");  // neither invisible nor merely decorative characters
  const auto repeated = [](std::string_view text, int times) {
    std::string all;
    for (int n = 0; n < times; ++n) all += text;
    return all;
  };
  // Ordering n marks takes n squared steps, so no more than 30 in a row are ordered.
  CHECK(folded("e" + repeated("\u0301\u0323", 16'000)) == "e");
  CHECK(folded("\u304b" + repeated("\u3099", 1'000)) == folded("\u304b" + repeated("\u3099", 30)));
}

TEST_CASE("NFC: canonical order and composition, but for more marks in a row than any language has") {
  CHECK(protocol::to_nfc("Jose\u0301") == "Jos\u00e9");
  CHECK(protocol::to_nfc("a\u0301\u0323") == "\u1ea1\u0301");
  std::string marks = "a";
  for (int n = 0; n < 15; ++n) marks += "\u0301\u0323";
  CHECK(protocol::to_nfc(marks) != marks);
  marks += "\u0301";
  CHECK(protocol::to_nfc(marks) == marks);
}

TEST_CASE("plain ASCII is every byte from space to tilde, wherever another stands") {
  for (std::size_t size = 1; size <= 20; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, at % 2 == 0 ? ' ' : '~');
        text[at] = static_cast<char>(byte);
        CHECK(protocol::is_plain_ascii(text) == (byte >= 0x20 && byte < 0x7F));
      }
    }
  }
  CHECK(protocol::is_plain_ascii(""));
}
