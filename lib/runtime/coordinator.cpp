#include "runtime/coordinator.hpp"

#include <algorithm>
#include <utility>

namespace flowrun {

Coordinator::Coordinator(Setup setup, Rest& rest)
    : setup_(setup),
      bell_(rest),
      issued_(setup.epoch),
      settled_(setup.epoch),
      tasks_live_(setup.tasks),
      epochs_(setup.tasks, setup.epoch),
      announced_(setup.epoch),
      last_issued_(setup.clock.now()) {}

void Coordinator::stop() {
  stop_requested_.store(true);
  bell_.ring();
}

void Coordinator::request_mark() {
  mark_requested_.store(true);
  bell_.ring();
}

void Coordinator::fail(std::exception_ptr error) {
  {
    const std::lock_guard lock(mutex_);
    if (error_ == nullptr) error_ = std::move(error);
  }
  bell_.ring();
}

std::exception_ptr Coordinator::error() {
  const std::lock_guard lock(mutex_);
  return error_;
}

void Coordinator::end_quietly() {
  {
    const std::lock_guard lock(mutex_);
    ends_quietly_ = true;
  }
  bell_.ring();
}

void Coordinator::note_reading() {
  if (!has_read_.load(std::memory_order_relaxed) && !has_read_.exchange(true)) bell_.ring();
}

void Coordinator::note_mark_passed() {
  {
    const std::lock_guard lock(mutex_);
    if (!epochs_.pass()) return;
  }
  bell_.ring();
}

void Coordinator::note_task_ended() {
  {
    const std::lock_guard lock(mutex_);
    if (--tasks_live_ > 0) return;
  }
  bell_.ring();
}

void Coordinator::note_settled() {
  {
    const std::lock_guard lock(mutex_);
    epochs_.settle();
    settled_.store(epochs_.settled());
  }
  bell_.ring();
}

Ending Coordinator::conduct(const Hands& hands) {
  const Retirement retirement(bell_);
  for (;;) {
    if (const std::optional<Ending> ending = decide(hands)) {
      over_.store(true);
      hands.wake_workers();
      return *ending;
    }
    bell_.sleep(milliseconds_to_wait());
  }
}

std::optional<Ending> Coordinator::decide(const Hands& hands) {
  const std::lock_guard lock(mutex_);
  if (error_ != nullptr) return Ending::failed;
  if (ends_quietly_) return Ending::reader_gone;
  if (last_epoch_ != 0 && epochs_.settled() == last_epoch_)
    return drain_until_ != end_of_time ? Ending::stopped : Ending::input_ended;
  if (std::exchange(announced_, epochs_.settled()) != epochs_.settled()) hands.wake_workers();
  if (is_stopping() && drain_until_ == end_of_time) drain_until_ = setup_.clock.now() + setup_.drain_timeout;
  if (epochs_.cut() > epochs_.settled()) hands.commit(epochs_.cut());
  if (mark_is_due()) issue(hands);
  if (drain_until_ != end_of_time && setup_.clock.now() >= drain_until_) return Ending::drain_deadline;
  return std::nullopt;
}

bool Coordinator::mark_is_due() {
  if (last_epoch_ != 0 || !epochs_.may_issue()) return false;
  if (drain_until_ != end_of_time || tasks_live_ == 0) {
    last_epoch_ = epochs_.issued() + 1;
    return true;
  }
  if (mark_requested_.exchange(false)) return true;
  return has_read_.load() && setup_.clock.now() >= last_issued_ + setup_.epoch_interval;
}

void Coordinator::issue(const Hands& hands) {
  has_read_.store(false);
  last_issued_ = setup_.clock.now();
  issued_.store(epochs_.issue());
  hands.wake_workers();
}

int Coordinator::milliseconds_to_wait() {
  Time due = drain_until_;
  if (has_read_.load() && last_epoch_ == 0) due = std::min(due, last_issued_ + setup_.epoch_interval);
  return due == end_of_time ? -1 : setup_.clock.milliseconds_until(due);
}

}  // namespace flowrun
