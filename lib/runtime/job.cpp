#include "runtime/job.hpp"

#include <chrono>
#include <fmt/format.h>
#include <utility>

#include "base/failure.hpp"
#include "runtime/assembly.hpp"
#include "runtime/task_layout.hpp"

namespace flowrun {

namespace {

[[noreturn]] void rethrow(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const Failure&) {
    throw;
  } catch (const std::exception& unexpected) {
    throw Failure(ExitCode::internal_error, fmt::format("internal error: {}", unexpected.what()));
  }
}

std::uint64_t latest_epoch(const state::Store* store) {
  return store != nullptr && store->latest() != nullptr ? store->latest()->epoch : 0;
}

}  // namespace

Job::Job(const Plan& plan, const JobOptions& options)
    : plan_(plan),
      options_(options),
      first_epoch_(latest_epoch(options.store)),
      coordinator_({options.clock, lay_out_tasks(plan, options.workers).size() * options.workers,
                    options.epoch_interval, options.drain_timeout, first_epoch_},
                   rest_) {}

JobSummary Job::run() {
  const Retirement retirement(coordinator_.bell());
  Assembly assembly(plan_, options_, coordinator_, rest_);
  assembly.restore();
  assembly.open_sources();
  open_writers(assembly.io());
  assembly.store_beginning();
  const Ending ending = run(assembly);
  if (const std::exception_ptr error = coordinator_.error()) rethrow(error);
  if (ending == Ending::drain_deadline) {
    const double seconds = std::chrono::duration<double>(options_.drain_timeout).count();
    throw Failure(ExitCode::drain_deadline,
                  fmt::format("what was in flight when the job was stopped has not been written within {} s", seconds));
  }
  return summary(assembly, ending);
}

// A pipe that nobody reads is waited for; a stop ends that.
void Job::open_writers(IoThread& io) {
  const auto set_opening = [&](IoThread* opening) {
    const std::lock_guard lock(mutex_);
    opening_ = opening;
    if (opening_ != nullptr && stopped_) opening_->interrupt();
  };
  set_opening(&io);
  try {
    io.open();
  } catch (...) {
    set_opening(nullptr);
    throw;
  }
  set_opening(nullptr);
}

void Job::stop() {
  coordinator_.stop();
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  if (opening_ != nullptr) opening_->interrupt();
}

Ending Job::run(Assembly& assembly) {
  start(assembly);
  const Ending ending = coordinator_.conduct(
      {[&assembly] { assembly.wake_workers(); }, [&assembly](std::uint64_t epoch) { assembly.io().commit(epoch); }});
  for (Worker& worker : assembly.workers()) worker.join();
  const bool is_whole = ending == Ending::input_ended || ending == Ending::stopped;
  if (is_whole && coordinator_.error() == nullptr) {
    assembly.io().close();
  } else {
    assembly.io().abandon();
  }
  const std::lock_guard lock(mutex_);
  running_ = nullptr;
  return ending;
}

void Job::start(Assembly& assembly) {
  try {
    assembly.io().start();
    for (Worker& worker : assembly.workers()) worker.start();
  } catch (const Failure&) {
    // Those that have started are stopped in the same way as after any other error.
    coordinator_.fail(std::current_exception());
  }
  const std::lock_guard lock(mutex_);
  running_ = &assembly;
}

void Job::rest() {
  {
    const std::lock_guard lock(mutex_);
    coordinator_.bell().ring();
    if (running_ != nullptr) running_->wake_workers();
  }
  rest_.wait();
}

std::optional<JobSummary> Job::so_far() {
  const std::lock_guard lock(mutex_);
  if (running_ == nullptr) return std::nullopt;
  return summary(*running_, Ending::input_ended);
}

JobSummary Job::summary(const Assembly& assembly, Ending ending) const {
  JobSummary summary;
  summary.ending = ending;
  summary.epochs = coordinator_.settled() - first_epoch_;
  for (Plan::NodeIndex node = 0; node < plan_.nodes.size(); ++node)
    summary.nodes.push_back({plan_.nodes[node].step, plan_.nodes[node].name, assembly.counts(node)});
  return summary;
}

}  // namespace flowrun
