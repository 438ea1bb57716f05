// SPDX-License-Identifier: MIT
#include "sys/private_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "sys/environment.hpp"
#include "sys/error.hpp"
#include "sys/fd.hpp"
#include "sys/signals.hpp"

namespace sys {

PrivateFile::PrivateFile(std::string_view content) {
  const std::string_view folder = variable("TMPDIR");
  const std::string in(folder.empty() ? "/tmp" : folder);
  std::string path = in + "/addbook-XXXXXX";
  const Fd file(mkostemp(path.data(), O_CLOEXEC));
  if (!file) fail("cannot make a file in " + in);
  path_ = path;
  try {
    if (!write_all(file.get(), content, path_)) fail("cannot write to " + path_, EPIPE);
  } catch (...) {
    unlink(path_.c_str());
    throw;
  }
}

std::string PrivateFile::read(std::size_t limit) const {
  const Fd file = open_file(path_);
  std::string text(limit + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const std::size_t got = read_some(file.get(), text.data() + size, text.size() - size, path_);
    if (got == 0) break;
    size += got;
  }
  text.resize(size);
  return text;
}

namespace {

std::string last_words;  // made before a signal comes, since its handler may not allocate

}  // namespace

PrivateFile::~PrivateFile() {
  if (!last_words.empty()) before_a_signal_ends_us([] {});
  if (!kept_) unlink(path_.c_str());
}

void PrivateFile::keep_at_signal(std::string_view message) const {
  last_words = printable(fmt::format("{}: {}", program_name(), message)) + "\n";
  before_a_signal_ends_us([] { [[maybe_unused]] const auto put = write(2, last_words.data(), last_words.size()); });
}

}  // namespace sys
