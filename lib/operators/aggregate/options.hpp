#pragma once

#include <vector>

#include "component/spec.hpp"

namespace flowrun {

/// The options of `aggregate`, as its Spec declares them.
std::vector<OptionSpec> aggregate_options();

}  // namespace flowrun
