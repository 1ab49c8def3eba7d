#include "os/stream_output.hpp"

#include <cerrno>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace flowrun {

void StreamOutput::use(int descriptor) {
  descriptor_ = descriptor;
  struct ::stat status {};
  if (::fstat(descriptor, &status) != 0) return;  // the first write says so
  if (S_ISSOCK(status.st_mode)) {
    kind_ = Kind::socket;
  } else if (S_ISFIFO(status.st_mode) || ::isatty(descriptor) == 1) {
    auto own = open_file("/proc/self/fd/" + std::to_string(descriptor), O_WRONLY | O_NONBLOCK | O_NOCTTY);
    kind_ = own ? Kind::own_description : Kind::shared_description;
    if (own) own_ = std::move(*own);
  }
}

int StreamOutput::write(std::string_view bytes) {
  if (is_interrupted_within(std::chrono::milliseconds(0))) return ECANCELED;
  while (!bytes.empty()) {
    const long count = attempt(bytes);
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      pollfd waits[] = {{interrupted_.descriptor(), POLLIN, 0}, {target(), POLLOUT, 0}};
      ::poll(waits, 2, -1);
      if (waits[0].revents != 0) return ECANCELED;
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

bool StreamOutput::is_interrupted_within(std::chrono::milliseconds wait) const {
  pollfd bell{interrupted_.descriptor(), POLLIN, 0};
  return ::poll(&bell, 1, static_cast<int>(wait.count())) == 1;
}

// As ::write, but with EAGAIN instead of waiting for a reader.
long StreamOutput::attempt(std::string_view bytes) {
  if (kind_ == Kind::socket) return ::send(descriptor_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (kind_ == Kind::shared_description) {
    // What poll calls writable has room for this much without waiting.
    pollfd asked{descriptor_, POLLOUT, 0};
    if (::poll(&asked, 1, 0) == 0) return errno = EAGAIN, -1;
    bytes = bytes.substr(0, PIPE_BUF);
  }
  return ::write(target(), bytes.data(), bytes.size());
}

}  // namespace flowrun
