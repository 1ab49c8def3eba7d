#include "observe/log.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <unistd.h>

#include "base/timestamp.hpp"

using namespace flowrun;

namespace {

/// What `speak` logs with that format, from warnings on, on the clock of 2026.
template <class Speak>
std::string logged(LogFormat format, Speak speak) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  ManualClock clock(*parse_timestamp("2026-01-01T00:00:00Z"));
  Console console(ends[1]);
  LineLog log(console, format, LogLevel::warning, clock);
  speak(log);
  ::close(ends[1]);
  std::string text(4096, '\0');
  const ssize_t bytes = ::read(ends[0], text.data(), text.size());
  ::close(ends[0]);
  text.resize(bytes > 0 ? static_cast<std::size_t>(bytes) : 0);
  return text;
}

}  // namespace

TEST_CASE("a log line has time, level, step and message") {
  const auto speak = [](Log& log) {
    log.write(LogLevel::warning, "per_user", "first");
    log.write(LogLevel::error, "", "of the \"job\"");
  };
  CHECK(logged(LogFormat::text, speak) ==
        "2026-01-01T00:00:00Z warning per_user: first\n"
        "2026-01-01T00:00:00Z error of the \"job\"\n");
  CHECK(logged(LogFormat::json, speak) ==
        R"({"time":"2026-01-01T00:00:00Z","level":"warning","step":"per_user","message":"first"})"
        "\n"
        R"({"time":"2026-01-01T00:00:00Z","level":"error","message":"of the \"job\""})"
        "\n");
}

TEST_CASE("a log is silent below its level") {
  CHECK(logged(LogFormat::text, [](Log& log) { log.write(LogLevel::info, "", "not of interest"); }) == "");
}

TEST_CASE("a log line stays one line of valid UTF-8 in JSON") {
  const auto speak = [](Log& log) { log.write(LogLevel::error, "", "two\nlines \xff"); };
  CHECK(logged(LogFormat::text, speak) == "2026-01-01T00:00:00Z error two lines \xff\n");
  CHECK(logged(LogFormat::json, speak) ==
        "{\"time\":\"2026-01-01T00:00:00Z\",\"level\":\"error\",\"message\":\"two\\nlines \xEF\xBF\xBD\"}\n");
}
