#include "state/session_state.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <random>

#include "state/encoding.hpp"
#include "state/typed_state.hpp"

using namespace flowrun;
using state::SessionState;

namespace {

struct Count {
  std::int64_t count = 0;
  void encode(std::string& out) const { state::put(count, out); }
  bool decode(std::string_view bytes) {
    state::Reader reader(bytes);
    count = reader.take<std::int64_t>();
    return reader.complete();
  }
  void merge(Count&& later) { count += later.count; }
};

constexpr Duration gap = std::chrono::seconds(10);
Time second(int number) { return Time(std::chrono::seconds(number)); }

struct Sessions {
  state::KeyedStates states;
  SessionState sessions{states, "sessions", std::make_shared<state::LayoutOf<Count>>(), gap};

  void add(const std::string& group, int time) {
    SessionState::Entry& entry = sessions.groups().find_or_create({group, group.size()});
    const auto [earlier, later] = sessions.find(entry, second(time));
    if (later != nullptr) sessions.merge(entry, *earlier, *later);
    if (earlier != nullptr) sessions.extend(entry, *earlier, second(time));
    state::Session& session = earlier != nullptr ? *earlier : sessions.open(entry, second(time));
    ++static_cast<Count*>(session.state())->count;
  }
  // Of the sessions that close: first, last, count.
  std::vector<std::array<int, 3>> close(int now) {
    std::vector<SessionState::Closed> closed;
    sessions.take_closed(second(now) + Duration(1), closed);
    std::vector<std::array<int, 3>> all;
    const auto seconds = [](Time time) { return static_cast<int>(time.time_since_epoch() / std::chrono::seconds(1)); };
    for (const auto& each : closed) {
      all.push_back({seconds(each.session->first), seconds(each.session->last),
                     static_cast<int>(static_cast<Count*>(each.session->state())->count)});
      sessions.release(each);
    }
    std::sort(all.begin(), all.end());
    return all;
  }
};

}  // namespace

TEST_CASE("a session that has grown closes later than its timer was set for") {
  Sessions sessions;
  sessions.add("a", 0);
  sessions.add("a", 8);
  CHECK(sessions.close(10).empty());
  sessions.add("a", 16);
  CHECK(sessions.close(25).empty());
  CHECK(sessions.close(26) == std::vector<std::array<int, 3>>{{0, 16, 3}});
}

TEST_CASE("a session before the others of its group closes first") {
  Sessions sessions;
  sessions.add("a", 50);
  sessions.add("a", 20);
  sessions.add("a", 0);
  CHECK(sessions.close(10) == std::vector<std::array<int, 3>>{{0, 0, 1}});
  sessions.add("a", 41);
  CHECK(sessions.close(30) == std::vector<std::array<int, 3>>{{20, 20, 1}});
  CHECK(sessions.close(100) == std::vector<std::array<int, 3>>{{41, 50, 2}});
}

TEST_CASE("closed sessions leave nothing behind") {
  Sessions sessions;
  sessions.add("stays", 100'000);
  const std::size_t before = sessions.states.bytes();
  std::mt19937 random(3);
  for (int number = 0; number < 20'000; ++number)
    sessions.add("group " + std::to_string(random() % 500), static_cast<int>(random() % 10'000));
  CHECK(sessions.states.bytes() > before + 10'000);
  sessions.close(20'000);
  CHECK(sessions.states.groups() == 1);
  // The table of groups keeps its slots.
  CHECK(sessions.states.bytes() < before + 40'000);
}

TEST_CASE("sessions are restored with their timers") {
  Sessions first, second_run;
  first.states.track_changes();
  first.add("a", 0);
  first.add("a", 30);
  first.add("b", 5);
  first.states.take_changes([&](const std::string& name, const state::Change& change) {
    CHECK(second_run.states.restore(name, {change.group, change.hash}, change.state).ok());
  });
  second_run.sessions.restored();
  CHECK(second_run.close(15) == std::vector<std::array<int, 3>>{{0, 0, 1}, {5, 5, 1}});
  CHECK(second_run.close(40) == std::vector<std::array<int, 3>>{{30, 30, 1}});
  CHECK(second_run.states.groups() == 0);
}
