#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// RFC 4648's encodings of bytes as text. Each function appends to `out`.
namespace flowrun {

void encode_base64(std::string_view bytes, std::string& out);
void encode_base32(std::string_view bytes, std::string& out);

enum class Decoded : std::uint8_t { whole, invalid, trailing };  // trailing: the last character says less than a byte
/// Appends the decoded bytes; what is no UTF-8 becomes U+FFFD. Padding may be missing.
Decoded decode_base64(std::string_view text, std::string& out);
Decoded decode_base32(std::string_view text, std::string& out);

}  // namespace flowrun
