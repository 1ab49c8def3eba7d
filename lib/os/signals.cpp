#include "os/signals.hpp"

#include <atomic>
#include <cassert>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <utility>

#include "os/event.hpp"

namespace flowrun {
namespace {

constexpr int stop_signals[] = {SIGTERM, SIGINT};

// What the handler may touch: it runs on any thread, at any point. The bell is never destroyed, for a handler may still
// be at it when its listener has gone.
const Event* bell = nullptr;
std::atomic<bool> listened{false};
std::atomic<int> first_signal{0};
std::atomic<std::int64_t> first_time{0};

std::int64_t milliseconds_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

// Whoever signals a process and then its whole group, as `timeout` does, means one stop.
bool is_same_stop(int signal) {
  constexpr std::int64_t together_milliseconds = 100;
  return signal == first_signal && milliseconds_now() - first_time < together_milliseconds;
}

void handle(int signal) {
  int none = 0;
  if (first_signal.compare_exchange_strong(none, signal)) {
    first_time = milliseconds_now();
    bell->ring();
    return;
  }
  if (is_same_stop(signal)) return;
  std::signal(signal, SIG_DFL);
  std::raise(signal);  // takes effect when the handler returns
}

void set_handler(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigaction(signal, &action, nullptr);
}

void set_handlers(void (*handler)(int)) {
  for (const int signal : stop_signals) set_handler(signal, handler);
}

std::function<void()> on_epoch_signal;

void handle_epoch_signal(int) { on_epoch_signal(); }

}  // namespace

StopSignals::StopSignals(std::function<void(int)> on_stop) : on_stop_(std::move(on_stop)) {
  assert(!listened);
  listened = true;
  if (bell == nullptr) bell = new Event;
  bell->clear();
  first_signal = 0;
  listener_ = std::thread([this] { listen(); });
  set_handlers(handle);
}

StopSignals::~StopSignals() {
  set_handlers(SIG_DFL);
  bell->ring();
  listener_.join();
  listened = false;
}

void StopSignals::listen() {
  bell->wait();
  const int signal = first_signal.load();
  if (signal != 0) on_stop_(signal);
}

EpochSignal::EpochSignal(std::function<void()> on_signal) {
  on_epoch_signal = std::move(on_signal);
  set_handler(SIGUSR1, handle_epoch_signal);
}

EpochSignal::~EpochSignal() { set_handler(SIGUSR1, SIG_IGN); }

void ignore_broken_pipes() { std::signal(SIGPIPE, SIG_IGN); }

}  // namespace flowrun
