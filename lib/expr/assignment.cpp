#include "expr/nodes.hpp"
#include "expr/operations.hpp"

namespace flowrun::expr {
namespace {

// paths = value: for each output of the value, all paths set to it.
class Assign final : public Node {
 public:
  Assign(const Node* paths, const Node* value) : Node(value->is_single()), paths_(paths), value_(value) {}

  Value one(Frame& frame, const Value& input) const override {
    const Value value = value_->one(frame, input);
    return value.is_nothing() ? value : assign(frame, input, value);
  }
  bool each(Frame& frame, const Item& input, Emit emit) const override {
    return value_->each(frame, {input.value, nullptr}, [&](const Item& item) {
      const Value whole = assign(frame, input.value, item.value);
      return !whole.is_nothing() && emit(computed(input, whole));
    });
  }

 private:
  Value assign(Frame& frame, const Value& input, const Value& value) const {
    Value whole = input;
    share(frame.run, whole);
    share(frame.run, value);
    const bool complete = paths_->each(frame, {input, &Path::root}, [&](const Item& item) {
      const Value path = checked_path(frame.run, item);
      if (path.is_nothing()) return false;
      whole = set_path(frame.run, whole, path.items(), value);
      return !whole.is_nothing();
    });
    return complete ? whole : Value();
  }

  const Node* paths_;
  const Node* value_;
};

// paths |= update, with the first output of the update; paths without one are deleted at the end.
class Modify final : public Node {
 public:
  Modify(const Node* paths, const Node* update) : Node(true), paths_(paths), update_(update) {}

  Value one(Frame& frame, const Value& input) const override {
    Value whole = input;
    share(frame.run, whole);
    Gathering deleted(frame.run);
    const bool complete = paths_->each(frame, {input, &Path::root}, [&](const Item& item) {
      const Value path = checked_path(frame.run, item);
      if (path.is_nothing()) return false;
      const Value before = get_path(frame.run, whole, path.items());
      if (before.is_nothing()) return false;
      const Value after = first_output(frame, before);
      if (frame.run.stopped()) return false;
      if (after.is_nothing()) {
        deleted.add(path);
        return true;
      }
      whole = set_path(frame.run, whole, path.items(), after);
      return !whole.is_nothing();
    });
    if (!complete) return {};
    return deleted.size() == 0 ? whole : delete_paths(frame.run, whole, deleted.array());
  }

 private:
  Value first_output(Frame& frame, const Value& before) const {
    if (update_->is_single()) return update_->one(frame, before);
    Value first;
    update_->each(frame, {before, nullptr}, [&](const Item& item) {
      first = item.value;
      return false;
    });
    return frame.run.stopped() ? Value() : first;
  }

  const Node* paths_;
  const Node* update_;
};

// paths op= value: the value belongs to the input, the left operand is what is there.
class Operate final : public Node {
 public:
  Operate(Operator operation, const Node* paths, const Node* value)
      : Node(value->is_single()), operation_(operation), paths_(paths), value_(value) {}

  Value one(Frame& frame, const Value& input) const override {
    const Value value = value_->one(frame, input);
    return value.is_nothing() ? value : operate(frame, input, value);
  }
  bool each(Frame& frame, const Item& input, Emit emit) const override {
    return value_->each(frame, {input.value, nullptr}, [&](const Item& item) {
      const Value whole = operate(frame, input.value, item.value);
      return !whole.is_nothing() && emit(computed(input, whole));
    });
  }

 private:
  Value combine(Evaluation& run, const Value& before, const Value& value) const {
    switch (operation_) {
      case Operator::update_add: return add(run, before, value);
      case Operator::update_subtract: return subtract(run, before, value);
      case Operator::update_multiply: return multiply(run, before, value);
      case Operator::update_divide: return divide(run, before, value);
      case Operator::update_modulo: return modulo(run, before, value);
      default: return before.holds() ? before : value;
    }
  }

  Value operate(Frame& frame, const Value& input, const Value& value) const {
    Value whole = input;
    share(frame.run, whole);
    share(frame.run, value);
    const bool complete = paths_->each(frame, {input, &Path::root}, [&](const Item& item) {
      const Value path = checked_path(frame.run, item);
      if (path.is_nothing()) return false;
      const Value before = get_path(frame.run, whole, path.items());
      if (before.is_nothing()) return false;
      const Value after = combine(frame.run, before, value);
      if (after.is_nothing()) return false;
      whole = set_path(frame.run, whole, path.items(), after);
      return !whole.is_nothing();
    });
    return complete ? whole : Value();
  }

  Operator operation_;
  const Node* paths_;
  const Node* value_;
};

}  // namespace

NodePtr make_update(Operator operation, const Node* paths, const Node* value) {
  if (operation == Operator::assign) return std::make_unique<Assign>(paths, value);
  if (operation == Operator::modify) return std::make_unique<Modify>(paths, value);
  return std::make_unique<Operate>(operation, paths, value);
}

}  // namespace flowrun::expr
