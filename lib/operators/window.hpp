#pragma once

#include <optional>
#include <string_view>

#include "base/time.hpp"
#include "component/clock_kind.hpp"
#include "component/options.hpp"
#include "component/registry.hpp"
#include "component/spec.hpp"

namespace flowrun {

/// A window: from `start`, inclusive, to `end`, exclusive.
struct WindowSpan {
  Time start;
  Time end;
};

/// How a step cuts time into windows. Those of fixed size begin at whole multiples of their step from `align`, before it,
/// too; records are kept by pane, the longest piece of time that every window takes as a whole or not at all.
class Window {
 public:
  enum class Kind { none, tumbling, sliding, session };

  /// No window: all of time is one pane, which ends with the input.
  Window() = default;
  static Window tumbling(Duration size, Time align = {}) { return {Kind::tumbling, size, size, align}; }
  static Window sliding(Duration size, Duration step, Time align = {}) { return {Kind::sliding, size, step, align}; }
  static Window session(Duration gap) { return {Kind::session, gap, gap, {}}; }

  Kind kind() const { return kind_; }
  bool is_none() const { return kind_ == Kind::none; }
  bool is_session() const { return kind_ == Kind::session; }
  Duration gap() const { return size_; }
  Duration step() const { return step_; }

  /// The pane of a time, by its start.
  Time pane_of(Time time) const { return is_none() ? Time{} : floor_to(time, pane_); }
  Time pane_end(Time pane) const { return is_none() ? end_of_time : pane + pane_; }
  /// The windows that take a pane: their starts are `step` apart.
  Time first_start(Time pane) const { return floor_to(pane - size_, step_) + step_; }
  Time last_start(Time pane) const { return floor_to(pane, step_); }
  /// When the last of these has ended.
  Time last_end(Time pane) const { return is_none() ? end_of_time : last_start(pane) + size_; }
  WindowSpan from(Time start) const { return {start, start + size_}; }

 private:
  Window(Kind kind, Duration size, Duration step, Time align);
  Time floor_to(Time time, Duration step) const;

  Kind kind_ = Kind::none;
  Duration size_{};
  Duration step_{};
  Duration pane_{};
  Time align_{};
};

/// Why a record without event time is rejected, as in its error record.
inline constexpr std::string_view no_event_time = "the record has no event time, which windows go by here";

/// The options `window` and `clock`, as every step with windows declares them.
OptionSpec window_option();
OptionSpec clock_option();
/// What was written there; what is wrong with it is added to `faults`.
Window read_window(const Options& options, OptionFaults& faults);
std::optional<ClockKind> read_clock(const Options& options);

}  // namespace flowrun
