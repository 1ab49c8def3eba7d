#pragma once

#include <cstddef>
#include <string_view>

namespace flowrun {

/// Whether a byte is a later one of a character of several bytes.
inline bool is_utf8_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// How many leading bytes of `text` are whole characters of UTF-8: all of them where it is UTF-8.
std::size_t valid_utf8(std::string_view text);
inline bool is_utf8(std::string_view text) { return valid_utf8(text) == text.size(); }

}  // namespace flowrun
