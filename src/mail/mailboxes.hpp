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

/// The same for mailboxes of the same name, or of none, and the same address.
std::string key_of(const Mailbox& mailbox);

struct Field {
  std::vector<Mailbox> mailboxes;
  std::vector<std::string> not_read;  // what has an `@`, but is no mailbox; on one line, as it was sent otherwise
};

/// Who is in the fields called `field` of a message's header (as it was sent), in order, the members of groups
/// included. What has no `@` is left out: it is more likely a name whose address is missing.
Field mailboxes(const std::string& header, const std::string& field);

}  // namespace mail
