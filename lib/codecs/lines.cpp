#include <fmt/format.h>

#include "base/utf8.hpp"
#include "codecs/block_decoder.hpp"
#include "codecs/codecs.hpp"
#include "codecs/line_framer.hpp"
#include "codecs/text_encoder.hpp"

namespace flowrun {
namespace {

class LinesDecoder final : public BlockDecoder {
 public:
  using BlockDecoder::BlockDecoder;

 protected:
  void decode(Block& block, Batch& out, Output& output) override {
    const Line line = first_line(block.bytes);
    if (const std::size_t valid = valid_utf8(line.text); valid == line.text.size())
      append(Value::padded_text(line.text.data(), line.text.size()), block, line.text, out);
    else
      reject(fmt::format("not UTF-8, at byte {}", valid + 1), block, line.text, output);
    skip(block, line.bytes, 1);
  }
};

}  // namespace

CodecEntry lines_codec() {
  CodecEntry entry;
  entry.spec.kind = ComponentKind::codec;
  entry.spec.name = "lines";
  entry.spec.summary = "A text a line; other values leave as JSON";
  entry.spec.can_reject = true;
  entry.spec.example = "source: { file: { path: access.log }, decode: lines }";
  entry.plan_decoder = [](const Options&, std::int64_t) -> Result<DecoderPlan, OptionFaults> {
    DecoderPlan plan;
    plan.make_framer = [] { return std::make_unique<LineFramer>(); };
    plan.make = [](Context&, const ReadSet& reads) { return std::make_unique<LinesDecoder>(reads); };
    return plan;
  };
  entry.plan_encoder = [](const Options&) -> Result<EncoderPlan, OptionFaults> {
    EncoderPlan plan;
    plan.make = [](Context&, bool) { return std::make_unique<TextEncoder>("\n"); };
    return plan;
  };
  return entry;
}

}  // namespace flowrun
