#include <catch2/catch.hpp>

#include "fakes.hpp"
#include "os/event.hpp"
#include "running_job.hpp"

namespace flowrun {
namespace {

const Time start_of_test{std::chrono::seconds(1000)};

using Entries = std::vector<std::string>;

// Waits for a reader until it is interrupted.
class WaitingWriter final : public Writer {
 public:
  explicit WaitingWriter(Event& writing) : writing_(writing) {}
  void open(const Position*) override {}
  void write(std::string_view) override {
    writing_.ring();
    interrupted_.wait();
  }
  void interrupt() override { interrupted_.ring(); }
  Position make_durable(std::uint64_t) override { return {}; }

 private:
  Event& writing_;
  Event interrupted_;
};

class LeftWriter final : public Writer {
 public:
  void open(const Position*) override {}
  void write(std::string_view) override { is_left_ = true; }
  Position make_durable(std::uint64_t) override { return {}; }
  bool reader_gone() const override { return is_left_; }

 private:
  bool is_left_ = false;
};

}  // namespace

TEST_CASE("a stop drains what is in flight, cuts a last epoch and emits nothing that is open") {
  const std::size_t workers = GENERATE(1u, 2u);
  Feed feed(2);
  Journal journal;
  PlanWriter writer;
  writer.plan.writers.push_back(noting_writer(journal));
  const auto step = writer.step(finishing(), {{{{writer.source(feed.node())}}}});
  writer.sink(block_sink(0), {{step}});
  ManualClock clock(start_of_test);
  RunningJob running(writer.plan, job_options(clock, workers));
  feed.send(Value::integer(1));
  running.job().rest();
  running.job().stop();
  const JobSummary summary = running.wait();
  CHECK(summary.ending == Ending::stopped);
  CHECK(summary.epochs == 1);
  CHECK(journal.entries() == Entries{"check", "open", "write 1", "commit 1", "close"});
}

TEST_CASE("a job that is stopped before it runs reads nothing") {
  Feed feed;
  feed.send(Value::integer(1));
  Journal journal;
  PlanWriter writer;
  writer.sink(noting_sink(journal), {{writer.source(feed.node())}});
  ManualClock clock(start_of_test);
  Job job(writer.plan, job_options(clock));
  job.stop();
  CHECK(job.run().ending == Ending::stopped);
  CHECK(journal.entries() == Entries{"seal 1"});
}

TEST_CASE("what is not written by the drain deadline is given up, even by a writer that waits") {
  Feed feed;
  feed.send(Value::integer(1));
  Event writing;
  PlanWriter writer;
  writer.plan.writers.push_back({"waiting", [&] { return std::make_unique<WaitingWriter>(writing); }});
  writer.sink(block_sink(0), {{writer.source(feed.node())}});
  ManualClock clock(start_of_test);
  JobOptions options = job_options(clock);
  options.drain_timeout = Duration(0);
  RunningJob running(writer.plan, options);
  writing.wait();
  running.job().stop();
  CHECK(failure_of([&] { running.wait(); }) ==
        "9: what was in flight when the job was stopped has not been written within 0 s");
}

TEST_CASE("a job whose reader has gone ends without an error") {
  Feed feed;
  feed.send(Value::integer(1));
  PlanWriter writer;
  writer.plan.writers.push_back({"left", [] { return std::make_unique<LeftWriter>(); }});
  writer.sink(block_sink(0), {{writer.source(feed.node())}});
  ManualClock clock(start_of_test);
  Job job(writer.plan, job_options(clock));
  CHECK(job.run().ending == Ending::reader_gone);
}

TEST_CASE("a full writer keeps the sink waiting and nothing is lost") {
  Feed feed;
  feed.batch_size = 1;
  for (std::int64_t number = 0; number < 300; ++number) feed.send(Value::integer(number));
  feed.end();
  Journal journal;
  PlanWriter writer;
  writer.plan.writers.push_back(noting_writer(journal));
  writer.sink(block_sink(0), {{writer.source(feed.node())}});
  ManualClock clock(start_of_test);
  JobOptions options = job_options(clock);
  options.writer_bytes = 1;
  Job(writer.plan, options).run();
  Entries expected{"check", "open"};
  for (int number = 0; number < 300; ++number) expected.push_back("write " + std::to_string(number));
  expected.insert(expected.end(), {"commit 1", "close"});
  CHECK(journal.entries() == expected);
}

}  // namespace flowrun
