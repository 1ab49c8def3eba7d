#pragma once

#include <string>

namespace flowrun::state {

/// While it lives, a fault of this thread (SIGSEGV, SIGBUS, SIGABRT, SIGFPE) ends the process with exit 10 and the name of the store:
/// the file is read through a map of memory, so a disk that fails and pages of LMDB that lead nowhere show as signals.
/// Faults of other threads, and those in a Pause, are what they always were.
class FaultGuard {
 public:
  explicit FaultGuard(const std::string& folder);
  ~FaultGuard();
  FaultGuard(const FaultGuard&) = delete;
  FaultGuard& operator=(const FaultGuard&) = delete;

  /// While somebody else's code runs.
  class Pause {
   public:
    Pause();
    ~Pause();
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;

   private:
    const std::string* message_;
  };

 private:
  std::string message_;
  const std::string* outer_;
};

}  // namespace flowrun::state
