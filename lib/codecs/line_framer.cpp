#include "codecs/line_framer.hpp"

#include <bit>
#include <cstring>
#include <emmintrin.h>

namespace flowrun {

Framer::Cut LineFramer::cut(std::string_view bytes, std::size_t most_records, bool at_end) {
  Cut cut;
  while (cut.lines < most_records) {
    const std::size_t newline = bytes.find('\n', cut.bytes);
    if (newline == bytes.npos) break;
    cut.bytes = newline + 1;
    ++cut.lines;
  }
  cut.records = cut.lines;
  if (at_end && cut.bytes < bytes.size() && cut.records < most_records) cut.bytes = bytes.size(), ++cut.records;
  return cut;
}

Line first_line(std::string_view block) {
  const auto* const newline = static_cast<const char*>(std::memchr(block.data(), '\n', block.size()));
  Line line;
  line.bytes = newline != nullptr ? static_cast<std::size_t>(newline - block.data()) + 1 : block.size();
  line.text = block.substr(0, newline != nullptr ? line.bytes - 1 : line.bytes);
  if (!line.text.empty() && line.text.back() == '\r') line.text.remove_suffix(1);
  return line;
}

}  // namespace flowrun
