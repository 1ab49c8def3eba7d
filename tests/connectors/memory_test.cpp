#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>
#include <malloc.h>
#include <new>

#include "connectors/block_reader.hpp"
#include "connectors/framers.hpp"

namespace {

// Of aligned memory, which is mostly that of buffers.
std::size_t held = 0;
std::size_t most_held = 0;

}  // namespace

void* operator new(std::size_t bytes, std::align_val_t alignment) {
  const auto unit = static_cast<std::size_t>(alignment);
  void* const memory = std::aligned_alloc(unit, (bytes + unit - 1) / unit * unit);
  if (memory == nullptr) throw std::bad_alloc();
  held += ::malloc_usable_size(memory);
  most_held = std::max(most_held, held);
  return memory;
}

void operator delete(void* memory, std::align_val_t) noexcept {
  held -= ::malloc_usable_size(memory);
  std::free(memory);
}

void operator delete(void* memory, std::size_t, std::align_val_t alignment) noexcept {
  operator delete(memory, alignment);
}

using namespace flowrun;

namespace {

// A line of `length` bytes, and a short one.
class LongLine final : public ByteInput {
 public:
  explicit LongLine(std::size_t length) : left_(length) {}

  Bytes read(std::span<char> room) override {
    if (ended_) return {0, true};
    const std::size_t count = std::min(room.size(), left_);
    std::memset(room.data(), 'x', count);
    left_ -= count;
    if (count > 0) return {count, false};
    ended_ = true;
    const std::string_view rest = "\nnext\n";
    std::memcpy(room.data(), rest.data(), std::min(rest.size(), room.size()));
    return {std::min(rest.size(), room.size()), false};
  }

 private:
  std::size_t left_;
  bool ended_ = false;
};

}  // namespace

TEST_CASE("a line of 100 MB takes no more memory than max_record and a half") {
  constexpr std::size_t max_record = 16 * 1024 * 1024;
  most_held = held;
  const std::size_t before = held;
  BlockReader blocks({std::make_unique<LongLine>(100'000'000), std::make_unique<LineFramer>(), max_record,
                      std::make_shared<BufferPool>(), std::make_shared<PartitionName>(), Place{0, 1}});
  std::vector<std::string> rows;
  for (Partition::Read outcome = Partition::Read::more; outcome != Partition::Read::end;) {
    Batch batch;
    outcome = blocks.read(batch, 1'000'000);
    for (const Batch::Row row : batch.rows())
      rows.push_back(batch.value(row).is_text() ? std::string(batch.value(row).as_text())
                                                : std::string(batch.raw(row)));
  }
  CHECK(rows == std::vector<std::string>{"the record is longer than 16777216 bytes (max_record)", "next\n"});
  CHECK(most_held - before < max_record * 3 / 2 + 1024 * 1024);
}
