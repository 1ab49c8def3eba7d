#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "operators/aggregate/window_results.hpp"

using namespace flowrun;

namespace {

const WindowText gap_of_ten = {{"session", 10}};

}  // namespace

TEST_CASE("a session takes records up to and including its gap apart, and ends the gap behind the last") {
  for (const std::size_t workers : shards) {
    const auto outcome = windows(counts(gap_of_ten), workers)
                             .send(record("1", 0))
                             .send(record("1", 10))
                             .send(record("1", 21))
                             .finish()
                             .run();
    CHECK(sorted(outcome.values()) == sorted({count("1", 0, 20, 2), count("1", 21, 31, 1)}));
  }
}

TEST_CASE("a session closes when the watermark is beyond its end") {
  for (const std::size_t workers : shards) {
    const auto outcome = windows(counts(gap_of_ten), workers)
                             .send(record("1", 0))
                             .watermark(at(10))
                             .send(record("1", 10))  // still open
                             .send(record("2", 0))   // on its own it would end at the watermark: open, too
                             .watermark(at(20) + Duration(1))
                             .send(record("1", 20))  // the other has closed
                             .send(record("3", 10))  // would have ended at 20
                             .finish()
                             .run();
    CHECK(sorted(outcome.values()) == sorted({count("1", 0, 20, 2), count("1", 20, 30, 1), count("2", 0, 10, 1)}));
    CHECK(outcome.values(1) == Values{"3"});
  }
}

TEST_CASE("a record that bridges two sessions makes one of them, and is late only after that") {
  for (const std::size_t workers : shards) {
    const auto outcome = windows(counts(gap_of_ten), workers)
                             .send(record("1", 0))
                             .send(record("1", 20))
                             .send(record("1", 55))
                             .send(record("1", 10))  // of the first two
                             .send(record("1", 32))  // makes a session of its own
                             .send(record("1", 36))
                             .watermark(at(44))
                             .send(record("1", 33))  // alone it would be late
                             .send(record("2", 33))  // and is
                             .send(record("1", 46))  // bridges to the one at 55
                             .finish()
                             .run();
    CHECK(sorted(outcome.values()) == sorted({count("1", 0, 30, 3), count("1", 32, 65, 5)}));
    CHECK(outcome.values(1) == Values{"2"});
  }
}

TEST_CASE("results of sessions go out by end, start and group") {
  const auto outcome = windows(counts(gap_of_ten), 1)
                           .send(record("3", 5))
                           .send(record("2", 5))
                           .send(record("1", 7))
                           .send(record("4", 0))
                           .send(record("4", 5))
                           .watermark(at(30))
                           .finish()
                           .run();
  CHECK(outcome.values() ==
        Values{count("4", 0, 15, 2), count("2", 5, 15, 1), count("3", 5, 15, 1), count("1", 7, 17, 1)});
  CHECK(outcome.ports[0].times.front() == at(15) - Duration(1));
}

TEST_CASE(
    "a fold over a bridged session merges, then adds the record; a failing merge rejects it and changes nothing") {
  const auto run = [](std::string_view merge) {
    return windows(windowed(gap_of_ten, options({}, {fold_with_merge("all", "[]", "$acc + [.]", merge)})), 1)
        .send(record("1", 0))
        .send(record("2", 20))
        .send(record("3", 10))
        .finish()
        .run();
  };
  CHECK(run("$acc + $other").values() == Values{"{" + result(0, 30, R"("all":[1,2,3])")});
  const auto outcome = run(R"(error("no"))");
  CHECK(outcome.values() == Values{"{" + result(0, 10, R"("all":[1])"), "{" + result(20, 30, R"("all":[2])")});
  CHECK(field_of(outcome.errors(), "message") == Values{R"("`all`: merge: no")"});
}

TEST_CASE("values of merged sessions are as those of one") {
  for (const std::size_t workers : shards) {
    const auto outcome = windows(windowed(gap_of_ten, options({}, calls({{"s", "sum", {"."}},
                                                                         {"f", "first", {"."}},
                                                                         {"l", "last", {"."}},
                                                                         {"c", "collect", {"."}},
                                                                         {"d", "distinct", {"."}},
                                                                         {"m", "max", {"."}}}))),
                                 workers)
                             .send(record("20", 20))
                             .send(record("1", 1))
                             .send(record("21", 21))
                             .send(record("11", 11))
                             .finish()
                             .run();
    CHECK(outcome.values() == Values{"{" + result(1, 31, R"("s":53,"f":1,"l":21,"c":[1,11,20,21],"d":4,"m":21)")});
  }
}

TEST_CASE("sessions on the wall clock close by timer") {
  for (const std::size_t workers : shards) {
    const auto outcome = windows(counts(gap_of_ten), workers, ClockKind::system)
                             .send("1")
                             .wall_clock(wall(10))
                             .send("1")
                             .wall_clock(wall(20) + Duration(1))
                             .send("1")
                             .wall_clock(wall(60))
                             .finish()
                             .run();
    CHECK(sorted(field_of(outcome.values(), "n")) == Values{"1", "2"});
  }
}

TEST_CASE("sessions of records in any order are those of the records in order") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::vector<std::pair<int, int>> records;  // time, group
  for (int number = 0; number < 150; ++number)
    records.emplace_back(static_cast<int>(random() % 900), static_cast<int>(random() % 4));
  std::map<int, std::vector<int>> times;
  for (const auto& [time, group] : records) times[group].push_back(time);
  Values expected;
  for (auto& [group, all] : times) {
    std::sort(all.begin(), all.end());
    for (std::size_t begin = 0; begin < all.size();) {
      std::size_t end = begin + 1;
      while (end < all.size() && all[end] - all[end - 1] <= 10) ++end;
      expected.push_back(count(std::to_string(group), all[begin], all[end - 1] + 10, static_cast<int>(end - begin)));
      begin = end;
    }
  }
  OperatorHarness harness = windows(counts(gap_of_ten), 2);
  for (const auto& [time, group] : records) harness.send(record(std::to_string(group), time));
  CHECK(sorted(harness.finish().run().values()) == sorted(expected));
}
