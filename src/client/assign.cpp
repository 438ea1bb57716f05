// SPDX-License-Identifier: MIT
#include "client/assign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "client/nearest.hpp"

namespace client {
namespace {

/// What one label is given.
struct Assignment {
  std::string label;
  std::vector<std::string> values;  // those that are not empty
};

std::string label_of(const std::string& argument) {
  const auto sign = argument.find('=');
  if (sign == std::string::npos) throw std::runtime_error(fmt::format("not LABEL=VALUE: {}", argument));
  const std::string label = argument.substr(0, sign);
  if (label == "name") throw std::runtime_error("the name can't be set, but by rename");
  if (protocol::label_of(argument).empty() || !protocol::is_known_label(label)) {
    throw std::runtime_error(no_such_label(label));
  }
  return label;
}

/// Groups the assignments by label, in the order in which the labels first come.
std::vector<Assignment> by_label(std::span<const std::string> arguments) {
  std::vector<Assignment> all;
  for (const auto& argument : arguments) {
    const std::string label = label_of(argument);
    auto one = std::find_if(all.begin(), all.end(), [&](const auto& other) { return other.label == label; });
    if (one == all.end()) one = all.insert(all.end(), {label, {}});
    std::string value = argument.substr(label.size() + 1);
    if (!value.empty()) one->values.push_back(std::move(value));
  }
  return all;
}

/// The values take the places of those that the label has; what is left over goes behind the last of these.
void assign_labelled(std::vector<Field>& fields, const Assignment& assignment) {
  std::size_t used = 0;
  std::size_t behind = fields.size();
  for (std::size_t i = 0; i < fields.size();) {
    if (fields[i].label != assignment.label) {
      ++i;
    } else if (used < assignment.values.size()) {
      fields[i].value = assignment.values[used++];
      behind = ++i;
    } else {
      fields.erase(fields.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  behind = std::min(behind, fields.size());
  for (; used < assignment.values.size(); ++used, ++behind) {
    fields.insert(fields.begin() + static_cast<std::ptrdiff_t>(behind), {assignment.label, assignment.values[used]});
  }
}

}  // namespace

void assign(Entry& entry, std::span<const std::string> assignments) {
  for (const auto& assignment : by_label(assignments)) {
    const auto place = protocol::place_of_plain_field(assignment.label);
    if (!place) {
      assign_labelled(entry.fields, assignment);
      continue;
    }
    if (assignment.values.size() > 1) {
      const auto* others = assignment.label == "phone" ? ", but phone.home=, phone.work= and the like are others" : "";
      throw std::runtime_error(fmt::format("{} has one value{}", assignment.label, others));
    }
    entry.plain.at(*place) = assignment.values.empty() ? "" : assignment.values.front();
  }
}

}  // namespace client
