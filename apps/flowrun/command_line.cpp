#include "command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>

#include "base/failure.hpp"
#include "base/nearest.hpp"

namespace flowrun {
namespace {

[[noreturn]] void fail(const Command& command, const std::string& message) {
  throw Failure(ExitCode::usage, message + "\nhint: `flowrun help " + command.name + "` shows its options");
}

std::string names(const CommandOption& option) {
  std::string all = "--" + option.name;
  if (option.letter != 0) all = std::string("-") + option.letter + "," + all;
  if (!option.alias.empty()) all += ",--" + option.alias;
  return all;
}

[[noreturn]] void fail_unknown(const Command& command, const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  std::vector<std::string> known = {"--help"};
  for (const CommandOption& option : command.options)
    if (!option.hidden) known.push_back("--" + option.name);
  const std::string near = did_you_mean(name, known);
  const bool may_be_argument = near.empty() && command.arguments == "EXPR";
  fail(command, "unknown option " + name + (near.empty() ? "" : ": " + near) +
                    (may_be_argument ? "; an expression that begins with a dash and a letter stands behind `--`" : ""));
}

/// One dash or two with no letter behind begin no option but an expression, such as `-.a`.
bool is_option(const std::string& word) {
  const std::size_t letter = word.find_first_not_of('-');
  return (letter == 1 || letter == 2) && std::isalpha(static_cast<unsigned char>(word[letter])) != 0;
}

/// What is left when all known options are taken; behind `--` nothing is an option.
void take_arguments(const Command& command, const std::vector<std::string>& words, Invocation& invocation) {
  bool only_arguments = false;
  for (const std::string& word : words) {
    if (!only_arguments && word == "--")
      only_arguments = true;
    else if (!only_arguments && is_option(word))
      fail_unknown(command, word);
    else
      invocation.arguments.push_back(word);
  }
}

void check_arguments(const Command& command, const std::vector<std::string>& arguments) {
  if (arguments.size() < command.fewest) fail(command, "`flowrun " + command.name + "` needs " + command.arguments);
  if (arguments.size() > command.most)
    fail(command, "`flowrun " + command.name + "` does not expect \"" + arguments[command.most] + "\"");
}

void check_choices(const Command& command, const Invocation& invocation) {
  for (const CommandOption& option : command.options) {
    const std::string* const value = invocation.find(option.name);
    if (value == nullptr || option.choices.empty()) continue;
    if (std::find(option.choices.begin(), option.choices.end(), *value) != option.choices.end()) continue;
    std::string expected;
    for (const std::string& choice : option.choices) expected += (expected.empty() ? "" : ", ") + choice;
    const std::string near = did_you_mean(*value, option.choices);
    fail(command,
         "--" + option.name + " \"" + *value + "\": expected one of " + expected + (near.empty() ? "" : "; " + near));
  }
}

void add(const CommandOption& option, CLI::App& app, Invocation& invocation) {
  if (option.is_flag()) {
    app.add_flag_callback(names(option),
                          [&invocation, name = option.name] { invocation.options.emplace_back(name, "true"); });
    return;
  }
  const auto keep = [&invocation, name = option.name](const CLI::results_t& values) {
    for (const std::string& value : values) invocation.options.emplace_back(name, value);
    return true;
  };
  CLI::Option* const added = app.add_option(names(option), keep);
  added->type_size(option.values())->expected(1, option.repeatable ? CLI::detail::expected_max_vector_size : 1);
  added->allow_extra_args(false);  // one value (or pair) behind each mention of it
  added->multi_option_policy(option.repeatable ? CLI::MultiOptionPolicy::TakeAll : CLI::MultiOptionPolicy::TakeLast);
}

}  // namespace

Invocation parse_command_line(const Command& command, std::vector<std::string> words) {
  CLI::App app;
  app.set_help_flag("");
  // Unknown options are reported in our words; and CLI11 would take an argument in brackets, as expressions often are, for
  // a list and cut it at its commas.
  app.allow_extras();
  Invocation invocation;
  bool help = false;
  app.add_flag("-h,--help", help);
  for (const CommandOption& option : command.options) add(option, app, invocation);
  std::reverse(words.begin(), words.end());  // the order that CLI11 takes them in
  try {
    app.parse(std::move(words));
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string message = error.what();  // "--workers: 1 required  missing"
    fail(command, message.substr(0, message.find(':')) + " needs a value");
  } catch (const CLI::ParseError& error) {
    fail(command, error.what());
  }
  if (help) invocation.options = {{"help", "true"}};
  if (help) return invocation;
  take_arguments(command, app.remaining(), invocation);
  check_arguments(command, invocation.arguments);
  check_choices(command, invocation);
  return invocation;
}

}  // namespace flowrun
