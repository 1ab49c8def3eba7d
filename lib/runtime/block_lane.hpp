#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "component/sink.hpp"
#include "runtime/bell.hpp"

namespace flowrun {

/// The way of one worker's sink to the writer of its resource: blocks in order, with the seals of epochs between them. The
/// worker's thread puts, the I/O thread takes. Each lane has a bound of its own, so that one worker's blocks of the next
/// epoch, which the writer holds back, never keep another worker from sealing this one.
class BlockLane final : public BlockQueue {
 public:
  struct Seal {};
  using Entry = std::variant<std::string, Seal>;

  BlockLane(std::size_t most_bytes, Bell& worker, Bell& io) : most_bytes_(most_bytes), worker_(worker), io_(io) {}

  bool has_room() override;
  void put(std::string block) override;
  std::string recycled() override;
  /// All that was put belongs to the epoch whose mark came.
  void seal() { push(Seal{}); }

  /// For the I/O thread.
  std::optional<Entry> take();
  /// The block that was taken is written; its memory can be used again.
  void written(std::string block);

 private:
  void push(Entry entry);

  static constexpr std::size_t most_spare = 4;

  const std::size_t most_bytes_;
  Bell& worker_;
  Bell& io_;
  std::mutex mutex_;
  std::deque<Entry> entries_;
  std::vector<std::string> spare_;
  std::size_t bytes_ = 0;  // put and not yet written
  bool worker_waits_ = false;
};

}  // namespace flowrun
