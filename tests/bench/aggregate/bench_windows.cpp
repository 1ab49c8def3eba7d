#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <tsl/robin_map.h>
#include <vector>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/clock.hpp"
#include "bench/jobs.hpp"
#include "operators/operators.hpp"
#include "state/keyed_states.hpp"

// Nanoseconds per record of windows over batches of values in memory, sum and count by user, beside hand-written programs,
// and bytes per live group. Records are a millisecond apart, up to two seconds out of order. `bench_windows [JOB [USERS]]`.
namespace {

using namespace flowrun;

constexpr std::size_t record_count = 1'000'000;
constexpr std::int64_t second = 1'000'000;  // microseconds

struct Record {
  std::uint32_t user;
  std::int64_t time;
  std::int64_t amount;
};

struct Input {
  std::vector<std::string> users;
  std::vector<Record> records;

  explicit Input(std::size_t count) : users(count), records(record_count) {
    for (std::size_t user = 0; user < count; ++user) users[user] = "user-" + std::to_string(user);
    std::mt19937 random(7);
    for (std::size_t record = 0; record < record_count; ++record) {
      const auto time = static_cast<std::int64_t>(record) * 1000 - static_cast<std::int64_t>(random() % 2000) * 1000;
      records[record] = {static_cast<std::uint32_t>(random() % count), time, static_cast<std::int64_t>(record % 1000)};
    }
  }
};

constexpr std::int64_t delay = 2 * second;

const Value user_field = Value::text("user"), amount_field = Value::text("amount");

/// The record as both sides get it.
Value make_value(const Input& input, const Record& record, Arena& arena) {
  Member* const members = new_members(arena, 2);
  members[0] = {user_field, Value::text(input.users[record.user])};
  members[1] = {amount_field, Value::integer(record.amount)};
  return Value::object(members, 2);
}

/// Gives the records to programs written by hand, which check the fields that they read.
class Records {
 public:
  struct Fields {
    std::string_view user;  // until the next one
    std::int64_t amount;
  };
  explicit Records(const Input& input) : input_(input) {}

  Fields fields(const Record& record) {
    if (++made_ % 1000 == 0) arena_.clear();
    value_ = make_value(input_, record, arena_);
    const Value& user = member(user_field);
    const Value& amount = member(amount_field);
    if (!user.is_text() || amount.kind() != Kind::integer) std::abort();
    return {user.as_text(), amount.as_integer()};
  }

 private:
  const Value& member(const Value& name) const {
    for (const Member& member : value_.members())
      if (member.key.same_bits(name)) return member.value;
    std::abort();
  }

  const Input& input_;
  Arena arena_;
  Value value_;
  std::size_t made_ = 0;
};

struct Hash {
  std::size_t operator()(std::string_view text) const { return XXH3_64bits(text.data(), text.size()); }
};
struct Totals {
  std::int64_t sum = 0;
  std::int64_t count = 0;
};

// Windows of a minute, each a table, closed in the order of the users.
std::size_t tumbling_by_hand(const Input& input) {
  Records records(input);
  std::map<std::int64_t, tsl::robin_map<std::string, Totals, Hash, std::equal_to<>>> windows;
  std::int64_t watermark = -delay;
  std::size_t results = 0;
  std::vector<std::pair<std::string_view, Totals>> sorted;
  for (const Record& record : input.records) {
    const std::int64_t start = record.time - ((record.time % (60 * second)) + 60 * second) % (60 * second);
    const auto [user, amount] = records.fields(record);
    auto& users = windows[start];
    auto found = users.find(user);
    if (found == users.end()) found = users.emplace(std::string(user), Totals()).first;
    Totals& totals = found.value();
    totals.sum += amount;
    ++totals.count;
    watermark = std::max(watermark, record.time - delay);
    while (windows.begin()->first + 60 * second <= watermark) {
      sorted.clear();
      for (const auto& [name, all] : windows.begin()->second) sorted.emplace_back(name, all);
      std::sort(sorted.begin(), sorted.end(),
                [](const auto& left, const auto& right) { return left.first < right.first; });
      results += sorted.size();
      windows.erase(windows.begin());
    }
  }
  for (const auto& [start, users] : windows) results += users.size();
  return results;
}

struct Session {
  std::int64_t first = 0;
  std::int64_t last = 0;
  Totals totals;
};

// The open sessions of each user, and when to look at them again.
std::size_t sessions_by_hand(const Input& input) {
  constexpr std::int64_t gap = 10 * second;
  Records records(input);
  tsl::robin_map<std::string, std::vector<Session>, Hash, std::equal_to<>> users;
  std::vector<std::pair<std::int64_t, std::uint32_t>> timers;
  std::int64_t watermark = -delay;
  std::size_t results = 0;
  for (const Record& record : input.records) {
    const auto [user, amount] = records.fields(record);
    auto known = users.find(user);
    if (known == users.end()) known = users.emplace(std::string(user), std::vector<Session>()).first;
    auto& sessions = known.value();
    auto found = std::find_if(sessions.begin(), sessions.end(), [&](const Session& session) {
      return record.time >= session.first - gap && record.time <= session.last + gap;
    });
    if (found == sessions.end()) {
      found = sessions.insert(sessions.end(), {record.time, record.time, {}});
      timers.emplace_back(record.time + gap, record.user);
      std::push_heap(timers.begin(), timers.end(), std::greater<>());
    }
    found->first = std::min(found->first, record.time);
    found->last = std::max(found->last, record.time);
    found->totals.sum += amount;
    ++found->totals.count;
    for (auto other = found + 1; other < sessions.end(); ++other) {
      if (other->first > found->last + gap || other->last < found->first - gap) continue;
      found->first = std::min(found->first, other->first);
      found->last = std::max(found->last, other->last);
      found->totals.sum += other->totals.sum;
      found->totals.count += other->totals.count;
      sessions.erase(other);
      break;
    }
    watermark = std::max(watermark, record.time - delay);
    while (!timers.empty() && timers.front().first < watermark) {
      const std::uint32_t due = timers.front().second;
      std::pop_heap(timers.begin(), timers.end(), std::greater<>());
      timers.pop_back();
      const auto at = users.find(std::string_view(input.users[due]));
      if (at == users.end()) continue;
      auto& open = at.value();
      for (std::size_t index = 0; index < open.size();) {
        if (open[index].last + gap < watermark) {
          ++results;
          open.erase(open.begin() + static_cast<std::ptrdiff_t>(index));
        } else {
          timers.emplace_back(open[index].last + gap, due);
          std::push_heap(timers.begin(), timers.end(), std::greater<>());
          ++index;
        }
      }
      if (open.empty()) users.erase(at);
    }
  }
  for (const auto& [user, open] : users) results += open.size();
  return results;
}

ProgramPtr program(std::string_view text) {
  expr::Environment environment;
  environment.variables = {"key", "time", "meta"};
  auto compiled = expr::compile(text, environment);
  if (!compiled.ok()) std::abort();
  return *compiled;
}

using Window = std::vector<std::pair<const char*, Duration>>;

// A step on one worker: its sender, its receiver, and batches of records made on the way.
class Step {
 public:
  explicit Step(const Window& window) {
    Options options;
    auto written = std::make_shared<Options>();
    for (const auto& [name, length] : window) written->set(name, length);
    options.set("by", program(".user"));
    options.set("emit", std::string("at_close"));
    if (!window.empty()) options.set("window", std::shared_ptr<const Options>(std::move(written)));
    options.set("values", std::vector<Call>{{"sum", "sum", {program(".amount")}, "sum", false},
                                            {"count", "count", {}, "count", false}});
    const OperatorPlan plan = *aggregate_operator().plan(options);
    context_.clock = &clock_;
    context_.machine = &machine_;
    context_.state = &states_;
    context_.step_clock = ClockKind::event;
    sender_ = plan.make_before_exchange(context_);
    receiver_ = plan.make(context_);
  }

  std::size_t run(const Input& input) {
    for (std::size_t record = 0; record < input.records.size();) {
      Batch batch;
      const Time before = watermark_;
      for (; record < input.records.size() && !batch.full(); ++record) append(input, input.records[record], batch);
      if (sender_->process(0, batch, sent_) != Progress::done) return 0;
      for (Batch& each : sent_.take(0)) call([&] { return receiver_->process(0, each, output_); });
      if (watermark_ > before) call([&] { return receiver_->advance(ClockKind::event, watermark_, output_); });
    }
    most_bytes_ = states_.bytes();
    return results_;
  }
  std::size_t finish() {
    call([&] { return receiver_->finish(output_); });
    return results_;
  }
  std::size_t bytes() const { return states_.bytes(); }
  std::size_t groups() const { return states_.groups(); }

 private:
  void append(const Input& input, const Record& record, Batch& batch) {
    const Batch::Row row = batch.append(make_value(input, record, batch.arena()));
    batch.add_watermark(row, watermark_);
    const Time time{Duration(record.time)};
    batch.set_time(row, time);
    watermark_ = std::max(watermark_, time - Duration(delay));
  }
  template <class Call>
  void call(const Call& make_call) {
    for (Progress progress = Progress::more; progress == Progress::more;) {
      progress = make_call();
      output_.finish_building();
      for (const Batch& batch : output_.take(0)) results_ += batch.size();
    }
  }

  SystemClock clock_;
  expr::Machine machine_;
  state::KeyedStates states_;
  Context context_;
  Output sent_{{.step = "sent"}};
  Output output_{{.step = "results", .ports = 2}};
  std::unique_ptr<Operator> sender_;
  std::unique_ptr<Operator> receiver_;
  Time watermark_ = beginning_of_time;
  std::size_t results_ = 0;
  std::size_t most_bytes_ = 0;
};

std::size_t run_step(const Input& input, const Window& window) {
  Step step(window);
  step.run(input);
  return step.finish();
}

Duration seconds(int count) { return std::chrono::seconds(count); }

std::vector<bench::Job> jobs_of(const Input& input) {
  return {
      {"by hand: tumbling 1 min", [&] { return tumbling_by_hand(input); }},
      {"tumbling 1 min",
       [&] {
         return run_step(input, {{"tumbling", seconds(60)}});
       },
       "by hand: tumbling 1 min"},
      {"by hand: sessions of 10 s", [&] { return sessions_by_hand(input); }},
      {"sessions of 10 s",
       [&] {
         return run_step(input, {{"session", seconds(10)}});
       },
       "by hand: sessions of 10 s"},
      {"no window", [&] { return run_step(input, {}); }},
  };
}

// Windows of ten minutes every ten seconds of 1 000 users, at 1 000 records a second.
std::vector<bench::Job> sliding_jobs(const Input& input) {
  return {
      {"tumbling 10 min",
       [&] {
         return run_step(input, {{"tumbling", seconds(600)}});
       }},
      {"sliding 10 min every 10 s",
       [&] {
         return run_step(input, {{"sliding", seconds(600)}, {"step", seconds(10)}});
       },
       "tumbling 10 min"},
  };
}

void print_memory() {
  Input input(1'000'000);
  for (std::size_t record = 0; record < input.records.size(); ++record)
    input.records[record].user = static_cast<std::uint32_t>(record % 1'000'000);
  Step step({{"tumbling", std::chrono::hours(24 * 365)}});
  step.run(input);
  std::printf("%zu live groups of a sum and a count: %.0f bytes each\n", step.groups(),
              static_cast<double>(step.bytes()) / static_cast<double>(step.groups()));
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view only = count > 1 ? arguments[1] : "";
  const std::size_t only_users = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 0;
  for (const std::size_t users : {std::size_t{1000}, std::size_t{100'000}, std::size_t{1'000'000}}) {
    if (only_users != 0 && only_users != users) continue;
    const Input input(users);
    std::printf("%zu records of %zu users\n", record_count, users);
    if (!bench::run_interleaved(jobs_of(input), only, record_count, "ns/record")) return 1;
  }
  if (only_users != 0) return 0;
  const Input few(1000);
  std::printf("sliding windows, 1000 users\n");
  if (!bench::run_interleaved(sliding_jobs(few), only, record_count, "ns/record")) return 1;
  print_memory();
}
