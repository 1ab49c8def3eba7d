#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "base/nearest.hpp"
#include "expr/builtins.hpp"
#include "expr/resolver.hpp"

namespace flowrun::expr {
namespace {

std::string count_of_arguments(std::size_t arity) {
  if (arity == 0) return "no argument";
  return arity == 1 ? "1 argument" : fmt::format("{} arguments", arity);
}

// "1 argument", "1 or 2 arguments"
std::string list_of_arities(std::vector<std::size_t> arities) {
  std::sort(arities.begin(), arities.end());
  arities.erase(std::unique(arities.begin(), arities.end()), arities.end());
  if (arities.size() == 1) return count_of_arguments(arities[0]);
  std::string list;
  for (std::size_t i = 0; i < arities.size(); ++i)
    list += fmt::format("{}{}", i == 0 ? "" : i + 1 == arities.size() ? " or " : ", ", arities[i]);
  return list + " arguments";
}

}  // namespace

void Resolver::report_unknown_function(const Syntax& part) {
  const auto why = why_unsupported(part.name);
  const bool only_in_eval = part.builtin != nullptr;
  if (!why.empty() || only_in_eval) {
    const auto hint =
        only_in_eval ? std::string_view("it is there in `flowrun eval`; in a flow use the step `inspect`") : why;
    faults_.push_back({part.offset, part.name.size(), "not-supported",
                       fmt::format("`{}` is not supported in an expression of a flow", part.name), std::string(hint)});
    return;
  }
  std::vector<std::size_t> arities;
  std::vector<std::string> known;
  const auto consider = [&](std::string_view name, std::size_t arity) {
    if (name == part.name) arities.push_back(arity);
    known.emplace_back(name);
  };
  for (const Name& name : names_)
    if (name.kind == NameKind::function || name.kind == NameKind::parameter) consider(name.name, name.arity);
  for (const Builtin* const builtin : builtins()) consider(builtin->name, builtin->arity);
  if (arities.empty()) {
    faults_.push_back({part.offset, part.name.size(), "unknown-function",
                       fmt::format("`{}` is not a function", part.name), did_you_mean(part.name, known)});
    return;
  }
  const bool has_comma = std::any_of(part.parts.begin(), part.parts.end(),
                                     [](const Syntax* argument) { return argument->kind == SyntaxKind::comma; });
  faults_.push_back({part.offset, part.name.size(), "unknown-function",
                     fmt::format("`{}` takes {}, found {}", part.name, list_of_arities(arities),
                                 count_of_arguments(part.parts.size())),
                     has_comma ? "arguments are separated by `;`" : ""});
}

void Resolver::report_unknown_variable(Syntax& part) {
  part.is_fault = true;
  std::vector<std::string> known;
  for (const Name& name : names_)
    if (name.kind == NameKind::variable) known.push_back("$" + name.name);
  for (const auto& name : environment_.variables) known.push_back("$" + name);
  for (const auto& [name, value] : environment_.constants) known.push_back("$" + name);
  faults_.push_back({part.offset, part.length, "unknown-variable",
                     fmt::format("`${}` is not a variable here", part.name), did_you_mean("$" + part.name, known)});
}

void Resolver::report_unknown_field(const Syntax& part, const std::string& constant, const Value& value,
                                    const Value& name) {
  const auto& strict = environment_.strict;
  if (may_be_unset_ || std::find(strict.begin(), strict.end(), constant) == strict.end()) return;
  const auto field = name.as_text();
  std::vector<std::string> known;
  for (const Member& member : value.members()) known.emplace_back(member.key.as_text());
  std::string hint = did_you_mean(field, known);
  if (constant == "ENV") {
    if (hint.empty()) hint = fmt::format("set it, or write `$ENV.{} // \"default\"`", field);
    faults_.push_back({part.offset, part.length, "unset-environment",
                       fmt::format("the environment variable `{}` is not set", field), std::move(hint)});
    return;
  }
  std::string code = "unknown-field";
  std::string what = fmt::format("a field of `${}`", constant);
  if (constant == "params") {
    code = "unknown-parameter";
    what = "a parameter";
  } else if (constant == "secrets") {
    code = "unknown-secret";
    what = "a secret";
  }
  faults_.push_back(
      {part.offset, part.length, std::move(code), fmt::format("`{}` is not {}", field, what), std::move(hint)});
}

}  // namespace flowrun::expr
