#pragma once

#include "flow/diagnostic.hpp"

namespace flowrun {

/// Whether the bytes of a file can be handed to the YAML library at all: not too large, UTF-8, no control characters but tab
/// and newline. Reports why not: the first byte of each kind of fault on a line, and no more than some ten.
bool check_yaml_bytes(Diagnostics& diagnostics);

}  // namespace flowrun
