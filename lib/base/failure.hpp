#pragma once

#include <stdexcept>
#include <string>

#include "base/secrecy.hpp"

namespace flowrun {

/// How the process ends; the meaning of each stands in `flowrun --help`.
enum class ExitCode : int {
  success = 0,
  internal_error = 1,
  usage = 2,
  flow_not_found = 3,
  invalid_flow = 4,
  plugin_not_loadable = 5,
  cannot_open = 6,
  running_failed = 7,
  rejects_or_late = 8,
  drain_deadline = 9,
  recovery_unusable = 10,
  held_by_another_job = 11,
  stopped_by_reject = 12,
  tests_failed = 13,
};

/// The run cannot go on. Thrown anywhere, caught once per worker and once in main.
class Failure : public std::runtime_error {
 public:
  Failure(ExitCode code, const std::string& message) : std::runtime_error(without_secrets(message)), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

}  // namespace flowrun
