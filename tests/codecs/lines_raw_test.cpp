#include <catch2/catch.hpp>

#include "codecs/decoding.hpp"

using namespace flowrun;

using Texts = std::vector<std::string>;

TEST_CASE("lines decodes a text a line, blank ones too") {
  struct Case {
    std::string contents;
    Texts records;
    Texts errors;
  };
  const std::string nul(1, '\0');
  const std::vector<Case> cases = {
      {"", {}, {}},
      {"a", {"\"a\""}, {}},
      {"a\n", {"\"a\""}, {}},
      {"a\r\n\nb c \n", {"\"a\"", "\"\"", "\"b c \""}, {}},
      {"a\rb\n\r", {"\"a\\rb\"", "\"\""}, {}},
      {nul + "\n", {"\"\\u0000\""}, {}},
      {"caf\xC3\xA9\n\xC3\nb\n", {"\"caf\xC3\xA9\"", "\"b\""}, {"6:2 ww==: not UTF-8, at byte 1"}},
  };
  for (const Case& each : cases)
    for (const std::size_t block_bytes : {1, 3, 1000}) {
      INFO(each.contents);
      const Decoded decoded = decode(lines_codec(), each.contents, {.block_bytes = block_bytes});
      CHECK(decoded.records == each.records);
      CHECK(decoded.errors == each.errors);
    }
}

TEST_CASE("lines bears a line of 100 MB") {
  const std::string line(100'000'000, 'x');
  const Decoded decoded = decode(lines_codec(), "a\n" + line + "\nb", {.block_bytes = 1 << 26});
  REQUIRE(decoded.records.size() == 3);
  CHECK(decoded.records[1].size() == line.size() + 2);
  CHECK(decoded.records[2] == "\"b\"");
}

TEST_CASE("raw makes one text of all there is, an empty one of nothing") {
  CHECK(decode(raw_codec(), "").records == Texts{"\"\""});
  for (const std::size_t block_bytes : {1, 1000}) {
    CHECK(decode(raw_codec(), "a\r\nb\n", {.block_bytes = block_bytes}).records == Texts{"\"a\\r\\nb\\n\""});
    CHECK(decode(raw_codec(), "ab\xFF", {.block_bytes = block_bytes}).errors ==
          Texts{"0:1 YWL/: not UTF-8, at byte 3"});
  }
}

TEST_CASE("lines and raw encode text as it is and other values as JSON") {
  const Batch batch = batch_of({"\"a \\\"b\\\"\"", "{\"a\":1}", "null"});
  Context context;
  Output rejected({.step = "sink"});
  std::string lines;
  CHECK((*lines_codec().plan_encoder({})).make(context, false)->encode(batch, 0, 1000, lines, rejected) == 3);
  CHECK(lines == "a \"b\"\n{\"a\":1}\nnull\n");
  std::string raw;
  CHECK((*raw_codec().plan_encoder({})).make(context, false)->encode(batch, 0, 1000, raw, rejected) == 3);
  CHECK(raw == "a \"b\"{\"a\":1}null");
}
