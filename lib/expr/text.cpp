#include <cstring>

#include "base/utf8.hpp"
#include "expr/operations.hpp"
#include "record/json.hpp"

namespace flowrun::expr {

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += !is_utf8_continuation(c);
  return count;
}

std::size_t code_point_offset(std::string_view text, std::size_t number) {
  std::size_t offset = 0;
  for (; number > 0 && offset < text.size(); --number) {
    ++offset;
    while (offset < text.size() && is_utf8_continuation(text[offset])) ++offset;
  }
  return offset;
}

bool append_json(Evaluation& run, const Value& value, std::string& out) {
  if (!run.fits_as_tree(value)) return false;
  write_json_levels(value, most_nesting, out);
  return true;
}

Value as_text(Evaluation& run, const Value& value) {
  if (value.is_text()) return value;
  std::string json;
  if (!append_json(run, value, json) || !run.has_room(json.size())) return {};
  return Value::text(json, *run.arena);
}

Value join_texts(Evaluation& run, std::string_view left, std::string_view right) {
  const std::size_t size = left.size() + right.size();
  char shorter[Value::most_inline];
  if (size > Value::most_inline && !run.has_room(size)) return {};
  char* const start = size <= Value::most_inline ? shorter : static_cast<char*>(run.arena->allocate(size));
  if (!left.empty()) std::memcpy(start, left.data(), left.size());
  if (!right.empty()) std::memcpy(start + left.size(), right.data(), right.size());
  return Value::text(std::string_view(start, size));
}

}  // namespace flowrun::expr
