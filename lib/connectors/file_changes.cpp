#include "connectors/file_changes.hpp"

#include <array>
#include <cerrno>
#include <filesystem>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/failure.hpp"

namespace flowrun {

void FileChanges::watch(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? std::string(".") : parent.string();
  if (!folders_.insert(folder).second) return;
  if (!descriptor_.is_open()) descriptor_ = FileDescriptor(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  constexpr auto events = IN_MODIFY | IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO;
  if (!descriptor_.is_open() || ::inotify_add_watch(descriptor_.number(), folder.c_str(), events) < 0)
    throw Failure(ExitCode::cannot_open, path_error("watch", folder, errno).message);
}

void FileChanges::clear() {
  alignas(struct ::inotify_event) std::array<char, 16 * 1024> events;
  while (::read(descriptor_.number(), events.data(), events.size()) > 0) continue;
}

}  // namespace flowrun
