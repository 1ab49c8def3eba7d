#include "support/operator_harness.hpp"

#include <catch2/catch.hpp>
#include <deque>

#include "component/context.hpp"

namespace flowrun {
namespace {

constexpr Time at(int second) { return Time(std::chrono::seconds(second)); }
constexpr Time year_2000{std::chrono::sys_days(std::chrono::year(2000) / 1 / 1)};

template <class Made, class... Arguments>
OperatorFactory factory(Arguments... arguments) {
  return [=](Context& context) { return std::make_unique<Made>(context, arguments...); };
}

// Gives each record twice.
class Doubling final : public Operator {
 public:
  explicit Doubling(Context&) {}
  Progress process(InputIndex, Batch& batch, Output& output) override {
    while (!batch.empty()) {
      if (output.full()) return Progress::more;
      const Batch::Row row = batch.rows().front();
      for (int copy = 0; copy < 2; ++copy) output.building().append_copy(batch, row);
      batch.drop_front(1);
    }
    return Progress::done;
  }
};

// Forgets where it was when the output was full.
class Repeating final : public Operator {
 public:
  explicit Repeating(Context&) {}
  Progress process(InputIndex, Batch& batch, Output& output) override {
    for (const Batch::Row row : batch.rows()) output.building().append_copy(batch, row);
    return output.full() && !std::exchange(refused_, true) ? Progress::more : Progress::done;
  }

 private:
  bool refused_ = false;
};

// Numbers the records of each batch, so its answer depends on where batches end.
class CountingInBatch final : public Operator {
 public:
  explicit CountingInBatch(Context&) {}
  Progress process(InputIndex, Batch& batch, Output& output) override {
    std::int64_t number = 0;
    for (const Batch::Row row : batch.rows()) batch.set_value(row, Value::integer(number++));
    output.pass(std::move(batch));
    return Progress::done;
  }
};

class RejectingNumbers final : public Operator {
 public:
  explicit RejectingNumbers(Context&) {}
  Progress process(InputIndex, Batch& batch, Output& output) override {
    std::vector<Batch::Row> good;
    for (const Batch::Row row : batch.rows()) {
      if (batch.value(row).is_numeric()) {
        output.reject(batch, row, RejectKind::assertion, "a number");
      } else {
        good.push_back(row);
      }
    }
    batch.select(good);
    output.pass(std::move(batch));
    return Progress::done;
  }
};

// Says of each record whether its time is before the watermark that it stands against.
class Judging final : public Operator {
 public:
  explicit Judging(Context&) {}
  Progress process(InputIndex, Batch& batch, Output& output) override {
    std::size_t run = 0;
    for (const Batch::Row row : batch.rows()) {
      for (; run < batch.watermarks().size() && batch.watermarks()[run].first_row <= row; ++run)
        watermark_ = batch.watermarks()[run].watermark;
      batch.set_value(row, Value::text(batch.time(row) < watermark_ ? "late" : "in time"));
    }
    output.pass(std::move(batch));
    return Progress::done;
  }
  Progress advance(ClockKind, Time time, Output&) override {
    watermark_ = time;
    return Progress::done;
  }
  void restored(Time watermark) override { watermark_ = watermark; }

 private:
  Time watermark_ = beginning_of_time;
};

// Pairs the records of two inputs in the order in which they come.
class Joining final : public Operator {
 public:
  explicit Joining(Context&) {}
  Progress process(InputIndex input, Batch& batch, Output& output) override {
    for (; !batch.empty(); batch.drop_front(1)) {
      if (output.full()) return Progress::more;
      waiting_[input].push_back(batch.value(batch.rows().front()).as_integer());
      if (waiting_[0].empty() || waiting_[1].empty()) continue;
      output.building().append(Value::integer(waiting_[0].front() * 100 + waiting_[1].front()));
      for (auto& side : waiting_) side.pop_front();
    }
    return Progress::done;
  }
  Progress finish(Output& output) override {
    for (; !waiting_[0].empty(); waiting_[0].pop_front()) {
      if (output.full()) return Progress::more;
      output.building().append(Value::integer(waiting_[0].front()));
    }
    return Progress::done;
  }

 private:
  std::deque<std::int64_t> waiting_[2];
};

// Gives the number of records since the last time, ten seconds after the first of them, and before a mark.
class CountingByTimer final : public Operator {
 public:
  explicit CountingByTimer(Context& context) : clock_(*context.clock) {}
  Progress process(InputIndex, Batch& batch, Output&) override {
    if (count_ == 0) due_ = clock_.now() + std::chrono::seconds(10);
    count_ += static_cast<std::int64_t>(batch.size());
    return Progress::done;
  }
  Progress advance(ClockKind, Time, Output& output) override { return give(output); }
  Progress before_mark(Output& output) override { return give(output); }
  Time next_timer() const override { return due_; }

 private:
  Progress give(Output& output) {
    if (count_ > 0) output.building().append(Value::integer(count_));
    count_ = 0;
    due_ = end_of_time;
    return Progress::done;
  }

  Clock& clock_;
  std::int64_t count_ = 0;
  Time due_ = end_of_time;
};

}  // namespace

TEST_CASE("the harness gives what came out of each port, with keys and times") {
  OperatorHarness harness(factory<Doubling>());
  harness.send({.value = R"({"a":1})", .key = R"("k")", .time = at(7)}).send("2").finish();
  const HarnessOutcome outcome = harness.run();
  CHECK(outcome.values() == std::vector<std::string>{R"({"a":1})", R"({"a":1})", "2", "2"});
  CHECK(outcome.ports[0].keys == std::vector<std::string>{R"("k")", R"("k")", "null", "null"});
  CHECK(outcome.ports[0].times == std::vector<Time>{at(7), at(7), no_time, no_time});
  CHECK(outcome.errors().empty());
  CHECK(outcome.failure.empty());
}

TEST_CASE("the harness finds operators whose answer depends on the batches or on a full output") {
  OperatorHarness repeating(factory<Repeating>());
  CHECK_FALSE(repeating.send("1").send("2").ways_agree());
  OperatorHarness counting(factory<CountingInBatch>());
  CHECK_FALSE(counting.send("1").send("2").ways_agree());
  OperatorHarness forgetting(factory<Joining>());
  CHECK_FALSE(forgetting.send("1", 0).send("7", 1).ways_agree());
  OperatorHarness doubling(factory<Doubling>());
  CHECK(doubling.send("1").send("2").ways_agree());
}

TEST_CASE("rejected records are error records, or end the operator where nobody reads them") {
  OperatorHarness harness(factory<RejectingNumbers>());
  harness.send("\"good\"").send("12").send("\"better\"");
  const HarnessOutcome read = harness.run();
  CHECK(read.values() == std::vector<std::string>{"\"good\"", "\"better\""});
  CHECK(read.errors() ==
        std::vector<std::string>{
            R"({"kind":"assert","step":"tested","message":"a number","value":12,"raw":null,"key":null,)"
            R"("time":null,"meta":{"path":"test","line":2,"offset":2},"at":"2000-01-01T00:00:00Z"})"});

  const HarnessOutcome skipped = harness.nobody_reads_errors(OnError::skip).run();
  CHECK(skipped.values() == std::vector<std::string>{"\"good\"", "\"better\""});
  CHECK(skipped.errors().empty());

  CHECK(harness.nobody_reads_errors(OnError::stop).run().failure ==
        "step `tested` rejected a record (assert) at test:2: a number\n"
        "hint: read `errors` or `tested.errors`, or write `on_error: skip` at the step");
}

TEST_CASE("records are judged against the watermark before them, wherever batches end") {
  OperatorHarness harness(factory<Judging>());
  harness.runs_on(ClockKind::event);
  harness.send({.value = "1", .time = at(5)})
      .watermark(at(6))
      .send({.value = "2", .time = at(5)})
      .send({.value = "3", .time = at(6)})
      .watermark(at(8))
      .watermark(at(7))
      .send({.value = "4", .time = at(7)})
      .finish();
  CHECK(harness.run().values() == std::vector<std::string>{"\"in time\"", "\"late\"", "\"in time\"", "\"late\""});
}

TEST_CASE("a step with two inputs gets the records of both in the order of the script") {
  OperatorHarness harness(factory<Joining>());
  harness.send("1", 0).send("2", 0).send("7", 1).send("3", 0).send("8", 1).finish();
  CHECK(harness.never_restored().run().values() == std::vector<std::string>{"107", "208", "3"});
}

TEST_CASE("timers of the wall clock are told once they are due, and marks flush") {
  OperatorHarness harness(factory<CountingByTimer>());
  harness.send("1").send("2").wall_clock(year_2000 + std::chrono::seconds(9)).send("3");
  harness.wall_clock(year_2000 + std::chrono::seconds(10)).send("4").mark();
  CHECK(harness.never_restored().run().values() == std::vector<std::string>{"3", "1"});
}

}  // namespace flowrun
