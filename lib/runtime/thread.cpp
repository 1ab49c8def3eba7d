#include "runtime/thread.hpp"

#include <utility>

#include "base/failure.hpp"

namespace flowrun {
namespace {

void* run_body(void* argument) {
  const std::unique_ptr<std::function<void()>> body(static_cast<std::function<void()>*>(argument));
  (*body)();
  return nullptr;
}

}  // namespace

Thread::Thread(const std::string& name, std::size_t stack_bytes, std::function<void()> body) {
  auto argument = std::make_unique<std::function<void()>>(std::move(body));
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_bytes);
  const int error = pthread_create(&thread_, &attributes, run_body, argument.get());
  pthread_attr_destroy(&attributes);
  if (error != 0) throw Failure(ExitCode::running_failed, "cannot start a thread: the system's limit is reached");
  static_cast<void>(argument.release());
  pthread_setname_np(thread_, name.c_str());
  runs_ = true;
}

Thread::Thread(Thread&& other) noexcept : thread_(other.thread_), runs_(std::exchange(other.runs_, false)) {}

Thread& Thread::operator=(Thread&& other) noexcept {
  join();
  thread_ = other.thread_;
  runs_ = std::exchange(other.runs_, false);
  return *this;
}

void Thread::join() {
  if (std::exchange(runs_, false)) pthread_join(thread_, nullptr);
}

}  // namespace flowrun
