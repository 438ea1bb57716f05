// SPDX-License-Identifier: MIT
// fmt's functions, compiled here and nowhere else. Debian has them as a shared library, which a static program can't
// use, or header-only; but then each file that formats a line is compiled for five seconds more.
#define FMT_HEADER_ONLY
#include <fmt/format.h>

#include <string>

namespace {

// All that fmt::format() leaves to the library. As inline functions, they are emitted because something refers to them.
[[gnu::used]] std::string (*const formats)(fmt::string_view, fmt::format_args) = fmt::vformat;
[[gnu::used]] void (*const fails)(const char*, int, const char*) = fmt::detail::assert_fail;  // in fmt's assertions

}  // namespace
