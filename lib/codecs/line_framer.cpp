#include "codecs/line_framer.hpp"

#include <algorithm>
#include <cstring>
#include <emmintrin.h>

namespace flowrun {

namespace {

std::size_t count_newlines(std::string_view bytes) {
  const __m128i newlines = _mm_set1_epi8('\n');
  const __m128i zero = _mm_setzero_si128();
  __m128i total = zero;
  std::size_t position = 0;
  while (position + 16 <= bytes.size()) {
    // Each byte of `counts` holds up to 255.
    const std::size_t end = std::min(bytes.size(), position + std::size_t{255} * 16);
    __m128i counts = zero;
    for (; position + 16 <= end; position += 16) {
      const __m128i part = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes.data() + position));
      counts = _mm_sub_epi8(counts, _mm_cmpeq_epi8(part, newlines));
    }
    total = _mm_add_epi64(total, _mm_sad_epu8(counts, zero));
  }
  const auto upper = _mm_cvtsi128_si64(_mm_unpackhi_epi64(total, total));
  const auto rest = bytes.substr(position);
  return static_cast<std::size_t>(_mm_cvtsi128_si64(total) + upper + std::count(rest.begin(), rest.end(), '\n'));
}

}  // namespace

Framer::Cut LineFramer::cut(std::string_view bytes, std::size_t most_records, bool at_end) {
  Cut cut;
  const std::size_t whole = bytes.rfind('\n') + 1;  // 0 where there is no newline
  if (const std::size_t lines = count_newlines(bytes.substr(0, whole)); lines <= most_records) {
    cut.bytes = whole;
    cut.lines = lines;
  }
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
