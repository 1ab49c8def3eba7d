#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>

#include "base/clock.hpp"
#include "runtime/bell.hpp"
#include "runtime/progress.hpp"

namespace flowrun {

/// How a run came to its end.
enum class Ending : std::uint8_t { input_ended, stopped, reader_gone, drain_deadline, failed };

/// Decides when the epochs of a job are cut and when it ends. Others tell it what has happened and look at what it has
/// decided, from their threads; it decides on the thread that calls `conduct`.
class Coordinator {
 public:
  struct Setup {
    Clock& clock;
    std::size_t tasks;  // of all workers
    Duration epoch_interval;
    Duration drain_timeout;
    std::uint64_t epoch = 0;  // that the job goes on from
  };
  Coordinator(Setup setup, Rest& rest);

  Bell& bell() { return bell_; }

  // From any thread and from signal handlers.
  void stop();
  void request_mark();

  /// The first error is kept, and ends the job.
  void fail(std::exception_ptr error);
  /// Nobody reads what the job writes: it ends without an error.
  void end_quietly();

  // Decided, for workers.
  std::uint64_t issued() const { return issued_.load(); }      // the latest epoch whose mark sources issue
  std::uint64_t settled() const { return settled_.load(); }    // the latest that is durable and committed
  bool is_stopping() const { return stop_requested_.load(); }  // nothing more is read
  bool is_over() const { return over_.load(); }

  // Told by workers.
  void note_reading();
  void note_mark_passed();
  void note_task_ended();

  // Told by the I/O thread.
  void note_settled();

  /// What the decisions are carried out with.
  struct Hands {
    std::function<void()> wake_workers;
    std::function<void(std::uint64_t epoch)>
        commit;  // all sinks have sealed `epoch`: it can be made durable and committed
  };
  /// Until the last epoch is settled, or the run cannot go on.
  Ending conduct(const Hands& hands);

  /// Of `failed`.
  std::exception_ptr error();

 private:
  std::optional<Ending> decide(const Hands& hands);
  bool mark_is_due();
  void issue(const Hands& hands);
  int milliseconds_to_wait();

  const Setup setup_;
  Bell bell_;
  std::atomic<bool> stop_requested_{false};
  std::atomic<bool> mark_requested_{false};
  std::atomic<bool> has_read_{false};  // since the latest mark
  std::atomic<std::uint64_t> issued_;
  std::atomic<std::uint64_t> settled_;
  std::atomic<bool> over_{false};

  std::mutex mutex_;  // of what follows
  std::exception_ptr error_;
  bool ends_quietly_ = false;
  std::size_t tasks_live_;
  EpochProgress epochs_;
  std::uint64_t announced_;       // the settled epoch that workers have been woken for, to acknowledge it
  std::uint64_t last_epoch_ = 0;  // 0: not decided yet
  Time last_issued_;
  Time drain_until_ = end_of_time;  // while the job is not being stopped
};

}  // namespace flowrun
