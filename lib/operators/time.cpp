#include <cmath>
#include <fmt/format.h>
#include <optional>

#include "base/timestamp.hpp"
#include "expr/operations.hpp"
#include "operators/evaluation.hpp"
#include "operators/operators.hpp"
#include "operators/select_rows.hpp"

namespace flowrun {
namespace {

// In years 1 to 9999.
bool is_writable(double seconds) {
  const auto whole = [](Time time) {
    return static_cast<double>(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
  };
  return seconds >= whole(first_timestamp) && seconds < whole(last_timestamp) + 1;
}

// Seconds since 1970, or an RFC 3339 text; none: it is no time, or none that can be written.
std::optional<Time> time_of(const Value& value) {
  if (value.is_text()) return parse_timestamp(value.as_text());
  if (!value.is_numeric()) return std::nullopt;
  const double seconds = to_double(value);
  if (!is_writable(seconds)) return std::nullopt;  // nor is what is not a number
  if (value.kind() == Kind::integer) return Time(std::chrono::seconds(value.as_integer()));
  return Time(Duration(std::llround(seconds * 1e6)));
}

std::string fault_of(const Value& value) {
  const bool may_be_milliseconds = value.is_numeric() && is_writable(to_double(value) / 1000);
  return fmt::format("the event time is {}, expected seconds since 1970 in the years 1 to 9999, or RFC 3339 text{}",
                     expr::shortened(value), may_be_milliseconds ? "; milliseconds? divide by 1000" : "");
}

// Sets the event time of records; the watermark behind it is the runtime's.
class SetTime final : public Operator {
 public:
  SetTime(Context& context, ProgramPtr at, const ReadSet& reads, bool keeps_given)
      : at_(std::move(at)), evaluation_(context, reads), keeps_given_(keeps_given) {}

  Progress process(InputIndex, Batch& batch, Output& output) override {
    if (output.full()) return Progress::more;
    pass_accepted(batch, kept_, output, [&](Batch::Row row) {
      return (keeps_given_ && batch.time(row) != no_time) || set_time(batch, row, output);
    });
    return Progress::done;
  }

 private:
  // False: the record was rejected.
  bool set_time(Batch& batch, Batch::Row row, Output& output) {
    scratch_.clear();
    evaluation_.begin(batch, row, scratch_);
    const expr::Outcome outcome = evaluation_.one(*at_, batch.value(row), scratch_);
    if (outcome.outputs > expr::Outputs::one) {
      const bool several = outcome.outputs == expr::Outputs::several;
      output.reject(batch, row, RejectKind::expression, several ? several_outputs : evaluation_.error());
      return false;
    }
    std::optional<Time> time = no_time;
    if (outcome.outputs == expr::Outputs::one && !outcome.value.is_null()) time = time_of(outcome.value);
    if (time)
      batch.set_time(row, *time);
    else
      output.reject(batch, row, RejectKind::time, fault_of(outcome.value));
    return time.has_value();
  }

  ProgramPtr at_;
  Evaluation evaluation_;
  bool keeps_given_;
  Arena scratch_;
  std::vector<Batch::Row> kept_;
};

Result<OperatorPlan, OptionFaults> plan(const Options& options) {
  OperatorPlan plan;
  plan.can_reject = true;
  const ProgramPtr& at = options.at<ProgramPtr>("at");
  add_reads(*at, plan.reads);
  plan.sets_time = EventTimeOptions{};
  plan.sets_time->delay = options.at<Duration>("delay");
  plan.sets_time->idle = options.at<Duration>("idle");
  plan.sets_time->advances_when_idle = options.at<std::string>("when_idle") == "advance";
  // A source's own: nobody but its partition can have set the time of a record before.
  const bool keeps_given = options.has("of_source");
  plan.make = [at, reads = plan.reads, keeps_given](Context& context) {
    return std::make_unique<SetTime>(context, at, reads, keeps_given);
  };
  return plan;
}

std::vector<OptionSpec> watermark_options() {
  return {
      {.name = "delay",
       .type = OptionType::duration,
       .doc = "How far a record may come behind the latest of its partition and still be in time.",
       .default_text = "0s",
       .unit = "duration",
       .example = "5s"},
      {.name = "idle",
       .type = OptionType::duration,
       .doc = "A partition that had nothing more for so long, while the job ran and asked, holds the watermark back "
              "no longer; `never`: it always does.",
       .default_text = "30s",
       .unit = "duration",
       .may_be_never = true,
       .example = "1m"},
      {.name = "when_idle",
       .type = OptionType::choice,
       .doc = "The watermark while all partitions are idle: `wait`, or `advance` with the running clock, for live "
              "streams whose last window should close.",
       .default_text = "wait",
       .choices = {"wait", "advance"}}};
}

}  // namespace

OperatorEntry time_operator() {
  Spec spec;
  spec.name = "time";
  spec.summary = "sets the event time of each record; right behind a source, before any exchange";
  spec.options = {{.name = "at",
                   .type = OptionType::expression,
                   .doc = "Seconds since 1970, or RFC 3339 text; no output or null: the record has no event time.",
                   .required = true,
                   .example = ".ts_ms / 1000"}};
  for (OptionSpec& option : watermark_options()) spec.options.push_back(std::move(option));
  spec.can_reject = true;
  spec.example =
      "time:\n"
      "  at: .ts\n"
      "  delay: 5s\n";
  return {std::move(spec), plan};
}

}  // namespace flowrun
