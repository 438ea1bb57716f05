// SPDX-License-Identifier: MIT
#include "tools/help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>
#include <vector>

#include "client/nearest.hpp"
#include "sys/error.hpp"
#include "sys/process.hpp"
#include "tools/command_line.hpp"

namespace tools {
namespace {

struct Topic {
  std::string_view name;
  std::string_view page;
  char section;
};

/// Besides the verbs, which are in addbook-query(1).
constexpr std::array<Topic, 10> topics_of_their_own{{
    {"addbook", "addbook", '1'},
    {"addbook-query", "addbook-query", '1'},
    {"query", "addbook-query", '1'},
    {"addbook-serve", "addbook-serve", '1'},
    {"serve", "addbook-serve", '1'},
    {"addbook-from-mail", "addbook-from-mail", '1'},
    {"add-from-mail", "addbook-from-mail", '1'},
    {"ni-format", "ni-format", '1'},
    {"protocol", "addbook-protocol", '7'},
    {"addbook-protocol", "addbook-protocol", '7'},
}};

Topic find_topic(const std::string& name, std::span<const std::string_view> verbs) {
  if (std::find(verbs.begin(), verbs.end(), name) != verbs.end()) return {name, "addbook-query", '1'};
  const auto topic = std::find_if(topics_of_their_own.begin(), topics_of_their_own.end(),
                                  [&](const auto& one) { return one.name == name; });
  if (topic != topics_of_their_own.end()) return *topic;
  std::vector<std::string_view> names(verbs.begin(), verbs.end());
  for (const auto other : client::names_of(topics_of_their_own)) names.push_back(other);
  throw UsageError(fmt::format("no help on: {}{}", name, client::suggestion(name, names)));
}

/// The page that belongs to this program: installed with it, or in the tree that it was built in. Otherwise man(1)
/// looks.
std::vector<std::string> command_for(const Topic& topic) {
  for (const auto& path : {fmt::format("../share/man/man{0}/{1}.{0}", topic.section, topic.page),
                           fmt::format("../src/tools/{1}.{0}", topic.section, topic.page)}) {
    if (const std::string file = sys::file_beside_this_program(path); !file.empty()) return {"man", file};
  }
  return {"man", std::string(1, topic.section), std::string(topic.page)};
}

}  // namespace

exit_status::Status open_manual(const std::string& topic, std::span<const std::string_view> verbs) {
  const std::vector<std::string> command = command_for(find_topic(topic, verbs));
  try {
    sys::become(command, {}, {});
  } catch (const std::system_error& error) {
    sys::warn(error.what());
    return exit_status::of_start(error);
  }
}

}  // namespace tools
