#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <limits>
#include <utility>

#include "base/failure.hpp"
#include "component/options.hpp"
#include "connectors/connectors.hpp"

namespace flowrun {
namespace {

constexpr std::size_t index_variable = expr::first_own_variable;

struct Generation {
  std::int64_t count = std::numeric_limits<std::int64_t>::max();
  std::int64_t partitions = 1;
};

// Gives every `partitions`-th index: 0, 4, 8, ... so that partitions stay level without an end, too.
class GeneratedPartition final : public Partition {
 public:
  GeneratedPartition(const Generation& generation, std::shared_ptr<const PartitionName> name, std::int64_t next)
      : generation_(generation), name_(std::move(name)), next_(next) {}

  Read read(Batch& batch, std::size_t most_records) override {
    if (next_ >= generation_.count) return Read::end;
    batch.set_partition(name_);
    const std::size_t most = std::min<std::size_t>(most_records, Batch::most_rows);
    while (batch.stored() < most && !batch.full() && next_ < generation_.count) append_next(batch);
    return Read::more;
  }
  Position position() const override { return std::to_string(next_); }

 private:
  void append_next(Batch& batch) {
    const Batch::Row row = batch.append(Value::integer(next_));
    batch.set_place(row, {static_cast<std::uint64_t>(next_), 0});
    next_ = std::numeric_limits<std::int64_t>::max() - next_ < generation_.partitions
                ? std::numeric_limits<std::int64_t>::max()
                : next_ + generation_.partitions;
  }

  const Generation& generation_;  // of the source, which outlives its partitions
  std::shared_ptr<const PartitionName> name_;
  std::int64_t next_;
};

class GenerateSource final : public Source {
 public:
  GenerateSource(const Context& context, Generation generation)
      : context_(context), generation_(std::move(generation)) {}

  std::vector<std::shared_ptr<const PartitionName>> discover() override {
    std::vector<std::shared_ptr<const PartitionName>> names;
    for (std::int64_t number = 0; number < generation_.partitions; ++number)
      names.push_back(std::make_shared<PartitionName>(PartitionName{context_.step, static_cast<std::int32_t>(number)}));
    return names;
  }

  std::unique_ptr<Partition> open(std::shared_ptr<const PartitionName> name, const Position* resume) override {
    std::int64_t next = name->number;
    if (resume != nullptr && std::from_chars(resume->data(), resume->data() + resume->size(), next).ec != std::errc())
      throw Failure(ExitCode::recovery_unusable, fmt::format("'{}' is no position of `generate`", *resume));
    return std::make_unique<GeneratedPartition>(generation_, std::move(name), next);
  }

 private:
  const Context& context_;
  Generation generation_;
};

// Makes the records of their indices.
class MakeValues final : public Operator {
 public:
  MakeValues(Context& context, ProgramPtr value) : machine_(*context.machine), value_(std::move(value)) {}

  Progress process(InputIndex, Batch& batch, Output& output) override {
    for (; !batch.empty(); batch.drop_front(1)) {
      if (output.full()) return Progress::more;
      make(batch, batch.rows().front(), output);
    }
    return Progress::done;
  }

 private:
  void make(const Batch& batch, Batch::Row row, Output& output) {
    Batch& made = output.building();
    if (made.stored() == 0) made.set_partition(batch.partition());
    const Value variables[index_variable + 1] = {Value::null(), Value::null(), Value::null(), batch.value(row)};
    const expr::Outcome outcome = machine_.one(*value_, Value::null(), variables, made.arena());
    if (outcome.outputs == expr::Outputs::one)
      made.set_place(made.append(outcome.value), batch.place(row));
    else
      output.reject(batch, row, RejectKind::expression, fault(outcome.outputs));
  }
  std::string_view fault(expr::Outputs outputs) const {
    if (outputs == expr::Outputs::error) return machine_.error();
    return outputs == expr::Outputs::none ? "the value has no output, one was expected"
                                          : "the value has several outputs, one was expected";
  }

  expr::Machine& machine_;
  ProgramPtr value_;
};

Spec generate_source_spec() {
  Spec spec;
  spec.kind = ComponentKind::source;
  spec.name = "generate";
  spec.summary = "Makes records, for trials and load tests";
  spec.options = {
      {.name = "count",
       .type = OptionType::integer,
       .doc = "How many records to make in all; without it they never end.",
       .smallest = 0,
       .example = "1000000"},
      {.name = "value",
       .type = OptionType::expression,
       .doc = "The value of a record; `$i` is its number, from 0.",
       .default_text = "$i",
       .example = "{id: $i, even: ($i % 2 == 0)}",
       .variables = {"i"}},
      {.name = "partitions",
       .type = OptionType::integer,
       .doc = "How many partitions make them, each every so many numbers; they are shared out to the workers.",
       .default_text = "1",
       .smallest = 1,
       .largest = 1024},
  };
  spec.can_reject = true;
  spec.guarantee = "exactly once with respect to state: a restart goes on at the next `$i`";
  spec.example =
      "- source:\n"
      "    generate:\n"
      "      count: 1000\n"
      "      value: '{id: $i, name: \"user \\($i % 10)\"}'\n";
  return spec;
}

Result<SourcePlan, OptionFaults> plan_generate_source(const Options& options) {
  Generation generation;
  generation.partitions = options.at<std::int64_t>("partitions");
  const auto* const count = options.get<std::int64_t>("count");
  if (count != nullptr) generation.count = *count;
  SourcePlan plan;
  plan.has_bytes = false;
  plan.endless = count == nullptr;
  plan.make = [generation](Context& context, const Framing&) -> std::unique_ptr<Source> {
    return std::make_unique<GenerateSource>(context, generation);
  };
  plan.make_records = [value = options.at<ProgramPtr>("value")](Context& context) {
    return std::make_unique<MakeValues>(context, value);
  };
  return plan;
}

}  // namespace

SourceEntry generate_source() { return {generate_source_spec(), plan_generate_source}; }

}  // namespace flowrun
