#include "connectors/followed_input.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <utility>

namespace flowrun {

FollowedInput::FollowedInput(std::string path, std::string name, std::uint64_t inode, std::uint64_t offset,
                             ExitCode code)
    : path_(std::move(path)), name_(std::move(name)), inode_(inode), offset_(offset) {
  auto file = open_file(path_, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!file) throw Failure(code, file.error().message);
  file_ = std::move(*file);
  struct ::stat status {};
  if (::fstat(file_.number(), &status) != 0) throw Failure(code, path_error("open", path_, errno).message);
  if (status.st_ino != inode_)
    throw Failure(code, fmt::format("cannot read '{}': it was replaced by another file", path_));
}

ByteInput::Bytes FollowedInput::read(std::span<char> room) {
  const auto count = read_some_at(file_.number(), offset_, room, path_);
  if (!count) throw Failure(ExitCode::running_failed, count.error().message);
  offset_ += *count;
  if (*count > 0) return {*count, false};
  if (is_truncated() || is_replaced_) return {0, true};
  // What was written between the read and the look at the name is read before the end is told.
  is_replaced_ = is_replaced();
  return is_replaced_ ? read(room) : Bytes{0, false};
}

bool FollowedInput::is_truncated() const {
  struct ::stat status {};
  return ::fstat(file_.number(), &status) == 0 && static_cast<std::uint64_t>(status.st_size) < offset_;
}

// An empty file under the name may have been made by who moved this one away, before its writer has noticed.
bool FollowedInput::is_replaced() const {
  const auto status = status_of(name_);
  return status && status->st_ino != inode_ && status->st_size > 0;
}

}  // namespace flowrun
