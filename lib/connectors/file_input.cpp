#include "connectors/file_input.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace flowrun {
namespace {

template <class T>
T value_or_fail(Result<T, SystemError> result, ExitCode code) {
  if (!result) throw Failure(code, result.error().message);
  return std::move(*result);
}

// A pipe would hold the worker until somebody writes to it.
void check_kind(const std::string& path, mode_t mode, ExitCode code) {
  if (S_ISDIR(mode)) throw Failure(code, path_error("open", path, EISDIR).message);
  if (S_ISFIFO(mode) || S_ISSOCK(mode))
    throw Failure(code,
                  fmt::format("cannot open '{0}': it is a stream and no file; use `source: stdin` and `< {0}`", path));
}

}  // namespace

void OpenFiles::use(FileInput& file) {
  if (!files_.empty() && files_.back() == &file) return;
  files_.remove(&file);
  if (files_.size() >= most_) {
    files_.front()->close();
    files_.pop_front();
  }
  files_.push_back(&file);
}

void FileInput::check(const std::string& path) {
  check_kind(path, value_or_fail(status_of(path), ExitCode::cannot_open).st_mode, ExitCode::cannot_open);
  if (::access(path.c_str(), R_OK) != 0) throw Failure(ExitCode::cannot_open, path_error("open", path, errno).message);
}

FileInput::FileInput(OpenFiles& files, std::string path, ExitCode code) : files_(files), path_(std::move(path)) {
  open(code);
}

FileInput::~FileInput() { files_.forget(*this); }

void FileInput::open(ExitCode code) {
  // Not to block is for the case that a pipe has taken the place of the file.
  descriptor_ = value_or_fail(open_file(path_, O_RDONLY | O_NONBLOCK | O_NOCTTY), code);
  struct ::stat status {};
  if (::fstat(descriptor_.number(), &status) != 0) throw Failure(code, path_error("open", path_, errno).message);
  check_kind(path_, status.st_mode, code);
  const bool same = device_ == status.st_dev && inode_ == status.st_ino;
  if (inode_ != 0 && !same)
    throw Failure(code, fmt::format("cannot read '{}': it was replaced by another file", path_));
  device_ = status.st_dev;
  inode_ = status.st_ino;
  files_.use(*this);
}

ByteInput::Bytes FileInput::read(std::span<char> room) {
  if (!descriptor_.is_open()) open(ExitCode::running_failed);
  files_.use(*this);
  const std::size_t count =
      value_or_fail(read_some_at(descriptor_.number(), offset_, room, path_), ExitCode::running_failed);
  offset_ += count;
  if (count == 0) end();
  return {count, count == 0};
}

// An ended partition holds no descriptor.
void FileInput::end() {
  if (size() < offset_)
    throw Failure(
        ExitCode::running_failed,
        fmt::format("cannot read '{}': it has become shorter than the {} bytes that were read", path_, offset_));
  close();
  files_.forget(*this);
}

std::string FileInput::first_bytes(std::size_t most) {
  std::string bytes(most, '\0');
  bytes.resize(value_or_fail(read_some_at(descriptor_.number(), 0, bytes, path_), ExitCode::cannot_open));
  return bytes;
}

std::uint64_t FileInput::size() {
  struct ::stat status {};
  if (::fstat(descriptor_.number(), &status) != 0)
    throw Failure(ExitCode::running_failed, path_error("read", path_, errno).message);
  return S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : offset_;
}

}  // namespace flowrun
