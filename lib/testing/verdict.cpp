#include "testing/verdict.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

#include "record/json.hpp"
#include "testing/difference.hpp"
#include "testing/matching.hpp"

namespace flowrun {
namespace {

const std::vector<CapturedRecord>& records_of(const Observation& seen, const Stream& stream) {
  const auto found = std::find_if(seen.streams().begin(), seen.streams().end(),
                                  [&](const CapturedStream& each) { return each.stream == stream; });
  return seen.records[static_cast<std::size_t>(found - seen.streams().begin())];
}

bool agrees(const ExpectedError& expected, const CapturedReject& got) {
  return expected.step == got.step && (expected.kind.empty() || expected.kind == got.kind) &&
         got.message.find(expected.message) != std::string::npos;
}

std::string text_of(const ExpectedError& error) {
  std::string text = fmt::format("`{}`", error.step);
  if (!error.kind.empty()) text += fmt::format(" ({})", error.kind);
  return error.message.empty() ? text : fmt::format("{}: {}", text, error.message);
}

void judge_rejects(const FlowTest& test, const Observation& seen, std::vector<Complaint>& complaints) {
  Pairing pairing = pair_up(test.errors.size(), seen.rejects.size(), [&](std::size_t left, std::size_t right) {
    return agrees(test.errors[left], seen.rejects[right]);
  });
  if (pairing.is_whole()) return;
  const auto name = [&](std::size_t index) {
    const CapturedReject& got = seen.rejects[index];
    return std::tie(got.step, got.kind, got.message, got.record);
  };
  std::sort(pairing.unexpected.begin(), pairing.unexpected.end(),
            [&](std::size_t left, std::size_t right) { return name(left) < name(right); });
  std::string text = "the rejected records are not those of `expect_errors`\n";
  for (const std::size_t index : pairing.missing) text += fmt::format("  - {}\n", text_of(test.errors[index]));
  for (const std::size_t index : pairing.unexpected) {
    const CapturedReject& got = seen.rejects[index];
    text += fmt::format("  + `{}` ({}): {}\n    of {}\n", got.step, got.kind, got.message, got.record);
  }
  complaints.push_back({std::move(text)});
}

void judge_late(const FlowTest& test, const Observation& seen, std::vector<Complaint>& complaints) {
  for (std::size_t index = 0; index < seen.streams().size(); ++index) {
    const CapturedStream& late = seen.streams()[index];
    if (!late.is_unread_late || seen.records[index].empty()) continue;
    const bool expected = std::any_of(test.expected.begin(), test.expected.end(),
                                      [&](const ExpectedRecords& each) { return each.stream == late.stream; });
    if (expected) continue;
    complaints.push_back({fmt::format("records came late, and nothing reads or expects `{}`\n{}", late.name,
                                      difference({}, seen.records[index], false))});
  }
}

// What differs of the values; where these agree, of keys and times.
std::string difference(const std::vector<CapturedRecord>& first, const std::vector<CapturedRecord>& second) {
  std::vector<TestRecord> values;
  std::vector<TestRecord> records;
  for (const CapturedRecord& record : first) {
    values.push_back({record.value, {}, {}, {}});
    records.push_back({record.value, record.key, record.time, {}});
  }
  std::string found = difference(values, second, false);
  return found.empty() ? difference(records, second, false) : found;
}

}  // namespace

std::string name_of(const Observation& run) {
  return fmt::format("{} worker{}{}", run.workers, run.workers == 1 ? "" : "s", run.crashed ? " and a crash" : "");
}

std::vector<Complaint> judge(const FlowTest& test, const Observation& seen) {
  if (!seen.failure.empty()) return {{"the run ended in an error: " + seen.failure + "\n"}};
  std::vector<Complaint> complaints;
  judge_rejects(test, seen, complaints);
  // What is missing after a stop that was not foreseen only follows from it.
  if (!complaints.empty() && seen.plan->stop()) return complaints;
  for (const ExpectedRecords& expected : test.expected) {
    const std::string found = difference(expected.records, records_of(seen, expected.stream), test.in_order);
    if (!found.empty()) complaints.push_back({fmt::format("`{}` is not as expected\n{}", expected.name, found)});
  }
  judge_late(test, seen, complaints);
  return complaints;
}

std::string disagreement(const Observation& first, const Observation& second) {
  for (std::size_t index = 0; index < first.streams().size(); ++index) {
    const CapturedStream& stream = first.streams()[index];
    const std::string found = difference(first.records[index], second.records[index]);
    if (found.empty()) continue;
    return fmt::format("`{}` gives other records with {} (+) than with {} (-){}\n{}", stream.name, name_of(second),
                       name_of(first), second.crashed ? "" : ": its result depends on order", found);
  }
  return {};
}

}  // namespace flowrun
