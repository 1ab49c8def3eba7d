#include "operators/inspect.hpp"

#include <cerrno>
#include <unistd.h>
#include <utility>

#include "operators/operators.hpp"
#include "record/json.hpp"

namespace flowrun {

Progress Inspect::process(InputIndex, Batch& batch, Output& output) {
  constexpr std::size_t most_buffered = 64 * 1024;
  if (output.full()) return Progress::more;
  for (const Batch::Row row : batch.rows()) {
    lines_ += label_;
    lines_ += ": ";
    write_json(batch.value(row), lines_);
    lines_ += '\n';
    if (lines_.size() >= most_buffered) write_lines();
  }
  write_lines();
  output.pass(std::exchange(batch, Batch()));
  return Progress::done;
}

void Inspect::write_lines() {
  std::string_view rest = lines_;
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) break;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  lines_.clear();
}

namespace {

Result<OperatorPlan, OptionFaults> plan(const Options& options) {
  OperatorPlan plan;
  plan.reads.value = Projection::everything();
  plan.counts_as_sink = true;
  plan.make = [label = options.at<std::string>("")](Context&) {
    return std::make_unique<Inspect>(label, STDERR_FILENO);
  };
  return plan;
}

}  // namespace

OperatorEntry inspect_operator() {
  Spec spec;
  spec.name = "inspect";
  spec.summary = "prints each record to stderr and passes it on; counts as a sink";
  spec.value = OptionSpec{.type = OptionType::text,
                          .doc = "Stands before the record on each line: `label: {json}`.",
                          .required = true,
                          .example = "parsed"};
  spec.example = "inspect: parsed\n";
  return {std::move(spec), plan};
}

}  // namespace flowrun
