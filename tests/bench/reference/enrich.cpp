#include <cstdint>
#include <cstdio>
#include <deque>
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

struct User {
  std::string name;
  std::string city;
};

void print(const reference::Event& event, const User* user, std::string& out) {
  out.append("{\"user\":\"").append(event.user).append("\",\"price\":");
  reference::print(event.price, out);
  if (user == nullptr) {
    out.append(",\"name\":null,\"city\":null}\n");
    return;
  }
  out.append(",\"name\":\"").append(user->name).append("\",\"city\":\"").append(user->city).append("\"}\n");
}

}  // namespace

// enrich USERS EVENTS: each event with name and city of its user, as JSON lines: a hash join that reads the users first. Every
// byte of every line is checked.
int main(int count, char** arguments) {
  if (count != 3) return 2;
  reference::CheckedEventReader reader;
  tsl::robin_map<std::string_view, User, Hash> users;
  std::deque<std::string> ids;  // owns the keys
  std::size_t refused = 0;
  reference::LineFile(arguments[1]).each([&](std::string_view line) {
    reference::Event user;
    if (!reader.read(line, user)) {
      ++refused;
      return;
    }
    auto known = users.find(user.id);
    if (known == users.end()) known = users.emplace(ids.emplace_back(user.id), User()).first;
    known.value() = {std::string(user.name), std::string(user.city)};
  });
  reference::Output out;
  reference::LineFile(arguments[2]).each([&](std::string_view line) {
    reference::Event event;
    if (!reader.read(line, event)) {
      ++refused;
      return;
    }
    const auto user = users.find(event.user);
    print(event, user == users.end() ? nullptr : &user->second, out.text());
    out.flush_if_large();
  });
  if (refused > 0) std::fprintf(stderr, "%zu lines are no events\n", refused);
  return refused > 0 ? 1 : 0;
}
