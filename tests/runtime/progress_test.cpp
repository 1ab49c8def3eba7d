#include "runtime/progress.hpp"

#include <catch2/catch.hpp>

namespace flowrun {
namespace {

constexpr Time at(int second) { return Time(std::chrono::seconds(second)); }

Batch batch_of(std::size_t rows, std::vector<WatermarkRun> runs) {
  Batch batch;
  for (std::size_t row = 0; row < rows; ++row) batch.append(Value::null());
  batch.set_watermarks(std::move(runs));
  return batch;
}

std::vector<std::pair<std::uint32_t, Time>> runs_of(const Batch& batch) {
  std::vector<std::pair<std::uint32_t, Time>> runs;
  for (const WatermarkRun& run : batch.watermarks()) runs.emplace_back(run.first_row, run.watermark);
  return runs;
}

using Runs = std::vector<std::pair<std::uint32_t, Time>>;

}  // namespace

TEST_CASE("the watermark of several inputs is the least of theirs and never moves back") {
  InputWatermarks watermarks(2);
  CHECK(watermarks.minimum() == beginning_of_time);
  CHECK_FALSE(watermarks.advance(0, at(5)));
  CHECK(watermarks.advance(1, at(3)));
  CHECK(watermarks.minimum() == at(3));
  CHECK_FALSE(watermarks.advance(1, at(2)));
  CHECK(watermarks.minimum() == at(3));
  CHECK(watermarks.advance(1, at(9)));
  CHECK(watermarks.minimum() == at(5));
}

TEST_CASE("an input that has ended holds nobody back, and the last one leaves the watermark where it was") {
  InputWatermarks watermarks(2);
  watermarks.advance(0, at(5));
  watermarks.advance(1, at(3));
  CHECK(watermarks.end(1));
  CHECK(watermarks.minimum() == at(5));
  CHECK_FALSE(watermarks.end(0));
  CHECK(watermarks.minimum() == at(5));
}

TEST_CASE("an input that ends without a watermark lets those of the others count") {
  InputWatermarks watermarks(2);
  watermarks.advance(0, at(5));
  CHECK(watermarks.minimum() == beginning_of_time);
  CHECK(watermarks.end(1));
  CHECK(watermarks.minimum() == at(5));
}

TEST_CASE("an idle input holds nobody back as long as another one is not idle") {
  InputWatermarks watermarks(2);
  watermarks.advance(0, at(3));
  CHECK(watermarks.advance(1, at(8)));
  CHECK(watermarks.minimum() == at(3));
  CHECK(watermarks.advance(0, at(3), true));
  CHECK(watermarks.minimum() == at(8));
  CHECK_FALSE(watermarks.is_idle());
  // What it says again counts, but nothing moves back.
  CHECK_FALSE(watermarks.advance(0, at(5)));
  CHECK_FALSE(watermarks.advance(1, at(20)));
  CHECK(watermarks.minimum() == at(8));
  CHECK(watermarks.advance(0, at(9)));
  CHECK(watermarks.minimum() == at(9));
}

TEST_CASE("with all inputs idle the watermark waits for those that do not lag behind it") {
  InputWatermarks watermarks(2);
  watermarks.advance(0, at(3), true);
  watermarks.advance(1, at(8));
  CHECK(watermarks.advance(1, at(8), true));
  CHECK(watermarks.is_idle());
  CHECK(watermarks.minimum() == at(8));
  CHECK_FALSE(watermarks.advance(0, at(5), true));
  CHECK(watermarks.advance(1, at(9), true));
  CHECK(watermarks.minimum() == at(9));
  CHECK(watermarks.advance(1, at(9), false));
  CHECK_FALSE(watermarks.is_idle());
  CHECK(watermarks.end(1));
  CHECK(watermarks.is_idle());
}

TEST_CASE("records of a batch are judged against the minimum between them") {
  InputWatermarks watermarks(2);
  watermarks.advance(0, at(1));
  watermarks.advance(1, at(4));
  Batch batch = batch_of(10, {{2, at(3)}, {5, at(6)}, {10, at(8)}});
  watermarks.judge(0, batch);
  // From row 5 on the other input holds back.
  CHECK(runs_of(batch) == Runs{{2, at(3)}, {5, at(4)}});
  CHECK(watermarks.minimum() == at(4));
  CHECK(watermarks.advance(1, at(20)));
  CHECK(watermarks.minimum() == at(8));

  Batch without = batch_of(3, {});
  watermarks.judge(0, without);
  CHECK(runs_of(without).empty());
}

TEST_CASE("a mark passes when it has come on all inputs, and those ahead are held back until then") {
  MarkAlignment alignment(3);
  CHECK_FALSE(alignment.arrive(1));
  CHECK(alignment.holds_back(1));
  CHECK_FALSE(alignment.holds_back(0));
  CHECK_FALSE(alignment.arrive(0));
  CHECK(alignment.arrive(2));
  for (std::size_t input = 0; input < 3; ++input) CHECK_FALSE(alignment.holds_back(input));
  CHECK_FALSE(alignment.arrive(2));
  CHECK(alignment.holds_back(2));
}

TEST_CASE("a single input holds nothing back") {
  MarkAlignment alignment(1);
  CHECK(alignment.arrive(0));
  CHECK_FALSE(alignment.holds_back(0));
}

TEST_CASE("an epoch is cut while the one before is settled, and no further") {
  EpochProgress epochs(2, 0);
  REQUIRE(epochs.may_issue());
  CHECK(epochs.issue() == 1);
  CHECK_FALSE(epochs.may_issue());
  CHECK_FALSE(epochs.pass());
  CHECK(epochs.pass());
  CHECK(epochs.cut() == 1);
  REQUIRE(epochs.may_issue());
  CHECK(epochs.issue() == 2);
  CHECK_FALSE(epochs.pass());
  CHECK(epochs.pass());
  CHECK_FALSE(epochs.may_issue());
  epochs.settle();
  CHECK(epochs.settled() == 1);
  CHECK(epochs.may_issue());
}

}  // namespace flowrun
