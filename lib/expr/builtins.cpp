#include "expr/builtins.hpp"

#include <array>
#include <unordered_map>

namespace flowrun::expr {
namespace {

struct Unsupported {
  std::string_view name;
  std::string_view why;
};
constexpr Unsupported unsupported[] = {
    {"input", "a flow reads its sources; join streams with a step"},
    {"inputs", "a flow reads its sources; join streams with a step"},
    {"input_filename", "write `$meta.path`"},
    {"input_line_number", "write `$meta.line`"},
    {"halt", "a flow stops on a rejected record: write a step `assert`"},
    {"halt_error", "a flow stops on a rejected record: write a step `assert`"},
    {"get_search_list", "write definitions under `functions`"},
    {"modulemeta", "write definitions under `functions`"},
    {"localtime", "a result must not depend on the machine: write `gmtime`"},
    {"strflocaltime", "a result must not depend on the machine: write `strftime`"},
};

using Table = std::unordered_map<std::string_view, std::vector<const Builtin*>>;

struct Catalogue {
  std::vector<const Builtin*> all;
  Table by_name;

  Catalogue() {
    for (const auto theme :
         {value_builtins(), array_builtins(), object_builtins(), text_builtins(), number_builtins(), path_builtins(),
          generator_builtins(), loop_builtins(), regex_builtins(), time_builtins(), stream_builtins()}) {
      for (const Builtin& builtin : theme) {
        all.push_back(&builtin);
        by_name[builtin.name].push_back(&builtin);
      }
    }
  }
};

const Catalogue& catalogue() {
  static const auto* const made = new Catalogue;  // never destroyed: threads may outlive main
  return *made;
}

}  // namespace

std::span<const Builtin* const> builtins() { return catalogue().all; }

const Builtin* find_builtin(std::string_view name, std::size_t arity) {
  const auto found = catalogue().by_name.find(name);
  if (found == catalogue().by_name.end()) return nullptr;
  for (const Builtin* const builtin : found->second)
    if (builtin->arity == arity) return builtin;
  return nullptr;
}

std::string_view why_unsupported(std::string_view name) {
  for (const auto& function : unsupported)
    if (function.name == name) return function.why;
  return {};
}

}  // namespace flowrun::expr
