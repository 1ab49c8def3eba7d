#include <algorithm>
#include <catch2/catch.hpp>

#include "operators/aggregate/window_results.hpp"

using namespace flowrun;

namespace {

Options changing(const WindowText& window) {
  return windowed(window, emitting(std::string("changes"), program("."), calls({{"n", "count", {}}})));
}
Options every_five(const WindowText& window) {
  return windowed(window, emitting(every(std::chrono::seconds(5)), program("."), calls({{"n", "count", {}}})));
}

std::string changed(const std::string& key, int start, int end, int n, bool is_final) {
  return R"({"key":)" + key + "," +
         result(start, end, R"("n":)" + std::to_string(n) + R"(,"final":)" + (is_final ? "true" : "false"));
}

}  // namespace

TEST_CASE(
    "changes of a window are emitted once per group and batch, and the final one alone by the batch that closes it") {
  const auto outcome = windows(changing({{"tumbling", 10}}), 1)
                           .only_batched()
                           .send(record("2", 1))
                           .send(record("1", 1))
                           .send(record("2", 2))
                           .mark()
                           .send(record("2", 3))
                           .send(record("2", 12))
                           .watermark(at(10))
                           .send(record("1", 13))
                           .mark()
                           .finish()
                           .run();
  Values values = outcome.values();
  CHECK(std::count(values.begin(), values.end(), changed("2", 0, 10, 3, true)) == 1);
  CHECK(std::count(values.begin(), values.end(), changed("2", 0, 10, 3, false)) == 0);
  CHECK(std::count(values.begin(), values.end(), changed("1", 0, 10, 1, true)) == 1);
  CHECK(values.back() == changed("2", 10, 20, 1, true));
}

TEST_CASE("a changed group of sliding windows is emitted for each that is open") {
  const auto outcome = windows(changing({{"sliding", 10}, {"step", 5}}), 1)
                           .only_batched()
                           .send(record("1", 1))
                           .mark()
                           .watermark(at(5))
                           .send(record("1", 6))
                           .mark()
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{changed("1", -5, 5, 1, false), changed("1", 0, 10, 1, false),
                                   changed("1", -5, 5, 1, true), changed("1", 0, 10, 2, false),
                                   changed("1", 5, 15, 1, false), changed("1", 0, 10, 2, true),
                                   changed("1", 5, 15, 1, true)});
}

TEST_CASE("a changed group of a window is emitted some event time after its first change, unless that closes it") {
  for (const WindowText& window : {WindowText{{"tumbling", 20}}, WindowText{{"sliding", 20}, {"step", 20}}})
    for (const std::size_t workers : shards) {
      const auto outcome = windows(every_five(window), workers)
                               .watermark(at(0))
                               .send(record("1", 1))
                               .watermark(at(4))
                               .send(record("1", 5))
                               .send(record("2", 5))
                               .watermark(at(5))  // group 1
                               .send(record("1", 6))
                               .watermark(at(9))   // group 2
                               .watermark(at(18))  // group 1 again
                               .send(record("2", 19))
                               .watermark(at(23))  // closes it
                               .send(record("2", 24))
                               .finish()
                               .run();
      CHECK(sorted(outcome.values()) ==
            sorted({changed("1", 0, 20, 2, false), changed("2", 0, 20, 1, false), changed("1", 0, 20, 3, false),
                    changed("1", 0, 20, 3, true), changed("2", 0, 20, 2, true), changed("2", 20, 40, 1, true)}));
    }
}

TEST_CASE("before the first watermark a group has changed at the time of its record") {
  for (const std::size_t workers : shards) {
    const auto outcome = windows(every_five({{"tumbling", 100}}), workers)
                             .send(record("1", 3))
                             .watermark(at(7))
                             .send(record("1", 9))
                             .watermark(at(8))
                             .send(record("1", 10))
                             .watermark(at(12))
                             .send(record("1", 13))
                             .run();
    CHECK(outcome.values() == Values{changed("1", 0, 100, 2, false)});
  }
}

TEST_CASE("a changed group is emitted some wall time after its first change where its windows go by that") {
  for (const std::size_t workers : shards) {
    const auto outcome = windows(every_five({{"tumbling", 60}}), workers, ClockKind::system)
                             .send("1")
                             .wall_clock(wall(5))
                             .send("1")
                             .wall_clock(wall(60))
                             .finish()
                             .run();
    CHECK(field_of(outcome.values(), "final") == Values{"false", "false", "true"});
    CHECK(field_of(outcome.values(), "n") == Values{"1", "2", "2"});
  }
}

TEST_CASE("sessions give final results only") {
  CHECK(
      faults_of("aggregate", windowed({{"session", 5}},
                                      emitting(std::string("changes"), program("."), calls({{"n", "count", {}}})))) ==
      std::vector<std::string>{"emit: a session emits when it closes, since until then it may become part of another"});
}
