#pragma once

#include <string>
#include <vector>

#include "command.hpp"

namespace flowrun {

/// Sorts what stands behind the name of `command` into its arguments and options. Throws Failure (usage) with what is wrong
/// and the nearest known name.
Invocation parse_command_line(const Command& command, std::vector<std::string> words);

}  // namespace flowrun
