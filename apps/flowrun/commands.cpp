#include "command.hpp"

namespace flowrun {

std::span<const Command> commands() {
  static const std::vector<Command> all = {run_command(),   check_command(),      plan_command(),    test_command(),
                                           eval_command(),  list_command(),       schema_command(),  new_command(),
                                           state_command(), completion_command(), version_command(), help_command()};
  return all;
}

const Command* command(std::string_view name) {
  for (const Command& each : commands())
    if (each.name == name) return &each;
  return nullptr;
}

const std::string* Invocation::find(std::string_view name) const {
  const std::string* found = nullptr;
  for (const auto& [known, value] : options)
    if (known == name) found = &value;
  return found;
}

std::vector<std::string> Invocation::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [known, value] : options)
    if (known == name) values.push_back(value);
  return values;
}

}  // namespace flowrun
