#include "state/store/fault_guard.hpp"

#include <array>
#include <csignal>
#include <cstring>
#include <mutex>
#include <unistd.h>

#include "base/failure.hpp"

namespace flowrun::state {
namespace {

constexpr std::array<int, 4> faults = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE};

// What the thread says when it dies; null while it is not guarded.
thread_local const std::string* last_words = nullptr;

// Handlers belong to the process, so guards of all threads share them.
std::mutex mutex;
int guards = 0;
std::array<struct sigaction, faults.size()> previous;

const char* cause_of(int signal) {
  if (signal == SIGBUS) return "the file could not be read (SIGBUS)\n";
  if (signal == SIGSEGV) return "its pages lead outside the file (SIGSEGV)\n";
  return "its pages make no sense (SIGABRT or SIGFPE)\n";
}

void say(const char* bytes, std::size_t size) { static_cast<void>(!::write(STDERR_FILENO, bytes, size)); }

// Only what a signal handler may call.
void on_fault(int signal) {
  if (last_words == nullptr) {
    for (std::size_t index = 0; index < faults.size(); ++index)
      if (faults[index] == signal) ::sigaction(signal, &previous[index], nullptr);
    // A fault happens again when this returns; an abort was a call and has to be repeated.
    if (signal == SIGABRT) ::raise(signal);
    return;
  }
  say(last_words->data(), last_words->size());
  const char* const cause = cause_of(signal);
  say(cause, std::strlen(cause));
  ::_exit(static_cast<int>(ExitCode::recovery_unusable));
}

void install() {
  struct sigaction action {};
  action.sa_handler = on_fault;
  for (std::size_t index = 0; index < faults.size(); ++index) ::sigaction(faults[index], &action, &previous[index]);
}

void uninstall() {
  for (std::size_t index = 0; index < faults.size(); ++index) ::sigaction(faults[index], &previous[index], nullptr);
}

}  // namespace

FaultGuard::FaultGuard(const std::string& folder)
    : message_("flowrun: error: the recovery directory '" + folder + "' is damaged: "), outer_(last_words) {
  const std::lock_guard lock(mutex);
  if (guards++ == 0) install();
  last_words = &message_;
}

FaultGuard::~FaultGuard() {
  last_words = outer_;
  const std::lock_guard lock(mutex);
  if (--guards == 0) uninstall();
}

FaultGuard::Pause::Pause() : message_(last_words) { last_words = nullptr; }
FaultGuard::Pause::~Pause() { last_words = message_; }

}  // namespace flowrun::state
