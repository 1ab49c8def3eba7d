#pragma once

#include <set>
#include <string>

#include "os/file.hpp"

namespace flowrun {

/// Tells when something changes in the folders of files (inotify). One thread.
class FileChanges {
 public:
  /// The folder of `path` is watched, too. Throws Failure (exit 6) where it cannot be.
  void watch(const std::string& path);
  /// Readable when something has changed since it was last cleared; -1 where nothing is watched.
  int descriptor() const { return descriptor_.number(); }
  void clear();

 private:
  FileDescriptor descriptor_;
  std::set<std::string> folders_;
};

}  // namespace flowrun
