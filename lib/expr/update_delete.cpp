#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "expr/operations.hpp"

namespace flowrun::expr {
namespace {

// A key of an array stands for a range of positions: one, or those of a slice.
std::optional<Bounds> deleted_range(Evaluation& run, const Value& array, const Value& key) {
  if (key.is_numeric()) {
    double position = std::trunc(to_double(key));
    if (to_double(key) < 0) position += static_cast<double>(array.size());
    if (!(position >= 0 && position < array.size())) return Bounds{0, 0};
    const auto at = static_cast<std::size_t>(position);
    return Bounds{at, at + 1};
  }
  if (key.kind() != Kind::object) {
    run.fail(fmt::format("Cannot delete {} element of array", kind_name(key)));
    return std::nullopt;
  }
  const auto bounds = slice_bounds_of(key, array.size());
  if (!bounds) run.fail("Array/string slice indices must be integers");
  return bounds;
}

Value delete_items(Evaluation& run, const Value& array, std::span<const Value> keys) {
  std::vector<bool> deleted(array.size(), false);
  for (const Value& key : keys) {
    const auto range = deleted_range(run, array, key);
    if (!range) return {};
    std::fill(deleted.begin() + static_cast<std::ptrdiff_t>(range->from),
              deleted.begin() + static_cast<std::ptrdiff_t>(range->to), true);
  }
  Gathering kept(run);
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (deleted[i]) continue;
    share(run, array.items()[i]);
    kept.add(array.items()[i]);
  }
  return kept.array();
}

// `keys` are sorted.
Value delete_members(Evaluation& run, const Value& object, std::span<const Value> keys) {
  for (const Value& key : keys)
    if (!key.is_text()) return run.fail(fmt::format("Cannot delete {} field of object", kind_name(key)));
  const auto less = [](const Value& left, const Value& right) { return left.as_text() < right.as_text(); };
  Value whole = Value::object(nullptr, 0);
  for (const Member& member : object.members()) {
    const bool deleted = std::binary_search(keys.begin(), keys.end(), member.key, less);
    if (!deleted) whole = set_member(run, whole, member.key, member.value);
    if (whole.is_nothing()) return {};
  }
  return whole;
}

Value delete_keys(Evaluation& run, const Value& container, std::span<const Value> keys) {
  if (container.is_null() || keys.empty()) return container;
  if (container.kind() == Kind::array) return delete_items(run, container, keys);
  if (container.kind() == Kind::object) return delete_members(run, container, keys);
  return run.fail(fmt::format("Cannot delete fields from {}", kind_name(container)));
}

// `paths` are sorted, and agree in their first `depth` keys. The keys on this level go last, so that positions stay right.
Value delete_sorted(Evaluation& run, const Value& root, std::span<const Value> paths, std::size_t depth) {
  if (!run.step()) return {};
  if (!paths.empty() && paths[0].size() == depth) return Value::null();
  std::vector<Value> keys;
  Value whole = root;
  for (std::size_t begin = 0, end = 0; begin < paths.size(); begin = end) {
    const Value key = paths[begin].items()[depth];
    end = begin + 1;
    while (end < paths.size() && order(paths[end].items()[depth], key) == 0) ++end;
    if (paths[begin].size() == depth + 1) {
      keys.push_back(key);
    } else {
      const Value child = whole.is_null() ? whole : index(run, whole, key);
      if (child.is_nothing()) return {};
      const Value changed =
          child.is_null() ? child : delete_sorted(run, child, paths.subspan(begin, end - begin), depth + 1);
      if (changed.is_nothing()) return {};
      if (!child.is_null()) whole = set_index(run, whole, key, changed);
      if (whole.is_nothing()) return {};
    }
  }
  return delete_keys(run, whole, keys);
}

}  // namespace

Value delete_paths(Evaluation& run, const Value& root, const Value& paths) {
  if (paths.is_nothing()) return {};
  if (paths.kind() != Kind::array) return run.fail("Paths must be specified as an array");
  if (!run.can_walk(paths)) return {};
  std::vector<Value> sorted(paths.items().begin(), paths.items().end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Value& left, const Value& right) { return order(left, right) < 0; });
  for (const Value& path : sorted) {
    if (path.kind() != Kind::array)
      return run.fail(fmt::format("Path must be specified as array, not {}", kind_name(path)));
    if (path.size() > most_nesting) return run.fail("Path too deep");
  }
  return sorted.empty() ? root : delete_sorted(run, root, sorted, 0);
}

}  // namespace flowrun::expr
