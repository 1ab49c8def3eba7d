#pragma once

#include <cstddef>
#include <vector>

#include "runtime/channel.hpp"
#include "runtime/outlet.hpp"

namespace flowrun {

/// An edge to one task: of the same worker, or of the only one.
class DirectOutlet final : public Outlet {
 public:
  explicit DirectOutlet(Channel& channel) : channel_(channel) {}
  bool has_room() override { return channel_.has_room(); }
  void send(Batch&& batch) override { channel_.push({std::move(batch)}); }
  void send(const Control& control) override { channel_.push(to_item(control)); }

 private:
  Channel& channel_;
};

/// Whole batches to all workers in turn, past those without room.
class RoundRobinExchange final : public Outlet {
 public:
  /// Begins with the channel of number `first`.
  RoundRobinExchange(std::vector<Channel*> channels, std::size_t first)
      : channels_(std::move(channels)), next_(first) {}
  bool has_room() override;
  void send(Batch&& batch) override;
  void send(const Control& control) override;

 private:
  std::vector<Channel*> channels_;
  std::size_t next_;
};

/// Each record to the worker of its group: hash modulo their number. A record goes by a copy into the batch that is being
/// gathered for its worker; where a quarter of a batch or more goes to one worker, that one shares it instead.
/// Each record crosses with the sender's watermark before it.
class GroupExchange final : public Outlet {
 public:
  explicit GroupExchange(const std::vector<Channel*>& channels);
  bool has_room() override;
  void send(Batch&& batch) override;
  void send(const Control& control) override;
  bool flush() override;

 private:
  /// Batches that may come before what is gathered is sent on, however little.
  static constexpr std::size_t most_gathered = 16;

  struct Destination {
    Channel* channel;
    Batch gathered;
    Time watermark = beginning_of_time;  // of the receiver, once it has read what is gathered
    std::vector<Batch::Row> rows;        // of the batch at hand
  };

  void deal(const Batch& batch);
  void gather(const Batch& batch, Destination& destination);
  bool flush(Destination& destination);

  std::vector<Destination> destinations_;
  std::size_t batches_gathered_ = 0;
  bool is_idle_ = false;  // as told
};

}  // namespace flowrun
