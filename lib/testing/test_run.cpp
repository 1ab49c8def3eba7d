#include "testing/test_run.hpp"

#include <algorithm>
#include <exception>
#include <limits>
#include <thread>
#include <utility>

#include "base/failure.hpp"
#include "runtime/job.hpp"
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
      : test_(test),
        workers_(workers),
        plan_(std::make_shared<TestPlan>(flow)),
        clock_(test.now),
        job_(plan_->plan(), options()) {}

  Observation run() {
    std::thread thread([this] { run_job(); });
    job_.rest();
    for (const TestEntry& entry : test_.script) {
      std::visit([this](const auto& each) { play(each); }, entry);
      job_.rest();
    }
    if (ended_ < plan_->sources()) job_.stop();
    thread.join();
    return observe();
  }

 private:
  JobOptions options() {
    JobOptions options{clock_, log_};
    options.workers = workers_;
    options.epoch_interval = never;
    options.drain_timeout = never;
    return options;
  }

  void run_job() {
    try {
      job_.run();
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
  void play(const TestEpoch&) { job_.request_mark(); }
  // From one time that somebody waits for to the next, as time would pass.
  void play(const TestAdvance& advance) {
    const Time target = clock_.now() + advance.by;
    for (int stops = 0; stops < most_stops; ++stops) {
      clock_.set(clock_.now());
      job_.rest();
      const Time next = clock_.next_due();
      if (next >= target) break;
      clock_.set(next);
    }
    clock_.set(target);
  }

  Observation observe() {
    Observation seen;
    seen.workers = workers_;
    seen.failure = failure_;
    seen.plan = plan_;
    const std::uint64_t last = plan_->stop() ? plan_->settled() : std::numeric_limits<std::uint64_t>::max();
    for (const CapturedStream& stream : plan_->streams()) seen.records.push_back(stream.capture->up_to(last));
    for (const CapturedReject& reject : plan_->rejects())
      if (reject.epoch <= last) seen.rejects.push_back(reject);
    if (plan_->stop()) seen.rejects.push_back(*plan_->stop());
    return seen;
  }

  const FlowTest& test_;
  const std::size_t workers_;
  const std::shared_ptr<TestPlan> plan_;
  SteppingClock clock_;
  SilentLog log_;
  Job job_;
  std::size_t ended_ = 0;  // sources
  std::string failure_;
};

}  // namespace

Observation run_test(const Flow& flow, const FlowTest& test, std::size_t workers) {
  return TestRun(flow, test, workers).run();
}

}  // namespace flowrun
