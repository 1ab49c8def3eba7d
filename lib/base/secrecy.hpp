#pragma once

#include <string>

namespace flowrun {

/// From now on `text` is shown nowhere: whatever prints for people, logs or describes a plan goes through
/// `without_secrets`. One below four bytes is not hidden: it would be found in any text. Before other threads start.
void hide(std::string text);

/// `text` with `***` for each hidden text in it.
std::string without_secrets(std::string text);

}  // namespace flowrun
