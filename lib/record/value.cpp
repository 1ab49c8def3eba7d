#include "record/value.hpp"

#include <algorithm>
#include <vector>

#include "record/member_index.hpp"

namespace flowrun {
namespace {

template <class T>
T* new_container(Arena& arena, std::size_t capacity) {
  void* const start = arena.allocate(sizeof(ContainerHeader) + capacity * sizeof(T));
  auto* const header = new (start) ContainerHeader{static_cast<std::uint32_t>(capacity), 0, nullptr};
  return reinterpret_cast<T*>(header + 1);
}

const Value* find_inline(std::span<const Member> members, const Value& key) {
  for (const Member& member : members)
    if (member.key.same_bits(key)) return &member.value;
  return nullptr;
}

const Value* find_long(std::span<const Member> members, std::string_view key) {
  for (const Member& member : members)
    if (!member.key.is_inline() && member.key.as_text() == key) return &member.value;
  return nullptr;
}

}  // namespace

Value* new_items(Arena& arena, std::size_t capacity) { return new_container<Value>(arena, capacity); }
Member* new_members(Arena& arena, std::size_t capacity) { return new_container<Member>(arena, capacity); }

const Value* find(const Value& object, std::string_view key) {
  std::span<const Member> members = object.members();
  if (members.size() > most_unindexed) {
    if (const auto* const index = static_cast<const MemberIndex*>(object.header().index); index != nullptr) {
      const std::size_t position = index->find(members, key);
      if (position < members.size()) return &members[position].value;
      members = members.subspan(std::min(members.size(), index->indexed()));
    }
  }
  return key.size() <= Value::most_inline ? find_inline(members, Value::text(key)) : find_long(members, key);
}

Value deep_copy(const Value& value, Arena& arena) {
  switch (value.kind()) {
    case Kind::text:
      return Value::text(value.as_text(), arena);
    case Kind::digits:
      return Value::digits(value.is_inline() ? value.as_text() : arena.copy(value.as_text()));
    case Kind::array: {
      Value* const items = new_items(arena, value.size());
      Value* next = items;
      for (const Value& item : value.items()) *next++ = deep_copy(item, arena);
      return Value::array(items, value.size());
    }
    case Kind::object: {
      Member* const members = new_members(arena, value.size());
      Member* next = members;
      for (const Member& member : value.members())
        *next++ = {deep_copy(member.key, arena), deep_copy(member.value, arena)};
      const Value copy = Value::object(members, value.size());
      index_members(copy, arena);
      return copy;
    }
    default:
      return value;
  }
}

}  // namespace flowrun
