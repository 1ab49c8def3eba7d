#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <limits>
#include <string>
#include <string_view>
#include <tsl/robin_map.h>
#include <xxhash.h>

#include "bench/reference/checked_event.hpp"
#include "bench/reference/files.hpp"
#include "bench/reference/print.hpp"

namespace {

struct Hash {
  std::size_t operator()(std::string_view user) const { return XXH3_64bits(user.data(), user.size()); }
};

struct Prices {
  double smallest = std::numeric_limits<double>::infinity();
  double largest = -std::numeric_limits<double>::infinity();
  double sum = 0;
  std::uint64_t count = 0;

  void add(double price) {
    smallest = std::min(smallest, price);
    largest = std::max(largest, price);
    sum += price;
    ++count;
  }
};

void print(std::string_view user, const Prices& prices, std::string& out) {
  out.append("{\"user\":\"").append(user).append("\",\"min\":");
  reference::print(prices.smallest, out);
  out.append(",\"avg\":");
  reference::print(prices.sum / static_cast<double>(prices.count), out);
  out.append(",\"max\":");
  reference::print(prices.largest, out);
  out.append("}\n");
}

}  // namespace

// min_avg_max FILE: smallest, average and largest price of each user of a file of events, as JSON lines in no order. Every
// byte of every event is checked.
int main(int count, char** arguments) {
  if (count != 2) return 2;
  reference::CheckedEventReader reader;
  tsl::robin_map<std::string_view, Prices, Hash> groups;
  std::deque<std::string> users;  // owns the keys
  std::size_t refused = 0;
  reference::LineFile(arguments[1]).each([&](std::string_view line) {
    reference::Event event;
    if (!reader.read(line, event)) {
      ++refused;
      return;
    }
    auto group = groups.find(event.user);
    if (group == groups.end()) group = groups.emplace(users.emplace_back(event.user), Prices()).first;
    group.value().add(event.price);
  });
  reference::Output out;
  for (const auto& [user, prices] : groups) {
    print(user, prices, out.text());
    out.flush_if_large();
  }
  if (refused > 0) std::fprintf(stderr, "%zu lines are no events\n", refused);
  return refused > 0 ? 1 : 0;
}
