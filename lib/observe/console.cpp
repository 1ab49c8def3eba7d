#include "observe/console.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

namespace flowrun {
namespace {

constexpr std::string_view erased = "\r\x1B[K";

void put(int descriptor, std::string_view bytes) {
  [[maybe_unused]] const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
}

}  // namespace

Console::Console(int descriptor) : descriptor_(descriptor), is_terminal_(::isatty(descriptor) == 1) {}

void Console::write(std::string_view line) {
  const std::lock_guard lock(mutex_);
  if (live_.empty()) return put(descriptor_, line);
  put(descriptor_, std::string(erased).append(line) + live_);
}

void Console::show(std::string_view line) {
  const std::lock_guard lock(mutex_);
  if (!is_terminal_) {
    if (!line.empty()) put(descriptor_, std::string(line) + '\n');
    return;
  }
  if (line.empty() && live_.empty()) return;
  live_ = drawn(line);
  put(descriptor_, std::string(erased) + live_);
}

// What does not fit would go on in a second row, which nobody takes away.
std::string Console::drawn(std::string_view line) const {
  winsize size{};
  const bool is_known = ::ioctl(descriptor_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return std::string(is_known ? line.substr(0, size.ws_col - 1U) : line);
}

}  // namespace flowrun
