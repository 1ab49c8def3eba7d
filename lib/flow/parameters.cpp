#include "flow/parameters.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/nearest.hpp"
#include "flow/diagnostic_codes.hpp"
#include "flow/option_reader.hpp"
#include "flow/option_text.hpp"
#include "record/json.hpp"

namespace flowrun {
namespace {

struct TypeName {
  std::string_view name;
  OptionType type;
};
constexpr std::array types = {TypeName{"string", OptionType::text},       TypeName{"integer", OptionType::integer},
                              TypeName{"number", OptionType::number},     TypeName{"boolean", OptionType::boolean},
                              TypeName{"duration", OptionType::duration}, TypeName{"size", OptionType::size},
                              TypeName{"json", OptionType::json}};

std::vector<std::string> type_names() {
  std::vector<std::string> names;
  for (const TypeName& each : types) names.emplace_back(each.name);
  return names;
}

OptionType type_named(std::string_view name) {
  return std::find_if(types.begin(), types.end(), [&](const TypeName& each) { return each.name == name; })->type;
}

// What a parameter's declaration may hold. The default is read apart, by its own type.
std::vector<OptionSpec> declaration() {
  OptionSpec type;
  type.name = "type";
  type.type = OptionType::choice;
  type.choices = type_names();
  OptionSpec written;
  written.name = "default";
  written.type = OptionType::json;
  OptionSpec required;
  required.name = "required";
  required.type = OptionType::boolean;
  OptionSpec choices;
  choices.name = "choices";
  choices.type = OptionType::texts;
  OptionSpec doc;
  doc.name = "doc";
  return {type, written, required, choices, doc};
}

// The type of a default: a parameter without a type has it.
OptionType type_of(const YamlNode& node, Arena& arena) {
  switch (yaml_value(node, arena).kind()) {
    case Kind::boolean:
      return OptionType::boolean;
    case Kind::integer:
      return OptionType::integer;
    case Kind::number:
    case Kind::digits:
      return OptionType::number;
    case Kind::array:
    case Kind::object:
      return OptionType::json;
    default:
      return OptionType::text;
  }
}

std::optional<Parameter> read_parameter(const YamlEntry& entry, Scope& scope) {
  Diagnostics& diagnostics = scope.diagnostics();
  const std::string& name = entry.key->text;
  if (!is_field_name(name)) {
    diagnostics.error(Code::bad_name, entry.key->span,
                      fmt::format("`{}` is no name of a parameter, expected letters, digits, `_` and `-`", name));
    return std::nullopt;
  }
  if (!entry.value->is_mapping()) {
    diagnostics.error(Code::wrong_type, entry.value->span,
                      fmt::format("the parameter `{}` is {}, expected a mapping", name, describe(*entry.value)),
                      fmt::format("write `{}: {{ default: ... }}`", name));
    return std::nullopt;
  }
  // `default` is of any shape, so it is taken out before the rest is read as options.
  YamlNode rest = *entry.value;
  Parameter parameter;
  parameter.spec.name = name;
  if (const YamlEntry* const written = rest.find("default")) parameter.written_default = written->value;
  rest.entries.erase(std::remove_if(rest.entries.begin(), rest.entries.end(),
                                    [](const YamlEntry& each) { return each.key->text == "default"; }),
                     rest.entries.end());
  static const Registry no_components;
  const auto options =
      OptionReader(scope, no_components).read(declaration(), rest, fmt::format("the keys of parameter `{}`", name));
  if (!options) return std::nullopt;
  if (const auto* const type = options->get<std::string>("type"))
    parameter.spec.type = type_named(*type);
  else if (parameter.written_default != nullptr)
    parameter.spec.type = type_of(*parameter.written_default, *scope.memory());
  if (const auto* const required = options->get<bool>("required")) parameter.spec.required = *required;
  if (const auto* const choices = options->get<std::vector<std::string>>("choices")) parameter.spec.choices = *choices;
  if (const auto* const doc = options->get<std::string>("doc")) parameter.spec.doc = *doc;
  return parameter;
}

// One whose declaration has faults: it is there, and may be anything.
Parameter broken_parameter(const std::string& name) {
  Parameter parameter;
  parameter.spec.name = name;
  parameter.broken = true;
  return parameter;
}

// A value of the parameter's type; a duration stays the text that it was written as.
Result<Value, TextFault> typed_value(const OptionSpec& spec, const Value& written, Arena& arena) {
  const auto converted = convert_option(spec, written);
  if (!converted) return converted.error();
  const auto& choices = spec.choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), text_of(written)) == choices.end())
    return TextFault{Code::unknown_choice,
                     fmt::format("`{}` is `{}`, expected {}", spec.name, text_of(written), list_of(choices)),
                     did_you_mean(text_of(written), choices)};
  if (const auto* const integer = std::get_if<std::int64_t>(&*converted)) return Value::integer(*integer);
  if (const auto* const number = std::get_if<double>(&*converted))
    return written.is_numeric() ? written : Value::number(*number);
  if (const auto* const truth = std::get_if<bool>(&*converted)) return Value::boolean(*truth);
  if (spec.type == OptionType::json) return written;
  return Value::text(text_of(written), arena);
}

// A text of the command line; of a parameter of type json it is JSON, and a number keeps all digits.
Result<Value, TextFault> given_value(const OptionSpec& spec, const std::string& text, Arena& arena) {
  if (spec.type != OptionType::json) {
    const auto typed = typed_value(spec, Value::text(text, arena), arena);
    return typed && spec.type == OptionType::number ? *JsonReader().read(text, arena) : typed;
  }
  const auto value = JsonReader().read(text, arena);
  if (value) return *value;
  return TextFault{Code::wrong_type, fmt::format("`{}` is no JSON: {}", spec.name, value.error().message), {}};
}

std::string line_of(const TextFault& fault) {
  return fault.hint.empty() ? fault.message : fault.message + "; " + fault.hint;
}

std::string place_of(const std::string& name, const GivenParameters& given) {
  const auto place = given.places.find(name);
  return place == given.places.end() ? std::string() : place->second + ": ";
}

std::string unknown(const std::string& origin, const std::string& name, const std::vector<std::string>& names) {
  if (names.empty()) return fmt::format("`{}`: the flow has no parameters", origin);
  return line_of({Code::unknown_key,
                  fmt::format("`{}`: the flow has no such parameter, expected {}", origin, list_of(names)),
                  did_you_mean(name, names)});
}

std::string missing(const OptionSpec& spec) {
  const std::string doc = spec.doc.empty() ? std::string() : fmt::format(" ({})", spec.doc);
  return fmt::format("the parameter `{}` is required{}: give it with `-p {}=VALUE`", spec.name, doc, spec.name);
}

std::optional<Value> default_value(const Parameter& parameter, Scope& scope) {
  if (parameter.written_default == nullptr) return Value::null();
  Arena& arena = *scope.memory();
  Value written = yaml_value(*parameter.written_default, arena);
  if (parameter.written_default->is_scalar()) {
    const auto expanded = scope.expand("default", *parameter.written_default);
    if (!expanded) return std::nullopt;
    if (parameter.written_default->text.find("${{") != std::string::npos) written = expanded->value;
  }
  const auto value = typed_value(parameter.spec, written, arena);
  if (value) return *value;
  scope.diagnostics().error(value.error().code, parameter.written_default->span, value.error().message,
                            value.error().hint);
  return std::nullopt;
}

}  // namespace

std::vector<Parameter> read_parameters(const YamlNode& params, Scope& scope) {
  std::vector<Parameter> parameters;
  if (!params.is_mapping()) {
    scope.diagnostics().error(
        Code::wrong_type, params.span,
        fmt::format("`params` is {}, expected a mapping of names to declarations", describe(params)));
    return parameters;
  }
  for (const YamlEntry& entry : params.entries) {
    auto parameter = read_parameter(entry, scope);
    parameters.push_back(parameter ? std::move(*parameter) : broken_parameter(entry.key->text));
  }
  return parameters;
}

std::vector<std::string> define_parameters(const std::vector<Parameter>& parameters, const GivenParameters& given,
                                           Scope& scope) {
  Arena& arena = *scope.memory();
  Member* const members = new_members(arena, parameters.size());
  std::size_t count = 0;
  std::vector<std::string> faults;
  std::vector<std::string> names;
  for (const Parameter& parameter : parameters) {
    const std::string& name = parameter.spec.name;
    names.push_back(name);
    Value value = Value::null();
    if (const auto found = given.texts.find(name); found != given.texts.end() && !parameter.broken) {
      OptionSpec spec = parameter.spec;
      spec.name = given.origins.at(name);
      const auto typed = given_value(spec, found->second, arena);
      if (typed) {
        value = *typed;
      } else {
        faults.push_back(place_of(name, given) + line_of(typed.error()));
        scope.assume_parameter(name);
      }
    } else if (parameter.broken) {
      scope.assume_parameter(name);
    } else if (!parameter.spec.required) {
      const auto written = default_value(parameter, scope);
      if (written)
        value = *written;
      else
        scope.assume_parameter(name);
    } else {
      scope.assume_parameter(name);
      if (!given.assume_missing) faults.push_back(missing(parameter.spec));
    }
    members[count++] = {Value::text(name, arena), value};
  }
  for (const auto& [name, origin] : given.origins)
    if (std::find(names.begin(), names.end(), name) == names.end())
      faults.push_back(place_of(name, given) + unknown(origin, name, names));
  scope.define("params", Value::object(members, count), false);
  return faults;
}

std::optional<TextFault> fault_of_given(const OptionSpec& spec, const std::string& text, Arena& arena) {
  const auto value = given_value(spec, text, arena);
  if (value) return std::nullopt;
  return value.error();
}

Value yaml_value(const YamlNode& node, Arena& arena) {
  if (node.is_null()) return Value::null();
  if (node.is_sequence()) {
    Value* const items = new_items(arena, node.items.size());
    for (std::size_t index = 0; index < node.items.size(); ++index)
      items[index] = yaml_value(*node.items[index], arena);
    return Value::array(items, node.items.size());
  }
  if (node.is_mapping()) {
    Member* const members = new_members(arena, node.entries.size());
    for (std::size_t index = 0; index < node.entries.size(); ++index)
      members[index] = {Value::text(node.entries[index].key->text, arena),
                        yaml_value(*node.entries[index].value, arena)};
    return Value::object(members, node.entries.size());
  }
  if (node.style == YamlStyle::plain) {
    JsonReader reader;
    const auto value = reader.read(node.text, arena);
    if (value && value->kind() != Kind::text && value->kind() != Kind::array && value->kind() != Kind::object)
      return *value;
  }
  return Value::text(node.text, arena);
}

}  // namespace flowrun
