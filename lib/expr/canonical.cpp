#include <fmt/format.h>
#include <map>
#include <set>

#include "expr/analysis.hpp"
#include "expr/prelude.hpp"
#include "record/json.hpp"

namespace flowrun::expr {
namespace {

bool is_simple_name(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  for (const char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')) return false;
  return true;
}

// Calls `visit` with every part that `part` leads to, but for the bodies of definitions.
template <class F>
void for_each_part(const Syntax& part, F&& visit) {
  for (const Syntax* const inner : part.parts)
    if (inner != nullptr) visit(*inner);
  for (const PathStep& step : part.steps) {
    if (step.key != nullptr) visit(*step.key);
    if (step.to != nullptr) visit(*step.to);
  }
  const auto visit_pattern = [&](const auto& self, const Pattern& pattern) -> void {
    for (const auto& entry : pattern.entries) {
      if (entry.key != nullptr) visit(*entry.key);
      if (entry.value != nullptr) self(self, *entry.value);
    }
  };
  for (const Pattern* const pattern : part.patterns) visit_pattern(visit_pattern, *pattern);
}

class Printer {
 public:
  std::string print_root(const Definition& root) {
    find_used(*root.body);
    print(*root.body, true);
    return std::move(out_);
  }

 private:
  void find_used(const Syntax& part) {
    if (part.definition != nullptr && used_.insert(part.definition).second) find_used(*part.definition->body);
    for_each_part(part, [&](const Syntax& inner) { find_used(inner); });
  }

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

  // Whatever is no term stands in parentheses, so that nothing depends on how operators bind.
  void print(const Syntax& part, bool bare = false) {
    if (part.kind == SyntaxKind::define && !has_used(part)) return print(*part.parts[0], bare);
    if (bare || is_term(part)) return print_bare(part);
    out_ += '(';
    print_bare(part);
    out_ += ')';
  }

  bool has_used(const Syntax& part) const {
    for (const Definition* const definition : part.definitions)
      if (used_.count(definition) > 0) return true;
    return false;
  }

  static bool is_term(const Syntax& part) {
    switch (part.kind) {
      case SyntaxKind::negate:
      case SyntaxKind::pipe:
      case SyntaxKind::comma:
      case SyntaxKind::alternative:
      case SyntaxKind::either:
      case SyntaxKind::both:
      case SyntaxKind::compare:
      case SyntaxKind::add:
      case SyntaxKind::multiply:
      case SyntaxKind::update:
      case SyntaxKind::bind:
      case SyntaxKind::attempt:
      case SyntaxKind::label:
      case SyntaxKind::define:
        return false;
      default:
        return true;
    }
  }

  void print_list(const Syntax& part, std::string_view separator) {
    for (std::size_t i = 0; i < part.parts.size(); ++i) {
      if (i > 0) out_ += separator;
      print(*part.parts[i]);
    }
  }
  void print_chain(const Syntax& part) {
    for (std::size_t i = 0; i < part.parts.size(); ++i) {
      if (i > 0) out_ += symbol(part.operators[i - 1]);
      print(*part.parts[i]);
    }
  }

  void print_bare(const Syntax& part) {
    switch (part.kind) {
      case SyntaxKind::identity:
        out_ += '.';
        break;
      case SyntaxKind::descend:
        out_ += "..";
        break;
      case SyntaxKind::literal:
        print_literal(part);
        break;
      case SyntaxKind::text:
        print_text(part);
        break;
      case SyntaxKind::format:
        out_ += part.name;
        break;
      case SyntaxKind::access:
        print_access(part);
        break;
      case SyntaxKind::array:
        out_ += '[';
        if (!part.parts.empty()) print(*part.parts[0], true);
        out_ += ']';
        break;
      case SyntaxKind::object:
        print_object(part);
        break;
      case SyntaxKind::negate:
        out_ += '-';
        print(*part.parts[0]);
        break;
      case SyntaxKind::pipe:
        print_list(part, "|");
        break;
      case SyntaxKind::comma:
        print_list(part, ",");
        break;
      case SyntaxKind::alternative:
        print_list(part, "//");
        break;
      case SyntaxKind::either:
        print_list(part, " or ");
        break;
      case SyntaxKind::both:
        print_list(part, " and ");
        break;
      case SyntaxKind::compare:
      case SyntaxKind::update:
      case SyntaxKind::add:
      case SyntaxKind::multiply:
        print_chain(part);
        break;
      case SyntaxKind::bind:
        print(*part.parts[0]);
        print_patterns(part);
        out_ += '|';
        print(*part.parts[1]);
        break;
      case SyntaxKind::reduce:
      case SyntaxKind::foreach:
        print_fold(part);
        break;
      case SyntaxKind::condition:
        print_condition(part);
        break;
      case SyntaxKind::attempt:
        out_ += "try ";
        print(*part.parts[0]);
        if (part.parts.size() > 1) out_ += " catch ", print(*part.parts[1]);
        break;
      case SyntaxKind::label:
        out_ += "label ";
        print_variable(part.variable);
        out_ += '|';
        print(*part.parts[0]);
        break;
      case SyntaxKind::leave:
        out_ += "break ";
        print_variable(part.variable);
        break;
      case SyntaxKind::call:
        print_call(part);
        break;
      case SyntaxKind::variable:
        if (part.variable != nullptr)
          print_variable(part.variable);
        else
          out_ += fmt::format("${}", part.name);
        break;
      case SyntaxKind::define:
        print_definitions(part);
        break;
    }
  }

  // The whole environment is not spelled out.
  void print_literal(const Syntax& part) {
    if (part.name == "ENV" && part.value.kind() == Kind::object)
      out_ += "$ENV";
    else
      write_json(part.value, out_);
  }

  void print_text(const Syntax& part) {
    if (!part.name.empty()) out_ += part.name, out_ += ' ';
    out_ += '"';
    for (std::size_t i = 0; i < part.parts.size(); ++i) {
      if (i % 2 == 0) {
        std::string quoted;
        write_json(part.parts[i]->value, quoted);
        out_ += quoted.substr(1, quoted.size() - 2);
      } else {
        out_ += "\\(";
        print(*part.parts[i], true);
        out_ += ')';
      }
    }
    out_ += '"';
  }

  void print_access(const Syntax& part) {
    bool needs_dot = !part.has_target;
    if (part.has_target) {
      const bool wraps = part.parts[0]->kind == SyntaxKind::literal || part.parts[0]->kind == SyntaxKind::access;
      if (wraps) out_ += '(';
      print(*part.parts[0]);
      if (wraps) out_ += ')';
    }
    for (const PathStep& step : part.steps) {
      const bool is_name = step.kind == PathStep::Kind::field && is_simple_name(step.name.as_text());
      if (is_name || needs_dot) out_ += '.';
      needs_dot = false;
      if (is_name)
        out_ += step.name.as_text();
      else
        print_step(step);
      if (step.optional) out_ += '?';
    }
  }

  void print_step(const PathStep& step) {
    out_ += '[';
    if (step.kind == PathStep::Kind::field) write_json(step.name, out_);
    if (step.key != nullptr) print(*step.key, true);
    if (step.kind == PathStep::Kind::slice) out_ += ':';
    if (step.to != nullptr) print(*step.to, true);
    out_ += ']';
  }

  void print_object(const Syntax& part) {
    out_ += '{';
    for (std::size_t i = 0; i < part.parts.size(); i += 2) {
      if (i > 0) out_ += ',';
      const Syntax& key = *part.parts[i];
      const bool is_plain = (key.kind == SyntaxKind::literal && key.value.is_text()) || key.kind == SyntaxKind::text;
      if (!is_plain) out_ += '(';
      print(key, true);
      if (!is_plain) out_ += ')';
      if (part.parts[i + 1] != nullptr) out_ += ':', print(*part.parts[i + 1]);
    }
    out_ += '}';
  }

  void print_patterns(const Syntax& part) {
    out_ += " as ";
    for (std::size_t i = 0; i < part.patterns.size(); ++i) {
      if (i > 0) out_ += "?//";
      print_pattern(*part.patterns[i]);
    }
  }
  void print_pattern(const Pattern& pattern) {
    if (pattern.kind == Pattern::Kind::variable) {
      print_variable(pattern.variable);
      return;
    }
    const bool is_array = pattern.kind == Pattern::Kind::array;
    out_ += is_array ? '[' : '{';
    bool first = true;
    for (const auto& entry : pattern.entries) {
      if (!first) out_ += ',';
      first = false;
      if (is_array)
        print_pattern(*entry.value);
      else
        print_entry(entry);
    }
    out_ += is_array ? ']' : '}';
  }
  // `{$name}` would fix the name of the variable, so the key is written out: {"name": $v0}.
  void print_entry(const Pattern::Entry& entry) {
    const auto print_key = [&] {
      const bool is_plain = entry.key->kind == SyntaxKind::literal || entry.key->kind == SyntaxKind::text;
      if (!is_plain) out_ += '(';
      print(*entry.key, true);
      out_ += is_plain ? ":" : "):";
    };
    print_key();
    if (entry.variable != nullptr) print_variable(entry.variable);
    if (entry.variable != nullptr && entry.value != nullptr) out_ += ',', print_key();
    if (entry.value != nullptr) print_pattern(*entry.value);
  }

  void print_fold(const Syntax& part) {
    out_ += part.kind == SyntaxKind::reduce ? "reduce " : "foreach ";
    print(*part.parts[0]);
    print_patterns(part);
    for (std::size_t i = 1; i < part.parts.size(); ++i) {
      out_ += i == 1 ? '(' : ';';
      print(*part.parts[i], true);
    }
    out_ += ')';
  }

  void print_condition(const Syntax& part) {
    std::size_t i = 0;
    for (; i + 1 < part.parts.size(); i += 2) {
      out_ += i == 0 ? "if " : " elif ";
      print(*part.parts[i], true);
      out_ += " then ";
      print(*part.parts[i + 1], true);
    }
    if (i < part.parts.size()) out_ += " else ", print(*part.parts[i], true);
    out_ += " end";
  }

  void print_call(const Syntax& part) {
    if (part.parameter_of != nullptr) {
      const auto& parameter = part.parameter_of->parameters[part.parameter];
      out_ +=
          parameter.is_value ? variable_name(parameter.variable) : parameter_name(*part.parameter_of, part.parameter);
    } else {
      out_ += part.definition != nullptr ? function_name(part.definition) : part.name;
    }
    for (std::size_t i = 0; i < part.parts.size(); ++i) {
      out_ += i == 0 ? '(' : ';';
      print(*part.parts[i], true);
    }
    if (!part.parts.empty()) out_ += ')';
  }

  void print_definitions(const Syntax& part) {
    for (const Definition* const definition : part.definitions) {
      if (used_.count(definition) == 0) continue;
      out_ += "def ";
      out_ += function_name(definition);
      for (std::size_t i = 0; i < definition->parameters.size(); ++i) {
        const auto& parameter = definition->parameters[i];
        out_ += i == 0 ? '(' : ';';
        if (parameter.is_value)
          print_variable(parameter.variable);
        else
          out_ += parameter_name(*definition, i);
      }
      if (!definition->parameters.empty()) out_ += ')';
      out_ += ':';
      print(*definition->body, true);
      out_ += ';';
    }
    print(*part.parts[0], true);
  }

  std::string out_;
  std::set<const Definition*> used_;
  std::map<const Variable*, std::size_t> variables_;
  std::map<const Definition*, std::size_t> functions_;
};

}  // namespace

std::string canonical_text(const Definition& root) { return Printer().print_root(root); }

}  // namespace flowrun::expr
