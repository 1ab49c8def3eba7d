#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <time.h>
#include <vector>

#ifdef FLOWRUN_PCRE2
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#endif

#include "expr/program.hpp"
#include "record/value.hpp"

// Nanoseconds per evaluation beside hand-written C++ over the same values. Rounds of all jobs are interleaved; shown are the
// median, the fastest and slowest round, and the ratio of the medians. `bench_expr [JOB]`.
namespace {

using namespace flowrun;

constexpr std::size_t event_count = 1000;
constexpr int repetitions = 200;
constexpr int rounds = 9;

Arena& event_arena() {
  static Arena arena;
  return arena;
}

// Seven fields, as of the events of the other benchmarks.
Value make_event(std::size_t number) {
  constexpr const char* channels[] = {"web", "phone", "facebook", "store"};
  Member* const members = new_members(event_arena(), 7);
  const auto count = static_cast<std::int64_t>(number);
  members[0] = {Value::text("id"), Value::integer(count)};
  members[1] = {Value::text("user"), Value::text("user-" + std::to_string(number % 97), event_arena())};
  members[2] = {Value::text("time"), Value::text("2024-05-01T12:00:00Z", event_arena())};
  members[3] = {Value::text("price"), Value::number(0.5 + static_cast<double>(number % 300))};
  members[4] = {Value::text("channel"), Value::text(channels[number % 4])};
  members[5] = {Value::text("count"), Value::integer(count % 7)};
  members[6] = {Value::text("tags"), Value::null()};
  return Value::object(members, 7);
}

const Value none = Value::null();

const Value& member(const Value& object, const Value& key) {
  if (object.kind() != Kind::object) return none;
  for (const Member& field : object.members())
    if (field.key.same_bits(key)) return field.value;
  return none;
}

struct Job {
  const char* name;
  std::function<std::uint64_t(const Value&)> run;  // gives something that depends on all its work
  const char* beside = nullptr;
  std::vector<double> nanoseconds = {};
};

// Of this thread: what else runs on the machine counts less than in wall time.
double thread_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

Arena results;

/// The engine's side of a job.
std::function<std::uint64_t(const Value&)> expression(const char* text) {
  const auto compiled = expr::compile(text, {});
  if (!compiled) std::printf("%s: %s\n", text, compiled.error()[0].message.c_str()), std::exit(1);
  auto machine = std::make_shared<expr::Machine>();
  return [program = *compiled, machine](const Value& event) {
    const auto outcome = machine->one(*program, event, {}, results);
    return static_cast<std::uint64_t>(outcome.value.holds()) + outcome.value.size();
  };
}

const Value price = Value::text("price"), channel = Value::text("channel"), user = Value::text("user"),
            id = Value::text("id"), total = Value::text("total"), count = Value::text("count"),
            when = Value::text("time");

// A field of any other kind than the expected one is refused, as in any program that may be given such.
double checked_number(const Value& value) {
  if (value.kind() == Kind::number) return value.as_number();
  if (value.kind() == Kind::integer) return static_cast<double>(value.as_integer());
  throw std::runtime_error("no number");
}

std::int64_t checked_integer(const Value& value) {
  if (value.kind() != Kind::integer) throw std::runtime_error("no integer");
  return value.as_integer();
}

const Value& checked_text(const Value& value) {
  if (!value.is_text()) throw std::runtime_error("no text");
  return value;
}

std::uint64_t filter_by_hand(const Value& event) {
  if (checked_number(member(event, price)) * 0.9 <= 100) return 0;
  const Value& text = checked_text(member(event, channel));
  return memmem(text.as_text().data(), text.as_text().size(), "oo", 2) != nullptr;
}

std::uint64_t object_by_hand(const Value& event) {
  Member* const members = new_members(results, 3);
  members[0] = {id, member(event, id)};
  members[1] = {user, member(event, user)};
  members[2] = {total, Value::number(checked_number(member(event, price)) * 2)};
  return Value::object(members, 3).size();
}

std::uint64_t interpolation_by_hand(const Value& event) {
  const auto name = checked_text(member(event, user)).as_text();
  const auto where = checked_text(member(event, channel)).as_text();
  char* const start = static_cast<char*>(results.allocate(name.size() + where.size() + 1));
  std::memcpy(start, name.data(), name.size());
  start[name.size()] = '@';
  std::memcpy(start + name.size() + 1, where.data(), where.size());
  return Value::text(std::string_view(start, name.size() + where.size() + 1)).size();
}

std::uint64_t sum_by_hand(const Value& event) {
  std::int64_t sum = 0;
  for (std::int64_t i = 0; i < checked_integer(member(event, count)); ++i) sum += i;
  return static_cast<std::uint64_t>(sum);
}

std::uint64_t calculation_by_hand(const Value& event) {
  std::int64_t result = 0;
  if (__builtin_mul_overflow(checked_integer(member(event, count)), 2, &result) ||
      __builtin_add_overflow(result, 1, &result))
    throw std::runtime_error("too large");
  return result > 7;
}

#ifdef FLOWRUN_PCRE2
/// The other side of a test of a regular expression: PCRE2, compiled to machine code.
std::function<std::uint64_t(const Value&)> pcre2(const char* text, const Value& field) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  auto* const code =
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text), PCRE2_ZERO_TERMINATED, PCRE2_UTF, &error, &offset, nullptr);
  if (code == nullptr || pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) != 0) std::exit(1);
  auto* const match = pcre2_match_data_create_from_pattern(code, nullptr);
  return [code, match, &field](const Value& event) -> std::uint64_t {
    const auto subject = member(event, field).as_text();
    return pcre2_jit_match(code, reinterpret_cast<PCRE2_SPTR>(subject.data()), subject.size(), 0, 0, match, nullptr) >=
           0;
  };
}
#endif

std::vector<Job> all_jobs() {
  return {
      {"filter by hand", filter_by_hand},
      {"filter", expression(".price * 0.9 > 100 and (.channel | contains(\"oo\"))"), "filter by hand"},
      {"object by hand", object_by_hand},
      {"object of three", expression("{id, user, total: (.price * 2)}"), "object by hand"},
      {"calculation by hand", calculation_by_hand},
      {"calculation", expression(".count * 2 + 1 > 7"), "calculation by hand"},
#ifdef FLOWRUN_PCRE2
      {"PCRE2, literal", pcre2("-9[0-9]", user)},
      {"test, literal", expression(".user | test(\"-9[0-9]\")"), "PCRE2, literal"},
      {"PCRE2, no literal", pcre2("[0-9]+:[0-9]+:[0-9]+", when)},
      {"test, no literal", expression(".time | test(\"[0-9]+:[0-9]+:[0-9]+\")"), "PCRE2, no literal"},
#endif
      {"interpolation by hand", interpolation_by_hand},
      {"interpolation", expression("\"\\(.user)@\\(.channel)\""), "interpolation by hand"},
      {"sum by hand", sum_by_hand},
      {"reduce over a range", expression("reduce range(.count) as $i (0; . + $i)"), "sum by hand"},
      {"field", expression(".price")},
      {"comparison", expression(".count > 3")},
      {"select", expression("select(.channel == \"web\") | .id")},
      {"call of a definition", expression("def half($x): $x / 2; half(.price)")},
  };
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<Value> events;
  for (std::size_t number = 0; number < event_count; ++number) events.push_back(make_event(number));
  auto jobs = all_jobs();
  std::uint64_t seen = 0;
  for (int round = 0; round < rounds; ++round) {
    for (Job& job : jobs) {
      if (argc > 1 && std::string_view(job.name).find(argv[1]) == std::string_view::npos) continue;
      const double begin = thread_nanoseconds();
      for (int repetition = 0; repetition < repetitions; ++repetition) {
        results.clear();
        for (const Value& event : events) seen += job.run(event);
      }
      job.nanoseconds.push_back((thread_nanoseconds() - begin) / (double{repetitions} * event_count));
    }
  }
  std::printf("%-24s %8s %8s %8s %8s\n", "ns per evaluation", "median", "min", "max", "ratio");
  for (const Job& job : jobs) {
    if (job.nanoseconds.empty()) continue;
    const auto [least, most] = std::minmax_element(job.nanoseconds.begin(), job.nanoseconds.end());
    std::printf("%-24s %8.1f %8.1f %8.1f", job.name, median(job.nanoseconds), *least, *most);
    for (const Job& other : jobs)
      if (job.beside != nullptr && std::string_view(other.name) == job.beside && !other.nanoseconds.empty())
        std::printf(" %8.2f", median(job.nanoseconds) / median(other.nanoseconds));
    std::printf("\n");
  }
  return seen == 0;
}
