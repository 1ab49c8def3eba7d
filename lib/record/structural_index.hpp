#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace flowrun {

/// The positions in a JSON text of each `{}[]:,` outside of strings, and of the first byte of each string and each other
/// run of characters. Made at several bytes a cycle (simdjson's first stage). One thread at a time.
class StructuralIndex {
 public:
  enum class Fault : std::uint8_t { none, empty, too_long, control_character, unclosed_string, not_utf8 };
  /// Positions are 32 bits, with room for a sentinel.
  static constexpr std::size_t most_bytes = 0xFFFF'0000;

  StructuralIndex();
  ~StructuralIndex();

  /// Replaces the index by that of `text`. Checked: UTF-8, that strings are closed, that they hold no control characters.
  Fault build(std::string_view text);

  /// The positions, in order; behind them `text.size()` twice. Valid until the next build.
  const std::uint32_t* positions() const { return positions_; }
  std::size_t size() const { return size_; }

 private:
  struct Stage;
  std::unique_ptr<Stage> stage_;
  const std::uint32_t* positions_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace flowrun
