#include "state/encoding.hpp"

#include "record/member_index.hpp"

namespace flowrun::state {
namespace {

// A value may nest 10 000 deep; bytes that nest deeper are damaged.
constexpr int most_depth = 10'001;

}  // namespace

void put_count(std::uint64_t count, std::string& out) {
  while (count >= 0x80) {
    out += static_cast<char>(count | 0x80);
    count >>= 7;
  }
  out += static_cast<char>(count);
}

void put_bytes(std::string_view bytes, std::string& out) {
  put_count(bytes.size(), out);
  out += bytes;
}

void put_value(const Value& value, std::string& out) {
  out += static_cast<char>(value.kind());
  switch (value.kind()) {
    case Kind::nothing:
    case Kind::null:
      break;
    case Kind::boolean:
      out += static_cast<char>(value.as_boolean());
      break;
    case Kind::integer:
      put(value.as_integer(), out);
      break;
    case Kind::number:
      put(value.as_number(), out);
      break;
    case Kind::digits:
    case Kind::text:
      put_bytes(value.as_text(), out);
      break;
    case Kind::array:
      put_count(value.size(), out);
      for (const Value& item : value.items()) put_value(item, out);
      break;
    case Kind::object:
      put_count(value.size(), out);
      for (const Member& member : value.members()) {
        put_value(member.key, out);
        put_value(member.value, out);
      }
      break;
  }
}

std::string_view Reader::take_front(std::size_t bytes) {
  if (bytes > rest_.size()) {
    ok_ = false;
    rest_ = {};
    return {};
  }
  const std::string_view front = rest_.substr(0, bytes);
  rest_.remove_prefix(bytes);
  return front;
}

std::uint64_t Reader::take_count() {
  std::uint64_t count = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const auto byte = take<std::uint8_t>();
    count |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return count;
  }
  ok_ = false;
  return 0;
}

std::string_view Reader::take_bytes() { return take_front(take_count()); }

Value Reader::take_value(Arena& arena) {
  const auto kind = static_cast<Kind>(take<std::uint8_t>());
  if (kind == Kind::array) return take_array(arena);
  if (kind == Kind::object) return take_object(arena);
  return take_scalar(kind, arena);
}

// Apart from the containers, so that the frame that recurs with their depth stays small.
[[gnu::noinline]] Value Reader::take_scalar(Kind kind, Arena& arena) {
  switch (kind) {
    case Kind::nothing:
      return {};
    case Kind::null:
      return Value::null();
    case Kind::boolean:
      return Value::boolean(take<std::uint8_t>() != 0);
    case Kind::integer:
      return Value::integer(take<std::int64_t>());
    case Kind::number:
      return Value::number(take<double>());
    case Kind::digits: {
      const std::string_view digits = take_bytes();
      return Value::digits(digits.size() > Value::most_inline ? arena.copy(digits) : digits);
    }
    case Kind::text:
      return Value::text(take_bytes(), arena);
    default:
      ok_ = false;
      return {};
  }
}

[[gnu::noinline]] std::uint64_t Reader::enter_container() {
  const std::uint64_t size = take_count();
  // Every item takes a byte at least, so a count above what is left is damage; it must not become a huge allocation.
  if (size > rest_.size() || ++depth_ > most_depth) ok_ = false;
  return ok_ ? size : 0;
}

Value Reader::take_array(Arena& arena) {
  const std::uint64_t size = enter_container();
  Value* const items = new_items(arena, size);
  for (std::uint64_t index = 0; index < size; ++index) items[index] = take_value(arena);
  --depth_;
  return Value::array(items, size);
}

Value Reader::take_object(Arena& arena) {
  const std::uint64_t size = enter_container();
  Member* const members = new_members(arena, size);
  for (std::uint64_t index = 0; index < size; ++index) {
    members[index].key = take_value(arena);
    ok_ = ok_ && members[index].key.is_text();
    members[index].value = take_value(arena);
  }
  --depth_;
  if (!ok_) return {};
  const Value object = Value::object(members, size);
  index_members(object, arena);
  return object;
}

}  // namespace flowrun::state
