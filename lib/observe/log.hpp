#pragma once

#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "observe/console.hpp"

namespace flowrun {

enum class LogFormat { text, json };

/// Writes a line per message to a console, from `least` on. Thread-safe. What cannot be written is lost:
/// logging never stops a run.
///
///     2026-01-01T00:00:00Z warning per_user: the message
///     {"time":"2026-01-01T00:00:00Z","level":"warning","step":"per_user","message":"the message"}
class LineLog final : public Log {
 public:
  /// `console` and `clock` outlive the log.
  LineLog(Console& console, LogFormat format, LogLevel least, Clock& clock)
      : console_(console), format_(format), least_(least), clock_(clock) {}

  void write(LogLevel level, std::string_view step, std::string_view message) override;

 private:
  Console& console_;
  LogFormat format_;
  LogLevel least_;
  Clock& clock_;  // the process's
};

std::string_view name(LogLevel level);
/// Of `debug`, `info`, `warning`, `error`.
std::optional<LogLevel> parse_log_level(std::string_view name);

}  // namespace flowrun
