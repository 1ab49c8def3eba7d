#pragma once

#include <chrono>
#include <string_view>

#include "os/event.hpp"
#include "os/file.hpp"

namespace flowrun {

/// Writes to an open descriptor of any kind. Where that is a pipe, a terminal or a socket it may have to wait for a
/// reader, which another thread can end. The descriptor itself is left as blocking as it is, for other processes may
/// share it.
class StreamOutput {
 public:
  /// What `write` writes to: not owned, open meanwhile.
  void use(int descriptor);

  /// Writes all of `bytes`. 0, or the number of the error, after which it is not known how much was written;
  /// ECANCELED: interrupted.
  [[nodiscard]] int write(std::string_view bytes);
  /// From any thread, at any time: `write` gives up at once, and so does every later one.
  void interrupt() { interrupted_.ring(); }
  /// Waits for an interruption; whether there is one.
  bool is_interrupted_within(std::chrono::milliseconds wait) const;

 private:
  enum class Kind { never_waits, own_description, socket, shared_description };

  long attempt(std::string_view bytes);
  int target() const { return own_.is_open() ? own_.number() : descriptor_; }

  int descriptor_ = -1;
  Kind kind_ = Kind::never_waits;
  FileDescriptor own_;  // the same pipe or terminal opened once more, so that it can be told not to block
  Event interrupted_;   // never cleared
};

}  // namespace flowrun
