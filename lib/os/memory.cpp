#include "os/memory.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>

#include "os/file.hpp"

namespace flowrun {
namespace {

constexpr std::size_t most_bytes = 64 * 1024;

// The number in a file of a control group; none: no such file, or `max`.
std::optional<std::uint64_t> limit_in(const std::string& path) {
  const auto text = read_file(path, most_bytes);
  if (!text.ok()) return std::nullopt;
  std::uint64_t bytes = 0;
  const auto parsed = std::from_chars(text->data(), text->data() + text->size(), bytes);
  return parsed.ec == std::errc() ? std::optional(bytes) : std::nullopt;
}

// The path behind `0::` in /proc/self/cgroup: that of version 2 of control groups.
std::string own_group() {
  const auto text = read_file("/proc/self/cgroup", most_bytes);
  if (!text.ok()) return {};
  constexpr std::string_view prefix = "0::";
  const std::size_t begin = text->rfind(prefix, 0) == 0 ? 0 : text->find("\n0::");
  if (begin == std::string::npos) return {};
  const std::size_t path = text->find(prefix, begin) + prefix.size();
  return text->substr(path, text->find('\n', path) - path);
}

// A limit of any group above holds, too.
std::uint64_t limit_of_groups() {
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
  const std::string root = "/sys/fs/cgroup";
  for (std::string group = own_group();; group.erase(group.rfind('/'))) {
    limit = std::min(limit, limit_in(root + group + "/memory.max").value_or(limit));
    if (group.rfind('/') == std::string::npos) break;
  }
  return std::min(limit, limit_in(root + "/memory/memory.limit_in_bytes").value_or(limit));
}

}  // namespace

std::uint64_t available_memory() {
  const auto pages = static_cast<std::uint64_t>(std::max(::sysconf(_SC_PHYS_PAGES), 0L));
  const auto page_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGE_SIZE));
  return std::min(pages * page_bytes, limit_of_groups());
}

}  // namespace flowrun
