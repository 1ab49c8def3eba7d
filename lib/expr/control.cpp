#include <algorithm>

#include "expr/nodes.hpp"
#include "expr/operations.hpp"

namespace flowrun::expr {
namespace {

class Pipe final : public Node {
 public:
  explicit Pipe(std::vector<const Node*> stages) : Node(all_single(stages)), stages_(std::move(stages)) {
    if (std::all_of(stages_.begin(), stages_.end(), [](const Node* stage) { return stage->is_quick(); }))
      quick_stages_ = {stages_.begin(), stages_.end()};
    set_quick(!quick_stages_.empty());
    while (singles_ < stages_.size() && stages_[stages_.size() - singles_ - 1]->is_single()) ++singles_;
  }

  Value one(Frame& frame, const Value& input) const override { return last_single(frame, input); }
  Value quick(const Value& input) const override {
    Value rooms[2];
    const Value* value = &input;
    for (const Operand& stage : quick_stages_) {
      const Value* const seen = stage.glance(*value);
      Value* const room = value == rooms ? rooms + 1 : rooms;
      value = seen != nullptr ? seen : new (room) Value(stage.quick(*value));
      if (value->is_nothing()) break;
    }
    return flat(*value);
  }
  bool each(Frame& frame, const Item& input, Emit emit) const override { return from(frame, input, 0, emit); }

 private:
  Value last_single(Frame& frame, const Value& input) const {
    Value rooms[2];
    const Value* value = &input;
    std::size_t number = 0;
    for (; number + 1 < stages_.size() && !value->is_nothing(); ++number)
      value = &stages_[number]->see(frame, *value, rooms[number % 2]);
    return value->is_nothing() ? Value() : stages_[number]->one(frame, *value);
  }

  bool from(Frame& frame, const Item& input, std::size_t number, Emit emit) const {
    Item item = input;
    // Stages with one output need no callback; where paths are asked for each stage must see its own.
    for (; !item.tracked() && number < stages_.size() && stages_[number]->is_single(); ++number) {
      item.value = stages_[number]->one(frame, item.value);
      if (item.value.is_nothing()) return !frame.run.stopped();
    }
    if (number == stages_.size()) return emit(item);
    if (number + 1 == stages_.size()) return stages_[number]->each(frame, item, emit);
    if (!frame.run.step()) return false;
    if (item.tracked() || number + 1 < stages_.size() - singles_)
      return stages_[number]->each(frame, item, [&](const Item& next) { return from(frame, next, number + 1, emit); });
    if (number + 2 == stages_.size()) return with_last(frame, item, number, emit);
    return stages_[number]->each(frame, item, [&](const Item& next) {
      Value rooms[2];
      const Value* value = &next.value;
      for (std::size_t last = number + 1; last < stages_.size() && !value->is_nothing(); ++last)
        value = &stages_[last]->see(frame, *value, rooms[last % 2]);
      return value->is_nothing() ? !frame.run.stopped() : emit({*value, nullptr});
    });
  }

  // The two stages from `number` on, which are the last; the second has one output.
  bool with_last(Frame& frame, const Item& input, std::size_t number, Emit emit) const {
    return stages_[number]->each(frame, input, [&, last = stages_[number + 1]](const Item& next) {
      Value room;
      const Value& value = last->see(frame, next.value, room);
      if (&value == &next.value) return emit(next);
      return value.is_nothing() ? !frame.run.stopped() : emit({value, nullptr});
    });
  }

  std::vector<const Node*> stages_;
  std::vector<Operand> quick_stages_;  // the same, where all of them are quick
  std::size_t singles_ = 0;            // at the end
};

class Comma final : public Node {
 public:
  explicit Comma(std::vector<const Node*> items) : Node(false), items_(std::move(items)) {}
  bool each(Frame& frame, const Item& input, Emit emit) const override {
    return std::all_of(items_.begin(), items_.end(), [&](const Node* item) { return item->each(frame, input, emit); });
  }

 private:
  std::vector<const Node*> items_;
};

// a // b // c: the outputs of the first choice that hold, else the next choice; all outputs of the last.
class Alternative final : public Node {
 public:
  explicit Alternative(std::vector<const Node*> choices) : Node(all_single(choices)), choices_(std::move(choices)) {}

  Value one(Frame& frame, const Value& input) const override {
    for (std::size_t i = 0; i + 1 < choices_.size(); ++i) {
      const Value value = choices_[i]->one(frame, input);
      if (value.holds() || frame.run.stopped()) return value;
    }
    return choices_.back()->one(frame, input);
  }

  bool each(Frame& frame, const Item& input, Emit emit) const override {
    for (std::size_t i = 0; i + 1 < choices_.size(); ++i) {
      bool found = false;
      const bool complete = choices_[i]->each(frame, input, [&](const Item& item) {
        if (!item.value.holds()) return true;
        found = true;
        return emit(item);
      });
      if (!complete || found) return complete;
    }
    return choices_.back()->each(frame, input, emit);
  }

 private:
  std::vector<const Node*> choices_;
};

class Condition final : public Node {
 public:
  explicit Condition(std::vector<const Node*> parts) : Node(all_single(parts)), parts_(std::move(parts)) {}

  Value one(Frame& frame, const Value& input) const override {
    std::size_t i = 0;
    for (; i + 1 < parts_.size(); i += 2) {
      const Value truth = parts_[i]->one(frame, input);
      if (truth.is_nothing()) return {};
      if (truth.holds()) return parts_[i + 1]->one(frame, input);
    }
    return i < parts_.size() ? parts_[i]->one(frame, input) : input;
  }

  bool each(Frame& frame, const Item& input, Emit emit) const override { return from(frame, input, 0, emit); }

 private:
  bool from(Frame& frame, const Item& input, std::size_t number, Emit emit) const {
    for (; number + 1 < parts_.size() && parts_[number]->is_single(); number += 2) {
      const Value truth = parts_[number]->one(frame, input.value);
      if (truth.is_nothing()) return !frame.run.stopped();
      if (truth.holds()) return parts_[number + 1]->each(frame, input, emit);
    }
    if (number == parts_.size()) return emit(input);
    if (number + 1 == parts_.size()) return parts_[number]->each(frame, input, emit);
    if (!frame.run.step()) return false;
    return parts_[number]->each(frame, {input.value, nullptr}, [&](const Item& truth) {
      return truth.value.holds() ? parts_[number + 1]->each(frame, input, emit) : from(frame, input, number + 2, emit);
    });
  }

  std::vector<const Node*> parts_;
};

// Catches the errors of its body, not those of whoever takes the body's outputs.
class Attempt final : public Node {
 public:
  Attempt(const Node* body, const Node* handler)
      : Node(body->is_single() && (handler == nullptr || handler->is_single())), body_(body), handler_(handler) {}

  Value one(Frame& frame, const Value& input) const override {
    const Value value = body_->one(frame, input);
    if (!value.is_nothing() || frame.run.stop != Stop::error) return value;
    frame.run.stop = Stop::none;
    if (handler_ == nullptr) return {};
    const Value error = frame.run.error;
    return handler_->one(frame, error);
  }

  bool each(Frame& frame, const Item& input, Emit emit) const override {
    bool emitting = true;
    const bool complete = body_->each(frame, input, [&](const Item& item) {
      emitting = emit(item);
      return emitting;
    });
    if (complete || !emitting || frame.run.stop != Stop::error) return complete;
    frame.run.stop = Stop::none;
    if (handler_ == nullptr) return true;
    const Item error{frame.run.error, input.tracked() ? &Path::broken : nullptr};
    return handler_->each(frame, error, emit);
  }

 private:
  const Node* body_;
  const Node* handler_;
};

// Each activation has a number of its own, kept in a variable, so that `break` leaves the right one.
class Label final : public Node {
 public:
  Label(std::size_t slot, const Node* body) : Node(body->is_single()), slot_(slot), body_(body) {}

  Value one(Frame& frame, const Value& input) const override {
    const Value before = enter(frame);
    const Value value = body_->one(frame, input);
    leave(frame, before);
    return value;
  }
  bool each(Frame& frame, const Item& input, Emit emit) const override {
    const Value before = enter(frame);
    const bool complete = body_->each(frame, input, emit);
    return leave(frame, before) || complete;
  }

 private:
  Value enter(Frame& frame) const {
    const Value before = frame.variables[slot_];
    frame.variables[slot_] = Value::integer(static_cast<std::int64_t>(++frame.run.labels));
    return before;
  }
  // Whether the evaluation was on its way to this label.
  bool leave(Frame& frame, const Value& before) const {
    const auto label = static_cast<std::uint64_t>(frame.variables[slot_].as_integer());
    frame.variables[slot_] = before;
    if (frame.run.stop != Stop::leave || frame.run.label != label) return false;
    frame.run.stop = Stop::none;
    return true;
  }

  std::size_t slot_;
  const Node* body_;
};

class Leave final : public Node {
 public:
  Leave(std::size_t hops, std::size_t slot) : Node(true), hops_(hops), slot_(slot) {}
  Value one(Frame& frame, const Value&) const override {
    frame.run.stop = Stop::leave;
    frame.run.label = static_cast<std::uint64_t>(outer_frame(frame, hops_).variables[slot_].as_integer());
    return {};
  }

 private:
  std::size_t hops_;
  std::size_t slot_;
};

}  // namespace

NodePtr make_pipe(std::vector<const Node*> stages) { return std::make_unique<Pipe>(std::move(stages)); }
NodePtr make_comma(std::vector<const Node*> items) { return std::make_unique<Comma>(std::move(items)); }
NodePtr make_alternative(std::vector<const Node*> choices) { return std::make_unique<Alternative>(std::move(choices)); }
NodePtr make_condition(std::vector<const Node*> parts) { return std::make_unique<Condition>(std::move(parts)); }
NodePtr make_attempt(const Node* body, const Node* handler) { return std::make_unique<Attempt>(body, handler); }
NodePtr make_label(std::size_t slot, const Node* body) { return std::make_unique<Label>(slot, body); }
NodePtr make_leave(std::size_t hops, std::size_t slot) { return std::make_unique<Leave>(hops, slot); }

}  // namespace flowrun::expr
