#include "record/json.hpp"

#include <fmt/format.h>

#include "base/utf8.hpp"
#include "codecs/block_decoder.hpp"
#include "codecs/codecs.hpp"
#include "codecs/line_framer.hpp"

namespace flowrun {
namespace {

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == line.npos; }

class JsonDecoder final : public BlockDecoder {
 public:
  explicit JsonDecoder(const ReadSet& reads) : BlockDecoder(reads), reader_(reads.value) {}

 protected:
  void begin(Block& block) override {
    if (block.place.offset == 0 && block.bytes.starts_with(byte_order_mark)) skip(block, byte_order_mark.size(), 0);
    reader_.begin_lines(block.bytes);
  }

  void decode(Block& block, Batch& out, Output& output) override {
    const Line line = first_line(block.bytes);
    const std::string_view text = line.text;
    if (!text.empty() && (text.front() > ' ' || !is_blank(text))) {
      const auto value = reader_.read_line(text, out.arena());
      if (value.ok())
        append(*value, block, text, out);
      else
        reject(fmt::format("not JSON: {}, at byte {}", value.error().message, value.error().offset + 1), block, text,
               output);
    }
    skip(block, line.bytes, 1);
  }

 private:
  JsonReader reader_;
};

class JsonEncoder final : public Encoder {
 public:
  explicit JsonEncoder(bool raw_stands_for_value) : raw_stands_for_value_(raw_stands_for_value) {}

  std::size_t encode(const Batch& batch, std::size_t first, std::size_t most_bytes, std::string& out,
                     Output&) override {
    const auto rows = batch.rows();
    std::size_t next = first;
    for (; next < rows.size() && out.size() < most_bytes; ++next) {
      const std::string_view raw = raw_stands_for_value_ ? batch.raw(rows[next]) : std::string_view();
      if (raw.data() != nullptr)
        out.append(raw);
      else
        write_json(batch.value(rows[next]), out);
      out.push_back('\n');
    }
    return next - first;
  }

 private:
  bool raw_stands_for_value_;
};

}  // namespace

CodecEntry json_codec() {
  CodecEntry entry;
  entry.spec.kind = ComponentKind::codec;
  entry.spec.name = "json";
  entry.spec.summary = "One JSON value a line";
  entry.spec.can_reject = true;
  entry.spec.example = "source: { file: { path: orders.jsonl }, decode: json }";
  entry.plan_decoder = [](const Options&, std::int64_t) -> Result<DecoderPlan, OptionFaults> {
    DecoderPlan plan;
    plan.make_framer = [] { return std::make_unique<LineFramer>(); };
    plan.make = [](Context&, const ReadSet& reads) { return std::make_unique<JsonDecoder>(reads); };
    return plan;
  };
  entry.plan_encoder = [](const Options&) -> Result<EncoderPlan, OptionFaults> {
    EncoderPlan plan;
    plan.make = [](Context&, bool raw_stands_for_value) { return std::make_unique<JsonEncoder>(raw_stands_for_value); };
    plan.can_reject = false;
    return plan;
  };
  return entry;
}

}  // namespace flowrun
