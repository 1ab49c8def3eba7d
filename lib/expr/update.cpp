#include <algorithm>
#include <atomic>
#include <cmath>
#include <fmt/format.h>

#include "expr/operations.hpp"
#include "record/member_index.hpp"

namespace flowrun::expr {
namespace {

constexpr std::size_t largest_array = 536870911;

bool is_container(const Value& value) { return value.kind() == Kind::array || value.kind() == Kind::object; }

// The number of an evaluation among all of the process, so that a container that travels to another worker is never taken
// for that worker's own.
std::uint32_t next_owner() {
  static std::atomic<std::uint32_t> latest{0};
  std::uint32_t owner = 0;
  while (owner == 0) owner = latest.fetch_add(1, std::memory_order_relaxed) + 1;
  return owner;
}

void own(Evaluation& run, const Value& container) {
  if (run.owner == 0) run.owner = next_owner();
  container.header().owner = run.owner;
}

// What a copied container holds may be reached through the original too.
void share_contents(const Evaluation& run, const Value& container) {
  if (run.owner == 0) return;
  if (container.kind() == Kind::array)
    for (const Value& item : container.items()) share(run, item);
  else
    for (const Member& member : container.members()) share(run, member.value);
}

// A copy of the array with room for `capacity` items, which this evaluation owns.
Value copy_array(Evaluation& run, const Value& array, std::size_t capacity) {
  if (!run.has_room(capacity * sizeof(Value))) return {};
  if (!is_owned(run, array)) share_contents(run, array);
  Value* const items = new_items(*run.arena, capacity);
  std::copy(array.items().begin(), array.items().end(), items);
  const Value copy = Value::array(items, array.size()).with_nesting(array.nesting());
  own(run, copy);
  return copy;
}

Value copy_object(Evaluation& run, const Value& object, std::size_t capacity) {
  if (!run.has_room(capacity * sizeof(Member))) return {};
  if (!is_owned(run, object)) share_contents(run, object);
  Member* const members = new_members(*run.arena, capacity);
  std::copy(object.members().begin(), object.members().end(), members);
  const Value copy = Value::object(members, object.size()).with_nesting(object.nesting());
  own(run, copy);
  index_members(copy, *run.arena);
  return copy;
}

// `whole` is `before` with `content` in it.
Value deeper(Evaluation& run, const Value& before, const Value& whole, const Value& content) {
  return run.nested(whole, std::max(nesting_of(content), before.nesting() > 0 ? before.nesting() - 1 : 0));
}

std::size_t grown(std::size_t size) { return size < 4 ? 4 : size + size / 2 + 1; }

Value set_item(Evaluation& run, const Value& array, double position, const Value& value) {
  const std::size_t size = array.is_null() ? 0 : array.size();
  if (position < 0) {
    position += static_cast<double>(size);
    if (position < 0) return run.fail("Out of bounds negative array index");
  }
  if (position > static_cast<double>(largest_array)) return run.fail("Array index too large");
  const auto at = static_cast<std::size_t>(position);
  Value whole = array.is_null() ? Value::array(nullptr, 0) : array;
  const bool fits = size > 0 && is_owned(run, whole) && at < whole.header().capacity;
  if (!fits) whole = copy_array(run, whole, at < size ? size : std::max(at + 1, grown(size)));
  if (whole.is_nothing()) return {};
  auto* const items = const_cast<Value*>(whole.items().data());
  for (std::size_t between = size; between < at; ++between) items[between] = Value::null();
  items[at] = value;
  return deeper(run, whole, Value::array(items, std::max(size, at + 1)), value);
}

Value set_slice(Evaluation& run, const Value& array, const Value& key, const Value& value) {
  const Value whole = array.is_null() ? Value::array(nullptr, 0) : array;
  const auto bounds = slice_bounds_of(key, whole.size());
  if (!bounds) return run.fail("Array/string slice indices must be integers");
  if (value.kind() != Kind::array) return run.fail("A slice of an array can only be assigned another array");
  Gathering items(run);
  for (std::size_t i = 0; i < bounds->from; ++i) items.add(whole.items()[i]);
  for (const Value& item : value.items()) items.add(item);
  for (std::size_t i = bounds->to; i < whole.size(); ++i) items.add(whole.items()[i]);
  share_contents(run, whole);
  return items.array();
}

}  // namespace

bool is_owned(const Evaluation& run, const Value& container) {
  return run.owner != 0 && container.size() > 0 && container.header().owner == run.owner;
}

void share(const Evaluation& run, const Value& container) {
  if (run.owner != 0 && is_container(container) && container.size() > 0 && container.header().owner == run.owner)
    container.header().owner = 0;
}

Value set_member(Evaluation& run, const Value& object, const Value& key, const Value& value) {
  Value whole = object.is_null() ? Value::object(nullptr, 0) : object;
  share(run, value);
  if (const Value* const found = find(whole, key.as_text()); found != nullptr) {
    const auto position =
        reinterpret_cast<const Member*>(reinterpret_cast<const char*>(found) - offsetof(Member, value)) -
        whole.members().data();
    if (!is_owned(run, whole)) whole = copy_object(run, whole, whole.size());
    if (whole.is_nothing()) return {};
    const_cast<Member*>(whole.members().data())[position].value = value;
    return deeper(run, whole, whole, value);
  }
  const std::size_t size = whole.size();
  if (!is_owned(run, whole) || size == whole.header().capacity) whole = copy_object(run, whole, grown(size));
  if (whole.is_nothing()) return {};
  auto* const members = const_cast<Member*>(whole.members().data());
  members[size] = {key, value};
  const Value grown_object = Value::object(members, size + 1);
  own(run, grown_object);
  index_members(grown_object, *run.arena);
  return deeper(run, whole, grown_object, value);
}

Value append_item(Evaluation& run, const Value& array, const Value& item) {
  share(run, item);
  return set_item(run, array, static_cast<double>(array.is_null() ? 0 : array.size()), item);
}

Value set_index(Evaluation& run, const Value& container, const Value& key, const Value& value) {
  const bool is_null = container.is_null();
  if (key.is_text() && (is_null || container.kind() == Kind::object)) return set_member(run, container, key, value);
  if (key.is_numeric() && (is_null || container.kind() == Kind::array)) {
    const double position = std::trunc(to_double(key));
    if (std::isnan(position)) return run.fail("Cannot set array element at NaN index");
    share(run, value);
    return set_item(run, container, position, value);
  }
  if (key.kind() == Kind::object && (is_null || container.kind() == Kind::array))
    return set_slice(run, container, key, value);
  if (key.kind() == Kind::object && container.is_text()) return run.fail("Cannot update string slices");
  return run.fail(fmt::format("Cannot update field at {} index of {}", kind_name(key), kind_name(container)));
}

Value get_path(Evaluation& run, const Value& root, std::span<const Value> path) {
  if (path.size() > most_nesting) return run.fail("Path too deep");
  Value value = root;
  for (const Value& key : path) {
    value = index(run, value, key);
    if (value.is_nothing()) return {};
  }
  return value;
}

namespace {

// Of a key by which the container can be read, but not set.
bool can_be_read_alone(const Value& container, const Value& key) {
  if (key.kind() == Kind::array) return true;
  const double size = container.kind() == Kind::array ? static_cast<double>(container.size()) : 0;
  return key.is_numeric() && std::trunc(to_double(key)) + size < 0;
}

}  // namespace

Value set_path(Evaluation& run, const Value& root, std::span<const Value> path, const Value& value) {
  if (path.empty()) return value;
  if (path.size() > most_nesting) return run.fail("Path too deep");
  if (!run.step()) return {};
  const Value child = index(run, root, path[0]);
  if (child.is_nothing()) return {};
  if (can_be_read_alone(root, path[0])) return set_index(run, root, path[0], child);  // which says why
  if (!is_container(root) || !is_owned(run, root)) share(run, child);
  const Value changed = set_path(run, child, path.subspan(1), value);
  if (changed.is_nothing()) return {};
  const bool is_own_child = path.size() > 1 && is_container(changed) && is_owned(run, changed);
  const Value whole = set_index(run, root, path[0], changed);
  if (is_own_child && !whole.is_nothing() && is_owned(run, whole)) own(run, changed);
  return whole;
}

Value checked_path(Evaluation& run, const Item& item) {
  if (item.path == &Path::broken) return run.fail("Invalid path expression with result " + shortened(item.value));
  std::size_t length = 0;
  for (const Path* step = item.path; step != &Path::root; step = step->before) ++length;
  if (!run.has_room(length * sizeof(Value))) return {};
  Value* const keys = new_items(*run.arena, length);
  std::size_t left = length;
  for (const Path* step = item.path; step != &Path::root; step = step->before) keys[--left] = step->key;
  return Value::array(keys, length);
}

}  // namespace flowrun::expr
