// SPDX-License-Identifier: MIT
// The mail addresses of an entry: what mail programs take from a query, and mailboxes as RFC 5322 writes them.
#pragma once

#include <string>
#include <string_view>

#include "client/entry.hpp"
#include "client/record.hpp"

namespace client {

/// Whether `value` can stand for one address: the characters of an addr-spec (RFC 5322, section 3.4.1, with UTF-8 by
/// RFC 6532), which has one `@` between two words, or of a local name without a domain. Nothing else is passed to a
/// mail program, where a comma would begin another recipient.
bool is_address(std::string_view value);

/// A line `ADDRESS TAB NAME TAB INFO` for every address of the fields that `email` covers. INFO helps to choose: the
/// kind of the address (`work` of `email.work`), the organisation, the town.
void append_address(std::string& out, const Entry& entry, const Style& style);

/// A line `Name <address>` for every address (RFC 5322, section 3.4).
void append_mailbox(std::string& out, const Entry& entry, const Style& style);

}  // namespace client
