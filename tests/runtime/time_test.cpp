#include <catch2/catch.hpp>

#include "fakes.hpp"
#include "running_job.hpp"
#include "runtime/rate_limit.hpp"

namespace flowrun {
namespace {

const Time start_of_test{std::chrono::seconds(1000)};

using Entries = std::vector<std::string>;

// Gives what came ten seconds after the first record of it, as a count.
Plan::OperatorNode counting_by_timer() {
  return operator_node([](Context& context) {
    struct State {
      std::int64_t count = 0;
      Time due = end_of_time;
    };
    auto state = std::make_shared<State>();
    Clock* const clock = context.clock;
    Calls calls;
    calls.process = [state, clock](InputIndex, Batch& batch, Output&) {
      if (state->count == 0) state->due = clock->now() + std::chrono::seconds(10);
      state->count += static_cast<std::int64_t>(batch.size());
      return Progress::done;
    };
    calls.advance = [state](ClockKind, Time, Output& output) {
      output.building().append(Value::integer(std::exchange(state->count, 0)));
      state->due = end_of_time;
      return Progress::done;
    };
    calls.next_timer = [state] { return state->due; };
    return calls;
  });
}

}  // namespace

TEST_CASE("timers of the wall clock fire while no record comes, once the clock is there") {
  Feed feed;
  Journal journal;
  PlanWriter writer;
  const auto step = writer.step(counting_by_timer(), {{{{writer.source(feed.node())}}}});
  writer.sink(noting_sink(journal), {{step}});
  ManualClock clock(start_of_test);
  JobOptions options = job_options(clock);
  options.epoch_interval = std::chrono::hours(1);
  RunningJob running(writer.plan, options);
  const auto after = [&](int seconds) {
    clock.advance(std::chrono::seconds(seconds));
    running.job().rest();
    return journal.entries();
  };

  feed.send(Value::integer(1));
  feed.send(Value::integer(2));
  CHECK(after(0) == Entries{});
  CHECK(after(9) == Entries{});
  CHECK(after(1) == Entries{"2"});
  CHECK(after(60) == Entries{"2"});
  feed.send(Value::integer(3));
  CHECK(after(0) == Entries{"2"});
  CHECK(after(10) == Entries{"2", "1"});
}

TEST_CASE("a rate holds for the whole job, on any number of workers") {
  const std::size_t workers = GENERATE(1u, 2u);
  Feed feed(2);
  for (std::int64_t number = 0; number < 100; ++number) feed.send(Value::integer(number), number % 2);
  Journal journal;
  PlanWriter writer;
  writer.sink(noting_sink(journal), {{writer.source(feed.node(10))}});
  ManualClock clock(start_of_test);
  JobOptions options = job_options(clock, workers);
  options.epoch_interval = std::chrono::hours(1);
  RunningJob running(writer.plan, options);
  const auto after = [&](int milliseconds) {
    clock.advance(std::chrono::milliseconds(milliseconds));
    running.job().rest();
    return journal.entries().size();
  };

  CHECK(after(0) == 1);
  CHECK(after(99) == 1);
  CHECK(after(1) == 2);
  CHECK(after(500) == 7);
  CHECK(after(1000) == 17);
  // No more is saved up than a second brings.
  CHECK(after(5000) == 27);
}

TEST_CASE("a rate says when the next record may be read, and takes back what was not used") {
  ManualClock clock(start_of_test);
  RateLimit rate(2, clock);
  CHECK(rate.take(5) == 1);
  CHECK(rate.take(5) == 0);
  CHECK(rate.due() == start_of_test + std::chrono::milliseconds(500));
  rate.give_back(1);
  CHECK(rate.due() == start_of_test);
  CHECK(rate.take(1) == 1);

  RateLimit slow(0.1, clock);
  CHECK(slow.take(1) == 1);
  CHECK(slow.take(1) == 0);
  CHECK(slow.due() == start_of_test + std::chrono::seconds(10));
}

}  // namespace flowrun
