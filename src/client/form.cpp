// SPDX-License-Identifier: MIT
#include "client/form.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "client/card.hpp"
#include "client/nearest.hpp"
#include "protocol/escape.hpp"
#include "protocol/unicode.hpp"
#include "sys/error.hpp"

namespace client {
namespace {

constexpr std::string_view blanks = " \t";

std::string_view trim(std::string_view text, std::string_view of = blanks) {
  const auto start = std::min(text.find_first_not_of(of), text.size());
  const auto end = text.find_last_not_of(of);
  return end == std::string_view::npos ? std::string_view{} : text.substr(start, end + 1 - start);
}

/// A value as it is read from its line: without the spaces around it, but a TAB is escaped there.
std::string_view as_read(std::string_view value) { return trim(value, " "); }

std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return trim(line);
}

/// Reads a form line by line.
class Reader {
 public:
  explicit Reader(const Entry& original) : original_(original), is_taken_(original.fields.size()) {
    entry_.name = original.name;
  }

  /// Throws std::runtime_error with the reason alone.
  void take(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) throw std::runtime_error("no colon after a label");
    const std::string_view key = trim(line.substr(0, colon));
    const std::string value = value_of(trim(line.substr(colon + 1)));
    empty_ = false;
    if (key == "name") take_name(value);
    else if (const auto place = protocol::place_of_plain_field(key)) take_plain(*place, value);
    else take_field(key, value);
  }

  [[nodiscard]] const Entry& entry() const {
    if (empty_) throw std::runtime_error("no field is left");
    return entry_;
  }

 private:
  static std::string value_of(std::string_view text) {
    std::string line(text);
    std::replace(line.begin(), line.end(), '\t', ' ');
    if (sys::printable(line) != line) throw std::runtime_error("control character, or invalid UTF-8");
    if (const auto bad = protocol::bad_escape(line)) throw std::runtime_error(fmt::format("bad escape: {}", *bad));
    return protocol::unescape(text);
  }

  void take_name(std::string_view value) const {
    if (value != as_read(original_.name)) throw std::runtime_error("the name can't be changed here, but by rename");
  }

  void take_plain(std::size_t place, const std::string& value) {
    if (given_.at(place)) throw std::runtime_error(fmt::format("{} is given twice", protocol::plain_fields[place]));
    given_[place] = true;
    const std::string& old = original_.plain.at(place);
    entry_.plain.at(place) = value == as_read(old) ? old : value;
  }

  void take_field(std::string_view key, const std::string& value) {
    if (const Field* was = take_unchanged(key, value)) {
      entry_.fields.push_back(*was);
    } else if (!value.empty()) {
      if (key.empty() && !protocol::label_of(value).empty())
        throw std::runtime_error(fmt::format("its label stands before the colon: {}", value));
      entry_.fields.push_back({label_of(key), value});
    }
  }

  /// The original field that a line shows, each once: several may look the same. It is most likely the next one.
  const Field* take_unchanged(std::string_view key, std::string_view value) {
    const std::size_t size = original_.fields.size();
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t at = (next_ + i) % size;
      const Field& field = original_.fields[at];
      if (is_taken_[at] || as_read(field.value) != value || key_of(field) != key) continue;
      is_taken_[at] = true;
      next_ = at + 1;
      return &field;
    }
    return nullptr;
  }

  /// The label of a key: `phone=` stands for the label `phone`, which is no key itself.
  [[nodiscard]] std::string label_of(std::string_view key) const {
    for (const auto& field : original_.fields) {
      if (key_of(field) == key) return field.label;
    }
    if (key.empty()) return "";
    const bool is_label = protocol::label_of(std::string(key) + "=") == key;
    if (is_label && protocol::is_known_label(key)) return std::string(key);
    throw std::runtime_error(no_such_label(key));
  }

  const Entry& original_;
  std::vector<bool> is_taken_;  // of the original fields
  std::size_t next_ = 0;        // the one after the field taken last
  Entry entry_;
  std::array<bool, protocol::plain_fields.size()> given_{};
  bool empty_ = true;
};

}  // namespace

std::string form_of(const Entry& entry) {
  std::string form;
  append_form(form, entry);
  form.append(
      "\n"
      "# LABEL: VALUE, one field a line. Without its value or its line, a field is removed.\n"
      "# Labels:");
  for (const auto label : protocol::known_labels) {
    if (label != "name" && !protocol::place_of_plain_field(label)) form.append(" ").append(label);
  }
  return form.append(
      "\n"
      "# and x-ANYTHING; phone.home, email.work. A label may repeat. \\n breaks a line, \\\\ is a backslash.\n");
}

Entry parse_form(std::string_view text, const Entry& original) {
  Reader reader(original);
  if (text.starts_with(protocol::byte_order_mark)) text.remove_prefix(protocol::byte_order_mark.size());
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = take_line(text);
    if (line.empty() || line.starts_with('#')) continue;
    try {
      reader.take(line);
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(fmt::format("line {}: {}", number, error.what()));
    }
  }
  return reader.entry();
}

}  // namespace client
