// SPDX-License-Identifier: MIT
// The interface of a store. It works in batches, since each call costs a store more than each name in it.
//
//   begin -> find, put, erase, count, list, search ... -> commit or roll_back
//
// Names and entries are in canonical form, and are kept and returned byte for byte. A store that can't be read throws
// std::runtime_error "cannot read BOOK: reason", or open it, from any call: its server can't go on. (A text book that
// is damaged or removed while it is served can still be read, as it was before.)
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>

#include "protocol/limits.hpp"

namespace store {

struct Record {
  std::string_view name;
  std::string_view entry;
};

/// The store refused a change (disk full, no permission). Once rolled back, nothing of the batch is kept.
class NotStored : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Making a change durable failed, so nobody knows what the disk holds. The store takes no more changes.
class OutcomeUnknown : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An entry that we could not have stored, such as one that another program wrote into the table. A request that meets
/// it can't be answered; all others can. what() is the error.
class DamagedEntry : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class Access { read, write };

/// Called for names[i] with its entry or nothing. The view is valid during the call.
using Found = std::function<void(std::size_t i, std::optional<std::string_view> entry)>;
/// Called for names[i]: whether there was an entry to erase.
using Erased = std::function<void(std::size_t i, bool existed)>;
/// Called for a record. The views are valid during the call.
using Visit = std::function<void(const Record&)>;

/// Whether a record may be worth a visit, judged by its raw bytes: its name, at most one byte more, and its entry. The
/// bytes may be damaged; a record that is visited is intact.
using Filter = std::function<bool(std::string_view bytes)>;

using protocol::no_limit;

class Store {
 public:
  virtual ~Store() = default;

  /// Starts a batch, which sees a snapshot of the book: everything committed before, by any process. With Access::write
  /// no other process writes until the batch ends. A hint: about `expected` more finds are on their way, so it may pay
  /// to make finds faster. Throws NotStored (write only).
  virtual void begin(Access access, std::size_t expected) = 0;
  /// Ends a batch. When it returns, the batch's changes are durable. Throws NotStored, OutcomeUnknown.
  virtual void commit() = 0;
  /// Ends a batch and undoes its changes; also after a failed begin, change or commit.
  virtual void roll_back() = 0;

  virtual void find(std::span<const std::string_view> names, const Found& found) = 0;
  /// Adds or replaces, in order. Throws NotStored.
  virtual void put(std::span<const Record> records) = 0;
  /// Throws NotStored.
  virtual void erase(std::span<const std::string_view> names, const Erased& erased) = 0;
  virtual std::uint64_t count() = 0;
  /// The records whose names begin with `prefix`, in byte order of their names, at most `limit` of them.
  virtual void list(std::string_view prefix, std::size_t limit, const Visit& visit) = 0;
  /// The records that `filter` accepts, in any order.
  virtual void search(const Filter& filter, const Visit& visit) = 0;
};

}  // namespace store
