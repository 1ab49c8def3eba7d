#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/counter.hpp"
#include "base/log.hpp"
#include "record/batch.hpp"

namespace flowrun {

/// Why a record was rejected; the `kind` of its error record.
enum class RejectKind : std::uint8_t { decode, expression, assertion, time, sink, plugin };
std::string_view name(RejectKind kind);

/// What happens to a rejected record that nobody reads. `stop_always`: of a step below an errors output, which has no choice.
enum class OnError : std::uint8_t { stop, skip, stop_always };

using Port = std::uint16_t;

/// Where a step hands its records: one list of finished batches per output, which the runtime empties after each call.
/// One thread. `full()` bounds it: a step that sees it full returns Progress::more and is called again later.
class Output {
 public:
  struct Setup {
    std::string step;           // for error records and messages
    Port ports = 1;             // ordinary outputs, 0 the main one; `errors` is apart
    bool raw_is_value = false;  // the bytes of a record, where carried, are the JSON of its value, of which only a part
                                // may have been materialised
    bool errors_read = false;   // somebody reads what is rejected
    OnError on_error = OnError::stop;
    std::optional<Port> late;  // the port of late records, where the step has one
    bool late_read = false;    // somebody reads it
    Log* log = nullptr;        // told of the first late record that nobody reads
    Clock* clock = nullptr;    // for `at` of error records
    std::size_t capacity = 4;  // finished batches held before it says full
  };
  explicit Output(Setup setup);

  /// No more is taken for now. Records appended before it is looked at again are not lost: it is a bound, not a wall.
  bool full() const { return finished_ >= setup_.capacity; }

  /// Hands on a batch as it is.
  void pass(Batch&& batch, Port port = 0);
  /// The batch under construction on that port; it is finished, and a new one begun, when it has become full.
  Batch& building(Port port = 0);
  /// What is under construction is finished, where it has rows. The runtime calls it after each call of the step.
  void finish_building();

  /// Rejects a record: it goes to the errors output, or is counted (skip), or ends the run: throws Failure with
  /// exit 12. `message` names what was found; step and position are added here.
  void reject(const Batch& batch, Batch::Row row, RejectKind kind, std::string_view message);

  /// A record came after all that it could have counted for had been emitted: it goes to the late output unchanged, or is
  /// counted, the first with a warning. `meta`, where it is something, takes the place of the record's own.
  void late(const Batch& batch, Batch::Row row, const Value& meta = Value());

  /// Takes the finished batches of a port in order; of the errors output with `errors_port()`.
  std::vector<Batch> take(Port port);
  Port errors_port() const { return setup_.ports; }
  const std::string& step() const { return setup_.step; }

  /// From any thread.
  std::uint64_t rejected(RejectKind kind) const { return rejected_[static_cast<std::size_t>(kind)].value(); }
  std::uint64_t late_records() const { return late_.value(); }

 private:
  Setup setup_;
  std::vector<std::vector<Batch>> ports_;
  std::vector<Batch> building_;
  std::size_t finished_ = 0;
  Counter rejected_[6];
  Counter late_;
};

}  // namespace flowrun
