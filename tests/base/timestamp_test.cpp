#include "base/timestamp.hpp"

#include <catch2/catch.hpp>

using namespace flowrun;

TEST_CASE("a timestamp prints in UTC with the decimals that it needs") {
  struct Case {
    std::string_view text;
    std::string_view printed;
  };
  for (const Case& each :
       {Case{"2026-01-01T00:00:10Z", "2026-01-01T00:00:10Z"},
        Case{"2026-01-01t00:00:10.5z", "2026-01-01T00:00:10.500Z"},
        Case{"2026-01-01T00:00:10.000001Z", "2026-01-01T00:00:10.000001Z"},
        Case{"2026-01-01T00:00:10.1234567Z", "2026-01-01T00:00:10.123456Z"},
        Case{"2026-01-01T01:30:00+01:30", "2026-01-01T00:00:00Z"},
        Case{"2026-01-01 00:00:00-00:30", "2026-01-01T00:30:00Z"}, Case{"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
        Case{"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
        Case{"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
        Case{"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"}}) {
    INFO(each.text);
    const auto time = parse_timestamp(each.text);
    REQUIRE(time);
    CHECK(format_timestamp(*time) == each.printed);
  }
}

TEST_CASE("a text that is no RFC 3339 or outside the years is no timestamp") {
  for (const std::string_view text :
       {"", "2026", "2026-01-01", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00",
        "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00", "2026-01-01T00:00:00+24:00", "2026-1-1T00:00:00Z", "+026-01-01T00:00:00Z"}) {
    INFO(text);
    CHECK_FALSE(parse_timestamp(text));
  }
}
