#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <span>
#include <string>
#include <sys/types.h>

#include "base/failure.hpp"
#include "connectors/byte_input.hpp"
#include "connectors/file_position.hpp"
#include "os/file.hpp"

namespace flowrun {

class FileInput;

/// Bounds how many files of a source are open at once: beyond it the one that was read longest ago is closed, to be
/// opened again when its turn comes.
class OpenFiles {
 public:
  explicit OpenFiles(std::size_t most) : most_(most) {}

 private:
  friend class FileInput;
  void use(FileInput& file);
  void forget(FileInput& file) { files_.remove(&file); }

  std::size_t most_;
  std::list<FileInput*> files_;  // those that are open, the latest used last
};

/// The bytes of a regular file as far as it reaches when its end is met. `files` outlives it.
class FileInput final : public ByteInput {
 public:
  /// Throws Failure (exit 6) where `path` is not there, cannot be read, or is a folder, a pipe or a socket.
  static void check(const std::string& path);
  /// Opens `path`. Throws Failure with `code` as `check` does.
  FileInput(OpenFiles& files, std::string path, ExitCode code);
  ~FileInput() override;

  Bytes read(std::span<char> room) override;
  /// Bytes at the beginning of the file, whatever has been read.
  std::string first_bytes(std::size_t most);
  FileIdentity identity() { return make_identity(inode_, first_bytes(FileIdentity::most_hashed)); }
  /// Where the next read begins.
  void go_to(std::uint64_t offset) { offset_ = offset; }
  /// Of the whole file, now.
  std::uint64_t size();
  const std::string& path() const { return path_; }

 private:
  friend class OpenFiles;
  void open(ExitCode code);
  void close() { descriptor_.close(); }
  void end();

  OpenFiles& files_;
  std::string path_;
  std::uint64_t offset_ = 0;
  FileDescriptor descriptor_;
  dev_t device_ = 0;  // with the inode: that it is the same file when it is opened again
  ino_t inode_ = 0;
};

}  // namespace flowrun
