#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace flowrun {

/// Where `stop` stands in the jq text `text` for the first time from `from` on, outside of brackets, texts (with their
/// interpolations) and comments; npos where it does not.
std::size_t find_outside(std::string_view text, std::string_view stop, std::size_t from = 0);

/// A piece of a text.
struct Piece {
  std::size_t offset = 0;
  std::string_view text;
};

/// The pieces of a jq text between the `separator`s that stand outside of brackets, texts and comments; one at least.
std::vector<Piece> split_outside(std::string_view text, char separator);

}  // namespace flowrun
