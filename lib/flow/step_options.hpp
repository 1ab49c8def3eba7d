#pragma once

#include <vector>

#include "component/spec.hpp"

namespace flowrun {

/// What may stand in `source:` beside the connector.
const std::vector<OptionSpec>& source_options();
/// What may stand in `sink:` beside the connector.
const std::vector<OptionSpec>& sink_options();

}  // namespace flowrun
