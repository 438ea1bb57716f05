// SPDX-License-Identifier: MIT
// A field of a message's header: whoever is read from it can be stored, and is written as an address that is read
// again.
#include <algorithm>
#include <cctype>
#include <cstdint>
#include <memory_resource>
#include <string>

#include "client/mailbox.hpp"
#include "fuzz/expect.hpp"
#include "mail/address.hpp"
#include "mail/mailboxes.hpp"
#include "protocol/escape.hpp"
#include "protocol/request.hpp"

namespace {

bool can_be_stored(const client::Entry& entry) {
  std::string line = "new:";
  protocol::append_escaped(line, entry.name, protocol::Place::name);
  line.push_back(',');
  client::append_entry(line, entry);
  std::pmr::monotonic_buffer_resource memory;
  const auto request = protocol::parse(line, memory);
  return request.command != nullptr || request.text.find("too long") != std::string_view::npos;
}

bool is_usual(unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '@'; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string value(reinterpret_cast<const char*>(data), size);
  for (const auto& [name, address] : mail::mailboxes("From: " + value + "\n", "From").mailboxes) {
    const client::Entry entry{.name = name, .plain = {}, .fields = {{"email", address}}};
    fuzz::expect(can_be_stored(entry), "can be stored", name + " <" + address + ">");
    fuzz::expect(mail::has_domain(address), "is an address", address);
    // What GMime makes of quoted words, literals and odd domains need not be what it was.
    if (!std::all_of(address.begin(), address.end(), is_usual)) continue;
    std::string line;
    client::append_mailbox(line, entry, client::Style{});
    const mail::Field again = mail::mailboxes("From: " + line, "From");
    fuzz::expect(again.mailboxes.size() == 1 && again.mailboxes[0].address == address, "is read again", line);
  }
  return 0;
}
