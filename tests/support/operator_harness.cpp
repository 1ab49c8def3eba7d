#include "support/operator_harness.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <random>
#include <tuple>

#include "base/clock.hpp"
#include "base/failure.hpp"
#include "base/log.hpp"
#include "component/output.hpp"
#include "record/json.hpp"
#include "state/keyed_states.hpp"

namespace flowrun {
namespace {

constexpr std::size_t whole = Batch::most_rows / 4;  // rows of a batch: leaves room for some that do not count
constexpr Time start{std::chrono::sys_days(std::chrono::year(2000) / 1 / 1)};

class NoLog final : public Log {
 public:
  void write(LogLevel, std::string_view, std::string_view) override {}
};

Value read_value(const std::string& json, Arena& arena) {
  JsonReader reader;
  auto value = reader.read(json, arena);
  if (!value) FAIL("the test's record is no JSON: " << json << ": " << value.error().message);
  return *value;
}

std::string to_json(const Value& value) {
  std::string text;
  write_json(value, text);
  return text;
}

std::uint64_t test_seed() {
  const char* const given = std::getenv("FLOWRUN_TEST_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
}

// One line a record, for a comparison that shows what differs.
std::vector<std::string> lines(const HarnessOutcome& outcome, bool in_any_order) {
  std::vector<std::string> lines;
  for (std::size_t port = 0; port < outcome.ports.size(); ++port) {
    const HarnessOutcome::Port& given = outcome.ports[port];
    std::vector<std::string> of_port;
    for (std::size_t record = 0; record < given.values.size(); ++record) {
      const Time time = given.times[record];
      of_port.push_back("output " + std::to_string(port) + ": " + given.values[record] + " key " + given.keys[record] +
                        (time == no_time ? "" : " time " + std::to_string(time.time_since_epoch().count())));
    }
    if (in_any_order) std::sort(of_port.begin(), of_port.end());
    lines.insert(lines.end(), of_port.begin(), of_port.end());
  }
  if (!outcome.failure.empty()) lines = {"failure: " + outcome.failure};  // what came before it depends on the batches
  return lines;
}

}  // namespace

// One run of the script. The runtime's part of the contract, in its plainest form.
class OperatorHarness::Way {
 public:
  /// `most_rows`: of a batch; 0: at random by `random`.
  Way(const OperatorHarness& harness, std::size_t most_rows, bool others_around, bool output_refuses, bool restores,
      std::uint64_t seed)
      : harness_(harness),
        most_rows_(most_rows),
        others_around_(others_around),
        output_refuses_(output_refuses),
        restores_(restores),
        random_(seed),
        clock_(start),
        output_(setup()),
        partition_(std::make_shared<PartitionName>(PartitionName{"test", 0})) {
    outcome_.ports.resize(harness.ports_ + std::size_t{1});
    context_.step = "tested";
    context_.clock = &clock_;
    context_.log = &log_;
    context_.machine = &machine_;
    context_.step_clock = harness.clock_;
    begin();
  }

  HarnessOutcome run() {
    try {
      for (const Entry& entry : harness_.script_) std::visit([this](const auto& each) { play(each); }, entry);
      process();
    } catch (const Failure& failure) {
      outcome_.failure = failure.what();
    }
    return std::move(outcome_);
  }

 private:
  void begin() {
    operator_.reset();
    state_ = std::make_unique<state::KeyedStates>();
    context_.state = state_.get();
    operator_ = harness_.make_(context_);
    if (restores_) state_->track_changes();
  }

  // As after a crash right behind a mark: nothing is left but what the store has.
  void save_and_restore() {
    call([&] { return operator_->before_mark(output_); });
    state_->take_changes([this](const std::string& name, const state::Change& change) { store(name, change); });
    const bool is_by_event = harness_.clock_ == ClockKind::event;
    const Time watermark = std::max(is_by_event ? told_ : beginning_of_time, operator_->closed_until());
    begin();
    for (const auto& [key, stored] : store_) {
      const auto& [name, pane, group] = key;
      REQUIRE(state_->restore(name, {group, stored.first}, stored.second, pane).ok());
    }
    operator_->restored(watermark);
  }
  void store(const std::string& name, const state::Change& change) {
    if (change.pane_closed)
      std::erase_if(store_, [&](const auto& stored) {
        return std::get<0>(stored.first) == name && std::get<1>(stored.first) == change.pane;
      });
    else if (change.erased)
      store_.erase({name, change.pane, std::string(change.group)});
    else
      store_[{name, change.pane, std::string(change.group)}] = {change.hash, std::string(change.state)};
  }

  Output::Setup setup() {
    Output::Setup setup;
    setup.step = "tested";
    setup.ports = harness_.ports_;
    setup.errors_read = harness_.errors_read_;
    setup.on_error = harness_.on_error_;
    setup.late = harness_.late_;
    setup.late_read = harness_.late_.has_value();
    setup.clock = &clock_;
    setup.capacity = output_refuses_ ? 1 : 4;
    return setup;
  }

  void play(const Send& send) {
    if (!batch_.empty() && (send.input != input_ || batch_.size() >= rows_of_batch_)) process();
    if (batch_.empty()) rows_of_batch_ = most_rows_ != 0 ? most_rows_ : 1 + random_() % 7;
    input_ = send.input;
    add_other_row();
    ++line_;
    const Batch::Row row = batch_.append(read_value(send.record.value, batch_.arena()));
    if (watermark_ > told_) batch_.add_watermark(row, watermark_);
    batch_.set_key(row, read_value(send.record.key, batch_.arena()));
    if (send.record.time) batch_.set_time(row, *send.record.time);
    batch_.set_place(row, {line_, line_});
    batch_.set_partition(partition_);
    rows_.push_back(row);
    add_other_row();
    batch_.select(rows_);
  }
  void play(const Advance& advance) {
    if (advance.clock == ClockKind::event) {
      watermark_ = std::max(watermark_, advance.time);
      if (batch_.empty()) tell_watermark();
      return;
    }
    process();
    clock_.advance(advance.time - clock_.now());
    if (operator_->next_timer() <= clock_.now())
      call([&] { return operator_->advance(ClockKind::system, clock_.now(), output_); });
  }
  void play(const SendMark&) {
    process();
    call([&] { return operator_->before_mark(output_); });
  }
  void play(const Finish&) {
    process();
    call([&] { return operator_->finish(output_); });
  }

  // Rows that have been selected away must make no difference.
  void add_other_row() {
    if (others_around_) batch_.append(Value::text("selected away"));
  }

  void process() {
    if (!batch_.empty()) {
      call([&] { return operator_->process(input_, batch_, output_); });
      batch_ = Batch();
      rows_.clear();
    }
    tell_watermark();
    if (restores_) save_and_restore();
  }
  void tell_watermark() {
    if (watermark_ <= told_) return;
    told_ = watermark_;
    call([&] { return operator_->advance(ClockKind::event, told_, output_); });
  }

  template <class Call>
  void call(const Call& make_call) {
    // Far more calls than any test needs: a step that never says done is a fault, not a hang.
    for (std::size_t calls = 0; calls < most_calls; ++calls) {
      if (output_refuses_) fill_output();
      Progress progress = make_call();
      empty_output();
      if (output_refuses_ && progress == Progress::more) {
        progress = make_call();
        empty_output();
      }
      if (progress == Progress::done) return;
    }
    FAIL("the operator never says that it is done");
  }

  void fill_output() {
    Batch filler;
    filler.append(Value::null());
    output_.pass(std::move(filler), output_.errors_port());
    fillers_ = 1;
  }

  void empty_output() {
    output_.finish_building();
    for (std::size_t port = 0; port < outcome_.ports.size(); ++port) {
      const std::vector<Batch> batches = output_.take(static_cast<Port>(port));
      const std::size_t first = port + 1 == outcome_.ports.size() ? std::exchange(fillers_, 0) : 0;
      for (std::size_t batch = first; batch < batches.size(); ++batch) note(batches[batch], outcome_.ports[port]);
    }
  }

  static void note(const Batch& batch, HarnessOutcome::Port& port) {
    for (const Batch::Row row : batch.rows()) {
      port.values.push_back(to_json(batch.value(row)));
      port.keys.push_back(to_json(batch.key(row)));
      port.times.push_back(batch.time(row));
    }
  }

  static constexpr std::size_t most_calls = 100000;

  const OperatorHarness& harness_;
  std::size_t most_rows_;
  bool others_around_;
  bool output_refuses_;
  bool restores_;
  std::mt19937_64 random_;
  ManualClock clock_;
  NoLog log_;
  expr::Machine machine_;
  using StoredKey = std::tuple<std::string, Time, std::string>;  // name of the state, pane, group
  std::map<StoredKey, std::pair<std::uint64_t, std::string>> store_;
  std::unique_ptr<state::KeyedStates> state_;
  Context context_;
  Output output_;
  std::shared_ptr<const PartitionName> partition_;
  std::unique_ptr<Operator> operator_;
  HarnessOutcome outcome_;

  Batch batch_;
  std::vector<Batch::Row> rows_;
  std::size_t rows_of_batch_ = 1;
  InputIndex input_ = 0;
  std::uint64_t line_ = 0;
  Time watermark_ = beginning_of_time;  // as far as the script has come
  Time told_ = beginning_of_time;       // as far as the operator knows
  std::size_t fillers_ = 0;
};

OperatorHarness& OperatorHarness::nobody_reads_errors(OnError on_error) {
  errors_read_ = false;
  on_error_ = on_error;
  return *this;
}

OperatorHarness& OperatorHarness::in_any_order() {
  in_any_order_ = true;
  return *this;
}

OperatorHarness& OperatorHarness::only_batched() {
  only_batched_ = true;
  return *this;
}

OperatorHarness& OperatorHarness::never_restored() {
  is_restored_ = false;
  return *this;
}

OperatorHarness& OperatorHarness::runs_on(ClockKind clock) {
  clock_ = clock;
  return *this;
}

OperatorHarness& OperatorHarness::late_port(Port port) {
  late_ = port;
  return *this;
}

void OperatorHarness::for_each_way(std::uint64_t seed, const WayVisitor& visit) const {
  for (const std::size_t most_rows : {std::size_t{1}, std::size_t{0}, whole})
    for (const bool others_around : {false, true})
      for (const bool output_refuses : {false, true})
        for (const bool restores : is_restored_ ? std::vector{false, true} : std::vector{false})
          visit("rows of a batch: " + std::to_string(most_rows) + " (0: at random)" +
                    (others_around ? ", among others that do not count" : "") +
                    (output_refuses ? ", output full every other time" : "") +
                    (restores ? ", state restored after each batch" : ""),
                Way(*this, most_rows, others_around, output_refuses, restores, seed).run());
}

HarnessOutcome OperatorHarness::run() const {
  const std::uint64_t seed = test_seed();
  const HarnessOutcome expected = Way(*this, whole, false, false, false, seed).run();
  if (only_batched_) return expected;
  for_each_way(seed, [&](const std::string& way, const HarnessOutcome& outcome) {
    INFO(way << ", FLOWRUN_TEST_SEED=" << seed);
    CHECK(lines(outcome, in_any_order_) == lines(expected, in_any_order_));
  });
  return expected;
}

bool OperatorHarness::ways_agree() const {
  const std::uint64_t seed = test_seed();
  const HarnessOutcome expected = Way(*this, whole, false, false, false, seed).run();
  bool agree = true;
  for_each_way(seed, [&](const std::string&, const HarnessOutcome& outcome) {
    agree = agree && lines(outcome, in_any_order_) == lines(expected, in_any_order_);
  });
  return agree;
}

}  // namespace flowrun
