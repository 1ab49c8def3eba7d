#include <vector>

#include "operators/aggregate/pane_windows.hpp"

namespace flowrun {
namespace {

class TumblingWindows final : public PaneWindows {
 public:
  TumblingWindows(const Window& window, state::PanedState& state, AggregateResults& results)
      : window_(window), state_(state), results_(results) {}

  Time next_end() const override {
    return state_.panes().empty() ? end_of_time : window_.pane_end(state_.panes().begin()->first);
  }

  Progress close_until(Time time, Output& output) override {
    while (!state_.panes().empty() && next_end() <= time) {
      if (emit_first(output) == Progress::more) return Progress::more;
      last_closed_ = next_end();
      state_.close(state_.panes().begin()->first);
    }
    return Progress::done;
  }

  void emit_provisional(Time start, const state::KeyedState& groups, const state::KeyedState::Entry& entry,
                        Output& output) override {
    results_.emit({groups.group(entry), entry.state(), span_from(start), false}, output);
  }

  Time last_closed() const override { return last_closed_; }

 private:
  WindowSpan span_from(Time start) const {
    return window_.is_none() ? WindowSpan{no_time, no_time} : window_.from(start);
  }

  Progress emit_first(Output& output) {
    const auto& [start, groups] = *state_.panes().begin();
    if (emitting_.empty()) emitting_ = groups->sorted_entries();
    const WindowSpan span = span_from(start);
    for (; next_ < emitting_.size(); ++next_) {
      if (output.full()) return Progress::more;
      const state::KeyedState::Entry& entry = *emitting_[next_];
      results_.emit({groups->group(entry), entry.state(), span, true}, output);
    }
    emitting_.clear();
    next_ = 0;
    return Progress::done;
  }

  Window window_;
  state::PanedState& state_;
  AggregateResults& results_;
  std::vector<state::KeyedState::Entry*> emitting_;  // of the first pane, in jq's order of their groups
  std::size_t next_ = 0;
  Time last_closed_ = beginning_of_time;
};

}  // namespace

std::unique_ptr<PaneWindows> make_tumbling_windows(const Window& window, state::PanedState& state,
                                                   AggregateResults& results) {
  return std::make_unique<TumblingWindows>(window, state, results);
}

}  // namespace flowrun
