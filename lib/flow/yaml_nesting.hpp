#pragma once

#include <cstddef>
#include <optional>

#include "flow/position.hpp"

namespace flowrun {

/// A bracket that is nested deeper than YamlLimits::nesting, in a text with so many brackets that the YAML library had better
/// not see it: before it says a word of an open bracket it keeps every token behind that, some 230 bytes each. What is found
/// is too deep for certain; what is not found may still be.
std::optional<std::size_t> find_deep_bracket(const SourceText& source);

}  // namespace flowrun
