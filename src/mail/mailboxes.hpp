// SPDX-License-Identifier: MIT
// Who a message is from and to: the mailboxes of RFC 5322, with the encoded words of RFC 2047 decoded.
#pragma once

#include <string>
#include <vector>

namespace mail {

struct Mailbox {
  std::string name;     // UTF-8, on one line; the address where the header gives no name
  std::string address;  // local@domain
};

/// Whether both are the same name, or have none, and the same address.
bool is_same(const Mailbox& one, const Mailbox& other);

/// The mailboxes in the fields called `field` of a message's header (as it was sent), in order, those of groups
/// included. Whatever is_address() does not accept, or has no `@`, is left out. Throws std::runtime_error for a field
/// that no mail program writes.
std::vector<Mailbox> mailboxes(const std::string& header, const std::string& field);

}  // namespace mail
