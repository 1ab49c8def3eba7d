#include "observe/log.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "base/secrecy.hpp"
#include "base/timestamp.hpp"

namespace flowrun {
namespace {

constexpr std::array<std::string_view, 4> level_names = {"debug", "info", "warning", "error"};

std::string text_line(Time now, LogLevel level, std::string_view step, std::string_view message) {
  std::string line = format_timestamp(now);
  line += ' ';
  line += name(level);
  line += ' ';
  if (!step.empty()) line.append(step).append(": ");
  // A message stays on its line, whatever it quotes.
  for (const char byte : message) line += byte == '\n' || byte == '\r' ? ' ' : byte;
  line += '\n';
  return line;
}

std::string json_line(Time now, LogLevel level, std::string_view step, std::string_view message) {
  nlohmann::ordered_json line;
  line["time"] = format_timestamp(now);
  line["level"] = name(level);
  if (!step.empty()) line["step"] = step;
  line["message"] = message;
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string_view name(LogLevel level) { return level_names[static_cast<std::size_t>(level)]; }

std::optional<LogLevel> parse_log_level(std::string_view name) {
  for (std::size_t i = 0; i < level_names.size(); i++)
    if (level_names[i] == name) return static_cast<LogLevel>(i);
  return std::nullopt;
}

void LineLog::write(LogLevel level, std::string_view step, std::string_view message) {
  if (level < least_) return;
  const Time now = clock_.now();
  const std::string shown = without_secrets(std::string(message));
  console_.write(format_ == LogFormat::json ? json_line(now, level, step, shown) : text_line(now, level, step, shown));
}

}  // namespace flowrun
