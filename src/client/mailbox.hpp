// SPDX-License-Identifier: MIT
// The mail addresses of an entry: what mail programs take from a query, and mailboxes as RFC 5322 writes them.
#pragma once

#include <string>

#include "client/entry.hpp"
#include "client/record.hpp"

namespace client {

/// A line `ADDRESS TAB NAME TAB INFO` for every address of the fields that `email` covers. INFO helps to choose: the
/// kind of the address (`work` of `email.work`), the organisation, the town.
void append_address(std::string& out, const Entry& entry, const Style& style);

/// A line `Name <address>` for every address (RFC 5322, section 3.4).
void append_mailbox(std::string& out, const Entry& entry, const Style& style);

}  // namespace client
