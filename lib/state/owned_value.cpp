#include "state/owned_value.hpp"

#include <cstring>
#include <memory>
#include <new>
#include <span>

namespace flowrun::state {
namespace {

// A block begins with its size; behind that stand the value's characters, or the header of its items or members.
constexpr std::size_t prefix_bytes = sizeof(std::size_t);

constexpr std::size_t aligned(std::size_t bytes) { return (bytes + 7) & ~std::size_t{7}; }

std::size_t bytes_of(const Value& value) {
  switch (value.kind()) {
    case Kind::digits:
    case Kind::text:
      return value.is_inline() ? 0 : aligned(value.as_text().size());
    case Kind::array: {
      std::size_t bytes = sizeof(ContainerHeader) + value.size() * sizeof(Value);
      for (const Value& item : value.items()) bytes += bytes_of(item);
      return bytes;
    }
    case Kind::object: {
      std::size_t bytes = sizeof(ContainerHeader) + value.size() * sizeof(Member);
      for (const Member& member : value.members()) bytes += bytes_of(member.key) + bytes_of(member.value);
      return bytes;
    }
    default:
      return 0;
  }
}

// Each of these gives `value` a place of its own at `next`, which moves behind it; outer containers come before inner
// ones. They are apart so that the frame of `own`, which recurs with the depth of the value, stays small.
[[gnu::noinline]] void own_characters(Value& value, char*& next) {
  if (value.is_inline()) return;
  const std::string_view text = value.as_text();
  std::memcpy(next, text.data(), text.size());
  const std::string_view copy(next, text.size());
  next += aligned(text.size());
  value = value.is_text() ? Value::text(copy) : Value::digits(copy);
}

template <class Element>
Element* copy_elements(std::span<const Element> elements, char*& next) {
  ::new (next) ContainerHeader{static_cast<std::uint32_t>(elements.size()), 0, nullptr};
  auto* const copy = reinterpret_cast<Element*>(next + sizeof(ContainerHeader));
  std::uninitialized_copy(elements.begin(), elements.end(), copy);
  next += sizeof(ContainerHeader) + elements.size_bytes();
  return copy;
}

[[gnu::noinline]] Value* own_items(Value& value, char*& next) {
  Value* const items = copy_elements(value.items(), next);
  value = Value::array(items, value.size());
  return items;
}

[[gnu::noinline]] Member* own_members(Value& value, char*& next) {
  Member* const members = copy_elements(value.members(), next);
  value = Value::object(members, value.size());
  return members;
}

void own(Value& value, char*& next) {
  if (value.kind() == Kind::array) {
    Value* const items = own_items(value, next);
    for (std::size_t index = 0; index < value.size(); ++index) own(items[index], next);
  } else if (value.kind() == Kind::object) {
    Member* const members = own_members(value, next);
    for (std::size_t index = 0; index < value.size(); ++index) {
      own_characters(members[index].key, next);
      own(members[index].value, next);
    }
  } else if (value.is_text() || value.kind() == Kind::digits) {
    own_characters(value, next);
  }
}

// Null for a value that needs no block.
char* block_of(const Value& value) {
  switch (value.kind()) {
    case Kind::digits:
    case Kind::text:
      return value.is_inline() ? nullptr : const_cast<char*>(value.as_text().data()) - prefix_bytes;
    case Kind::array:
    case Kind::object:
      return reinterpret_cast<char*>(&value.header()) - prefix_bytes;
    default:
      return nullptr;
  }
}

}  // namespace

void OwnedValue::assign_with_block(const Value& value) {
  Value copy = value;
  if (const std::size_t bytes = bytes_of(value); bytes != 0) {
    char* next = static_cast<char*>(::operator new(prefix_bytes + bytes));
    ::new (next) std::size_t(prefix_bytes + bytes);
    next += prefix_bytes;
    own(copy, next);
  }
  release();
  value_ = copy;
}

std::size_t OwnedValue::block_bytes() const {
  const char* const block = block_of(value_);
  return block != nullptr ? *reinterpret_cast<const std::size_t*>(block) : 0;
}

void OwnedValue::release() {
  if (char* const block = block_of(value_); block != nullptr) ::operator delete(block);
  value_ = Value();
}

}  // namespace flowrun::state
