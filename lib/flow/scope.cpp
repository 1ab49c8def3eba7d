#include "flow/scope.hpp"

#include <fmt/format.h>
#include <utility>

#include "flow/diagnostic_codes.hpp"
#include "flow/expression_scan.hpp"
#include "flow/position_in_scalar.hpp"
#include "flow/yaml_traps.hpp"
#include "record/json.hpp"

namespace flowrun {
namespace {

constexpr std::string_view template_begin = "${{";
constexpr std::string_view template_end = "}}";

// `text` mentions `name` as a whole word: $secrets, but not $secrets_of.
bool mentions(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if (end == text.size() || (std::isalnum(static_cast<unsigned char>(text[end])) == 0 && text[end] != '_'))
      return true;
  }
  return false;
}

// `user-id` of `.user-id`, where jq subtracts `id`; empty if what stands there is no such thing.
std::string dashed_name(std::string_view text, std::size_t offset, std::size_t length) {
  if (offset < 2 || text[offset - 1] != '-') return {};
  std::size_t begin = offset - 1;
  const auto is_of_name = [](char byte) {
    return std::isalnum(static_cast<unsigned char>(byte)) != 0 || byte == '_' || byte == '-';
  };
  while (begin > 0 && is_of_name(text[begin - 1])) --begin;
  if (begin == 0 || begin == offset - 1 || text[begin - 1] != '.') return {};
  return std::string(text.substr(begin, offset + length - begin));
}

std::string hint_in_template(const expr::CompileError& error) {
  if (error.code != "unknown-variable" || !error.hint.empty()) return error.hint;
  return "templates are filled in when the flow is loaded: they see `$params`, `$ENV`, `$secrets` and `$flow`";
}

}  // namespace

std::string text_of(const Value& value) {
  if (value.is_text()) return std::string(value.as_text());
  std::string text;
  write_json(value, text);
  return text;
}

Scope::Scope(Diagnostics& diagnostics) : diagnostics_(diagnostics) {
  expressions_.strict = templates_.strict = {"params", "ENV", "secrets", "flow"};
}

void Scope::define(std::string name, Value value, bool templates_only) {
  if (!templates_only) expressions_.constants.emplace_back(name, value);
  templates_.constants.emplace_back(std::move(name), value);
}

void Scope::assume_secrets() {
  secrets_assumed_ = true;
  templates_.strict = {"params", "ENV", "flow"};
}

bool Scope::is_assumed(std::string_view text) const {
  if (secrets_assumed_ && mentions(text, "$secrets")) return true;
  if (!assumed_.empty() && mentions(text, "$params"))
    for (const std::string& name : assumed_)
      if (mentions(text, name)) return true;
  return false;
}

std::string Scope::hint_in_expression(std::string_view name, const YamlNode& scalar, std::size_t offset,
                                      const expr::CompileError& error) const {
  if (error.code == "unknown-function") {
    const std::string dashed = dashed_name(scalar.text, offset + error.offset, error.length);
    if (!dashed.empty()) return fmt::format("a name with a dash is written `.\"{}\"`", dashed);
  }
  const std::string hint =
      error.code == "syntax" || error.hint.empty() ? expression_hint(source(), name, scalar) : std::string();
  return hint.empty() ? error.hint : hint;
}

void Scope::report(std::string_view name, const YamlNode& scalar, std::size_t offset,
                   const std::vector<expr::CompileError>& errors, bool is_template) {
  for (const expr::CompileError& error : errors) {
    if (functions_broken_ && error.code == "unknown-function") continue;
    std::string hint = is_template ? hint_in_template(error) : hint_in_expression(name, scalar, offset, error);
    diagnostics_.error(error.code, span_in(source(), scalar, offset + error.offset, error.length), error.message,
                       std::move(hint));
  }
}

ProgramPtr Scope::compile(std::string_view name, const YamlNode& scalar, const std::vector<std::string>& variables,
                          Form form) {
  if (form == Form::expression && scalar.text.find(template_begin) != std::string::npos) {
    diagnostics_.error(Code::template_in_expression, scalar.span,
                       fmt::format("a template in `{}`, where an expression is due", name),
                       expression_hint(source(), name, scalar));
    return nullptr;
  }
  return compile_part(name, scalar, 0, scalar.text, variables, form);
}

ProgramPtr Scope::compile_part(std::string_view name, const YamlNode& scalar, std::size_t offset, std::string_view text,
                               const std::vector<std::string>& variables, Form form) {
  expr::Environment& environment = expressions_;
  environment.variables = {"key", "time", "meta"};
  environment.variables.insert(environment.variables.end(), variables.begin(), variables.end());
  auto program =
      form == Form::expression ? expr::compile(text, environment) : expr::compile_interpolation(text, environment);
  if (program) return *program;
  const bool is_template = form == Form::interpolation && scalar.text.find(template_begin) != std::string::npos;
  report(name, scalar, offset, program.error(), is_template);
  return nullptr;
}

std::optional<Expanded> Scope::evaluate(std::string_view name, const YamlNode& scalar, std::size_t offset,
                                        std::string_view text) {
  templates_.functions = expressions_.functions;
  const auto program = expr::compile(text, templates_);
  if (!program) {
    report(name, scalar, offset, program.error(), true);
    return std::nullopt;
  }
  if (is_assumed(text)) return Expanded{Value::null(), true};
  const std::vector<Value> nothing(templates_.variables.size());
  const expr::Outcome outcome = machine_.one(**program, Value::null(), nothing, *memory_);
  const SourceSpan span = span_in(source(), scalar, offset, text.size());
  // A constant is held by the program, which ends here.
  if (outcome.outputs == expr::Outputs::one) return Expanded{deep_copy(outcome.value, *memory_), false};
  if (outcome.outputs == expr::Outputs::error)
    diagnostics_.error(Code::template_failed, span, fmt::format("the template failed: {}", machine_.error()));
  else
    diagnostics_.error(Code::template_failed, span,
                       fmt::format("the template has {}, expected exactly one",
                                   outcome.outputs == expr::Outputs::none ? "no output" : "several outputs"));
  return std::nullopt;
}

std::optional<Expanded> Scope::expand(std::string_view name, const YamlNode& scalar) {
  const std::string_view text = scalar.text;
  std::string expanded;
  bool assumed = false;
  bool broken = false;
  std::size_t at = 0;
  for (;;) {
    const std::size_t begin = text.find(template_begin, at);
    if (begin == std::string_view::npos) break;
    if (begin > 0 && text[begin - 1] == '$') {  // `$${{` is a literal `${{`
      expanded += text.substr(at, begin - 1 - at);
      expanded += template_begin;
      at = begin + template_begin.size();
      continue;
    }
    const std::size_t inner = begin + template_begin.size();
    const std::size_t end = find_outside(text, template_end, inner);
    if (end == std::string_view::npos) {
      diagnostics_.error(Code::template_open, span_in(source(), scalar, begin, template_begin.size()),
                         "a template without its end, expected `}}` behind the expression");
      return std::nullopt;
    }
    const auto outcome = evaluate(name, scalar, inner, text.substr(inner, end - inner));
    const std::size_t behind = end + template_end.size();
    if (outcome && begin == 0 && behind == text.size()) return outcome;
    broken = broken || !outcome;
    expanded += text.substr(at, begin - at);
    if (outcome) expanded += text_of(outcome->value);
    assumed = assumed || (outcome && outcome->assumed);
    at = behind;
  }
  if (broken) return std::nullopt;
  expanded += text.substr(at);
  return Expanded{Value::text(expanded, *memory_), assumed};
}

}  // namespace flowrun
