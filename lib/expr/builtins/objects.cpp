#include <algorithm>

#include "expr/builtins.hpp"
#include "expr/operations.hpp"
#include "record/member_index.hpp"
#include "record/sorted_members.hpp"

namespace flowrun::expr {
namespace {

Value positions(Evaluation& run, const Value& array) {
  Gathering keys(run);
  for (std::size_t i = 0; i < array.size(); ++i) keys.add(Value::integer(static_cast<std::int64_t>(i)));
  return keys.array();
}

Value keys(Evaluation& run, const Value& input, const Value*) {
  if (input.kind() == Kind::array) return positions(run, input);
  if (input.kind() != Kind::object) return type_error(run, input, "has no keys");
  Gathering names(run);
  for (const Member* const member : SortedMembers(input)) names.add(member->key);
  return names.array();
}

Value keys_unsorted(Evaluation& run, const Value& input, const Value*) {
  if (input.kind() == Kind::array) return positions(run, input);
  if (input.kind() != Kind::object) return type_error(run, input, "has no keys");
  Gathering names(run);
  for (const Member& member : input.members()) names.add(member.key);
  return names.array();
}

Value has_key(Evaluation& run, const Value& input, const Value* arguments) { return has(run, input, arguments[0]); }
Value in(Evaluation& run, const Value& input, const Value* arguments) { return has(run, arguments[0], input); }

Value entry(Evaluation& run, const Value& key, const Value& value) {
  Member* const members = new_members(*run.arena, 2);
  members[0] = {Value::text("key"), key};
  members[1] = {Value::text("value"), value};
  return run.nested(Value::object(members, 2), nesting_of(value));
}

Value to_entries(Evaluation& run, const Value& input, const Value*) {
  Gathering entries(run);
  if (input.kind() == Kind::array) {
    for (std::size_t i = 0; i < input.size(); ++i)
      entries.add(entry(run, Value::integer(static_cast<std::int64_t>(i)), input.items()[i]));
  } else if (input.kind() == Kind::object) {
    if (!run.has_room(input.size() * 3 * sizeof(Member))) return {};
    for (const Member& member : input.members()) entries.add(entry(run, member.key, member.value));
  } else {
    return type_error(run, input, "has no keys");
  }
  return entries.array();
}

// The first of the names that holds; the last of them where none does.
Value first_of(Evaluation& run, const Value& part, std::span<const std::string_view> names) {
  Value value;
  for (const auto name : names) {
    value = index(run, part, Value::text(name));
    if (value.is_nothing() || value.holds()) return value;
  }
  return value;
}

Value from_entries(Evaluation& run, const Value& input, const Value*) {
  constexpr std::string_view key_names[] = {"key", "Key", "name", "Name"};
  Value whole = Value::object(new_members(*run.arena, 0), 0);
  const bool complete = for_each_item(run, input, [&](const Value& part) {
    if (!run.step()) return false;
    const Value key = first_of(run, part, key_names);
    if (key.is_nothing()) return false;
    const Value has_value = has(run, part, Value::text("value"));
    if (has_value.is_nothing()) return false;
    const Value value = index(run, part, Value::text(has_value.holds() ? "value" : "Value"));
    if (!key.is_text()) {
      run.fail("Cannot use " + std::string(kind_name(key)) + " (" + shortened(key) + ") as object key");
      return false;
    }
    whole = set_member(run, whole, key, value);
    return !whole.is_nothing();
  });
  return complete ? whole : Value();
}

}  // namespace

std::span<const Builtin> object_builtins() {
  static const Builtin table[] = {
      {.name = "keys", .meaning = "the names of the fields in order, or the positions of the items", .function = keys},
      {.name = "keys_unsorted", .meaning = "the names of the fields as they stand", .function = keys_unsorted},
      {.name = "has", .arity = 1, .meaning = "whether there is that field or position", .function = has_key},
      {.name = "in",
       .arity = 1,
       .meaning = "whether the argument has the input as a field or position",
       .function = in},
      {.name = "to_entries", .meaning = "fields as an array of {key, value}", .function = to_entries},
      {.name = "from_entries", .meaning = "an object of an array of {key, value}", .function = from_entries},
      {.name = "with_entries",
       .arity = 1,
       .meaning = "the same object with `f` applied to each {key, value}",
       .definition = "def with_entries(f): to_entries | map(f) | from_entries;"},
      {.name = "map_values",
       .arity = 1,
       .meaning = "the same with the first output of `f` of each value",
       .definition = "def map_values(f): .[] |= f;"},
      {.name = "walk",
       .arity = 1,
       .meaning = "`f` applied to all values, the innermost first",
       .definition = "def walk(f): def w: if type == \"object\" then map_values(w) elif type == \"array\" then map(w) "
                     "else . end | f; w;"},
      {.name = "INDEX",
       .arity = 2,
       .meaning = "an object of the outputs of the first by their second",
       .definition = "def INDEX(stream; f): reduce stream as $row ({}; .[$row | f | tostring] = $row);"},
      {.name = "INDEX",
       .arity = 1,
       .meaning = "an object of the items by `f`",
       .definition = "def INDEX(f): INDEX(.[]; f);"},
      {.name = "JOIN",
       .arity = 2,
       .meaning = "each item with what the index has for it",
       .definition = "def JOIN($index; f): [.[] | [., $index[f]]];"},
      {.name = "JOIN",
       .arity = 3,
       .meaning = "each output with what the index has for it",
       .definition = "def JOIN($index; stream; f): stream | [., $index[f]];"},
      {.name = "JOIN",
       .arity = 4,
       .meaning = "the same, joined by the last argument",
       .definition = "def JOIN($index; stream; f; g): stream | [., $index[f]] | g;"},
  };
  return table;
}

}  // namespace flowrun::expr
