#include "expr/nodes.hpp"
#include "expr/operations.hpp"

namespace flowrun::expr {
namespace {

// Calls `change(whole, path)` for each path of `paths` and gives the input as it has become. Paths come from the input as
// it was, so it is changed in its place only where there is one path at most: the first waits until that is known.
template <class F>
Value change_paths(Frame& frame, const Node* paths, bool consumes, const Value& input, F&& change) {
  Evaluation& run = frame.run;
  Value whole = input;
  Value first;
  bool several = false;
  const auto begin_several = [&] {
    several = true;
    share(run, whole);
    return change(whole, first);
  };
  const bool complete = paths->each(frame, {input, &Path::root}, [&](const Item& item) {
    const Value path = checked_path(run, item);
    if (path.is_nothing()) return false;
    if (!first.is_nothing()) return (several || begin_several()) && change(whole, path);
    first = path;
    return true;
  });
  if (!complete) {
    // An error of the first path comes before that of those behind it.
    if (several || first.is_nothing() || run.stop != Stop::error) return {};
    const Value error = run.error;
    run.stop = Stop::none;
    return begin_several() ? run.fail_with(error) : Value();
  }
  if (several || first.is_nothing()) return whole;
  if (!consumes) share(run, whole);
  return change(whole, first) ? whole : Value();
}

bool set(Evaluation& run, Value& whole, const Value& path, const Value& value) {
  if (value.is_nothing()) return false;
  whole = set_path(run, whole, path.items(), value);
  return !whole.is_nothing();
}

// paths = value, or paths op= value: for each output of the value, which belongs to the input, all paths set to it, or to
// what is there combined with it.
class Assign final : public Node {
 public:
  Assign(Operator operation, const Node* paths, const Node* value, bool consumes)
      : Node(value->is_single()),
        operation_(operation),
        paths_(paths),
        value_(value),
        consumes_(consumes && value->is_single()) {}

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
    share(frame.run, value);
    return change_paths(frame, paths_, consumes_, input, [&](Value& whole, const Value& path) {
      if (operation_ == Operator::assign) return set(frame.run, whole, path, value);
      const Value before = get_path(frame.run, whole, path.items());
      return !before.is_nothing() && set(frame.run, whole, path, combine(frame.run, before, value));
    });
  }

  Value combine(Evaluation& run, const Value& before, const Value& value) const {
    switch (operation_) {
      case Operator::update_add:
        return add(run, before, value);
      case Operator::update_subtract:
        return subtract(run, before, value);
      case Operator::update_multiply:
        return multiply(run, before, value);
      case Operator::update_divide:
        return divide(run, before, value);
      case Operator::update_modulo:
        return modulo(run, before, value);
      default:
        return before.holds() ? before : value;
    }
  }

  Operator operation_;
  const Node* paths_;
  const Node* value_;
  bool consumes_;
};

// paths |= update, with the first output of the update; paths without one are deleted at the end.
class Modify final : public Node {
 public:
  Modify(const Node* paths, const Node* update, bool consumes)
      : Node(true), paths_(paths), update_(update), consumes_(consumes) {}

  Value one(Frame& frame, const Value& input) const override {
    Gathering deleted(frame.run);
    const Value changed = change_paths(frame, paths_, consumes_, input, [&](Value& whole, const Value& path) {
      const Value before = get_path(frame.run, whole, path.items());
      if (before.is_nothing()) return false;
      const Value after = first_output(frame, before);
      if (frame.run.stopped()) return false;
      if (!after.is_nothing()) return set(frame.run, whole, path, after);
      deleted.add(path);
      return true;
    });
    if (changed.is_nothing() || deleted.size() == 0) return changed;
    return delete_paths(frame.run, changed, deleted.array());
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
  bool consumes_;
};

}  // namespace

NodePtr make_update(Operator operation, const Node* paths, const Node* value, bool consumes) {
  if (operation == Operator::modify) return std::make_unique<Modify>(paths, value, consumes);
  return std::make_unique<Assign>(operation, paths, value, consumes);
}

}  // namespace flowrun::expr
