#include "testing/test_run.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <thread>
#include <utility>

#include "base/failure.hpp"
#include "runtime/job.hpp"
#include "state/memory_store.hpp"
#include "testing/stepping_clock.hpp"

namespace flowrun {
namespace {

// Beyond what any test moves the clock by.
constexpr Duration never = std::chrono::hours(24 * 365 * 100'000LL);
// Stops of one `advance` at times that somebody waits for; what waits anew at each would never come to an end.
constexpr int most_stops = 10'000;

// What the job would warn of is in what it shows.
class SilentLog final : public Log {
 public:
  void write(LogLevel, std::string_view, std::string_view) override {}
};

class TestRun {
 public:
  TestRun(const Flow& flow, const FlowTest& test, std::size_t workers)
      : test_(test), workers_(workers), plan_(std::make_shared<TestPlan>(flow)), clock_(test.now) {}

  Observation run() {
    const std::size_t workers = workers_;
    start();
    for (const TestEntry& entry : test_.script) {
      std::visit([this](const auto& each) { play(each); }, entry);
      job_->rest();
    }
    if (ended_ < plan_->sources()) job_->stop();
    thread_.join();
    return observe(workers);
  }

 private:
  JobOptions options() {
    JobOptions options{clock_, log_};
    options.workers = workers_;
    options.epoch_interval = never;
    options.drain_timeout = never;
    options.store = &store_;
    return options;
  }

  // From the last epoch where there is one.
  void start() {
    forget_unsettled();
    job_ = std::make_unique<Job>(plan_->plan(), options());
    thread_ = std::thread([this] { run_job(); });
    job_->rest();
  }
  void forget_unsettled() { plan_->go_on_from(store_.latest() != nullptr ? store_.latest()->epoch : 0); }

  // Nothing more happens then.
  bool has_failed() const { return plan_->stop() || !failure_.empty(); }

  void run_job() {
    try {
      job_->run();
    } catch (const Failure& failure) {
      if (failure.code() != ExitCode::stopped_by_reject || !plan_->stop()) failure_ = failure.what();
    } catch (const std::exception& unexpected) {
      failure_ = std::string("internal error: ") + unexpected.what();
    }
  }

  void play(const TestSend& send) { plan_->source(send.source).send(send); }
  void play(const TestEnd& end) {
    plan_->source(end.source).end();
    ++ended_;
  }
  void play(const TestEpoch&) { job_->request_mark(); }
  void play(const TestCrash& crash) {
    if (has_failed()) return;
    job_->abandon();
    thread_.join();
    clock_.set(clock_.now() + crash.down);
    start();
  }
  void play(const TestRestart& restart) {
    if (has_failed()) return;
    job_->stop();
    thread_.join();
    if (has_failed()) return;
    plan_->reopen_sources();
    ended_ = 0;
    workers_ = restart.workers.value_or(workers_);
    start();
  }
  // From one time that somebody waits for to the next, as time would pass.
  void play(const TestAdvance& advance) {
    const Time target = clock_.now() + advance.by;
    for (int stops = 0; stops < most_stops; ++stops) {
      clock_.set(clock_.now());
      job_->rest();
      const Time next = clock_.next_due();
      if (next >= target) break;
      clock_.set(next);
    }
    clock_.set(target);
  }

  Observation observe(std::size_t workers) {
    if (plan_->stop()) forget_unsettled();
    Observation seen;
    seen.workers = workers;
    seen.failure = failure_;
    seen.plan = plan_;
    for (const CapturedStream& stream : plan_->streams())
      seen.records.emplace_back(stream.capture->records().begin(), stream.capture->records().end());
    seen.rejects = plan_->rejects();
    if (plan_->stop()) seen.rejects.push_back(*plan_->stop());
    return seen;
  }

  const FlowTest& test_;
  std::size_t workers_;
  const std::shared_ptr<TestPlan> plan_;
  SteppingClock clock_;
  SilentLog log_;
  state::MemoryStore store_;
  std::unique_ptr<Job> job_;
  std::thread thread_;
  std::size_t ended_ = 0;  // sources
  std::string failure_;
};

// What is read once more after the crash comes from one source alone, so that the order of sources is as without.
std::vector<TestEntry> crashing_given(const std::vector<TestEntry>& given) {
  std::size_t records = 0;
  for (const TestEntry& entry : given)
    if (const auto* const send = std::get_if<TestSend>(&entry)) records += send->records.size();
  std::size_t before = records / 2;  // the crash
  std::vector<TestEntry> script;
  bool crashed = false;
  for (const TestEntry& entry : given) {
    const auto* const send = std::get_if<TestSend>(&entry);
    if (send == nullptr || crashed || send->records.size() <= before) {
      if (send != nullptr && !crashed) before -= send->records.size();
      script.push_back(entry);
      continue;
    }
    const auto middle = send->records.begin() + static_cast<std::ptrdiff_t>(before);
    script.emplace_back(TestSend{send->source, {send->records.begin(), middle}, {}});
    script.emplace_back(TestEpoch{});
    script.emplace_back(TestSend{send->source, {middle, send->records.end()}, {}});
    script.emplace_back(TestCrash{});
    crashed = true;
  }
  return script;
}

}  // namespace

Observation run_test(const Flow& flow, const FlowTest& test, std::size_t workers) {
  return TestRun(flow, test, workers).run();
}

FlowTest with_crash(const FlowTest& test) {
  FlowTest crashing = test;
  if (test.is_given) {
    crashing.script = crashing_given(test.script);
  } else {
    const auto middle = crashing.script.begin() + static_cast<std::ptrdiff_t>(crashing.script.size() / 2);
    crashing.script.insert(middle, {TestEpoch{}, TestCrash{}});
  }
  return crashing;
}

}  // namespace flowrun
