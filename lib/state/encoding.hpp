#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include "record/arena.hpp"
#include "record/value.hpp"

namespace flowrun::state {

/// Appends a number of fixed width in the machine's byte order (little endian on every machine flowrun runs on).
template <class T>
void put(const T& number, std::string& out) {
  static_assert(std::is_trivially_copyable_v<T>);
  out.append(reinterpret_cast<const char*>(&number), sizeof(T));
}
/// Appends a count in 1 to 10 bytes, 7 bits each, the lowest first.
void put_count(std::uint64_t count, std::string& out);
/// The same to memory that has room for them; gives their end.
inline char* write_count(std::uint64_t count, char* out) {
  for (; count >= 0x80; count >>= 7) *out++ = static_cast<char>(count | 0x80);
  *out++ = static_cast<char>(count);
  return out;
}
/// Appends bytes behind their count.
void put_bytes(std::string_view bytes, std::string& out);
/// Appends a value with its exact kind: integers and doubles stay what they are, digits keep their text, members their
/// order. `nothing` is a value too.
void put_value(const Value& value, std::string& out);

/// Takes apart what the functions above have put together. Where the bytes do not hold what is asked for it gives
/// zeros and `ok` is false from then on, so one look at the end is enough.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <class T>
  T take() {
    static_assert(std::is_trivially_copyable_v<T>);
    T number{};
    if (const std::string_view bytes = take_front(sizeof(T)); !bytes.empty())
      std::memcpy(&number, bytes.data(), sizeof(T));
    return number;
  }
  std::uint64_t take_count();
  std::string_view take_bytes();
  /// In `arena`, shares nothing with the bytes.
  Value take_value(Arena& arena);

  bool ok() const { return ok_; }
  std::string_view rest() const { return rest_; }
  /// All has been taken, and all was there.
  bool complete() const { return ok_ && rest_.empty(); }

 private:
  std::string_view take_front(std::size_t bytes);
  Value take_scalar(Kind kind, Arena& arena);
  std::uint64_t enter_container();
  Value take_array(Arena& arena);
  Value take_object(Arena& arena);

  std::string_view rest_;
  bool ok_ = true;
  int depth_ = 0;
};

}  // namespace flowrun::state
