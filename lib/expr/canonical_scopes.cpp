#include "expr/canonical_printer.hpp"

namespace flowrun::expr {

void CanonicalPrinter::print_patterns(const Syntax& part) {
  out_ += " as ";
  for (std::size_t i = 0; i < part.patterns.size(); ++i) {
    if (i > 0) out_ += "?//";
    print_pattern(*part.patterns[i]);
  }
}

void CanonicalPrinter::print_pattern(const Pattern& pattern) {
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
void CanonicalPrinter::print_entry(const Pattern::Entry& entry) {
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

void CanonicalPrinter::print_fold(const Syntax& part) {
  out_ += part.kind == SyntaxKind::reduce ? "reduce " : "foreach ";
  print(*part.parts[0]);
  print_patterns(part);
  for (std::size_t i = 1; i < part.parts.size(); ++i) {
    out_ += i == 1 ? '(' : ';';
    print(*part.parts[i], true);
  }
  out_ += ')';
}

void CanonicalPrinter::print_condition(const Syntax& part) {
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

void CanonicalPrinter::print_call(const Syntax& part) {
  if (part.parameter_of != nullptr) {
    const auto& parameter = part.parameter_of->parameters[part.parameter];
    out_ += parameter.is_value ? variable_name(parameter.variable) : parameter_name(*part.parameter_of, part.parameter);
  } else {
    out_ += part.definition != nullptr ? function_name(part.definition) : part.name;
  }
  for (std::size_t i = 0; i < part.parts.size(); ++i) {
    out_ += i == 0 ? '(' : ';';
    print(*part.parts[i], true);
  }
  if (!part.parts.empty()) out_ += ')';
}

void CanonicalPrinter::print_definitions(const Syntax& part) {
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

}  // namespace flowrun::expr
