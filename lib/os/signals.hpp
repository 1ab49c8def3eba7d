#pragma once

#include <functional>
#include <thread>

namespace flowrun {

/// While it lives, SIGTERM and SIGINT ask the process to stop instead of killing it: the first calls back, on a thread
/// of its own, with the number of the signal; a second kills the process as if nobody listened (128+n to a shell).
/// At most one at a time.
class StopSignals {
 public:
  explicit StopSignals(std::function<void(int signal)> on_stop);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

 private:
  void listen();

  std::function<void(int)> on_stop_;
  std::thread listener_;
};

/// While it lives, SIGUSR1 calls back, on any thread and within the handler: what is called may do no more than a handler may.
/// At most one at a time.
class EpochSignal {
 public:
  explicit EpochSignal(std::function<void()> on_signal);
  ~EpochSignal();
  EpochSignal(const EpochSignal&) = delete;
  EpochSignal& operator=(const EpochSignal&) = delete;
};

/// From now on writing to a pipe that nobody reads is an error (EPIPE) and no signal.
void ignore_broken_pipes();

}  // namespace flowrun
