#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <utility>

#include "base/result.hpp"

namespace flowrun {

/// A refusal of the system: its number (errno) and the whole text for a person, as
/// `cannot open 'orders.jsonl': No such file or directory`.
struct SystemError {
  std::string message;
  int number = 0;
};
/// `doing` is a verb: "open", "write". `name` is a path, put between quotes, or words such as `standard output`.
SystemError path_error(std::string_view doing, std::string_view path, int number);
SystemError stream_error(std::string_view doing, std::string_view name, int number);

/// An open file, closed with its owner. Move only.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~FileDescriptor() { static_cast<void>(close()); }

  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  /// 0, or the number of an error that only shows now, as some file systems have it.
  int close();

 private:
  int number_ = -1;
};

/// open(2) with O_CLOEXEC; new files get mode 0666 less the umask.
Result<FileDescriptor, SystemError> open_file(const std::string& path, int flags);
Result<struct ::stat, SystemError> status_of(const std::string& path);

/// Reads what there is, at most `room`; 0 at the end. Interrupted calls are repeated; EAGAIN is an error like any other.
Result<std::size_t, SystemError> read_some(int descriptor, std::span<char> room, std::string_view path);
/// The same at a place of its own (pread).
Result<std::size_t, SystemError> read_some_at(int descriptor, std::uint64_t offset, std::span<char> room,
                                              std::string_view path);

/// Writes all of `bytes`, however many calls it takes; waits where a descriptor that does not block is full. 0, or the
/// number of the error, after which it is not known how much was written.
[[nodiscard]] int write_all(int descriptor, std::string_view bytes);
/// fsync, where the kind of file has it. 0, or the number of the error.
[[nodiscard]] int synchronise(int descriptor);

/// The absolute path without links, `.` and `..`, also of a file that is not there yet (its folder must be; else the
/// path is only made absolute). Two names of one file resolve to one text.
std::string resolved_path(const std::string& path);
/// What tells a regular file from all others, whatever it is called: device and inode. Of what is no regular file, or not
/// there, the resolved path.
std::string file_identity(const std::string& path);
std::string file_identity(int descriptor);

/// The number of the standard stream that a path names (`/dev/stdout`, `/dev/fd/1`, `/proc/self/fd/1`), or nothing.
std::optional<int> standard_stream(std::string_view path);

/// The whole content of a file of at most `most_bytes`, or why there is none.
Result<std::string, SystemError> read_file(const std::string& path, std::size_t most_bytes);

}  // namespace flowrun
