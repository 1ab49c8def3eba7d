#pragma once

#include <span>
#include <string>
#include <string_view>

#include "component/spec.hpp"

namespace flowrun {

/// An option of a run: on the command line, as an environment variable and, where it may stand there, under `runtime:` of
/// the flow file. A flag beats the environment, which beats the file.
struct RunOption {
  OptionSpec spec;         // its name as in the file (`log_level`); boolean: a flag without value
  std::string value_name;  // as help shows it: N
  std::string group;       // of the help
  std::string variable;    // of the environment; empty: none
  char letter = 0;         // 0: none
  std::string alias;       // another long name; empty: none
  bool in_flow_file = true;

  /// Its name on the command line, without dashes in front: `log-level`.
  std::string flag() const;
};

/// All options of a run whose parts are built, in the order of the help.
std::span<const RunOption> run_options();
/// By the name of the file (`log_level`); null where there is none.
const RunOption* run_option(std::string_view name);

}  // namespace flowrun
