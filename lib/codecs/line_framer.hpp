#pragma once

#include <cstddef>
#include <string_view>

#include "component/codec.hpp"

namespace flowrun {

/// A record a line; the last one may lack its newline.
class LineFramer final : public Framer {
 public:
  Cut cut(std::string_view bytes, std::size_t most_records, bool at_end) override;
  bool by_newline() const override { return true; }
};

/// A line of a block of them.
struct Line {
  std::string_view text;  // without its newline, and without the carriage return before that
  std::size_t bytes = 0;  // with both
};
/// The line at the front of `block`, which is not empty.
Line first_line(std::string_view block);

}  // namespace flowrun
