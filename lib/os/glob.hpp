#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "os/file.hpp"

namespace flowrun {

/// Whether `path` holds one of `*`, `?`, `[` or `{`, so that it may stand for several files.
bool is_pattern(std::string_view path);

/// The files that `path` stands for, in the order of their bytes: itself where it exists or is no pattern, else all that
/// match it but folders; possibly none. `**` is no more than `*`. A folder on the way that cannot be read is an error.
Result<std::vector<std::string>, SystemError> matching_files(const std::string& path);

/// Whether a path that need not be there would match the pattern. Both are absolute.
bool matches_pattern(std::string_view pattern, const std::string& path);

}  // namespace flowrun
