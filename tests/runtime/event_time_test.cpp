#include <catch2/catch.hpp>
#include <set>

#include "fakes.hpp"
#include "record/watermark_cursor.hpp"
#include "running_job.hpp"
#include "runtime/partition_watermarks.hpp"
#include "runtime/reading_front.hpp"
#include "runtime/silence.hpp"

namespace flowrun {
namespace {

constexpr Time at(int second) { return Time(std::chrono::seconds(second)); }
const Time start_of_test = at(1000);

using Entries = std::vector<std::string>;
using Runs = std::vector<std::pair<std::uint32_t, Time>>;

EventTimeOptions delayed(int seconds) {
  EventTimeOptions options;
  options.delay = std::chrono::seconds(seconds);
  return options;
}

Batch batch_of(const std::shared_ptr<const PartitionName>& partition, const std::vector<int>& seconds) {
  Batch batch;
  for (const int second : seconds) batch.set_time(batch.append(Value::integer(second)), at(second));
  batch.set_partition(partition);
  return batch;
}

Runs judged(PartitionWatermarks& watermarks, const std::shared_ptr<const PartitionName>& partition,
            const std::vector<int>& seconds) {
  Batch batch = batch_of(partition, seconds);
  watermarks.judge(batch);
  Runs runs;
  for (const WatermarkRun& run : batch.watermarks()) runs.emplace_back(run.first_row, run.watermark);
  return runs;
}

std::shared_ptr<const PartitionName> partition(std::string name) {
  return std::make_shared<PartitionName>(PartitionName{std::move(name), 0});
}

// Sets the event time of each record: its value, in seconds.
Plan::OperatorNode setting_time() {
  return operator_node([](Context&) {
    Calls calls;
    calls.process = [](InputIndex, Batch& batch, Output& output) {
      for (const Batch::Row row : batch.rows())
        batch.set_time(row, at(static_cast<int>(batch.value(row).as_integer())));
      output.pass(std::move(batch));
      return Progress::done;
    };
    return calls;
  });
}

// Gives, for each record, "VALUE after WATERMARK", and "watermark" for what stands behind a batch or comes by itself.
Plan::OperatorNode telling_watermarks() {
  return operator_node([](Context&) {
    auto known = std::make_shared<Time>(beginning_of_time);
    const auto seconds = [](Time time) {
      return time == beginning_of_time ? std::string("none")
                                       : std::to_string(time.time_since_epoch().count() / 1000000);
    };
    Calls calls;
    calls.process = [known, seconds](InputIndex, Batch& batch, Output& output) {
      WatermarkCursor cursor(batch.watermarks(), *known);
      for (const Batch::Row row : batch.rows()) {
        Batch& building = output.building();
        *known = cursor.before(row);
        const std::string text = to_json(batch.value(row)) + " after " + seconds(*known);
        building.append(Value::text(text, building.arena()));
      }
      return Progress::done;
    };
    calls.advance = [known, seconds](ClockKind, Time time, Output& output) {
      if (time > *known) {
        const std::string text = "watermark " + seconds(time);
        output.building().append(Value::text(text, output.building().arena()));
      }
      *known = std::max(*known, time);
      return Progress::done;
    };
    return calls;
  });
}

// All records go to one worker.
Plan::OperatorNode in_one_group() {
  return operator_node([](Context&) {
    Calls calls;
    calls.process = [](InputIndex, Batch& batch, Output& output) {
      for (const Batch::Row row : batch.rows()) batch.set_group(row, {"", 0});
      output.pass(std::move(batch));
      return Progress::done;
    };
    return calls;
  });
}

// Sources whose records are read by event time, into one step that tells watermarks.
struct TimedFlow {
  explicit TimedFlow(EventTimeOptions options) : options_(options) {}

  void add(Feed& feed) {
    const auto source = writer.source(feed.node());
    const auto time = writer.step(setting_time(), {{{{source}}}});
    writer.plan.nodes[time].sets_time = options_;
    std::get<Plan::SourceNode>(writer.plan.nodes[source].work).time_node = time;
    edges.push_back({time});
  }
  const Plan& plan() {
    const auto sending = writer.step(in_one_group(), {{edges}});
    const auto telling = writer.step(telling_watermarks(), {{{{sending, 0, Exchange::by_group}}}});
    writer.sink(noting_sink(journal), {{telling}});
    return writer.plan;
  }

  PlanWriter writer;
  std::vector<Plan::Edge> edges;
  Journal journal;

 private:
  EventTimeOptions options_;
};

void send(Feed& feed, const std::vector<int>& seconds, std::size_t partition = 0) {
  std::vector<Value> values;
  for (const int second : seconds) values.push_back(Value::integer(second));
  feed.send(values, partition);
}

JobOptions without_epochs(Clock& clock, std::size_t workers = 1) {
  JobOptions options = job_options(clock, workers);
  options.epoch_interval = std::chrono::hours(1);
  return options;
}

}  // namespace

TEST_CASE("a record leaves behind the largest time of its partition minus the delay") {
  const auto file = partition("a");
  PartitionWatermarks watermarks(delayed(2));
  watermarks.assign(*file);
  CHECK(judged(watermarks, file, {10, 9, 13, 13, 11}) == Runs{{1, at(8)}, {3, at(11)}});
  CHECK(watermarks.watermark() == at(11));
  CHECK(watermarks.of(*file) == at(11));
  CHECK(judged(watermarks, file, {12, 14}) == Runs{{2, at(12)}});
}

TEST_CASE("a partition that has given nothing holds the others back, one that has ended does not") {
  const auto first = partition("a"), second = partition("b");
  PartitionWatermarks watermarks(delayed(0));
  watermarks.assign(*first);
  watermarks.assign(*second);
  CHECK(judged(watermarks, first, {10, 20}).empty());
  CHECK(judged(watermarks, second, {5, 30}) == Runs{{1, at(5)}, {2, at(20)}});
  watermarks.end(*first);
  CHECK(watermarks.watermark() == at(30));
  watermarks.end(*second);
  CHECK(watermarks.watermark() == at(30));
  CHECK_FALSE(watermarks.is_idle());
}

TEST_CASE("a silent partition holds nobody back, all silent ones make the watermark wait or advance with the clock") {
  const bool advances = GENERATE(false, true);
  const auto first = partition("a"), second = partition("b");
  EventTimeOptions options = delayed(0);
  options.advances_when_idle = advances;
  PartitionWatermarks watermarks(options);
  watermarks.assign(*first);
  watermarks.assign(*second);
  judged(watermarks, first, {10});
  watermarks.set_silent(*second, true);
  CHECK(watermarks.watermark() == at(10));
  CHECK_FALSE(watermarks.is_idle());
  watermarks.note_quiet(std::chrono::seconds(50));
  CHECK(watermarks.watermark() == at(10));
  watermarks.set_silent(*first, true);
  CHECK(watermarks.is_idle());
  CHECK(watermarks.watermark() == at(10));
  watermarks.note_quiet(std::chrono::seconds(5));
  CHECK(watermarks.watermark() == at(advances ? 15 : 10));
  // One that speaks again counts again, but the watermark never moves back.
  watermarks.set_silent(*second, false);
  CHECK(judged(watermarks, second, {3, 40}) == (advances ? Runs{{2, at(40)}} : Runs{{2, at(40)}}));
}

TEST_CASE("records of silent partitions count from where they speak again") {
  const auto first = partition("a"), second = partition("b");
  PartitionWatermarks watermarks(delayed(0));
  watermarks.assign(*first);
  watermarks.assign(*second);
  judged(watermarks, first, {10});
  judged(watermarks, second, {20});
  watermarks.set_silent(*first, true);
  CHECK(watermarks.watermark() == at(20));
  watermarks.set_silent(*first, false);
  CHECK(judged(watermarks, second, {30}).empty());
  CHECK(judged(watermarks, first, {25}) == Runs{{1, at(25)}});
}

TEST_CASE("who is further ahead in event time than the source allows waits for the slowest, who rings it") {
  Rest rest;
  Bell first_bell(rest), second_bell(rest);
  ReadingFront front(std::chrono::seconds(10));
  const std::size_t first = front.add(first_bell), second = front.add(second_bell);
  CHECK(front.may_read(first, beginning_of_time));
  CHECK_FALSE(front.may_read(first, at(5)));  // the other one has not looked yet
  CHECK(front.may_read(second, at(0)));
  CHECK(front.may_read(first, at(10)));
  CHECK_FALSE(front.may_read(first, at(11)));
  CHECK(front.may_read(second, at(1)));
  first_bell.sleep(0);  // returns at once: it has been rung
  CHECK(front.may_read(first, at(11)));
  CHECK_FALSE(front.may_read(first, at(100)));
  front.leave(second);
  CHECK(front.may_read(first, at(100)));
}

TEST_CASE("with `ahead: never` and for a single reader nobody waits") {
  Rest rest;
  Bell bell(rest), other(rest);
  ReadingFront unbound(Duration::max());
  unbound.add(bell);
  unbound.add(other);
  CHECK(unbound.may_read(0, at(1'000'000)));
  ReadingFront alone(std::chrono::seconds(1));
  alone.add(bell);
  CHECK(alone.may_read(0, at(1'000'000)));
}

TEST_CASE("silence is what was waited for, not what a job that was held up spent otherwise") {
  ManualClock clock(start_of_test);
  Silence silence(clock);
  clock.advance(std::chrono::seconds(5));
  CHECK(silence.since_last_look(true) == std::chrono::seconds(5));
  clock.advance(std::chrono::minutes(10));
  CHECK(silence.since_last_look(false) == std::chrono::milliseconds(100));
  clock.advance(std::chrono::milliseconds(3));
  CHECK(silence.since_last_look(false) == std::chrono::milliseconds(3));
}

TEST_CASE("the partition with the lowest watermark is read next, those that gave nothing yet before all") {
  Feed feed(3);
  feed.batch_size = 1;
  send(feed, {10, 30, 40}, 0);
  send(feed, {20, 35}, 1);
  send(feed, {15, 16}, 2);
  feed.end();
  TimedFlow flow(delayed(0));
  flow.add(feed);
  ManualClock clock(start_of_test);
  Job job(flow.plan(), without_epochs(clock));
  job.run();
  CHECK(flow.journal.entries() == Entries{R"("10 after none")", R"("20 after none")", R"("15 after none")",
                                          R"("watermark 10")", R"("30 after 10")", R"("watermark 15")",
                                          R"("16 after 15")", R"("watermark 16")", R"("watermark 20")",
                                          R"("35 after 20")", R"("watermark 30")", R"("40 after 30")",
                                          R"("watermark 35")", R"("watermark 40")", "seal 1"});
}

TEST_CASE("a partition that is silent for `idle` of running time holds nobody back any more") {
  Feed feed(2);
  TimedFlow flow(delayed(0));
  flow.add(feed);
  ManualClock clock(start_of_test);
  RunningJob running(flow.plan(), without_epochs(clock));
  const auto after = [&](int seconds) {
    clock.advance(std::chrono::seconds(seconds));
    running.job().rest();
    return flow.journal.entries();
  };
  send(feed, {10, 20}, 0);
  CHECK(after(0) == Entries{R"("10 after none")", R"("20 after none")"});
  CHECK(after(29).size() == 2);
  send(feed, {21}, 0);
  CHECK(after(0).size() == 3);
  CHECK(after(1) == Entries{R"("10 after none")", R"("20 after none")", R"("21 after none")", R"("watermark 21")"});
  // All silent: it waits, and goes on with what comes.
  CHECK(after(1000).size() == 4);
  send(feed, {30, 31}, 1);
  CHECK(after(0).back() == R"("watermark 31")");
}

TEST_CASE("a source that is all silent holds back nobody who has other inputs, and waits alone") {
  const std::size_t workers = GENERATE(1u, 2u);
  Feed fast, slow;
  TimedFlow flow(delayed(0));
  flow.add(fast);
  flow.add(slow);
  ManualClock clock(start_of_test);
  RunningJob running(flow.plan(), without_epochs(clock, workers));
  const auto after = [&](int seconds) {
    clock.advance(std::chrono::seconds(seconds));
    running.job().rest();
    const Entries entries = flow.journal.entries();
    return std::set<std::string>(entries.begin(), entries.end());
  };
  using Told = std::set<std::string>;
  send(fast, {10}, 0);
  send(slow, {5}, 0);
  Told told{R"("10 after none")", R"("5 after none")", R"("watermark 5")"};
  CHECK(after(0) == told);
  send(fast, {20}, 0);
  told.insert(R"("20 after 5")");
  CHECK(after(29) == told);
  send(fast, {21}, 0);
  told.insert(R"("21 after 5")");
  CHECK(after(0) == told);
  told.insert(R"("watermark 21")");
  CHECK(after(1) == told);
  CHECK(after(100) == told);
  send(slow, {22}, 0);
  told.insert({R"("22 after 21")", R"("watermark 22")"});  // by now the other one is silent
  CHECK(after(0) == told);
  send(fast, {30}, 0);
  told.insert(R"("30 after 22")");
  CHECK(after(0) == told);
}

TEST_CASE("a quiet source goes on with the running clock where it is told to") {
  Feed feed;
  EventTimeOptions options = delayed(0);
  options.advances_when_idle = true;
  TimedFlow flow(options);
  flow.add(feed);
  ManualClock clock(start_of_test);
  RunningJob running(flow.plan(), without_epochs(clock));
  const auto after = [&](int seconds) {
    clock.advance(std::chrono::seconds(seconds));
    running.job().rest();
    return flow.journal.entries();
  };
  send(feed, {10}, 0);
  CHECK(after(0).back() == R"("watermark 10")");
  CHECK(after(30).back() == R"("watermark 10")");
  CHECK(after(5).back() == R"("watermark 15")");
  CHECK(after(60).back() == R"("watermark 75")");
}

}  // namespace flowrun
