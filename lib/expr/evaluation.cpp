#include "expr/evaluation.hpp"

#include <algorithm>

namespace flowrun::expr {

namespace {

constexpr std::string_view nested_too_deeply = "the value is nested too deeply, at most 10000 levels";

}  // namespace

const Path Path::root{};
const Path Path::broken{};

Value Evaluation::fail(std::string_view message) { return fail_with(Value::text(message, *arena)); }

Value Evaluation::fail_with(const Value& error_value) {
  stop = Stop::error;
  error = error_value;
  return {};
}

Value Evaluation::exhaust(std::string_view message) {
  stop = Stop::exhausted;
  error = Value::text(message, *arena);
  return {};
}

bool Evaluation::step_slowly() {
  if (stack_is_low(lowest_stack)) {
    exhaust("the expression recurses too deeply for the stack");
    return false;
  }
  if (steps_left == 0) {
    exhaust("the expression has used up its budget of steps");
    return false;
  }
  --steps_left;
  return has_room(0);
}

Value Evaluation::refuse_nesting() { return exhaust(nested_too_deeply); }

bool Evaluation::has_room(std::size_t bytes) {
  if (bytes <= most_bytes && arena->bytes() <= most_bytes - bytes) return true;
  exhaust("the expression has used up its budget of memory");
  return false;
}

namespace {

// The values of a container that were not looked at yet; an object's keys are among them.
struct Rest {
  const Value* next = nullptr;
  const Value* end = nullptr;
};

Rest contents_of(const Value& value) {
  if (value.kind() == Kind::array) return {value.items().data(), value.items().data() + value.size()};
  if (value.kind() != Kind::object) return {};
  static_assert(sizeof(Member) == 2 * sizeof(Value));
  const auto* const members = reinterpret_cast<const Value*>(value.members().data());
  return {members, members + 2 * value.size()};
}

// Whether the value would have at most so many bytes as a tree. Nesting costs no stack.
bool is_tree_within(const Value& value, std::size_t bytes) {
  constexpr std::size_t few = 16;
  Rest outer[few];
  std::vector<Rest> more;
  std::size_t depth = 0;
  for (Rest rest = contents_of(value);;) {
    if (rest.next == rest.end) {
      if (depth == 0) return true;
      --depth;
      rest = depth < few ? outer[depth] : more[depth - few];
      continue;
    }
    const Value& next = *rest.next++;
    const std::size_t size = sizeof(Value) + (next.is_text() && !next.is_inline() ? next.as_text().size() : 0);
    if (size > bytes) return false;
    bytes -= size;
    const Rest contents = contents_of(next);
    if (contents.next == contents.end) continue;
    if (depth >= few) more.resize(depth - few + 1);
    (depth < few ? outer[depth] : more[depth - few]) = rest;
    ++depth;
    rest = contents;
  }
}

}  // namespace

bool Evaluation::can_walk_deeply(const Value& value, const char* too_deep) {
  if (nesting_of(value) > most_nesting) {
    if (too_deep != nullptr)
      fail(too_deep);
    else
      exhaust(nested_too_deeply);
    return false;
  }
  return fits_as_tree(value);
}

bool Evaluation::fits_as_tree(const Value& value) {
  if (nesting_of(value) < 2 || is_tree_within(value, most_bytes)) return true;
  exhaust("the expression has used up its budget of memory");
  return false;
}

Value Node::one(Frame& frame, const Value& input) const {
  Value first;
  each(frame, {input, nullptr}, [&](const Item& item) {
    first = item.value;
    return true;
  });
  return frame.run.stopped() ? Value() : first;
}

Value Node::quick(const Value& /*input*/) const { return {}; }
Value Node::quick_of(const Value& /*field*/) const { return {}; }

bool Node::each(Frame& frame, const Item& input, Emit emit) const {
  const Value value = one(frame, input.value);
  if (value.is_nothing()) return !frame.run.stopped();
  return emit(computed(input, value));
}

Item kept_item(Evaluation& run, const Item& item) {
  const Path* kept = item.path;
  const Path** link = &kept;
  while (*link != nullptr && *link != &Path::root && *link != &Path::broken) {
    auto* const copy = new (run.arena->allocate(sizeof(Path))) Path(**link);
    *link = copy;
    link = &copy->before;
  }
  return {item.value, kept};
}

namespace {

std::vector<Value>& open_list(Gatherings& gatherings) {
  if (gatherings.open == gatherings.lists.size()) gatherings.lists.emplace_back();
  return gatherings.lists[gatherings.open++];
}

}  // namespace

Gathering::Gathering(Evaluation& run) : run_(run), list_(open_list(*run.gatherings)) {}

Gathering::~Gathering() {
  constexpr std::size_t most_kept = 1 << 16;
  list_.clear();
  if (list_.capacity() > most_kept) list_.shrink_to_fit();
  --run_.gatherings->open;
}

Value Gathering::array() {
  if (!run_.has_room(list_.size() * sizeof(Value))) return {};
  Value* const items = new_items(*run_.arena, list_.size());
  std::size_t deepest = 0;
  for (std::size_t i = 0; i < list_.size(); ++i) {
    items[i] = list_[i];
    deepest = std::max(deepest, nesting_of(list_[i]));
  }
  return run_.nested(Value::array(items, list_.size()), deepest);
}

}  // namespace flowrun::expr
