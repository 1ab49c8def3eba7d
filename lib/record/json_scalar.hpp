#pragma once

#include <cstddef>
#include <emmintrin.h>
#include <string_view>

#include "record/value.hpp"

namespace flowrun {

/// Whether there is a backslash among `size` bytes; up to 15 bytes behind them are read.
inline bool has_backslash(const char* start, std::size_t size) {
  const __m128i backslashes = _mm_set1_epi8('\\');
  std::size_t position = 0;
  for (; position + 16 < size; position += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(start + position));
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, backslashes)) != 0) return true;
  }
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(start + position));
  const unsigned mask = (1u << (size - position)) - 1;
  return (static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, backslashes))) & mask) != 0;
}

/// What became of a string's characters.
struct Unescaped {
  std::size_t size = 0;          // bytes written
  const char* fault = nullptr;   // why not, or null
  std::size_t fault_offset = 0;  // of the escape that is wrong
};

/// Checks the escapes of a string (`raw` is what stands between its quotes) and, where `out` is not null, writes its
/// characters there: at most raw.size() bytes. As jq does, a low surrogate alone becomes U+FFFD, a high one is a fault.
Unescaped unescape(std::string_view raw, char* out);

/// Whether a token is a number in JSON's grammar.
bool is_number(std::string_view token);

/// The number that a token stands for: an integer, a double where it would print as it is written, else digits, which
/// point to the token. Nothing where it is not in JSON's grammar.
Value number_of(std::string_view token);

}  // namespace flowrun
