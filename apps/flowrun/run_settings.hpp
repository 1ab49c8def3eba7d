#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "command.hpp"
#include "observe/log.hpp"

namespace flowrun {

/// The options of a run after flag, environment and `runtime:` of the flow file have been put in order.
struct RunSettings {
  std::size_t workers = 1;
  bool fail_on_rejects = false;
  LogLevel log_level = LogLevel::info;
  LogFormat log_format = LogFormat::text;
};

/// Texts by the names of the file, `log_level`.
using RunTexts = std::vector<std::pair<std::string, std::string>>;

/// Flags beat the environment, which beats the file. Throws Failure (usage) for a value that is not of its type, naming
/// where it came from; `from_file` has been checked.
RunSettings run_settings(const Invocation& flags, const RunTexts& from_file);

/// The options of a run as those of a command.
std::vector<CommandOption> run_command_options();

}  // namespace flowrun
