#include "record/group.hpp"

#define XXH_INLINE_ALL
#include <algorithm>
#include <cmath>
#include <cstring>
#include <emmintrin.h>
#include <limits>
#include <vector>
#include <xxhash.h>

#include "record/decimal.hpp"
#include "record/member_index.hpp"
#include "record/sorted_members.hpp"

namespace flowrun {
namespace {

// The format. Each value is a tag and what follows; tags are in the order of the kinds, `end` is below all of them.
//   null, false, true    the tag alone
//   number               a class; of finite ones but zero then an exponent, digits in pairs as bytes 1 to 100, and 0;
//                        of negative ones all bytes behind the class are complemented
//   text                 its bytes with 00 as 00 FF, then 00 00
//   array                its items, then `end`
//   object               its sorted keys as texts, then `end`, then the values in that order
enum Tag : unsigned char { end = 1, null, no, yes, number, text, array, object };
enum NumberClass : unsigned char { not_a_number = 1, below_all, negative, zero, positive, above_all };

// An exponent from -100 to 100 is one byte; beyond stand a mark and eight bytes.
constexpr int exponent_zero = 0x80;
constexpr std::int64_t largest_short_exponent = 100;
constexpr unsigned char long_negative_exponent = 0x01;
constexpr unsigned char long_positive_exponent = 0xFE;

void put(std::string& out, unsigned char byte) { out.push_back(static_cast<char>(byte)); }

void encode_exponent(std::int64_t exponent, std::string& out) {
  if (exponent >= -largest_short_exponent && exponent <= largest_short_exponent) {
    put(out, static_cast<unsigned char>(exponent_zero + exponent));
    return;
  }
  put(out, exponent < 0 ? long_negative_exponent : long_positive_exponent);
  for (int shift = 56; shift >= 0; shift -= 8)
    put(out, static_cast<unsigned char>(static_cast<std::uint64_t>(exponent) >> shift));
}

void encode_magnitude(const Decimal& decimal, std::string& out) {
  encode_exponent(decimal.exponent, out);
  for (std::size_t position = 0; position < decimal.digits.size(); position += 2) {
    const int first = decimal.digits[position] - '0';
    const int second = position + 1 < decimal.digits.size() ? decimal.digits[position + 1] - '0' : 0;
    put(out, static_cast<unsigned char>(first * 10 + second + 1));
  }
  put(out, 0);
}

void complement(std::string& out, std::size_t from) {
  for (std::size_t position = from; position < out.size(); ++position)
    out[position] = static_cast<char>(~out[position]);
}

void encode_number(const Value& value, std::string& out) {
  put(out, Tag::number);
  if (value.kind() == Kind::number && !std::isfinite(value.as_number())) {
    put(out, std::isnan(value.as_number()) ? not_a_number : value.as_number() < 0 ? below_all : above_all);
    return;
  }
  const Decimal decimal = to_decimal(value);
  if (decimal.digits.empty()) return put(out, zero);
  put(out, decimal.negative ? negative : positive);
  const std::size_t start = out.size();
  encode_magnitude(decimal, out);
  if (decimal.negative) complement(out, start);
}

void encode_long_text(std::string_view characters, std::string& out) {
  put(out, Tag::text);
  for (std::size_t zero_byte; (zero_byte = characters.find('\0')) != characters.npos;) {
    out.append(characters.substr(0, zero_byte + 1));
    put(out, 0xFF);
    characters.remove_prefix(zero_byte + 1);
  }
  out.append(characters);
  out.append(2, '\0');
}

void encode_text(const Value& text, std::string& out) {
  char encoded[most_short_group];
  if (const std::size_t size = encode_short_group(text, encoded); size > 0)
    out.append(encoded, size);
  else
    encode_long_text(text.as_text(), out);
}

void encode_object(const Value& value, std::string& out) {
  put(out, Tag::object);
  const SortedMembers members(value);
  for (const Member* const member : members) encode_text(member->key, out);
  put(out, Tag::end);
  for (const Member* const member : members) encode_group(member->value, out);
}

// Reads what the functions above have written.
class Decoder {
 public:
  Decoder(std::string_view bytes, Arena& arena) : start_(bytes.data()), next_(bytes.data()), arena_(arena) {}

  std::size_t taken() const { return static_cast<std::size_t>(next_ - start_); }

  Value value() {
    switch (take()) {
      case Tag::no:
        return Value::boolean(false);
      case Tag::yes:
        return Value::boolean(true);
      case Tag::number:
        return decode_number();
      case Tag::text:
        return decode_text();
      case Tag::array:
        return decode_array();
      case Tag::object:
        return decode_object();
      default:
        return Value::null();
    }
  }

 private:
  unsigned char peek() const { return static_cast<unsigned char>(*next_); }
  unsigned char take() { return static_cast<unsigned char>(*next_++); }

  Value decode_number() {
    switch (const unsigned char which = take()) {
      case not_a_number:
        return Value::number(std::numeric_limits<double>::quiet_NaN());
      case below_all:
        return Value::number(-HUGE_VAL);
      case above_all:
        return Value::number(HUGE_VAL);
      case zero:
        return Value::integer(0);
      default:
        return from_decimal(magnitude(which == negative), arena_);
    }
  }

  Decimal magnitude(bool is_negative) {
    const auto take_digit = [&] { return static_cast<unsigned char>(is_negative ? ~take() : take()); };
    Decimal decimal;
    decimal.negative = is_negative;
    const unsigned char mark = take_digit();
    if (mark == long_negative_exponent || mark == long_positive_exponent) {
      std::uint64_t exponent = 0;
      for (int byte = 0; byte < 8; ++byte) exponent = exponent << 8 | take_digit();
      decimal.exponent = static_cast<std::int64_t>(exponent);
    } else {
      decimal.exponent = mark - exponent_zero;
    }
    for (unsigned char pair; (pair = take_digit()) != 0;) {
      decimal.digits.push_back(static_cast<char>('0' + (pair - 1) / 10));
      decimal.digits.push_back(static_cast<char>('0' + (pair - 1) % 10));
    }
    if (decimal.digits.back() == '0') decimal.digits.pop_back();
    return decimal;
  }

  Value decode_text() {
    const std::size_t size = std::strlen(next_);
    if (next_[size + 1] == 0) {  // nearly every text: no zero in it
      const Value text = Value::text({next_, size}, arena_);
      next_ += size + 2;
      return text;
    }
    std::string characters;
    while (true) {
      const char byte = static_cast<char>(take());
      if (byte == '\0' && take() == 0) break;
      characters.push_back(byte);
    }
    return Value::text(characters, arena_);
  }

  Value decode_array() {
    std::vector<Value> items;
    while (peek() != Tag::end) items.push_back(value());
    ++next_;
    Value* const copy = new_items(arena_, items.size());
    std::copy(items.begin(), items.end(), copy);
    return Value::array(copy, items.size());
  }

  Value decode_object() {
    std::vector<Member> members;
    while (take() != Tag::end) members.push_back({decode_text(), Value()});
    for (Member& member : members) member.value = value();
    Member* const copy = new_members(arena_, members.size());
    std::copy(members.begin(), members.end(), copy);
    const Value object = Value::object(copy, members.size());
    index_members(object, arena_);
    return object;
  }

  const char* start_;
  const char* next_;
  Arena& arena_;
};

// The encoding of a short text without zero bytes, but for the zero behind 16 bytes; its size, or 0 where `group` is none.
std::size_t short_group(const Value& group, __m128i& encoded) {
  if (!group.is_text() || !group.is_inline()) return 0;
  const std::size_t size = group.as_text().size();
  // The value's own bytes: kind, size, the text, zeros. The byte before the text makes room for the tag.
  const __m128i bits = _mm_loadu_si128(reinterpret_cast<const __m128i*>(&group));
  const auto zeros = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bits, _mm_setzero_si128())));
  if ((zeros >> 2 & ((1U << size) - 1)) != 0) return 0;
  const auto tag_for_size = static_cast<int>(Tag::text ^ size);
  encoded = _mm_xor_si128(_mm_srli_si128(bits, 1), _mm_cvtsi32_si128(tag_for_size));
  return size + 3;
}

void store_short_group(__m128i encoded, std::size_t size, char* out) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), encoded);
  if (size > sizeof encoded) out[size - 1] = '\0';
}

// The bytes of a text of up to 16 bytes, with zeros behind them.
__m128i padded(std::string_view bytes) {
  const auto load = [&](auto word, std::size_t at) -> std::uint64_t {
    std::memcpy(&word, bytes.data() + at, sizeof word);
    return word;
  };
  const std::size_t size = bytes.size();
  std::uint64_t first = 0, second = 0;
  if (size > 8) {
    first = load(std::uint64_t{}, 0);
    second = load(std::uint64_t{}, size - 8) >> (8 * (16 - size));
  } else if (size >= 4) {
    first = load(std::uint32_t{}, 0) | load(std::uint32_t{}, size - 4) << (8 * (size - 4));
  } else if (size > 0) {
    first = load(std::uint8_t{}, 0) | load(std::uint8_t{}, size / 2) << (8 * (size / 2)) |
            load(std::uint8_t{}, size - 1) << (8 * (size - 1));
  }
  return _mm_set_epi64x(static_cast<std::int64_t>(second), static_cast<std::int64_t>(first));
}

std::uint64_t hash_words(__m128i words, std::size_t size, std::uint64_t seed) {
  return XXH3_64bits_withSeed(&words, sizeof words, seed + size);
}

}  // namespace

std::size_t encode_short_group(const Value& group, char* out) {
  __m128i encoded;
  const std::size_t size = short_group(group, encoded);
  if (size > 0) store_short_group(encoded, size, out);
  return size;
}

ShortGroup encode_short_group(const Value& group, std::uint64_t seed, char* out) {
  __m128i encoded;
  const std::size_t size = short_group(group, encoded);
  if (size == 0) return {0, 0};
  store_short_group(encoded, size, out);
  // Of what is in registers still: a load would have to wait for the stores.
  if (size > sizeof encoded) return {size, hash_group({out, size}, seed)};
  return {size, hash_words(encoded, size, seed)};
}

void encode_group(const Value& group, std::string& out) {
  switch (group.kind()) {
    case Kind::nothing:
    case Kind::null:
      return put(out, Tag::null);
    case Kind::boolean:
      return put(out, group.as_boolean() ? Tag::yes : Tag::no);
    case Kind::integer:
    case Kind::number:
    case Kind::digits:
      return encode_number(group, out);
    case Kind::text:
      return encode_text(group, out);
    case Kind::array:
      put(out, Tag::array);
      for (const Value& item : group.items()) encode_group(item, out);
      return put(out, Tag::end);
    case Kind::object:
      return encode_object(group, out);
  }
}

Value decode_group(std::string_view bytes, Arena& arena) { return take_group(bytes, arena); }

Value take_group(std::string_view& bytes, Arena& arena) {
  Decoder decoder(bytes, arena);
  const Value group = decoder.value();
  bytes.remove_prefix(decoder.taken());
  return group;
}

std::uint64_t hash_group(std::string_view bytes, std::uint64_t seed) {
  if (bytes.size() <= sizeof(__m128i)) return hash_words(padded(bytes), bytes.size(), seed);
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace flowrun
