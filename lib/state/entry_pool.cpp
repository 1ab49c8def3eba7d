#include "state/entry_pool.hpp"

#include <algorithm>
#include <new>

namespace flowrun::state {
namespace {

// The first chunks are small, since most steps of a flow have few groups.
constexpr std::size_t first_chunk_bytes = 4 * 1024;
constexpr std::size_t most_chunk_bytes = 1024 * 1024;

}  // namespace

void* EntryPool::allocate(std::size_t bytes) {
  bytes_ += bytes;
  if (bytes > most_pooled) return ::operator new(bytes);
  const std::size_t list = (bytes + step - 1) / step;
  if (Free* const piece = free_[list]; piece != nullptr) {
    free_[list] = piece->next;
    return piece;
  }
  return allocate_from_chunk(list * step);
}

void* EntryPool::allocate_from_chunk(std::size_t bytes) {
  while (current_ < chunks_.size() && used_ + bytes > chunks_[current_].bytes) {
    ++current_;
    used_ = 0;
  }
  if (current_ == chunks_.size()) {
    const std::size_t size = chunks_.empty() ? first_chunk_bytes : std::min(most_chunk_bytes, chunks_.back().bytes * 2);
    chunks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
    used_ = 0;
  }
  char* const piece = chunks_[current_].memory.get() + used_;
  used_ += bytes;
  return piece;
}

void EntryPool::release(void* piece, std::size_t bytes) {
  bytes_ -= bytes;
  if (bytes > most_pooled) {
    ::operator delete(piece);
  } else {
    const std::size_t list = (bytes + step - 1) / step;
    free_[list] = ::new (piece) Free{free_[list]};
  }
  if (bytes_ == 0 && chunks_.size() > 1) {
    clear();
    chunks_.resize(1);
  }
}

void EntryPool::clear() {
  free_.fill(nullptr);
  current_ = used_ = 0;
  bytes_ = 0;
}

}  // namespace flowrun::state
