#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "expr/evaluation.hpp"

namespace flowrun::expr {

/// What `@name` makes of a value.
enum class Format : std::uint8_t { text, json, csv, tsv, html, uri, urid, sh, base64, base64d, base32, base32d };

/// `name` with its @. None: there is no such format.
std::optional<Format> find_format(std::string_view name);

/// The value as a text in the format; nothing where an error was noted.
Value format_value(Evaluation& run, Format format, const Value& value);

}  // namespace flowrun::expr
