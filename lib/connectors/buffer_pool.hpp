#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace flowrun {

/// Room for bytes that are read, aligned to 64, with bytes behind it that decoders may look at (JsonReader::padding).
struct Buffer {
  explicit Buffer(std::size_t bytes);
  ~Buffer();
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  char* const data;
  const std::size_t capacity;
};

/// Buffers of one size that go round between a source and the batches that point into them, which may end on another
/// thread. Fresh memory of that size would come from the system each time, and cost more than reading into it.
class BufferPool : public std::enable_shared_from_this<BufferPool> {
 public:
  /// Small enough to stay in the cache until its records have been decoded.
  static constexpr std::size_t buffer_bytes = 128 * 1024;

  /// A buffer of at least `bytes`. It comes back by itself when its last owner lets it go.
  std::shared_ptr<Buffer> take(std::size_t bytes = buffer_bytes);

  /// How many buffers the system was asked for.
  std::size_t made() const;

 private:
  void give_back(std::unique_ptr<Buffer> buffer);

  static constexpr std::size_t most_kept = 16;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Buffer>> free_;
  std::size_t made_ = 0;
};

}  // namespace flowrun
