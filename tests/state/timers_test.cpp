#include "state/timers.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "state/typed_state.hpp"

using namespace flowrun;

namespace {

struct Nothing {
  void encode(std::string&) const {}
  bool decode(std::string_view) { return true; }
  void merge(Nothing&&) {}
};

Time at(int seconds) { return Time(std::chrono::seconds(seconds)); }

}  // namespace

TEST_CASE("timers are due in the order of their times, equal ones in the order in which they were set") {
  state::KeyedState groups("groups", std::make_shared<state::LayoutOf<Nothing>>());
  state::Timers timers;
  CHECK(timers.next_due() == end_of_time);
  for (const auto& [name, seconds] : {std::pair("c", 3), {"a", 1}, {"d", 3}, {"b", 1}})
    timers.set(at(seconds), groups.find_or_create({name, 1}));
  CHECK(timers.next_due() == at(1));
  std::string order;
  while (state::KeyedState::Entry* const entry = timers.take_due(at(3))) order += groups.group(*entry);
  CHECK(order == "abcd");
  CHECK(timers.size() == 0);
}

TEST_CASE("a timer is not due before its time") {
  state::KeyedState groups("groups", std::make_shared<state::LayoutOf<Nothing>>());
  state::Timers timers;
  timers.set(at(5), groups.find_or_create({"a", 1}));
  CHECK(timers.take_due(at(5) - Duration(1)) == nullptr);
  CHECK(timers.take_due(at(5)) != nullptr);
  CHECK(timers.take_due(end_of_time) == nullptr);
}

TEST_CASE("a timer that was taken back is never due, and is not held for long") {
  state::KeyedState groups("groups", std::make_shared<state::LayoutOf<Nothing>>());
  state::Timers timers;
  const auto first = timers.set(at(1), groups.find_or_create({"a", 1}));
  const auto last = timers.set(at(3), groups.find_or_create({"c", 1}));
  timers.set(at(2), groups.find_or_create({"b", 1}));
  timers.cancel(first);
  CHECK(timers.next_due() == at(2));
  timers.cancel(last);
  CHECK(timers.size() == 1);
  CHECK(groups.group(*timers.take_due(at(9))) == "b");
  CHECK(timers.take_due(at(9)) == nullptr);
  CHECK(timers.next_due() == end_of_time);
}

TEST_CASE("timers that are set and taken back at random are due as if those had never been") {
  state::KeyedState groups("groups", std::make_shared<state::LayoutOf<Nothing>>());
  state::Timers timers;
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::map<std::pair<Time, state::TimerId>, std::string> expected;
  for (int step = 0; step < 5000; ++step) {
    if (random() % 3 != 0 || expected.empty()) {
      const std::string name = std::to_string(step);
      const Time due = at(static_cast<int>(random() % 1000));
      const auto id = timers.set(due, groups.find_or_create({name, static_cast<std::uint64_t>(step)}));
      expected[{due, id}] = name;
    } else {
      const auto cancelled = std::next(expected.begin(), static_cast<std::ptrdiff_t>(random() % expected.size()));
      timers.cancel(cancelled->first.second);
      expected.erase(cancelled);
    }
    REQUIRE(timers.size() == expected.size());
    REQUIRE(timers.next_due() == (expected.empty() ? end_of_time : expected.begin()->first.first));
  }
  for (const auto& [key, name] : expected) REQUIRE(groups.group(*timers.take_due(at(1000))) == name);
  CHECK(timers.size() == 0);
}
