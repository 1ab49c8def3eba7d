#include "state/owned_value.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "record/json.hpp"
#include "state/encoding.hpp"

using namespace flowrun;
using state::OwnedValue;

namespace {

Value array_of(std::initializer_list<Value> items, Arena& arena) {
  Value* const copy = new_items(arena, items.size());
  std::copy(items.begin(), items.end(), copy);
  return Value::array(copy, items.size());
}

Value object_of(std::initializer_list<Member> members, Arena& arena) {
  Member* const copy = new_members(arena, members.size());
  std::copy(members.begin(), members.end(), copy);
  return Value::object(copy, members.size());
}

Value large_object(std::size_t size, Arena& arena) {
  Member* const members = new_members(arena, size);
  for (std::size_t index = 0; index < size; ++index)
    members[index] = {Value::text("key number " + std::to_string(index), arena),
                      Value::integer(static_cast<std::int64_t>(index))};
  return Value::object(members, size);
}

// One of every kind, inline and not, nested.
std::vector<Value> values_of_every_kind(Arena& arena) {
  const Value nested =
      object_of({{Value::text("b"), array_of({Value::null(), Value::text("a text beyond fourteen bytes")}, arena)},
                 {Value::text("a key that is not held inline"), Value::digits("1.10")},
                 {Value::text("a"), object_of({}, arena)}},
                arena);
  return {Value(),
          Value::null(),
          Value::boolean(true),
          Value::integer(std::numeric_limits<std::int64_t>::min()),
          Value::number(1.0),
          Value::number(-0.0),
          Value::digits("1e3"),
          Value::digits("123456789012345678901234567890"),
          Value::text("inline"),
          Value::text("a text beyond fourteen bytes"),
          array_of({}, arena),
          nested,
          large_object(100, arena)};
}

std::string json(const Value& value) {
  std::string text;
  if (!value.is_nothing()) write_json(value, text);
  return text;
}

Value nested_arrays(int depth, Arena& arena) {
  Value value = Value::integer(1);
  while (depth-- > 0) value = array_of({value}, arena);
  return value;
}

}  // namespace

TEST_CASE("an owned value outlives the memory that it was copied from") {
  Arena memory;
  for (std::size_t index = 0; index < values_of_every_kind(memory).size(); ++index) {
    OwnedValue owned;
    std::string expected;
    {
      Arena arena;
      const Value value = values_of_every_kind(arena)[index];
      expected = json(value);
      owned.assign(value);
    }
    CHECK(json(owned.get()) == expected);
  }
}

TEST_CASE("an owned value may be replaced by a part of itself") {
  Arena arena;
  OwnedValue owned(array_of({array_of({Value::text("a text beyond fourteen bytes")}, arena)}, arena));
  owned.assign(owned.get().items()[0]);
  CHECK(json(owned.get()) == R"(["a text beyond fourteen bytes"])");
  owned.assign(owned.get().items()[0]);
  CHECK(json(owned.get()) == R"("a text beyond fourteen bytes")");
  CHECK(owned.owned_bytes() >= 28);
  owned.assign(Value::null());
  CHECK(owned.owned_bytes() == 0);
}

TEST_CASE("no evaluation may change the parts of an owned value in their place") {
  Arena arena;
  const OwnedValue owned(array_of({array_of({}, arena)}, arena));
  CHECK(owned.get().header().owner == 0);
  CHECK(owned.get().items()[0].header().owner == 0);
}

TEST_CASE("an encoded value is read back with its exact kind") {
  Arena arena, memory;
  for (const Value& value : values_of_every_kind(arena)) {
    std::string bytes;
    state::put_value(value, bytes);
    state::Reader reader(bytes);
    const Value read = reader.take_value(memory);
    CHECK(reader.complete());
    CHECK(read.kind() == value.kind());
    CHECK(json(read) == json(value));
  }
}

TEST_CASE("values nest as deep as records may") {
  Arena arena;
  const Value deep = nested_arrays(10000, arena);
  std::string bytes;
  state::put_value(deep, bytes);
  state::Reader reader(bytes);
  const OwnedValue owned(reader.take_value(arena));
  CHECK(reader.complete());
  std::string again;
  state::put_value(owned.get(), again);
  CHECK(again == bytes);
}

TEST_CASE("damaged bytes are noticed, wherever they are cut or changed") {
  Arena arena;
  std::string bytes;
  for (const Value& value : values_of_every_kind(arena)) state::put_value(value, bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    state::Reader reader(std::string_view(bytes).substr(0, size));
    for (int count = 0; count < 13; ++count) reader.take_value(arena);
    CHECK_FALSE(reader.complete());
  }
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0xFF);
    state::Reader reader(changed);
    for (int count = 0; count < 13; ++count) reader.take_value(arena);
  }
}

TEST_CASE("counts take as few bytes as they need") {
  for (const std::uint64_t count : {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128}, ~std::uint64_t{0}}) {
    std::string bytes;
    state::put_count(count, bytes);
    CHECK(bytes.size() == (count < 128 ? 1 : count == 128 ? 2 : 10));
    state::Reader reader(bytes);
    CHECK(reader.take_count() == count);
    CHECK(reader.complete());
  }
}
