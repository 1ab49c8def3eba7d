#include "record/arena.hpp"

#include <mutex>
#include <new>
#include <utility>

namespace flowrun {
namespace {

// Blocks of the usual size go round between batches and threads; a lock is taken per block, never per record.
class BlockPool {
 public:
  char* take() {
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        char* const block = free_.back();
        free_.pop_back();
        return block;
      }
    }
    return static_cast<char*>(::operator new(Arena::block_bytes));
  }
  void give_back(char* block) {
    {
      const std::lock_guard lock(mutex_);
      if (free_.size() < most_kept) {
        free_.push_back(block);
        return;
      }
    }
    ::operator delete(block);
  }

 private:
  static constexpr std::size_t most_kept = 256;
  std::mutex mutex_;
  std::vector<char*> free_;
};

BlockPool& pool() {
  static auto* const blocks = new BlockPool;  // never destroyed: arenas of other threads may outlive main
  return *blocks;
}

}  // namespace

Arena::~Arena() {
  while (!blocks_.empty()) give_back_last();
  if (spare_ != nullptr) pool().give_back(spare_);
}

void* Arena::allocate_slowly(std::size_t bytes) {
  if (bytes > block_bytes) {
    // A giant takes a block of its own; what was left of the current one is not used.
    auto* const giant = static_cast<char*>(::operator new(bytes));
    blocks_.push_back({giant, bytes});
    bytes_ += bytes;
    next_ = end_ = giant + bytes;
    return giant;
  }
  char* const block = spare_ != nullptr ? std::exchange(spare_, nullptr) : pool().take();
  blocks_.push_back({block, block_bytes});
  bytes_ += block_bytes;
  next_ = block + bytes;
  end_ = block + block_bytes;
  return block;
}

void Arena::give_back_last() {
  const Block block = blocks_.back();
  blocks_.pop_back();
  bytes_ -= block.bytes;
  if (block.bytes != block_bytes)
    ::operator delete(block.start);
  else if (spare_ == nullptr)
    spare_ = block.start;
  else
    pool().give_back(block.start);
}

void Arena::give_back_blocks(Mark mark) {
  while (!blocks_.empty() && blocks_.back().end() != mark.end) {
    if (blocks_.size() == 1 && blocks_.back().bytes == block_bytes) {
      // Whoever marks and rewinds an empty arena over and over finds this block the next time.
      next_ = blocks_.back().start;
      end_ = blocks_.back().end();
      return;
    }
    give_back_last();
  }
  next_ = mark.next;
  end_ = mark.end;
}

}  // namespace flowrun
