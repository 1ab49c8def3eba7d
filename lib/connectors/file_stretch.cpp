#include "connectors/file_stretch.hpp"

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <sys/stat.h>

#include "base/failure.hpp"
#include "connectors/compression.hpp"
#include "os/file.hpp"

namespace flowrun {
namespace {

// What is known of a file as it lies there.
struct Found {
  std::uint64_t inode;
  std::uint64_t size;
  std::string first_bytes;
};

// Nothing where it is not there, no regular file, or not readable.
std::optional<Found> look_at(const std::string& path) {
  const auto status = status_of(path);
  if (!status || !S_ISREG(status->st_mode)) return std::nullopt;
  const auto file = open_file(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!file) return std::nullopt;
  std::string bytes(FileIdentity::most_hashed, '\0');
  const auto count = read_some_at(file->number(), 0, bytes, path);
  if (!count) return std::nullopt;
  bytes.resize(*count);
  return Found{status->st_ino, static_cast<std::uint64_t>(status->st_size), std::move(bytes)};
}

// The offset in a compressed file is that of the decompressed bytes, of which its size says nothing.
bool begins_as(const Found& found, const FilePosition& position) {
  const bool reaches = found.size >= position.place.offset || compression_of(found.first_bytes) != Compression::none;
  return reaches && position.identity.begins_as(found.first_bytes);
}

bool is_same(const Found& found, const FilePosition& position) {
  return found.inode == position.identity.inode && begins_as(found, position);
}

// The name that the file has got since: beside `path`, which is `truncated` where a copy is sought.
std::optional<std::string> sibling(const std::string& path, const FilePosition& position, bool truncated) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::vector<std::string> names;
  std::error_code unreadable;
  for (std::filesystem::directory_iterator entry(folder.empty() ? "." : folder, unreadable), end; entry != end;
       entry.increment(unreadable))
    names.push_back((folder / entry->path().filename()).string());
  std::sort(names.begin(), names.end());
  std::optional<std::string> copy;
  for (const std::string& name : names) {
    if (name == path) continue;
    const std::optional<Found> found = look_at(name);
    if (!found) continue;
    if (is_same(*found, position)) return name;
    if (truncated && !copy && position.identity.length > 0 && begins_as(*found, position)) copy = name;
  }
  return copy;
}

}  // namespace

std::vector<FileStretch> stretches_after(const std::string& path, const FilePosition& position) {
  const std::optional<Found> now = look_at(path);
  if (now && is_same(*now, position)) return {{path, position.place}};
  if (position.place.offset == 0) return {{path}};
  const bool truncated = now && now->inode == position.identity.inode;
  std::vector<FileStretch> stretches;
  if (const auto moved = sibling(path, position, truncated))
    stretches.push_back({*moved, position.place});
  else if (!position.has_ended)
    throw Failure(
        ExitCode::recovery_unusable,
        fmt::format("'{}' is not the file any more that was read up to byte {}, and that one is not beside it", path,
                    position.place.offset));
  if (now) stretches.push_back({path});
  return stretches;
}

}  // namespace flowrun
