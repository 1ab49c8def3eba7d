#include <algorithm>
#include <fmt/format.h>

#include "base/nearest.hpp"
#include "flow/diagnostic_codes.hpp"
#include "flow/expression_scan.hpp"
#include "flow/option_reader.hpp"
#include "flow/option_text.hpp"
#include "flow/position_in_scalar.hpp"
#include "flow/yaml_traps.hpp"

namespace flowrun {
namespace {

// `function(arguments)`, in pieces of the text that it is written in.
struct CallText {
  std::string_view function;
  std::vector<Piece> arguments;
};

std::string_view without_blanks(std::string_view text, std::size_t& offset) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1), ++offset;
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

std::optional<CallText> split_call(std::string_view whole) {
  std::size_t begin = 0;
  const std::string_view text = without_blanks(whole, begin);
  const std::size_t open = std::min(text.find('('), text.size());
  CallText call{text.substr(0, open), {}};
  if (!is_field_name(call.function)) return std::nullopt;
  if (open == text.size()) return call;
  if (text.back() != ')') return std::nullopt;
  const std::string_view inner = text.substr(open + 1, text.size() - open - 2);
  if (find_outside(text, ")", open + 1) != text.size() - 1) return std::nullopt;
  call.arguments = split_outside(inner, ';');
  for (Piece& argument : call.arguments) argument.offset += begin + open + 1;
  return call;
}

}  // namespace

std::string describe(const YamlNode& node) {
  switch (node.kind) {
    case YamlKind::null:
      return node.text.empty() ? "empty" : fmt::format("`{}`", node.text);
    case YamlKind::sequence:
      return node.items.empty() ? "an empty list" : "a list";
    case YamlKind::mapping:
      return node.entries.empty() ? "an empty mapping" : "a mapping";
    case YamlKind::scalar:
      break;
  }
  return node.text.size() > 40 ? fmt::format("`{}...`", node.text.substr(0, 40)) : fmt::format("`{}`", node.text);
}

std::optional<OptionValue> OptionReader::read_calls(const OptionSpec& spec, const YamlNode& node) {
  if (!node.is_mapping() || node.entries.empty())
    return wrong(spec, node, "a mapping of names to calls such as `sum(.amount)`");
  std::vector<Call> calls;
  bool ok = true;
  for (const YamlEntry& entry : node.entries) {
    ok = check_key(*entry.key, "a value") && ok;
    auto call = entry.value->is_mapping() ? read_nested_call(spec, entry) : read_call(spec, entry);
    if (!call && stand_in() != nullptr) call = Call{entry.key->text, {}, {}, {}, false};
    ok = ok && call.has_value();
    if (call) calls.push_back(std::move(*call));
  }
  if (!ok) return std::nullopt;
  return OptionValue(std::move(calls));
}

std::optional<Call> OptionReader::read_call(const OptionSpec& spec, const YamlEntry& entry) {
  const YamlNode& node = *entry.value;
  OptionSpec named = spec;
  named.name = entry.key->text;
  named.example = "sum(.amount)";
  const auto text = node.is_scalar() ? split_call(node.text) : std::nullopt;
  if (!text) {
    wrong(named, node, fmt::format("one call of {}", list_of(spec.choices)));
    return std::nullopt;
  }
  Call call{entry.key->text, std::string(text->function), {}, node.text, false};
  if (std::find(spec.choices.begin(), spec.choices.end(), call.function) == spec.choices.end()) {
    scope_.diagnostics().error(
        Code::unknown_call, span_in(scope_.source(), node, node.text.find(call.function), call.function.size()),
        fmt::format("`{}` is no function of `{}`, expected {}", call.function, spec.name, list_of(spec.choices)),
        did_you_mean(call.function, spec.choices));
    return std::nullopt;
  }
  bool ok = true;
  for (const Piece& argument : text->arguments) {
    auto program = scope_.compile_part(named.name, node, argument.offset, argument.text, {});
    ok = ok && (program != nullptr || stand_in() != nullptr);
    call.arguments.push_back(std::move(program));
  }
  if (!ok) return std::nullopt;
  return call;
}

// `{fold: {init: ..., add: ..., merge: ..., by_time: ...}}`: the one call whose arguments have names.
std::optional<Call> OptionReader::read_nested_call(const OptionSpec& spec, const YamlEntry& entry) {
  const YamlEntry* const inner = entry.value->entries.size() == 1 ? &entry.value->entries.front() : nullptr;
  const auto fold = std::find_if(spec.nested.begin(), spec.nested.end(), [&](const OptionSpec& each) {
    return inner != nullptr && each.name == inner->key->text;
  });
  OptionSpec named = spec;
  named.name = entry.key->text;
  named.example = "sum(.amount)";
  if (fold == spec.nested.end() || !inner->value->is_mapping()) {
    wrong(named, *entry.value, "a call such as `sum(.amount)`, or `{fold: {init, add, merge}}`");
    return std::nullopt;
  }
  const auto options = read(fold->nested, *inner->value, fmt::format("the options of `{}`", fold->name));
  if (!options) return std::nullopt;
  Call call{entry.key->text, fold->name, {}, fold->name, false};
  for (const OptionSpec& argument : fold->nested) {
    if (const bool* const flag = options->get<bool>(argument.name)) call.by_time = *flag;
    if (argument.type == OptionType::boolean) continue;
    const ProgramPtr* const program = options->get<ProgramPtr>(argument.name);
    call.arguments.push_back(program != nullptr ? *program : nullptr);
  }
  return call;
}

std::optional<OptionValue> OptionReader::read_codec(const OptionSpec& spec, const YamlNode& node) {
  const bool mapping = node.is_mapping() && node.entries.size() == 1;
  if (!mapping && !node.is_scalar())
    return wrong(spec, node, "the name of a codec, or a mapping of its name to its options");
  const YamlNode& written = mapping ? *node.entries.front().key : node;
  const auto expanded = scope_.expand(spec.name, written);
  if (!expanded) return std::nullopt;
  const std::string name = expanded->assumed ? spec.default_text : text_of(expanded->value);
  const CodecEntry* const codec = registry_.codec(name);
  if (codec == nullptr) {
    std::vector<std::string> names;
    for (const CodecEntry& each : registry_.codecs) names.push_back(each.spec.name);
    scope_.diagnostics().error(Code::unknown_codec, written.span,
                               fmt::format("there is no codec `{}`, expected {}", name, list_of(names)),
                               did_you_mean(name, names));
    return std::nullopt;
  }
  // Of a codec that may be any, so may be the options.
  auto options = mapping && !expanded->assumed
                     ? read_component(codec->spec, *node.entries.front().value)
                     : defaults(codec->spec.options, node, fmt::format("the options of `{}`", name));
  if (!options) return std::nullopt;
  return OptionValue(ComponentChoice{name, std::make_shared<const Options>(std::move(*options))});
}

std::optional<OptionValue> OptionReader::read_columns(const OptionSpec& spec, const YamlNode& node) {
  constexpr std::string_view expected = "`true`, `false` or a list of names";
  if (node.is_scalar()) {
    const auto expanded = scope_.expand(spec.name, node);
    if (!expanded) return std::nullopt;
    const std::string text = text_of(expanded->value);
    if (expanded->assumed || text == "true" || text == "false") return OptionValue(Columns{text == "true", {}});
    if (expanded->value.kind() != Kind::array || expanded->value.items().empty()) return wrong(spec, node, expected);
  } else if (!node.is_sequence() || node.items.empty()) {
    return wrong(spec, node, expected);
  }
  OptionSpec names = spec;
  auto texts = read_texts(names, node);
  if (!texts) return std::nullopt;
  return OptionValue(Columns{true, std::get<std::vector<std::string>>(*texts)});
}

}  // namespace flowrun
