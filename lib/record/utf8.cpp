#include "record/utf8.hpp"

#include <emmintrin.h>

#include "base/utf8.hpp"

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

}  // namespace

std::size_t valid_utf8(std::string_view text) {
  std::size_t position = 0;
  while ((position = skip_ascii(text, position)) < text.size()) {
    const std::size_t size = code_point_length(text.substr(position));
    if (size == 0) break;
    position += size;
  }
  return position;
}

}  // namespace flowrun
