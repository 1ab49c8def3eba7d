#include "expr/builtins.hpp"
#include "expr/operations.hpp"

namespace flowrun::expr {
namespace {

// range(from; upto; by): a loop over integers while they are, else over doubles; with `by`, as in jq, over whatever adds.
class Range final : public Node {
 public:
  Range(const Node* from, const Node* upto, const Node* by) : Node(false), from_(from), upto_(upto), by_(by) {}

  bool each(Frame& frame, const Item& input, Emit emit) const override {
    const Item plain{input.value, nullptr};
    const Item zero{Value::integer(0), nullptr};
    const Item step{Value::integer(1), nullptr};
    const auto vary = [&](const Node* node, const Item& otherwise, Emit then) {
      return node != nullptr ? node->each(frame, plain, then) : then(otherwise);
    };
    return vary(from_, zero, [&](const Item& from) {
      return upto_->each(frame, plain, [&](const Item& upto) {
        return vary(by_, step,
                    [&](const Item& by) { return count(frame.run, input, from.value, upto.value, by.value, emit); });
      });
    });
  }

 private:
  bool count(Evaluation& run, const Item& input, const Value& from, const Value& upto, const Value& by,
             Emit emit) const {
    if (by_ == nullptr && (!from.is_numeric() || !upto.is_numeric())) {
      run.fail("Range bounds must be numeric");
      return false;
    }
    const int direction = order(by, Value::integer(0));
    if (direction == 0) return true;
    Value next = from;
    while (direction > 0 ? order(next, upto) < 0 : order(next, upto) > 0) {
      if (!run.step() || !emit(computed(input, next))) return false;
      next = add(run, next, by);
      if (next.is_nothing()) return false;
    }
    return true;
  }

  const Node* from_;
  const Node* upto_;
  const Node* by_;
};

// repeat(f): the outputs of `f` again and again.
class Repeat final : public Node {
 public:
  explicit Repeat(const Node* body) : Node(false), body_(body) {}
  bool each(Frame& frame, const Item& input, Emit emit) const override {
    while (frame.run.step())
      if (!body_->each(frame, input, emit)) return false;
    return false;
  }

 private:
  const Node* body_;
};

// while(c; f), until(c; f), recurse(f): loops where `f` has one output, else depth first.
enum class Loop { while_, until, recurse };

template <Loop loop>
class Looping final : public Node {
 public:
  Looping(const Node* condition, const Node* update)
      : Node(loop == Loop::until && condition->is_single() && update->is_single()),
        condition_(condition),
        update_(update) {}

  Value one(Frame& frame, const Value& input) const override {
    Value value = input;
    for (;;) {
      if (!frame.run.step()) return {};
      const Value truth = condition_->one(frame, value);
      if (truth.is_nothing() || truth.holds()) return truth.is_nothing() ? truth : value;
      value = update_->one(frame, value);
      if (value.is_nothing()) return {};
    }
  }

  bool each(Frame& frame, const Item& input, Emit emit) const override {
    Item item = input;
    while (update_->is_single() && !item.tracked() && (condition_ == nullptr || condition_->is_single())) {
      if (!frame.run.step()) return false;
      if (condition_ != nullptr) {
        const Value truth = condition_->one(frame, item.value);
        if (truth.is_nothing()) return !frame.run.stopped();
        if (loop == Loop::until && truth.holds()) return emit(item);
        if (loop == Loop::while_ && !truth.holds()) return true;
      }
      if (loop != Loop::until && !emit(item)) return false;
      item.value = update_->one(frame, item.value);
      if (item.value.is_nothing()) return !frame.run.stopped();
    }
    return descend(frame, item, emit);
  }

 private:
  bool descend(Frame& frame, const Item& item, Emit emit) const {
    if (!frame.run.step()) return false;
    const auto deeper = [&] {
      return update_->each(frame, item, [&](const Item& next) { return descend(frame, next, emit); });
    };
    if (condition_ == nullptr) return emit(item) && deeper();
    return condition_->each(frame, {item.value, nullptr}, [&](const Item& truth) {
      if (loop == Loop::until) return truth.value.holds() ? emit(item) : deeper();
      return !truth.value.holds() || (emit(item) && deeper());
    });
  }

  const Node* condition_;
  const Node* update_;
};

template <Loop loop>
NodePtr make_loop(const std::vector<const Node*>& arguments) {
  const bool conditional = loop == Loop::while_ || loop == Loop::until;
  return std::make_unique<Looping<loop>>(conditional ? arguments[0] : nullptr, arguments.back());
}

template <std::size_t arity>
NodePtr make_range(const std::vector<const Node*>& arguments) {
  if (arity == 1) return std::make_unique<Range>(nullptr, arguments[0], nullptr);
  return std::make_unique<Range>(arguments[0], arguments[1], arity == 3 ? arguments[2] : nullptr);
}

}  // namespace

std::span<const Builtin> loop_builtins() {
  static const Builtin table[] = {
      {.name = "range", .arity = 1, .meaning = "the numbers from 0 up to, but not, `upto`", .factory = make_range<1>},
      {.name = "range",
       .arity = 2,
       .meaning = "the numbers from `from` up to, but not, `upto`",
       .factory = make_range<2>},
      {.name = "range", .arity = 3, .meaning = "the same in steps of `by`", .factory = make_range<3>},
      {.name = "repeat",
       .arity = 1,
       .meaning = "the outputs of `f`, again and again",
       .factory = [](auto arguments) -> NodePtr { return std::make_unique<Repeat>(arguments[0]); }},
      {.name = "while",
       .arity = 2,
       .meaning = "the input, `f` of it, ... while the condition holds",
       .factory = make_loop<Loop::while_>},
      {.name = "until",
       .arity = 2,
       .meaning = "the first of the input, `f` of it, ... for which the condition holds",
       .factory = make_loop<Loop::until>},
      {.name = "recurse",
       .arity = 1,
       .meaning = "the input, the outputs of `f`, theirs, ...",
       .factory = make_loop<Loop::recurse>},
      {.name = "recurse",
       .meaning = "the input and all that it holds, as `..`",
       .factory = [](auto) { return make_descend(); }},
      {.name = "recurse",
       .arity = 2,
       .meaning = "the same while the condition holds",
       .definition = "def recurse(f; c): recurse(f | select(c));"},
      {.name = "combinations",
       .meaning = "one item of each array of the input, in every way",
       .definition = "def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $y | [$x] "
                     "+ $y end;"},
      {.name = "combinations",
       .arity = 1,
       .meaning = "`n` items of the input, in every way",
       .definition = "def combinations(n): . as $items | [range(n) | $items] | combinations;"},
  };
  return table;
}

}  // namespace flowrun::expr
