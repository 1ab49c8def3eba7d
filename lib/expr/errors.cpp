#include <fmt/format.h>

#include "base/utf8.hpp"
#include "expr/operations.hpp"
#include "record/json.hpp"

namespace flowrun::expr {

std::string_view kind_name(const Value& value) {
  switch (value.kind()) {
    case Kind::nothing:
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "boolean";
    case Kind::integer:
    case Kind::number:
    case Kind::digits:
      return "number";
    case Kind::text:
      return "string";
    case Kind::array:
      return "array";
    case Kind::object:
      return "object";
  }
  return "null";
}

namespace {

std::string_view dots_and_end(Kind kind) {
  switch (kind) {
    case Kind::text:
      return "...\"";
    case Kind::array:
      return "...]";
    case Kind::object:
      return "...}";
    default:
      return "...";
  }
}

}  // namespace

// Cut at a character, with the closing quote or bracket behind the dots.
std::string shortened(const Value& value) {
  constexpr std::size_t most_bytes = 29;
  std::string json;
  write_json_start(value, most_bytes + 1, json);
  if (json.size() <= most_bytes) return json;
  const std::string_view tail = dots_and_end(value.kind());
  json.replace(character_end(json, most_bytes - tail.size()), std::string::npos, tail);
  return json;
}

Value type_error(Evaluation& run, const Value& value, std::string_view problem) {
  return run.fail(fmt::format("{} ({}) {}", kind_name(value), shortened(value), problem));
}

Value type_error(Evaluation& run, const Value& left, const Value& right, std::string_view problem) {
  return run.fail(fmt::format("{} ({}) and {} ({}) {}", kind_name(left), shortened(left), kind_name(right),
                              shortened(right), problem));
}

}  // namespace flowrun::expr
