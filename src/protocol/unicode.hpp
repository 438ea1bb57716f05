// SPDX-License-Identifier: MIT
// What the protocol needs of Unicode, by utf8proc (packaged, maintained, 300 KB; ICU would be 30 MB): validation, NFC,
// and the folding that search compares by.
#pragma once

#include <string>
#include <string_view>

namespace protocol {

/// What some editors put at the front of a file (U+FEFF).
inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

enum class Fault { none, invalid_utf8, control_character };

/// The first fault of `text` in the order of the protocol's checks: invalid UTF-8, then control characters (C0, DEL,
/// C1).
Fault find_fault(std::string_view text);

/// Whether every byte is printable ASCII. Nothing below changes such text except for its case.
bool is_plain_ascii(std::string_view text);

/// Valid UTF-8 in Normalization Form C (UAX #15). Text with more than 30 marks in a row, which no language has, is
/// returned as it is: ordering n marks takes n squared steps, and UAX #15 has the same limit for its Stream-Safe text.
/// Throws std::bad_alloc.
std::string to_nfc(std::string_view text);

/// Replaces `out` with the form that search compares: compatibility-decomposed, case folded, without accents (`José`
/// and `JOSE` become `jose`, `Straße` becomes `strasse`) and without invisible characters such as a zero-width joiner.
/// Letters that differ from another by a stroke or a dot become that letter (`ł` becomes `l`, all four Turkish ones
/// `i`), the digits of every script become ASCII, and quotes, dashes and spaces of all kinds become alike. Marks that
/// are letters in their script stay: vowel signs, nuktas, viramas and the kana voicing marks. Of more than 30 marks in
/// a row, the first 30 count. Valid UTF-8 in and out. Throws std::bad_alloc.
void fold(std::string_view text, std::string& out);

}  // namespace protocol
