#pragma once

#include <fmt/format.h>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "expr/syntax.hpp"

namespace flowrun::expr {

/// Prints a resolved expression so that equal texts compute the same: no blanks and comments, known constants in place, only
/// the definitions that are used, names of its own. What opens a scope is in canonical_scopes.cpp.
class CanonicalPrinter {
 public:
  std::string print_root(const Definition& root) {
    find_used(*root.body);
    print(*root.body, true);
    return std::move(out_);
  }

 private:
  void find_used(const Syntax& part);
  bool has_used(const Syntax& part) const;
  static bool is_term(const Syntax& part);

  std::string variable_name(const Variable* variable) { return name_of(variables_, variable, "v"); }
  void print_variable(const Variable* variable) {
    out_ += '$';
    out_ += variable_name(variable);
  }
  std::string function_name(const Definition* definition) { return name_of(functions_, definition, "f"); }
  template <class T>
  static std::string name_of(std::map<const T*, std::size_t>& names, const T* thing, const char* prefix) {
    return fmt::format("{}{}", prefix, names.emplace(thing, names.size()).first->second);
  }
  static std::string parameter_name(const Definition& definition, std::size_t number) {
    return fmt::format("p{}_{}", definition.depth, number);
  }

  void print(const Syntax& part, bool bare = false);
  void print_list(const Syntax& part, std::string_view separator);
  void print_chain(const Syntax& part);
  void print_bare(const Syntax& part);
  void print_literal(const Syntax& part);
  void print_text(const Syntax& part);
  void print_access(const Syntax& part);
  void print_step(const PathStep& step);
  void print_object(const Syntax& part);
  void print_patterns(const Syntax& part);
  void print_pattern(const Pattern& pattern);
  void print_entry(const Pattern::Entry& entry);
  void print_fold(const Syntax& part);
  void print_condition(const Syntax& part);
  void print_call(const Syntax& part);
  void print_definitions(const Syntax& part);

  std::string out_;
  std::set<const Definition*> used_;
  std::map<const Variable*, std::size_t> variables_;
  std::map<const Definition*, std::size_t> functions_;
};

}  // namespace flowrun::expr
