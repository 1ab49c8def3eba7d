#pragma once

#include <cstddef>
#include <string_view>

namespace flowrun {

/// The bytes of the code point at the front of `text`; 0 where they are no valid UTF-8, or `text` is empty.
std::size_t code_point_length(std::string_view text);

}  // namespace flowrun
