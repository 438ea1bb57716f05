// SPDX-License-Identifier: MIT
// Addresses and names as RFC 5322 writes them in a message's header.
#pragma once

#include <string>
#include <string_view>

namespace mail {

/// Whether `text` can stand for one address: the characters of an addr-spec (RFC 5322, section 3.4.1, with UTF-8 by
/// RFC 6532), which has one `@` between two words, or of a local name without a domain. Nothing else is passed to a
/// mail program, where a comma would begin another recipient.
bool is_address(std::string_view text);

/// Whether it is an address that has a domain.
bool has_domain(std::string_view text);

/// Whether both are the address of one person: capitals make no difference. (The part before the `@` may distinguish
/// them, but no mail server's users live by that.)
bool is_same_address(std::string_view one, std::string_view other);

/// Appends the name that stands before an address in angle brackets, quoted where it must be (RFC 5322, section 3.4).
void append_display_name(std::string& out, std::string_view name);

}  // namespace mail
