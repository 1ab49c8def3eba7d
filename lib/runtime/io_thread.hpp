#pragma once

#include <atomic>
#include <cstdint>
#include <deque>

#include "flow/plan.hpp"
#include "runtime/bell.hpp"
#include "runtime/checkpoints.hpp"
#include "runtime/coordinator.hpp"
#include "runtime/thread.hpp"
#include "runtime/writer_task.hpp"

namespace flowrun {

/// Where all writers and the store live: blocking writes and fsync, never on a worker.
class IoThread {
 public:
  /// `checkpoints`: null where epochs are not stored. `epoch`: that the job goes on from.
  IoThread(Coordinator& coordinator, Rest& rest, Checkpoints* checkpoints, std::uint64_t epoch)
      : coordinator_(coordinator), bell_(rest), checkpoints_(checkpoints), to_commit_(epoch), committed_(epoch) {}
  ~IoThread();

  // Before it runs, on the thread that prepares the job.
  WriterTask& add(std::unique_ptr<Writer> writer, std::string resource, std::size_t lanes);
  Bell& bell() { return bell_; }
  /// Checks all writers, then opens all: where the latest epoch knows them, at its end.
  void open();
  /// Stores the epoch that stands before the first record.
  void store_beginning();
  /// From another thread, meanwhile: no writer waits any more.
  void interrupt();

  // While it runs, from other threads.
  void start();
  /// Once all writers have reached `epoch` it is stored, and committed by each of them.
  void commit(std::uint64_t epoch);
  /// Writes what is left, closes all writers and ends. No sink puts any more.
  void close();
  /// Ends at once: writers are interrupted, and abort.
  void abandon();

 private:
  void run();
  bool step();
  bool commit_next();
  void store(std::uint64_t epoch);
  void abort_all();

  static constexpr std::size_t stack_bytes = 1024 * 1024;

  Coordinator& coordinator_;
  Bell bell_;
  Checkpoints* checkpoints_;
  std::deque<WriterTask> writers_;
  std::atomic<std::uint64_t> to_commit_;
  std::uint64_t committed_;
  std::atomic<bool> closing_{false};
  std::atomic<bool> abandoned_{false};
  std::size_t opened_ = 0;
  bool is_running_ = false;
  Thread thread_;
};

}  // namespace flowrun
