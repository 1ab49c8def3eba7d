#pragma once

#include <memory>
#include <vector>

#include "runtime/item.hpp"

namespace flowrun {

/// The sending end of an edge of the plan, on one worker.
class Outlet {
 public:
  virtual ~Outlet() = default;
  /// Asked before the step is run that sends here, not before each batch.
  virtual bool has_room() = 0;
  /// Never fails, room or not; takes the batch.
  virtual void send(Batch&& batch) = 0;
  /// Behind all that was sent, to everyone that the edge leads to.
  virtual void send(const Control& control) = 0;
  /// Sends on what is gathered and not full. True: there was something.
  virtual bool flush() { return false; }
};

/// All edges that leave a node, by port; the errors output is the last.
class Outlets {
 public:
  explicit Outlets(std::size_t ports) : ports_(ports) {}

  void add(Port port, std::unique_ptr<Outlet> outlet) { ports_[port].push_back(std::move(outlet)); }
  std::size_t ports() const { return ports_.size(); }
  bool read(Port port) const { return !ports_[port].empty(); }

  bool has_room() const;
  /// Several edges share the batch; nobody reads a port without any.
  void send(Port port, Batch&& batch);
  void send(const Control& control);
  bool flush();

 private:
  std::vector<std::vector<std::unique_ptr<Outlet>>> ports_;
};

}  // namespace flowrun
