#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "component/source.hpp"
#include "record/batch.hpp"

namespace flowrun {

/// Tells a file from others whatever it is called: its inode, and a hash of how it begins. Not the device, which changes with
/// a mount.
struct FileIdentity {
  std::uint64_t inode = 0;
  std::uint32_t length = 0;  // of the beginning, at most `most_hashed`
  std::uint64_t hash = 0;

  static constexpr std::size_t most_hashed = 256;

  bool operator==(const FileIdentity&) const = default;
  /// The other file, whose first bytes are given, begins in the same way, though it may be longer by now.
  bool begins_as(std::string_view first_bytes) const;
};
FileIdentity make_identity(std::uint64_t inode, std::string_view first_bytes);

/// Where to go on in a file: written as `OFFSET LINE INODE LENGTH HASH STATE PATH`. The offset is that of the decompressed bytes.
struct FilePosition {
  Place place;
  FileIdentity identity;
  bool has_ended = false;  // its end has been met
  std::string path;
};
Position encode(const FilePosition& position);
/// Throws Failure (exit 10) where the text is no such position.
FilePosition decode_file_position(const Position& text);

}  // namespace flowrun
