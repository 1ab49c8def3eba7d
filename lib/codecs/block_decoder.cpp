#include "codecs/block_decoder.hpp"

namespace flowrun {

Progress BlockDecoder::process(InputIndex, Batch& batch, Output& output) {
  while (!batch.empty()) {
    const Batch::Row row = batch.rows().front();
    if (!open_) {
      block_ = {batch.raw(row), batch.place(row), batch.partition()};
      open_ = true;
      if (!batch.value(row).is_text()) begin(block_);
    }
    if (output.full()) return Progress::more;
    if (batch.value(row).is_text()) {
      reject(batch.value(row).as_text(), block_, block_.bytes, output);
    } else if (!expand(batch, output)) {
      return Progress::more;
    }
    open_ = false;
    batch.drop_front(1);
  }
  return Progress::done;
}

// Decodes what is left of the block; false where the output is full before its end. A block without bytes is a record.
bool BlockDecoder::expand(const Batch& batch, Output& output) {
  do {
    if (output.full()) return false;
    Batch& out = output.building();
    if (out.stored() == 0) {
      out.set_partition(batch.partition());
      // The value of a block is how many records it has at most.
      out.reserve(static_cast<std::size_t>(batch.value(batch.rows().front()).as_integer()));
    }
    out.keep_memory_of(batch);
    const std::size_t before = block_.bytes.size();
    do decode(block_, out, output);
    while (!block_.bytes.empty() && !out.full() && !output.full());
    out.add_kept_bytes(before - block_.bytes.size());
  } while (!block_.bytes.empty());
  return true;
}

void BlockDecoder::reject(std::string_view message, const Block& block, std::string_view raw, Output& output) {
  Batch rejected;
  const Batch::Row row = rejected.append(Value());
  rejected.set_raw(row, raw);
  rejected.set_place(row, block.place);
  rejected.set_partition(block.partition);
  output.reject(rejected, row, RejectKind::decode, message);
}

}  // namespace flowrun
