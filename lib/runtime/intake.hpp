#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "runtime/channel.hpp"
#include "runtime/progress.hpp"

namespace flowrun {

/// What comes to a task.
class Intake {
 public:
  virtual ~Intake() = default;
  /// The next item for the task's first stage; nothing where there is none right now.
  virtual std::optional<Item> take() = 0;
};

/// Merges the channels that lead to a node into one stream: in turn, with the minimum of their watermarks between the
/// records, each mark once (when it has come on all of them), and one end.
class ChannelIntake final : public Intake {
 public:
  struct Inlet {
    Channel* channel;
    InputIndex input;
    std::size_t node;    // that sends
    std::size_t worker;  // of that
  };
  /// `reached`: the watermark of the node, of a job that goes on.
  explicit ChannelIntake(std::vector<Inlet> inlets, Time reached = beginning_of_time);

  const std::vector<Inlet>& inlets() const { return inlets_; }
  /// Before the job runs: nothing but marks and the end will come on this inlet, so it holds no watermark back.
  void expect_nothing(std::size_t inlet) { watermarks_.end(inlet); }

  std::optional<Item> take() override;

 private:
  std::optional<Item> admit(std::size_t index, Item item);

  std::vector<Inlet> inlets_;
  std::size_t next_ = 0;
  std::size_t live_;
  InputWatermarks watermarks_;
  MarkAlignment alignment_;
};

}  // namespace flowrun
