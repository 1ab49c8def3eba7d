#pragma once

#include <string>

#include "base/time.hpp"
#include "record/value.hpp"

namespace flowrun {

/// Times as texts in results, of which many in a row are the same: the latest is kept.
class TimeText {
 public:
  /// RFC 3339 in UTC, in `arena`.
  Value of(Time time, Arena& arena);

 private:
  Time time_ = no_time;
  std::string text_;
};

}  // namespace flowrun
