#include <algorithm>
#include <numeric>

#include "expr/builtins.hpp"
#include "expr/operations.hpp"

namespace flowrun::expr {
namespace {

constexpr const char* comparison_too_deep = "Comparison too deep";

// The order of sorting, in which of two NaN neither comes first.
bool goes_before(const Value& left, const Value& right) {
  if (order(left, right) >= 0) return false;
  return left.is_text() || left.kind() == Kind::integer || order(right, left) >= 0;
}

// Of keys, where nothing stands for no output of their expression.
int order_keys(const Value& left, const Value& right) {
  if (left.is_nothing() || right.is_nothing())
    return static_cast<int>(right.is_nothing()) - static_cast<int>(left.is_nothing());
  return order(left, right);
}

Value sort(Evaluation& run, const Value& input, const Value*) {
  if (input.kind() != Kind::array) return type_error(run, input, "cannot be sorted, as it is not an array");
  if (!run.can_walk(input, comparison_too_deep)) return {};
  Gathering sorted(run);
  for (const Value& item : input.items()) sorted.add(item);
  std::stable_sort(sorted.values().begin(), sorted.values().end(), goes_before);
  return sorted.array();
}

Value unique(Evaluation& run, const Value& input, const Value* arguments) {
  const Value sorted = sort(run, input, arguments);
  if (sorted.is_nothing()) return {};
  Gathering kept(run);
  for (const Value& item : sorted.items())
    if (kept.size() == 0 || order(kept.values().back(), item) != 0) kept.add(item);
  return kept.array();
}

template <bool smallest>
Value extreme(Evaluation& run, const Value& input, const Value*) {
  if (input.kind() != Kind::array) return type_error(run, input, input, "cannot be iterated over");
  if (!run.can_walk(input, comparison_too_deep)) return {};
  Value best = Value::null();
  for (std::size_t i = 0; i < input.size(); ++i) {
    const Value& item = input.items()[i];
    if (i == 0 || (order(item, best) < 0) == smallest) best = item;
  }
  return best;
}

enum class ByKey { sort, group, unique, smallest, largest };

// sort_by(f) and its family: items with the outputs of `f` as their keys.
template <ByKey action>
class Keyed final : public Node {
 public:
  explicit Keyed(const Node* key) : Node(true), key_(key) {}

  Value one(Frame& frame, const Value& input) const override {
    Evaluation& run = frame.run;
    Gathering keys(run);
    if (!gather_keys(frame, input, keys)) return {};
    if (input.kind() != Kind::array) {
      const bool is_extreme = action == ByKey::smallest || action == ByKey::largest;
      return type_error(run, input, keys.array(),
                        is_extreme ? "cannot be iterated over" : "cannot be sorted, as they are not both arrays");
    }
    const auto key_values = keys.values();
    if (action == ByKey::smallest || action == ByKey::largest) return extreme_item(input, key_values);
    std::vector<std::uint32_t> positions(key_values.size());
    std::iota(positions.begin(), positions.end(), 0U);
    std::stable_sort(positions.begin(), positions.end(), [&](std::uint32_t left, std::uint32_t right) {
      if (key_values[left].is_nothing() || key_values[right].is_nothing())
        return order_keys(key_values[left], key_values[right]) < 0;
      return goes_before(key_values[left], key_values[right]);
    });
    return arrange(run, input, key_values, positions);
  }

 private:
  bool gather_keys(Frame& frame, const Value& input, Gathering& keys) const {
    return for_each_item(frame.run, input, [&](const Value& item) {
      if (!frame.run.step()) return false;
      Gathering outputs(frame.run);
      const bool complete = key_->each(frame, {item, nullptr}, [&](const Item& output) {
        outputs.add(output.value);
        return frame.run.can_walk(output.value, comparison_too_deep);
      });
      // One output orders as an array of it does, and none before it; messages show the array.
      const bool is_bare = key_->is_single() && input.kind() == Kind::array;
      if (complete && is_bare) keys.add(outputs.size() == 1 ? outputs.values()[0] : Value());
      if (complete && !is_bare) keys.add(outputs.array());
      return complete && !frame.run.stopped();
    });
  }

  static Value extreme_item(const Value& input, std::span<const Value> keys) {
    if (keys.empty()) return Value::null();
    std::size_t best = 0;
    for (std::size_t i = 1; i < keys.size(); ++i)
      if ((order_keys(keys[i], keys[best]) < 0) == (action == ByKey::smallest)) best = i;
    return input.items()[best];
  }

  static Value arrange(Evaluation& run, const Value& input, std::span<const Value> keys,
                       const std::vector<std::uint32_t>& positions) {
    Gathering arranged(run);
    for (std::size_t begin = 0; begin < positions.size();) {
      std::size_t end = begin + 1;
      if (action != ByKey::sort)
        while (end < positions.size() && order_keys(keys[positions[begin]], keys[positions[end]]) == 0) ++end;
      if (action == ByKey::group) {
        Gathering group(run);
        for (std::size_t i = begin; i < end; ++i) group.add(input.items()[positions[i]]);
        arranged.add(group.array());
      } else {
        arranged.add(input.items()[positions[begin]]);
      }
      begin = end;
    }
    return arranged.array();
  }

  const Node* key_;
};

template <ByKey action>
NodePtr make_keyed(const std::vector<const Node*>& arguments) {
  return std::make_unique<Keyed<action>>(arguments[0]);
}

// map(f): the gathered outputs of `f` over the items of an array or the values of an object.
class Map final : public Node {
 public:
  explicit Map(const Node* body) : Node(true), body_(body) {}

  Value one(Frame& frame, const Value& input) const override {
    Gathering mapped(frame.run);
    const auto take = [&](const Value& item) {
      if (!frame.run.step()) return false;
      if (body_->is_single()) {
        const Value output = body_->one(frame, item);
        if (!output.is_nothing()) add(frame.run, mapped, output);
        return !frame.run.stopped();
      }
      return body_->each(frame, {item, nullptr}, [&](const Item& output) {
        add(frame.run, mapped, output.value);
        return true;
      });
    };
    return for_each_item(frame.run, input, take) ? mapped.array() : Value();
  }

 private:
  static void add(Evaluation& run, Gathering& mapped, const Value& value) {
    share(run, value);
    mapped.add(value);
  }

  const Node* body_;
};

// add(f): the sum of the outputs; texts and arrays are joined once.
class Sum final : public Node {
 public:
  explicit Sum(const Node* generator) : Node(true), generator_(generator) {}

  Value one(Frame& frame, const Value& input) const override {
    Evaluation& run = frame.run;
    Value sum = Value::null();
    Gathering pieces(run);  // texts, or items, that are not joined yet
    std::string joined;
    Kind joining = Kind::nothing;
    const auto settle = [&] {
      if (joining == Kind::text) sum = Value::text(joined, *run.arena);
      if (joining == Kind::array) sum = pieces.array();
      joining = Kind::nothing;
    };
    const bool complete = generator_->each(frame, {input, nullptr}, [&](const Item& item) {
      if (!run.step()) return false;
      const Kind kind = item.value.kind();
      if ((kind == Kind::text || kind == Kind::array) && (joining == kind || sum.kind() == kind)) {
        if (joining == Kind::nothing && kind == Kind::text) joined = sum.as_text();
        if (joining == Kind::nothing && kind == Kind::array)
          for (const Value& part : sum.items()) pieces.add(part);
        if (kind == Kind::text) joined += item.value.as_text();
        if (kind == Kind::array)
          for (const Value& part : item.value.items()) pieces.add(part);
        joining = kind;
        return run.has_room(joined.size() + pieces.size() * sizeof(Value));
      }
      settle();
      sum = expr::add(run, sum, item.value);
      return !sum.is_nothing();
    });
    settle();
    return complete ? sum : Value();
  }

 private:
  const Node* generator_;
};

bool flatten_into(Evaluation& run, const Value& whole, const Value& depth, Gathering& items) {
  if (!run.step()) return false;
  const bool is_deep = order(depth, Value::integer(0)) != 0;
  return for_each_item(run, whole, [&](const Value& item) {
    if (item.kind() == Kind::array && is_deep) {
      const Value deeper = subtract(run, depth, Value::integer(1));
      return !deeper.is_nothing() && flatten_into(run, item, deeper, items);
    }
    items.add(item);
    return true;
  });
}

Value flatten_to(Evaluation& run, const Value& input, const Value* arguments) {
  if (order(arguments[0], Value::integer(0)) < 0) return run.fail("flatten depth must not be negative");
  Gathering items(run);
  return flatten_into(run, input, arguments[0], items) ? items.array() : Value();
}

Value flatten(Evaluation& run, const Value& input, const Value*) {
  const Value depth = Value::integer(1'000'000'000);
  return flatten_to(run, input, &depth);
}

Value reverse(Evaluation& run, const Value& input, const Value*) {
  Gathering items(run);
  if (input.kind() != Kind::array) {
    const Value size = length(run, input);
    if (size.is_nothing()) return {};
    if (order(size, Value::integer(0)) <= 0 || input.is_null()) return items.array();
    return index(run, input, subtract(run, size, Value::integer(1)));  // which says why not
  }
  for (std::size_t i = input.size(); i > 0; --i) items.add(input.items()[i - 1]);
  return items.array();
}

Value bsearch(Evaluation& run, const Value& input, const Value* arguments) {
  if (input.kind() != Kind::array) return type_error(run, input, "cannot be searched from");
  if (!run.can_walk(input, comparison_too_deep) || !run.can_walk(arguments[0], comparison_too_deep)) return {};
  const auto items = input.items();
  std::size_t from = 0;
  for (std::size_t to = items.size(); from < to;) {
    const std::size_t middle = from + (to - from) / 2;
    const int direction = order(arguments[0], items[middle]);
    if (direction == 0) return Value::integer(static_cast<std::int64_t>(middle));
    if (direction < 0)
      to = middle;
    else
      from = middle + 1;
  }
  return Value::integer(-1 - static_cast<std::int64_t>(from));
}

Value transpose(Evaluation& run, const Value& input, const Value*) {
  if (input.kind() != Kind::array && input.kind() != Kind::object) return refuse_iteration(run, input);
  Gathering rows(run);
  double width = 0;
  const bool complete = for_each_item(run, input, [&](const Value& row) {
    const Value size = length(run, row);
    if (size.is_nothing()) return false;
    width = std::max(width, to_double(size));
    rows.add(row);
    return true;
  });
  if (!complete) return {};
  Gathering columns(run);
  for (std::int64_t i = 0; static_cast<double>(i) < width; ++i) {
    Gathering column(run);
    for (const Value& row : rows.values()) {
      if (!run.step()) return {};
      const Value cell = index(run, row, Value::integer(i));
      if (cell.is_nothing()) return {};
      column.add(cell);
    }
    columns.add(column.array());
  }
  return columns.array();
}

}  // namespace

std::span<const Builtin> array_builtins() {
  static const Builtin table[] = {
      {.name = "map",
       .arity = 1,
       .meaning = "the outputs of `f` for each item, as an array",
       .factory = [](auto arguments) -> NodePtr { return std::make_unique<Map>(arguments[0]); }},
      {.name = "add", .meaning = "the sum of the items", .definition = "def add: add(.[]);"},
      {.name = "add",
       .arity = 1,
       .meaning = "the sum of the outputs of `f`",
       .factory = [](auto arguments) -> NodePtr { return std::make_unique<Sum>(arguments[0]); }},
      {.name = "sort", .meaning = "the items in order", .function = sort},
      {.name = "sort_by", .arity = 1, .meaning = "the items in the order of `f`", .factory = make_keyed<ByKey::sort>},
      {.name = "group_by",
       .arity = 1,
       .meaning = "arrays of the items that agree in `f`",
       .factory = make_keyed<ByKey::group>},
      {.name = "unique", .meaning = "the items in order, each once", .function = unique},
      {.name = "unique_by",
       .arity = 1,
       .meaning = "an item for each output of `f`",
       .factory = make_keyed<ByKey::unique>},
      {.name = "min", .meaning = "the smallest item", .function = extreme<true>},
      {.name = "max", .meaning = "the largest item", .function = extreme<false>},
      {.name = "min_by",
       .arity = 1,
       .meaning = "the item whose `f` is smallest",
       .factory = make_keyed<ByKey::smallest>},
      {.name = "max_by", .arity = 1, .meaning = "the item whose `f` is largest", .factory = make_keyed<ByKey::largest>},
      {.name = "flatten", .meaning = "the items of all arrays inside", .function = flatten},
      {.name = "flatten", .arity = 1, .meaning = "the same, `depth` levels deep", .function = flatten_to},
      {.name = "reverse", .meaning = "the items from the last to the first", .function = reverse},
      {.name = "bsearch",
       .arity = 1,
       .meaning = "where the value stands in a sorted array, or -1 - where it would",
       .function = bsearch},
      {.name = "transpose", .meaning = "rows as columns", .function = transpose},
      {.name = "first", .meaning = "the first item", .definition = "def first: .[0];"},
      {.name = "last", .meaning = "the last item", .definition = "def last: .[-1];"},
      {.name = "nth", .arity = 1, .meaning = "the item number `n`, from 0", .definition = "def nth($n): .[$n];"},
  };
  return table;
}

}  // namespace flowrun::expr
