// SPDX-License-Identifier: MIT
// What edited text and assignments make of an entry, as tables.
#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "client/assign.hpp"
#include "client/form.hpp"

namespace {

using client::Entry;

Entry entry_of(const std::string& text) { return client::parse_entry("Bob : " + text); }

std::string text_of(const Entry& entry) {
  std::string text;
  append_entry(text, entry);
  return text;
}

/// The entry `old` after the assignments, or why they are refused.
std::string assigned(const std::string& old, const std::vector<std::string>& assignments) {
  Entry entry = entry_of(old);
  try {
    assign(entry, assignments);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return text_of(entry);
}

/// The entry `old` as changed by a form, or why the form is refused.
std::string read(const std::string& form, const std::string& old = "") {
  try {
    const Entry entry = client::parse_form(form, entry_of(old));
    CHECK(entry.name == "Bob");
    return text_of(entry);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("an assignment changes its field, and leaves the others as they are, in order") {
  const std::string old = "1,S,T,5,email=a,tag=x,odd,email=b,org=o";
  CHECK(assigned(old, {"town=Y"}) == "1,S,Y,5,email=a,tag=x,odd,email=b,org=o");
  CHECK(assigned(old, {"phone=", "number=2"}) == "2,S,T,,email=a,tag=x,odd,email=b,org=o");
  CHECK(assigned(old, {"org=p"}) == "1,S,T,5,email=a,tag=x,odd,email=b,org=p");
  CHECK(assigned(old, {"email=c"}) == "1,S,T,5,email=c,tag=x,odd,org=o");
  CHECK(assigned(old, {"email=c", "email=d"}) == "1,S,T,5,email=c,tag=x,odd,email=d,org=o");
  CHECK(assigned(old, {"email=c", "tag=y", "email=d", "email=e"}) == "1,S,T,5,email=c,tag=y,odd,email=d,email=e,org=o");
  CHECK(assigned(old, {"email="}) == "1,S,T,5,tag=x,odd,org=o");
  CHECK(assigned(old, {"email=", "email=c"}) == "1,S,T,5,email=c,tag=x,odd,org=o");
  CHECK(assigned(old, {"note=a,b\\c\nd=e"}) == old + ",note=a\\,b\\\\c\\nd=e");
  CHECK(assigned(old, {"note="}) == old);
  CHECK(assigned("", {"email=c"}) == ",,,,email=c");
  CHECK(assigned("1", {"x-any.thing=1", "phone.home=2"}) == "1,,,,x-any.thing=1,phone.home=2");
  CHECK(assigned("1,,,,email=a,email.work=b", {"email=c"}) == "1,,,,email=c,email.work=b");
  CHECK(assigned("1,,,,phone=a", {"phone=c"}) == "1,,,c,phone=a");
}

TEST_CASE("an assignment that can't be understood is refused") {
  CHECK(assigned("", {"email"}) == "not LABEL=VALUE: email");
  CHECK(assigned("", {""}) == "not LABEL=VALUE: ");
  CHECK(assigned("", {"=x"}).starts_with("no such label: "));
  CHECK(assigned("", {"emial=x"}) == "no such label: emial; did you mean 'email'?");
  CHECK(assigned("", {"Email=x"}).starts_with("no such label: Email"));
  CHECK(assigned("", {"x-a b=x"}).starts_with("no such label: x-a b"));
  CHECK(assigned("", {"colour=x"}).starts_with("no such label: colour"));
  CHECK(assigned("", {"name=x"}) == "the name can't be set, but by rename");
  CHECK(assigned("", {"town=x", "town=y"}) == "town has one value");
  CHECK(assigned("", {"phone=1", "phone=2"}) ==
        "phone has one value, but phone.home=, phone.work= and the like are others");
}

TEST_CASE("the form of an entry is read as that entry, whatever is in it") {
  for (const auto& text :
       {"", "1", "1,S,T,P", ",,,,", ",,,,,", "1,,,,email=a,email=b,email.work=c", " a ,  ,b ",
        R"(7,High Street\, "Flat" 2,B\\,+44,note=two\nlines\r\tand: x,,x-a=1,Not A Label=1,=,# no)",
        "1,,,,phone=5,name=x,town=y", "1,,,,email= padded ,email=,color=red", "1,,,,email=a,email= a,email=a ",
        R"(\t1 , \ta\t,,,note= \t x \t ,note=\tx)", "$(touch pwned),`id`,'; x,-f,tag=--,tag=%s"}) {
    CAPTURE(text);
    const Entry entry = entry_of(text);
    CHECK(client::parse_form(client::form_of(entry), entry) == entry);
    CHECK(client::parse_form("\uFEFF" + client::form_of(entry), entry) == entry);  // as an editor may save it
  }
}

TEST_CASE("the form of a name of any kind is read with that name") {
  for (const auto& name : {R"(a\,b\\c\:d\ne)", " padded ", R"(\ttab\t)", R"( \t both \t )", "# x", "-f", "$(x)"}) {
    const Entry entry = client::parse_entry(std::string(name) + " : 1");
    CHECK(client::parse_form(client::form_of(entry), entry) == entry);
  }
}

TEST_CASE("a form is what its lines say") {
  CHECK(read("name: Bob\nnumber: 1\ntown: T\n") == "1,,T");
  CHECK(read("town:T\r\n\r\n  number  :  1 \n# phone: 5\n") == "1,,T");
  CHECK(read("email: a\nemail.work: b\nemail: c\nx-y: d") == ",,,,email=a,email.work=b,email=c,x-y=d");
  CHECK(read("note: a,b: c\\\\d\\ne\n") == ",,,,note=a\\,b: c\\\\d\\ne");
  CHECK(read("note: a\tb\n") == ",,,,note=a\\tb");
  CHECK(read(": free\n") == ",,,,free");
  CHECK(read("phone=: 5\nphone: 6\n", ",,,,phone=4") == ",,,6,phone=5");
  CHECK(read("name: Bob\n", "1,S,T,P,email=a") == "");
  CHECK(read("number: 1\ntag:\nemail:\n", "1,,,,email=a,tag=") == "1,,,,tag=");
  CHECK(read("number: 1\ncolor: blue\n", "1,,,,color=red") == "1,,,,color=blue");
  CHECK(read("number: 2\nemail: a\nemail: a\n", "1,,,,email=a,email= a") == "2,,,,email=a,email= a");
  CHECK(read("tag: t\nemail: a\nemail: a\nemail: a\n", ",,,,email= a,tag=t,email=a") ==
        ",,,,tag=t,email=a,email= a,email=a");
}

TEST_CASE("a form that can't be understood is refused with the line") {
  CHECK(read("") == "no field is left");
  CHECK(read("# a comment\n\n") == "no field is left");
  CHECK(read("number: 1\nno colon\n") == "line 2: no colon after a label");
  CHECK(read("number: 1\n\n# x\nemial: a\n") == "line 4: no such label: emial; did you mean 'email'?");
  CHECK(read("color: red\n").starts_with("line 1: no such label: color"));
  CHECK(read("E-Mail: a\n").starts_with("line 1: no such label: E-Mail"));
  CHECK(read("x-a b: a\n").starts_with("line 1: no such label: x-a b"));
  CHECK(read("phone=: 5\n").starts_with("line 1: no such label: phone="));
  CHECK(read(": email=a\n") == "line 1: its label stands before the colon: email=a");
  CHECK(read("number: 1\nnumber: 2\n") == "line 2: number is given twice");
  CHECK(read("name: Bobby\n") == "line 1: the name can't be changed here, but by rename");
  CHECK(read("note: a\\qb\n") == "line 1: bad escape: \\q");
  CHECK(read("note: a\\\n") == "line 1: bad escape: \\");
  CHECK(read("note: \033[2J\n") == "line 1: control character, or invalid UTF-8");
  CHECK(read("note: \xff\n") == "line 1: control character, or invalid UTF-8");
}
