#include "record/value.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "record/group.hpp"
#include "record/json.hpp"
#include "record/member_index.hpp"

using namespace flowrun;

namespace {

Value array_of(Arena& arena, const std::vector<Value>& items) {
  Value* const copy = new_items(arena, items.size());
  std::copy(items.begin(), items.end(), copy);
  return Value::array(copy, items.size());
}

Value object_of(Arena& arena, const std::vector<std::pair<std::string_view, Value>>& members) {
  Member* const copy = new_members(arena, members.size());
  for (std::size_t position = 0; position < members.size(); ++position)
    copy[position] = {Value::text(members[position].first, arena), members[position].second};
  const Value object = Value::object(copy, members.size());
  index_members(object, arena);
  return object;
}

std::string json(const Value& value) {
  std::string text;
  write_json(value, text);
  return text;
}

// Groups of equal values, in jq's order.
std::vector<std::vector<Value>> in_order(Arena& arena) {
  const auto digits = [](std::string_view text) { return Value::digits(text); };
  const double infinity = std::numeric_limits<double>::infinity();
  return {
      {Value::null()},
      {Value::boolean(false)},
      {Value::boolean(true)},
      {Value::number(-infinity)},
      {digits("-1e400")},
      {Value::number(-1e300), digits("-1e300"), digits("-10e299")},
      {digits("-9223372036854775809")},
      {Value::integer(std::numeric_limits<std::int64_t>::min()), digits("-9223372036854775808.0")},
      {Value::integer(-10)},
      {Value::number(-9.5)},
      {Value::integer(-9)},
      {Value::number(-0.001), digits("-1e-3")},
      {digits("-1e-400")},
      {Value::integer(0), Value::number(0.0), Value::number(-0.0), digits("-0"), digits("0e99999999999999999999")},
      {digits("1e-400")},
      {Value::number(0.1), digits("0.10"), digits("1e-1")},
      {digits("0.1000000000000000055511151231257827")},
      {Value::integer(1), Value::number(1.0), digits("1.0"), digits("100e-2")},
      {Value::number(1.5), digits("1.50")},
      {Value::integer(2)},
      {Value::integer(10), digits("1e1")},
      {Value::integer(99)},
      {Value::integer(100), digits("1e2")},
      {Value::integer((std::int64_t{1} << 53) - 1)},
      {Value::integer(std::int64_t{1} << 53), Value::number(9007199254740992.0)},
      {Value::integer((std::int64_t{1} << 53) + 1), digits("9007199254740993")},
      {Value::integer(std::int64_t{1} << 60)},
      {Value::number(1152921504606846976.0), digits("1152921504606847000")},
      {Value::integer(std::numeric_limits<std::int64_t>::max())},
      {digits("9223372036854775808")},
      {digits("100000000000000000000"), Value::number(1e20)},
      {Value::number(1e300)},
      {digits("1e400")},
      {Value::number(infinity)},
      {Value::text("")},
      {Value::text(std::string_view("\0", 1))},
      {Value::text(std::string_view("\0\0", 2))},
      {Value::text(std::string_view("\0a", 2))},
      {Value::text("a")},
      {Value::text(std::string_view("a\0", 2))},
      {Value::text("a longer text than fits"), Value::text("a longer text than fits", arena)},
      {Value::text("ab")},
      {Value::text("\xC3\xA9")},
      {Value::text("\xF0\x9F\x98\x80")},
      {array_of(arena, {})},
      {array_of(arena, {Value::null()})},
      {array_of(arena, {Value::null(), Value::integer(1)})},
      {array_of(arena, {Value::integer(1)}), array_of(arena, {Value::number(1)})},
      {array_of(arena, {array_of(arena, {})})},
      {object_of(arena, {})},
      {object_of(arena, {{"a", Value::integer(2)}})},
      {object_of(arena, {{"a", Value::integer(1)}, {"b", Value::integer(2)}}),
       object_of(arena, {{"b", Value::integer(2)}, {"a", Value::integer(1)}})},
      {object_of(arena, {{"a", Value::integer(1)}, {"b", Value::integer(3)}})},
      {object_of(arena, {{"b", Value::null()}})},
  };
}

int sign(int order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

}  // namespace

TEST_CASE("values compare in jq's order, numbers by their exact value") {
  Arena arena;
  const auto groups = in_order(arena);
  for (std::size_t left = 0; left < groups.size(); ++left)
    for (std::size_t right = 0; right < groups.size(); ++right)
      for (const Value& a : groups[left])
        for (const Value& b : groups[right]) {
          INFO(json(a) << " and " << json(b));
          CHECK(sign(compare(a, b)) == (left < right ? -1 : left > right ? 1 : 0));
        }
}

TEST_CASE("the encodings of groups are in the order of their values, and equal for equal values") {
  Arena arena;
  const auto groups = in_order(arena);
  const auto encoded = [](const Value& value) {
    std::string bytes;
    encode_group(value, bytes);
    return bytes;
  };
  for (std::size_t left = 0; left < groups.size(); ++left)
    for (std::size_t right = 0; right < groups.size(); ++right)
      for (const Value& a : groups[left])
        for (const Value& b : groups[right]) {
          INFO(json(a) << " and " << json(b));
          CHECK(sign(encoded(a).compare(encoded(b))) == (left < right ? -1 : left > right ? 1 : 0));
        }
}

TEST_CASE("a group is decoded to a value that equals it") {
  Arena arena;
  for (const auto& equals : in_order(arena))
    for (const Value& value : equals) {
      std::string bytes;
      encode_group(value, bytes);
      Arena copy;
      INFO(json(value));
      CHECK(compare(decode_group(bytes, copy), value) == 0);
    }
}

TEST_CASE("a short text as a group has the encoding and the hash of any group, at every size") {
  const std::string characters = "0123456789abcdefghij";
  for (std::size_t size = 0; size <= characters.size(); ++size) {
    CAPTURE(size);
    const std::string copy = characters.substr(0, size);
    std::string bytes;
    encode_group(Value::text(copy), bytes);
    char room[most_short_group];
    const auto [encoded, hash] = encode_short_group(Value::text(copy), 7, room);
    CHECK(encoded == (size <= Value::most_inline ? bytes.size() : 0));
    if (encoded > 0) CHECK(std::string_view(room, encoded) == bytes);
    if (encoded > 0) CHECK(hash == hash_group(bytes, 7));
  }
}

TEST_CASE("a text with a zero byte is no short group") {
  char room[most_short_group];
  CHECK(encode_short_group(Value::text(std::string_view("a\0b", 3)), 7, room).size == 0);
}

TEST_CASE("the hash of a group depends on each of its bytes, on their number and on the seed") {
  std::set<std::uint64_t> hashes{hash_group("", 1000)};
  std::size_t count = 1;
  for (std::size_t size = 0; size <= 40; ++size)
    for (std::size_t changed = 0; changed <= size; ++changed, ++count) {
      std::string bytes(size, '\0');
      if (changed < size) bytes[changed] = 'x';
      hashes.insert(hash_group(bytes, 7));
    }
  CHECK(hashes.size() == count);
}

TEST_CASE("a NaN is less than every number and than itself, and is one group") {
  const Value nan = Value::number(std::numeric_limits<double>::quiet_NaN());
  CHECK(compare(nan, nan) < 0);
  CHECK(compare(nan, Value::number(-1e308)) < 0);
  CHECK(compare(Value::integer(0), nan) > 0);
  CHECK(compare(nan, Value::boolean(true)) > 0);
  std::string bytes;
  encode_group(nan, bytes);
  Arena arena;
  CHECK(decode_group(bytes, arena).kind() == Kind::number);
}

TEST_CASE("a text is the same value however it was made, at every size around the longest inline one") {
  const std::string characters = "0123456789\xC3\xA4 \t~bcdefghijklmnopqrs";
  for (std::size_t size = 0; size <= Value::most_inline + 4; ++size) {
    CAPTURE(size);
    const std::string copy = characters.substr(0, size);
    const Value text = Value::text(copy);
    const Value padded = Value::padded_text(characters.data(), size);
    const Value digits = Value::digits(copy);
    CHECK(text.is_text());
    CHECK(text.is_inline() == (size <= Value::most_inline));
    CHECK(text.as_text() == copy);
    CHECK(padded.as_text() == copy);
    CHECK(digits.as_text() == copy);
    if (text.is_inline()) CHECK(text.same_bits(padded));
  }
}

TEST_CASE("members are found by key, in small objects and in those with an index") {
  Arena arena;
  for (const std::size_t size : {0, 1, 16, 17, 1000}) {
    std::vector<std::string> keys;
    for (std::size_t number = 0; number < size; ++number)
      keys.push_back((number % 2 == 0 ? "k" : "a key longer than fits ") + std::to_string(number));
    std::vector<std::pair<std::string_view, Value>> members;
    for (std::size_t number = 0; number < size; ++number)
      members.emplace_back(keys[number], Value::integer(static_cast<std::int64_t>(number)));
    const Value object = object_of(arena, members);
    CHECK((object.header().index != nullptr) == (size > 16));
    for (std::size_t number = 0; number < size; ++number) {
      const Value* const found = find(object, keys[number]);
      REQUIRE(found != nullptr);
      CHECK(found->as_integer() == static_cast<std::int64_t>(number));
    }
    CHECK(find(object, "k") == nullptr);
    CHECK(find(object, "a key that is not there") == nullptr);
  }
}

TEST_CASE("an index serves an object that grows in its place, and views of fewer members") {
  Arena arena;
  Member* const members = new_members(arena, 100);
  const auto key = [](std::size_t number) { return "key" + std::to_string(number); };
  for (std::size_t number = 0; number < 100; ++number)
    members[number] = {Value::text(key(number)), Value::integer(static_cast<std::int64_t>(number))};
  index_members(Value::object(members, 20), arena);
  const Value grown = Value::object(members, 30);
  CHECK(find(grown, key(25))->as_integer() == 25);
  index_members(grown, arena);
  CHECK(find(grown, key(29))->as_integer() == 29);
  CHECK(find(Value::object(members, 20), key(25)) == nullptr);
  CHECK(find(Value::object(members, 20), key(19))->as_integer() == 19);
}

TEST_CASE("a deep copy shares nothing with its original") {
  Value copy;
  Arena arena;
  {
    Arena short_lived;
    std::vector<std::pair<std::string_view, Value>> members;
    std::vector<std::string> keys;
    for (int number = 0; number < 20; ++number) keys.push_back("a rather long key " + std::to_string(number));
    for (const std::string& key : keys)
      members.emplace_back(key, array_of(short_lived, {Value::text("text that is not inline", short_lived),
                                                       Value::digits(short_lived.copy("1.2345678901234567890"))}));
    copy = deep_copy(object_of(short_lived, members), arena);
  }
  REQUIRE(find(copy, "a rather long key 7") != nullptr);
  CHECK(json(*find(copy, "a rather long key 7")) == R"(["text that is not inline",1.2345678901234567890])");
}

TEST_CASE("numbers become the nearest doubles") {
  CHECK(to_double(Value::integer(-7)) == -7.0);
  CHECK(to_double(Value::digits("1.10")) == 1.1);
  CHECK(to_double(Value::digits("1e400")) == std::numeric_limits<double>::infinity());
  CHECK(to_double(Value::digits("-123e400")) == -std::numeric_limits<double>::infinity());
  CHECK(to_double(Value::digits("1e-400")) == 0.0);
  CHECK(std::signbit(to_double(Value::digits("-0"))));
  CHECK(to_double(Value::digits("9007199254740993")) == 9007199254740992.0);
}
