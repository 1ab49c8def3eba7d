#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace flowrun::expr {

/// The characters of a regular expression by their positions in it, and which may come after which (Glushkov 1961): a set of
/// positions is all that a matcher has to remember. Over ASCII, with one more sign for the end of the text.
struct PatternPositions {
  using Set = std::uint64_t;
  static constexpr std::size_t most = 63;
  static constexpr Set begin = Set{1} << most;  // before the first byte of the text: a position of its own
  static constexpr std::size_t end_of_text = 128;

  std::array<Set, most + 1> follow{};            // those that may come behind each position
  std::array<Set, end_of_text + 1> accepting{};  // those at which each sign may stand
  Set first = 0;                                 // those with which a match begins, wherever that is
  Set last = 0;                                  // those with which a match ends

  /// All that may stand behind one of `positions`, or begin a match.
  Set behind(Set positions) const {
    Set all = first;
    for (; positions != 0; positions &= positions - 1)
      all |= follow[static_cast<std::size_t>(__builtin_ctzll(positions))];
    return all;
  }
};

/// Nothing where the pattern is more than characters, classes, groups, alternatives, repetitions (not of what has choices
/// inside), ^ at the begin and $ at the end of a whole alternative; or where it has too many positions or an empty match.
std::optional<PatternPositions> find_positions(std::string_view pattern);

}  // namespace flowrun::expr
