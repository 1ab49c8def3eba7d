#include "flow/secrets.hpp"

#include <filesystem>

#include "base/failure.hpp"
#include "os/file.hpp"
#include "record/member_index.hpp"

namespace flowrun {
namespace {

constexpr std::string_view variable_prefix = "FLOWRUN_SECRET_";
constexpr std::size_t most_secret_bytes = 1024 * 1024;

bool is_secret(const std::string& variable) {
  return variable.compare(0, variable_prefix.size(), variable_prefix) == 0;
}

Secrets read_folder(const std::string& folder) {
  Secrets secrets;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (!entry.is_regular_file(error)) continue;
    auto bytes = read_file(entry.path().string(), most_secret_bytes);
    if (!bytes) throw Failure(ExitCode::usage, bytes.error().message);
    if (!bytes->empty() && bytes->back() == '\n') bytes->pop_back();
    secrets.emplace(entry.path().filename().string(), std::move(*bytes));
  }
  if (error) throw Failure(ExitCode::usage, "cannot read the secrets in '" + folder + "': " + error.message());
  return secrets;
}

Value object_of(const std::map<std::string, std::string>& texts, Arena& arena, bool (*skip)(const std::string&)) {
  Member* const members = new_members(arena, texts.size());
  std::size_t count = 0;
  for (const auto& [name, text] : texts)
    if (!skip(name)) members[count++] = {Value::text(name, arena), Value::text(text, arena)};
  const Value object = Value::object(members, count);
  index_members(object, arena);
  return object;
}

}  // namespace

Secrets find_secrets(const std::map<std::string, std::string>& environment, const std::string& directory) {
  if (const auto folder = environment.find("CREDENTIALS_DIRECTORY"); folder != environment.end())
    return read_folder(folder->second);
  if (!directory.empty()) return read_folder(directory);
  Secrets secrets;
  for (const auto& [name, text] : environment)
    if (is_secret(name)) secrets.emplace(name.substr(variable_prefix.size()), text);
  return secrets;
}

Value secrets_value(const Secrets& secrets, Arena& arena) {
  return object_of(secrets, arena, [](const std::string&) { return false; });
}

Value environment_value(const std::map<std::string, std::string>& environment, Arena& arena) {
  return object_of(environment, arena, is_secret);
}

}  // namespace flowrun
