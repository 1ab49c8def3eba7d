#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <tsl/robin_map.h>
#include <utility>
#include <vector>

#include "bench/reference/checked_event.hpp"
#include "bench/reference/files.hpp"
#include "bench/reference/windows.hpp"

namespace {

constexpr std::int64_t size = 60'000'000, delay = 5'000'000;

using Users = tsl::robin_map<std::string, reference::Totals, reference::Hash, std::equal_to<>>;

// By user, as flowrun gives them.
void print(std::int64_t start, const Users& users, reference::Output& out) {
  std::vector<std::pair<std::string_view, const reference::Totals*>> sorted;
  sorted.reserve(users.size());
  for (const auto& [user, totals] : users) sorted.emplace_back(user, &totals);
  std::sort(sorted.begin(), sorted.end());
  std::string from, to;
  reference::print_time(start, from);
  reference::print_time(start + size, to);
  for (const auto& [user, totals] : sorted) {
    reference::print_window(user, from, to, *totals, out.text());
    out.flush_if_large();
  }
}

}  // namespace

// tumbling FILE: sum of the prices and number of events of each user and minute of a file of events, as JSON lines. Events up
// to five seconds behind the latest are in time, others are counted as late. Every byte of every event is checked.
int main(int count, char** arguments) {
  if (count != 2) return 2;
  reference::CheckedEventReader reader;
  std::map<std::int64_t, Users> windows;
  std::size_t refused = 0, late = 0;
  std::int64_t watermark = INT64_MIN;
  reference::Output out;
  reference::LineFile(arguments[1]).each([&](std::string_view line) {
    reference::Event event;
    std::int64_t time = -1;
    if (!reader.read(line, event) || (time = reference::microseconds_of(event.ts)) < 0) {
      ++refused;
      return;
    }
    const std::int64_t start = time - time % size;
    if (start + size <= watermark) {
      ++late;
      return;
    }
    Users& users = windows[start];
    auto user = users.find(event.user);
    if (user == users.end()) user = users.emplace(std::string(event.user), reference::Totals()).first;
    user.value().add(event.price);
    watermark = std::max(watermark, time - delay);
    while (!windows.empty() && windows.begin()->first + size <= watermark) {
      print(windows.begin()->first, windows.begin()->second, out);
      windows.erase(windows.begin());
    }
  });
  for (const auto& [start, users] : windows) print(start, users, out);
  if (late > 0) std::fprintf(stderr, "%zu events are late\n", late);
  if (refused > 0) std::fprintf(stderr, "%zu lines are no events\n", refused);
  return refused > 0 ? 1 : 0;
}
