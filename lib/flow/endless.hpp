#pragma once

#include <vector>

#include "flow/diagnostic.hpp"
#include "flow/flow.hpp"

namespace flowrun {

/// Reports steps whose input cannot end although they emit nothing before its end, and warns of those that keep something of
/// every group for good. `steps` are linked.
void check_endless(const std::vector<Step>& steps, Diagnostics& diagnostics);

}  // namespace flowrun
