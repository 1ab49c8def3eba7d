#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "flow/yaml_tree.hpp"

namespace flowrun {

/// How a scalar is written, as its source bytes tell.
struct ScalarTrace {
  YamlStyle style = YamlStyle::plain;
  std::size_t end = 0;    // behind its last byte, closing quote included
  bool is_closed = true;  // false: a quote without its end
  /// Entry i is where byte i of the value comes from, as for source_offsets() in flow/position_in_scalar.hpp.
  std::vector<std::size_t> offsets;
};

/// Follows `value`, which the YAML library has read at `begin` of `source`, through the bytes it was read from. Where the two
/// do not fit the offsets are approximate, but always within the source.
ScalarTrace trace_scalar(std::string_view source, std::size_t begin, std::string_view value);

}  // namespace flowrun
