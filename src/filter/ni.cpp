// SPDX-License-Identifier: MIT
#include "filter/ni.hpp"

#include <algorithm>
#include <cstring>

namespace filter {

NiFormat::NiFormat(const Ni& options)
    : before_(options.word + options.line_end),
      after_(options.line_end + options.word + options.line_end),
      empty_(std::string("Error: received empty message") + options.line_end),
      whole_input_(options.whole_input),
      line_end_(options.line_end) {}

void NiFormat::format(std::string_view bytes, std::string& out) {
  if (whole_input_) return format_message(bytes, out);
  while (const void* found = std::memchr(bytes.data(), line_end_, bytes.size())) {
    const auto end = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
    if (begun_) {
      out.append(bytes.substr(0, end)).append(after_);
      begun_ = false;
    } else {
      format_line(bytes.substr(0, end), out);
    }
    bytes.remove_prefix(end + 1);
  }
  format_part(bytes, out);
}

void NiFormat::format_line(std::string_view line, std::string& out) const {
  if (line.empty()) {
    out.append(empty_);
    return;
  }
  // The place for all three is made at once: most lines are short, and this is what the filter does.
  const std::size_t start = out.size();
  out.resize(start + before_.size() + line.size() + after_.size());
  char* at = std::copy(before_.begin(), before_.end(), out.data() + start);
  at = std::copy(line.begin(), line.end(), at);
  std::copy(after_.begin(), after_.end(), at);
}

/// The beginning of a line, or more of it.
void NiFormat::format_part(std::string_view part, std::string& out) {
  if (part.empty()) return;
  if (!begun_) out.append(before_);
  begun_ = true;
  out.append(part);
}

/// The last line end of the input ends the message and is no part of it, so one is always held back.
void NiFormat::format_message(std::string_view bytes, std::string& out) {
  if (bytes.empty()) return;
  if (held_end_) format_part({&line_end_, 1}, out);
  held_end_ = bytes.back() == line_end_;
  if (held_end_) bytes.remove_suffix(1);
  format_part(bytes, out);
}

void NiFormat::finish(std::string& out) {
  if (begun_) out.append(after_);
  else if (whole_input_) out.append(empty_);
  begun_ = false;
}

}  // namespace filter
