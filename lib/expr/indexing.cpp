#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "expr/operations.hpp"

namespace flowrun::expr {
namespace {

Value item_or_null(const Value& array, const Value& key) {
  double position = std::trunc(to_double(key));
  if (std::isnan(position)) return Value::null();
  if (position < 0) position += array.size();
  if (position < 0 || position >= array.size()) return Value::null();
  return array.items()[static_cast<std::size_t>(position)];
}

Value slice_by_key(Evaluation& run, const Value& value, const Value& key) {
  if (value.is_null()) return value;
  const Value* const from = find(key, "start");
  const Value* const to = find(key, "end");
  if (from == nullptr || to == nullptr) return run.fail("Array/string slice indices must be integers");
  return slice(run, value, *from, *to);
}

}  // namespace

const Value& find_or_null(const Value& object, const Value& key) {
  const Value* const found = find(object, key.as_text());
  return found != nullptr ? *found : null_value;
}

Value index(Evaluation& run, const Value& value, const Value& key) {
  switch (value.kind()) {
    case Kind::object:
      if (key.is_text()) return member_or_null(value, key);
      break;
    case Kind::array:
      if (key.is_numeric()) return item_or_null(value, key);
      if (key.kind() == Kind::object) return slice_by_key(run, value, key);
      if (key.kind() == Kind::array) return indices_of_items(run, value, key);
      break;
    case Kind::null:
      if (key.is_text() || key.is_numeric()) return Value::null();
      if (key.kind() == Kind::object) return slice_by_key(run, value, key);
      break;
    case Kind::text:
      if (key.kind() == Kind::object) return slice_by_key(run, value, key);
      break;
    default:
      break;
  }
  return run.fail(fmt::format("Cannot index {} with {} ({})", kind_name(value), kind_name(key), shortened(key)));
}

Value refuse_iteration(Evaluation& run, const Value& value) {
  return run.fail(fmt::format("Cannot iterate over {} ({})", kind_name(value), shortened(value)));
}

std::optional<Bounds> slice_bounds(const Value& from, const Value& to, std::size_t length) {
  if ((!from.is_null() && !from.is_numeric()) || (!to.is_null() && !to.is_numeric())) return std::nullopt;
  const auto size = static_cast<double>(length);
  double begin = from.is_null() ? 0 : to_double(from);
  double end = to.is_null() ? size : to_double(to);
  if (std::isnan(begin)) begin = 0;
  if (std::isnan(end)) end = size;
  if (begin < 0) begin += size;
  if (end < 0) end += size;
  begin = std::floor(std::clamp(begin, 0.0, size));
  end = std::max(begin, std::ceil(std::clamp(end, 0.0, size)));
  return Bounds{static_cast<std::size_t>(begin), static_cast<std::size_t>(end)};
}

std::optional<Bounds> slice_bounds_of(const Value& key, std::size_t length) {
  const Value* const from = find(key, "start");
  const Value* const to = find(key, "end");
  return from != nullptr && to != nullptr ? slice_bounds(*from, *to, length) : std::nullopt;
}

Value slice(Evaluation& run, const Value& value, const Value& from, const Value& to) {
  if (value.is_null()) return value;
  const bool is_text = value.is_text();
  if (!is_text && value.kind() != Kind::array) {
    const Value key = slice_key(run, from, to);
    return run.fail(fmt::format("Cannot index {} with object ({})", kind_name(value), shortened(key)));
  }
  const std::size_t length = is_text ? count_code_points(value.as_text()) : value.size();
  const auto bounds = slice_bounds(from, to, length);
  if (!bounds) return run.fail("Array/string slice indices must be integers");
  if (is_text) {
    const auto rest = value.as_text().substr(code_point_offset(value.as_text(), bounds->from));
    return Value::text(rest.substr(0, code_point_offset(rest, bounds->to - bounds->from)));
  }
  const std::size_t size = bounds->to - bounds->from;
  if (!run.has_room(size * sizeof(Value))) return {};
  Value* const items = new_items(*run.arena, size);
  std::copy_n(value.items().begin() + static_cast<std::ptrdiff_t>(bounds->from), size, items);
  return Value::array(items, size).with_nesting(value.nesting());
}

Value slice_key(Evaluation& run, const Value& from, const Value& to) {
  Member* const members = new_members(*run.arena, 2);
  members[0] = {Value::text("start"), from};
  members[1] = {Value::text("end"), to};
  return Value::object(members, 2);
}

Value has(Evaluation& run, const Value& value, const Value& key) {
  if (value.is_null()) return Value::boolean(false);
  if (value.kind() == Kind::object && key.is_text()) return Value::boolean(find(value, key.as_text()) != nullptr);
  if (value.kind() == Kind::array && key.is_numeric()) {
    const double position = std::trunc(to_double(key));
    return Value::boolean(position >= 0 && position < value.size());
  }
  return run.fail(fmt::format("Cannot check whether {} has a {} key", kind_name(value), kind_name(key)));
}

Value indices_of_items(Evaluation& run, const Value& array, const Value& part) {
  if (!run.can_walk(array, "Equality check too deep") || !run.can_walk(part, "Equality check too deep")) return {};
  Gathering found(run);
  const auto items = array.items();
  const auto wanted = part.items();
  if (wanted.empty()) return found.array();
  for (std::size_t from = 0; from + wanted.size() <= items.size(); ++from) {
    if (!run.step()) return {};
    std::size_t same = 0;
    while (same < wanted.size() && order(items[from + same], wanted[same]) == 0) ++same;
    if (same == wanted.size()) found.add(Value::integer(static_cast<std::int64_t>(from)));
  }
  return found.array();
}

Value length(Evaluation& run, const Value& value) {
  switch (value.kind()) {
    case Kind::null:
      return Value::integer(0);
    case Kind::text:
      return Value::integer(static_cast<std::int64_t>(count_code_points(value.as_text())));
    case Kind::array:
    case Kind::object:
      return Value::integer(static_cast<std::int64_t>(value.size()));
    case Kind::integer:
      return value.as_integer() < 0 ? negate(run, value) : value;
    case Kind::number:
    case Kind::digits:
      return Value::number(std::fabs(to_double(value)));
    default:
      return type_error(run, value, "has no length");
  }
}

}  // namespace flowrun::expr
