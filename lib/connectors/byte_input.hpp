#pragma once

#include <cstddef>
#include <span>

namespace flowrun {

/// Bytes in order: of a file, a pipe, or decompressed from one. One thread. Never blocks but for the disk.
class ByteInput {
 public:
  virtual ~ByteInput() = default;

  struct Bytes {
    std::size_t count = 0;
    bool at_end = false;  // no more will come; with a count of 0 and without this: nothing right now
  };
  /// Reads at most `room`, which is not empty. Throws Failure (exit 7) where it cannot go on.
  virtual Bytes read(std::span<char> room) = 0;
};

}  // namespace flowrun
