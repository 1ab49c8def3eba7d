#pragma once

#include <optional>

#include "component/operator.hpp"
#include "component/options.hpp"
#include "component/spec.hpp"
#include "operators/step_clock.hpp"
#include "state/keyed_states.hpp"

namespace flowrun {

/// The option `forget`: the state of a group is dropped once the step's clock has come that far beyond the time of its latest
/// record. What has passed counts as gone at once, record by record; its memory goes when the watermark or the wall clock is
/// told. There is one timer per group, which is set anew when it finds that the group has lived on. On one worker.
class Forgetting {
 public:
  using Entry = state::KeyedState::Entry;

  Forgetting(Context& context, std::optional<Duration> after);

  bool is_on() const { return after_.has_value(); }
  StepClock& clock() { return clock_; }
  const StepClock& clock() const { return clock_; }
  /// When a group goes whose latest record was at that time; `end_of_time`: never.
  Time due(Time latest) const;
  bool has_passed(Time latest, Time now) const { return is_on() && due(latest) <= now; }

  /// For a group that has no timer yet. Where nothing is forgotten it does nothing, and gives no_timer.
  state::TimerId watch(Entry& entry, Time latest) {
    return is_on() ? timers_.set(due(latest), entry) : state::no_timer;
  }
  /// The group is erased before its time.
  void unwatch(state::TimerId timer) {
    if (timer != state::no_timer) timers_.cancel(timer);
  }

  /// Of Operator::restored: first the watermark, then each group, which gets its timer.
  void resume(Time watermark) {
    if (clock_.kind() == ClockKind::event) clock_.reach(watermark);
  }
  state::TimerId resume(Entry& entry, Time latest) {
    if (is_on() && clock_.kind() == ClockKind::system) clock_.reach(latest);
    return watch(entry, latest);
  }

  /// Of Operator::advance: `latest(entry)` is the time of a group's latest record, `drop(entry)` erases it, whose timer is none
  /// any more, and `renew(entry, timer)` is told its new timer.
  template <class Latest, class Drop, class Renew>
  void advance(ClockKind clock, Time time, Latest&& latest, Drop&& drop, Renew&& renew) {
    if (clock != clock_.kind()) return;
    clock_.reach(time);
    while (Entry* const entry = timers_.take_due(time))
      if (has_passed(latest(*entry), time))
        drop(*entry);
      else
        renew(*entry, watch(*entry, latest(*entry)));
  }
  /// Of Operator::next_timer: the runtime tells the watermark by itself.
  Time next_timer() const { return clock_.kind() == ClockKind::system ? timers_.next_due() : end_of_time; }

  /// The option as every step declares it; `doc` says what happens when.
  static OptionSpec option(std::string_view doc);
  static std::optional<Duration> of(const Options& options);

 private:
  std::optional<Duration> after_;
  StepClock clock_;
  state::Timers& timers_;
};

}  // namespace flowrun
