// SPDX-License-Identifier: MIT
// A conversation with each store, in one piece or request by request, with an index or without: the replies are the
// same, the book opens again, and what it lists can be added again and changes nothing.
//
// The first byte of the input chooses how, the rest is what a client sends.
#include <stdlib.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

#include "book/book.hpp"
#include "fuzz/expect.hpp"
#include "protocol/escape.hpp"
#include "server/session.hpp"
#include "store/open.hpp"

namespace {

struct How {
  bool one_by_one = false;
  bool indexed = false;
};

std::string replies(book::Book& book, std::string_view sent, How how = {}) {
  constexpr std::size_t bytes = 1 << 20;
  server::Session session({.bytes = bytes, .per_read = bytes, .requests = how.one_by_one ? 1U : 2048U});
  std::string all;
  for (bool more = true; more && !session.said_bye;) {
    more = !sent.empty();
    if (more) session.lines.take_from(sent);
    else session.lines.finish();
    while (!session.said_bye && !session.lines.requests().empty()) {
      book::Share share = session.share();
      if (how.indexed) share.expected = bytes;
      book.run({&share, 1});
      session.settle(share);
    }
    all += std::exchange(session.replies, {});
  }
  return all;
}

std::string list(book::Book& book, How how = {}) { return replies(book, "lst\ncnt\n", how); }

/// The requests that add what is listed.
std::string adds(std::string_view listed) {
  std::string requests;
  for (auto end = listed.find('\n'); end != std::string_view::npos; end = listed.find('\n')) {
    const std::string_view line = listed.substr(0, end);
    const auto colon = protocol::find_unescaped(line, ':');
    if (colon == std::string_view::npos || line[colon - 1] != ' ') break;  // Found: N
    requests.append("add:").append(line.substr(0, colon - 1)).append(",").append(line.substr(colon + 2)).append("\n");
    listed.remove_prefix(end + 1);
  }
  return requests;
}

/// A folder in memory that is removed with the process.
const std::string& folder() {
  static const struct Folder {
    std::string path = "/dev/shm/addbook-XXXXXX";
    Folder() { path = mkdtemp(path.data()); }
    ~Folder() { std::filesystem::remove_all(path); }
  } one;
  return one.path;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned choice = data[0];
  const std::string_view sent(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string path = folder() + ((choice & 1U) != 0 ? "/book.db" : "/book.dat");
  const How how{.one_by_one = (choice & 2U) != 0, .indexed = (choice & 4U) != 0};

  book::Book memory(store::open(":memory:"));
  const std::string said = replies(memory, sent);
  const std::string listed = list(memory);
  {
    book::Book file(store::open(path));
    fuzz::expect_equal("replies", replies(file, sent, how), said);
    fuzz::expect_equal("list", list(file), listed);
  }
  {
    book::Book again(store::open(path));
    fuzz::expect_equal("list of the book opened again", list(again, how), listed);
  }
  fuzz::expect(replies(memory, adds(listed)).find("ERROR") == std::string::npos, "what is listed can be added", listed);
  fuzz::expect_equal("list with all added again", list(memory), listed);
  std::filesystem::remove_all(folder());
  std::filesystem::create_directory(folder());
  return 0;
}
