#include <algorithm>

#include "expr/nodes.hpp"
#include "expr/operations.hpp"

namespace flowrun::expr {
namespace {

constexpr std::size_t most_arguments = 8;

// Room for a frame's variables and closures: on the C++ stack where they are few, else in the arena of the evaluation.
class FrameRoom {
 public:
  FrameRoom(Evaluation& run, std::size_t variables, std::size_t closures) {
    variables_ = variables <= few ? own_variables_ : run.arena->allocate_array<Value>(variables);
    closures_ = closures <= few ? own_closures_ : run.arena->allocate_array<Closure>(closures);
    std::fill_n(variables_, variables, Value::null());
  }
  FrameRoom(const FrameRoom&) = delete;
  FrameRoom& operator=(const FrameRoom&) = delete;

  Value* variables() { return variables_; }
  Closure* closures() { return closures_; }

 private:
  static constexpr std::size_t few = 4;
  Value own_variables_[few];
  Closure own_closures_[few];
  Value* variables_;
  Closure* closures_;
};

// A call of a definition: a frame of its own, in which arguments are closures over the caller's frame. Value parameters are
// bound to each output of their argument, the first varying slowest.
class Call : public Node {
 public:
  Call(const Function* function, std::size_t hops, std::vector<const Node*> arguments, bool single)
      : Node(single), hops_(hops), function_(function), arguments_(std::move(arguments)) {}

  Value one(Frame& frame, const Value& input) const override {
    if (!frame.run.step()) return {};
    FrameRoom room(frame.run, function_->variables, arguments_.size());
    Frame called = enter(frame, room);
    std::size_t number = 0;
    for (std::size_t i = 0; i < arguments_.size(); ++i) {
      if (!function_->parameter_is_value[i]) continue;
      const Value value = arguments_[i]->one(frame, input);
      if (value.is_nothing()) return {};
      share(frame.run, value);
      called.variables[function_->value_slots[number++]] = value;
    }
    Value output = function_->body->one(called, input);
    while (frame.run.tail_function == function_) output = go_round(called);
    return output;
  }

  bool each(Frame& frame, const Item& input, Emit emit) const override {
    if (is_single() && !input.tracked()) {
      const Value output = Call::one(frame, input.value);
      return output.is_nothing() ? !frame.run.stopped() : emit({output, nullptr});
    }
    if (!frame.run.step()) return false;
    FrameRoom room(frame.run, function_->variables, arguments_.size());
    Frame called = enter(frame, room);
    return bind_from(frame, called, input, 0, 0, emit);
  }

 private:
  Frame enter(Frame& frame, FrameRoom& room) const {
    for (std::size_t i = 0; i < arguments_.size(); ++i) room.closures()[i] = {arguments_[i], &frame};
    return {frame.run, &outer_frame(frame, hops_), room.variables(), room.closures()};
  }

  bool bind_from(Frame& frame, Frame& called, const Item& input, std::size_t argument, std::size_t number,
                 Emit emit) const {
    while (argument < arguments_.size() && !function_->parameter_is_value[argument]) ++argument;
    if (argument == arguments_.size()) return function_->body->each(called, input, emit);
    return arguments_[argument]->each(frame, {input.value, nullptr}, [&](const Item& item) {
      share(frame.run, item.value);
      Value& variable = called.variables[function_->value_slots[number]];
      const Value before = variable;
      variable = item.value;
      const bool complete = bind_from(frame, called, input, argument + 1, number + 1, emit);
      variable = before;
      return complete;
    });
  }

  Value go_round(Frame& called) const {
    Evaluation& run = called.run;
    run.tail_function = nullptr;
    if (!run.step()) return {};
    for (std::size_t i = 0; i < function_->value_slots.size(); ++i)
      called.variables[function_->value_slots[i]] = run.tail_arguments[i];
    const Value input = run.tail_input;
    return function_->body->one(called, input);
  }

  std::size_t hops_;

 protected:
  const Function* function_;
  std::vector<const Node*> arguments_;
};

class TailCall final : public Call {
 public:
  TailCall(const Function* function, std::size_t hops, std::vector<const Node*> arguments)
      : Call(function, hops, std::move(arguments), true) {}

  Value one(Frame& frame, const Value& input) const override {
    Value values[most_tail_arguments];
    for (std::size_t i = 0; i < arguments_.size(); ++i) {
      values[i] = arguments_[i]->one(frame, input);
      if (values[i].is_nothing()) return {};
      share(frame.run, values[i]);
    }
    std::copy_n(values, arguments_.size(), frame.run.tail_arguments);
    frame.run.tail_input = input;
    frame.run.tail_function = function_;
    return {};
  }
};

class ClosureCall final : public Node {
 public:
  ClosureCall(std::size_t hops, std::size_t index) : Node(false), hops_(hops), index_(index) {}
  bool each(Frame& frame, const Item& input, Emit emit) const override {
    if (!frame.run.step()) return false;
    const Closure& closure = outer_frame(frame, hops_).closures[index_];
    return closure.body->each(*closure.frame, input, emit);
  }

 private:
  std::size_t hops_;
  std::size_t index_;
};

class NativeCall final : public Node {
 public:
  NativeCall(NativeFunction function, std::vector<const Node*> arguments, bool first_outermost)
      : Node(std::all_of(arguments.begin(), arguments.end(),
                         [](const Node* argument) { return argument->is_single(); })),
        function_(function),
        arguments_(std::move(arguments)),
        first_outermost_(first_outermost) {}

  Value one(Frame& frame, const Value& input) const override {
    Value values[most_arguments];
    for (std::size_t left = arguments_.size(); left > 0; --left) {
      Value& value = values[number_of(left)];
      value = arguments_[number_of(left)]->one(frame, input);
      if (value.is_nothing()) return {};
    }
    return function_(frame.run, input, values);
  }

  bool each(Frame& frame, const Item& input, Emit emit) const override {
    if (is_single()) return Node::each(frame, input, emit);
    Value values[most_arguments];
    return choose(frame, input, values, arguments_.size(), emit);
  }

 private:
  // Of the argument that is next where so many are left.
  std::size_t number_of(std::size_t left) const { return first_outermost_ ? arguments_.size() - left : left - 1; }

  bool choose(Frame& frame, const Item& input, Value* values, std::size_t left, Emit emit) const {
    if (left == 0) {
      const Value result = function_(frame.run, input.value, values);
      if (result.is_nothing()) return !frame.run.stopped();
      return emit(computed(input, result));
    }
    const std::size_t number = number_of(left);
    return arguments_[number]->each(frame, {input.value, nullptr}, [&](const Item& item) {
      values[number] = item.value;
      return frame.run.step() && choose(frame, input, values, left - 1, emit);
    });
  }

  NativeFunction function_;
  std::vector<const Node*> arguments_;
  bool first_outermost_;
};

}  // namespace

NodePtr make_call(const Function* function, std::size_t hops, std::vector<const Node*> arguments, bool single) {
  return std::make_unique<Call>(function, hops, std::move(arguments), single);
}
NodePtr make_tail_call(const Function* function, std::size_t hops, std::vector<const Node*> arguments) {
  return std::make_unique<TailCall>(function, hops, std::move(arguments));
}
NodePtr make_closure_call(std::size_t hops, std::size_t index) { return std::make_unique<ClosureCall>(hops, index); }
NodePtr make_native_call(NativeFunction function, std::vector<const Node*> arguments, bool first_outermost) {
  return std::make_unique<NativeCall>(function, std::move(arguments), first_outermost);
}

}  // namespace flowrun::expr
