#include "os/file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <poll.h>
#include <system_error>
#include <unistd.h>

namespace flowrun {
namespace {

// Calls until the answer is not "a signal came in between".
template <class Call>
auto repeat_interrupted(Call call) {
  for (;;) {
    const auto answer = call();
    if (answer >= 0 || errno != EINTR) return answer;
  }
}

void wait_until_writable(int descriptor) {
  pollfd wanted{descriptor, POLLOUT, 0};
  ::poll(&wanted, 1, -1);
}

}  // namespace

SystemError path_error(std::string_view doing, std::string_view path, int number) {
  return {fmt::format("cannot {} '{}': {}", doing, path, std::generic_category().message(number)), number};
}

SystemError stream_error(std::string_view doing, std::string_view name, int number) {
  return {fmt::format("cannot {} {}: {}", doing, name, std::generic_category().message(number)), number};
}

int FileDescriptor::close() {
  const int number = std::exchange(number_, -1);
  return number < 0 || ::close(number) == 0 || errno == EINTR ? 0 : errno;
}

Result<FileDescriptor, SystemError> open_file(const std::string& path, int flags) {
  const int number = repeat_interrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0666); });
  if (number < 0) return path_error("open", path, errno);
  return FileDescriptor(number);
}

Result<struct ::stat, SystemError> status_of(const std::string& path) {
  struct ::stat status {};
  if (::stat(path.c_str(), &status) != 0) return path_error("open", path, errno);
  return status;
}

Result<std::size_t, SystemError> read_some(int descriptor, std::span<char> room, std::string_view path) {
  const auto count = repeat_interrupted([&] { return ::read(descriptor, room.data(), room.size()); });
  if (count < 0) return path_error("read", path, errno);
  return static_cast<std::size_t>(count);
}

Result<std::size_t, SystemError> read_some_at(int descriptor, std::uint64_t offset, std::span<char> room,
                                              std::string_view path) {
  const auto count =
      repeat_interrupted([&] { return ::pread(descriptor, room.data(), room.size(), static_cast<off_t>(offset)); });
  if (count < 0) return path_error("read", path, errno);
  return static_cast<std::size_t>(count);
}

int write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = repeat_interrupted([&] { return ::write(descriptor, bytes.data(), bytes.size()); });
    if (count >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(count));
    else if (errno == EAGAIN || errno == EWOULDBLOCK)
      wait_until_writable(descriptor);
    else
      return errno;
  }
  return 0;
}

int synchronise(int descriptor) {
  // EINVAL and EROFS say that the kind of file (a pipe, /dev/full) has nothing to synchronise.
  const bool done = repeat_interrupted([&] { return ::fsync(descriptor); }) == 0 || errno == EINVAL || errno == EROFS;
  return done ? 0 : errno;
}

std::string resolved_path(const std::string& path) {
  constexpr int most_links = 40;  // as many as Linux follows
  std::error_code ignored;
  auto absolute = std::filesystem::absolute(path, ignored).lexically_normal();
  // A link to what is not there yet leads to the file that will be made.
  for (int links = 0; links < most_links && std::filesystem::is_symlink(absolute, ignored); ++links) {
    if (std::filesystem::exists(absolute, ignored)) break;
    absolute = (absolute.parent_path() / std::filesystem::read_symlink(absolute, ignored)).lexically_normal();
  }
  const auto existing = std::filesystem::canonical(absolute, ignored);
  if (!ignored) return existing.string();
  const auto folder = std::filesystem::canonical(absolute.parent_path(), ignored);
  return ignored ? absolute.string() : (folder / absolute.filename()).string();
}

std::string file_identity(const std::string& path) {
  struct ::stat status {};
  const bool is_regular = ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
  return is_regular ? fmt::format("{}:{}", status.st_dev, status.st_ino) : resolved_path(path);
}

std::string file_identity(int descriptor) {
  struct ::stat status {};
  const bool is_regular = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  return is_regular ? fmt::format("{}:{}", status.st_dev, status.st_ino) : std::string();
}

std::optional<int> standard_stream(std::string_view path) {
  constexpr std::string_view names[] = {"stdin", "stdout", "stderr"};
  for (int number = 0; number < 3; ++number) {
    if (path == fmt::format("/dev/{}", names[number]) || path == fmt::format("/dev/fd/{}", number) ||
        path == fmt::format("/proc/self/fd/{}", number))
      return number;
  }
  return std::nullopt;
}

Result<std::string, SystemError> read_file(const std::string& path, std::size_t most_bytes) {
  auto file = open_file(path, O_RDONLY);
  if (!file) return file.error();
  std::string content;
  for (std::size_t size = 0;; size = content.size()) {
    content.resize(size + 64 * 1024);
    const auto count = read_some(file->number(), std::span(content).subspan(size), path);
    if (!count) return count.error();
    content.resize(size + *count);
    if (content.size() > most_bytes)
      return SystemError{fmt::format("cannot read '{}': it is larger than {} bytes", path, most_bytes), EFBIG};
    if (*count == 0) return content;
  }
}

}  // namespace flowrun
