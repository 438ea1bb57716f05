// SPDX-License-Identifier: MIT
// A temporary file that another program works on.
#pragma once

#include <string>
#include <string_view>

namespace sys {

/// A new file for this user alone (mode 0600), in $TMPDIR or else in /tmp. It goes with this object unless it is kept.
class PrivateFile {
 public:
  /// Throws std::system_error "cannot make a file in FOLDER: reason".
  explicit PrivateFile(std::string_view content);
  ~PrivateFile();
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  /// What is at its path by now, up to `limit` bytes and one more. Throws std::system_error "cannot read PATH: reason".
  [[nodiscard]] std::string read(std::size_t limit) const;
  void keep() { kept_ = true; }

 private:
  std::string path_;
  bool kept_ = false;
};

}  // namespace sys
