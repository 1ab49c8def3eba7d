#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "codecs/decoding.hpp"
#include "record/group.hpp"
#include "record/json.hpp"

// The first byte of an input chooses the check, the rest is what is decoded. Every disagreement ends the program.
namespace {

using namespace flowrun;

void require(bool holds, const char* claim, std::string_view input) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n%.*s\n", claim, static_cast<int>(input.size()), input.data());
  std::abort();
}

std::string printed(const Value& value) {
  std::string text;
  write_json(value, text);
  return text;
}

// Where nlohmann's parser and ours may differ: it takes a byte order mark and ends at a NUL; it refuses numbers beyond
// doubles and, as we do not, a low surrogate alone.
bool may_differ(std::string_view text) {
  return text.starts_with("\xEF") || text.find('\0') != text.npos || text.find_first_of("eE") != text.npos ||
         text.size() > 300 || text.find("\\uD") != text.npos || text.find("\\ud") != text.npos;
}

void check_json(std::string_view text) {
  Projection two_fields;
  two_fields.field("a").merge(Projection::everything());
  two_fields.field("b").field("c").merge(Projection::everything());
  Arena arena;
  JsonReader reader;
  const auto whole = reader.read(text, arena);

  std::string padded(text);
  padded.append(JsonReader::padding, ']');
  const std::string_view in_place(padded.data(), text.size());
  JsonReader partial_reader(two_fields);
  require(partial_reader.read_in_place(in_place, arena).ok() == whole.ok(), "in projection as whole", text);
  if (text.find('\n') == text.npos && text.find_first_not_of(" \t\r") != text.npos) {
    reader.begin_lines(in_place);
    require(reader.read_line(in_place, arena).ok() == whole.ok(), "as a line as alone", text);
  }
  if (!may_differ(text)) require(nlohmann::json::accept(text) == whole.ok(), "as the oracle", text);
  if (!whole.ok()) return require(whole.error().offset <= text.size(), "a fault is in the text", text);

  const std::string once = printed(*whole);
  const auto again = reader.read(once, arena);
  require(again.ok() && compare(*again, *whole) == 0, "printed and read again it is equal", text);
  require(printed(*again) == once, "printed again it is the same", text);
  std::string group;
  encode_group(*whole, group);
  require(compare(decode_group(group, arena), *whole) == 0, "its group is equal", text);
}

void check_same(const Decoded& left, const Decoded& right, const char* claim, std::string_view contents) {
  require(left.records == right.records && left.errors == right.errors, claim, contents);
}

// Whatever the blocks are, the records and errors are the same.
void check_blocks(const CodecEntry& codec, std::string_view contents, const Options& options) {
  const Decoded whole = decode(codec, contents, {.options = options, .block_bytes = 1 << 20});
  check_same(decode(codec, contents, {.options = options, .block_bytes = 1}), whole, "in small blocks", contents);
  check_same(decode(codec, contents, {.options = options, .block_bytes = 64, .most_records = 2}), whole,
             "two at a time", contents);
}

// What was decoded, encoded and decoded again is the same.
void check_round_trip(const CodecEntry& codec, std::string_view contents, const Options& options) {
  const Decoded decoded = decode(codec, contents, {.options = options});
  Context context;
  Output rejected({.step = "sink"});
  std::string bytes;
  const auto encoder = (*codec.plan_encoder(options)).make(context, false);
  for (const std::string& record : decoded.records)
    encoder->encode(batch_of({record}), 0, bytes.size() + 1, bytes, rejected);
  const Decoded again = decode(codec, bytes, {.options = options});
  require(again.errors.empty() && again.records == decoded.records, "encoded and decoded again", contents);
}

Options csv_without_header() {
  Options options;
  options.set("header", Columns{false, {}});
  options.set("delimiter", std::string(1, ','));
  return options;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view contents(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      check_json(contents);
      break;
    case 1:
      check_blocks(json_codec(), contents, {});
      check_round_trip(json_codec(), contents, {});
      break;
    case 2:
      check_blocks(csv_codec(), contents, csv_without_header());
      check_round_trip(csv_codec(), contents, csv_without_header());
      break;
    default:
      check_blocks(lines_codec(), contents, {});
      break;
  }
  return 0;
}
