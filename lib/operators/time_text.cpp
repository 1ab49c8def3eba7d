#include "operators/time_text.hpp"

#include "base/timestamp.hpp"

namespace flowrun {

Value TimeText::of(Time time, Arena& arena) {
  if (time != time_) {
    time_ = time;
    text_ = format_timestamp(time);
  }
  return Value::text(text_, arena);
}

}  // namespace flowrun
