#pragma once

#include <cstddef>
#include <vector>

#include "flow/position.hpp"
#include "flow/yaml_tree.hpp"

namespace flowrun {

/// Where each byte of a scalar's value stands in the source: entry i is the offset of the source byte that byte i of the
/// value came from, and the last entry (of index text.size()) is the offset behind the value. All bytes of an escape are at
/// its backslash, `''` at its first quote, a line folded to a blank at the end of that line.
std::vector<std::size_t> source_offsets(const SourceText& source, const YamlNode& scalar);

/// The span in the source of `length` bytes of the value from `offset`. Offsets beyond the value mean its end.
SourceSpan span_in(const SourceText& source, const YamlNode& scalar, std::size_t offset, std::size_t length);

}  // namespace flowrun
