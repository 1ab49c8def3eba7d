#include "state/timers.hpp"

#include <catch2/catch.hpp>

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
