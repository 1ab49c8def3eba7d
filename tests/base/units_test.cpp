#include "base/units.hpp"

#include <catch2/catch.hpp>

using namespace flowrun;

TEST_CASE("durations read and print") {
  struct Case {
    std::string_view text;
    std::int64_t microseconds;
    std::string_view printed;
  };
  for (const Case& each : {Case{"500ms", 500'000, "500ms"}, Case{"10s", 10'000'000, "10s"},
                           Case{"1h30m", 5'400'000'000, "1h30m"}, Case{"2d", 172'800'000'000, "2d"}, Case{"0", 0, "0s"},
                           Case{"0s", 0, "0s"}, Case{"1.5s", 1'500'000, "1s500ms"}, Case{"90s", 90'000'000, "1m30s"}}) {
    INFO(each.text);
    const auto duration = parse_duration(each.text);
    REQUIRE(duration);
    CHECK(duration->count() == each.microseconds);
    CHECK(format_duration(*duration) == each.printed);
  }
}

TEST_CASE("what is no duration, size or rate is named with what was expected") {
  CHECK(parse_duration("10").error().message == "the duration `10` has no unit, expected one such as `10s` or `10ms`");
  for (const std::string_view text : {"", "s", "-1s", "1s1h", "1s1s", "5x", "1 s", "1e3s", "99999999999d"}) {
    INFO(text);
    CHECK(parse_duration(text).error().message ==
          "`" + std::string(text) + "` is no duration, expected one such as `500ms`, `10s`, `1h30m` or `2d`");
  }
  CHECK(parse_size("5 MB").error().message == "`5 MB` is no size, expected one such as `64KiB` or `10MB`");
  CHECK(parse_rate("100").error().message == "`100` is no rate, expected one such as `100/s` or `5/m`");
}

TEST_CASE("sizes and rates read") {
  CHECK(parse_size("64KiB").value() == 65536);
  CHECK(parse_size("10MB").value() == 10'000'000);
  CHECK(parse_size("512").value() == 512);
  CHECK(parse_size("1.5KiB").value() == 1536);
  CHECK(parse_rate("100/s").value() == 100);
  CHECK(parse_rate("6/m").value() == Approx(0.1));
}

TEST_CASE("sizes are written in the largest binary unit of which there is one") {
  CHECK(format_size(0) == "0 B");
  CHECK(format_size(1023) == "1023 B");
  CHECK(format_size(1024) == "1.0 KiB");
  CHECK(format_size(1536 * 1024) == "1.5 MiB");
  CHECK(format_size(std::int64_t{3} << 40) == "3.0 TiB");
}
