#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "component/operator.hpp"
#include "operators/join/layout.hpp"
#include "operators/time_text.hpp"
#include "operators/window.hpp"

namespace flowrun {

/// Makes the rows of a group: every combination of the values of its sides, null for a side that has not spoken. The key is
/// the group, the time that of the latest of the values; start and end of a window are fields, too. On one worker.
class JoinRows {
 public:
  explicit JoinRows(std::shared_ptr<const JoinPlan> plan);

  static constexpr WindowSpan no_window{no_time, no_time};

  /// A record that has just arrived; its value lives in its batch, which rows keep alive.
  struct Arrival {
    const Batch& batch;
    Batch::Row row;
    std::size_t side;
  };

  /// The batch that arrivals are records of, wherever it is now.
  void take_arrivals_from(const Batch& batch) { source_ = &batch; }

  /// Begins the rows of a state, which does not change before all are emitted. `group` lives as long.
  void begin(const JoinLayout& layout, const void* state, std::string_view group, WindowSpan window = no_window);
  /// The same where the side that a record arrived on has its value alone.
  void begin(const JoinLayout& layout, const void* state, std::string_view group, const Arrival& arrival);
  /// The row of a value that matches nothing.
  void begin_alone(std::size_t side, const Value& value, Time time, std::string_view group,
                   WindowSpan window = no_window);
  /// The rows of all values of a state that match nothing, side by side.
  void begin_each_alone(const JoinLayout& layout, const void* state, WindowSpan window);

  /// Emits what is left of the rows that were begun; `more`: the output is full.
  Progress emit(Output& output);

 private:
  struct Candidate {
    Value value;
    Time time;
  };
  void begin(std::string_view group, WindowSpan window);
  void add_kept(const JoinLayout& layout, const void* state, std::size_t side);
  void emit_row(Output& output);
  void add_window(Member* members, std::size_t& size, Arena& arena);
  void next_row();
  void next_alone();

  static constexpr std::size_t no_side = static_cast<std::size_t>(-1);

  std::shared_ptr<const JoinPlan> plan_;
  std::vector<std::vector<Candidate>> candidates_;  // by side; one at least
  std::vector<std::size_t> chosen_;                 // of each side, for the next row
  bool has_more_ = false;
  std::size_t alone_ = no_side;  // where values match nothing: the side of the next
  WindowSpan window_ = no_window;
  TimeText start_;
  TimeText end_;
  std::string_view group_;
  std::size_t fresh_side_ = no_side;  // whose value lives in `source_`
  const Batch* source_ = nullptr;
  std::string text_;
};

}  // namespace flowrun
