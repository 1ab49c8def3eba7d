#include "testing/difference.hpp"

#include <catch2/catch.hpp>

using namespace flowrun;

namespace {

std::vector<TestRecord> expected(const std::vector<int>& numbers) {
  std::vector<TestRecord> records;
  for (const int number : numbers) records.push_back({.value = Value::integer(number)});
  return records;
}

std::vector<CapturedRecord> got(const std::vector<int>& numbers) {
  std::vector<CapturedRecord> records;
  for (const int number : numbers) records.push_back({Value::integer(number), Value::null(), no_time, Value::null()});
  return records;
}

}  // namespace

TEST_CASE("in any order what is missing and what is too much is told") {
  CHECK(difference(expected({1, 2, 3}), got({3, 2, 1}), false).empty());
  CHECK(difference(expected({1, 2, 2}), got({2, 3, 1}), false) == "  - 2\n  + 3\n");
}

TEST_CASE("in order the records that agree stand around those that do not") {
  CHECK(difference(expected({1, 2, 3}), got({1, 2, 3}), true).empty());
  CHECK(difference(expected({1, 2, 3, 4}), got({1, 3, 2, 4}), true) == "    1\n  - 2\n    3\n  + 2\n    4\n");
  CHECK(difference(expected({}), got({1}), true) == "  + 1\n");
}

TEST_CASE("of a record the columns that are compared are shown") {
  const std::vector<TestRecord> records = {{.key = Value::text("k"), .time = no_time}};
  CHECK(difference(records, got({7}), false) == "  - key: \"k\", time: null\n  + key: null, time: null\n");
}

TEST_CASE("a long difference is cut") {
  const std::string text = difference(expected({}), got(std::vector<int>(50, 1)), false);
  CHECK(text.substr(text.size() - 18) == "  ... and 10 more\n");
}
