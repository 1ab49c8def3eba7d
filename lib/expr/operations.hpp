#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "expr/evaluation.hpp"
#include "expr/syntax.hpp"

/// What jq's operators do with values. Functions that can fail note the error in the evaluation and return nothing.
namespace flowrun::expr {

// errors.cpp

/// "null", "boolean", "number", "string", "array" or "object".
std::string_view kind_name(const Value& value);
/// `value` as JSON, cut to what fits in a message.
std::string shortened(const Value& value);
/// "string (\"a\") <problem>".
Value type_error(Evaluation& run, const Value& value, std::string_view problem);
/// "string (\"a\") and number (1) <problem>".
Value type_error(Evaluation& run, const Value& left, const Value& right, std::string_view problem);

// arithmetic.cpp

Value add(Evaluation& run, const Value& left, const Value& right);
/// The same, where nobody needs `left` afterwards.
Value add_to(Evaluation& run, const Value& left, const Value& right);
Value subtract(Evaluation& run, const Value& left, const Value& right);
Value multiply(Evaluation& run, const Value& left, const Value& right);
Value divide(Evaluation& run, const Value& left, const Value& right);
Value modulo(Evaluation& run, const Value& left, const Value& right);
Value negate(Evaluation& run, const Value& value);
Value calculate(Evaluation& run, Operator operation, const Value& left, const Value& right);
/// `number` as an integer where it has no fraction and fits, else as it is.
Value integral(double number);
/// The pieces of `text` between `separator`s; its characters where that is empty.
Value split_text(Evaluation& run, std::string_view text, std::string_view separator);

// comparison.cpp

/// jq's order; not a number is below every number, itself too.
int order(const Value& left, const Value& right);
bool holds(Operator comparison, const Value& left, const Value& right);
/// Whether `whole` contains `part`, as jq's `contains`; nothing in the optional: an error was noted.
std::optional<bool> contains(Evaluation& run, const Value& whole, const Value& part);

// indexing.cpp

inline const Value null_value = Value::null();
inline constexpr std::size_t most_searched = 16;  // members that are compared with a key where it is needed
/// The value under a key of an object that is text; null where there is none. As long as the object's memory.
const Value& find_or_null(const Value& object, const Value& key);
/// The same of a key that is inline, in an object of at most `most_searched` members.
inline const Value& searched_member_or_null(const Value& object, const Value& key) {
  const Member* member = object.members().data();
  for (const Member* const end = member + object.size(); member != end; ++member)
    if (member->key.same_bits(key)) return member->value;
  return null_value;
}
inline const Value& member_or_null(const Value& object, const Value& key) {
  const bool is_searched = key.is_inline() && object.size() <= most_searched;
  return is_searched ? searched_member_or_null(object, key) : find_or_null(object, key);
}
/// A single node that is only looked at; most are fields, which are found without a call of the node.
class Operand {
 public:
  explicit Operand(const Node* node) : node_(node->is_identity() ? nullptr : node) {
    if (node->field() != nullptr) field_ = *node->field();
  }

  /// Where it is the record or a field of it: that, found without a call and without room for it. Else null.
  const Value* glance(const Value& input) const {
    if (!field_.is_nothing() && input.kind() == Kind::object && input.size() <= most_searched)
      return &searched_member_or_null(input, field_);
    return node_ == nullptr ? &input : nullptr;
  }
  /// As Node::see.
  const Value& see(Frame& frame, const Value& input, Value& room) const {
    const Value* const member = glance(input);
    return member != nullptr ? *member : node_->see(frame, input, room);
  }
  /// As Node::one.
  Value one(Frame& frame, const Value& input) const {
    const Value* const member = glance(input);
    return member != nullptr ? *member : node_->one(frame, input);
  }
  /// As Node::quick.
  Value quick(const Value& input) const {
    const Value* const member = glance(input);
    return member != nullptr ? *member : node_->quick(input);
  }
  bool is_quick() const { return node_ == nullptr || node_->is_quick(); }
  /// The name, where it is a field of the record; else null.
  const Value* field() const { return field_.is_nothing() ? nullptr : &field_; }

 private:
  const Node* node_;  // null: the input
  Value field_;       // its name, or nothing
};
/// `.[key]`
Value index(Evaluation& run, const Value& value, const Value& key);
/// "Cannot iterate over number (1)".
Value refuse_iteration(Evaluation& run, const Value& value);
/// Calls `take` with each item of an array or each value of an object until it returns false; false then, or where
/// there is nothing to iterate over.
template <class F>
bool for_each_item(Evaluation& run, const Value& value, F&& take) {
  if (value.kind() == Kind::array) {
    for (const Value& item : value.items())
      if (!take(item)) return false;
    return true;
  }
  if (value.kind() == Kind::object) {
    for (const Member& member : value.members())
      if (!take(member.value)) return false;
    return true;
  }
  refuse_iteration(run, value);
  return false;
}
/// `.[from:to]`; null bounds are open.
Value slice(Evaluation& run, const Value& value, const Value& from, const Value& to);
/// The object by which paths name a slice.
Value slice_key(Evaluation& run, const Value& from, const Value& to);
/// Whether the object or array has the key.
Value has(Evaluation& run, const Value& value, const Value& key);
/// Characters, items, members, or how far a number is from 0.
Value length(Evaluation& run, const Value& value);
/// Where `part` begins in the array, as an array of positions.
Value indices_of_items(Evaluation& run, const Value& array, const Value& part);
struct Bounds {
  std::size_t from;
  std::size_t to;
};
/// The bounds of a slice over `length` items; nothing where they are no numbers.
std::optional<Bounds> slice_bounds(const Value& from, const Value& to, std::size_t length);
/// The same by the object that names a slice, which must have both keys.
std::optional<Bounds> slice_bounds_of(const Value& key, std::size_t length);

// text.cpp

std::size_t count_code_points(std::string_view text);
/// The byte at which the code point with that number begins, or the end.
std::size_t code_point_offset(std::string_view text, std::size_t number);
/// As jq prints it: what is deeper than `most_nesting` is a note. False: the value is too large; that was noted.
bool append_json(Evaluation& run, const Value& value, std::string& out);
/// A text as it is, anything else as JSON.
Value as_text(Evaluation& run, const Value& value);
Value join_texts(Evaluation& run, std::string_view left, std::string_view right);

// update.cpp

/// Whether this evaluation alone reaches the container, so that it may be changed in its place.
bool is_owned(const Evaluation& run, const Value& container);
/// From now on the container may be reached by a second way.
void share(const Evaluation& run, const Value& container);
Value set_member(Evaluation& run, const Value& object, const Value& key, const Value& value);
Value append_item(Evaluation& run, const Value& array, const Value& item);
/// `.[key] = value` of one step.
Value set_index(Evaluation& run, const Value& container, const Value& key, const Value& value);
Value get_path(Evaluation& run, const Value& root, std::span<const Value> path);
Value set_path(Evaluation& run, const Value& root, std::span<const Value> path, const Value& value);
Value delete_paths(Evaluation& run, const Value& root, const Value& paths);
/// The keys of the path that `item` came by, as an array; nothing where no path leads to it.
Value checked_path(Evaluation& run, const Item& item);

}  // namespace flowrun::expr
