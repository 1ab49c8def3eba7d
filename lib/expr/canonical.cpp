#include "expr/analysis.hpp"
#include "expr/canonical_printer.hpp"
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

}  // namespace

void CanonicalPrinter::find_used(const Syntax& part) {
  if (part.definition != nullptr && used_.insert(part.definition).second) find_used(*part.definition->body);
  for_each_part(part, [&](const Syntax& inner) { find_used(inner); });
}

// Whatever is no term stands in parentheses, so that nothing depends on how operators bind.
void CanonicalPrinter::print(const Syntax& part, bool bare) {
  if (part.kind == SyntaxKind::define && !has_used(part)) return print(*part.parts[0], bare);
  if (bare || is_term(part)) return print_bare(part);
  out_ += '(';
  print_bare(part);
  out_ += ')';
}

bool CanonicalPrinter::has_used(const Syntax& part) const {
  for (const Definition* const definition : part.definitions)
    if (used_.count(definition) > 0) return true;
  return false;
}

bool CanonicalPrinter::is_term(const Syntax& part) {
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

void CanonicalPrinter::print_list(const Syntax& part, std::string_view separator) {
  for (std::size_t i = 0; i < part.parts.size(); ++i) {
    if (i > 0) out_ += separator;
    print(*part.parts[i]);
  }
}

void CanonicalPrinter::print_chain(const Syntax& part) {
  for (std::size_t i = 0; i < part.parts.size(); ++i) {
    if (i > 0) out_ += symbol(part.operators[i - 1]);
    print(*part.parts[i]);
  }
}

void CanonicalPrinter::print_bare(const Syntax& part) {
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
    case SyntaxKind::negate: {
      // With a number right behind it the minus would be part of that.
      const bool wraps = part.parts[0]->kind == SyntaxKind::literal;
      out_ += wraps ? "-(" : "-";
      print(*part.parts[0]);
      if (wraps) out_ += ')';
      break;
    }
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
void CanonicalPrinter::print_literal(const Syntax& part) {
  if (part.name == "ENV" && part.value.kind() == Kind::object)
    out_ += "$ENV";
  else
    write_json(part.value, out_);
}

void CanonicalPrinter::print_text(const Syntax& part) {
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

void CanonicalPrinter::print_access(const Syntax& part) {
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

void CanonicalPrinter::print_step(const PathStep& step) {
  out_ += '[';
  if (step.kind == PathStep::Kind::field) write_json(step.name, out_);
  if (step.key != nullptr) print(*step.key, true);
  if (step.kind == PathStep::Kind::slice) out_ += ':';
  if (step.to != nullptr) print(*step.to, true);
  out_ += ']';
}

void CanonicalPrinter::print_object(const Syntax& part) {
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

std::string canonical_text(const Definition& root) { return CanonicalPrinter().print_root(root); }

}  // namespace flowrun::expr
