#include "progress.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <unistd.h>

#include "summary.hpp"

namespace flowrun {
namespace {

using Seconds = std::chrono::duration<double>;

std::string rate_text(std::uint64_t before, std::uint64_t now, Seconds elapsed) {
  const double rate = static_cast<double>(now - before) / elapsed.count();
  if (rate >= 1e6) return fmt::format("{:.2f} M/s", rate / 1e6);
  if (rate >= 1e4) return fmt::format("{:.1f} k/s", rate / 1e3);
  return fmt::format("{:.0f}/s", rate);
}

/// What is shown of a job at one moment.
struct Glance {
  std::chrono::steady_clock::time_point at;
  std::uint64_t records_in = 0;
  std::uint64_t records_out = 0;
};

bool writes_on_terminal(const Step& step) {
  // An operator that counts as a sink prints.
  if (const auto* const plan = std::get_if<OperatorPlan>(&step.work)) return plan->counts_as_sink;
  const auto* const sink = std::get_if<SinkStep>(&step.work);
  if (sink == nullptr) return false;
  return sink->sink.resource == "stderr" || (sink->sink.is_standard_output && ::isatty(STDOUT_FILENO) == 1);
}

}  // namespace

bool shows_progress_by_itself(const Flow& flow, const Console& console) {
  return console.is_terminal() && std::none_of(flow.steps.begin(), flow.steps.end(), writes_on_terminal);
}

ProgressDisplay::ProgressDisplay(Job& job, const Plan& plan, Console& console)
    : job_(job), plan_(plan), console_(console), thread_([this] { run(); }) {}

ProgressDisplay::~ProgressDisplay() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  wakes_.notify_one();
  thread_.join();
  console_.show("");
}

void ProgressDisplay::run() {
  Glance before{std::chrono::steady_clock::now()};
  std::unique_lock lock(mutex_);
  while (!wakes_.wait_for(lock, std::chrono::seconds(1), [this] { return is_over_; })) {
    const auto so_far = job_.so_far();
    if (!so_far) continue;
    const Glance now{std::chrono::steady_clock::now(), records_read(plan_, *so_far), records_written(plan_, *so_far)};
    const Seconds elapsed = now.at - before.at;
    console_.show(fmt::format(
        "in {}, out {}, rejected {}, epoch {}", rate_text(before.records_in, now.records_in, elapsed),
        rate_text(before.records_out, now.records_out, elapsed), rejected_records(*so_far), so_far->epochs));
    before = now;
  }
}

}  // namespace flowrun
