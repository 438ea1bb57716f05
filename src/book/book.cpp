// SPDX-License-Identifier: MIT
#include "book/book.hpp"

#include <algorithm>
#include <vector>

#include "book/batch.hpp"

namespace book {
namespace {

bool writes(const Share& share) {
  return !share.read_only && std::any_of(share.requests.begin(), share.requests.end(), [](const auto& request) {
    return request.command != nullptr && request.command->writes;
  });
}

void attempt(store::Store& store, std::span<Share> shares, std::string_view refusal) {
  const bool changes = refusal.empty() && std::any_of(shares.begin(), shares.end(), writes);
  store.begin(changes ? store::Access::write : store::Access::read);
  std::size_t expected = 0;
  for (const auto& share : shares) expected += share.expected;
  store.expect(expected);
  Batch(store, changes, refusal).run(shares);
  store.commit();
}

}  // namespace

void Book::run(std::span<Share> shares) {
  std::vector<std::size_t> unread;  // what was in each share's replies before
  for (const auto& share : shares) unread.push_back(share.replies.size());
  std::string refusal = outcome_;
  try {
    return attempt(*store_, shares, refusal);
  } catch (const store::NotStored& error) {
    refusal = std::string("Not stored: ").append(error.what());
  } catch (const store::OutcomeUnknown& error) {
    refusal = outcome_ = std::string("Outcome unknown: ").append(error.what());
  }
  // Nothing of the batch holds: its changes are refused, and its other requests see the book without them.
  store_->roll_back();
  for (std::size_t i = 0; i < shares.size(); ++i) {
    shares[i].replies.resize(unread[i]);
    shares[i].answered = 0;
    shares[i].ended = false;
  }
  attempt(*store_, shares, refusal);
}

}  // namespace book
