#include "base/utf8.hpp"

#include <catch2/catch.hpp>

using namespace flowrun;

TEST_CASE("what is no UTF-8 is found, and replaced byte by byte") {
  struct Case {
    std::string_view bytes;
    std::size_t valid;
    std::string_view replaced;
  };
  const Case cases[] = {
      {"", 0, ""},
      {"plain text of more than 16 bytes \xC3\xA9", 35, "plain text of more than 16 bytes \xC3\xA9"},
      {"\xF0\x9F\x98\x80", 4, "\xF0\x9F\x98\x80"},
      {"a\xFF"
       "b",
       1,
       "a\xEF\xBF\xBD"
       "b"},
      {"a\xE2\x82", 1, "a\xEF\xBF\xBD\xEF\xBF\xBD"},                                // cut short
      {"\xC0\x80", 0, "\xEF\xBF\xBD\xEF\xBF\xBD"},                                  // overlong
      {"\xED\xA0\x80", 0, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},                  // a surrogate
      {"\xF4\x90\x80\x80", 0, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},  // beyond U+10FFFF
  };
  for (const Case& each : cases) {
    CAPTURE(each.bytes);
    CHECK(valid_utf8(each.bytes) == each.valid);
    CHECK(is_utf8(each.bytes) == (each.valid == each.bytes.size()));
    std::string out;
    append_valid_utf8(each.bytes, out);
    CHECK(out == each.replaced);
  }
}

TEST_CASE("a code point is written as its bytes of UTF-8") {
  std::string out;
  for (const std::uint32_t code_point : {0x41U, 0xE9U, 0x20ACU, 0x1F600U}) append_code_point(code_point, out);
  CHECK(out == "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
}

TEST_CASE("a text is cut at the end of a character") {
  const std::string text = "aé\xF0\x9F\x98\x80z";  // 1, 2, 4 and 1 bytes
  const std::size_t ends[] = {0, 1, 1, 3, 3, 3, 3, 7, 8};
  for (std::size_t at = 0; at <= text.size(); ++at) CHECK(flowrun::character_end(text, at) == ends[at]);
}
