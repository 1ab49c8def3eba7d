#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

namespace flowrun::state {

/// Memory for pieces of a few dozen to a thousand bytes that come and go: given out from chunks, taken back into lists
/// by size. Larger pieces go to the system. When all have been taken back it keeps one small chunk. One thread.
class EntryPool {
 public:
  EntryPool() = default;
  EntryPool(const EntryPool&) = delete;
  EntryPool& operator=(const EntryPool&) = delete;

  /// Aligned to 8.
  void* allocate(std::size_t bytes);
  /// `bytes` as it was allocated.
  void release(void* piece, std::size_t bytes);
  /// Takes back all pieces at once but those above `most_pooled`, which must have been released. Keeps its chunks.
  void clear();

  /// Bytes given out.
  std::size_t bytes() const { return bytes_; }

  static constexpr std::size_t most_pooled = 1024;

 private:
  static constexpr std::size_t step = 16;
  struct Chunk {
    std::unique_ptr<char[]> memory;
    std::size_t bytes;
  };
  struct Free {
    Free* next;
  };
  void* allocate_from_chunk(std::size_t bytes);

  std::vector<Chunk> chunks_;
  std::size_t current_ = 0;  // the chunk that pieces are cut from
  std::size_t used_ = 0;     // of that chunk
  std::array<Free*, most_pooled / step + 1> free_{};
  std::size_t bytes_ = 0;
};

}  // namespace flowrun::state
