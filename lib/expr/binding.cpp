#include <fmt/format.h>

#include "expr/nodes.hpp"
#include "expr/operations.hpp"

namespace flowrun::expr {
namespace {

class LocalVariable final : public Node {
 public:
  LocalVariable(std::size_t hops, std::size_t slot) : Node(true), hops_(hops), slot_(slot) {}
  Value one(Frame& frame, const Value&) const override { return outer_frame(frame, hops_).variables[slot_]; }

 private:
  std::size_t hops_;
  std::size_t slot_;
};

class GivenVariable final : public Node {
 public:
  explicit GivenVariable(std::size_t slot) : Node(true), slot_(slot) {}
  Value one(Frame& frame, const Value&) const override {
    const auto given = frame.run.variables;
    return slot_ < given.size() && !given[slot_].is_nothing() ? given[slot_] : Value::null();
  }

 private:
  std::size_t slot_;
};

// What the variables held before is put back at the end: an outer activation of the same binding may still need it.
class Restored {
 public:
  Restored(Frame& frame, const std::vector<std::size_t>& slots) : frame_(frame), slots_(slots), saved_(frame.run) {
    for (const std::size_t slot : slots) saved_.add(frame.variables[slot]);
  }
  ~Restored() {
    const auto values = saved_.values();
    for (std::size_t i = 0; i < slots_.size(); ++i) frame_.variables[slots_[i]] = values[i];
  }
  Restored(const Restored&) = delete;
  Restored& operator=(const Restored&) = delete;

 private:
  Frame& frame_;
  const std::vector<std::size_t>& slots_;
  Gathering saved_;
};

void set_variable(Frame& frame, std::size_t slot, const Value& value) {
  share(frame.run, value);
  frame.variables[slot] = value;
}

// Takes `value` apart and calls `then` for each way to do it: keys may be generators.
bool take_apart(Frame& frame, const Destructuring& pattern, const Value& value, const Value& input, Emit then);

bool take_entries(Frame& frame, const Destructuring& pattern, std::size_t number, const Value& value,
                  const Value& input, Emit then) {
  if (number == pattern.entries.size()) return then({value, nullptr});
  if (!frame.run.step()) return false;
  const bool is_array = pattern.kind == Pattern::Kind::array;
  const std::size_t position = is_array ? pattern.entries.size() - 1 - number : number;  // as jq: arrays from behind
  const auto& entry = pattern.entries[position];
  const auto take = [&](const Item& key) {
    if (!is_array && !key.value.is_text()) {
      frame.run.fail(
          fmt::format("Cannot index {} with {} ({})", kind_name(value), kind_name(key.value), shortened(key.value)));
      return false;
    }
    const Value part = index(frame.run, value, key.value);
    if (part.is_nothing()) return false;
    if (entry.has_slot) set_variable(frame, entry.slot, part);
    const auto go_on = [&](const Item&) { return take_entries(frame, pattern, number + 1, value, input, then); };
    return entry.value != nullptr ? take_apart(frame, *entry.value, part, input, go_on) : go_on({});
  };
  if (is_array) return take({Value::integer(static_cast<std::int64_t>(position)), nullptr});
  return entry.key->each(frame, {input, nullptr}, take);
}

bool take_apart(Frame& frame, const Destructuring& pattern, const Value& value, const Value& input, Emit then) {
  if (pattern.kind != Pattern::Kind::variable) return take_entries(frame, pattern, 0, value, input, then);
  set_variable(frame, pattern.slot, value);
  return then({value, nullptr});
}

// Calls `body` with the variables bound to `value`, by the first pattern that fits and whose body does not fail.
bool bind_value(Frame& frame, const Binding& binding, const Value& value, const Value& input, Emit body) {
  const Restored restored(frame, binding.slots);
  for (std::size_t i = 0; i < binding.patterns.size(); ++i) {
    if (binding.patterns.size() > 1)
      for (const std::size_t slot : binding.slots) frame.variables[slot] = Value::null();
    if (take_apart(frame, binding.patterns[i], value, input, body)) return true;
    if (frame.run.stop != Stop::error || i + 1 == binding.patterns.size()) return false;
    frame.run.stop = Stop::none;
  }
  return true;
}

bool is_plain(const Binding& binding) {
  return binding.patterns.size() == 1 && binding.patterns[0].kind == Pattern::Kind::variable;
}

class Bind final : public Node {
 public:
  Bind(const Node* source, Binding binding, const Node* body)
      : Node(source->is_single() && body->is_single() && is_plain(binding)),
        source_(source),
        binding_(std::move(binding)),
        body_(body) {}

  Value one(Frame& frame, const Value& input) const override {
    const Value value = source_->one(frame, input);
    if (value.is_nothing()) return {};
    const std::size_t slot = binding_.patterns[0].slot;
    const Value before = frame.variables[slot];
    set_variable(frame, slot, value);
    const Value result = body_->one(frame, input);
    frame.variables[slot] = before;
    return result;
  }

  bool each(Frame& frame, const Item& input, Emit emit) const override {
    return source_->each(frame, {input.value, nullptr}, [&](const Item& item) {
      return frame.run.step() && bind_value(frame, binding_, item.value, input.value,
                                            [&](const Item&) { return body_->each(frame, input, emit); });
    });
  }

 private:
  const Node* source_;
  Binding binding_;
  const Node* body_;
};

// The last output of each update is the next state; an update without output makes it null.
class Reduce final : public Node {
 public:
  Reduce(const Node* source, Binding binding, const Node* start, const Node* update)
      : Node(start->is_single()), source_(source), binding_(std::move(binding)), start_(start), update_(update) {}

  Value one(Frame& frame, const Value& input) const override {
    Item state{start_->one(frame, input), nullptr};
    if (state.value.is_nothing() || !fold(frame, input, state)) return {};
    return state.value;
  }
  bool each(Frame& frame, const Item& input, Emit emit) const override {
    return start_->each(frame, input, [&](const Item& start) {
      Item state = kept_item(frame.run, start);
      return fold(frame, input.value, state) && emit(state);
    });
  }

 private:
  bool fold(Frame& frame, const Value& input, Item& state) const {
    return source_->each(frame, {input, nullptr}, [&](const Item& item) {
      if (!frame.run.step()) return false;
      return bind_value(frame, binding_, item.value, input, [&](const Item&) { return advance(frame, state); });
    });
  }
  bool advance(Frame& frame, Item& state) const {
    if (update_->is_single() && !state.tracked()) {
      state.value = update_->one(frame, state.value);
      if (state.value.is_nothing()) state.value = Value::null();
      return !frame.run.stopped();
    }
    Item next{Value::null(), state.tracked() ? &Path::broken : nullptr};
    const bool complete = update_->each(frame, state, [&](const Item& item) {
      next = kept_item(frame.run, item);
      return true;
    });
    state = next;
    return complete;
  }

  const Node* source_;
  Binding binding_;
  const Node* start_;
  const Node* update_;
};

class Foreach final : public Node {
 public:
  Foreach(const Node* source, Binding binding, const Node* start, const Node* update, const Node* extract)
      : Node(false), source_(source), binding_(std::move(binding)), start_(start), update_(update), extract_(extract) {}

  bool each(Frame& frame, const Item& input, Emit emit) const override {
    return start_->each(frame, input, [&](const Item& start) {
      Item state = kept_item(frame.run, start);
      return source_->each(frame, {input.value, nullptr}, [&](const Item& item) {
        if (!frame.run.step()) return false;
        return bind_value(frame, binding_, item.value, input.value,
                          [&](const Item&) { return advance(frame, state, emit); });
      });
    });
  }

 private:
  bool advance(Frame& frame, Item& state, Emit emit) const {
    const Item before = state;
    state = {Value::null(), state.tracked() ? &Path::broken : nullptr};  // unless there is an output
    return update_->each(frame, before, [&](const Item& item) {
      state = kept_item(frame.run, item);
      share(frame.run, state.value);  // whoever takes the output may keep it
      return extract_ != nullptr ? extract_->each(frame, state, emit) : emit(state);
    });
  }

  const Node* source_;
  Binding binding_;
  const Node* start_;
  const Node* update_;
  const Node* extract_;
};

}  // namespace

NodePtr make_bind(const Node* source, Binding binding, const Node* body) {
  return std::make_unique<Bind>(source, std::move(binding), body);
}
NodePtr make_reduce(const Node* source, Binding binding, const Node* start, const Node* update) {
  return std::make_unique<Reduce>(source, std::move(binding), start, update);
}
NodePtr make_foreach(const Node* source, Binding binding, const Node* start, const Node* update, const Node* extract) {
  return std::make_unique<Foreach>(source, std::move(binding), start, update, extract);
}
NodePtr make_variable(std::size_t hops, std::size_t slot) { return std::make_unique<LocalVariable>(hops, slot); }
NodePtr make_given_variable(std::size_t slot) { return std::make_unique<GivenVariable>(slot); }

}  // namespace flowrun::expr
