#include "flow/option_reader.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/nearest.hpp"
#include "flow/diagnostic_codes.hpp"
#include "flow/expression_scan.hpp"
#include "flow/option_text.hpp"
#include "flow/yaml_traps.hpp"

namespace flowrun {
namespace {

const OptionSpec* find_spec(const std::vector<OptionSpec>& specs, std::string_view name) {
  const auto found =
      std::find_if(specs.begin(), specs.end(), [&](const OptionSpec& spec) { return spec.name == name; });
  return found != specs.end() ? &*found : nullptr;
}

std::vector<std::string> names_of(const std::vector<OptionSpec>& specs) {
  std::vector<std::string> names;
  for (const OptionSpec& spec : specs) names.push_back(spec.name);
  return names;
}

// Where a dotted path of keys leads to, or the last of it that is there: the value, or of a bad name the key.
SourceSpan follow(const YamlNode& from, std::string_view path, bool to_key) {
  const YamlNode* node = &from;
  SourceSpan span = from.span;
  while (!path.empty() && node->is_mapping()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    const YamlEntry* const entry = node->find(path.substr(0, dot));
    if (entry == nullptr) break;
    node = entry->value;
    span = to_key ? entry->key->span : node->span;
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return span;
}

}  // namespace

std::string OptionReader::example_hint(const OptionSpec& spec) {
  if (spec.example.empty()) return {};
  return spec.name.empty() ? fmt::format("write `{}`", spec.example)
                           : fmt::format("write `{}: {}`", spec.name, spec.example);
}

std::optional<OptionValue> OptionReader::wrong(const OptionSpec& spec, const YamlNode& node, std::string_view expected,
                                               bool is_field) {
  const bool expression = is_expression(spec.type);
  std::string hint = expression ? expression_hint(scope_.source(), spec.name, node, is_field)
                                : template_hint(scope_.source(), spec.name, node);
  if (hint.empty()) hint = example_hint(spec);
  const std::string subject = spec.name.empty() ? std::string("the value") : fmt::format("`{}`", spec.name);
  scope_.diagnostics().error(Code::wrong_type, node.span,
                             fmt::format("{} is {}, expected {}", subject, describe(node), expected), std::move(hint));
  return std::nullopt;
}

std::optional<OptionValue> OptionReader::report(const YamlNode& node, const TextFault& fault) {
  scope_.diagnostics().error(fault.code, node.span, fault.message, fault.hint);
  return std::nullopt;
}

bool OptionReader::add_default(const OptionSpec& spec, const YamlNode& node, std::string_view what, Options& options) {
  if (spec.required) {
    scope_.diagnostics().error(Code::missing_key, node.span,
                               fmt::format("{} have no `{}`, which is required", what, spec.name), example_hint(spec));
    return false;
  }
  if (spec.default_text.empty()) return true;
  YamlNode written;
  written.kind = YamlKind::scalar;
  written.text = spec.default_text;
  written.span = node.span;
  auto value = read_value(spec, written);
  if (value) options.set(spec.name, std::move(*value));
  return value.has_value();
}

std::optional<Options> OptionReader::defaults(const std::vector<OptionSpec>& specs, const YamlNode& node,
                                              std::string_view what) {
  Options options;
  bool ok = true;
  for (const OptionSpec& spec : specs) ok = add_default(spec, node, what, options) && ok;
  if (!ok) return std::nullopt;
  return options;
}

std::optional<Options> OptionReader::read(const std::vector<OptionSpec>& specs, const YamlNode& mapping,
                                          std::string_view what) {
  bool ok = true;
  std::set<std::string_view> meant;  // by keys that are misspelled: not missing, too
  const std::vector<std::string> names = names_of(specs);
  for (const YamlEntry& entry : mapping.entries) {
    if (find_spec(specs, entry.key->text) != nullptr) continue;
    meant.insert(nearest(entry.key->text, names));
    scope_.diagnostics().error(Code::unknown_key, entry.key->span,
                               fmt::format("{} have no `{}`, expected {}", what, entry.key->text, list_of(names)),
                               did_you_mean(entry.key->text, names));
    ok = false;
  }
  Options options;
  for (const OptionSpec& spec : specs) {
    const YamlEntry* const entry = mapping.find(spec.name);
    if (entry == nullptr) {
      if (meant.count(spec.name) == 0) ok = add_default(spec, mapping, what, options) && ok;
      continue;
    }
    auto value = read_value(spec, *entry->value);
    ok = ok && value.has_value();
    if (value) options.set(spec.name, std::move(*value));
  }
  if (!ok) return std::nullopt;
  return options;
}

std::optional<Options> OptionReader::read_component(const Spec& spec, const YamlNode& node) {
  if (spec.value) {
    OptionSpec named = *spec.value;
    named.name = spec.name;
    auto value = read_value(named, node);
    if (!value) return std::nullopt;
    Options options;
    options.set("", std::move(*value));
    return options;
  }
  const std::string what = fmt::format("the options of `{}`", spec.name);
  if (node.is_mapping()) return read(spec.options, node, what);
  if (node.is_null() && node.text.empty()) return defaults(spec.options, node, what);
  OptionSpec whole;
  whole.name = spec.name;
  whole.example = spec.name + ": {}";
  wrong(whole, node, "a mapping of options");
  return std::nullopt;
}

std::optional<OptionValue> OptionReader::read_value(const OptionSpec& spec, const YamlNode& node) {
  switch (spec.type) {
    case OptionType::texts:
      return read_texts(spec, node);
    case OptionType::interpolation:
    case OptionType::expression:
    case OptionType::condition:
    case OptionType::outputs:
      return read_program(spec, node);
    case OptionType::fields:
    case OptionType::conditions:
      return read_fields(spec, node);
    case OptionType::outputs_or_fields:
    case OptionType::expression_or_fields:
      return node.is_mapping() ? read_fields(spec, node) : read_program(spec, node);
    case OptionType::calls:
      return read_calls(spec, node);
    case OptionType::steps:
      return read_steps(spec, node);
    case OptionType::codec:
      return read_codec(spec, node);
    case OptionType::columns:
      return read_columns(spec, node);
    case OptionType::choice_or_options:
      if (!node.is_mapping()) return read_scalar(spec, node);
      [[fallthrough]];
    case OptionType::options: {
      if (!node.is_mapping()) return wrong(spec, node, "a mapping of options");
      auto options = read(spec.nested, node, fmt::format("the options of `{}`", spec.name));
      if (!options) return std::nullopt;
      return OptionValue(std::make_shared<const Options>(std::move(*options)));
    }
    default:
      return read_scalar(spec, node);
  }
}

std::optional<OptionValue> OptionReader::read_scalar(const OptionSpec& spec, const YamlNode& node) {
  if (!node.is_scalar()) return wrong(spec, node, expected_text(spec));
  const auto expanded = scope_.expand(spec.name, node);
  if (!expanded) return std::nullopt;
  if (expanded->assumed) return assumed_value(spec, node.text);
  auto value = convert_option(spec, expanded->value);
  if (value) return std::move(*value);
  return report(node, value.error());
}

std::optional<OptionValue> OptionReader::read_texts(const OptionSpec& spec, const YamlNode& node) {
  OptionSpec one = spec;
  one.type = OptionType::text;
  std::vector<std::string> texts;
  if (node.is_scalar()) {
    const auto expanded = scope_.expand(spec.name, node);
    if (!expanded) return std::nullopt;
    if (expanded->assumed) return OptionValue(std::vector{std::get<std::string>(assumed_value(one, node.text))});
    const Value& whole = expanded->value;
    for (const Value& item : whole.kind() == Kind::array ? whole.items() : std::span(&whole, 1)) {
      auto text = convert_option(one, item);
      if (!text) return report(node, text.error());
      texts.push_back(std::get<std::string>(*text));
    }
    if (texts.empty()) return wrong(spec, node, "a text or a list of texts");
    return OptionValue(std::move(texts));
  }
  if (!node.is_sequence()) return wrong(spec, node, "a text or a list of texts");
  bool ok = !node.items.empty();
  if (!ok) wrong(spec, node, "a text or a list of texts");
  for (const YamlNode* item : node.items) {
    auto value = read_scalar(one, *item);
    ok = ok && value.has_value();
    if (value) texts.push_back(std::get<std::string>(*value));
  }
  if (!ok) return std::nullopt;
  return OptionValue(std::move(texts));
}

std::optional<OptionValue> OptionReader::read_program(const OptionSpec& spec, const YamlNode& node, bool is_field) {
  const bool interpolation = spec.type == OptionType::interpolation;
  const bool is_null_of_jq = node.is_null() && node.text == "null" && !interpolation;
  if (!node.is_scalar() && !is_null_of_jq) return wrong(spec, node, expected_text(spec), is_field);
  auto program = interpolation ? read_interpolation(spec, node) : scope_.compile(spec.name, node, spec.variables);
  if (program == nullptr) program = stand_in();
  if (program == nullptr) return std::nullopt;
  return OptionValue(std::move(program));
}

// Templates in a text with values of a record: as they see nothing of the record, `${{ $params.x }}` is `\( $params.x )`,
// which has the same length, so that faults stay at their places.
ProgramPtr OptionReader::read_interpolation(const OptionSpec& spec, const YamlNode& node) {
  constexpr std::string_view begin = "${{";
  constexpr std::string_view end = "}}";
  if (node.text.find(begin) != std::string::npos && !scope_.expand(spec.name, node)) return nullptr;
  std::string text = node.text;
  for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1)) {
    if (at > 0 && text[at - 1] == '$') {
      text.erase(at - 1, 1);
      continue;
    }
    const std::size_t close = find_outside(text, end, at + begin.size());
    if (close == std::string::npos) break;  // was reported
    if (std::string_view(text).substr(at, close - at).find("$secrets") != std::string_view::npos) {
      scope_.diagnostics().error(Code::template_failed, node.span,
                                 fmt::format("a secret in `{}`, where it would be shown", spec.name));
      return nullptr;
    }
    text[close] = ' ';
    text[close + 1] = ')';
    text.replace(at, begin.size(), "\\( ");
  }
  return scope_.compile_part(spec.name, node, 0, text, spec.variables, Scope::Form::interpolation);
}

std::optional<Options> OptionReader::read_for_plan(const Spec& spec, const YamlNode& node, bool& whole) {
  whole_ = &whole;
  auto options = read_component(spec, node);
  whole_ = nullptr;
  return options;
}

// Null where none is wanted.
ProgramPtr OptionReader::stand_in() {
  if (whole_ == nullptr) return nullptr;
  *whole_ = false;
  return *expr::compile("null", {});
}

bool OptionReader::check_key(const YamlNode& key, std::string_view what) {
  if (key.style != YamlStyle::plain || is_field_name(key.text)) return true;
  scope_.diagnostics().error(
      Code::bad_name, key.span,
      fmt::format("`{}` is no plain name of {}, expected letters, digits, `_` and `-`", key.text, what),
      fmt::format("quote it: `'{}'`", key.text));
  return false;
}

std::optional<OptionValue> OptionReader::read_fields(const OptionSpec& spec, const YamlNode& node) {
  if (!node.is_mapping() || node.entries.empty()) return wrong(spec, node, "a mapping of names to expressions");
  FieldPrograms fields;
  bool ok = true;
  for (const YamlEntry& entry : node.entries) {
    ok = check_key(*entry.key, "a field") && ok;
    OptionSpec field;
    field.name = entry.key->text;
    field.type = OptionType::expression;
    field.variables = spec.variables;
    auto value = read_program(field, *entry.value, true);
    ok = ok && value.has_value();
    if (value) fields.push_back({entry.key->text, std::get<ProgramPtr>(*value)});
  }
  if (!ok) return std::nullopt;
  return OptionValue(std::move(fields));
}

std::optional<OptionValue> OptionReader::read_steps(const OptionSpec& spec, const YamlNode& node) {
  if (!node.is_mapping() || node.entries.empty()) return wrong(spec, node, "a mapping of names to steps");
  std::vector<std::pair<std::string, std::string>> steps;
  bool ok = true;
  for (const YamlEntry& entry : node.entries) {
    ok = check_key(*entry.key, "a side") && ok;
    OptionSpec step;
    step.name = entry.key->text;
    step.example = "orders";
    if (!entry.value->is_scalar()) {
      wrong(step, *entry.value, "a step, or an output such as `step.late`");
      ok = false;
    } else if (entry.value->text.find("${{") != std::string::npos) {
      scope_.diagnostics().error(Code::unknown_step, entry.value->span,
                                 fmt::format("a template in `{}`, where none may stand", spec.name),
                                 "write the step or its output itself");
      ok = false;
    }
    steps.emplace_back(entry.key->text, entry.value->text);
  }
  if (!ok) return std::nullopt;
  return OptionValue(std::move(steps));
}

void OptionReader::report(const OptionFaults& faults, const YamlNode& node) {
  for (const OptionFault& fault : faults) {
    const bool to_key = fault.code == Code::bad_name || fault.code == Code::unknown_key;
    scope_.diagnostics().error(fault.code, follow(node, fault.option, to_key), fault.message, fault.hint);
  }
}

}  // namespace flowrun
