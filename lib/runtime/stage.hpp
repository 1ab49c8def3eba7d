#pragma once

#include <cstdint>

#include "base/counter.hpp"
#include "component/context.hpp"
#include "component/output.hpp"
#include "flow/plan.hpp"
#include "runtime/item_queue.hpp"
#include "runtime/outlet.hpp"
#include "runtime/stage_counts.hpp"

namespace flowrun {

/// A worker's copy of a node of the plan, with the items that wait for it. It handles one item at a time, in as many calls
/// as the step needs, and hands on watermarks, marks and the end behind what the step made of them. On its worker's thread.
class Stage {
 public:
  virtual ~Stage() = default;
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  Outlets& outlets() { return outlets_; }
  /// From any thread.
  StageCounts counts() const;

  void receive(Item item);
  bool has_items() const { return !inbox_.empty(); }
  /// Makes one call of the step, with the first item. False: that is not possible before there is room behind it; the
  /// worker is rung then.
  bool run();

  /// When the step wants a Tick; end_of_time: not at all.
  Time next_timer() const { return next_timer_; }
  /// Sends on the records that are held for the sake of larger batches. True: there were some.
  bool send_gathered() { return outlets_.flush(); }
  /// Of a sink: hands its writer what is encoded. True: it should be called again.
  virtual bool flush() { return false; }

 protected:
  Stage(const Plan::Node& node, Context context);

  /// Before the first item, of a job that goes on. The watermark is handed on anew, since nobody behind knows of it.
  void go_on_from(Time watermark) { reached_.time = watermark; }

  enum class Handled : std::uint8_t { done, more, no_room };
  /// Makes one call of the step. Until `done` the same item comes again.
  virtual Handled handle(Item& item) = 0;
  virtual std::uint64_t records_of(const Batch& batch) const { return batch.size(); }
  /// An ordinary batch is about to be sent on.
  virtual void prepare(Batch& batch) { static_cast<void>(batch); }

  Context context_;
  Output output_;
  Time next_timer_ = end_of_time;
  Watermark reached_{beginning_of_time};  // behind the item at hand
  bool makes_watermarks_ = false;         // those that come are not handed on

 private:
  bool hand_on_output();
  bool says_more(const Watermark& watermark) const;
  void settle_front();

  ItemQueue inbox_;
  Outlets outlets_;
  Counter records_in_;
  Counter records_out_;
  Watermark handed_on_{beginning_of_time};
};

/// The edge to a stage of the same task.
class InboxOutlet final : public Outlet {
 public:
  explicit InboxOutlet(Stage& stage) : stage_(stage) {}
  /// Always: a task runs its last stage that has items, so what comes here has been used up before more is made.
  bool has_room() override { return true; }
  void send(Batch&& batch) override { stage_.receive({std::move(batch)}); }
  void send(const Control& control) override { stage_.receive(to_item(control)); }

 private:
  Stage& stage_;
};

}  // namespace flowrun
