#pragma once

#include <fcntl.h>
#include <stdexcept>
#include <unistd.h>

#include "os/file.hpp"

namespace flowrun {

/// A pipe, both of whose ends are closed with it.
struct Pipe {
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
    reading = FileDescriptor(ends[0]);
    writing = FileDescriptor(ends[1]);
  }
  FileDescriptor reading, writing;
};

/// While it lives, the descriptor `number` of the process is another one, or closed (-1).
class Redirection {
 public:
  Redirection(int number, int other) : number_(number), saved_(::fcntl(number, F_DUPFD_CLOEXEC, 100)) {
    if (other >= 0)
      ::dup2(other, number);
    else
      ::close(number);
  }
  ~Redirection() { ::dup2(saved_.number(), number_); }

 private:
  int number_;
  FileDescriptor saved_;
};

}  // namespace flowrun
