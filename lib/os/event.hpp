#pragma once

#include "os/file.hpp"

namespace flowrun {

/// A bell between threads that can be waited for with poll (an eventfd). Ringing is safe from any thread and from a
/// signal handler. Throws Failure where the system has no descriptors left.
class Event {
 public:
  Event();

  /// Readable from a `ring` until the next `clear`.
  int descriptor() const { return descriptor_.number(); }
  void ring() const;
  /// Takes back all rings so far; whether there was one.
  bool clear() const;
  /// Blocks until it has been rung, and clears it.
  void wait() const;

 private:
  FileDescriptor descriptor_;
};

}  // namespace flowrun
