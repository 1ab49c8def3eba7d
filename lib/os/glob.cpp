#include "os/glob.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <fnmatch.h>
#include <glob.h>
#include <optional>
#include <sys/stat.h>

#include "base/failure.hpp"

namespace flowrun {
namespace {

// The library calls back without a place for own data.
thread_local std::optional<SystemError> unreadable_folder;

int note_unreadable(const char* folder, int number) {
  if (number == ENOENT || number == ENOTDIR) return 0;
  unreadable_folder = path_error("open", folder, number);
  return 1;
}

bool is_folder(const char* path) {
  struct ::stat status {};
  return ::stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool exists(const std::string& path) {
  struct ::stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

struct Matches {
  glob_t found{};
  ~Matches() { ::globfree(&found); }
};

}  // namespace

bool is_pattern(std::string_view path) { return path.find_first_of("*?[{") != std::string_view::npos; }

Result<std::vector<std::string>, SystemError> matching_files(const std::string& path) {
  if (!is_pattern(path) || exists(path)) return std::vector{path};
  Matches matches;
  unreadable_folder.reset();
  const int outcome = ::glob(path.c_str(), GLOB_NOSORT | GLOB_BRACE, note_unreadable, &matches.found);
  if (outcome == GLOB_NOSPACE) return path_error("open", path, ENOMEM);
  if (outcome == GLOB_ABORTED && unreadable_folder) return *unreadable_folder;
  std::vector<std::string> files;
  for (std::size_t match = 0; outcome == 0 && match < matches.found.gl_pathc; ++match)
    if (!is_folder(matches.found.gl_pathv[match])) files.emplace_back(matches.found.gl_pathv[match]);
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());  // the braces may name one twice
  return files;
}

// The first braces with commas between them give one pattern for each of their parts, as in glob.
bool matches_pattern(std::string_view pattern, const std::string& path) {
  const std::size_t open = pattern.find('{');
  if (open == pattern.npos) return ::fnmatch(std::string(pattern).c_str(), path.c_str(), FNM_PATHNAME) == 0;
  std::size_t depth = 0, part = open + 1;
  std::vector<std::string_view> parts;
  for (std::size_t at = open; at < pattern.size(); ++at) {
    if (pattern[at] == '{') ++depth;
    const bool ends = pattern[at] == '}' && --depth == 0;
    if (!ends && !(pattern[at] == ',' && depth == 1)) continue;
    parts.push_back(pattern.substr(part, at - part));
    part = at + 1;
    if (ends) break;
  }
  if (depth != 0) return false;
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view chosen) {
    return matches_pattern(fmt::format("{}{}{}", pattern.substr(0, open), chosen, pattern.substr(part)), path);
  });
}

}  // namespace flowrun
