#include "flow/secrets.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

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

// `$secrets.NAME` and `$secrets."NAME"`; whatever else stands behind `$secrets` may mean any.
void add_wanted(std::string_view text, WantedSecrets& wanted) {
  constexpr std::string_view variable = "$secrets";
  const auto is_of_name = [](char byte) { return std::isalnum(static_cast<unsigned char>(byte)) != 0 || byte == '_'; };
  for (std::size_t at = text.find(variable); at != std::string_view::npos; at = text.find(variable, at + 1)) {
    std::string_view behind = text.substr(at + variable.size());
    const bool quoted = behind.substr(0, 2) == ".\"";
    behind.remove_prefix(std::min<std::size_t>(quoted ? 2 : 1, behind.size()));
    const auto end = std::find_if_not(behind.begin(), behind.end(), [&](char byte) {
      return is_of_name(byte) || (quoted && (byte == '-' || byte == '.'));
    });
    const std::string name(behind.begin(), end);
    const bool has_dot = at + variable.size() < text.size() && text[at + variable.size()] == '.';
    if (!has_dot || name.empty() || (quoted && (end == behind.end() || *end != '"')))
      wanted.all = true;
    else
      wanted.names.insert(name);
  }
}

void add_wanted(const YamlNode& node, WantedSecrets& wanted) {
  add_wanted(node.text, wanted);
  for (const YamlNode* item : node.items) add_wanted(*item, wanted);
  for (const YamlEntry& entry : node.entries) {
    add_wanted(*entry.key, wanted);
    add_wanted(*entry.value, wanted);
  }
}

[[noreturn]] void fail(const std::string& folder, const std::string& message) {
  throw Failure(ExitCode::usage, "cannot read the secrets in '" + folder + "': " + message);
}

std::vector<std::string> files_of(const std::string& folder) {
  constexpr std::size_t most_files = 1000;
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (!entry.is_regular_file(error)) continue;
    names.push_back(entry.path().filename().string());
    if (names.size() > most_files) fail(folder, "there are more than 1000");
  }
  if (error) fail(folder, error.message());
  return names;
}

void read_folder(const std::string& folder, const WantedSecrets& wanted, Secrets& secrets) {
  if (!wanted.all && wanted.names.empty()) return;
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) fail(folder, error ? error.message() : "it is no folder");
  const std::vector<std::string> names =
      wanted.all ? files_of(folder) : std::vector(wanted.names.begin(), wanted.names.end());
  for (const std::string& name : names) {
    const std::string path = folder + "/" + name;
    if (!std::filesystem::is_regular_file(path, error)) continue;
    auto bytes = read_file(path, most_secret_bytes);
    if (!bytes) throw Failure(ExitCode::usage, bytes.error().message);
    if (!bytes->empty() && bytes->back() == '\n') bytes->pop_back();
    secrets[name] = std::move(*bytes);
  }
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

WantedSecrets wanted_secrets(const YamlNode& root) {
  WantedSecrets wanted;
  add_wanted(root, wanted);
  return wanted;
}

Secrets find_secrets(const std::map<std::string, std::string>& environment, const std::string& directory,
                     const WantedSecrets& wanted) {
  Secrets secrets;
  for (const auto& [name, text] : environment)
    if (is_secret(name)) secrets.emplace(name.substr(variable_prefix.size()), text);
  if (!directory.empty()) read_folder(directory, wanted, secrets);
  const auto folder = environment.find("CREDENTIALS_DIRECTORY");
  if (folder != environment.end() && !folder->second.empty()) read_folder(folder->second, wanted, secrets);
  return secrets;
}

Value secrets_value(const Secrets& secrets, Arena& arena) {
  return object_of(secrets, arena, [](const std::string&) { return false; });
}

Value environment_value(const std::map<std::string, std::string>& environment, Arena& arena) {
  return object_of(environment, arena, is_secret);
}

}  // namespace flowrun
