#pragma once

#include <atomic>
#include <cstdint>
#include <deque>

#include "flow/plan.hpp"
#include "runtime/bell.hpp"
#include "runtime/coordinator.hpp"
#include "runtime/thread.hpp"
#include "runtime/writer_task.hpp"

namespace flowrun {

/// Where all writers live: blocking writes and fsync, never on a worker.
class IoThread {
 public:
  IoThread(Coordinator& coordinator, Rest& rest) : coordinator_(coordinator), bell_(rest) {}
  ~IoThread();

  // Before it runs, on the thread that prepares the job.
  WriterTask& add(std::unique_ptr<Writer> writer, std::size_t lanes, bool stores_epochs);
  Bell& bell() { return bell_; }
  /// Checks all writers, then opens all.
  void open();
  /// From another thread, meanwhile: no writer waits any more.
  void interrupt();

  // While it runs, from other threads.
  void start();
  /// Once all writers have reached `epoch` it is committed by each of them.
  void commit(std::uint64_t epoch);
  /// Writes what is left, closes all writers and ends. No sink puts any more.
  void close();
  /// Ends at once: writers are interrupted, and abort.
  void abandon();

 private:
  void run();
  bool step();
  bool commit_next();
  void abort_all();

  static constexpr std::size_t stack_bytes = 1024 * 1024;

  Coordinator& coordinator_;
  Bell bell_;
  std::deque<WriterTask> writers_;
  std::atomic<std::uint64_t> to_commit_{0};
  std::uint64_t committed_ = 0;
  std::atomic<bool> closing_{false};
  std::atomic<bool> abandoned_{false};
  std::size_t opened_ = 0;
  bool is_running_ = false;
  Thread thread_;
};

}  // namespace flowrun
