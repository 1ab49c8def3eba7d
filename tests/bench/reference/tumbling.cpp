#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string_view>

#include "bench/reference/checked_event.hpp"
#include "bench/reference/files.hpp"
#include "bench/reference/users.hpp"
#include "bench/reference/windows.hpp"

namespace {

constexpr std::int64_t size = 60'000'000;

using Users = reference::Users<reference::Totals>;

// By user, as flowrun gives them.
void print(std::int64_t start, const Users& users, reference::Output& out) {
  reference::TimeText from, to;
  from.set(start);
  to.set(start + size);
  for (const Users::Slot user : users.sorted()) {
    reference::print_window(users.name(user), from.text(), to.text(), users[user], out.text());
    out.flush_if_large();
  }
}

// The open windows; the one that took the last event is at hand.
class Windows {
 public:
  void add(const reference::Event& event, std::int64_t time) {
    const std::int64_t start = time - time % size;
    if (start != latest_start_ || latest_ == nullptr) {
      latest_ = &windows_[start];
      latest_start_ = start;
    }
    (*latest_)[latest_->find_or_add(event.user).first].add(event.price);
  }

  void close(std::int64_t watermark, reference::Output& out) {
    while (!windows_.empty() && windows_.begin()->first + size <= watermark) {
      print(windows_.begin()->first, windows_.begin()->second, out);
      windows_.erase(windows_.begin());
      latest_ = nullptr;
    }
  }

 private:
  std::map<std::int64_t, Users> windows_;
  Users* latest_ = nullptr;
  std::int64_t latest_start_ = 0;
};

}  // namespace

// tumbling FILE: sum of the prices and number of events of each user and minute of a file of events, as JSON lines. Events up
// to five seconds behind the latest are in time, others are counted as late. Every byte of every event is checked.
int main(int count, char** arguments) {
  if (count != 2) return 2;
  Windows windows;
  reference::Output out;
  std::size_t late = 0;
  std::int64_t watermark = INT64_MIN;
  const bool complete =
      reference::each_timed_event(arguments[1], [&](const reference::Event& event, std::int64_t time) {
        if (time - time % size + size <= watermark) {
          ++late;
          return;
        }
        windows.add(event, time);
        watermark = std::max(watermark, time - reference::delay);
        windows.close(watermark, out);
      });
  windows.close(INT64_MAX, out);
  if (late > 0) std::fprintf(stderr, "%zu events are late\n", late);
  return complete ? 0 : 1;
}
