#include "state/store/store_folder.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <string_view>
#include <sys/file.h>
#include <sys/statfs.h>
#include <unistd.h>
#include <utility>

#include "base/failure.hpp"

namespace flowrun::state {
namespace {

namespace fs = std::filesystem;

constexpr auto nfs_magic = 0x6969;  // of linux/magic.h
// With this one a disk that is mounted as the folder begins.
constexpr std::array<std::string_view, 4> own_names = {"data.mdb", "lock.mdb", "job.lock", "lost+found"};

[[noreturn]] void fail_unusable(const std::string& what) { throw Failure(ExitCode::recovery_unusable, what); }

[[noreturn]] void fail_system(std::string_view doing, const std::string& path, int number) {
  fail_unusable(path_error(doing, path, number).message);
}

// What was made in a folder is there after a crash of the machine only when the folder itself has been written.
void synchronise_folder(const std::string& path) {
  auto folder = open_file(path, O_RDONLY | O_DIRECTORY);
  if (!folder) fail_unusable(folder.error().message);
  if (const int number = synchronise(folder->number()); number != 0) fail_system("write", path, number);
}

void make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0) {
    if (errno == EEXIST) return;
    fail_system("make the recovery directory", path, errno);
  }
  synchronise_folder(fs::path(resolved_path(path)).parent_path().string());
}

bool is_own(const std::string& name) {
  for (const std::string_view own : own_names)
    if (name == own) return true;
  return false;
}

// A mistyped path must not make a store of somebody's files.
void refuse_foreign_files(const std::string& path) {
  std::error_code error;
  if (fs::exists(fs::path(path) / "data.mdb", error)) return;
  for (fs::directory_iterator each(path, error), end; !error && each != end; each.increment(error))
    if (const std::string name = each->path().filename().string(); !is_own(name))
      fail_unusable("'" + path + "' cannot be the recovery directory: it has no store, but other files (such as '" +
                    name + "')\nhint: name a folder that is empty or not there");
  if (error) fail_system("read", path, error.value());
}

std::string holder_of(int descriptor) {
  std::array<char, 32> text;
  const auto size = read_some_at(descriptor, 0, text, "job.lock");
  if (!size) return {};
  const std::string_view words(text.data(), *size);
  const std::string_view number = words.substr(0, words.find('\n'));
  return number.empty() ? std::string() : " (process " + std::string(number) + ")";
}

}  // namespace

void require_local_folder(const std::string& path) {
  const auto status = status_of(path);
  if (!status) fail_unusable(status.error().message);
  if (!S_ISDIR(status->st_mode)) fail_unusable("'" + path + "' cannot be the recovery directory: it is no folder");
  struct ::statfs system {};
  if (::statfs(path.c_str(), &system) != 0) fail_system("read", path, errno);
  if (system.f_type == nfs_magic)
    fail_unusable("'" + path + "' cannot be the recovery directory: it is on NFS, which has no shared memory maps");
}

void require_store(const std::string& path) {
  require_local_folder(path);
  const std::string data = path + "/data.mdb";
  if (const auto status = status_of(data); !status)
    fail_unusable(status.error().number == ENOENT ? "there is no store in '" + path + "' (no data.mdb)"
                                                  : status.error().message);
}

StoreFolder::StoreFolder(std::string path) : path_(std::move(path)) {
  make_folder(path_);
  require_local_folder(path_);
  refuse_foreign_files(path_);
  lock();
}

void StoreFolder::lock() {
  auto file = open_file(path_ + "/job.lock", O_RDWR | O_CREAT);
  if (!file) fail_unusable(file.error().message);
  if (::flock(file->number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) fail_system("lock", path_ + "/job.lock", errno);
    throw Failure(ExitCode::held_by_another_job,
                  "the recovery directory '" + path_ + "' is held by another job" + holder_of(file->number()));
  }
  lock_ = std::move(*file);
  // Only for the message above: whoever holds the lock, the file says nothing that counts.
  const std::string own = std::to_string(::getpid()) + '\n';
  if (::ftruncate(lock_.number(), 0) != 0 || write_all(lock_.number(), own) != 0)
    fail_system("write", path_ + "/job.lock", errno);
}

}  // namespace flowrun::state
