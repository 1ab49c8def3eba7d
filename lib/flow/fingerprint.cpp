#include "flow/fingerprint.hpp"

#include <fmt/format.h>
#include <string_view>
#include <type_traits>

#include "base/units.hpp"

namespace flowrun {
namespace {

std::string text_of(const std::vector<OptionSpec>& specs, const Options& options);

std::string text_of(const ProgramPtr& program) { return program != nullptr ? program->canonical_text() : "none"; }

std::string text_of(const FieldPrograms& fields) {
  std::string text;
  for (const FieldProgram& field : fields)
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", field.name, text_of(field.program));
  return "{" + text + "}";
}

// The names of sides; where they come from is free.
std::string text_of(const std::vector<std::pair<std::string, std::string>>& named) {
  std::string text;
  for (const auto& [name, target] : named) text += (text.empty() ? "" : ", ") + name;
  return "[" + text + "]";
}

std::string text_of(const OptionSpec& spec, const OptionValue& value) {
  return std::visit(
      [&](const auto& each) -> std::string {
        using T = std::decay_t<decltype(each)>;
        if constexpr (std::is_same_v<T, Duration>)
          return format_duration(each);
        else if constexpr (std::is_same_v<T, Time>)
          return fmt::format("{}", each.time_since_epoch().count());
        else if constexpr (std::is_same_v<T, std::shared_ptr<const Options>>)
          return text_of(spec.nested, *each);
        else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>)
          return fmt::format("{}", each);
        else if constexpr (requires { text_of(each); })
          return text_of(each);
        else
          return {};
      },
      value);
}

std::string text_of(const std::vector<OptionSpec>& specs, const Options& options) {
  std::string text;
  for (const OptionSpec& spec : specs) {
    const OptionValue* const value = options.find(spec.name);
    if (value == nullptr || spec.free_to_change || spec.type == OptionType::calls) continue;
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", spec.name, text_of(spec, *value));
  }
  return "{" + text + "}";
}

std::string text_of(const Call& call) {
  std::string text;
  for (const ProgramPtr& argument : call.arguments) text += (text.empty() ? "" : "; ") + text_of(argument);
  return fmt::format("{}({}){}", call.function, text, call.by_time ? " by time" : "");
}

}  // namespace

std::string fingerprint_of(const Spec& spec, const Options& options) {
  std::string text = fmt::format("{} {}", spec.name, text_of(spec.options, options));
  for (const OptionSpec& option : spec.options)
    if (const auto* const calls = options.get<std::vector<Call>>(option.name); calls != nullptr)
      for (const Call& call : *calls) text += fmt::format("\nvalue {} = {}", call.name, text_of(call));
  return text;
}

}  // namespace flowrun
