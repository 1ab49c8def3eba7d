#include "os/event.hpp"

#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/failure.hpp"

namespace flowrun {

Event::Event() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!descriptor_.is_open()) throw Failure(ExitCode::running_failed, stream_error("make", "an event", errno).message);
}

void Event::ring() const {
  const std::uint64_t one = 1;
  // It fails only where the counter is full, which is as good as another ring.
  [[maybe_unused]] const auto written = ::write(descriptor_.number(), &one, sizeof one);
}

bool Event::clear() const {
  std::uint64_t rings = 0;
  return ::read(descriptor_.number(), &rings, sizeof rings) == sizeof rings;
}

void Event::wait() const {
  pollfd bell{descriptor_.number(), POLLIN, 0};
  do ::poll(&bell, 1, -1);
  while (!clear());
}

}  // namespace flowrun
