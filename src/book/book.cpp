// SPDX-License-Identifier: MIT
#include "book/book.hpp"

#include <algorithm>

namespace book {
namespace {

bool writes(const Share& share) {
  return !share.read_only && std::any_of(share.requests.begin(), share.requests.end(), [](const auto& request) {
    return request.command != nullptr && request.command->writes;
  });
}

}  // namespace

void Book::attempt(std::span<Share> shares, std::string_view refusal) {
  const bool changes = refusal.empty() && std::any_of(shares.begin(), shares.end(), writes);
  std::size_t expected = 0;
  for (const auto& share : shares) expected += share.expected;
  store_->begin(changes ? store::Access::write : store::Access::read, expected);
  batch_.run(shares, changes, refusal);
  store_->commit();
}

void Book::run(std::span<Share> shares) {
  unread_.clear();
  for (const auto& share : shares) unread_.push_back(share.replies.size());
  std::string refusal = outcome_;
  try {
    return attempt(shares, refusal);
  } catch (const store::NotStored& error) {
    refusal = std::string("Not stored: ").append(error.what());
  } catch (const store::OutcomeUnknown& error) {
    refusal = outcome_ = std::string("Outcome unknown: ").append(error.what());
  }
  // Nothing of the batch holds: run it again with its changes refused, so that its other requests see the book without
  // them.
  store_->roll_back();
  for (std::size_t i = 0; i < shares.size(); ++i) {
    shares[i].replies.resize(unread_[i]);
    shares[i].answered = 0;
    shares[i].ended = false;
  }
  attempt(shares, refusal);
}

}  // namespace book
