#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace flowrun {

/// Memory that is given out piece by piece and taken back all at once, in blocks from a pool of the process.
/// One thread at a time; what it gave out lives until clear, a rewind before it, or its end.
class Arena {
 public:
  Arena() = default;
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  static constexpr std::size_t block_bytes = 64 * 1024;

  /// `bytes` of memory, aligned to 8.
  void* allocate(std::size_t bytes) {
    bytes = (bytes + 7) & ~std::size_t{7};
    if (bytes > static_cast<std::size_t>(end_ - next_)) [[unlikely]]
      return allocate_slowly(bytes);
    void* const start = next_;
    next_ += bytes;
    return start;
  }
  template <class T>
  T* allocate_array(std::size_t count) {
    static_assert(alignof(T) <= 8);
    return static_cast<T*>(allocate(count * sizeof(T)));
  }
  /// A copy of `text` that lives as long as the arena.
  std::string_view copy(std::string_view text) {
    char* const start = static_cast<char*>(allocate(text.size()));
    if (!text.empty()) std::memcpy(start, text.data(), text.size());
    return {start, text.size()};
  }
  /// Grows what was allocated last in its place from `old_bytes` to `new_bytes`; false where that is not possible.
  bool extend(void* start, std::size_t old_bytes, std::size_t new_bytes) {
    old_bytes = (old_bytes + 7) & ~std::size_t{7};
    new_bytes = (new_bytes + 7) & ~std::size_t{7};
    if (static_cast<char*>(start) + old_bytes != next_ ||
        new_bytes - old_bytes > static_cast<std::size_t>(end_ - next_))
      return false;
    next_ += new_bytes - old_bytes;
    return true;
  }

  /// A point to rewind to: all that is allocated after it is taken back.
  struct Mark {
    char* next;
    char* end;  // of the block, which tells it from all others; null: there was none
  };
  Mark mark() const { return {next_, end_}; }
  void rewind(Mark mark) {
    if (end_ == mark.end) [[likely]]
      next_ = mark.next;
    else
      give_back_blocks(mark);
  }
  /// A first block of the usual size is kept, ready to be used again.
  void clear() { rewind({nullptr, nullptr}); }

  /// Bytes held from the pool or the system.
  std::size_t bytes() const { return bytes_; }

 private:
  struct Block {
    char* start;
    std::size_t bytes;

    char* end() const { return start + bytes; }
  };
  void* allocate_slowly(std::size_t bytes);
  void give_back_blocks(Mark mark);
  void give_back_last();

  char* next_ = nullptr;
  std::vector<Block> blocks_;
  char* end_ = nullptr;    // not beside next_: both at once would have to wait for a store to next_ alone
  char* spare_ = nullptr;  // one block kept over a rewind, so that a scratch arena does not go to the pool per record
  std::size_t bytes_ = 0;
};

}  // namespace flowrun
