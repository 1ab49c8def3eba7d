#pragma once

#include <cstddef>
#include <emmintrin.h>
#include <string_view>

#include "record/value.hpp"

namespace flowrun {

/// What became of a string's characters.
struct Unescaped {
  std::size_t size = 0;          // bytes written
  const char* fault = nullptr;   // why not, or null
  std::size_t fault_offset = 0;  // of the escape that is wrong
};

/// Checks the escapes of a string (`raw` is what stands between its quotes) and, where `out` is not null, writes its
/// characters there: at most raw.size() bytes. As jq does, a low surrogate alone becomes U+FFFD, a high one is a fault.
Unescaped unescape(std::string_view raw, char* out);

/// Whether a token, which is not empty, is a number in JSON's grammar.
inline bool is_number(std::string_view token) {
  const char* next = token.data();
  const char* const end = next + token.size();
  const auto skip_digits = [&] {
    const char* const start = next;
    while (next != end && *next >= '0' && *next <= '9') ++next;
    return next - start;
  };
  if (*next == '-') ++next;
  const bool leading_zero = next != end && *next == '0';
  if (const auto whole = skip_digits(); whole == 0 || (leading_zero && whole > 1)) return false;
  if (next != end && *next == '.' && (++next, skip_digits() == 0)) return false;
  if (next != end && (*next | 0x20) == 'e') {
    ++next;
    if (next != end && (*next == '+' || *next == '-')) ++next;
    if (skip_digits() == 0) return false;
  }
  return next == end;
}

/// The number that a token stands for: an integer, a double where it would print as it is written, else digits, which
/// point to the token. Nothing where it is not in JSON's grammar.
Value number_of(std::string_view token);

}  // namespace flowrun
