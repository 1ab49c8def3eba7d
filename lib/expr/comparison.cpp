#include <algorithm>
#include <cmath>

#include "expr/operations.hpp"

namespace flowrun::expr {
namespace {

bool is_nan(const Value& value) { return value.kind() == Kind::number && std::isnan(value.as_number()); }

// As jq sees kinds: true and false are two.
bool are_of_one_kind(const Value& left, const Value& right) {
  return kind_name(left) == kind_name(right) && (left.kind() != Kind::boolean || left.holds() == right.holds());
}

// Nothing in the optional: an error was noted.
std::optional<bool> contains_items(Evaluation& run, const Value& whole, const Value& part) {
  for (const Value& wanted : part.items()) {
    bool found = false;
    for (const Value& item : whole.items()) {
      const bool comparable = are_of_one_kind(item, wanted);
      const auto answer = comparable ? contains(run, item, wanted) : false;
      if (!answer) return std::nullopt;
      found = *answer;
      if (found) break;
    }
    if (!found) return false;
  }
  return true;
}

std::optional<bool> contains_members(Evaluation& run, const Value& whole, const Value& part) {
  for (const Member& wanted : part.members()) {
    const Value* const found = find(whole, wanted.key.as_text());
    if (found == nullptr || !are_of_one_kind(*found, wanted.value)) return false;
    const auto answer = contains(run, *found, wanted.value);
    if (!answer || !*answer) return answer;
  }
  return true;
}

}  // namespace

int order(const Value& left, const Value& right) {
  if (left.kind() == Kind::integer && right.kind() == Kind::integer)
    return (left.as_integer() > right.as_integer()) - (left.as_integer() < right.as_integer());
  if (left.kind() == Kind::number && right.kind() == Kind::number && !is_nan(left) && !is_nan(right))
    return (left.as_number() > right.as_number()) - (left.as_number() < right.as_number());
  if (left.is_text() && right.is_text()) return left.as_text().compare(right.as_text());
  if (is_nan(left) && right.is_numeric()) return -1;
  if (is_nan(right) && left.is_numeric()) return 1;
  return compare(left, right);
}

bool holds(Operator comparison, const Value& left, const Value& right) {
  switch (comparison) {
    case Operator::equal:
      return left.is_text() && right.is_text() ? left.as_text() == right.as_text() : order(left, right) == 0;
    case Operator::not_equal:
      return !holds(Operator::equal, left, right);
    case Operator::less:
      return order(left, right) < 0;
    case Operator::less_equal:
      return order(left, right) <= 0;
    case Operator::greater:
      return order(left, right) > 0;
    default:
      return order(left, right) >= 0;
  }
}

std::optional<bool> contains(Evaluation& run, const Value& whole, const Value& part) {
  constexpr const char* too_deep = "Containment check too deep";
  if (!run.step() || !run.can_walk(whole, too_deep) || !run.can_walk(part, too_deep)) return std::nullopt;
  if (whole.is_text() && part.is_text()) return whole.as_text().find(part.as_text()) != std::string_view::npos;
  if (whole.kind() == Kind::object && part.kind() == Kind::object) return contains_members(run, whole, part);
  if (whole.kind() == Kind::array && part.kind() == Kind::array) return contains_items(run, whole, part);
  if (are_of_one_kind(whole, part)) return order(whole, part) == 0;
  type_error(run, whole, part, "cannot have their containment checked");
  return std::nullopt;
}

}  // namespace flowrun::expr
