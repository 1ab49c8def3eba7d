#include "state/group_table.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <random>

using flowrun::state::GroupTable;

TEST_CASE("a table of groups finds what a map finds, whatever comes and goes, also where hashes collide") {
  struct Entry {
    int number;
  };
  const std::uint64_t different_hashes = GENERATE(1U, 7U, 1000U);
  std::mt19937_64 random(different_hashes);
  const auto hash_of = [&](int number) { return (static_cast<std::uint64_t>(number) % different_hashes) << 32; };
  GroupTable<Entry> table;
  std::map<int, std::unique_ptr<Entry>> entries;
  for (int round = 0; round < 20'000; ++round) {
    const int number = static_cast<int>(random() % 300);
    const auto known = entries.find(number);
    const Entry* const found = table.find(hash_of(number), [&](const Entry& entry) { return entry.number == number; });
    REQUIRE(found == (known != entries.end() ? known->second.get() : nullptr));
    if (known == entries.end()) {
      table.insert(hash_of(number), *entries.emplace(number, std::make_unique<Entry>(Entry{number})).first->second);
    } else if (random() % 2 == 0) {
      table.erase(hash_of(number), *known->second);
      entries.erase(known);
    }
    REQUIRE(table.size() == entries.size());
  }
  std::size_t visited = 0;
  table.each([&](const Entry& entry) { visited += entries.count(entry.number); });
  CHECK(visited == entries.size());
  table.clear();
  CHECK(table.size() == 0);
  CHECK(table.find(0, [](const Entry&) { return true; }) == nullptr);
}
