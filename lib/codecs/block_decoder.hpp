#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "component/operator.hpp"
#include "component/registry.hpp"

namespace flowrun {

/// The frame of all decoders: takes blocks of whole records apart, with the columns that are read, yields where the
/// output is full, and rejects rows that the source could not read.
class BlockDecoder : public Operator {
 public:
  explicit BlockDecoder(const ReadSet& reads) : reads_(reads) {}

  Progress process(InputIndex input, Batch& batch, Output& output) final;

 protected:
  /// What is left of a block: whole records, and where the first of them begins.
  struct Block {
    std::string_view bytes;
    Place place;
    std::shared_ptr<const PartitionName> partition;
  };

  /// A block begins, at its first record; what stands before that may be skipped.
  virtual void begin(Block& block) { static_cast<void>(block); }
  /// Takes the first record off `block` (`skip`) and appends its value to `out`, rejects it, or does neither where it is
  /// no record (a blank line). `out` has room for a row.
  virtual void decode(Block& block, Batch& out, Output& output) = 0;

  /// Passes over the first `bytes` bytes, which hold `lines` newlines.
  static void skip(Block& block, std::size_t bytes, std::size_t lines) {
    block.bytes.remove_prefix(bytes);
    block.place.offset += bytes;
    if (block.place.line != 0) block.place.line += lines;  // 0: not known
  }
  /// Appends the record `raw` at the front of `block` (before it is skipped).
  void append(const Value& value, const Block& block, std::string_view raw, Batch& out) const {
    const Batch::Row row = out.append(value);
    if (places_read()) out.set_place(row, block.place);
    if (reads_.raw) out.set_raw(row, raw);
  }
  static void reject(std::string_view message, const Block& block, std::string_view raw, Output& output);

  const ReadSet& reads() const { return reads_; }

 private:
  bool places_read() const { return reads_.meta || reads_.raw; }
  bool expand(const Batch& batch, Output& output);

  ReadSet reads_;
  Block block_;
  bool open_ = false;  // `block_` is the first row of the batch that comes again
};

}  // namespace flowrun
