#include "runtime/worker.hpp"

#include <algorithm>
#include <string>

namespace flowrun {

Worker::Worker(std::size_t number, Clock& clock, Coordinator& coordinator, Rest& rest)
    : number_(number), clock_(clock), coordinator_(coordinator), bell_(rest) {}

void Worker::start() {
  thread_ = Thread("worker-" + std::to_string(number_), stack_bytes, [this] { run(); });
}

void Worker::run() {
  const Retirement retirement(bell_);
  try {
    while (!coordinator_.is_over())
      if (!step() && !flush()) sleep();
    for (SourceIntake* const source : sources_) source->acknowledge();
  } catch (...) {
    coordinator_.fail(std::current_exception());
  }
}

// One round of all tasks, downstream first, so that what is in flight leaves before more is read.
bool Worker::step() {
  fire_timers();
  look_at_sources();
  bool progress = false;
  for (auto task = tasks_.rbegin(); task != tasks_.rend(); ++task)
    for (int call = 0; call < most_calls && task->step(); ++call) progress = true;
  return progress;
}

Time Worker::next_timer() const {
  Time next = end_of_time;
  for (const Task& task : tasks_) next = std::min(next, task.next_timer());
  return next;
}

void Worker::fire_timers() {
  const Time next = next_timer();
  if (next == end_of_time) return;
  const Time now = clock_.now();
  if (next > now) return;
  for (Task& task : tasks_) task.tick(now);
}

bool Worker::flush() {
  bool again = false;
  for (Task& task : tasks_) again = task.flush() || again;
  return again;
}

void Worker::sleep() {
  Time due = next_timer();
  for (const SourceIntake* const source : sources_) due = std::min(due, source->due());
  list_descriptors();
  bell_.sleep(descriptors_, due == end_of_time ? -1 : clock_.milliseconds_until(due));
  wake_sources();
}

// While others keep the worker busy, sources that were caught up are asked here whether they have more.
void Worker::look_at_sources() {
  if (!list_descriptors()) return;
  ::poll(descriptors_.data() + 1, descriptors_.size() - 1, 0);
  wake_sources();
}

bool Worker::list_descriptors() {
  bool waits = false;
  descriptors_.resize(sources_.size() + 1);
  for (std::size_t index = 0; index < sources_.size(); ++index) {
    const int descriptor = sources_[index]->wake_fd();
    descriptors_[index + 1] = {descriptor, POLLIN, 0};
    waits = waits || descriptor >= 0;
  }
  return waits;
}

void Worker::wake_sources() {
  for (std::size_t index = 0; index < sources_.size(); ++index)
    if (descriptors_[index + 1].revents != 0) sources_[index]->wake();
}

}  // namespace flowrun
