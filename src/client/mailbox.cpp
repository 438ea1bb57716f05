// SPDX-License-Identifier: MIT
#include "client/mailbox.hpp"

#include "mail/address.hpp"

namespace client {
namespace {

/// What a person needs to know to choose among the addresses of several people.
std::string info_of(const Entry& entry, const Field& email) {
  std::string info;
  const auto add = [&](std::string_view text) {
    if (!info.empty() && !text.empty()) info.append(", ");
    append_in_line(info, text);
  };
  if (const auto dot = email.label.find('.'); dot != std::string::npos)
    add(std::string_view(email.label).substr(dot + 1));
  for_each_value(entry, "org", add);
  add(entry.plain[2]);
  return info;
}

template <typename Take>
void for_each_address(const Entry& entry, Take take) {
  for (const auto& field : entry.fields) {
    if (protocol::covers("email", field.label) && mail::is_address(field.value)) take(field);
  }
}

}  // namespace

void append_address(std::string& out, const Entry& entry, const Style& style) {
  for_each_address(entry, [&](const Field& email) {
    out.append(email.value).push_back('\t');
    append_in_line(out, entry.name);
    out.append("\t").append(info_of(entry, email)).push_back(style.end);
  });
}

void append_mailbox(std::string& out, const Entry& entry, const Style& style) {
  for_each_address(entry, [&](const Field& email) {
    mail::append_display_name(out, entry.name);
    out.append(" <").append(email.value).append(">").push_back(style.end);
  });
}

}  // namespace client
