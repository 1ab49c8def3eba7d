#include "record/value.hpp"

#include <algorithm>
#include <vector>

#include "record/member_index.hpp"

namespace flowrun {
namespace {

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

// Moves a value's own memory to `arena`: of a container itself and its keys, not of what its items or members point to.
void copy_memory(Value& value, Arena& arena) {
  switch (value.kind()) {
    case Kind::text:
      value = Value::text(value.as_text(), arena);
      break;
    case Kind::digits:
      if (!value.is_inline()) value = Value::digits(arena.copy(value.as_text()));
      break;
    case Kind::array: {
      Value* const items = new_items(arena, value.size());
      std::copy(value.items().begin(), value.items().end(), items);
      value = Value::array(items, value.size());
      break;
    }
    case Kind::object: {
      Member* const members = new_members(arena, value.size());
      std::copy(value.members().begin(), value.members().end(), members);
      for (std::size_t position = 0; position < value.size(); ++position) copy_memory(members[position].key, arena);
      value = Value::object(members, value.size());
      index_members(value, arena);
      break;
    }
    default:
      break;
  }
}

}  // namespace

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
  Value copy = value;
  copy_memory(copy, arena);
  if (copy.kind() != Kind::array && copy.kind() != Kind::object) return copy;
  // Containers whose items (or members) still point to the original's memory; nesting costs no stack.
  std::vector<Value> open;
  Value container = copy;
  while (true) {
    const auto take_over = [&](Value& item) {
      copy_memory(item, arena);
      if (item.kind() == Kind::array || item.kind() == Kind::object) open.push_back(item);
    };
    if (container.kind() == Kind::array)
      for (const Value& item : container.items()) take_over(const_cast<Value&>(item));
    else
      for (const Member& member : container.members()) take_over(const_cast<Member&>(member).value);
    if (open.empty()) return copy;
    container = open.back();
    open.pop_back();
  }
}

}  // namespace flowrun
