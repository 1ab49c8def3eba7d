#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <functional>
#include <map>
#include <queue>
#include <string>
#include <string_view>
#include <tsl/robin_map.h>
#include <utility>
#include <vector>

#include "bench/reference/checked_event.hpp"
#include "bench/reference/files.hpp"
#include "bench/reference/windows.hpp"

namespace {

constexpr std::int64_t gap = 30'000'000, delay = 5'000'000;

struct Session {
  std::int64_t first;
  std::int64_t last;
  reference::Totals totals;
};

void print(std::string_view user, const Session& session, reference::Output& out) {
  std::string from, to;
  reference::print_time(session.first, from);
  reference::print_time(session.last + gap, to);
  reference::print_window(user, from, to, session.totals, out.text());
  out.flush_if_large();
}

// Sessions of all users, and when to look at each user again.
class Sessions {
 public:
  void add(std::string_view user, std::int64_t time, double price) {
    auto open = users_.find(user);
    if (open == users_.end()) open = users_.emplace(std::string(user), std::vector<Session>()).first;
    std::vector<Session>& sessions = open.value();
    Session session{time, time, {}};
    session.totals.add(price);
    const auto touches = [&](const Session& other) {
      return other.first <= session.last + gap && session.first <= other.last + gap;
    };
    const auto from = std::find_if(sessions.begin(), sessions.end(), touches);
    if (from == sessions.end()) {
      sessions.push_back(session);
      timers_.emplace(time + gap, open->first);
      return;
    }
    merge(*from, session);
    const auto other = std::find_if(from + 1, sessions.end(), [&](const Session& each) {
      return each.first <= from->last + gap && from->first <= each.last + gap;
    });
    if (other == sessions.end()) return;
    merge(*from, *other);
    sessions.erase(other);
  }

  // Those that ended before `watermark`.
  void close(std::int64_t watermark, reference::Output& out) {
    while (!timers_.empty() && timers_.top().first < watermark) {
      const auto user = users_.find(timers_.top().second);
      timers_.pop();
      if (user == users_.end()) continue;
      std::vector<Session>& sessions = user.value();
      for (std::size_t at = 0; at < sessions.size();) {
        if (sessions[at].last + gap < watermark) {
          print(user->first, sessions[at], out);
          sessions.erase(sessions.begin() + static_cast<std::ptrdiff_t>(at));
        } else {
          timers_.emplace(sessions[at].last + gap, user->first);
          ++at;
        }
      }
      if (sessions.empty()) users_.erase(user);
    }
  }

 private:
  static void merge(Session& into, const Session& other) {
    into.first = std::min(into.first, other.first);
    into.last = std::max(into.last, other.last);
    into.totals.sum += other.totals.sum;
    into.totals.count += other.totals.count;
  }

  using Timer = std::pair<std::int64_t, std::string>;
  tsl::robin_map<std::string, std::vector<Session>, reference::Hash, std::equal_to<>> users_;
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
};

}  // namespace

// session FILE: sum of the prices and number of events of each session (30 seconds) of each user of a file of events, as JSON
// lines. Events up to five seconds behind the latest are in time. Every byte of every event is checked.
int main(int count, char** arguments) {
  if (count != 2) return 2;
  reference::CheckedEventReader reader;
  Sessions sessions;
  std::size_t refused = 0;
  std::int64_t watermark = INT64_MIN;
  reference::Output out;
  reference::LineFile(arguments[1]).each([&](std::string_view line) {
    reference::Event event;
    std::int64_t time = -1;
    if (!reader.read(line, event) || (time = reference::microseconds_of(event.ts)) < 0) {
      ++refused;
      return;
    }
    sessions.add(event.user, time, event.price);
    watermark = std::max(watermark, time - delay);
    sessions.close(watermark, out);
  });
  sessions.close(INT64_MAX, out);
  if (refused > 0) std::fprintf(stderr, "%zu lines are no events\n", refused);
  return refused > 0 ? 1 : 0;
}
