#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "component/options.hpp"
#include "component/spec.hpp"

namespace flowrun {

/// What is wrong with a value that stands for an option.
struct TextFault {
  std::string_view code;
  std::string message;
  std::string hint;
};

/// The option that `value` stands for: a text as written in the file, or what a template gave.
Result<OptionValue, TextFault> convert_option(const OptionSpec& spec, const Value& value);

/// A value that passes every check, for one that is known when the flow runs only. `text` is how it is written.
OptionValue assumed_value(const OptionSpec& spec, std::string_view text);

/// What a person should write there: "a duration such as `10s`".
std::string expected_text(const OptionSpec& spec);

/// The option is written as a jq expression.
bool is_expression(OptionType type);

/// `[A-Za-z_][A-Za-z0-9_-]*`.
bool is_field_name(std::string_view name);

/// "`a`, `b` or `c`".
std::string list_of(const std::vector<std::string>& names);

}  // namespace flowrun
