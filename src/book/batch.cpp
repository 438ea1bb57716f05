// SPDX-License-Identifier: MIT
#include "book/batch.hpp"

#include <algorithm>
#include <functional>
#include <string>

#include "book/conditional.hpp"
#include "book/search.hpp"
#include "protocol/reply.hpp"
#include "version.hpp"

namespace book {
namespace {

using protocol::Request;
using protocol::Verb;

/// Most finds run for one client per read-only batch, so that it can read these replies while we look up the next.
constexpr std::size_t most_finds = 512;

bool is_full(const Share& share) { return share.replies.size() > share.most_replies; }

/// Whether successive requests of this kind are run together.
bool is_collected(Verb verb) { return verb == Verb::add || verb == Verb::rem || verb == Verb::fnd; }

bool may_be_large(Verb verb) { return verb == Verb::lst || verb == Verb::top || verb == Verb::src; }

/// After one of these, the client's next request waits until the others have had their turn.
bool may_take_long(Verb verb) { return may_be_large(verb) || verb == Verb::cnt; }

bool has_any(const Share& share, bool (*is_such)(Verb)) {
  return std::any_of(share.requests.begin(), share.requests.end(), [is_such](const Request& request) {
    return request.command != nullptr && is_such(request.command->verb);
  });
}

}  // namespace

bool may_be_large(const Share& share) { return has_any(share, may_be_large); }

bool may_take_long(const Share& share) { return has_any(share, may_take_long); }

void Batch::run(std::span<Share> shares, bool changes, std::string_view refusal) {
  collected_.clear();  // a batch that failed may have left some
  changes_ = changes;
  refusal_ = refusal;
  for (auto& share : shares) run(share);
  run_collected();
}

void Batch::run(Share& share) {
  std::size_t finds = 0;
  std::size_t promised = 0;  // the most that the collected requests can add to the replies, but for what finds find
  for (const auto& request : share.requests) {
    const auto error = refusal_for(share, request);
    const bool joins = error.empty() && is_collected(request.command->verb);
    const bool differs = !collected_.empty() && (!joins || collected_.front().request->command != request.command);
    if (differs || share.replies.size() + promised > share.most_replies) {
      run_collected();
      promised = 0;
    }
    if (is_full(share) || share.ended) return;
    if (joins) {
      collected_.push_back({&share, &request});
      promised += request.name.size() + protocol::longest_acknowledgement;
      if (!changes_ && ++finds == most_finds) return;
      continue;
    }
    if (error.empty()) run_alone(share, request);
    else protocol::reply_error(share.replies, error);
    ++share.answered;
    if (error.empty() && may_take_long(request.command->verb)) return;
  }
}

/// The error that the request gets instead of being run, or nothing.
std::string_view Batch::refusal_for(const Share& share, const Request& request) const {
  if (request.command == nullptr) return request.text;
  if (!request.command->writes) return {};
  return share.read_only ? "Read-only" : refusal_;
}

std::span<const std::string_view> Batch::names() {
  names_.clear();
  for (const auto& item : collected_) names_.push_back(item.request->name);
  return names_;
}

void Batch::run_collected() {
  if (collected_.empty()) return;
  switch (collected_.front().request->command->verb) {
    case Verb::add: run_adds(); break;
    case Verb::rem: run_removes(); break;
    default: run_finds(); break;
  }
  collected_.clear();
}

void Batch::run_adds() {
  records_.clear();
  for (const auto& item : collected_) records_.push_back({item.request->name, item.request->text});
  store_.put(records_);
  for (const auto& item : collected_) {
    protocol::reply_added(item.share->replies, item.request->name);
    ++item.share->answered;
  }
}

void Batch::run_removes() {
  store_.erase(names(), [this](std::size_t i, bool existed) {
    Share& share = *collected_[i].share;
    if (existed) protocol::reply_deleted(share.replies, collected_[i].request->name);
    else protocol::reply_not_found(share.replies, collected_[i].request->name);
    ++share.answered;
  });
}

void Batch::run_finds() {
  const auto all = names();
  for (std::size_t done = 0; done < all.size();) done = run_finds(all, done);
}

/// Looks up the names from `first` on, and stops after a damaged entry. Returns how many names are done by then.
std::size_t Batch::run_finds(std::span<const std::string_view> names, std::size_t first) {
  std::size_t done = first;
  const auto answer_next = [&](std::size_t i, std::optional<std::string_view> entry) {
    done = first + i + 1;
    const auto& [share, request] = collected_[first + i];
    if (is_full(*share)) return;  // and so its later finds are skipped too
    if (entry) protocol::reply_entry(share->replies, request->name, *entry);
    else protocol::reply_not_found(share->replies, request->name);
    ++share->answered;
  };
  try {
    store_.find(names.subspan(first), std::cref(answer_next));  // by reference, since a copy would be allocated
  } catch (const store::DamagedEntry& error) {
    Share& share = *collected_[done++].share;
    if (is_full(share)) return done;
    protocol::reply_error(share.replies, error.what());
    ++share.answered;
  }
  return done;
}

void Batch::run_alone(Share& share, const Request& request) {
  const std::size_t before = share.replies.size();
  try {
    answer(share, request);
  } catch (const store::DamagedEntry& error) {
    share.replies.resize(before);
    protocol::reply_error(share.replies, error.what());
  }
}

void Batch::answer(Share& share, const Request& request) {
  switch (request.command->verb) {
    case Verb::new_: return add_new(store_, request.name, request.text, share.replies);
    case Verb::chg: return change(store_, request.name, request.old, request.text, share.replies);
    case Verb::mov: return rename(store_, request.name, request.text, share.replies);
    case Verb::lst:
    case Verb::top: return list(share.replies, request.name, request.limit);
    case Verb::src: return search(share.replies, request.text);
    case Verb::cnt: return protocol::reply_entries(share.replies, store_.count());
    case Verb::ver: return protocol::reply_version(share.replies, version);
    case Verb::hlp: return help(share.replies);
    case Verb::bye: share.ended = true; return protocol::reply_bye(share.replies);
    case Verb::add:
    case Verb::rem:
    case Verb::fnd: break;  // collected
  }
}

void Batch::list(std::string& replies, std::string_view prefix, std::size_t limit) {
  std::uint64_t found = 0;
  store_.list(prefix, limit, [&](const store::Record& record) {
    protocol::reply_entry(replies, record.name, record.entry);
    ++found;
  });
  protocol::reply_found(replies, found);
}

void Batch::search(std::string& replies, std::string_view terms) try {
  struct Match {
    Rank rank;
    std::string name;
    std::string entry;
  };
  Query query(terms);
  std::vector<Match> matches;
  const auto add_match = [&](const store::Record& record) {
    const Rank rank = query.match(record);
    if (rank == Rank::nowhere) return;
    matches.push_back({rank, std::string(record.name), std::string(record.entry)});
  };
  store_.search([&query](std::string_view bytes) { return query.may_match(bytes); }, add_match);
  std::sort(matches.begin(), matches.end(),
            [](const Match& a, const Match& b) { return a.rank != b.rank ? a.rank < b.rank : a.name < b.name; });
  for (const auto& match : matches) protocol::reply_entry(replies, match.name, match.entry);
  protocol::reply_found(replies, matches.size());
} catch (const BadQuery& error) {
  protocol::reply_error(replies, error.what());
}

void Batch::help(std::string& replies) {
  for (const auto& command : protocol::commands) protocol::reply_entry(replies, command.name, command.summary);
  protocol::reply_found(replies, protocol::commands.size());
}

}  // namespace book
