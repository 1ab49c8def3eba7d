#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "state/keyed_state.hpp"

namespace flowrun::state {

/// Changes of one state, packed one behind the other: made by a worker at the cut, read by who stores or restores them.
/// A change stands against those before it.
class ChangeLog {
 public:
  void add(const Change& change);
  /// A change whose new state `encode(std::string&)` appends: it is written where it stays.
  template <class Encode>
  void add_state(std::string_view group, std::uint64_t hash, Time pane, Encode&& encode);
  bool empty() const { return bytes_.empty(); }
  std::string_view bytes() const { return bytes_; }

  /// Takes the first change off `packed`; its views point into that. False: the bytes are none that `add` made.
  static bool take(std::string_view& packed, Change& change);

 private:
  void begin(unsigned char flags, const Change& change);
  void set_count(std::size_t at, std::size_t count);

  std::string bytes_;
};

template <class Encode>
void ChangeLog::add_state(std::string_view group, std::uint64_t hash, Time pane, Encode&& encode) {
  begin(0, {.group = group, .hash = hash, .erased = false, .state = {}, .pane = pane});
  const std::size_t at = bytes_.size();
  bytes_ += '\0';
  encode(bytes_);
  const std::size_t bytes = bytes_.size() - at - 1;
  if (bytes < 0x80)
    bytes_[at] = static_cast<char>(bytes);
  else
    set_count(at, bytes);
}

}  // namespace flowrun::state
