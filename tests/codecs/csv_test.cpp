#include <catch2/catch.hpp>

#include "codecs/decoding.hpp"

using namespace flowrun;

namespace {

using Texts = std::vector<std::string>;

Options csv(Columns header, std::string delimiter = ",") {
  Options options;
  options.set("header", std::move(header));
  options.set("delimiter", std::move(delimiter));
  return options;
}

Options csv(Columns header, Texts columns) {
  Options options = csv(std::move(header));
  options.set("columns", std::move(columns));
  return options;
}

struct Case {
  std::string contents;
  Texts records;
  Texts errors = {};
};

void check(const std::vector<Case>& cases, const Options& options) {
  for (const Case& each : cases)
    for (const std::size_t block_bytes : {1, 5, 1000})
      for (const std::size_t most_records : {1, 1000}) {
        INFO(each.contents << " in blocks of " << block_bytes);
        const Decoded decoded = decode(csv_codec(), each.contents,
                                       {.options = options, .block_bytes = block_bytes, .most_records = most_records});
        CHECK(decoded.records == each.records);
        CHECK(decoded.errors == each.errors);
      }
}

struct Encoded {
  std::string bytes;
  Texts faults;
};

Encoded encode(const Texts& records, const Options& options) {
  const EncoderPlan plan = *csv_codec().plan_encoder(options);
  Context context;
  Output output({.step = "sink", .errors_read = true});
  Encoded encoded{plan.header, {}};
  CHECK(plan.make(context, false)->encode(batch_of(records), 0, 1 << 20, encoded.bytes, output) == records.size());
  output.finish_building();
  for (const Batch& batch : output.take(output.errors_port()))
    for (const Batch::Row row : batch.rows()) encoded.faults.emplace_back(find(batch.value(row), "message")->as_text());
  return encoded;
}

}  // namespace

TEST_CASE("csv decodes objects by the names in the first record") {
  check(
      {
          {"", {}},
          {"a,b", {}},
          {"a,b\n1,2\n", {R"({"a":"1","b":"2"})"}},
          {"a,b\r\n1,2\r\n3,4", {R"({"a":"1","b":"2"})", R"({"a":"3","b":"4"})"}},
          {"\xEF\xBB\xBF\"a\",b\n1,\n\n\r\n,\n", {R"({"a":"1","b":""})", R"({"a":"","b":""})"}},
          {"a,b\n\"x, \"\"y\"\"\",\"two\r\nlines\"\n", {R"({"a":"x, \"y\"","b":"two\r\nlines"})"}},
          {"a,b\n5\" pipe, x\"y\"\n", {R"({"a":"5\" pipe","b":" x\"y\""})"}},
          {"a,a,a_2\n1,2,3\n", {R"({"a":"1","a_2":"2","a_2_2":"3"})"}},
          {"a\n\"\"\n", {R"({"a":""})"}},
          {"a\nx\ry\n", {R"({"a":"x\ry"})"}},
          {"a,b\n1\n1,2,3\n1,2\n",
           {R"({"a":"1","b":"2"})"},
           {"4:2 1: not CSV: found 1 fields, expected 2 as in the header",
            "6:3 1,2,3: not CSV: found 3 fields, expected 2 as in the header"}},
          {"a,b\n\"1\"x,\"2\n3,4\n",
           {R"({"a":"3","b":"4"})"},
           {"4:2 \"1\"x,\"2: not CSV: found `x` behind the closing quote of field 1, expected `,` or the end of the "
            "line"}},
          {"a,b\n1,\"2\n3,4\n5,6",
           {R"({"a":"3","b":"4"})", R"({"a":"5","b":"6"})"},
           {"4:2 1,\"2: not CSV: the quote of field 2 is not closed"}},
          {"a\n1\n\"", {R"({"a":"1"})"}, {"4:3 \": not CSV: the quote of field 1 is not closed"}},
          {"a\n\xFF\n1\n", {R"({"a":"1"})"}, {"2:2 /w==: not CSV: not UTF-8, at byte 1"}},
          {"a,\"b\"c\n1,2\n",
           {},
           {"0:1 a,\"b\"c: not a CSV header: found `c` behind the closing quote of field 2, expected `,` or the end of "
            "the line",
            "7:2 1,2: not CSV: the header could not be read"}},
      },
      csv({true, {}}));
}

TEST_CASE("csv takes names that are given, or gives arrays, and splits at any character") {
  check({{"1,2\n3,4\n", {R"({"x":"1","y":"2"})", R"({"x":"3","y":"4"})"}}}, csv({true, {"x", "y"}}));
  check({{"1,2\n3\n", {R"(["1","2"])", R"(["3"])"}}}, csv({false, {}}));
  check({{"a\tb,c\n\"1\t\"\t2\n", {R"({"a":"1\t","b,c":"2"})"}}}, csv({true, {}}, "\t"));
}

TEST_CASE("csv leaves out columns that nobody reads, but checks them") {
  Projection reads;
  reads.field("c").merge(Projection::everything());
  reads.field("a").merge(Projection::everything());
  const Decoded decoded =
      decode(csv_codec(), "a,b,c\n1,2,3\n4,\"5\"x,6\n", {.options = csv({true, {}}), .reads = {.value = reads}});
  CHECK(decoded.records == Texts{R"({"a":"1","c":"3"})"});
  CHECK(decoded.errors.size() == 1);
}

TEST_CASE("csv finds fields of wide records by name") {
  std::string names;
  std::string values;
  for (int column = 0; column < 40; ++column) {
    names += (column == 0 ? "column" : ",column") + std::to_string(column);
    values += (column == 0 ? "v" : ",v") + std::to_string(column);
  }
  const DecoderPlan plan = decoder_of(csv_codec(), csv({true, {}}));
  Context context;
  const auto framer = plan.make_framer();
  const auto decoder = plan.make(context, {.value = Projection::everything()});
  Output output({.step = "source"});
  for (Batch& block : blocks_of(names + "\n" + values + "\n" + values + "\n", *framer, 1000, 1000))
    CHECK(decoder->process(0, block, output) == Progress::done);
  output.finish_building();
  const std::vector<Batch> batches = output.take(0);
  CHECK(find(batches[0].value(1), "column33")->as_text() == "v33");
  CHECK(find(batches[0].value(1), "column40") == nullptr);
}

TEST_CASE("csv knows the header of each partition") {
  const DecoderPlan plan = decoder_of(csv_codec(), csv({true, {}}));
  Context context;
  const auto decoder = plan.make(context, {.value = Projection::everything()});
  Output output({.step = "source"});
  Decoded decoded;
  const auto feed = [&](const char* file, std::string_view bytes, std::size_t offset) {
    const auto framer = plan.make_framer();
    Batch block = std::move(blocks_of(bytes, *framer, 1000, 1000).front());
    block.set_partition(std::make_shared<const PartitionName>(PartitionName{file, 0}));
    block.set_place(0, {offset, offset + 1});
    CHECK(decoder->process(0, block, output) == Progress::done);
    drain(output, decoded);
  };
  feed("one", "a\n1\n", 0);
  feed("two", "b\n2\n", 0);
  feed("one", "3\n", 4);
  CHECK(decoded.records == Texts{R"({"a":"1"})", R"({"b":"2"})", R"({"a":"3"})"});
}

TEST_CASE("csv encodes the columns, with quotes where they must be") {
  const Encoded encoded = encode({R"({"b":"x","a":1,"c":true})", R"({"a":"1,5","b":"say \"hi\""})",
                                  R"({"a":[1,"y"],"b":"two\nlines"})", R"(["p",null])", "7", "[1]", R"({"a":1.50})"},
                                 csv({true, {}}, Texts{"a", "b"}));
  CHECK(encoded.bytes == "a,b\n1,x\n\"1,5\",\"say \"\"hi\"\"\"\n\"[1,\"\"y\"\"]\",\"two\nlines\"\np,\n1.50,\n");
  CHECK(encoded.faults == Texts{"no record of a CSV: expected an object or an array",
                                "no record of this CSV: found 1 items, expected 2 as in `columns`"});
  CHECK(encode({R"({"a":1})"}, csv({false, {}}, Texts{"a"})).bytes == "1\n");
  CHECK(encode({R"({"a":null})"}, csv({true, {"the, a"}}, Texts{"a"})).bytes == "\"the, a\"\n\"\"\n");
  CHECK(encode({"[1,2,3]", "[]", "{}"}, csv({false, {}})).bytes == "1,2,3\n\"\"\n");
  CHECK(encode({"[\"\xEF\xBB\xBFx\"]"}, csv({false, {}})).bytes == "\"\xEF\xBB\xBFx\"\n");
}

TEST_CASE("csv reads of a record what its columns name") {
  const EncoderPlan plan = *csv_codec().plan_encoder(csv({true, {}}, Texts{"a", "b"}));
  CHECK_FALSE(plan.reads.whole);
  CHECK(plan.reads.fields.size() == 2);
  CHECK((*csv_codec().plan_encoder(csv({false, {}}))).reads.whole);
}

TEST_CASE("options of csv that cannot be are faults") {
  const auto messages = [](const auto& plan) {
    Texts texts;
    if (!plan.ok())
      for (const OptionFault& fault : plan.error()) texts.push_back(fault.option + ": " + fault.message);
    return texts;
  };
  for (const std::string delimiter : {"", ",,", "\"", "\n", "\xC3\xA9"})
    CHECK(messages(csv_codec().plan_decoder(csv({true, {}}, delimiter), 1)) ==
          Texts{"delimiter: a delimiter is one character of ASCII, and no quote or line end"});
  CHECK(messages(csv_codec().plan_decoder(csv({true, {}}, Texts{"a"}), 1)) ==
        Texts{"columns: `columns` belongs to sinks"});
  CHECK(messages(csv_codec().plan_encoder(csv({true, {}}))) == Texts{": a CSV that is written needs `columns`"});
  CHECK(messages(csv_codec().plan_encoder(csv({true, {"x"}}, Texts{"a", "b"}))) ==
        Texts{"header: `header` names another number of columns than `columns`"});
}

TEST_CASE("a record that is too long is passed over as far as its quotes say, in pieces of any size") {
  const Texts records = {"a,b\n",         "\n",         "\"a\nb\",c\r\n", "a\"b,\"c\n\"\"\n\"\n", "\"a\"b,\"c\n",
                         "\"a\"\r,\"c\n", "\"\",\"\"\n"};
  const auto framer = decoder_of(csv_codec(), csv({true, {}})).make_framer();
  for (const std::string& record : records)
    for (const std::size_t piece : {1, 2, 1000}) {
      INFO(record << " in pieces of " << piece);
      const std::string text = record + "next,\"one\"\n";
      CHECK(framer->cut(text, 1, true).bytes == record.size());
      unsigned char state = 0;
      std::size_t passed = 0;
      for (bool has_ended = false; !has_ended && passed < text.size();) {
        const auto next = framer->pass(std::string_view(text).substr(passed, piece), state);
        passed += next.bytes;
        has_ended = next.has_ended;
      }
      CHECK(passed == record.size());
    }
}

TEST_CASE("a record that is too long has not ended as long as a quote is open") {
  const auto framer = decoder_of(csv_codec(), csv({true, {}})).make_framer();
  unsigned char state = 0;
  const auto passed = framer->pass("a,\"b\nc\n", state);
  CHECK(passed.bytes == 7);
  CHECK_FALSE(passed.has_ended);
}
