#include <algorithm>
#include <catch2/catch.hpp>

#include "fakes.hpp"
#include "running_job.hpp"
#include "state/memory_store.hpp"

namespace flowrun {
namespace {

const Time start_of_test{std::chrono::seconds(1000)};

using Entries = std::vector<std::string>;

}  // namespace

TEST_CASE("an epoch is made durable by all writers, then committed, then acknowledged to the sources") {
  const std::size_t workers = GENERATE(1u, 2u);
  Feed feed;
  Journal journal;
  PlanWriter writer;
  for (int index = 0; index < 2; ++index) writer.plan.writers.push_back(noting_writer(journal));
  const auto source = writer.source(feed.node());
  writer.sink(block_sink(0), {{source}});
  writer.sink(block_sink(1), {{source}});
  ManualClock clock(start_of_test);
  JobOptions options = job_options(clock, workers);
  state::MemoryStore store;
  options.store = &store;
  RunningJob running(writer.plan, options);

  feed.send(Value::integer(1));
  running.job().rest();
  CHECK(journal.entries() == Entries{"check", "check", "open", "open", "durable 0", "durable 0", "write 1", "write 1"});
  running.job().request_mark();
  running.job().rest();
  CHECK(feed.acknowledged() == std::vector<std::uint64_t>(workers, 1));
  feed.send(Value::integer(2));
  running.job().rest();
  feed.end();
  CHECK(running.wait().epochs == 2);
  CHECK(journal.entries() == Entries{"check",     "check",    "open",     "open",      "durable 0",
                                     "durable 0", "write 1",  "write 1",  "durable 1", "durable 1",
                                     "commit 1",  "commit 1", "write 2",  "write 2",   "durable 2",
                                     "durable 2", "commit 2", "commit 2", "close",     "close"});
  CHECK(feed.acknowledged().size() == 2 * workers);
}

TEST_CASE("a mark comes with each interval in which something was read") {
  Feed feed;
  Journal journal;
  PlanWriter writer;
  writer.sink(noting_sink(journal), {{writer.source(feed.node())}});
  ManualClock clock(start_of_test);
  JobOptions options = job_options(clock);
  options.epoch_interval = std::chrono::seconds(10);
  RunningJob running(writer.plan, options);
  const auto after = [&](int seconds) {
    clock.advance(std::chrono::seconds(seconds));
    running.job().rest();
    return journal.entries();
  };

  CHECK(after(60) == Entries{});
  feed.send(Value::integer(1));
  // Nothing has been cut for longer than the interval, so it is cut at once.
  CHECK(after(0) == Entries{"1", "seal 1"});
  feed.send(Value::integer(2));
  CHECK(after(9) == Entries{"1", "seal 1", "2"});
  CHECK(after(1) == Entries{"1", "seal 1", "2", "seal 2"});
  CHECK(after(60) == Entries{"1", "seal 1", "2", "seal 2"});
}

TEST_CASE("steps send what must come before a mark, and each of them sees each mark once") {
  Feed feed;
  Journal journal;
  PlanWriter writer;
  const auto holding = operator_node([](Context&) {
    auto held = std::make_shared<std::int64_t>(0);
    Calls calls;
    calls.process = [held](InputIndex, Batch& batch, Output&) {
      *held += static_cast<std::int64_t>(batch.size());
      return Progress::done;
    };
    calls.before_mark = [held](Output& output) {
      output.building().append(Value::integer(std::exchange(*held, 0)));
      return Progress::done;
    };
    return calls;
  });
  const auto source = writer.source(feed.node());
  const auto left = writer.step(holding, {{{{source}}}});
  const auto right = writer.step(holding, {{{{source}}}});
  const auto meeting = writer.step(holding, {{{{left}, {right}}}});
  writer.sink(noting_sink(journal), {{meeting}});
  ManualClock clock(start_of_test);
  RunningJob running(writer.plan, job_options(clock));

  for (int number = 0; number < 3; ++number) feed.send(Value::integer(number));
  running.job().rest();
  CHECK(journal.entries() == Entries{});
  running.job().request_mark();
  running.job().rest();
  CHECK(journal.entries() == Entries{"2", "seal 1"});
  running.job().stop();
  CHECK(running.wait().ending == Ending::stopped);
  CHECK(journal.entries() == Entries{"2", "seal 1", "2", "seal 2"});
}

TEST_CASE("a step hands on its watermark behind the records that moved it, and the least of its inputs") {
  Feed left;
  Feed right;
  Journal journal;
  PlanWriter writer;
  // The value is the event time; the watermark is the largest so far.
  const auto timing = operator_node([](Context&) {
    auto largest = std::make_shared<Time>(beginning_of_time);
    Calls calls;
    calls.process = [largest](InputIndex, Batch& batch, Output& output) {
      for (const Batch::Row row : batch.rows()) {
        *largest = std::max(*largest, Time(Duration(batch.value(row).as_integer())));
        batch.add_watermark(static_cast<Batch::Row>(row + 1), *largest);
      }
      output.pass(std::move(batch));
      return Progress::done;
    };
    return calls;
  });
  const auto noting = operator_node([&journal](Context&) {
    auto now = std::make_shared<Time>(beginning_of_time);
    Calls calls;
    calls.process = [&journal, now](InputIndex input, Batch& batch, Output&) {
      std::size_t run = 0;
      for (const Batch::Row row : batch.rows()) {
        for (; run < batch.watermarks().size() && batch.watermarks()[run].first_row <= row; ++run)
          *now = batch.watermarks()[run].watermark;
        const bool known = *now != beginning_of_time;
        journal.add(std::to_string(batch.value(row).as_integer()) + " of " + std::to_string(input) + " against " +
                    (known ? std::to_string(now->time_since_epoch().count()) : "nothing"));
      }
      return Progress::done;
    };
    calls.advance = [&journal, now](ClockKind, Time time, Output&) {
      *now = time;
      journal.add("watermark " + std::to_string(time.time_since_epoch().count()));
      return Progress::done;
    };
    return calls;
  });
  const auto timed_left = writer.step(timing, {{{{writer.source(left.node())}}}});
  const auto timed_right = writer.step(timing, {{{{writer.source(right.node())}}}});
  writer.step(noting, {{{{timed_left}}}, {{{timed_right}}}});
  ManualClock clock(start_of_test);
  RunningJob running(writer.plan, job_options(clock));
  const auto send = [&](Feed& feed, std::initializer_list<std::int64_t> values) {
    std::vector<Value> records;
    for (const std::int64_t value : values) records.push_back(Value::integer(value));
    feed.send(records);
    running.job().rest();
  };

  send(left, {5, 3});
  CHECK(journal.entries() == Entries{"5 of 0 against nothing", "3 of 0 against nothing"});
  send(right, {2, 4, 9, 1});
  CHECK(journal.entries() == Entries{"5 of 0 against nothing", "3 of 0 against nothing", "2 of 1 against nothing",
                                     "4 of 1 against 2", "9 of 1 against 4", "1 of 1 against 5", "watermark 5"});
  left.end();
  running.job().rest();
  CHECK(journal.entries().back() == "watermark 9");
}

}  // namespace flowrun
