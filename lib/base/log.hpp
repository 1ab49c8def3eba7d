#pragma once

#include <string_view>

namespace flowrun {

enum class LogLevel { debug, info, warning, error };

/// Where messages for the operator of the job go. Thread-safe; never called per record.
class Log {
 public:
  virtual ~Log() = default;
  /// `step` is the id of the step that speaks, empty for the job itself.
  virtual void write(LogLevel level, std::string_view step, std::string_view message) = 0;
};

}  // namespace flowrun
