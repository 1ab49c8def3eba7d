#include "state/store/store_folder.hpp"

#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
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

// The lock file has two lines of a fixed width: who holds it, and the last transaction.
std::string process_line() { return fmt::format("process {:>10}\n", ::getpid()); }
std::string transaction_line(const LastTransaction& last) {
  return fmt::format("transaction {:>20} {:016x}\n", last.number, last.first_page);
}
constexpr std::size_t process_bytes = 19, transaction_bytes = 50;

std::string line_at(int descriptor, std::size_t offset, std::size_t bytes) {
  std::string line(bytes, '\0');
  const auto size = read_some_at(descriptor, offset, line, "job.lock");
  line.resize(size.ok() ? *size : 0);
  return line;
}

std::string holder_of(int descriptor) {
  int process = 0;
  if (std::sscanf(line_at(descriptor, 0, process_bytes).c_str(), "process %d", &process) != 1) return {};
  return fmt::format(" (process {})", process);
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

void make_store_file(const std::string& folder,
                     const std::function<void(int descriptor, const std::string& path)>& write) {
  make_folder(folder);
  if (std::error_code error; !fs::is_empty(folder, error))
    fail_unusable("'" + folder + "' cannot take a copy: " + (error ? error.message() : "it is not empty"));
  const std::string path = folder + "/data.mdb", unfinished = folder + "/data.copying";
  try {
    auto file = open_file(unfinished, O_WRONLY | O_CREAT | O_EXCL);
    if (!file) fail_unusable(file.error().message);
    ::fchmod(file->number(), 0600);
    write(file->number(), unfinished);
    int number = synchronise(file->number());
    if (number == 0 && ::rename(unfinished.c_str(), path.c_str()) != 0) number = errno;
    if (number != 0) throw Failure(ExitCode::running_failed, path_error("write", path, number).message);
  } catch (...) {
    ::unlink(unfinished.c_str());
    throw;
  }
  synchronise_folder(folder);
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
  write_line(process_line(), 0);
}

// Nothing depends on it, so that it cannot be written is no reason to stop.
void StoreFolder::write_line(const std::string& line, std::size_t offset) {
  static_cast<void>(!::pwrite(lock_.number(), line.data(), line.size(), static_cast<off_t>(offset)));
}

void StoreFolder::note(const LastTransaction& last) { write_line(transaction_line(last), process_bytes); }

std::optional<LastTransaction> last_transaction(const std::string& folder) {
  const auto file = open_file(folder + "/job.lock", O_RDONLY);
  if (!file) return std::nullopt;
  const std::string line = line_at(file->number(), process_bytes, transaction_bytes);
  LastTransaction last;
  if (std::sscanf(line.c_str(), "transaction %" SCNu64 " %" SCNx64, &last.number, &last.first_page) != 2)
    return std::nullopt;
  return line == transaction_line(last) ? std::optional(last) : std::nullopt;
}

}  // namespace flowrun::state
