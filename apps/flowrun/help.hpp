#pragma once

#include <string>

#include "command.hpp"

namespace flowrun {

/// The page of the binary: commands, the options of a run, examples, exit codes.
std::string help_page();
/// The page of one command.
std::string help_page(const Command& command);

}  // namespace flowrun
