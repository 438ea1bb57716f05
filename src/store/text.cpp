// SPDX-License-Identifier: MIT
#include "store/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <memory_resource>
#include <optional>
#include <system_error>
#include <utility>

#include "protocol/canonical.hpp"
#include "protocol/escape.hpp"
#include "protocol/limits.hpp"
#include "protocol/unicode.hpp"
#include "sys/error.hpp"

namespace store {
namespace {

/// A record that came over the protocol fits into this, and a longer line is no book's.
constexpr std::size_t longest_line = protocol::max_line + protocol::max_name;

std::string_view next_line(std::string_view& text) {
  const auto end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (end != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// A line as most are: ASCII without an escape, in which everything stands for itself.
std::optional<Record> plain_record(std::string_view line) {
  if (line.size() > protocol::max_line || !protocol::is_plain_ascii(line)) return std::nullopt;
  if (line.find('\\') != std::string_view::npos) return std::nullopt;
  const Record record{line.substr(0, line.find(':')), {}};
  if (record.name.empty() || record.name.size() >= std::min(line.size(), protocol::max_name)) return std::nullopt;
  if (!protocol::is_plain_name(record.name)) return std::nullopt;
  return Record{record.name, line.substr(record.name.size() + 1)};
}

}  // namespace

Text::Text(const std::string& path) : book_(path) { read_if_changed(); }

void Text::damaged(std::size_t line, std::string_view reason) const {
  throw Damaged(sys::printable(fmt::format("cannot read {}: line {}: {}", book_.shown(), line, reason)));
}

void Text::begin(Access access) {
  if (access == Access::write) book_.lock();
  read_if_changed();
  if (access == Access::write && !damage_.empty()) throw NotStored(damage_);
}

void Text::commit() {
  if (changed_) {
    try {
      write();
    } catch (const sys::SyncError& error) {
      throw OutcomeUnknown(error.what());
    } catch (const std::system_error& error) {
      throw NotStored(error.what());
    }
  }
  end();
}

void Text::roll_back() {
  if (changed_) file_ = {};  // what is in memory is no longer what is on the disk: the next batch reads it anew
  end();
}

void Text::end() {
  changed_ = false;
  book_.unlock();
}

void Text::read_if_changed() {
  const auto now = sys::state_at(book_.path());
  if (file_ && now == state_) damage_.clear();
  if (file_ && (now == state_ || (now == damaged_state_ && !damage_.empty()))) return;
  const bool can_go_on = static_cast<bool>(file_);
  try {
    read_anew();
    damage_.clear();
  } catch (const Damaged& damage) {
    if (!can_go_on) throw;
    damage_ = damage.what();
    damaged_state_ = now;
  }
}

/// Throws Damaged, std::system_error; then index_ is as it was.
void Text::read_anew() {
  sys::Fd file = sys::open_file(book_.path());
  const sys::FileState now = sys::state_of(file, book_.shown());
  const auto most = static_cast<std::size_t>(now.size);
  const sys::Memory bytes = most < sys::worth_a_huge_page
                                ? sys::allocate(most)
                                : sys::allocate_huge((most / sys::huge_page + 1) * sys::huge_page);
  std::size_t size = 0;
  while (const std::size_t got = sys::read_some(file.get(), bytes.get() + size, most - size, book_.shown()))
    size += got;

  index_ = index_of({bytes.get(), size});
  file_ = std::move(file);
  state_ = now;
}

Index Text::index_of(std::string_view text) const {
  Index index(text.size());
  std::string_view last;
  bool in_order = true;  // as we write it: then no name can be there twice, and none has to be looked for
  std::pmr::monotonic_buffer_resource memory;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = next_line(text);
    const auto plain = plain_record(line);
    const Record record = plain ? *plain : read_line(line, number, memory);
    if (in_order && record.name > last) {
      last = index.load(record);
    } else {
      if (std::exchange(in_order, false)) index.settle(Index::Order::by_name);
      if (index.find(record.name)) damaged(number, fmt::format("name is there twice: {}", record.name));
      index.put(record);
    }
    if (!plain) memory.release();
  }
  if (in_order) index.settle(Index::Order::by_name);
  return index;
}

Record Text::read_line(std::string_view line, std::size_t number, protocol::Memory& memory) const {
  if (line.size() > longest_line) damaged(number, "line too long");
  switch (protocol::find_fault(line)) {
    case protocol::Fault::invalid_utf8: damaged(number, "invalid UTF-8");
    case protocol::Fault::control_character: damaged(number, "control character");
    case protocol::Fault::none: break;
  }
  if (const auto bad = protocol::bad_escape(line)) damaged(number, fmt::format("bad escape: {}", *bad));
  const auto colon = protocol::find_unescaped(line, ':');
  if (colon == std::string_view::npos) damaged(number, line.empty() ? "empty line" : "no colon after a name");
  if (colon == 0) damaged(number, "empty name");

  const Record record{protocol::canonical_name(line.substr(0, colon), memory),
                      protocol::canonical_entry(line.substr(colon + 1), memory)};
  if (record.name.size() > protocol::max_name) damaged(number, "name too long");
  return record;
}

void Text::write() {
  file_ = sys::replace_file(book_.path(), [this](const sys::Append& append) {
    index_.list("", no_limit, [&append](const Record& record) {
      append(record.name);
      append(":");
      append(record.entry);
      append("\n");
    });
  });
  state_ = sys::state_of(file_, book_.shown());
}

}  // namespace store
