#pragma once

#include <bit>
#include <cstddef>
#include <emmintrin.h>
#include <string_view>

#include "expr/operations.hpp"

namespace flowrun::expr {

/// Calls `take` with every position of `wanted`, in order, until it returns false; false then.
template <class Take>
bool each_position(std::string_view text, char wanted, Take&& take) {
  std::size_t position = 0;
  const __m128i pattern = _mm_set1_epi8(wanted);
  for (; position + 16 <= text.size(); position += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + position));
    auto found = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, pattern)));
    for (; found != 0; found &= found - 1)
      if (!take(position + static_cast<std::size_t>(std::countr_zero(found)))) return false;
  }
  for (; position < text.size(); ++position)
    if (text[position] == wanted && !take(position)) return false;
  return true;
}

/// Calls `take` with the pieces of `text` between `separator`s, its characters where that is empty, until it returns false;
/// false then. They share the memory of `text`.
template <class Take>
bool each_piece(std::string_view text, std::string_view separator, Take&& take) {
  if (text.empty()) return true;
  std::size_t from = 0;
  if (separator.empty()) {
    for (std::size_t length; from < text.size(); from += length) {
      length = code_point_offset(text.substr(from), 1);
      if (!take(Value::text(text.substr(from, length)))) return false;
    }
    return true;
  }
  const auto cut = [&](std::size_t found) {
    const std::size_t begin = from;
    from = found + separator.size();
    const bool is_padded = begin + 16 <= text.size();
    return take(is_padded ? Value::padded_text(text.data() + begin, found - begin)
                          : Value::text(text.substr(begin, found - begin)));
  };
  if (separator.size() == 1) {
    if (!each_position(text, separator[0], cut)) return false;
  } else {
    for (auto found = text.find(separator); found != text.npos; found = text.find(separator, from))
      if (!cut(found)) return false;
  }
  return take(Value::text(text.substr(from)));
}

}  // namespace flowrun::expr
