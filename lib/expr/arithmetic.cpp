#include <algorithm>
#include <cmath>
#include <cstring>

#include "expr/operations.hpp"
#include "expr/split.hpp"

namespace flowrun::expr {
namespace {

bool both_integers(const Value& left, const Value& right) {
  return left.kind() == Kind::integer && right.kind() == Kind::integer;
}
bool both_numeric(const Value& left, const Value& right) { return left.is_numeric() && right.is_numeric(); }
bool both_text(const Value& left, const Value& right) { return left.is_text() && right.is_text(); }
bool are_both(Kind kind, const Value& left, const Value& right) { return left.kind() == kind && right.kind() == kind; }

bool is_both_containers(const Value& left, const Value& right) {
  return are_both(Kind::array, left, right) || are_both(Kind::object, left, right);
}

Value join_arrays(Evaluation& run, const Value& left, const Value& right) {
  if (right.size() == 0) return left;
  if (left.size() == 0) return right;
  const std::size_t size = left.size() + std::size_t{right.size()};
  if (!run.has_room(size * sizeof(Value))) return {};
  Value* const items = new_items(*run.arena, size);
  std::copy(left.items().begin(), left.items().end(), items);
  std::copy(right.items().begin(), right.items().end(), items + left.size());
  return Value::array(items, size).with_nesting(std::max(left.nesting(), right.nesting()));
}

Value merge(Evaluation& run, const Value& left, const Value& right) {
  if (right.size() == 0) return left;
  if (left.size() == 0) return right;
  Value whole = left;
  share(run, whole);
  for (const Member& member : right.members()) {
    whole = set_member(run, whole, member.key, member.value);
    if (whole.is_nothing()) return {};
  }
  return whole;
}

Value merge_deeply(Evaluation& run, const Value& left, const Value& right) {
  if (!run.step()) return {};
  Value whole = left;
  share(run, whole);
  for (const Member& member : right.members()) {
    Value value = member.value;
    if (value.kind() == Kind::object) {
      const Value before = member_or_null(whole, member.key);
      if (before.kind() == Kind::object) value = merge_deeply(run, before, value);
    }
    if (!value.is_nothing()) whole = set_member(run, whole, member.key, value);
    if (run.stopped()) return {};
  }
  return whole;
}

// The items of `left` that are not among those of `right`.
Value without(Evaluation& run, const Value& left, const Value& right) {
  if (!run.can_walk(left, "Equality check too deep") || !run.can_walk(right, "Equality check too deep")) return {};
  const auto less = [](const Value& one, const Value& other) { return order(one, other) < 0; };
  Gathering removed(run);
  for (const Value& item : right.items()) removed.add(item);
  const auto values = removed.values();
  std::sort(values.begin(), values.end(), less);
  Gathering kept(run);
  for (const Value& item : left.items()) {
    const auto found = std::lower_bound(values.begin(), values.end(), item, less);
    if (found == values.end() || order(*found, item) != 0) kept.add(item);
    if (!run.step()) return {};
  }
  return kept.array();
}

// Fractions are cut off; below zero there is no text at all.
Value repeat_text(Evaluation& run, const Value& text, double times) {
  constexpr double most_bytes = 536870911;
  if (times < 0 || std::isnan(times)) return Value::null();
  const auto piece = text.as_text();
  if (piece.empty() || times < 1) return Value::text("");
  if (times * static_cast<double>(piece.size()) > most_bytes) return run.fail("Repeat string result too long");
  const auto count = static_cast<std::size_t>(times);
  const std::size_t size = count * piece.size();
  if (!run.has_room(size)) return {};
  char* const start = static_cast<char*>(run.arena->allocate(size));
  for (std::size_t done = 0; done < size; done += piece.size()) std::memcpy(start + done, piece.data(), piece.size());
  return Value::text(std::string_view(start, size));
}

// Saturates where the number is beyond 64 bits, as jq does.
std::int64_t truncated(const Value& number) {
  if (number.kind() == Kind::integer) return number.as_integer();
  const double real = to_double(number);
  if (real >= 9223372036854775807.0) return INT64_MAX;
  if (real <= -9223372036854775808.0) return INT64_MIN;
  return static_cast<std::int64_t>(real);
}

}  // namespace

Value integral(double number) {
  if (number >= -9223372036854775808.0 && number < 9223372036854775808.0 && number == std::floor(number))
    return Value::integer(static_cast<std::int64_t>(number));
  return Value::number(number);
}

Value add(Evaluation& run, const Value& left, const Value& right) {
  std::int64_t sum = 0;
  if (both_integers(left, right) && !__builtin_add_overflow(left.as_integer(), right.as_integer(), &sum))
    return Value::integer(sum);
  if (both_numeric(left, right)) return Value::number(to_double(left) + to_double(right));
  if (both_text(left, right)) return join_texts(run, left.as_text(), right.as_text());
  if (left.is_null()) return right;
  if (right.is_null()) return left;
  if (are_both(Kind::array, left, right)) return join_arrays(run, left, right);
  if (are_both(Kind::object, left, right)) return merge(run, left, right);
  return type_error(run, left, right, "cannot be added");
}

Value add_to(Evaluation& run, const Value& left, const Value& right) {
  const bool grows = is_both_containers(left, right) && right.size() > 0 && left.size() > 0;
  if (!grows) return add(run, left, right);
  Value whole = left;
  if (left.kind() == Kind::array) {
    for (const Value& item : right.items())
      if (!whole.is_nothing()) whole = append_item(run, whole, item);
  } else {
    for (const Member& member : right.members())
      if (!whole.is_nothing()) whole = set_member(run, whole, member.key, member.value);
  }
  return whole;
}

Value subtract(Evaluation& run, const Value& left, const Value& right) {
  std::int64_t difference = 0;
  if (both_integers(left, right) && !__builtin_sub_overflow(left.as_integer(), right.as_integer(), &difference))
    return Value::integer(difference);
  if (both_numeric(left, right)) return Value::number(to_double(left) - to_double(right));
  if (are_both(Kind::array, left, right)) return without(run, left, right);
  return type_error(run, left, right, "cannot be subtracted");
}

Value multiply(Evaluation& run, const Value& left, const Value& right) {
  std::int64_t product = 0;
  if (both_integers(left, right) && !__builtin_mul_overflow(left.as_integer(), right.as_integer(), &product))
    return Value::integer(product);
  if (both_numeric(left, right)) return Value::number(to_double(left) * to_double(right));
  if (left.is_text() && right.is_numeric()) return repeat_text(run, left, to_double(right));
  if (left.is_numeric() && right.is_text()) return repeat_text(run, right, to_double(left));
  if (are_both(Kind::object, left, right)) {
    const bool is_deep = std::min(left.nesting(), right.nesting()) > most_nesting;
    return is_deep ? run.fail("Object merge too deep") : merge_deeply(run, left, right);
  }
  return type_error(run, left, right, "cannot be multiplied");
}

Value divide(Evaluation& run, const Value& left, const Value& right) {
  if (both_numeric(left, right)) {
    const double divisor = to_double(right);
    if (divisor == 0) return type_error(run, left, right, "cannot be divided because the divisor is zero");
    if (both_integers(left, right) && right.as_integer() != -1 && left.as_integer() % right.as_integer() == 0)
      return Value::integer(left.as_integer() / right.as_integer());
    if (both_integers(left, right) && right.as_integer() == -1) return negate(run, left);
    return Value::number(to_double(left) / divisor);
  }
  if (both_text(left, right)) return split_text(run, left.as_text(), right.as_text());
  return type_error(run, left, right, "cannot be divided");
}

Value modulo(Evaluation& run, const Value& left, const Value& right) {
  if (!both_numeric(left, right)) return type_error(run, left, right, "cannot be divided (remainder)");
  if (std::isnan(to_double(left)) || std::isnan(to_double(right))) return Value::number(std::nan(""));
  const std::int64_t divisor = truncated(right);
  if (divisor == 0) return type_error(run, left, right, "cannot be divided (remainder) because the divisor is zero");
  if (divisor == -1 || divisor == 1) return Value::integer(0);
  return Value::integer(truncated(left) % divisor);
}

Value negate(Evaluation& run, const Value& value) {
  if (value.kind() == Kind::integer && value.as_integer() != INT64_MIN) return Value::integer(-value.as_integer());
  if (value.is_numeric()) return Value::number(-to_double(value));
  return type_error(run, value, "cannot be negated");
}

Value calculate(Evaluation& run, Operator operation, const Value& left, const Value& right) {
  switch (operation) {
    case Operator::add:
      return add(run, left, right);
    case Operator::subtract:
      return subtract(run, left, right);
    case Operator::multiply:
      return multiply(run, left, right);
    case Operator::divide:
      return divide(run, left, right);
    default:
      return modulo(run, left, right);
  }
}

Value split_text(Evaluation& run, std::string_view text, std::string_view separator) {
  Gathering pieces(run);
  each_piece(text, separator, [&](const Value& piece) { return pieces.add(piece), true; });
  return pieces.array();
}

}  // namespace flowrun::expr
