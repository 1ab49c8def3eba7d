#include <chrono>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <random>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/failure.hpp"
#include "command.hpp"
#include "load.hpp"
#include "os/signals.hpp"
#include "progress.hpp"
#include "run_settings.hpp"
#include "runtime/job.hpp"
#include "state/store.hpp"
#include "summary.hpp"

namespace flowrun {
namespace {

/// Options of a time when one job could span processes, which people still try.
void refuse_scale_out(const Invocation& invocation) {
  for (const char* const name : {"process-id", "addresses"})
    if (invocation.has(name))
      throw Failure(ExitCode::usage, std::string("--") + name + ": one process per job: use -w");
}

/// Runs the job; a stop by a rejected record says what became of the records before it. `progress` may be null.
JobSummary run_to_the_end(Job& job, const Plan& plan, Console* progress) {
  try {
    std::optional<ProgressDisplay> display;
    if (progress != nullptr) display.emplace(job, plan, *progress);
    return job.run();
  } catch (const Failure& failure) {
    if (failure.code() != ExitCode::stopped_by_reject) throw;
    throw Failure(failure.code(), std::string(failure.what()) + "\nnote: what was written before it stays");
  }
}

/// Null where the job keeps nothing.
std::unique_ptr<state::Store> open_store(const RunSettings& settings, const Flow& flow) {
  if (settings.recovery_directory.empty()) return nullptr;
  for (const Step& step : flow.steps)
    if (step.keeps_state && !step.is_named)
      throw Failure(
          ExitCode::invalid_flow,
          fmt::format("the step `{}` keeps state, which a recovery directory holds under the id of the step, and "
                      "it has none of its own\nhint: write `id: {}`, or another name that stays",
                      step.id, step.id));
  return state::Store::open({.folder = settings.recovery_directory});
}

int run(const Invocation& invocation) {
  refuse_scale_out(invocation);
  const LoadedFlow loaded = load_valid(invocation.arguments.front(), invocation, Missing::is_a_fault);
  const RunSettings settings = run_settings(invocation, loaded.runtime);

  SystemClock clock;
  Console console(STDERR_FILENO);
  LineLog log(console, settings.log_format, settings.log_level, clock);
  JobOptions options{clock, log};
  options.workers = settings.workers;
  options.finishes_at_end = settings.finishes_at_end;
  options.most_state = settings.most_state;
  options.drain_timeout = settings.drain_timeout;
  options.epoch_interval = settings.epoch_interval;
  options.ignores_missing_partitions = settings.ignores_missing_partitions;
  options.discarding = {settings.discarded_steps, settings.ignores_state};
  const std::unique_ptr<state::Store> store = open_store(settings, loaded.flow);
  options.store = store.get();
  options.group_seed = std::random_device()();  // so that nobody can choose groups whose hashes collide
  ignore_broken_pipes();
  Job job(loaded.compiled.plan, options);
  const StopSignals signals([&job](int) { job.stop(); });
  const EpochSignal epoch_signal([&job] { job.request_mark(); });

  const auto start = std::chrono::steady_clock::now();
  const bool shows_progress = settings.progress.value_or(shows_progress_by_itself(loaded.flow, console));
  const JobSummary summary = run_to_the_end(job, loaded.compiled.plan, shows_progress ? &console : nullptr);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (summary.ending != Ending::reader_gone)
    log.write(LogLevel::info, "",
              summary_line(loaded.flow, loaded.compiled.plan, summary, seconds.count(),
                           {settings.finishes_at_end, store != nullptr}));
  const bool fails = (settings.fail_on_rejects && rejected_records(summary) > 0) ||
                     (settings.fail_on_late && late_records(summary) > 0);
  return static_cast<int>(fails ? ExitCode::rejects_or_late : ExitCode::success);
}

CommandOption hidden(std::string name) {
  CommandOption option;
  option.name = std::move(name);
  option.value_name = "VALUE";
  option.hidden = true;
  return option;
}

}  // namespace

Command run_command() {
  Command made;
  made.name = "run";
  made.arguments = "FLOW";
  made.fewest = made.most = 1;
  made.summary = "runs a flow; the same as `flowrun FLOW`";
  made.options = run_command_options();
  made.options.push_back(hidden("process-id"));
  made.options.push_back(hidden("addresses"));
  made.examples = {{"flowrun flow.yaml", "runs it on one worker"},
                   {"flowrun flow.yaml -w 4 -p input=orders.jsonl", "on four, with a parameter"},
                   {"flowrun check flow.yaml", "only says what is wrong with it"}};
  made.run = run;
  return made;
}

}  // namespace flowrun
