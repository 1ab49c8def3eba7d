#include <algorithm>
#include <cmath>
#include <vector>

#include "record/decimal.hpp"
#include "record/sorted_members.hpp"
#include "record/value.hpp"

namespace flowrun {
namespace {

// Up to here every integer is a double whose shortest digits are its own.
constexpr std::int64_t largest_safe = (std::int64_t{1} << 53) - 1;

int sign_of(std::strong_ordering order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

// Order of the kinds; those of numbers are one.
int rank(const Value& value) {
  switch (value.kind()) {
    case Kind::nothing:
      return 0;
    case Kind::null:
      return 1;
    case Kind::boolean:
      return value.as_boolean() ? 3 : 2;
    case Kind::integer:
    case Kind::number:
    case Kind::digits:
      return 4;
    case Kind::text:
      return 5;
    case Kind::array:
      return 6;
    case Kind::object:
      break;
  }
  return 7;
}

bool is_double_like(const Value& value) {
  return value.kind() == Kind::number ||
         (value.kind() == Kind::integer && value.as_integer() >= -largest_safe && value.as_integer() <= largest_safe);
}

bool is_nan(const Value& value) { return value.kind() == Kind::number && std::isnan(value.as_number()); }

int compare_numbers(const Value& left, const Value& right) {
  if (left.kind() == Kind::integer && right.kind() == Kind::integer)
    return sign_of(left.as_integer() <=> right.as_integer());
  if (is_nan(left)) return -1;
  if (is_nan(right)) return 1;
  if (is_double_like(left) && is_double_like(right)) {
    const double a = to_double(left);
    const double b = to_double(right);
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return compare(to_decimal(left), to_decimal(right));
}

int compare_arrays(std::span<const Value> left, std::span<const Value> right) {
  const std::size_t common = std::min(left.size(), right.size());
  for (std::size_t position = 0; position < common; ++position)
    if (const int order = compare(left[position], right[position]); order != 0) return order;
  return sign_of(left.size() <=> right.size());
}

// The sets of keys first, as sorted arrays; where they are the same the values, by sorted key.
int compare_objects(const Value& left, const Value& right) {
  const SortedMembers ours(left);
  const SortedMembers theirs(right);
  const std::size_t common = std::min(ours.size(), theirs.size());
  for (std::size_t position = 0; position < common; ++position)
    if (const int order = compare(ours[position].key, theirs[position].key); order != 0) return order;
  if (ours.size() != theirs.size()) return sign_of(ours.size() <=> theirs.size());
  for (std::size_t position = 0; position < common; ++position)
    if (const int order = compare(ours[position].value, theirs[position].value); order != 0) return order;
  return 0;
}

}  // namespace

int compare(const Value& left, const Value& right) {
  if (const int order = rank(left) - rank(right); order != 0) return order;
  switch (left.kind()) {
    case Kind::text:
      return left.as_text().compare(right.as_text());
    case Kind::array:
      return compare_arrays(left.items(), right.items());
    case Kind::object:
      return compare_objects(left, right);
    default:
      return left.is_numeric() ? compare_numbers(left, right) : 0;
  }
}

double to_double(const Value& number) {
  switch (number.kind()) {
    case Kind::integer:
      return static_cast<double>(number.as_integer());
    case Kind::digits:
      return to_double(number.as_text());
    default:
      return number.as_number();
  }
}

SortedMembers::SortedMembers(const Value& object) {
  if (object.size() > few_.size()) {
    many_.resize(object.size());
    sorted_ = many_;
  } else {
    sorted_ = std::span(few_).first(object.size());
  }
  std::size_t position = 0;
  for (const Member& member : object.members()) sorted_[position++] = &member;
  std::sort(sorted_.begin(), sorted_.end(),
            [](const Member* left, const Member* right) { return left->key.as_text() < right->key.as_text(); });
}

}  // namespace flowrun
