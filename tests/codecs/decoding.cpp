#include "codecs/decoding.hpp"

#include <algorithm>
#include <cstring>

namespace flowrun {
namespace {

std::string text_of(const Value& value) { return std::string(value.as_text()); }

std::string printed(const Value& value) {
  std::string text;
  write_json(value, text);
  return text;
}

std::string error_line(const Value& error) {
  const Value& meta = *find(error, "meta");
  const auto number = [&](std::string_view name) {
    const Value* const found = find(meta, name);
    return found != nullptr ? std::to_string(found->as_integer()) : "-";
  };
  return number("offset") + ":" + number("line") + " " + text_of(*find(error, "raw")) + ": " +
         text_of(*find(error, "message"));
}

Batch block(std::string_view bytes, Place place, const std::shared_ptr<const PartitionName>& partition) {
  Batch batch;
  auto memory = std::make_shared<std::string>(bytes);
  memory->append(JsonReader::padding, '"');  // what stands behind must not matter
  const Batch::Row row = batch.append(Value());
  batch.set_raw(row, {memory->data(), bytes.size()});
  batch.set_place(row, place);
  batch.set_partition(partition);
  batch.keep(std::move(memory));
  return batch;
}

}  // namespace

DecoderPlan decoder_of(const CodecEntry& entry, const Options& options) {
  return *entry.plan_decoder(options, 16 * 1024 * 1024);
}

std::vector<Batch> blocks_of(std::string_view contents, Framer& framer, std::size_t block_bytes,
                             std::size_t most_records) {
  const auto partition = std::make_shared<const PartitionName>(PartitionName{"file", 0});
  std::vector<Batch> blocks;
  Place place{0, 1};
  std::size_t buffered = std::min(block_bytes, contents.size());
  while (!contents.empty()) {
    const bool at_end = buffered == contents.size();
    const Framer::Cut cut = framer.cut(contents.substr(0, buffered), most_records, at_end);
    if (cut.bytes == 0) {
      buffered = std::min(buffered + block_bytes, contents.size());
      continue;
    }
    blocks.push_back(block(contents.substr(0, cut.bytes), place, partition));
    place.offset += cut.bytes;
    place.line += cut.lines;
    contents.remove_prefix(cut.bytes);
    buffered = std::min(std::max(block_bytes, buffered - cut.bytes), contents.size());
  }
  if (blocks.empty() && framer.cut({}, most_records, true).records > 0) blocks.push_back(block({}, place, partition));
  return blocks;
}

void drain(Output& output, Decoded& decoded) {
  output.finish_building();
  for (const Batch& batch : output.take(0))
    for (const Batch::Row row : batch.rows()) decoded.records.push_back(printed(batch.value(row)));
  for (const Batch& batch : output.take(output.errors_port()))
    for (const Batch::Row row : batch.rows()) decoded.errors.push_back(error_line(batch.value(row)));
}

Decoded decode(const CodecEntry& entry, std::string_view contents, const Decoding& decoding) {
  const DecoderPlan plan = decoder_of(entry, decoding.options);
  Context context;
  const auto framer = plan.make_framer();
  const auto decoder = plan.make(context, decoding.reads);
  Output output({.step = "source", .errors_read = true, .capacity = 1});
  Decoded decoded;
  for (Batch& batch : blocks_of(contents, *framer, decoding.block_bytes, decoding.most_records)) {
    while (decoder->process(0, batch, output) == Progress::more) drain(output, decoded);
    drain(output, decoded);
  }
  return decoded;
}

Batch batch_of(const std::vector<std::string>& texts) {
  Batch batch;
  JsonReader reader;
  for (const std::string& text : texts) batch.append(*reader.read(text, batch.arena()));
  return batch;
}

}  // namespace flowrun
