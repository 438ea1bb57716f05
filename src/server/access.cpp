// SPDX-License-Identifier: MIT
#include "server/access.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "number.hpp"

namespace server {
namespace {

/// Uses only /etc/passwd and /etc/group: other sources are modules, which a static program can't load. Users and groups
/// from those can be given by number.
void look_in_files_only() {
  __nss_configure_lookup("passwd", "files");
  __nss_configure_lookup("group", "files");
}

unsigned user_id(const std::string& name) {
  look_in_files_only();
  if (const passwd* user = getpwnam(name.c_str())) return user->pw_uid;
  if (const auto id = parse_number<unsigned>(name)) return *id;
  throw std::runtime_error(fmt::format("no such user: {}", name));
}

unsigned group_id(const std::string& name) {
  look_in_files_only();
  if (const group* found = getgrnam(name.c_str())) return found->gr_gid;
  if (const auto id = parse_number<unsigned>(name)) return *id;
  throw std::runtime_error(fmt::format("no such group: {}", name));
}

}  // namespace

void AccessList::allow(const std::string& who) {
  std::string name = who;
  const bool reads_only = name.ends_with(":ro");
  if (reads_only) name.resize(name.size() - 3);
  const bool is_group = name.starts_with('@');
  const unsigned id = is_group ? group_id(name.substr(1)) : user_id(name);
  rules_.push_back({is_group, id, reads_only ? Right::read : Right::write});
}

Right AccessList::right_of(const Peer& peer) const {
  Right right = rules_.empty() ? Right::write : Right::none;
  if (peer.uid && (*peer.uid == 0 || *peer.uid == geteuid())) right = Right::write;
  for (const auto& rule : rules_) {
    const bool matches = rule.is_group ? std::find(peer.groups.begin(), peer.groups.end(), rule.id) != peer.groups.end()
                                       : peer.uid == rule.id;
    if (matches) right = std::max(right, rule.right);
  }
  return read_only_ ? std::min(right, Right::read) : right;
}

}  // namespace server
