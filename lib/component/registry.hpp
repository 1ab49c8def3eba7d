#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "component/codec.hpp"
#include "component/context.hpp"
#include "component/event_time.hpp"
#include "component/operator.hpp"
#include "component/options.hpp"
#include "component/sink.hpp"
#include "component/source.hpp"
#include "component/spec.hpp"

namespace flowrun {

/// A fault that only the component itself can see. `option` is the path of the option ("window.tumbling"); empty: the
/// step.
struct OptionFault {
  std::string option;
  std::string code;
  std::string message;
  std::string hint;
};
using OptionFaults = std::vector<OptionFault>;

using OperatorFactory = std::function<std::unique_ptr<Operator>(Context&)>;

/// What a step reads of a record besides the columns that it makes itself.
struct ReadSet {
  Projection value;
  bool key = false;
  bool time = false;
  bool meta = false;  // place, partition, meta
  bool raw = false;
};

/// How records come to a step.
enum class Exchange : std::uint8_t {
  none,        // on the worker where they are
  by_group,    // to the worker of their group, which the step before has set
  round_robin  // to all workers in turn
};

/// One of several inputs of a step. The value of each record that comes to it stands under its name in results.
struct SidePlan {
  std::string name;
  OperatorFactory make_before_exchange;
  ReadSet reads;  // of what runs before the exchange
};

/// A component's answer to its options: how to make it, and what the compiler must know of it.
struct OperatorPlan {
  OperatorFactory make;
  /// Runs at the sender, before the exchange: sets the group of each record (and may aggregate partially). Null: none.
  OperatorFactory make_before_exchange;
  Exchange exchange = Exchange::none;
  /// Of a step whose options name what it reads: its inputs, in order, each with what runs before its exchange.
  std::vector<SidePlan> sides;
  std::vector<std::string> outputs;  // besides the main one, which is port 0 where there is one; these follow in order
  bool has_main_output = true;
  ReadSet reads;
  /// The value of what it emits is not that of what came (so raw bytes do not stand for it).
  bool writes_value = false;
  /// Rows of the input are handed on with their value or some of its fields (so what later steps read of the value must be
  /// decoded for it). Key, time and meta are kept either way, but by stateful steps.
  bool passes_records = true;
  bool can_reject = false;
  bool counts_as_sink = false;
  /// Emits nothing before its inputs have ended: a fault where they cannot end.
  bool waits_for_end = false;
  /// It keeps something of every group for good: a warning where its inputs cannot end, with `end_hint`.
  bool grows_without_bound = false;
  /// What to write where an input cannot end.
  std::string end_hint = "write `emit: changes` or `emit: { every: 10s }`";
  /// It sets the event times of records, and the watermark goes by them.
  std::optional<EventTimeOptions> sets_time;
  /// The step has durations, which run on a clock.
  bool has_clock = false;
  /// That clock, where its options name it; else event time where every source that feeds the step has it.
  std::optional<ClockKind> clock;
  bool has_window = false;
  /// Some of its results are not the last word: each has a field `final`, and stateful steps read the final ones only.
  bool has_provisional_results = false;
  /// Of a filter: of such results only the final ones pass.
  bool keeps_final_only = false;
  std::string note;         // for `plan`: its state
  std::string fingerprint;  // of a step that keeps state: what that depends on; whoever reads the options sets it
};

/// How a source that reads bytes finds its records; from the decoder and the step's options.
struct Framing {
  std::function<std::unique_ptr<Framer>()> make_framer;  // one for each partition
  std::size_t max_record = 16 * 1024 * 1024;             // bytes; what is longer becomes a row that says so
  bool begins_with_header = false;  // who goes on in the middle of a file gives its first record first
};

struct SourcePlan {
  std::function<std::unique_ptr<Source>(Context&, const Framing&)> make;
  bool has_bytes = true;  // batches hold undecoded blocks: a decoder comes next
  /// Of a source without bytes: the step that makes records of what it gives, and rejects where it cannot. Null: it gives
  /// records.
  OperatorFactory make_records;
  bool endless = false;
  std::vector<std::string> paths;  // files and globs that it reads, for the check of overlapping resources
  std::string resource;            // "stdin" may be read once only
};

/// A codec's reading side: an operator from blocks to records, which rejects what it cannot decode.
struct DecoderPlan {
  std::function<std::unique_ptr<Framer>()> make_framer;
  std::function<std::unique_ptr<Operator>(Context&, const ReadSet&)> make;
  bool by_newline = true;
  bool begins_with_header = false;  // the first record of each file says what the others mean
};

/// A codec's writing side.
struct EncoderPlan {
  std::function<std::unique_ptr<Encoder>(Context&, bool raw_stands_for_value)> make;
  Projection reads = Projection::everything();  // of the value, where no raw bytes stand for it
  std::string header;  // what stands at the top of each new resource (of a CSV), with its newline
  bool can_reject = true;
};

struct SinkPlan {
  /// `queue` leads to the writer of the sink's resource; null where it has none.
  std::function<std::unique_ptr<Sink>(Context&, std::unique_ptr<Encoder>, BlockQueue* queue)> make;
  /// The header of the encoder is written where the resource is new. Null: no resource (drop).
  std::function<std::unique_ptr<Writer>(std::string header)> make_writer;
  std::string resource;  // "file:/resolved/path": two sinks on one are a fault; "stdout", "stderr": they take turns
  std::string name;      // the resource as the flow names it, by which a job that goes on knows it
  bool encodes = true;
  ReadSet reads;
  std::string guarantee;
  bool is_standard_output = false;
};

struct OperatorEntry {
  Spec spec;
  std::function<Result<OperatorPlan, OptionFaults>(const Options&)> plan;
};
struct SourceEntry {
  Spec spec;
  std::function<Result<SourcePlan, OptionFaults>(const Options&)> plan;
};
struct CodecEntry {
  Spec spec;
  std::function<Result<DecoderPlan, OptionFaults>(const Options&, std::int64_t max_record)> plan_decoder;
  std::function<Result<EncoderPlan, OptionFaults>(const Options&)> plan_encoder;
};
struct SinkEntry {
  Spec spec;
  std::function<Result<SinkPlan, OptionFaults>(const Options&)> plan;
};

/// All components that flows can name. Filled by builtins.cpp (and later by plugins), then read only.
struct Registry {
  std::vector<SourceEntry> sources;
  std::vector<OperatorEntry> operators;
  std::vector<CodecEntry> codecs;
  std::vector<SinkEntry> sinks;

  const SourceEntry* source(std::string_view name) const;
  const OperatorEntry* operation(std::string_view name) const;
  const CodecEntry* codec(std::string_view name) const;
  const SinkEntry* sink(std::string_view name) const;
};

}  // namespace flowrun
