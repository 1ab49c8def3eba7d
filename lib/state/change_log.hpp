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
  bool empty() const { return bytes_.empty(); }
  std::string_view bytes() const { return bytes_; }

  /// Takes the first change off `packed`; its views point into that. False: the bytes are none that `add` made.
  static bool take(std::string_view& packed, Change& change);

 private:
  std::string bytes_;
};

}  // namespace flowrun::state
