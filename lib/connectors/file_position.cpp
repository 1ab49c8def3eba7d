#include "connectors/file_position.hpp"

#include <charconv>
#include <fmt/format.h>

#include "base/failure.hpp"
#include "record/group.hpp"

namespace flowrun {
namespace {

// Takes a number and the space behind it off the front.
template <class Number>
bool take(std::string_view& text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data() + text.size() || *end != ' ') return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  return true;
}

}  // namespace

bool FileIdentity::begins_as(std::string_view first_bytes) const {
  return first_bytes.size() >= length && hash_group(first_bytes.substr(0, length), 0) == hash;
}

FileIdentity make_identity(std::uint64_t inode, std::string_view first_bytes) {
  const std::string_view beginning = first_bytes.substr(0, FileIdentity::most_hashed);
  return {inode, static_cast<std::uint32_t>(beginning.size()), hash_group(beginning, 0)};
}

Position encode(const FilePosition& position) {
  const FileIdentity& identity = position.identity;
  return fmt::format("{} {} {} {} {} {} {}", position.place.offset, position.place.line, identity.inode,
                     identity.length, identity.hash, position.has_ended ? 1 : 0, position.path);
}

FilePosition decode_file_position(const Position& text) {
  FilePosition position;
  std::string_view rest = text;
  int ended = 0;
  const bool whole = take(rest, position.place.offset) && take(rest, position.place.line) &&
                     take(rest, position.identity.inode) && take(rest, position.identity.length) &&
                     take(rest, position.identity.hash) && take(rest, ended);
  if (!whole) throw Failure(ExitCode::recovery_unusable, fmt::format("'{}' is no position in a file", text));
  position.has_ended = ended != 0;
  position.path = rest;
  return position;
}

}  // namespace flowrun
