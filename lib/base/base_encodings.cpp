#include "base/base_encodings.hpp"

#include "base/utf8.hpp"

namespace flowrun {
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

}  // namespace

void encode_base64(std::string_view bytes, std::string& out) { encode(bytes, alphabet_64, 6, 4, out); }
void encode_base32(std::string_view bytes, std::string& out) { encode(bytes, alphabet_32, 5, 8, out); }
Decoded decode_base64(std::string_view text, std::string& out) { return decode(text, alphabet_64, 6, out); }
Decoded decode_base32(std::string_view text, std::string& out) { return decode(text, alphabet_32, 5, out); }

}  // namespace flowrun
