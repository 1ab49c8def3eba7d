#include "flow_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <unistd.h>
#include <vector>

#include "base/failure.hpp"
#include "base/nearest.hpp"

namespace flowrun {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void not_found(const std::string& message, const std::string& hint) {
  throw Failure(ExitCode::flow_not_found, message + (hint.empty() ? "" : "\nhint: " + hint));
}

bool is_flow_file(const fs::path& path) { return path.extension() == ".yaml" || path.extension() == ".yml"; }

/// The names of the flow files in `folder`, in order; empty where it cannot be read.
std::vector<std::string> flows_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder.empty() ? fs::path(".") : folder, ignored))
    if (is_flow_file(entry.path())) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

/// "the folder has a.yaml, b.yaml": at most five names.
std::string what_is_there(const fs::path& folder) {
  const std::vector<std::string> names = flows_in(folder);
  if (names.empty()) return "there is no flow file in " + (folder.empty() ? "this folder" : folder.string());
  std::string text = (folder.empty() ? "this folder" : folder.string()) + " has";
  for (std::size_t i = 0; i < names.size() && i < 5; i++) text += (i == 0 ? " " : ", ") + names[i];
  return names.size() > 5 ? text + " and " + std::to_string(names.size() - 5) + " more" : text;
}

std::string missing_hint(const fs::path& path) {
  const fs::path folder = path.parent_path();
  std::error_code ignored;
  if (!folder.empty() && !fs::is_directory(folder, ignored)) return "there is no folder " + folder.string() + " either";
  const std::string near = did_you_mean(path.filename().string(), flows_in(folder));
  return near.empty() ? what_is_there(folder) : near;
}

/// Of `module.so:symbol(...)` the path of the module; empty: `flow` names no plugin.
std::string module_path(const std::string& flow) {
  const std::size_t end = flow.find(".so");
  if (end == std::string::npos) return "";
  const std::size_t behind = end + 3;
  return behind == flow.size() || flow[behind] == ':' ? flow.substr(0, behind) : "";
}

}  // namespace

void require_flow_file(const std::string& flow) {
  const std::string module = module_path(flow);
  const fs::path path = module.empty() ? flow : module;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) not_found(path.string() + ": no such file", missing_hint(path));
  if (status.type() == fs::file_type::none) not_found(path.string() + ": " + error.message(), "");
  if (fs::is_directory(status)) not_found(path.string() + " is a folder, not a flow", what_is_there(path));
  if (!module.empty())
    throw Failure(ExitCode::plugin_not_loadable, path.string() + ": this build of flowrun does not load plugins");
  if (!is_flow_file(path))
    not_found(path.string() + " is of an unknown kind", "a flow is a file whose name ends in .yaml or .yml");
  if (::access(path.c_str(), R_OK) != 0) not_found(path.string() + ": " + std::strerror(errno), "");
}

}  // namespace flowrun
