#pragma once

#include <cstdint>
#include <string>

#include "base/failure.hpp"
#include "connectors/byte_input.hpp"
#include "os/file.hpp"

namespace flowrun {

/// The bytes of a file that others append to. It has ended when another file has taken its name (rotation) and all of this one is
/// read, or when it has become shorter than what was read (truncation); until then there may be more. A file that has been moved
/// away is read on, since who writes to it may not have noticed.
class FollowedInput final : public ByteInput {
 public:
  /// `path`: of the file; `name`: the name that is followed. Throws Failure with `code` where it cannot be opened, or is not that
  /// of the inode any more.
  FollowedInput(std::string path, std::string name, std::uint64_t inode, std::uint64_t offset, ExitCode code);

  Bytes read(std::span<char> room) override;

 private:
  bool is_truncated() const;
  bool is_replaced() const;

  std::string path_;
  std::string name_;
  std::uint64_t inode_;
  std::uint64_t offset_;
  FileDescriptor file_;
  bool is_replaced_ = false;  // as seen when nothing more was there; what came before that is read once more
};

}  // namespace flowrun
