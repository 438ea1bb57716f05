// SPDX-License-Identifier: MIT
// fmt's functions, compiled here and nowhere else. Debian has them as a shared library, which a static program can't
// use, or header-only; but then each file that formats a line is compiled for five seconds more.
#define FMT_HEADER_ONLY
#include <fmt/format.h>

#include <string>

namespace {

/// All that fmt::format() leaves to the library. As an inline function, it is emitted because something refers to it.
[[gnu::used]] std::string (*const compiled)(fmt::string_view, fmt::format_args) = fmt::vformat;

}  // namespace
