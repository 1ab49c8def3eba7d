#pragma once

#include <string>

#include "os/file.hpp"

namespace flowrun::state {

/// The folder of a store, held for one job as long as this lives. README.md says which files are in it.
class StoreFolder {
 public:
  /// Makes the folder where it is not there. Failure: exit 11 where another job holds it, exit 10 where it cannot be a store;
  /// then nothing in it has been touched.
  explicit StoreFolder(std::string path);

  const std::string& path() const { return path_; }

 private:
  void lock();

  std::string path_;
  FileDescriptor lock_;
};

/// Fails with exit 10 where the folder is not there, is none, or lies where LMDB cannot work.
void require_local_folder(const std::string& path);
/// Fails with exit 10 where there is no store in the folder.
void require_store(const std::string& path);

}  // namespace flowrun::state
