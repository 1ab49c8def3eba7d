#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "record/arena.hpp"
#include "record/value.hpp"

namespace flowrun {

/// Appends the canonical encoding of `group`: equal values (1 and 1.0) have the same bytes, and the order of the bytes
/// is jq's order of the values. The format stands in group.cpp.
void encode_group(const Value& group, std::string& out);
/// Writes the encoding of a short text without zero bytes, as most groups are, to `out`, which has room for
/// `most_short_group` bytes; returns its size, or 0 where `group` is no such text.
inline constexpr std::size_t most_short_group = 24;
std::size_t encode_short_group(const Value& group, char* out);
/// The same with the hash of the encoding.
struct ShortGroup {
  std::size_t size;
  std::uint64_t hash;
};
ShortGroup encode_short_group(const Value& group, std::uint64_t seed, char* out);
/// The value of an encoding made by `encode_group`, in `arena`.
Value decode_group(std::string_view bytes, Arena& arena);
/// The same of the first of several encodings, which is taken from the front of `bytes`.
Value take_group(std::string_view& bytes, Arena& arena);

/// XXH3 of an encoded group; up to 16 bytes count as 16, so that most hashes take the same path. `seed` is drawn once per
/// store, so that nobody can choose groups that collide.
std::uint64_t hash_group(std::string_view bytes, std::uint64_t seed);

}  // namespace flowrun
