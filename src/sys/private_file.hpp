// SPDX-License-Identifier: MIT
// A temporary file for another program to work on.
#pragma once

#include <string>
#include <string_view>

namespace sys {

/// A new file for this user alone (mode 0600), in $TMPDIR or else /tmp. Removed with this object unless kept.
class PrivateFile {
 public:
  /// Throws std::system_error.
  explicit PrivateFile(std::string_view content);
  ~PrivateFile();
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  /// Returns what is in the file now, at most `limit` + 1 bytes, so that the caller can tell when there is more. Throws
  /// std::system_error.
  [[nodiscard]] std::string read(std::size_t limit) const;
  void keep() { kept_ = true; }
  /// From now on, a signal that ends this process leaves the file, and says `message` on standard error. For one file
  /// of the process.
  void keep_at_signal(std::string_view message) const;

 private:
  std::string path_;
  bool kept_ = false;
};

}  // namespace sys
