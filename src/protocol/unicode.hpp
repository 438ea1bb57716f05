// SPDX-License-Identifier: MIT
// What the protocol asks of Unicode, by utf8proc (packaged, maintained, 300 KB; ICU would be 30 MB): checking, NFC,
// and the folding that search compares by.
#pragma once

#include <string>
#include <string_view>

namespace protocol {

enum class Fault { none, invalid_utf8, control_character };

/// The first of the two faults, in the order of the protocol's checks, that `text` has: bytes that are no UTF-8, or a
/// control character (C0, DEL, C1).
Fault find_fault(std::string_view text);

/// Whether every byte is printable ASCII: then nothing below changes it but the case.
bool is_plain_ascii(std::string_view text);

/// Valid UTF-8 in Normalization Form C (UAX #15); text with more than 30 marks in a row, which no language has, as it
/// is (the limit is that of Stream-Safe text there: to order n marks takes the square of n). Throws std::bad_alloc.
std::string to_nfc(std::string_view text);

/// Replaces `out` with the form in which search compares: compatibility-decomposed, case folded, accents removed
/// (`José` and `JOSE` are `jose`, `Straße` is `strasse`), and so are characters that can't be seen, such as a
/// zero-width joiner. Letters that have no accent but differ from another by a stroke or a dot are that other (`ł` is
/// `l`, all four Turkish ones are `i`), digits of every script are the ASCII ones, and one quote, dash or space is as
/// good as another. Marks that are letters in their script stay: vowel signs, nuktas, viramas and the kana voicing
/// marks; of more than 30 in a row, the first 30. Valid UTF-8 in and out. Throws std::bad_alloc.
void fold(std::string_view text, std::string& out);

}  // namespace protocol
