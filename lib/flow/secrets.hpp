#pragma once

#include <map>
#include <set>
#include <string>

#include "flow/yaml_tree.hpp"
#include "record/arena.hpp"
#include "record/value.hpp"

namespace flowrun {

/// Secrets by name. Never printed.
using Secrets = std::map<std::string, std::string>;

/// The secrets that the texts of a flow file read.
struct WantedSecrets {
  std::set<std::string> names;
  bool all = false;  // by a name that is computed
};
WantedSecrets wanted_secrets(const YamlNode& root);

/// Each by its name: the file of $CREDENTIALS_DIRECTORY (systemd), else that of `directory`, else the variable
/// FLOWRUN_SECRET_NAME. Without the newline at the end. Of files only those that are wanted are read; one that cannot be read
/// throws Failure (exit 2).
Secrets find_secrets(const std::map<std::string, std::string>& environment, const std::string& directory,
                     const WantedSecrets& wanted);

Value secrets_value(const Secrets& secrets, Arena& arena);

/// `$ENV`: the variables of the process, but those that hold secrets.
Value environment_value(const std::map<std::string, std::string>& environment, Arena& arena);

}  // namespace flowrun
