#include <algorithm>
#include <fmt/format.h>

#include "base/utf8.hpp"
#include "codecs/block_decoder.hpp"
#include "codecs/codecs.hpp"
#include "codecs/text_encoder.hpp"

namespace flowrun {
namespace {

// All there is, once it has ended, is one record, and be it nothing.
class WholeFramer final : public Framer {
 public:
  Cut cut(std::string_view bytes, std::size_t most_records, bool at_end) override {
    if (!at_end || most_records == 0) return {};
    return {bytes.size(), 1, static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n'))};
  }
  bool by_newline() const override { return false; }
};

class RawDecoder final : public BlockDecoder {
 public:
  using BlockDecoder::BlockDecoder;

 protected:
  void decode(Block& block, Batch& out, Output& output) override {
    const std::string_view text = block.bytes;
    if (const std::size_t valid = valid_utf8(text); valid == text.size())
      append(Value::padded_text(text.data(), text.size()), block, text, out);
    else
      reject(fmt::format("not UTF-8, at byte {}", valid + 1), block, text, output);
    skip(block, text.size(), 0);
  }
};

}  // namespace

CodecEntry raw_codec() {
  CodecEntry entry;
  entry.spec.kind = ComponentKind::codec;
  entry.spec.name = "raw";
  entry.spec.summary = "A whole file as one text; texts leave with nothing between them, other values as JSON";
  entry.spec.can_reject = true;
  entry.spec.example = "source: { file: { path: pages/*.html }, decode: raw }";
  entry.plan_decoder = [](const Options&, std::int64_t) -> Result<DecoderPlan, OptionFaults> {
    DecoderPlan plan;
    plan.make_framer = [] { return std::make_unique<WholeFramer>(); };
    plan.make = [](Context&, const ReadSet& reads) { return std::make_unique<RawDecoder>(reads); };
    plan.by_newline = false;
    return plan;
  };
  entry.plan_encoder = [](const Options&) -> Result<EncoderPlan, OptionFaults> {
    EncoderPlan plan;
    plan.make = [](Context&, bool) { return std::make_unique<TextEncoder>(""); };
    return plan;
  };
  return entry;
}

}  // namespace flowrun
