#include "expr/base_encodings.hpp"

namespace flowrun::expr {
namespace {

constexpr std::string_view alphabet_64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view alphabet_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

// `bits` of each character, padded to a whole `group` of characters.
void encode(std::string_view bytes, std::string_view alphabet, unsigned bits, std::size_t group, std::string& out) {
  std::uint32_t buffer = 0;
  unsigned held = 0;
  const std::size_t begin = out.size();
  const auto put = [&](std::uint32_t value) { out += alphabet[value & (alphabet.size() - 1)]; };
  for (const char c : bytes) {
    buffer = (buffer << 8) | static_cast<unsigned char>(c);
    for (held += 8; held >= bits; held -= bits) put(buffer >> (held - bits));
    buffer &= 0xFF;
  }
  if (held > 0) put(buffer << (bits - held));
  while ((out.size() - begin) % group != 0) out += '=';
}

Decoded decode(std::string_view text, std::string_view alphabet, unsigned bits, std::string& out) {
  std::string bytes;
  std::uint32_t buffer = 0;
  unsigned held = 0;
  std::size_t characters = 0;
  for (const char c : text.substr(0, text.find('='))) {
    const auto value = alphabet.find(c);
    if (value == std::string_view::npos) return Decoded::invalid;
    ++characters;
    buffer = ((buffer << bits) | static_cast<std::uint32_t>(value)) & 0xFFFF;
    held += bits;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>(buffer >> held);
  }
  if (held >= bits && characters > 0) return Decoded::trailing;
  append_valid_utf8(bytes, out);
  return Decoded::whole;
}

// The length of the character of UTF-8 that begins `bytes`; 0 where none does.
std::size_t character_length(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U; };
  const auto tails = [&](std::size_t count) {
    for (std::size_t i = 1; i <= count; ++i)
      if ((at(i) & 0xC0) != 0x80) return false;
    return true;
  };
  const unsigned first = at(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return tails(1) ? 2 : 0;
  if (first >= 0xE0 && first < 0xF0) {
    const bool overlong = first == 0xE0 && at(1) < 0xA0;
    const bool surrogate = first == 0xED && at(1) >= 0xA0;
    return tails(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first < 0xF5) {
    const bool overlong = first == 0xF0 && at(1) < 0x90;
    const bool beyond = first == 0xF4 && at(1) >= 0x90;
    return tails(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

}  // namespace

void encode_base64(std::string_view bytes, std::string& out) { encode(bytes, alphabet_64, 6, 4, out); }
void encode_base32(std::string_view bytes, std::string& out) { encode(bytes, alphabet_32, 5, 8, out); }
Decoded decode_base64(std::string_view text, std::string& out) { return decode(text, alphabet_64, 6, out); }
Decoded decode_base32(std::string_view text, std::string& out) { return decode(text, alphabet_32, 5, out); }

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = character_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

void append_valid_utf8(std::string_view bytes, std::string& out) {
  while (!bytes.empty()) {
    const std::size_t length = character_length(bytes);
    if (length == 0)
      out += "\xEF\xBF\xBD";
    else
      out += bytes.substr(0, length);
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
}

}  // namespace flowrun::expr
