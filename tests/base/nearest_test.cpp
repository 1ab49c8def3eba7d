#include "base/nearest.hpp"

#include <catch2/catch.hpp>

using flowrun::did_you_mean;

TEST_CASE("the nearest known name is what was probably meant") {
  const std::vector<std::string> names = {"map", "set", "filter", "aggregate", "top", "route", "route_all"};
  struct Case {
    const char* written;
    const char* meant;
  };
  const Case cases[] = {
      {"fliter", "did you mean `filter`?"},
      {"filte", "did you mean `filter`?"},
      {"aggregat", "did you mean `aggregate`?"},
      {"agregrate", "did you mean `aggregate`?"},
      {"rout", "did you mean `route`?"},
      {"routeall", "did you mean `route_all`?"},
      {"mpa", "did you mean `map`?"},
      {"sort", ""},
      {"x", ""},
      {"", ""},
      {"join", ""},
  };
  for (const Case& one : cases) {
    CAPTURE(one.written);
    CHECK(did_you_mean(one.written, names) == one.meant);
  }
}

TEST_CASE("a name of a whole page has no nearest name") {
  const std::string page(1'000'000, 'x');
  CHECK(did_you_mean(page, std::vector<std::string>{"filter"}) == "");
}
