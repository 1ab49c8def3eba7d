#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "state/store/lmdb.hpp"

namespace flowrun::state {

/// A key of numbers, most significant byte first, so that keys order as their numbers do.
class Key {
 public:
  Key& add(std::uint32_t number);
  Key& add(std::uint64_t number);
  std::string_view bytes() const { return {bytes_, size_}; }

  /// Takes a number of the same width off the front of a key; false: it is too short.
  static bool take(std::string_view& key, std::uint32_t& number);
  static bool take(std::string_view& key, std::uint64_t& number);

 private:
  char bytes_[24];
  std::size_t size_ = 0;
};

/// Every value in the store begins with a checksum (XXH3, 64 bits) over the table, the key and all that follows, so that a
/// row which turns up in another place is found as well as one that has changed.
inline constexpr std::size_t seal_bytes = 8;

/// Fills in the first `seal_bytes` of `value`; gives the checksum.
std::uint64_t seal(Table table, std::string_view key, std::string& value);
/// What `seal` has filled in; 0 where there is no room for one.
std::uint64_t seal_of(std::string_view value);
/// What stands behind the seal, or nothing where the seal is broken.
std::optional<std::string_view> unseal(Table table, std::string_view key, std::string_view value);

}  // namespace flowrun::state
