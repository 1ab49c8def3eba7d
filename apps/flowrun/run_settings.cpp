#include "run_settings.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "base/failure.hpp"
#include "base/nearest.hpp"
#include "flow/option_text.hpp"
#include "flow/run_options.hpp"
#include "os/memory.hpp"

namespace flowrun {
namespace {

/// A text that was given from outside, and where.
struct Given {
  std::string text;
  std::string origin;
};

/// What people write for a switch in the environment; other texts stay as they are, and are a fault of their type.
std::string truth_of(const std::string& text) {
  if (text == "1" || text == "on" || text == "yes") return "true";
  if (text == "0" || text == "off" || text == "no") return "false";
  return text;
}

std::optional<Given> given(const RunOption& option, const Invocation& flags) {
  if (const std::string* const flag = flags.find(option.flag())) return Given{*flag, "--" + option.flag()};
  if (const char* const variable = std::getenv(option.variable.c_str()); variable != nullptr && *variable != '\0')
    return Given{option.spec.type == OptionType::boolean ? truth_of(variable) : variable, option.variable};
  return std::nullopt;
}

/// The option in the type that its Spec declares: as given from outside, else as it stands in the flow file, else the default.
OptionValue setting(const RunOption& option, const Invocation& flags, const Options& from_file) {
  const std::optional<Given> outside = given(option, flags);
  if (!outside && from_file.has(option.spec.name)) return *from_file.find(option.spec.name);
  const std::string& text = outside ? outside->text : option.spec.default_text;
  OptionSpec spec = option.spec;
  if (outside) spec.name = outside->origin;
  auto value = convert_option(spec, Value::text(text));
  if (value) return std::move(*value);
  const TextFault& fault = value.error();
  throw Failure(ExitCode::usage, fault.message + (fault.hint.empty() ? "" : "\nhint: " + fault.hint));
}

/// Nothing where an option without a default was not given.
std::optional<OptionValue> optional_setting(const RunOption& option, const Invocation& flags,
                                            const Options& from_file) {
  if (!given(option, flags) && !from_file.has(option.spec.name)) return std::nullopt;
  return setting(option, flags, from_file);
}

}  // namespace

void require_known_variables(const std::map<std::string, std::string>& environment) {
  constexpr std::string_view ours = "FLOWRUN_";
  std::vector<std::string> known;
  for (const RunOption& option : run_options()) known.push_back(option.variable);
  for (const auto& [name, value] : environment) {
    const auto begins_with = [&variable = name](std::string_view begin) { return variable.rfind(begin, 0) == 0; };
    if (!begins_with(ours) || begins_with("FLOWRUN_PARAM_") || begins_with("FLOWRUN_SECRET_")) continue;
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string near = did_you_mean(name, known);
    throw Failure(ExitCode::usage,
                  "no option has the variable " + name +
                      "\nhint: " + (near.empty() ? "`flowrun help run` shows the variables of the environment" : near));
  }
}

RunSettings run_settings(const Invocation& flags, const Options& from_file) {
  const auto value = [&](std::string_view name) { return setting(*run_option(name), flags, from_file); };
  RunSettings settings;
  settings.workers = static_cast<std::size_t>(std::get<std::int64_t>(value("workers")));
  settings.fail_on_rejects = std::get<bool>(value("fail_on_rejects"));
  settings.fail_on_late = std::get<bool>(value("fail_on_late"));
  settings.finishes_at_end = std::get<std::string>(value("at_end")) == "close";
  const auto most_state = optional_setting(*run_option("max_state"), flags, from_file);
  settings.most_state =
      most_state ? static_cast<std::uint64_t>(std::get<std::int64_t>(*most_state)) : available_memory() / 4 * 3;
  settings.drain_timeout = std::get<Duration>(value("drain_timeout"));
  settings.recovery_directory = std::get<std::string>(value("recovery_directory"));
  settings.epoch_interval = std::get<Duration>(value("epoch_interval"));
  settings.discarded_steps = flags.all("discard-state");
  settings.ignores_state = std::get<bool>(value("ignore_state"));
  settings.ignores_missing_partitions = std::get<bool>(value("ignore_missing_partitions"));
  settings.log_level = *parse_log_level(std::get<std::string>(value("log_level")));
  settings.log_format = std::get<std::string>(value("log_format")) == "json" ? LogFormat::json : LogFormat::text;
  const std::string progress = std::get<std::string>(value("progress"));
  if (progress != "auto") settings.progress = progress == "on";
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
