#include "connectors/byte_sink.hpp"

#include <utility>

namespace flowrun {
namespace {

// Large enough that a write costs little, small enough to be still in the cache when it is written.
constexpr std::size_t block_bytes = 128 * 1024;

}  // namespace

ByteSink::ByteSink(std::unique_ptr<Encoder> encoder, BlockQueue& queue) : encoder_(std::move(encoder)), queue_(queue) {}

Progress ByteSink::write(Batch& batch, Output& rejected) {
  while (!batch.empty()) {
    if (rejected.full()) return Progress::more;
    if (block_.size() >= block_bytes && flush() == Progress::more) return Progress::more;
    if (block_.capacity() == 0) block_ = queue_.recycled();
    if (block_.capacity() < block_bytes) block_.reserve(block_bytes + block_bytes / 8);
    batch.drop_front(encoder_->encode(batch, 0, block_bytes, block_, rejected));
  }
  return Progress::done;
}

Progress ByteSink::flush() {
  if (block_.empty()) return Progress::done;
  if (!queue_.has_room()) return Progress::more;
  queue_.put(std::exchange(block_, std::string()));
  return Progress::done;
}

}  // namespace flowrun
