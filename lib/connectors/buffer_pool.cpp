#include "connectors/buffer_pool.hpp"

#include <cstring>
#include <new>
#include <utility>

#include "record/json.hpp"

namespace flowrun {
namespace {

constexpr std::align_val_t alignment{64};

char* new_room(std::size_t bytes) {
  auto* const room = static_cast<char*>(::operator new(bytes + JsonReader::padding, alignment));
  std::memset(room + bytes, 0, JsonReader::padding);
  return room;
}

}  // namespace

Buffer::Buffer(std::size_t bytes) : data(new_room(bytes)), capacity(bytes) {}

Buffer::~Buffer() { ::operator delete(data, alignment); }

std::shared_ptr<Buffer> BufferPool::take(std::size_t bytes) {
  std::unique_ptr<Buffer> buffer;
  {
    const std::lock_guard lock(mutex_);
    if (bytes > buffer_bytes || free_.empty()) {
      ++made_;
    } else {
      buffer = std::move(free_.back());
      free_.pop_back();
    }
  }
  if (buffer == nullptr) buffer = std::make_unique<Buffer>(bytes > buffer_bytes ? bytes : buffer_bytes);
  return {buffer.release(),
          [pool = shared_from_this()](Buffer* returned) { pool->give_back(std::unique_ptr<Buffer>(returned)); }};
}

std::size_t BufferPool::made() const {
  const std::lock_guard lock(mutex_);
  return made_;
}

void BufferPool::give_back(std::unique_ptr<Buffer> buffer) {
  if (buffer->capacity != buffer_bytes) return;
  const std::lock_guard lock(mutex_);
  if (free_.size() < most_kept) free_.push_back(std::move(buffer));
}

}  // namespace flowrun
