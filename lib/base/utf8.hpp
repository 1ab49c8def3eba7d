#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace flowrun {

/// What may stand at the front of a file of UTF-8 and is no part of its text.
inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
/// U+FFFD, which stands for what is no UTF-8.
inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

/// Whether a byte is a later one of a character of several bytes.
inline bool is_utf8_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// The end of the last whole character of `text` that ends at `at` or before it, for cutting; `at` is at most its size.
inline std::size_t character_end(std::string_view text, std::size_t at) {
  while (at > 0 && at < text.size() && is_utf8_continuation(text[at])) --at;
  return at;
}

/// The bytes of the code point at the front of `text`; 0 where they are no valid UTF-8, or `text` is empty.
std::size_t code_point_length(std::string_view text);

/// How many leading bytes of `text` are whole characters of UTF-8: all of them where it is UTF-8.
std::size_t valid_utf8(std::string_view text);
inline bool is_utf8(std::string_view text) { return valid_utf8(text) == text.size(); }

/// Writes `code_point` to `out`, which has room for 4 bytes; returns how many it took.
std::size_t write_code_point(std::uint32_t code_point, char* out);
void append_code_point(std::uint32_t code_point, std::string& out);

/// Appends `text` with U+FFFD for each byte that is no part of a character of UTF-8.
void append_valid_utf8(std::string_view text, std::string& out);

}  // namespace flowrun
