// SPDX-License-Identifier: MIT
// The client's model of an entry, parsed and written again, and the formats that it is printed in, as tables.
#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "client/card.hpp"
#include "client/entry.hpp"
#include "client/format.hpp"
#include "client/nearest.hpp"
#include "client/printer.hpp"
#include "mail/address.hpp"
#include "tools/output_options.hpp"

namespace {

using namespace std::string_literals;
using client::Entry;

/// The line written again from what was parsed of it.
std::string there_and_back(const std::string& line) {
  const Entry entry = client::parse_entry(line);
  std::string back = line.substr(0, line.find(" : ")) + " : ";
  client::append_entry(back, entry);
  return back;
}

std::string printed(const std::string& format, const std::string& line, const client::Style& style = {}) {
  std::string out;
  client::find_format(format)->append(out, client::parse_entry(line), style);
  return out;
}

}  // namespace

TEST_CASE("an entry is plain text: the name, four fields by place, the others by label") {
  const Entry entry = client::parse_entry(R"(Smith\, J\: \\n : 1,a\,b,c\nd,,email.work=x@y,odd one,tag=,Tag=b)");
  CHECK(entry.name == R"(Smith, J: \n)");
  CHECK(entry.plain == std::array<std::string, 4>{"1", "a,b", "c\nd", ""});
  CHECK(entry.fields == std::vector<client::Field>{{"email.work", "x@y"}, {"", "odd one"}, {"tag", ""}, {"", "Tag=b"}});
}

TEST_CASE("an entry goes back into the line that it came from") {
  for (const std::string line :
       {"Bob : ", "Bob : 1", "Bob : ,,Town", "Bob : 1,S,T,P", "Bob : ,,,,email=b@x", R"(B : \,,a\\,\t\r\n,:,x-a.b=\,=)",
        "Bob : 1,S,T,P,odd", "Bob : 1,S,T,P,", "Bob : ,,,,", "Bob : 1,S,T,P,,tag=", "Bob : email=not labelled here"}) {
    CAPTURE(line);
    CHECK(there_and_back(line) == line);
  }
  CHECK(there_and_back("Bob : 1,,,") == "Bob : 1");
}

TEST_CASE("what is no data line is refused") {
  for (const std::string line : {"", "Bob", "Bob: 1", " : 1", "Found: 1", "Bob : \\", "Bob : \\x", R"(B\ : )"}) {
    CAPTURE(line);
    CHECK_THROWS_AS(client::parse_entry(line), std::runtime_error);
  }
}

TEST_CASE("a text stays in its line, and with NUL it is raw") {
  CHECK(printed("names", R"(a\nb\tc\\n : )") == "a\\nb\\tc\\n\n");
  CHECK(printed("names", R"(a\nb\tc\\n : )", {.end = '\0'}) == "a\nb\tc\\n\0"s);
  CHECK(printed("tsv", R"(a\,b\: : 1\n,\t,\\,\,,x=\r,odd)") == "a\\,b\\:\t1\\n\t\\t\t\\\\\t\\,\tx=\\r\todd\n");
  CHECK(printed("tsv", "a : ", {.end = '\0'}) == "a\t\t\t\t\0"s);
}

TEST_CASE("JSON has four strings always, and an array for each label") {
  CHECK(printed("jsonl", "a : ") == R"({"name":"a","number":"","street":"","town":"","phone":""})"
                                    "\n");
  CHECK(printed("jsonl", R"("\\\n : 1,S,T,P,tag=b,email=x,tag=a,phone=7,odd)") ==
        R"({"name":"\"\\\n","number":"1","street":"S","town":"T","phone":"P","tag":["b","a"],"email":["x"],)"
        R"("phone=":["7"],"":["odd"]})"
        "\n");
  CHECK(printed("jsonl", "Jos\xe9 : ") ==
        "{\"name\":\"Jos\ufffd\",\"number\":\"\",\"street\":\"\",\"town\":\"\","
        "\"phone\":\"\"}\n");
}

TEST_CASE("a display name is quoted where RFC 5322 asks for it") {
  const std::vector<std::pair<std::string, std::string>> names{
      {"King Arthur", "King Arthur"},           {"Jos\u00e9 N\u00fa\u00f1ez", "Jos\u00e9 N\u00fa\u00f1ez"},
      {"O'Brien-Smith #1", "O'Brien-Smith #1"}, {R"(Smith\, John)", R"("Smith, John")"},
      {R"(a "b" \\c)", R"("a \"b\" \\c")"},     {"J. R. Hartley", R"("J. R. Hartley")"},
      {"$(rm -rf x)", "\"$(rm -rf x)\""},       {"a  b", R"("a  b")"},
      {R"(a\r\nBcc\: b)", R"("a  Bcc: b")"},    {"=?utf-8?q?a?=", R"("=?utf-8?q?a?=")"},
  };
  for (const auto& [name, quoted] : names) {
    CAPTURE(name);
    CHECK(printed("rfc5322", name + " : ,,,,email=a@b") == quoted + " <a@b>\n");
  }
}

TEST_CASE("only what can be one address is given to a mail program") {
  for (const std::string value : {"a@b", "a.b+c@d.example", "root", "\"a, b\"@c", R"("a\"b"@c)", "a@[IPv6:::1]",
                                  "j\u00f6rg@k\u00f6ln.example", "a'b@c", "\"a@b\"@c"}) {
    CAPTURE(value);
    CHECK(mail::is_address(value));
  }
  for (const std::string value : {"",           "a b", "a@b, c@d", "A <a@b>", "a@b;", "a\n@b", "\"a@b",  "\"a\\",
                                  "\"\\\n\"@b", "a:b", "(a)b",     "a\\b",    "[a",   "@",     "a@",     "@b",
                                  ".@b",        "..",  "a@b@c",    "a@@b",    "[a]",  "[@>]",  "a@b[c]", "a@\"b\""}) {
    CAPTURE(value);
    CHECK_FALSE(mail::is_address(value));
  }
}

TEST_CASE("a card has its values in one column, a field a line") {
  CHECK(printed("card", R"(a\, b\n : ,a\\b,,,email.work=x@y,phone=7,odd,tag=)") ==
        "name:       a, b\\n\n"
        "street:     a\\\\b\n"
        "email.work: x@y\n"
        "phone=:     7\n"
        ":           odd\n");
  std::string form;
  client::append_form(form, client::parse_entry("a : 1,,,,tag=,note= b"));
  CHECK(form == "name:   a\nnumber: 1\nstreet:\ntown:\nphone:\ntag:\nnote:    b\n");
}

TEST_CASE("the nearest of the candidates, where one is near") {
  const std::vector<std::string_view> verbs{"add", "remove", "find", "list", "search", "count"};
  const std::vector<std::pair<std::string, std::string>> words{{"serach", "search"},
                                                               {"seach", "search"},
                                                               {"searcch", "search"},
                                                               {"remvoe", "remove"},
                                                               {"lsit", "list"},
                                                               {"fnd", "find"},
                                                               {"finds", "find"},
                                                               {"cuont", "count"},
                                                               {"ad", "add"},
                                                               {"show", ""},
                                                               {"", ""},
                                                               {"x", ""},
                                                               {"delete", ""},
                                                               {std::string(5000, 'a'), ""}};
  for (const auto& [word, near] : words) {
    CAPTURE(word);
    CHECK(client::nearest(word, verbs) == near);
  }
}

TEST_CASE("--help names the formats that there are") {
  std::string names;
  for (const auto& format : client::formats()) names.append(names.empty() ? "" : " ").append(format.name);
  CHECK(tools::output_options.front().help == names);
}
