#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <emmintrin.h>
#include <new>
#include <span>
#include <string_view>

#include "record/arena.hpp"

namespace flowrun {

/// The kinds of a value. `nothing` is no JSON value: it says that there is none (an expression without output).
enum class Kind : std::uint8_t { nothing, null, boolean, integer, number, digits, text, array, object };

struct Member;

/// Stands before the items of every array and the members of every object.
struct ContainerHeader {
  std::uint32_t capacity;  // items or members that there is room for
  std::uint32_t owner;     // the evaluation that may change it in its place; 0: none
  void* index;             // of an object above 16 members: its hash index; else null
};

/// Any JSON value in 16 bytes, trivially copyable. Text up to 14 bytes is inline; longer text and containers are
/// pointers into an arena or a buffer that outlives the value. Immutable once emitted. `digits` is a number kept as its
/// text (beyond 64 bits, or not as it would be printed: `1.10`).
class Value {
 public:
  static constexpr std::size_t most_inline = 14;

  constexpr Value() = default;  // nothing
  static Value null() { return Value(Kind::null); }
  static Value boolean(bool truth) {
    Value value(Kind::boolean);
    value.payload_.integer = truth;
    return value;
  }
  static Value integer(std::int64_t integer) {
    Value value(Kind::integer);
    value.payload_.integer = integer;
    return value;
  }
  static Value number(double number) {
    Value value(Kind::number);
    value.payload_.number = number;
    return value;
  }
  /// `text` must outlive the value where it is longer than `most_inline`; UTF-8.
  static Value text(std::string_view text) { return characters(Kind::text, text); }
  static Value text(std::string_view text, Arena& arena) {
    return characters(Kind::text, text.size() > most_inline ? arena.copy(text) : text);
  }
  /// The same where 16 bytes from `characters` on may be read: nothing depends on the size then but one mask.
  static Value padded_text(const char* characters, std::size_t size) {
    if (size > most_inline) return text({characters, size});
    alignas(16) static constexpr std::uint8_t masks[32] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                                           0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    const __m128i read = _mm_loadu_si128(reinterpret_cast<const __m128i*>(characters));
    const __m128i mask = _mm_loadu_si128(reinterpret_cast<const __m128i*>(masks + 16 - size));
    const int head = static_cast<int>(Kind::text) | static_cast<int>(size << 8);
    const __m128i bits = _mm_or_si128(_mm_slli_si128(_mm_and_si128(read, mask), 2), _mm_cvtsi32_si128(head));
    Value value;
    std::memcpy(static_cast<void*>(&value), &bits, sizeof value);
    return value;
  }
  /// `digits` is in JSON's grammar of numbers; must outlive the value where it is longer than `most_inline`.
  static Value digits(std::string_view digits) { return characters(Kind::digits, digits); }
  /// `items` come from `new_items`; the first `size` are set.
  static Value array(const Value* items, std::size_t size) { return container(Kind::array, items, size); }
  /// `members` come from `new_members`; keys are text, each once, in the order in which they print.
  static Value object(const Member* members, std::size_t size) { return container(Kind::object, members, size); }

  Kind kind() const { return static_cast<Kind>(head_ & 0xFF); }
  bool is_nothing() const { return kind() == Kind::nothing; }
  bool is_null() const { return kind() == Kind::null; }
  bool is_text() const { return kind() == Kind::text; }
  bool is_numeric() const { return kind() == Kind::integer || kind() == Kind::number || kind() == Kind::digits; }
  /// Neither false nor null.
  bool holds() const { return kind() > Kind::boolean || (kind() == Kind::boolean && payload_.integer != 0); }

  bool as_boolean() const { return payload_.integer != 0; }
  std::int64_t as_integer() const { return payload_.integer; }
  double as_number() const { return payload_.number; }
  /// Of text and digits. The view lives as long as *this* where the text is inline.
  std::string_view as_text() const& {
    return is_inline() ? std::string_view(reinterpret_cast<const char*>(this) + 2, inline_size())
                       : std::string_view(payload_.characters, size());
  }
  std::string_view as_text() const&& = delete;
  std::span<const Value> items() const;
  std::span<const Member> members() const;
  /// Items of an array, members of an object.
  std::size_t size() const { return head_ >> 32; }
  /// Of an array or object that an expression has made: how deep it is at most, beyond what was read from outside.
  std::size_t nesting() const { return (head_ >> 16) & 0xFFFF; }
  Value with_nesting(std::size_t nesting) const {
    Value value = *this;
    value.head_ = (head_ & ~std::uint64_t{0xFFFF0000}) | ((nesting & 0xFFFF) << 16);
    return value;
  }
  bool is_inline() const { return inline_size() != not_inline; }

  /// The two values are the same bit by bit: enough for equality of inline text, never needed for inequality.
  bool same_bits(const Value& other) const {
    // By halves, as values are written: a load of the whole would have to wait for both stores.
    return head_ == other.head_ && std::memcmp(&payload_, &other.payload_, sizeof payload_) == 0;
  }

  ContainerHeader& header() const {
    return *(reinterpret_cast<ContainerHeader*>(const_cast<Value*>(payload_.items)) - 1);
  }

 private:
  static constexpr std::uint64_t not_inline = 0xFF;

  constexpr explicit Value(Kind kind, std::size_t size = 0)
      : head_(static_cast<std::uint64_t>(kind) | not_inline << 8 | static_cast<std::uint64_t>(size) << 32) {}
  static Value characters(Kind kind, std::string_view text) {
    if (text.size() <= most_inline) return short_characters(kind, text.data(), text.size());
    Value value(kind, text.size());
    value.payload_.characters = text.data();
    return value;
  }
  static Value container(Kind kind, const void* contents, std::size_t size) {
    const auto head = static_cast<std::uint64_t>(kind) | not_inline << 8;
    return of_words(head | static_cast<std::uint64_t>(size) << 32, reinterpret_cast<std::uintptr_t>(contents));
  }
  // In two words, each loaded at once or from two that overlap, which takes no call and no loop.
  static Value short_characters(Kind kind, const char* text, std::size_t size) {
    const auto load = [text](auto word, std::size_t at) -> std::uint64_t {
      std::memcpy(&word, text + at, sizeof word);
      return word;
    };
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
    const auto head = static_cast<std::uint64_t>(kind) | static_cast<std::uint64_t>(size) << 8;
    return of_words(head | first << 16, first >> 48 | second << 16);
  }
  // Stored at once: whoever reads the value as a whole need not wait for two stores.
  static Value of_words(std::uint64_t first, std::uint64_t second) {
    const __m128i bits = _mm_set_epi64x(static_cast<std::int64_t>(second), static_cast<std::int64_t>(first));
    Value value;
    std::memcpy(static_cast<void*>(&value), &bits, sizeof value);
    return value;
  }
  std::size_t inline_size() const { return (head_ >> 8) & 0xFF; }

  // From the lowest byte on: the kind, the size of inline text (`not_inline`: none), two bytes of nesting, four of size; the
  // characters of inline text begin at the third byte. One number, so that values travel in two registers as they are.
  static_assert(std::endian::native == std::endian::little);
  std::uint64_t head_ = not_inline << 8;
  union Payload {
    std::int64_t integer = 0;
    double number;
    const char* characters;
    const Value* items;
    const Member* members;
  } payload_;
};
static_assert(sizeof(Value) == 16);

/// A key, which is text, and its value.
struct Member {
  Value key;
  Value value;
};
static_assert(sizeof(Member) == 32);

inline std::span<const Value> Value::items() const { return {payload_.items, size()}; }
inline std::span<const Member> Value::members() const { return {payload_.members, size()}; }

/// Uninitialised room for `capacity` items (members), behind its header.
template <class T>
T* new_container(Arena& arena, std::size_t capacity) {
  void* const start = arena.allocate(sizeof(ContainerHeader) + capacity * sizeof(T));
  auto* const header = new (start) ContainerHeader{static_cast<std::uint32_t>(capacity), 0, nullptr};
  return reinterpret_cast<T*>(header + 1);
}
inline Value* new_items(Arena& arena, std::size_t capacity) { return new_container<Value>(arena, capacity); }
inline Member* new_members(Arena& arena, std::size_t capacity) { return new_container<Member>(arena, capacity); }

/// The value under `key`, or null where there is none. `object` is an object.
const Value* find(const Value& object, std::string_view key);

/// Less than, equal to or greater than 0: jq's order of all values (null, false, true, numbers, text, arrays, objects);
/// numbers by their exact value, text by code points, which is the order of its bytes. As in jq a NaN is less than every
/// number, a NaN too; so where there may be several, sort with what bears that (std::stable_sort).
int compare(const Value& left, const Value& right);
inline bool equal(const Value& left, const Value& right) { return compare(left, right) == 0; }

/// A copy that shares nothing with `value`, in `arena`.
Value deep_copy(const Value& value, Arena& arena);

/// A numeric value as a double (digits: the nearest).
double to_double(const Value& number);

}  // namespace flowrun
