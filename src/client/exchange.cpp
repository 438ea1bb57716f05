// SPDX-License-Identifier: MIT
#include "client/exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "protocol/reply.hpp"
#include "sys/fd.hpp"

namespace client {
namespace {

constexpr int input = 0;
constexpr int output = 1;
constexpr std::size_t block_bytes = 1 << 16;

}  // namespace

exit_status::Status ask_server(transport::Link& server, protocol::Verb verb, Requests& requests, Entries& entries) {
  // Not where names are read: who writes them may wait for what we hold back.
  const bool reads_ahead = server.is_socket() && requests.input() < 0;
  Replies replies(verb, requests.is_without_arguments(), reads_ahead, entries);
  const auto all_answered = [&] { return requests.complete() && replies.complete() == requests.made(); };
  try {
    const auto end = server.talk(
        {.input = requests.input()}, [&](std::string& out) { return requests.produce(out); },
        [&](std::string_view& bytes) { return replies.consume(std::exchange(bytes, {})) && !all_answered(); });
    if (end == transport::Link::End::server_closed && !all_answered()) throw transport::ServerGone();
  } catch (...) {
    replies.print_all();  // what has come is not lost
    throw;
  }
  replies.finish();
  requests.expect_no_failure();
  return replies.status();
}

exit_status::Status print_requests(Requests& requests) {
  bool more = true;
  while (more) {
    std::string lines;
    more = requests.produce(lines);
    if (!sys::print(lines)) break;
  }
  requests.expect_no_failure();
  return exit_status::done;
}

exit_status::Status copy_lines(transport::Link& server) {
  const std::string bye = fmt::format("\n{}\n", protocol::bye_line);
  std::string last = "\n";  // the end of what the server has said
  std::ptrdiff_t requests = 0;
  std::ptrdiff_t replies = 0;  // lines, of which each request has one at least
  sys::Outlet reader(output, "standard output");
  // A reader of ours that does not read keeps the replies waiting at the server, but not the requests here.
  const auto end = server.talk(
      {.input = input, .output = output},
      [&](std::string& lines) {
        sys::read_onto(lines, input, block_bytes, "standard input");
        requests += std::count(lines.begin(), lines.end(), '\n');
        return !lines.empty();
      },
      [&](std::string_view& lines) {
        const std::string_view before = lines;
        const bool open = reader.write_now(lines);
        const std::string_view taken = before.substr(0, before.size() - lines.size());
        replies += std::count(taken.begin(), taken.end(), '\n');
        last.append(taken);
        if (last.size() > bye.size()) last.erase(0, last.size() - bye.size());
        return open;
      });
  const bool all_answered = server.has_sent_all() && (replies >= requests || !server.is_socket());
  const bool ended_in_order = all_answered || last == bye;
  if (end == transport::Link::End::server_closed && !ended_in_order) throw transport::ServerGone();
  return exit_status::done;
}

}  // namespace client
