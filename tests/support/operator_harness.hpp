#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "component/operator.hpp"
#include "component/registry.hpp"

namespace flowrun {

/// A record as a test writes it.
struct TestRecord {
  std::string value;         // JSON
  std::string key = "null";  // JSON
  std::optional<Time> time = {};
};

/// What an operator gave, in order.
struct HarnessOutcome {
  struct Port {
    std::vector<std::string> values;  // JSON, one a record
    std::vector<std::string> keys;    // JSON
    std::vector<Time> times;          // no_time where there is none
  };
  std::vector<Port> ports;  // the last is `errors`
  std::string failure;      // the message of the Failure that ended it; empty: none

  const std::vector<std::string>& values(std::size_t port = 0) const { return ports[port].values; }
  /// The error records of what was rejected.
  const std::vector<std::string>& errors() const { return ports.back().values; }
};

/// Runs an operator over the same script in many ways, and checks that each gives the same answer: records one by one, all
/// in one batch, in batches cut at random; as they are, and with rows of others around them that do not count; with an output
/// that takes everything, and with one that is full every other time; straight through, and with all state stored, forgotten
/// and restored after each batch. The seed of the cuts is printed with a failure and can
/// be given as FLOWRUN_TEST_SEED.
///
/// Records stand in one partition "test", at lines 1, 2, ...
class OperatorHarness {
 public:
  /// `ports`: ordinary outputs, as in the plan. The operator is made anew, with a state of its own, for each way.
  explicit OperatorHarness(OperatorFactory make, Port ports = 1) : make_(std::move(make)), ports_(ports) {}

  // The script.
  OperatorHarness& send(TestRecord record, InputIndex input = 0) { return add(Send{std::move(record), input}); }
  OperatorHarness& send(std::string value, InputIndex input = 0) { return send(TestRecord{std::move(value)}, input); }
  /// Records that follow are judged against `time`; in a batch the watermark stands between its records.
  OperatorHarness& watermark(Time time) { return add(Advance{ClockKind::event, time}); }
  /// The wall clock comes to `time`; the operator is told once its next_timer is due.
  OperatorHarness& wall_clock(Time time) { return add(Advance{ClockKind::system, time}); }
  OperatorHarness& mark() { return add(SendMark{}); }
  OperatorHarness& finish() { return add(Finish{}); }

  // The setting. Default: someone reads the errors output, the wall clock begins at 2000-01-01T00:00:00Z.
  OperatorHarness& nobody_reads_errors(OnError on_error);
  /// Outputs are compared without regard to their order: for steps that may fire at the end of a batch.
  OperatorHarness& in_any_order();
  /// For steps that keep what they know outside of Context::state.
  OperatorHarness& never_restored();
  /// The clock of the step's durations; default: system.
  OperatorHarness& runs_on(ClockKind clock);
  /// Late records go to that port, and somebody reads it.
  OperatorHarness& late_port(Port port);
  /// Only as it is written, each run of records as one batch: for steps that promise something per batch.
  OperatorHarness& only_batched();

  /// The answer. Fails the test where the ways differ.
  HarnessOutcome run() const;
  /// Whether they all give the same.
  bool ways_agree() const;

 private:
  struct Send {
    TestRecord record;
    InputIndex input;
  };
  struct Advance {
    ClockKind clock;
    Time time;
  };
  struct SendMark {};
  struct Finish {};
  using Entry = std::variant<Send, Advance, SendMark, Finish>;
  class Way;
  using WayVisitor = std::function<void(const std::string& name, const HarnessOutcome& outcome)>;

  void for_each_way(std::uint64_t seed, const WayVisitor& visit) const;
  OperatorHarness& add(Entry entry) {
    script_.push_back(std::move(entry));
    return *this;
  }

  OperatorFactory make_;
  Port ports_;
  std::vector<Entry> script_;
  bool errors_read_ = true;
  OnError on_error_ = OnError::stop;
  bool in_any_order_ = false;
  bool only_batched_ = false;
  bool is_restored_ = true;
  ClockKind clock_ = ClockKind::system;
  std::optional<Port> late_;
};

}  // namespace flowrun
