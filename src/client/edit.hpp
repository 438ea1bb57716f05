// SPDX-License-Identifier: MIT
// `edit`: an entry as a text in the user's editor.
#pragma once

#include <string>

#include "exit_status.hpp"
#include "transport/link.hpp"

namespace client {

/// Opens the entry of `name` in $VISUAL, or $EDITOR, or vi, and stores what it has become, if nobody else has
/// changed it meanwhile. Throws transport::ServerGone, std::runtime_error; when there is an edited
/// text that could not be stored, the message names the file in which it is kept.
exit_status::Status edit(transport::Link& server, const std::string& name);

}  // namespace client
