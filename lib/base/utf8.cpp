#include "base/utf8.hpp"

#include <bit>
#include <emmintrin.h>

namespace flowrun {
namespace {

// The bits of those of 16 bytes that are no ASCII.
unsigned beyond_ascii(const char* bytes) {
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes))));
}

// Skips bytes of ASCII, as far as 16 can be looked at together.
std::size_t skip_ascii(std::string_view text, std::size_t position) {
  for (; position + 16 <= text.size(); position += 16)
    if (const unsigned found = beyond_ascii(text.data() + position); found != 0)
      return position + static_cast<std::size_t>(std::countr_zero(found));
  // The last 16 once more, where none of those that are new is found.
  if (text.size() >= 16 && beyond_ascii(text.data() + text.size() - 16) >> (16 - (text.size() - position)) == 0)
    return text.size();
  return position;
}

}  // namespace

std::size_t code_point_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool beyond = (first == 0xED && byte(1) > 0x9F) || (first == 0xF4 && byte(1) > 0x8F);
  return overlong || beyond ? 0 : length;
}

std::size_t valid_utf8(std::string_view text) {
  std::size_t position = 0;
  while ((position = skip_ascii(text, position)) < text.size()) {
    const std::size_t size = code_point_length(text.substr(position));
    if (size == 0) break;
    position += size;
  }
  return position;
}

std::size_t write_code_point(std::uint32_t code_point, char* out) {
  const auto put = [&](std::size_t position, std::uint32_t byte) { out[position] = static_cast<char>(byte); };
  const auto rest = [&](unsigned shift) { return 0x80 | ((code_point >> shift) & 0x3F); };
  if (code_point < 0x80) return put(0, code_point), 1;
  if (code_point < 0x800) return put(0, 0xC0 | code_point >> 6), put(1, rest(0)), 2;
  if (code_point < 0x10000) return put(0, 0xE0 | code_point >> 12), put(1, rest(6)), put(2, rest(0)), 3;
  return put(0, 0xF0 | code_point >> 18), put(1, rest(12)), put(2, rest(6)), put(3, rest(0)), 4;
}

void append_code_point(std::uint32_t code_point, std::string& out) {
  char bytes[4];
  out.append(bytes, write_code_point(code_point, bytes));
}

void append_valid_utf8(std::string_view text, std::string& out) {
  for (;;) {
    const std::size_t valid = valid_utf8(text);
    out += text.substr(0, valid);
    if (valid == text.size()) return;
    out += replacement_character;
    text.remove_prefix(valid + 1);
  }
}

}  // namespace flowrun
