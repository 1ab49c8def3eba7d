#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "record/arena.hpp"
#include "record/value.hpp"

namespace flowrun::expr {

/// Reads a JSON text the way jq does: what the strict reader refuses and jq takes (`nan`, `-Infinity`, `.5`, `+1`, `007`), and
/// jq's messages for the rest, with line and column. `text` is UTF-8. Values live in `arena`. Slower than JsonReader, so it
/// reads only what that has refused.
Result<Value, std::string> read_lenient_json(std::string_view text, Arena& arena);

/// A number as jq writes it (`.5`, `5.`, `+1`, `007`) in JSON's grammar; empty where it is none.
std::string to_json_number(std::string_view token);

}  // namespace flowrun::expr
