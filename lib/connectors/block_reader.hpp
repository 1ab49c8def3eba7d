#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "component/codec.hpp"
#include "component/source.hpp"
#include "connectors/buffer_pool.hpp"
#include "connectors/byte_input.hpp"
#include "record/batch.hpp"

namespace flowrun {

/// Reads bytes into buffers and gives them in blocks of whole records, as Partition::read promises. A record that
/// reaches over the end of a buffer is carried into the next, which grows as far as `max_record` asks.
///
/// A record beyond that becomes a row that says so, and the next is the one behind its end.
class BlockReader {
 public:
  struct Setup {
    std::unique_ptr<ByteInput> input;
    std::unique_ptr<Framer> framer;
    std::size_t max_record = 0;
    std::shared_ptr<BufferPool> pool;
    std::shared_ptr<const PartitionName> name;
    Place start;  // of the first byte that `input` gives; line 0: unknown
  };
  explicit BlockReader(Setup setup);

  /// One block, of at most `most_records` records. `more` may come without a row after a long stretch without any.
  Partition::Read read(Batch& batch, std::size_t most_records);

  /// Of the first record that has not been given: offset in the (decompressed) bytes, and line.
  Place place() const { return place_; }

 private:
  bool fill();
  void make_room();
  std::size_t larger_than(std::size_t bytes) const;
  void move_to(std::shared_ptr<Buffer> buffer);
  bool give_block(Batch& batch, std::size_t most_records);
  bool give_nothing(Batch& batch);
  void give(Batch& batch, const Framer::Cut& cut);
  bool may_have_record();
  Framer::Cut cut_at_record_ends(std::string_view bytes, std::size_t most_records) const;
  Framer::Cut cut_before_too_long(const Framer::Cut& cut) const;
  bool is_too_long(std::string_view record) const;
  bool give_too_long(Batch& batch);
  void skip_unread();
  void describe(Batch& batch, Batch::Row row) const;
  void set_remainder_aside();
  void consume(std::size_t bytes, std::size_t lines);
  std::string_view unread() const;

  Setup setup_;
  Place place_;
  std::shared_ptr<Buffer> buffer_;  // null: what is unread stands in `remainder_`
  std::size_t begin_ = 0;           // of what is unread in the buffer
  std::size_t end_ = 0;
  std::string remainder_;
  std::size_t searched_ = 0;  // bytes of what is unread that are known to have no newline
  bool shared_ = false;       // batches point into the buffer, so that nothing may be read into it
  bool at_end_ = false;
  bool skipping_ = false;      // the rest of a record that was too long
  unsigned char passing_ = 0;  // what the framer knows of that
};

}  // namespace flowrun
