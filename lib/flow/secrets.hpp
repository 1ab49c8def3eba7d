#pragma once

#include <map>
#include <string>

#include "record/arena.hpp"
#include "record/value.hpp"

namespace flowrun {

/// Secrets by name. Never printed.
using Secrets = std::map<std::string, std::string>;

/// The files of $CREDENTIALS_DIRECTORY (systemd), else of `directory`, else the variables FLOWRUN_SECRET_NAME. Without the
/// newline at the end.
Secrets find_secrets(const std::map<std::string, std::string>& environment, const std::string& directory);

Value secrets_value(const Secrets& secrets, Arena& arena);

/// `$ENV`: the variables of the process, but those that hold secrets.
Value environment_value(const std::map<std::string, std::string>& environment, Arena& arena);

}  // namespace flowrun
