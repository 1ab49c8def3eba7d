#include "codecs/line_framer.hpp"

#include <bit>
#include <cstring>
#include <emmintrin.h>

namespace flowrun {

Framer::Cut LineFramer::cut(std::string_view bytes, std::size_t most_records, bool at_end) {
  Cut cut;
  const __m128i newlines = _mm_set1_epi8('\n');
  const char* const start = bytes.data();
  std::size_t position = 0;
  for (; position + 16 <= bytes.size(); position += 16) {
    const __m128i read = _mm_loadu_si128(reinterpret_cast<const __m128i*>(start + position));
    auto found = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(read, newlines)));
    for (; found != 0; found &= found - 1) {
      cut.bytes = position + static_cast<std::size_t>(std::countr_zero(found)) + 1;
      if (++cut.lines == most_records) return cut.records = cut.lines, cut;
    }
  }
  for (; position < bytes.size() && cut.lines < most_records; ++position)
    if (start[position] == '\n') cut.bytes = position + 1, ++cut.lines;
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
