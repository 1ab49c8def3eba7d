#include "run_settings.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>

#include "base/failure.hpp"
#include "flow/run_options.hpp"

namespace flowrun {
namespace {

/// The text of an option and where it was given.
struct Given {
  std::string text;
  std::string origin;
};

std::optional<Given> given(const RunOption& option, const Invocation& flags, const RunTexts& from_file) {
  if (const std::string* const flag = flags.find(option.flag())) return Given{*flag, "--" + option.flag()};
  if (const char* const variable = std::getenv(option.variable.c_str()); variable != nullptr && *variable != '\0')
    return Given{variable, option.variable};
  for (const auto& [name, text] : from_file)
    if (name == option.spec.name) return Given{text, "runtime." + name};
  return std::nullopt;
}

[[noreturn]] void wrong(const Given& given, const std::string& expected) {
  throw Failure(ExitCode::usage, given.origin + " \"" + given.text + "\": expected " + expected);
}

std::size_t whole_number(const Given& given, const OptionSpec& spec) {
  const auto least = static_cast<std::size_t>(*spec.smallest);
  const auto most = static_cast<std::size_t>(*spec.largest);
  std::size_t number = 0;
  const char* const end = given.text.data() + given.text.size();
  const auto [parsed, fault] = std::from_chars(given.text.data(), end, number);
  if (fault != std::errc() || parsed != end || number < least || number > most)
    wrong(given, "a whole number, " + std::to_string(least) + " to " + std::to_string(most));
  return number;
}

bool truth(const Given& given) {
  if (given.text == "true" || given.text == "1") return true;
  if (given.text == "false" || given.text == "0") return false;
  wrong(given, "true or false");
}

const std::string& choice(const Given& given, const OptionSpec& spec) {
  if (std::find(spec.choices.begin(), spec.choices.end(), given.text) != spec.choices.end()) return given.text;
  std::string expected;
  for (const std::string& each : spec.choices) expected += (expected.empty() ? "one of " : ", ") + each;
  wrong(given, expected);
}

}  // namespace

RunSettings run_settings(const Invocation& flags, const RunTexts& from_file) {
  RunSettings settings;
  for (const RunOption& option : run_options()) {
    const std::optional<Given> found = given(option, flags, from_file);
    if (!found) continue;
    const std::string& name = option.spec.name;
    if (name == "workers") settings.workers = whole_number(*found, option.spec);
    if (name == "fail_on_rejects") settings.fail_on_rejects = truth(*found);
    if (name == "log_level") settings.log_level = *parse_log_level(choice(*found, option.spec));
    if (name == "log_format")
      settings.log_format = choice(*found, option.spec) == "json" ? LogFormat::json : LogFormat::text;
  }
  return settings;
}

std::vector<CommandOption> run_command_options() {
  std::vector<CommandOption> options;
  for (const RunOption& option : run_options()) {
    CommandOption made;
    made.name = option.flag();
    made.letter = option.letter;
    made.value_name = option.value_name;
    made.help = option.spec.doc;
    made.group = option.group;
    made.default_text = option.spec.default_text;
    made.variable = option.variable;
    made.choices = option.spec.choices;
    made.alias = option.alias;
    made.repeatable = option.spec.type == OptionType::texts;
    options.push_back(std::move(made));
  }
  return options;
}

}  // namespace flowrun
