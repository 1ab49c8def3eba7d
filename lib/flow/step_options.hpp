#pragma once

#include <vector>

#include "component/spec.hpp"

namespace flowrun {

/// The options that every `source:` has besides its connector, and every `sink:`.
const std::vector<OptionSpec>& source_options();
const std::vector<OptionSpec>& sink_options();
/// The keys that every step may have besides its operator.
const std::vector<OptionSpec>& step_options();

}  // namespace flowrun
