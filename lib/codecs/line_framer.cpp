#include "codecs/line_framer.hpp"

#include <algorithm>
#include <cstring>
#include <emmintrin.h>

namespace flowrun {

namespace {

// 64 bytes at a time; each byte of a running count holds up to 255.
std::size_t count_newlines(std::string_view bytes) {
  constexpr std::size_t stride = 64, most_strides = 255 / 4;
  const __m128i newlines = _mm_set1_epi8('\n');
  const __m128i zero = _mm_setzero_si128();
  __m128i total = zero;
  const char* next = bytes.data();
  for (std::size_t strides = bytes.size() / stride; strides > 0;) {
    __m128i counts = zero;
    const std::size_t together = std::min(strides, most_strides);
    for (const char* const end = next + together * stride; next != end; next += stride)
      for (std::size_t part = 0; part < stride; part += 16)
        counts = _mm_sub_epi8(counts,
                              _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(next + part)), newlines));
    total = _mm_add_epi64(total, _mm_sad_epu8(counts, zero));
    strides -= together;
  }
  const auto found = _mm_cvtsi128_si64(total) + _mm_cvtsi128_si64(_mm_unpackhi_epi64(total, total));
  return static_cast<std::size_t>(found + std::count(next, bytes.data() + bytes.size(), '\n'));
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
