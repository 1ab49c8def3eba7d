#include <fmt/format.h>

#include "expr/nodes.hpp"
#include "expr/operations.hpp"

namespace flowrun::expr {
namespace {

class Identity final : public Node {
 public:
  Identity() : Node(true) { set_quick(true); }
  Value one(Frame&, const Value& input) const override { return input; }
  const Value& see(Frame&, const Value& input, Value&) const override { return input; }
  Value quick(const Value& input) const override { return flat(input); }
  bool each(Frame&, const Item& input, Emit emit) const override { return emit(input); }
  bool is_identity() const override { return true; }
};

bool is_single_step(const AccessStep& step) {
  if (step.kind == PathStep::Kind::iterate) return false;
  return (step.key == nullptr || step.key->is_single()) && (step.to == nullptr || step.to->is_single());
}

bool all_single(const Node* target, const std::vector<AccessStep>& steps) {
  if (target != nullptr && !target->is_single()) return false;
  for (const auto& step : steps)
    if (!is_single_step(step)) return false;
  return true;
}

// An error of an optional step is no output.
Value forgiven(Evaluation& run) {
  if (run.stop == Stop::error) run.stop = Stop::none;
  return {};
}

Value member_of(Evaluation& run, const Value& value, const Value& name, bool optional) {
  if (value.kind() == Kind::object) [[likely]]
    return member_or_null(value, name);
  if (value.is_null()) return value;
  return optional ? Value() : index(run, value, name);
}

// .name of the input: by far the most frequent node.
class Field final : public Node {
 public:
  Field(const Value& name, bool optional) : Node(true), name_(name), optional_(optional) { set_quick(true); }

  Value one(Frame& frame, const Value& input) const override { return member_of(frame.run, input, name_, optional_); }
  const Value& see(Frame& frame, const Value& input, Value& room) const override {
    if (input.kind() == Kind::object) [[likely]]
      return member_or_null(input, name_);
    return *new (&room) Value(one(frame, input));
  }
  Value quick(const Value& input) const override {
    return input.kind() == Kind::object ? flat(member_or_null(input, name_)) : Value();
  }
  const Value* field() const override { return name_.is_inline() ? &name_ : nullptr; }
  bool each(Frame& frame, const Item& input, Emit emit) const override {
    if (input.path == &Path::broken) return refuse(frame.run, input.value);
    const Value value = one(frame, input.value);
    if (value.is_nothing()) return !frame.run.stopped();
    const Path path{input.path, name_};
    return emit({value, input.tracked() ? &path : nullptr});
  }

 private:
  bool refuse(Evaluation& run, const Value& value) const {
    run.fail(fmt::format("Invalid path expression near attempt to access element {} of {}", shortened(name_),
                         shortened(value)));
    return false;
  }

  Value name_;
  bool optional_;
};

bool each_of(Evaluation& run, const Value& whole, Emit emit) {
  return for_each_item(run, whole, [&](const Value& item) { return run.step() && emit({item, nullptr}); });
}

// target[], where nobody asks for paths: most generators are such.
class Iteration final : public Node {
 public:
  Iteration(const Node* target, std::unique_ptr<const Node> tracked)
      : Node(false), target_(target), tracked_(std::move(tracked)) {}

  bool each(Frame& frame, const Item& input, Emit emit) const override {
    if (input.tracked()) return tracked_->each(frame, input, emit);
    return target_ != nullptr ? target_->each_item(frame, input.value, emit) : each_of(frame.run, input.value, emit);
  }

 private:
  const Node* target_;  // single; null: of the input
  std::unique_ptr<const Node> tracked_;
};

// Any steps from any target. The keys belong to the input of the whole, not to the target.
class Access final : public Node {
 public:
  Access(const Node* target, std::vector<AccessStep> steps)
      : Node(all_single(target, steps)), target_(target), steps_(std::move(steps)) {}

  Value one(Frame& frame, const Value& input) const override {
    constexpr std::size_t few = 4;
    if (steps_.size() <= few) {
      Value keys[2 * few];
      return walk_once(frame, input, keys);
    }
    Gathering keys(frame.run);
    for (std::size_t i = 0; i < 2 * steps_.size(); ++i) keys.add({});
    return walk_once(frame, input, keys.values().data());
  }

  bool each(Frame& frame, const Item& input, Emit emit) const override {
    Gathering keys(frame.run);  // two for each step, in order
    for (std::size_t i = 0; i < 2 * steps_.size(); ++i) keys.add(Value::null());
    const Walk walk{frame, input, keys.values().data(), emit};
    return choose_keys(walk, steps_.size());
  }

 private:
  struct Walk {
    Frame& frame;
    const Item& input;
    Value* keys;
    Emit emit;

    Value& key(std::size_t number) const { return keys[number]; }
  };

  // Keys come first, those of the last step before all others, then the target. `keys` is room for two of each step.
  Value walk_once(Frame& frame, const Value& input, Value* keys) const {
    const auto set = [&](Value& key, const Node* node) {
      key = node != nullptr ? node->one(frame, input) : Value::null();
      return !key.is_nothing();
    };
    for (std::size_t i = steps_.size(); i-- > 0;)
      if (steps_[i].kind != PathStep::Kind::field)
        if (!set(keys[2 * i], steps_[i].key) || !set(keys[2 * i + 1], steps_[i].to)) return {};
    Value value = target_ != nullptr ? target_->one(frame, input) : input;
    for (std::size_t i = 0; i < steps_.size() && !value.is_nothing(); ++i) {
      const AccessStep& step = steps_[i];
      const bool is_field = step.kind == PathStep::Kind::field;
      value = is_field ? member_of(frame.run, value, step.name, step.optional)
                       : apply(frame.run, step, value, keys[2 * i], keys[2 * i + 1]);
    }
    return value;
  }

  Value apply(Evaluation& run, const AccessStep& step, const Value& value, const Value& key, const Value& to) const {
    const Value found = step.kind == PathStep::Kind::slice ? slice(run, value, key, to) : index(run, value, key);
    return found.is_nothing() && step.optional ? forgiven(run) : found;
  }

  // The keys of the last step vary slowest, as in jq.
  bool choose_keys(const Walk& walk, std::size_t count) const {
    for (; count > 0; --count) {
      const AccessStep& step = steps_[count - 1];
      if (step.kind == PathStep::Kind::iterate) continue;
      if (step.kind == PathStep::Kind::field) {
        walk.key(2 * count - 2) = step.name;
      } else if (is_single_step(step)) {
        if (!set_key(walk, 2 * count - 2, step.key) || !set_key(walk, 2 * count - 1, step.to))
          return !walk.frame.run.stopped();
      } else {
        return vary_keys(walk, count);
      }
    }
    if (target_ == nullptr) return step_on(walk, walk.input, 0);
    return target_->each(walk.frame, walk.input, [&](const Item& item) { return step_on(walk, item, 0); });
  }

  bool set_key(const Walk& walk, std::size_t number, const Node* node) const {
    const Value key = node != nullptr ? node->one(walk.frame, walk.input.value) : Value::null();
    if (key.is_nothing()) return false;
    walk.key(number) = key;
    return true;
  }

  bool vary_keys(const Walk& walk, std::size_t count) const {
    const AccessStep& step = steps_[count - 1];
    const auto vary = [&](const Node* node, std::size_t number, Emit then) {
      const Item plain{walk.input.value, nullptr};
      if (node == nullptr) return then(plain);
      return node->each(walk.frame, plain, [&](const Item& item) {
        walk.key(number) = item.value;
        return then(item);
      });
    };
    return vary(step.key, 2 * count - 2, [&](const Item&) {
      return vary(step.to, 2 * count - 1, [&](const Item&) { return choose_keys(walk, count - 1); });
    });
  }

  bool step_on(const Walk& walk, const Item& item, std::size_t number) const {
    if (number == steps_.size()) return walk.emit(item);
    const AccessStep& step = steps_[number];
    if (step.kind == PathStep::Kind::iterate) return iterate(walk, item, number);
    Evaluation& run = walk.frame.run;
    if (!run.step()) return false;
    const Value key = walk.key(2 * number);
    const Value to = walk.key(2 * number + 1);
    const bool is_slice = step.kind == PathStep::Kind::slice;
    Path path{item.path, item.tracked() && is_slice ? slice_key(run, key, to) : key};
    if (item.path == &Path::broken) {
      run.fail(fmt::format("Invalid path expression near attempt to access element {} of {}", shortened(path.key),
                           shortened(item.value)));
      return false;
    }
    const Value value = apply(run, step, item.value, key, to);
    if (value.is_nothing()) return !run.stopped();
    return step_on(walk, {value, item.tracked() ? &path : nullptr}, number + 1);
  }

  bool iterate(const Walk& walk, const Item& item, std::size_t number) const {
    Evaluation& run = walk.frame.run;
    if (item.path == &Path::broken) {
      run.fail(fmt::format("Invalid path expression near attempt to iterate through {}", shortened(item.value)));
      return false;
    }
    const bool is_array = item.value.kind() == Kind::array;
    if (!is_array && item.value.kind() != Kind::object) {
      if (steps_[number].optional) return true;
      refuse_iteration(run, item.value);
      return false;
    }
    Path path{item.path, {}};
    const Path* const tracked = item.tracked() ? &path : nullptr;
    for (std::size_t i = 0; i < item.value.size(); ++i) {
      if (!run.step()) return false;
      if (is_array && tracked != nullptr) path.key = Value::integer(static_cast<std::int64_t>(i));
      if (!is_array && tracked != nullptr) path.key = item.value.members()[i].key;
      const Value& value = is_array ? item.value.items()[i] : item.value.members()[i].value;
      if (!step_on(walk, {value, tracked}, number + 1)) return false;
    }
    return true;
  }

  const Node* target_;
  std::vector<AccessStep> steps_;
};

// `..`: the value, then all that it holds, depth first.
class Descend final : public Node {
 public:
  Descend() : Node(false) {}
  bool each(Frame& frame, const Item& input, Emit emit) const override {
    if (!frame.run.step()) return false;
    if (!emit(input)) return false;
    Path path{input.path, {}};
    const Path* const tracked = input.tracked() ? &path : nullptr;
    if (input.value.kind() == Kind::array) {
      for (std::size_t i = 0; i < input.value.size(); ++i) {
        path.key = Value::integer(static_cast<std::int64_t>(i));
        if (!each(frame, {input.value.items()[i], tracked}, emit)) return false;
      }
    } else if (input.value.kind() == Kind::object) {
      for (const Member& member : input.value.members()) {
        path.key = member.key;
        if (!each(frame, {member.value, tracked}, emit)) return false;
      }
    }
    return true;
  }
};

}  // namespace

bool Node::each_item(Frame& frame, const Value& input, Emit emit) const {
  const Value whole = one(frame, input);
  return whole.is_nothing() ? !frame.run.stopped() : each_of(frame.run, whole, emit);
}

NodePtr make_identity() { return std::make_unique<Identity>(); }
NodePtr make_descend() { return std::make_unique<Descend>(); }

NodePtr make_access(const Node* target, std::vector<AccessStep> steps) {
  if (target == nullptr && steps.size() == 1 && steps[0].kind == PathStep::Kind::field)
    return std::make_unique<Field>(steps[0].name, steps[0].optional);
  const bool iterates = steps.size() == 1 && steps[0].kind == PathStep::Kind::iterate && !steps[0].optional &&
                        (target == nullptr || target->is_single());
  auto access = std::make_unique<Access>(target, std::move(steps));
  if (iterates) return std::make_unique<Iteration>(target, std::move(access));
  return access;
}

}  // namespace flowrun::expr
