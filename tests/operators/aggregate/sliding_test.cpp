#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "operators/aggregate/window_results.hpp"

using namespace flowrun;

namespace {

const WindowText ten_every_four = {{"sliding", 10}, {"step", 4}};

int floor_to(int time, int step) { return (time >= 0 ? time : time - step + 1) / step * step; }

}  // namespace

TEST_CASE("a record is in every sliding window that takes its time") {
  for (const std::size_t workers : shards)
    CHECK(sorted(windows(counts(ten_every_four), workers)
                     .send(record("1", 5))
                     .send(record("1", 8))
                     .finish()
                     .run()
                     .values()) ==
          sorted({count("1", -4, 6, 1), count("1", 0, 10, 2), count("1", 4, 14, 2), count("1", 8, 18, 1)}));
}

TEST_CASE("sliding windows whose step is their size are as tumbling ones") {
  for (const std::size_t workers : shards)
    CHECK(sorted(windows(counts({{"sliding", 10}, {"step", 10}}), workers)
                     .send(record("1", 5))
                     .send(record("1", 10))
                     .send(record("1", -1))
                     .watermark(at(30))
                     .finish()
                     .run()
                     .values()) == sorted({count("1", -10, 0, 1), count("1", 0, 10, 1), count("1", 10, 20, 1)}));
}

TEST_CASE("a record counts in the windows that are open, and is late when none is") {
  for (const std::size_t workers : shards) {
    const auto outcome = windows(counts(ten_every_four), workers)
                             .send(record("1", 5))
                             .watermark(at(10))
                             .send(record("1", 5))  // not in 0 to 10 any more
                             .send(record("2", 5))
                             .watermark(at(14))
                             .send(record("2", 5))  // 4 to 14 was its last
                             .send(record("1", 12))
                             .finish()
                             .run();
    CHECK(sorted(outcome.values()) == sorted({count("1", -4, 6, 1), count("1", 0, 10, 1), count("1", 4, 14, 2),
                                              count("2", 4, 14, 1), count("1", 4 + 4, 18, 1), count("1", 12, 22, 1)}));
    CHECK(outcome.values(1) == Values{"2"});
  }
}

TEST_CASE("sliding windows go out by end and group, and a gap between records makes no windows") {
  const auto outcome = windows(counts(ten_every_four), 1)
                           .send(record("2", 0))
                           .send(record("1", 1))
                           .watermark(at(50))
                           .send(record("1", 56))
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{count("1", -8, 2, 1), count("2", -8, 2, 1), count("1", -4, 6, 1),
                                   count("2", -4, 6, 1), count("1", 0, 10, 1), count("2", 0, 10, 1),
                                   count("1", 48, 58, 1), count("1", 52, 62, 1), count("1", 56, 66, 1)});
}

TEST_CASE("folds, lists and sets are merged pane by pane, in order") {
  for (const std::size_t workers : shards) {
    std::vector<Call> values = calls({{"c", "collect", {"."}}, {"d", "distinct", {"."}}, {"l", "last", {"."}}});
    values.push_back(fold_with_merge("f", "[]", "$acc + [.]", "$acc + $other"));
    values.push_back(fold("t", "0", "$acc * 10 + .", true));
    CHECK(sorted(windows(windowed({{"sliding", 9}, {"step", 3}}, options({}, std::move(values))), workers)
                     .send(record("7", 7))
                     .send(record("1", 1))
                     .send(record("4", 4))
                     .watermark(at(9))
                     .run()
                     .values()) == sorted({"{" + result(-6, 3, R"("c":[1],"d":1,"l":1,"f":[1],"t":1)"),
                                           "{" + result(-3, 6, R"("c":[1,4],"d":2,"l":4,"f":[1,4],"t":14)"),
                                           "{" + result(0, 9, R"("c":[1,4,7],"d":3,"l":7,"f":[1,4,7],"t":147)")}));
  }
}

TEST_CASE("a merge that fails rejects what it was given, and the window of that group gives nothing") {
  const auto outcome =
      windows(windowed({{"sliding", 4}, {"step", 2}},
                       options(program(".k"),
                               {fold_with_merge("f", "0", "$acc + .v",
                                                R"(if $other > 5 then error("no") else $acc + $other end)")})),
              1)
          .send(record(R"({"k":1,"v":9})", 2))
          .send(record(R"({"k":1,"v":1})", 0))
          .watermark(at(4))
          .run();
  CHECK(outcome.values() == Values{R"({"key":1,)" + result(-2, 2, R"("f":1)")});
  CHECK(field_of(outcome.errors(), "value") == Values{R"({"acc":1,"other":9})"});
  CHECK(field_of(outcome.errors(), "message") == Values{R"("`f`: merge: no")"});
}

TEST_CASE("sliding windows are as if each were kept apart, whatever comes when") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 6; ++round) {
    const int step = 1 + static_cast<int>(random() % 7), size = step + static_cast<int>(random() % 20);
    const int delay = static_cast<int>(random() % 12);
    OperatorHarness harness =
        windows(windowed({{"sliding", size}, {"step", step}},
                         options(program(".k"), calls({{"n", "sum", {".n"}}, {"m", "max", {".n"}}}))),
                round % 3 + 1);
    std::map<std::pair<int, int>, std::pair<int, int>> expected;  // start and group, to sum and largest
    int latest = 0, watermark = -1000;
    std::size_t late = 0;
    for (int number = 0; number < 60; ++number) {
      latest += static_cast<int>(random() % 3);
      const int time = latest - static_cast<int>(random() % 30), group = static_cast<int>(random() % 3);
      const int value = static_cast<int>(random() % 100);
      harness.send(record(R"({"k":)" + std::to_string(group) + R"(,"n":)" + std::to_string(value) + "}", time));
      bool is_late = true;
      for (int start = floor_to(time, step); start + size > time; start -= step) {
        if (start + size <= watermark) continue;
        is_late = false;
        auto& [sum, largest] = expected[{start, group}];
        sum += value;
        largest = std::max(largest, value);
      }
      late += is_late ? 1 : 0;
      if (latest - delay > watermark) harness.watermark(at(watermark = latest - delay));
    }
    Values all;
    for (const auto& [window, values] : expected)
      all.push_back(R"({"key":)" + std::to_string(window.second) + "," +
                    result(window.first, window.first + size,
                           R"("n":)" + std::to_string(values.first) + R"(,"m":)" + std::to_string(values.second)));
    const auto outcome = harness.in_any_order().finish().run();
    CHECK(sorted(outcome.values()) == sorted(all));
    CHECK(outcome.values(1).size() == late);
  }
}
