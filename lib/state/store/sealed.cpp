#include "state/store/sealed.hpp"

#include <cassert>
#include <cstring>
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace flowrun::state {
namespace {

template <class T>
std::size_t put_number(T number, char* out) {
  for (std::size_t index = 0; index < sizeof(T); ++index)
    out[index] = static_cast<char>(number >> (8 * (sizeof(T) - 1 - index)));
  return sizeof(T);
}

template <class T>
bool take_number(std::string_view& key, T& number) {
  if (key.size() < sizeof(T)) return false;
  number = 0;
  for (std::size_t index = 0; index < sizeof(T); ++index)
    number = static_cast<T>(number << 8 | static_cast<unsigned char>(key[index]));
  key.remove_prefix(sizeof(T));
  return true;
}

std::uint64_t checksum(Table table, std::string_view key, std::string_view content) {
  const std::uint64_t place = XXH3_64bits_withSeed(key.data(), key.size(), static_cast<std::uint64_t>(table));
  return XXH3_64bits_withSeed(content.data(), content.size(), place);
}

}  // namespace

Key& Key::add(std::uint32_t number) {
  assert(size_ + sizeof number <= sizeof bytes_);
  size_ += put_number(number, bytes_ + size_);
  return *this;
}

Key& Key::add(std::uint64_t number) {
  assert(size_ + sizeof number <= sizeof bytes_);
  size_ += put_number(number, bytes_ + size_);
  return *this;
}

bool Key::take(std::string_view& key, std::uint32_t& number) { return take_number(key, number); }
bool Key::take(std::string_view& key, std::uint64_t& number) { return take_number(key, number); }

std::uint64_t seal(Table table, std::string_view key, std::string& value) {
  const std::uint64_t sum = checksum(table, key, std::string_view(value).substr(seal_bytes));
  std::memcpy(value.data(), &sum, seal_bytes);
  return sum;
}

std::uint64_t seal_of(std::string_view value) {
  std::uint64_t sum = 0;
  if (value.size() >= seal_bytes) std::memcpy(&sum, value.data(), seal_bytes);
  return sum;
}

std::optional<std::string_view> unseal(Table table, std::string_view key, std::string_view value) {
  if (value.size() < seal_bytes) return std::nullopt;
  const std::string_view content = value.substr(seal_bytes);
  if (checksum(table, key, content) != seal_of(value)) return std::nullopt;
  return content;
}

}  // namespace flowrun::state
