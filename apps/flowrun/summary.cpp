#include "summary.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "builtins.hpp"

namespace flowrun {
namespace {

std::uint64_t rejected_by(const StageCounts& counts) {
  std::uint64_t records = 0;
  for (const std::uint64_t each : counts.rejected) records += each;
  return records;
}

bool is_decoder(const JobSummary::Node& node) { return node.name == node.step + "/decode"; }

/// "decode 2 by orders, assert 1 by assert": by step, of which several nodes may reject.
std::string reject_causes(const JobSummary& summary) {
  using Rejected = decltype(StageCounts::rejected);
  std::vector<std::pair<std::string, Rejected>> steps;
  for (const JobSummary::Node& node : summary.nodes) {
    auto step = std::find_if(steps.begin(), steps.end(), [&](const auto& each) { return each.first == node.step; });
    if (step == steps.end()) step = steps.insert(steps.end(), {node.step, Rejected{}});
    for (std::size_t kind = 0; kind < step->second.size(); kind++) step->second[kind] += node.counts.rejected[kind];
  }
  std::string causes;
  for (const auto& [step, rejected] : steps)
    for (std::size_t kind = 0; kind < rejected.size(); kind++)
      if (rejected[kind] > 0)
        causes += fmt::format("{}{} {} by {}", causes.empty() ? "" : ", ", name(static_cast<RejectKind>(kind)),
                              rejected[kind], step);
  return causes;
}

/// The steps that held something which a stop does not emit.
std::string discarded_by(const Flow& flow) {
  std::string steps;
  for (const Step& step : flow.steps) {
    const OperatorEntry* const entry = builtins().operation(step.operation);
    if (entry != nullptr && entry->spec.keeps_state) steps += (steps.empty() ? "" : ", ") + step.id;
  }
  return steps;
}

}  // namespace

std::uint64_t records_read(const Plan& plan, const JobSummary& summary) {
  std::map<std::string, std::uint64_t> by_source;
  for (std::size_t i = 0; i < plan.nodes.size(); i++) {
    const JobSummary::Node& node = summary.nodes[i];
    if (std::holds_alternative<Plan::SourceNode>(plan.nodes[i].work)) by_source[node.step] = node.counts.records_out;
    if (!is_decoder(node)) continue;
    // What is rejected goes out too where somebody reads it.
    by_source[node.step] = node.counts.records_out + (plan.nodes[i].errors_read ? 0 : rejected_by(node.counts));
  }
  std::uint64_t records = 0;
  for (const auto& [step, each] : by_source) records += each;
  return records;
}

std::uint64_t records_written(const Plan& plan, const JobSummary& summary) {
  std::uint64_t records = 0;
  for (std::size_t i = 0; i < plan.nodes.size(); i++)
    if (std::holds_alternative<Plan::SinkNode>(plan.nodes[i].work)) records += summary.nodes[i].counts.records_in;
  return records;
}

std::uint64_t rejected_records(const JobSummary& summary) {
  std::uint64_t records = 0;
  for (const JobSummary::Node& node : summary.nodes) records += rejected_by(node.counts);
  return records;
}

std::uint64_t late_records(const JobSummary& summary) {
  std::uint64_t records = 0;
  for (const JobSummary::Node& node : summary.nodes) records += node.counts.late;
  return records;
}

std::string summary_line(const Flow& flow, const Plan& plan, const JobSummary& summary, double seconds,
                         const OpenState& open) {
  std::string line = fmt::format("read {} records, wrote {}, rejected {}", records_read(plan, summary),
                                 records_written(plan, summary), rejected_records(summary));
  const std::string causes = reject_causes(summary);
  if (!causes.empty()) line += " (" + causes + ")";
  if (const std::uint64_t late = late_records(summary); late > 0) line += fmt::format(", {} too late", late);
  line += fmt::format(" in {:.3f} s", seconds);
  const bool is_stopped = summary.ending == Ending::stopped;
  if (!is_stopped && open.finishes_at_end) return line;
  if (is_stopped) line += "; stopped by a signal";
  if (open.is_kept) return line;
  const std::string discarded = discarded_by(flow);
  return discarded.empty()
             ? line
             : line + (is_stopped ? ", so what" : "; what") + " was open in " + discarded + " is discarded";
}

}  // namespace flowrun
