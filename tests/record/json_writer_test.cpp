#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "record/json.hpp"

using namespace flowrun;

namespace {

std::string printed(double number) {
  std::string text;
  write_number(number, text);
  return text;
}

std::string json(const Value& value) {
  std::string text;
  write_json(value, text);
  return text;
}

}  // namespace

TEST_CASE("numbers print with the shortest digits, plain for exponents from -5 to 16") {
  struct Case {
    double number;
    std::string text;
  };
  const auto cases = {
      Case{0.0, "0"},
      Case{-0.0, "-0"},
      Case{1.0, "1"},
      Case{-1.5, "-1.5"},
      Case{0.1 + 0.2, "0.30000000000000004"},
      Case{123.45, "123.45"},
      Case{110.7, "110.7"},
      Case{100.0, "100"},
      Case{1e-5, "0.00001"},
      Case{1.25e-5, "0.0000125"},
      Case{9.999e-6, "9.999e-06"},
      Case{1e-7, "1e-07"},
      Case{1e15, "1000000000000000"},
      Case{1e16, "10000000000000000"},
      Case{99999999999999984.0, "99999999999999980"},
      Case{1e17, "1e+17"},
      Case{-1.5e17, "-1.5e+17"},
      Case{123456789012345678.0, "1.2345678901234568e+17"},
      Case{9007199254740993.0, "9007199254740992"},
      Case{1.7976931348623157e308, "1.7976931348623157e+308"},
      Case{5e-324, "5e-324"},
      Case{std::numeric_limits<double>::infinity(), "1.7976931348623157e+308"},
      Case{-std::numeric_limits<double>::infinity(), "-1.7976931348623157e+308"},
      Case{std::numeric_limits<double>::quiet_NaN(), "null"},
  };
  for (const Case& each : cases) CHECK(printed(each.number) == each.text);
}

TEST_CASE("decimals print as they were written, whatever their size") {
  for (std::uint64_t number = 1; number < 2'000'000'000'000'000; number = number * 3 + 1)
    for (std::size_t decimals = 0; decimals <= 8; ++decimals) {
      std::string text = std::to_string(number);
      if (text.size() > 15) continue;
      if (text.size() <= decimals) text.insert(0, decimals + 1 - text.size(), '0');
      if (decimals > 0) text.insert(text.size() - decimals, 1, '.');
      if (decimals > 0 && text.back() == '0') continue;
      const double value = std::stod(text);
      if (value < 1e-5) continue;
      CHECK(printed(value) == text);
      CHECK(printed(-value) == "-" + text);
    }
}

TEST_CASE("text is escaped as jq does it") {
  CHECK(json(Value::text("\"\\/\b\f\n\r\t")) == R"("\"\\/\b\f\n\r\t")");
  CHECK(json(Value::text(std::string_view("\0\x1F\x7F", 3))) == R"("\u0000\u001f\u007f")");
  CHECK(json(Value::text("caf\xC3\xA9 \xF0\x9F\x98\x80 and more than sixteen bytes")) ==
        "\"caf\xC3\xA9 \xF0\x9F\x98\x80 and more than sixteen bytes\"");
  for (std::size_t length = 0; length < 70; ++length)
    for (std::size_t quote = 0; quote < length; ++quote) {
      std::string text(length, 'x');
      text[quote] = '"';
      CHECK(json(Value::text(text)) == "\"" + text.substr(0, quote) + "\\\"" + text.substr(quote + 1) + "\"");
    }
}

TEST_CASE("values print compactly, or in jq's layout") {
  Arena arena;
  const Value value = *JsonReader().read(R"({"b":[1,{"x":null}],"a":{},"c":[],"d":-1.50})", arena);
  CHECK(json(value) == R"({"b":[1,{"x":null}],"a":{},"c":[],"d":-1.50})");
  const auto laid_out = [&](JsonLayout layout) {
    std::string text;
    write_json(value, layout, text);
    return text;
  };
  CHECK(laid_out({}) == json(value));
  CHECK(laid_out({.sort_keys = true}) == R"({"a":{},"b":[1,{"x":null}],"c":[],"d":-1.50})");
  CHECK(laid_out({.indent = 2}) ==
        "{\n  \"b\": [\n    1,\n    {\n      \"x\": null\n    }\n  ],\n  \"a\": {},\n  \"c\": [],\n  \"d\": -1.50\n}");
  CHECK(laid_out({.tab = true, .sort_keys = true}) ==
        "{\n\t\"a\": {},\n\t\"b\": [\n\t\t1,\n\t\t{\n\t\t\t\"x\": null\n\t\t}\n\t],\n\t\"c\": [],\n\t\"d\": -1.50\n}");
}

TEST_CASE("the start of a value's JSON is as long as asked, whatever the value's size") {
  const std::string long_text(1 << 20, 'x');
  std::vector<Value> items(100'000, Value::text(long_text));
  Arena arena;
  Value* const copies = new_items(arena, items.size());
  std::copy(items.begin(), items.end(), copies);
  std::string text;
  write_json_start(Value::array(copies, items.size()), 10, text);
  CHECK(text == "[\"xxxxxxxxxx\"");
  text.clear();
  write_json_start(Value::array(copies, 0), 10, text);
  CHECK(text == "[]");
}

TEST_CASE("what is deeper than the levels that are wanted is a note, as jq prints it") {
  const auto written = [](std::string_view json, std::size_t levels) {
    Arena arena;
    const auto value = JsonReader().read(json, arena);
    std::string text;
    write_json_levels(*value, levels, text);
    return text;
  };
  CHECK(written(R"([1,[2,{"a":[]}],"x"])", 3) == R"([1,[2,{"a":[]}],"x"])");
  CHECK(written(R"([1,[2,{"a":[]}],"x"])", 2) == R"([1,[2,{"a":<skipped: too deep>}],"x"])");
  CHECK(written(R"([1,[2,{"a":[]}],"x"])", 0) == "[<skipped: too deep>,<skipped: too deep>,<skipped: too deep>]");
  CHECK(written("7", 0) == "7");
}
