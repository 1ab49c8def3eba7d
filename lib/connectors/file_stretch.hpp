#pragma once

#include <string>
#include <vector>

#include "connectors/file_position.hpp"

namespace flowrun {

/// A file from some place to its end.
struct FileStretch {
  std::string path;
  Place start{0, 1};
};

/// What there is to read of the file that is called `path` and was read up to `position`: the rest of it; or, where it was moved
/// away or copied and truncated meanwhile, the rest of the file that it has become, found beside it, and then what has its name
/// now. Throws Failure (exit 10) where it cannot be found and had not been read to its end.
std::vector<FileStretch> stretches_after(const std::string& path, const FilePosition& position);

}  // namespace flowrun
