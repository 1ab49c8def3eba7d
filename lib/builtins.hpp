#pragma once

#include "component/registry.hpp"

namespace flowrun {

/// Everything that ships: the one list of built-in components.
const Registry& builtins();

}  // namespace flowrun
