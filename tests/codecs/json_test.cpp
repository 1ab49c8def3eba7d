#include <catch2/catch.hpp>

#include "base/failure.hpp"
#include "codecs/decoding.hpp"

using namespace flowrun;

namespace {

using Texts = std::vector<std::string>;

struct Case {
  std::string contents;
  Texts records;
  Texts errors;
};

Projection reading(std::string_view field) {
  Projection projection;
  projection.field(field).merge(Projection::everything());
  return projection;
}

}  // namespace

TEST_CASE("json decodes a value a line, skips blank ones and rejects what is no JSON with its place") {
  const std::string nul(1, '\0');
  const std::vector<Case> cases = {
      {"", {}, {}},
      {"\n", {}, {}},
      {" \t\n\r\n\n  ", {}, {}},
      {"1", {"1"}, {}},
      {"1\n2\n", {"1", "2"}, {}},
      {"{\"a\":1}\r\n\r\n[2]\r\n", {"{\"a\":1}", "[2]"}, {}},
      {"\xEF\xBB\xBF{}\n{}\n", {"{}", "{}"}, {}},
      {"1\n{\"a\":\n2\n", {"1", "2"}, {"2:2 {\"a\":: not JSON: the text ends before `{` is closed, at byte 6"}},
      {"1\n\n {\"a\":1} {} \n", {"1"}, {"3:3  {\"a\":1} {} : not JSON: something follows the value, at byte 10"}},
      {"\"a" + nul + "\"\n2",
       {"2"},
       {"0:1 \"a" + nul + "\": not JSON: a string holds the control character 0x00, at byte 3"}},
      {nul + "\n2", {"2"}, {"0:1 " + nul + ": not JSON: found `" + nul + "`, expected a value, at byte 1"}},
      {"[\"\xFF\"]\n2", {"2"}, {"0:1 WyL/Il0=: not JSON: the text is not UTF-8, at byte 3"}},
      {"{\"a\":\"x\n\"}\n3\n",
       {"3"},
       {"0:1 {\"a\":\"x: not JSON: a string is not closed, at byte 6",
        "8:2 \"}: not JSON: a string is not closed, at byte 1"}},
      {"123456789012345678901234567890\n1.10\n1e400\n", {"123456789012345678901234567890", "1.10", "1e400"}, {}},
  };
  for (const Case& each : cases)
    for (const std::size_t block_bytes : {1, 3, 7, 1000}) {
      INFO(each.contents << " in blocks of " << block_bytes);
      const Decoded decoded = decode(json_codec(), each.contents, {.block_bytes = block_bytes});
      CHECK(decoded.records == each.records);
      CHECK(decoded.errors == each.errors);
    }
}

TEST_CASE("json checks fields that nobody reads, and leaves them out") {
  const Decoded decoded =
      decode(json_codec(), "{\"a\":1,\"b\":[2]}\n{\"a\":1,\"b\":[2}\n{\"b\":0}\n", {.reads = {.value = reading("a")}});
  CHECK(decoded.records == Texts{"{\"a\":1}", "{}"});
  CHECK(decoded.errors ==
        Texts{"16:2 {\"a\":1,\"b\":[2}: not JSON: found `}`, expected `,` or `]` behind an item, at byte 14"});
}

TEST_CASE("json rejects a value that is nested too deep, without harm to the lines around it") {
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  const Decoded decoded = decode(json_codec(), "1\n" + deep + "\n2\n");
  CHECK(decoded.records == Texts{"1", "2"});
  REQUIRE(decoded.errors.size() == 1);
  CHECK(decoded.errors[0].substr(decoded.errors[0].size() - 65) ==
        ": not JSON: values are nested more than 10000 deep, at byte 10001");
}

TEST_CASE("json yields where its output is full and loses nothing") {
  std::string contents;
  Texts expected;
  for (int number = 0; number < 20000; ++number) {
    expected.push_back(std::to_string(number));
    contents += expected.back() + "\n";
  }
  CHECK(decode(json_codec(), contents, {.block_bytes = 1 << 20, .most_records = 1 << 20}).records == expected);
  CHECK(decode(json_codec(), contents, {.most_records = 5}).records == expected);

  // Bad lines fill the output with error records just as well.
  std::string bad;
  for (int number = 0; number < 5000; ++number) bad += "x\n";
  CHECK(decode(json_codec(), bad + "1\n").errors.size() == 5000);
}

TEST_CASE("json sets place and raw where they are read, and the partition always") {
  const std::string contents = "{\"a\": 1 }\r\n\n2\n";
  const DecoderPlan plan = decoder_of(json_codec(), {});
  Context context;
  for (const bool raw : {false, true}) {
    const auto framer = plan.make_framer();
    const auto decoder = plan.make(context, {.value = Projection::everything(), .meta = true, .raw = raw});
    Output output({.step = "source"});
    for (Batch& block : blocks_of(contents, *framer, 1000, 1000))
      CHECK(decoder->process(0, block, output) == Progress::done);
    output.finish_building();
    const std::vector<Batch> batches = output.take(0);
    REQUIRE(batches.size() == 1);
    CHECK(batches[0].partition()->resource == "file");
    CHECK(batches[0].place(0).offset == 0);
    CHECK(batches[0].place(0).line == 1);
    CHECK(batches[0].place(1).offset == 12);
    CHECK(batches[0].place(1).line == 3);
    CHECK(batches[0].raw(0) == (raw ? "{\"a\": 1 }" : ""));
    CHECK(batches[0].raw(1) == (raw ? "2" : ""));
  }
}

TEST_CASE("a row that the source could not read is rejected with the source's words") {
  Batch batch;
  const Batch::Row row = batch.append(Value::text("the record is longer than 16 MiB"));
  batch.set_raw(row, "beginning of it");
  batch.set_place(row, {70, 3});
  batch.set_partition(std::make_shared<const PartitionName>(PartitionName{"file", 0}));
  Context context;
  const auto decoder = decoder_of(json_codec(), {}).make(context, {});
  Output stopping({.step = "orders"});
  CHECK_THROWS_WITH(decoder->process(0, batch, stopping),
                    "step `orders` rejected a record (decode) at file:3: the record is longer than 16 MiB\n"
                    "hint: read `errors` or `orders.errors`, or write `on_error: skip` at the step");
  Output output({.step = "orders", .errors_read = true});
  CHECK(decoder->process(0, batch, output) == Progress::done);
  Decoded decoded;
  drain(output, decoded);
  CHECK(decoded.errors == Texts{"70:3 beginning of it: the record is longer than 16 MiB"});
}

TEST_CASE("json encodes a value a line, or the bytes that it came with") {
  Batch batch = batch_of({"{\"a\":[1,2]}", "1.50", "\"x\\ny\""});
  batch.set_raw(0, "{ \"a\" : [1, 2] }");
  Context context;
  Output rejected({.step = "sink"});
  const EncoderPlan plan = *json_codec().plan_encoder({});
  const auto encoded = [&](bool raw_stands_for_value, std::size_t first, std::size_t most_bytes, std::size_t consumed) {
    std::string out;
    const auto encoder = plan.make(context, raw_stands_for_value);
    CHECK(encoder->encode(batch, first, most_bytes, out, rejected) == consumed);
    return out;
  };
  CHECK(encoded(false, 0, 1000, 3) == "{\"a\":[1,2]}\n1.50\n\"x\\ny\"\n");
  CHECK(encoded(true, 0, 1000, 3) == "{ \"a\" : [1, 2] }\n1.50\n\"x\\ny\"\n");
  CHECK(encoded(false, 1, 3, 1) == "1.50\n");
  CHECK(encoded(false, 0, 13, 2) == "{\"a\":[1,2]}\n1.50\n");
}
