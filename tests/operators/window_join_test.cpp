#include <catch2/catch.hpp>

#include "operators/grouped.hpp"
#include "record/json.hpp"
#include "state/keyed_states.hpp"

using namespace flowrun;

namespace {

constexpr InputIndex left = 0, right = 1;

using Lengths = std::vector<std::pair<std::string, int>>;  // in seconds

OptionList join_in(const Lengths& window, std::string emit, std::string keep = "last") {
  auto options = std::make_shared<Options>();
  for (const auto& [name, length] : window) options->set(name, Duration(std::chrono::seconds(length)));
  OptionList list;
  list.with("sides", std::vector<std::pair<std::string, std::string>>{{"l", "left"}, {"r", "right"}})
      .with("by", program(".k"))
      .with("window", std::shared_ptr<const Options>(std::move(options)))
      .with("keep", std::move(keep));
  if (!emit.empty()) list.with("emit", std::move(emit));
  return list;
}
OperatorHarness joining(const Lengths& window, std::string emit, std::string keep = "last") {
  return alone("join", join_in(window, std::move(emit), std::move(keep))).runs_on(ClockKind::event).late_port(1);
}
std::string record(std::string_view group, int number) {
  return "{\"k\":" + std::string(group) + ",\"n\":" + std::to_string(number) + "}";
}
// `n` of both sides and the seconds of the window, of rows as they are emitted.
Values rows(const HarnessOutcome& outcome) {
  Values rows;
  for (const std::string& row : outcome.values()) {
    const Values l = field_of({row}, "l"), r = field_of({row}, "r");
    const auto n = [](const std::string& side) { return side == "null" ? side : field_of({side}, "n").front(); };
    const auto seconds = [&](const char* name) { return field_of({row}, name).front().substr(15, 5); };
    rows.push_back(n(l.front()) + " " + n(r.front()) + " " + seconds("window_start") + "-" + seconds("window_end"));
  }
  return rows;
}

}  // namespace

TEST_CASE("a windowed join emits the rows of a window when the watermark reaches its end, in the order of the groups") {
  const auto outcome = joining({{"tumbling", 10}}, "")
                           .send(timed(1, record("2", 1)), left)
                           .send(timed(2, record("1", 2)), left)
                           .send(timed(3, record("1", 3)), right)
                           .send(timed(11, record("1", 4)), right)
                           .watermark(at(10))
                           .send(timed(12, record("1", 5)), left)
                           .watermark(at(19))
                           .watermark(at(20))
                           .finish()
                           .run();
  CHECK(rows(outcome) == Values{"2 3 00:00-00:10", "1 null 00:00-00:10", "5 4 00:10-00:20"});
  CHECK(outcome.values().front() == R"({"l":{"k":1,"n":2},"r":{"k":1,"n":3},"window_start":"1970-01-01T00:00:00Z",)"
                                    R"("window_end":"1970-01-01T00:00:10Z"})");
  CHECK(outcome.ports[0].keys == Values{R"("1")", R"("2")", R"("1")"});
  CHECK(outcome.ports[0].times == std::vector<Time>{at(3), at(1), at(12)});
}

TEST_CASE("in a window first and last go by event time, ties by arrival") {
  const auto run = [](const std::string& keep) {
    return rows(joining({{"tumbling", 10}}, "final", keep)
                    .send(timed(5, record("1", 1)), left)
                    .send(timed(7, record("1", 2)), left)
                    .send(timed(7, record("1", 3)), left)
                    .send(timed(3, record("1", 4)), left)
                    .send(timed(3, record("1", 5)), left)
                    .send(timed(6, record("1", 6)), left)
                    .finish()
                    .run());
  };
  CHECK(run("last") == Values{"3 null 00:00-00:10"});
  CHECK(run("first") == Values{"4 null 00:00-00:10"});
  CHECK(run("all").size() == 6);
}

TEST_CASE("keep all gives every combination of a window") {
  CHECK(rows(joining({{"tumbling", 10}}, "final", "all")
                 .send(timed(1, record("1", 1)), left)
                 .send(timed(2, record("1", 2)), left)
                 .send(timed(3, record("1", 3)), right)
                 .send(timed(4, record("1", 4)), right)
                 .send(timed(14, record("1", 5)), right)
                 .finish()
                 .run()) ==
        Values{"1 3 00:00-00:10", "1 4 00:00-00:10", "2 3 00:00-00:10", "2 4 00:00-00:10", "null 5 00:10-00:20"});
}

TEST_CASE("complete and running emit on arrival, within the window") {
  const auto run = [](const std::string& emit) {
    return rows(joining({{"tumbling", 10}}, emit)
                    .send(timed(1, record("1", 1)), left)
                    .send(timed(12, record("1", 2)), right)
                    .send(timed(3, record("1", 3)), right)
                    .send(timed(4, record("1", 4)), right)
                    .send(timed(15, record("1", 5)), left)
                    .watermark(at(30))
                    .finish()
                    .run());
  };
  CHECK(run("complete") == Values{"1 3 00:00-00:10", "5 2 00:10-00:20"});
  CHECK(run("running") ==
        Values{"1 null 00:00-00:10", "null 2 00:10-00:20", "1 3 00:00-00:10", "1 4 00:00-00:10", "5 2 00:10-00:20"});
}

TEST_CASE("a record of overlapping windows is joined in each") {
  const auto outcome = joining({{"sliding", 20}, {"step", 10}}, "final")
                           .send(timed(15, record("1", 1)), left)
                           .send(timed(25, record("1", 2)), right)
                           .watermark(at(20))
                           .send(timed(26, record("1", 3)), left)
                           .finish()
                           .run();
  CHECK(rows(outcome) == Values{"1 null 00:00-00:20", "3 2 00:10-00:30", "3 2 00:20-00:40"});
}

TEST_CASE("a late record of a join goes to late as it came; one that some open window takes is not late") {
  const auto outcome = joining({{"sliding", 20}, {"step", 10}}, "final")
                           .watermark(at(30))
                           .send(timed(9, record("1", 1)), right)
                           .send(timed(10, record("1", 2)), left)
                           .send(timed(20, record("1", 3)), left)
                           .send(record("1", 4), left)
                           .finish()
                           .run();
  CHECK(outcome.values(1) == Values{record("1", 1), record("1", 2)});
  CHECK(rows(outcome) == Values{"3 null 00:20-00:40"});
  CHECK(field_of(outcome.errors(), "kind") == Values{R"("time")"});
}

TEST_CASE("in a window what has the group null matches nothing") {
  const auto run = [](const Lengths& window, const std::string& emit) {
    return rows(joining(window, emit)
                    .send(timed(1, record("null", 1)), left)
                    .send(timed(2, record("null", 2)), left)
                    .send(timed(3, record("null", 3)), right)
                    .send(timed(4, record("7", 4)), right)
                    .finish()
                    .run());
  };
  CHECK(run({{"tumbling", 10}}, "final") ==
        Values{"1 null 00:00-00:10", "2 null 00:00-00:10", "null 3 00:00-00:10", "null 4 00:00-00:10"});
  CHECK(run({{"tumbling", 10}}, "running") ==
        Values{"1 null 00:00-00:10", "2 null 00:00-00:10", "null 3 00:00-00:10", "null 4 00:00-00:10"});
  CHECK(run({{"tumbling", 10}}, "complete").empty());
  CHECK(run({{"session", 10}}, "final") ==
        Values{"1 null 00:01-00:13", "2 null 00:01-00:13", "null 3 00:01-00:13", "null 4 00:04-00:14"});
  CHECK(run({{"session", 10}}, "complete").empty());
}

TEST_CASE("a join over sessions puts together what a record of either side bridges") {
  const auto outcome = joining({{"session", 10}}, "final")
                           .send(timed(0, record("1", 1)), left)
                           .send(timed(20, record("1", 2)), right)
                           .send(timed(31, record("1", 3)), right)
                           .send(timed(10, record("1", 4)), left)
                           .watermark(at(30))
                           .send(timed(5, record("2", 5)), left)
                           .watermark(at(31))
                           .finish()
                           .run();
  CHECK(rows(outcome) == Values{"4 2 00:00-00:30", "null 3 00:31-00:41"});
  CHECK(outcome.values(1) == Values{record("2", 5)});
}

TEST_CASE("a session emits on arrival when it is complete, and goes on") {
  CHECK(rows(joining({{"session", 10}}, "complete")
                 .send(timed(0, record("1", 1)), left)
                 .send(timed(5, record("1", 2)), right)
                 .send(timed(10, record("1", 3)), right)
                 .send(timed(12, record("1", 4)), left)
                 .watermark(at(60))
                 .finish()
                 .run()) == Values{"1 2 00:00-00:15", "4 3 00:00-00:22"});
}

TEST_CASE("windows of a join go by arrival where there is no event time") {
  const auto outcome = alone("join", join_in({{"tumbling", 10}}, "final"))
                           .late_port(1)
                           .send(record("1", 1), left)
                           .wall_clock(wall(5))
                           .send(record("1", 2), right)
                           .wall_clock(wall(10))
                           .send(record("1", 3), left)
                           .finish()
                           .run();
  CHECK(rows(outcome) == Values{"1 2 00:00-00:10", "3 null 00:10-00:20"});
}

TEST_CASE("closed windows of a join leave nothing behind") {
  for (const Lengths& window :
       {Lengths{{"tumbling", 10}}, Lengths{{"sliding", 20}, {"step", 5}}, Lengths{{"session", 10}}}) {
    const OperatorPlan plan = planned("join", join_in(window, "final", "all"));
    ManualClock clock(at(0));
    expr::Machine machine;
    state::KeyedStates states;
    Context context;
    context.clock = &clock;
    context.machine = &machine;
    context.state = &states;
    context.step_clock = ClockKind::event;
    Output output({.step = "tested", .ports = 2});
    const auto step = grouped(plan)(context);
    for (int round = 0; round < 3; ++round) {
      Batch batch;
      Arena arena;
      JsonReader reader;
      for (int number = 0; number < 500; ++number) {
        const auto row = batch.append(*reader.read(record(std::to_string(number % 100), number), batch.arena()));
        batch.set_time(row, at(100 * round + number % 20));
      }
      while (step->process(left, batch, output) == Progress::more) output.take(0);
      CHECK(states.groups() > 0);
      while (step->advance(ClockKind::event, at(100 * round + 60), output) == Progress::more) output.take(0);
      CHECK(states.groups() == 0);
      CHECK(states.bytes() <= 2 * 16 * 16);
    }
  }
}
