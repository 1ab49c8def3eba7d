#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "record/json.hpp"

using namespace flowrun;

namespace {

// The value of `text` as it prints, or the fault as `offset: message`.
std::string outcome(std::string_view text, const Projection& projection = Projection::everything()) {
  std::string padded(text);
  padded.append(JsonReader::padding, '}');  // what stands behind a text must not be taken for a part of it
  Arena arena;
  JsonReader reader(projection);
  const auto read = reader.read_in_place({padded.data(), text.size()}, arena);
  if (!read) return std::to_string(read.error().offset) + ": " + read.error().message;
  std::string printed;
  write_json(*read, printed);
  return printed;
}

Kind kind_of(std::string_view text) {
  Arena arena;
  return (*JsonReader().read(text, arena)).kind();
}

Projection reading(std::initializer_list<std::string_view> paths) {
  Projection projection;
  for (std::string_view path : paths) {
    Projection* at = &projection;
    for (std::size_t dot; (dot = path.find('.')) != path.npos; path.remove_prefix(dot + 1))
      at = &at->field(path.substr(0, dot));
    at->field(path).merge(Projection::everything());
  }
  return projection;
}

}  // namespace

TEST_CASE("JSON texts are read whole and print as they were") {
  const std::vector<std::string> same = {
      "null",
      "true",
      "false",
      "0",
      "-1",
      "9223372036854775807",
      "-9223372036854775808",
      "9223372036854775808",
      "123456789012345678901234567890",
      "1.10",
      "1e3",
      "1E3",
      "1.0",
      "-0",
      "-0.0",
      "0.1",
      "1e400",
      "1e-400",
      "1e+17",
      "0.00001",
      "0.000001",
      "1e-06",
      "123.45",
      "0.30000000000000004",
      "100000000000000000000.5",
      "1.7976931348623157e+308",
      R"("")",
      R"("a")",
      R"("fourteen bytes")",
      R"("fifteen bytes..")",
      R"("a text of more than sixteen bytes")",
      R"("\"\\\n\u0000")",
      "\"\xC3\xA9\"",
      "[]",
      "{}",
      "[[]]",
      R"({"a":{}})",
      R"([{"a":[1,2,{"b":null}]},"x"])",
      R"({"":0})",
      R"({"a key of more than fourteen bytes":[true,false]})",
  };
  for (const std::string& text : same) CHECK(outcome(text) == text);
}

TEST_CASE("what could be written otherwise is read to the same value") {
  struct Case {
    std::string text;
    std::string printed;
  };
  const std::vector<Case> cases = {
      {" \t\r\n1 \t\r\n", "1"},
      {" { \"a\" : [ 1 , 2 ] , \"b\" : { } } ", R"({"a":[1,2],"b":{}})"},
      {R"("\/\u0041\u00e9\u20AC\ud83d\uDE00")", "\"/A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\""},
      {R"("\udc00 and \udFFFx")", "\"\xEF\xBF\xBD and \xEF\xBF\xBDx\""},
      {R"({"\u0061":1,"a\tkey that is longer than fourteen":2})", R"({"a":1,"a\tkey that is longer than fourteen":2})"},
      {R"({"a":1,"b":2,"a":3})", R"({"a":3,"b":2})"},
      {R"({"a":1,"\u0061":{"x":1,"x":2}})", R"({"a":{"x":2}})"},
      {R"({"a long key, surely":1,"b":2,"a long key, surely":3})", R"({"a long key, surely":3,"b":2})"},
  };
  for (const Case& each : cases) CHECK(outcome(each.text) == each.printed);
}

TEST_CASE("texts that are not JSON are refused with what was found and where") {
  struct Case {
    std::string text;
    std::string fault;
  };
  const std::string nul(1, '\0');
  const std::vector<Case> cases = {
      {"", "0: there is no value"},
      {" \n", "2: there is no value"},
      {"tru", "0: found `tru`, expected a value"},
      {"truex", "0: found `truex`, expected a value"},
      {"nul", "0: found `nul`, expected a value"},
      {"NaN", "0: found `NaN`, expected a value"},
      {"-", "0: found `-`, expected a value"},
      {"+1", "0: found `+1`, expected a value"},
      {"01", "0: found `01`, expected a value"},
      {"-01", "0: found `-01`, expected a value"},
      {"1.", "0: found `1.`, expected a value"},
      {".5", "0: found `.5`, expected a value"},
      {"1e", "0: found `1e`, expected a value"},
      {"1e+", "0: found `1e+`, expected a value"},
      {"1.e1", "0: found `1.e1`, expected a value"},
      {"0x1F", "0: found `0x1F`, expected a value"},
      {"1" + nul, "0: found `1" + nul + "`, expected a value"},
      {nul, "0: found `" + nul + "`, expected a value"},
      {"1 2", "2: something follows the value"},
      {"1\"a\"", "0: found `1\"a\"`, expected a value"},
      {"\"a\"1", "3: something follows the value"},
      {R"({"a":1} {"b":2})", "8: something follows the value"},
      {R"({"a":1}})", "7: something follows the value"},
      {"[1]2", "3: something follows the value"},
      {R"({"a":1} tru)", "8: something follows the value"},
      {"[1]]", "3: something follows the value"},
      {"[1][2]", "3: something follows the value"},
      {"{}}", "2: something follows the value"},
      {"[", "1: the text ends before `[` is closed"},
      {"[1", "2: the text ends before `[` is closed"},
      {"[[1]", "4: the text ends before `[` is closed"},
      {R"({"a":{})", "7: the text ends before `{` is closed"},
      {R"({"a":1)", "6: the text ends before `{` is closed"},
      {R"({"a":)", "5: the text ends before `{` is closed"},
      {R"({"a")", "4: the text ends before `{` is closed"},
      {"[1}", "2: found `}`, expected `,` or `]` behind an item"},
      {R"({"a":1])", "6: found `]`, expected `,` or `}` behind a member"},
      {"[1 2]", "3: found `2`, expected `,` or `]` behind an item"},
      {"[1,]", "3: found `]`, expected a value"},
      {"[,1]", "1: found `,`, expected a value"},
      {"[1,,2]", "3: found `,`, expected a value"},
      {R"({"a" 1})", "5: found `1`, expected `:` behind a key"},
      {R"({"a":})", "5: found `}`, expected a value"},
      {R"({"a":1,})", "7: found `}`, expected a key in quotes"},
      {R"({a:1})", "1: found `a`, expected a key in quotes"},
      {R"({"a":1 "b":2})", "7: found `\"b\"`, expected `,` or `}` behind a member"},
      {R"({"a":tru,"b":1})", "5: found `tru`, expected a value"},
      {R"({"a":1,"b":[1,{"c":-}]})", "19: found `-`, expected a value"},
      {R"([abcdefghijklmnopqrstuvwxyz])", "1: found `abcdefghijklmnopqrst...`, expected a value"},
      {"]", "0: found `]`, expected a value"},
      {":", "0: found `:`, expected a value"},
      {"[1\x0C]", "2: found `\x0C`, expected `,` or `]` behind an item"},
      {"[1\x1A 2]", "2: found `\x1A`, expected `,` or `]` behind an item"},
      {"\"abc", "0: a string is not closed"},
      {R"({"a":"b","c})", "9: a string is not closed"},
      {R"("a\")", "0: a string is not closed"},
      {"\"a\nb\"", "2: a string holds the control character 0x0A"},
      {"\"a" + nul + "b\"", "2: a string holds the control character 0x00"},
      {"[\"\\\n\"]", "3: a string holds the control character 0x0A"},
      {R"("\x")", "1: there is no such escape"},
      {R"({"ab":"c\'"})", "8: there is no such escape"},
      {R"({"a\q":1})", "3: there is no such escape"},
      {R"("\u12G4")", "1: an escape `\\u` needs four hexadecimal digits"},
      {R"("ab\u12")", "3: an escape `\\u` needs four hexadecimal digits"},
      {R"("\ud800")", "1: a high surrogate needs a low surrogate behind it"},
      {R"("\ud800\u0041")", "1: a high surrogate needs a low surrogate behind it"},
      {"\"\xFF\"", "1: the text is not UTF-8"},
      {"\"caf\xC3\"", "4: the text is not UTF-8"},
      {"{\"a\":\"\xED\xA0\x80\"}", "6: the text is not UTF-8"},
      {"\xEF\xBB\xBF{}", "0: found `\xEF\xBB\xBF`, expected a value"},
  };
  for (const Case& each : cases) {
    INFO(each.text);
    CHECK(outcome(each.text) == each.fault);
    // In a field that nobody reads it is the same fault, further behind.
    if (each.text.find_first_not_of(" \n") == each.text.npos) continue;
    const std::string unread = R"({"unread":[)" + each.text + R"(],"read":7})";
    CHECK(outcome(unread, reading({"read"})).find(": ") != std::string::npos);
  }
}

TEST_CASE("a projection restricts objects and leaves what it does not read out") {
  const std::string text =
      R"({"a":{"b":1,"c":[{"d":1,"e":2}],"x":3},"skipped":[{"a":[1.5e3,"\u0041",null]},true,false],"long name of a field":"v","z":[]})";
  struct Case {
    Projection projection;
    std::string printed;
  };
  const std::vector<Case> cases = {
      {{}, "{}"},
      {Projection::everything(), outcome(text)},
      {reading({"z"}), R"({"z":[]})"},
      {reading({"a.b"}), R"({"a":{"b":1}})"},
      {reading({"a.c"}), R"({"a":{"c":[{"d":1,"e":2}]}})"},
      {reading({"a.c.d"}), R"({"a":{"c":[{"d":1,"e":2}]}})"},
      {reading({"a.c", "z", "long name of a field", "missing"}),
       R"({"a":{"c":[{"d":1,"e":2}]},"long name of a field":"v","z":[]})"},
  };
  for (const Case& each : cases) CHECK(outcome(text, each.projection) == each.printed);
  CHECK(outcome("[1,{\"a\":2}]", {}) == "[1,{\"a\":2}]");
  CHECK(outcome("17", {}) == "17");
  CHECK(outcome(R"({"a":1,"b":2,"a":{"a":3}})", reading({"a"})) == R"({"a":{"a":3}})");
}

TEST_CASE("numbers are integers in 64 bits, doubles where they print as written, else digits") {
  struct Case {
    std::string text;
    Kind kind;
  };
  const std::vector<Case> cases = {
      {"0", Kind::integer},
      {"-7", Kind::integer},
      {"9223372036854775807", Kind::integer},
      {"-9223372036854775808", Kind::integer},
      {"9223372036854775808", Kind::digits},
      {"-0", Kind::digits},
      {"1.5", Kind::number},
      {"1.50", Kind::digits},
      {"1.0", Kind::digits},
      {"1e3", Kind::digits},
      {"1e+17", Kind::number},
      {"-1.25e-10", Kind::number},
      {"1.25E-10", Kind::digits},
      {"0.30000000000000004", Kind::number},
      {"0.1234567890123456789", Kind::digits},
      {"0.00001", Kind::number},
      {"0.000001", Kind::digits},
      {"1e400", Kind::digits},
      {"0.0", Kind::digits},
      {"123456789012345.5", Kind::number},
      {"0.123456789012345", Kind::number},
  };
  for (const Case& each : cases) {
    INFO(each.text);
    CHECK(kind_of(each.text) == each.kind);
  }
}

TEST_CASE("values nest up to 10 000 deep, whatever is read of them") {
  const auto nested = [](std::size_t depth, const std::string& open, const std::string& close) {
    std::string text;
    for (std::size_t level = 0; level < depth; ++level) text += open;
    text += "1";
    for (std::size_t level = 0; level < depth; ++level) text += close;
    return text;
  };
  CHECK(outcome(nested(10000, "[", "]")) == nested(10000, "[", "]"));
  CHECK(outcome(nested(10000, "{\"a\":", "}")) == nested(10000, "{\"a\":", "}"));
  CHECK(outcome(nested(10000, "{\"a\":", "}"), {}) == "{}");
  CHECK(outcome(nested(10001, "[", "]")) == "10000: values are nested more than 10000 deep");
  CHECK(outcome(nested(100000, "[", "]")) == "10000: values are nested more than 10000 deep");
  CHECK(outcome(nested(100000, "{\"a\":", "}"), {}) == "50000: values are nested more than 10000 deep");
  CHECK(outcome(std::string(100000, '[')) == "100000: the text ends before `[` is closed");
}

TEST_CASE("the last of equal keys wins at the place of the first, in objects of any size") {
  for (const std::size_t size : {2, 15, 16, 17, 300}) {
    std::string text = "{";
    std::string expected = "{";
    for (std::size_t number = 0; number < size; ++number) {
      const std::string key = "\"k" + std::to_string(number) + "\":";
      text += key + "0,";
      expected += (number == 0 ? "" : ",") + key + std::to_string(number);
    }
    for (std::size_t number = 0; number < size; ++number)
      text += (number == 0 ? "\"k" : ",\"k") + std::to_string(number) + "\":" + std::to_string(number);
    CHECK(outcome(text + "}") == expected + "}");
  }
}

TEST_CASE("a reader reads on after faults and after giants") {
  JsonReader reader;
  Arena arena;
  const std::string giant = "[" + std::string(3'000'000, ' ') + "\"" + std::string(3'000'000, 'x') + "\"]";
  for (int round = 0; round < 3; ++round) {
    CHECK_FALSE(reader.read("[1,[2,{\"a\":", arena).ok());
    CHECK(reader.read(giant, arena)->items()[0].as_text().size() == 3'000'000);
    CHECK(reader.read("[1]", arena)->size() == 1);
    arena.clear();
  }
}

TEST_CASE("lines of a block are read as texts of their own, whatever stands around them") {
  const std::string nul(1, '\0');
  const std::vector<std::string> lines = {
      "{\"a\":1}", "[1,2",   ",3]", "\"x",  "\"y\"",    "{\"a\":1}}",      "\\\"", "12", "\"\\u0041\"", "tru",
      "true",      "{",      "}",   "[1]2", "\"\xFF\"", "{\"a\":\"\\n\"}", "1 2",  nul,  "-",           "[{\"b\":[]}]",
      "{\"a\" 1}", "3 \t\r",
  };
  const auto shown = [](const Result<Value, JsonFault>& read) {
    std::string text;
    if (!read) return std::to_string(read.error().offset) + ": " + read.error().message;
    write_json(*read, text);
    return text;
  };
  // All pairs: each line must be the same behind and in front of any other.
  JsonReader reader;
  Arena arena;
  for (const std::string& first : lines)
    for (const std::string& second : lines)
      for (const char* const between : {"\n", "\r\n", "\n \n\n"}) {
        std::string block = first;
        block.append(between).append(second);
        const std::size_t size = block.size();
        block.append(JsonReader::padding, ']');
        INFO(block);
        reader.begin_lines({block.data(), size});
        CHECK(shown(reader.read_line({block.data(), first.size()}, arena)) == outcome(first));
        CHECK(shown(reader.read_line({block.data() + size - second.size(), second.size()}, arena)) == outcome(second));
        arena.clear();
      }
}
