#pragma once

#include <cstddef>
#include <optional>

#include "flow/position.hpp"

namespace flowrun {

/// What is wrong with the bracket at `offset`.
struct BracketFault {
  std::size_t offset;
  bool is_deep;  // nested deeper than YamlLimits::nesting; else it holds more than YamlLimits::bracket_tokens
};

/// A bracket that the YAML library had better not see: before it says a word of an open bracket it keeps every token behind
/// that, some 230 bytes each. Looks at texts with many brackets and commas alone. What is found is wrong for certain; a bracket
/// that is not found may still be nested too deep.
std::optional<BracketFault> find_bracket_fault(const SourceText& source);

}  // namespace flowrun
