// SPDX-License-Identifier: MIT
// What may reach a terminal: messages with text from elsewhere in them, and a server's replies.
#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "client/reply_line.hpp"
#include "sys/error.hpp"

TEST_CASE("a message shows a control character, and each byte that is no UTF-8, as ?") {
  const std::pair<std::string, std::string> cases[] = {
      {"", ""},
      {"Zoë ~ \u00a0\u07ff\u0800\ud7ff\ue000\U00010000\U0010ffff",
       "Zoë ~ \u00a0\u07ff\u0800\ud7ff\ue000\U00010000\U0010ffff"},
      {"a\x1b[2J\n\x7f", "a?[2J??"},
      {"a\u0080b\u009fc", "a??b??c"},
      {"\x80\xbf \xc3", "?? ?"},                                            // not begun, not ended
      {"\xc3 \xe2\x82 \xf0\x9f\x98", "? ?? ???"},                           // cut short
      {"\xc0\x80 \xc1\xbf", "?? ??"},                                       // overlong
      {"\xe0\x9f\xbf \xf0\x8f\xbf\xbf", "??? ????"},                        // overlong
      {"\xed\xa0\x80 \xf4\x90\x80\x80 \xf5\x80\x80\x80", "??? ???? ????"},  // surrogates, and beyond the last character
  };
  for (const auto& [text, shown] : cases) {
    CAPTURE(text);
    CHECK(sys::printable(text) == shown);
  }
}

TEST_CASE("a reply with a control character is not understood") {
  for (const std::string text : {"\x01", "\t", "\x1b[2J", "\x7f", "\u0080", "\u009b2J", "\u009f"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(client::refuse_control_characters("Bob : " + text), std::runtime_error);
  }
  CHECK_NOTHROW(client::refuse_control_characters("Zo\u00cb : \u00a0\u00c9\u0100, ~"));
}
