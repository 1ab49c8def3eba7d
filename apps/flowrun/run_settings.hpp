#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/time.hpp"
#include "command.hpp"
#include "component/options.hpp"
#include "observe/log.hpp"

namespace flowrun {

/// The options of a run after flag, environment and `runtime:` of the flow file have been put in order.
struct RunSettings {
  std::size_t workers = 1;
  bool fail_on_rejects = false;
  bool fail_on_late = false;
  bool finishes_at_end = true;
  std::uint64_t most_state = 0;  // bytes
  Duration drain_timeout = std::chrono::seconds(30);
  std::string recovery_directory;  // empty: none
  Duration epoch_interval = std::chrono::seconds(10);
  std::vector<std::string> discarded_steps;
  bool ignores_state = false;
  bool ignores_missing_partitions = false;
  LogLevel log_level = LogLevel::info;
  LogFormat log_format = LogFormat::text;
  std::optional<bool> progress;  // nothing: where it is of use
};

/// Throws Failure (usage) for a variable FLOWRUN_... that is of no option, parameter or secret: it would do nothing.
void require_known_variables(const std::map<std::string, std::string>& environment);

/// Flags beat the environment, which beats `runtime:` of the flow file. Throws Failure (usage) for a value that is not of its
/// type, naming where it came from.
RunSettings run_settings(const Invocation& flags, const Options& from_file);

/// The options of a run as those of a command.
std::vector<CommandOption> run_command_options();

}  // namespace flowrun
