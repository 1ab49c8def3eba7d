#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace flowrun {

/// An option of a command: what parsing, help and completion know of it.
struct CommandOption {
  std::string name;        // long, without dashes
  char letter = 0;         // 0: none
  std::string value_name;  // as help shows it, NAME VALUE where it takes two; empty: a flag
  std::string help;
  std::string group = "Options";
  std::string default_text;
  std::string variable;  // of the environment
  std::vector<std::string> choices;
  std::string alias;  // another long name; empty: none
  bool repeatable = false;
  bool hidden = false;  // accepted, but neither in help nor completed

  bool is_flag() const { return value_name.empty(); }
  int values() const { return is_flag() ? 0 : value_name.find(' ') == std::string::npos ? 1 : 2; }
};

/// What was written behind the name of a command.
class Invocation {
 public:
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> options;  // by long name, in their order; "true" of a flag

  bool has(std::string_view name) const { return find(name) != nullptr; }
  /// The value given last, or null.
  const std::string* find(std::string_view name) const;
  std::vector<std::string> all(std::string_view name) const;
};

/// A command of the binary. `run` returns the exit code, or throws Failure.
struct Command {
  static constexpr std::size_t any_number = static_cast<std::size_t>(-1);

  std::string name;
  std::string arguments;  // as help shows them: FLOW...
  std::size_t fewest = 0;
  std::size_t most = 0;
  std::string summary;
  std::vector<CommandOption> options;
  std::vector<std::pair<std::string, std::string>> examples;  // what to type, and what it does
  int (*run)(const Invocation&) = nullptr;
};

/// All commands, in the order of the help.
std::span<const Command> commands();
const Command* command(std::string_view name);

// Each is declared in the file of its name.
Command run_command();
Command check_command();
Command plan_command();
Command test_command();
Command eval_command();
Command list_command();
Command schema_command();
Command new_command();
Command state_command();
Command completion_command();
Command version_command();
Command help_command();

}  // namespace flowrun
