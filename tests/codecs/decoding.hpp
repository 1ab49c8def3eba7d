#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codecs/codecs.hpp"
#include "record/json.hpp"

namespace flowrun {

/// What a decoder makes of the contents of a file.
struct Decoded {
  std::vector<std::string> records;  // as JSON
  std::vector<std::string> errors;   // `offset:line raw: message`
};

struct Decoding {
  Options options;
  ReadSet reads = {.value = Projection::everything()};
  std::size_t block_bytes = 64 * 1024;  // what a source has in its buffer at most, if records are not longer
  std::size_t most_records = 1024;
};

/// The plan of a codec's decoder; its options must be right.
DecoderPlan decoder_of(const CodecEntry& entry, const Options& options);

/// Frames and decodes `contents` as a source and a runtime would: a buffer at a time, the output emptied when it is full.
Decoded decode(const CodecEntry& entry, std::string_view contents, const Decoding& decoding = {});

/// Frames `contents` into blocks, each in memory of its own with padding behind.
std::vector<Batch> blocks_of(std::string_view contents, Framer& framer, std::size_t block_bytes,
                             std::size_t most_records);

/// All that is in the output, and what was rejected, in order.
void drain(Output& output, Decoded& decoded);

/// The values of JSON texts as one batch.
Batch batch_of(const std::vector<std::string>& texts);

}  // namespace flowrun
