#include <algorithm>
#include <cstdint>
#include <functional>
#include <queue>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/reference/checked_event.hpp"
#include "bench/reference/files.hpp"
#include "bench/reference/users.hpp"
#include "bench/reference/windows.hpp"

namespace {

constexpr std::int64_t gap = 30'000'000;

struct Session {
  std::int64_t first;
  std::int64_t last;
  reference::Totals totals;

  bool touches(const Session& other) const { return other.first <= last + gap && first <= other.last + gap; }
  void merge(const Session& other) {
    first = std::min(first, other.first);
    last = std::max(last, other.last);
    totals.sum += other.totals.sum;
    totals.count += other.totals.count;
  }
};

// Sessions of all users. Each user has one timer, which is set again where it finds that an end is still to come.
class Sessions {
 public:
  void add(std::string_view user, std::int64_t time, double price) {
    const auto [slot, is_new] = users_.find_or_add(user);
    Open& open = users_[slot];
    Session session{time, time, {}};
    session.totals.add(price);
    if (is_new) {
      open.session = session;
      timers_.emplace(time + gap, slot);
    } else if (open.others.empty() && open.session.touches(session)) {
      open.session.merge(session);
    } else {
      add_apart(open, session);
    }
  }

  // Those that ended before `watermark`.
  void close(std::int64_t watermark, reference::Output& out) {
    while (!timers_.empty() && timers_.top().first < watermark) {
      const Users::Slot slot = timers_.top().second;
      timers_.pop();
      look_at(slot, watermark, out);
    }
  }

 private:
  struct Open {
    Session session;
    std::vector<Session> others;  // later or earlier ones: few users have any
  };
  using Users = reference::Users<Open>;
  using Timer = std::pair<std::int64_t, Users::Slot>;

  void add_apart(Open& open, Session session) {
    std::vector<Session> all = std::move(open.others);
    all.push_back(open.session);
    const auto touching =
        std::partition(all.begin(), all.end(), [&](const Session& each) { return !each.touches(session); });
    for (auto each = touching; each != all.end(); ++each) session.merge(*each);
    all.erase(touching, all.end());
    all.push_back(session);
    std::sort(all.begin(), all.end(), [](const Session& left, const Session& right) { return left.last < right.last; });
    open.session = all.front();
    open.others.assign(all.begin() + 1, all.end());
  }

  void look_at(Users::Slot slot, std::int64_t watermark, reference::Output& out) {
    Open& open = users_[slot];
    while (open.session.last + gap < watermark) {
      print(users_.name(slot), open.session, out);
      if (open.others.empty()) return users_.erase(slot);
      open.session = open.others.front();
      open.others.erase(open.others.begin());
    }
    timers_.emplace(open.session.last + gap, slot);
  }

  void print(std::string_view user, const Session& session, reference::Output& out) {
    from_.set(session.first);
    to_.set(session.last + gap);
    reference::print_window(user, from_.text(), to_.text(), session.totals, out.text());
    out.flush_if_large();
  }

  Users users_;
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
  reference::TimeText from_, to_;
};

}  // namespace

// session FILE: sum of the prices and number of events of each session (30 seconds) of each user of a file of events, as JSON
// lines. Events up to five seconds behind the latest are in time. Every byte of every event is checked.
int main(int count, char** arguments) {
  if (count != 2) return 2;
  Sessions sessions;
  reference::Output out;
  std::int64_t watermark = INT64_MIN;
  const bool complete =
      reference::each_timed_event(arguments[1], [&](const reference::Event& event, std::int64_t time) {
        sessions.add(event.user, time, event.price);
        watermark = std::max(watermark, time - reference::delay);
        sessions.close(watermark, out);
      });
  sessions.close(INT64_MAX, out);
  return complete ? 0 : 1;
}
