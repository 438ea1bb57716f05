// SPDX-License-Identifier: MIT
#include "store/text.hpp"

#include <fmt/format.h>

#include <cstdint>
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

/// Every record that came over the protocol fits; a longer line belongs to no book.
constexpr std::size_t longest_line = protocol::max_line + protocol::max_name;

/// Building an index costs about as much as `fewest_due` finds without one, and one more for every `lines_per_find`
/// lines (measured).
constexpr std::size_t fewest_due = 100;
constexpr std::size_t lines_per_find = 10;

/// An editor's mark at the front of the file belongs to no name. Before a first name that begins with one itself, we
/// write another, so that the two can be told apart.
constexpr std::string_view mark = protocol::byte_order_mark;
bool has_two_marks(std::string_view text) {
  return text.starts_with(mark) && text.substr(mark.size()).starts_with(mark);
}

/// Whether every byte is ASCII that needs no escape, or ends a line. There is no branch per byte, so that the compiler
/// can vectorize the loop.
bool is_plain(std::string_view text) {
  unsigned char odd = 0;
  for (const signed char c : text)  // below 0: not ASCII
    odd |= static_cast<unsigned char>(((c < 0x20) & (c != '\n')) | (c == 0x7F) | (c == '\\'));
  return odd == 0;
}

/// The size of the name in a plain line, if that is canonical as it stands; 0 when that takes a closer look. (A size,
/// not a Record, which would be passed through memory: most lines end up here.)
std::size_t plain_name(std::string_view line) {
  const auto colon = line.find(':');
  if (colon - 1 >= protocol::max_name || line.size() > longest_line) return 0;  // also true without a name or a colon
  return line.substr(0, colon).find(',') == std::string_view::npos ? colon : 0;
}

}  // namespace

Text::Text(const std::string& path) : book_(path) { read_if_changed(); }

void Text::throw_damaged(std::size_t line, std::string_view reason) const {
  throw Damaged(sys::printable(fmt::format("cannot read {}: line {}: {}", book_.shown(), line, reason)));
}

void Text::begin(Access access, std::size_t expected) {
  expected_ = expected;
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
  if (changed_) file_ = {};  // memory no longer matches the disk, so the next batch reads the book again
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
    reread();
    damage_.clear();
  } catch (const Damaged& damage) {
    if (!can_go_on) throw;
    damage_ = damage.what();
    damaged_state_ = now;
  } catch (const std::system_error& error) {  // for example, `git checkout` is just replacing it
    if (!can_go_on) throw;
    damage_ = error.what();
    damaged_state_ = std::nullopt;  // so that the next batch tries again
  }
}

/// Throws Damaged, std::system_error; what was read before is then unchanged.
void Text::reread() {
  sys::Fd file = sys::open_file(book_.path());
  const sys::FileState now = sys::state_of(file, book_.shown());
  const auto most = static_cast<std::size_t>(now.size);
  sys::Buffer bytes = most < sys::worth_a_huge_page ? sys::allocate(most)
                                                    : sys::allocate_huge((most / sys::huge_page + 1) * sys::huge_page);
  std::size_t size = 0;
  while (const std::size_t got = sys::read_some(file.get(), bytes.get() + size, most - size, book_.shown()))
    size += got;

  std::string_view text{bytes.get(), size};
  if (has_two_marks(text)) text.remove_prefix(mark.size());
  else if (text.starts_with(mark)) throw_damaged(1, "byte order mark");
  const SortedLines sorted = as_written(text);
  if (sorted.text().size() == text.size()) {
    lines_ = sorted;
    bytes_ = std::move(bytes);
    asked_ = 0;
    index_ = Index();
  } else {
    index_ = index_of(sorted, text.substr(sorted.text().size()));
    lines_.reset();
  }
  file_ = std::move(file);
  state_ = now;
}

/// The leading lines that are as we write them, but for a CR before the LF.
SortedLines Text::as_written(std::string_view text) const {
  const bool plain = is_plain(text);
  std::size_t number = 0;
  std::string_view last;
  std::string_view rest = text;
  for (std::string_view after = text; !rest.empty(); rest = after, ++number) {
    const std::string_view line = take_line(after);
    const std::size_t size = plain ? plain_name(line) : 0;
    const auto name = line.substr(0, size > 0 ? size : written_name(line, number + 1));
    if (name <= last) break;
    last = name;
  }
  return {text.substr(0, text.size() - rest.size()), number};
}

/// The size of the name in a line that is canonical as it stands, 0 for any other line.
std::size_t Text::written_name(std::string_view line, std::size_t number) const {
  std::pmr::monotonic_buffer_resource memory;
  const Record record = read_line(line, number, memory);
  const bool as_read = record.name.data() == line.data() && record.entry.data() == line.data() + record.name.size() + 1;
  return as_read ? record.name.size() : 0;
}

/// Indexes the lines that are as we write them, and the rest after them.
Index Text::index_of(const SortedLines& sorted, std::string_view rest) const {
  Index index(sorted.text().size() + rest.size());
  std::string_view last;
  sorted.list("", no_limit, [&](const Record& record) { last = index.load(record); });
  bool in_order = true;  // while it is true no name can occur twice, so none has to be looked up
  std::pmr::monotonic_buffer_resource memory;
  for (std::size_t number = sorted.size() + 1; !rest.empty(); ++number) {
    const Record record = read_line(take_line(rest), number, memory);
    if (in_order && record.name > last) {
      last = index.load(record);
    } else {
      if (std::exchange(in_order, false)) index.settle(Index::Order::by_name);
      if (index.find(record.name)) throw_damaged(number, fmt::format("name is there twice: {}", record.name));
      index.put(record);
    }
    memory.release();
  }
  if (in_order) index.settle(Index::Order::by_name);
  return index;
}

/// Names and entries that are not canonical are rewritten into `memory`.
Record Text::read_line(std::string_view line, std::size_t number, std::pmr::memory_resource& memory) const {
  if (const auto size = is_plain(line) ? plain_name(line) : 0; size > 0)
    return {line.substr(0, size), line.substr(size + 1)};
  if (line.size() > longest_line) throw_damaged(number, "line too long");
  switch (protocol::find_fault(line)) {
    case protocol::Fault::invalid_utf8: throw_damaged(number, "invalid UTF-8");
    case protocol::Fault::control_character: throw_damaged(number, "control character");
    case protocol::Fault::none: break;
  }
  if (const auto bad = protocol::bad_escape(line)) throw_damaged(number, fmt::format("bad escape: {}", *bad));
  const auto colon = protocol::find_unescaped(line, ':');
  if (colon == std::string_view::npos) throw_damaged(number, line.empty() ? "empty line" : "no colon after a name");
  if (colon == 0) throw_damaged(number, "empty name");

  const Record record{protocol::canonical_name(line.substr(0, colon), memory),
                      protocol::canonical_entry(line.substr(colon + 1), memory)};
  if (record.name.size() > protocol::max_name) throw_damaged(number, "name too long");
  return record;
}

/// Moves the book from lines_ into index_.
void Text::make_index() {
  if (!lines_) return;
  index_ = index_of(*lines_, "");
  lines_.reset();
  bytes_.reset();
}

void Text::find(std::span<const std::string_view> names, const Found& found) {
  asked_ += names.size();
  if (lines_ && asked_ + expected_ >= fewest_due + lines_->size() / lines_per_find) make_index();
  if (lines_) lines_->find(names, found);
  else index_.find(names, found);
}

void Text::put(std::span<const Record> records) {
  make_index();
  for (const auto& record : records) {
    if (index_.put(record) != Index::Change::none) changed_ = true;
  }
}

void Text::erase(std::span<const std::string_view> names, const Erased& erased) {
  make_index();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool existed = index_.erase(names[i]);
    changed_ = changed_ || existed;
    erased(i, existed);
  }
}

std::uint64_t Text::count() { return lines_ ? lines_->size() : index_.size(); }

void Text::list(std::string_view prefix, std::size_t limit, const Visit& visit) {
  if (lines_) lines_->list(prefix, limit, visit);
  else index_.list(prefix, limit, visit);
}

void Text::search(const Filter& filter, const Visit& visit) {
  if (lines_) lines_->search(filter, visit);
  else index_.search(filter, visit);
}

void Text::write() {
  file_ = sys::replace_file(book_.path(), [this](const sys::Append& append) {
    index_.list("", 1, [&append](const Record& first) {
      if (first.name.starts_with(mark)) append(mark);
    });
    index_.list("", no_limit, [&append](const Record& record) {
      append(record.name);
      append(":");
      append(record.entry);
      append("\n");
    });
  });
  try {
    state_ = sys::state_of(file_, book_.shown());
  } catch (const std::system_error&) {
    file_ = {};  // it is written all the same, and the next batch reads it again
  }
}

}  // namespace store
