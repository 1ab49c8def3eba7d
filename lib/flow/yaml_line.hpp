#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "flow/position.hpp"

namespace flowrun {

/// What one source line says to a person: `- key: value`, whatever YAML makes of it.
struct LineValue {
  std::size_t begin = 0;  // of the key, or of the value where there is none
  std::string_view key;   // as it is written; may be empty
  SourceSpan value;       // without blanks around it and a comment behind it
};

/// Nothing where the line has neither a key nor a dash before its text, or nothing behind them.
std::optional<LineValue> value_on_line(const SourceText& source, std::size_t line);

/// "put it in single quotes: `key: 'value'`", or as a block where it has quotes of its own. Without a key it is an item.
std::string quoting_hint(std::string_view key, std::string_view value);

}  // namespace flowrun
