#include "record/utf8.hpp"

#include <emmintrin.h>

namespace flowrun {
namespace {

// Skips bytes of ASCII, 16 at a time; up to 15 of them may be left.
std::size_t skip_ascii(std::string_view text, std::size_t position) {
  for (; position + 16 <= text.size(); position += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + position));
    if (_mm_movemask_epi8(bytes) != 0) break;
  }
  return position;
}

// The size of the character at the start of `text`; 0 where it is none. The table is that of the Unicode standard
// ("Well-Formed UTF-8 Byte Sequences"): the first byte bounds the second, the others are any continuation.
std::size_t character_size(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return 1;
  const std::size_t size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (first < 0xC2 || first > 0xF4 || text.size() < size) return 0;
  const unsigned char lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned char highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  const auto second = static_cast<unsigned char>(text[1]);
  if (second < lowest || second > highest) return 0;
  for (std::size_t position = 2; position < size; ++position)
    if (!is_utf8_continuation(text[position])) return 0;
  return size;
}

}  // namespace

std::size_t valid_utf8(std::string_view text) {
  std::size_t position = 0;
  while ((position = skip_ascii(text, position)) < text.size()) {
    const std::size_t size = character_size(text.substr(position));
    if (size == 0) break;
    position += size;
  }
  return position;
}

}  // namespace flowrun
