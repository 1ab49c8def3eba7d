#include "reference.hpp"

namespace flowrun {
namespace {

const char* type_name(OptionType type) {
  switch (type) {
    case OptionType::text:
      return "text";
    case OptionType::texts:
      return "text or list of texts";
    case OptionType::interpolation:
      return "text with \\( )";
    case OptionType::integer:
      return "integer";
    case OptionType::number:
      return "number";
    case OptionType::boolean:
      return "true or false";
    case OptionType::duration:
      return "duration";
    case OptionType::size:
      return "size";
    case OptionType::rate:
      return "rate";
    case OptionType::choice:
      return "one of";
    case OptionType::time:
      return "time";
    case OptionType::expression:
      return "expression";
    case OptionType::condition:
      return "condition";
    case OptionType::outputs:
      return "expression, any number of outputs";
    case OptionType::fields:
      return "names to expressions";
    case OptionType::outputs_or_fields:
      return "expression, or names to expressions";
    case OptionType::expression_or_fields:
      return "expression, or names to expressions";
    case OptionType::conditions:
      return "names to conditions";
    case OptionType::calls:
      return "names to calls";
    case OptionType::step:
      return "step";
    case OptionType::steps:
      return "names to steps";
    case OptionType::options:
      return "mapping";
    case OptionType::choice_or_options:
      return "one of";
    case OptionType::json:
      return "any value";
    case OptionType::codec:
      return "codec";
    case OptionType::columns:
      return "true, false or list of names";
  }
  return "";
}

std::string plain(double number) {
  const auto whole = static_cast<long long>(number);
  return static_cast<double>(whole) == number ? std::to_string(whole) : std::to_string(number);
}

/// What is known of an option besides its name, type and text.
std::string facts(const OptionSpec& option) {
  std::string text = option.required ? "required" : option.default_text.empty() ? "" : "default " + option.default_text;
  const auto add = [&text](const std::string& fact) { text += (text.empty() ? "" : ", ") + fact; };
  if (option.smallest && option.largest)
    add(plain(*option.smallest) + " to " + plain(*option.largest));
  else if (option.smallest)
    add("at least " + plain(*option.smallest));
  else if (option.largest)
    add("at most " + plain(*option.largest));
  if (!option.unit.empty()) add("in " + option.unit);
  if (option.secret) add("secret");
  for (const std::string& variable : option.variables) add("$" + variable);
  return text;
}

void add_options(const std::vector<OptionSpec>& options, const std::string& prefix, std::string& text) {
  for (const OptionSpec& option : options) {
    const std::string name = prefix + option.name;
    text += "  " + name + std::string(name.size() < 22 ? 22 - name.size() : 1, ' ') + option.doc + "\n";
    const std::string known = facts(option);
    text += std::string(24, ' ') + shown_type(option) + (known.empty() ? "" : "; " + known) + "\n";
    add_options(option.nested, name + ".", text);
  }
}

/// For a cell of a table.
std::string cell(const std::string& text) {
  std::string out;
  for (const char byte : text) out += byte == '|' ? std::string("\\|") : std::string(1, byte);
  return out;
}

/// With a capital in front and one full stop behind.
std::string sentence(std::string text) {
  if (text.empty()) return text;
  if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  if (text.back() != '.') text += '.';
  return text;
}

void add_rows(const std::vector<OptionSpec>& options, const std::string& prefix, std::string& text) {
  for (const OptionSpec& option : options) {
    const std::string name = prefix + option.name;
    text += "| `" + name + "` | " + shown_type(option) + " | " + facts(option) + " | " + cell(option.doc) + " |\n";
    add_rows(option.nested, name + ".", text);
  }
}

std::string indented(const std::string& lines, const std::string& by) {
  std::string text = by;
  for (std::size_t i = 0; i < lines.size(); i++) {
    text += lines[i];
    if (lines[i] == '\n' && i + 1 < lines.size()) text += by;
  }
  if (text.back() != '\n') text += '\n';
  return text;
}

std::string output_names(const Spec& spec) {
  std::string names;
  for (const std::string& output : spec.outputs) names += (names.empty() ? "" : ", ") + output;
  return names;
}

}  // namespace

std::string shown_type(const OptionSpec& option) {
  std::string shown = type_name(option.type);
  for (std::size_t i = 0; i < option.choices.size(); i++) shown += (i == 0 ? " " : ", ") + option.choices[i];
  if (option.type == OptionType::choice_or_options) shown += ", or a mapping";
  return option.may_be_never ? shown + " or never" : shown;
}

std::string reference(const Spec& spec) {
  std::string text = spec.name + ": " + spec.summary + "\n";
  if (spec.value)
    text += "\nvalue: " + shown_type(*spec.value) + (spec.value->doc.empty() ? "" : "; " + spec.value->doc) + "\n";
  if (!spec.options.empty()) text += "\noptions:\n";
  add_options(spec.options, "", text);
  if (!spec.outputs.empty()) text += "\noutputs besides the main one: " + output_names(spec) + "\n";
  if (!spec.guarantee.empty()) text += "\nguarantee, with recovery: " + spec.guarantee + "\n";
  if (!spec.example.empty()) text += "\nexample:\n" + indented(spec.example, "  ");
  return text;
}

std::string markdown_options(const std::vector<OptionSpec>& options) {
  if (options.empty()) return "";
  std::string text = "| option | type | | |\n|---|---|---|---|\n";
  add_rows(options, "", text);
  return text;
}

std::string markdown_reference(const Spec& spec) {
  std::string text = "#### `" + spec.name + "`\n\n" + sentence(spec.summary);
  if (spec.value) text += " Value: " + shown_type(*spec.value) + ". " + sentence(spec.value->doc);
  if (!spec.outputs.empty()) text += " Outputs besides the main one: " + output_names(spec) + ".";
  if (!spec.guarantee.empty()) text += " Guarantee, with recovery: " + sentence(spec.guarantee);
  text += "\n";
  if (!spec.options.empty()) text += "\n" + markdown_options(spec.options);
  if (!spec.example.empty()) text += "\n```yaml\n" + indented(spec.example, "") + "```\n";
  return text + "\n";
}

}  // namespace flowrun
