// SPDX-License-Identifier: MIT
// What a store of entries is: made for batches, since every call costs a store more than every name in it.
//
//   begin -> find, put, erase, count, list, each ... -> commit or roll_back
//
// Names and entries are in canonical form, and are kept and given back byte for byte. A store that can't be read
// throws std::runtime_error "cannot read BOOK: reason" from anywhere: its server can't go on. (A text book that is
// damaged or taken away while it is served is one that still can be read, as it was before.)
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>

namespace store {

struct Record {
  std::string_view name;
  std::string_view entry;
};

/// The store refused a change (disk full, no permission): what the batch changed is not kept, once it is rolled back.
class NotStored : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Making the change durable failed, so that nobody knows what the disk holds. The store takes no more changes.
class OutcomeUnknown : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An entry that we could not have stored, such as one that another program wrote into the table: a request that meets
/// it can't be answered, while all others can. what() is the error.
class DamagedEntry : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class Access { read, write };

/// Called for names[i] with its entry or nothing; the view is good during the call.
using Found = std::function<void(std::size_t i, std::optional<std::string_view> entry)>;
/// Called for names[i]: whether there was an entry to erase.
using Erased = std::function<void(std::size_t i, bool existed)>;
/// Called for a record; the views are good during the call.
using Visit = std::function<void(const Record&)>;

/// Whether a record may be worth a visit, told from its bytes as they lie there: its name, at most one byte more, and
/// its entry. They need not be what a record of ours is made of; a visit gets those only.
using Look = std::function<bool(std::string_view bytes)>;

/// The limit of a list that is to be whole.
inline constexpr std::size_t no_limit = static_cast<std::size_t>(-1);

class Store {
 public:
  virtual ~Store() = default;

  /// Starts a batch, which sees one moment of the book: everything committed before, by whichever process.
  /// With Access::write no other process writes until the batch ends. Throws NotStored (write only).
  virtual void begin(Access access) = 0;
  /// Ends a batch; when it returns, the batch's changes are durable. Throws NotStored, OutcomeUnknown.
  virtual void commit() = 0;
  /// Ends a batch and undoes its changes; also after a failed begin, change or commit.
  virtual void roll_back() = 0;

  /// A hint for this batch: about so many more finds are on their way, so what makes finds fast may be worth its price.
  virtual void expect(std::size_t /*finds*/) {}
  virtual void find(std::span<const std::string_view> names, const Found& found) = 0;
  /// Adds or replaces, in order. Throws NotStored.
  virtual void put(std::span<const Record> records) = 0;
  /// Throws NotStored.
  virtual void erase(std::span<const std::string_view> names, const Erased& erased) = 0;
  virtual std::uint64_t count() = 0;
  /// The records whose names begin with `prefix`, in the order of the bytes of their names, at most `limit` of them.
  virtual void list(std::string_view prefix, std::size_t limit, const Visit& visit) = 0;
  /// The records that `look` lets pass, in any order.
  virtual void search(const Look& look, const Visit& visit) = 0;
};

}  // namespace store
