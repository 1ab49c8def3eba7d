#include <cmath>

#include "expr/builtins.hpp"
#include "expr/operations.hpp"

namespace flowrun::expr {
namespace {

// A count that is no number cannot be counted down; this shows at the first output.
bool refuse_count(Evaluation& run, const Value& count) {
  type_error(run, count, Value::integer(1), "cannot be subtracted");
  return false;
}

// Ends a generator after an output without ending the evaluation around it.
class Limit final : public Node {
 public:
  Limit(const Node* count, const Node* generator) : Node(false), count_(count), generator_(generator) {}

  bool each(Frame& frame, const Item& input, Emit emit) const override {
    return count_->each(frame, {input.value, nullptr}, [&](const Item& count) {
      const int direction = order(count.value, Value::integer(0));
      if (direction == 0) return true;
      if (direction > 0) return generate(frame, input, count.value, emit);
      frame.run.fail("limit doesn't support negative count");
      return false;
    });
  }

 private:
  bool generate(Frame& frame, const Item& input, const Value& count, Emit emit) const {
    bool emitting = true;
    double left = count.is_numeric() ? to_double(count) : 0;
    const bool complete = generator_->each(frame, input, [&](const Item& item) {
      if (!count.is_numeric()) return refuse_count(frame.run, count);
      left -= 1;
      emitting = emit(item);
      return emitting && left > 0;
    });
    return complete || (emitting && !frame.run.stopped());
  }

  const Node* count_;
  const Node* generator_;
};

class First final : public Node {
 public:
  explicit First(const Node* generator) : Node(true), generator_(generator) {}

  Value one(Frame& frame, const Value& input) const override {
    if (generator_->is_single()) return generator_->one(frame, input);
    Value first;
    generator_->each(frame, {input, nullptr}, [&](const Item& item) {
      first = item.value;
      return false;
    });
    return frame.run.stopped() ? Value() : first;
  }
  bool each(Frame& frame, const Item& input, Emit emit) const override {
    bool emitting = true;
    const bool complete = generator_->each(frame, input, [&](const Item& item) {
      emitting = emit(item);
      return false;
    });
    return complete || (emitting && !frame.run.stopped());
  }

 private:
  const Node* generator_;
};

class Last final : public Node {
 public:
  explicit Last(const Node* generator) : Node(generator->is_single()), generator_(generator) {}
  bool each(Frame& frame, const Item& input, Emit emit) const override {
    Item last;
    const bool complete = generator_->each(frame, input, [&](const Item& item) {
      last.value = item.value;
      return true;
    });
    return complete && (last.value.is_nothing() || emit(computed(input, last.value)));
  }
  Value one(Frame& frame, const Value& input) const override { return generator_->one(frame, input); }

 private:
  const Node* generator_;
};

class Skip final : public Node {
 public:
  Skip(const Node* count, const Node* generator) : Node(false), count_(count), generator_(generator) {}
  bool each(Frame& frame, const Item& input, Emit emit) const override {
    return count_->each(frame, {input.value, nullptr}, [&](const Item& count) {
      const int direction = order(count.value, Value::integer(0));
      if (direction == 0) return generator_->each(frame, input, emit);
      if (direction < 0) return frame.run.fail("skip doesn't support negative count"), false;
      double left = count.value.is_numeric() ? to_double(count.value) : 0;
      return generator_->each(frame, input, [&](const Item& item) {
        if (!count.value.is_numeric()) return refuse_count(frame.run, count.value);
        left -= 1;
        return left >= 0 || emit(item);
      });
    });
  }

 private:
  const Node* count_;
  const Node* generator_;
};

// any/all over a generator: ends at the first output that decides.
template <bool decides>
class Quantifier final : public Node {
 public:
  Quantifier(const Node* generator, const Node* condition) : Node(true), generator_(generator), condition_(condition) {}

  Value one(Frame& frame, const Value& input) const override {
    bool decided = false;
    const auto check = [&](const Item& truth) {
      decided = truth.value.holds() == decides;
      return !decided;
    };
    const auto check_item = [&](const Item& item) {
      if (!frame.run.step()) return false;
      return condition_ != nullptr ? condition_->each(frame, {item.value, nullptr}, check) : check(item);
    };
    generator_->each(frame, {input, nullptr}, check_item);
    return frame.run.stopped() ? Value() : Value::boolean(decided == decides);
  }

 private:
  const Node* generator_;
  const Node* condition_;
};

}  // namespace

std::span<const Builtin> generator_builtins() {
  static const Builtin table[] = {
      {.name = "limit",
       .arity = 2,
       .meaning = "the first `n` outputs of `f`",
       .factory = [](auto arguments) -> NodePtr { return std::make_unique<Limit>(arguments[0], arguments[1]); }},
      {.name = "skip",
       .arity = 2,
       .meaning = "the outputs of `f` without the first `n`",
       .factory = [](auto arguments) -> NodePtr { return std::make_unique<Skip>(arguments[0], arguments[1]); }},
      {.name = "first",
       .arity = 1,
       .meaning = "the first output of `f`",
       .factory = [](auto arguments) -> NodePtr { return std::make_unique<First>(arguments[0]); }},
      {.name = "last",
       .arity = 1,
       .meaning = "the last output of `f`",
       .factory = [](auto arguments) -> NodePtr { return std::make_unique<Last>(arguments[0]); }},
      {.name = "nth",
       .arity = 2,
       .meaning = "the output number `n`, from 0, of `f`",
       .definition = "def nth($n; f): if $n < 0 then error(\"nth doesn't support negative indices\") "
                     "else first(skip($n; f)) end;"},
      {.name = "isempty",
       .arity = 1,
       .meaning = "whether `f` has no output",
       .definition = "def isempty(f): first((f | false), true);"},
      {.name = "any",
       .arity = 2,
       .meaning = "whether the condition holds for an output of the generator",
       .factory = [](auto arguments) -> NodePtr {
         return std::make_unique<Quantifier<true>>(arguments[0], arguments[1]);
       }},
      {.name = "all",
       .arity = 2,
       .meaning = "whether the condition holds for all outputs of the generator",
       .factory = [](auto arguments) -> NodePtr {
         return std::make_unique<Quantifier<false>>(arguments[0], arguments[1]);
       }},
      {.name = "any",
       .arity = 1,
       .meaning = "whether the condition holds for an item",
       .definition = "def any(f): any(.[]; f);"},
      {.name = "all",
       .arity = 1,
       .meaning = "whether the condition holds for all items",
       .definition = "def all(f): all(.[]; f);"},
      {.name = "any", .meaning = "whether an item holds", .definition = "def any: any(.[]; .);"},
      {.name = "all", .meaning = "whether all items hold", .definition = "def all: all(.[]; .);"},
      {.name = "IN",
       .arity = 1,
       .meaning = "whether the input is an output of `f`",
       .definition = "def IN(f): any(f == .; .);"},
      {.name = "IN",
       .arity = 2,
       .meaning = "whether an output of the first is one of the second",
       .definition = "def IN(f; g): any(f == g; .);"},
  };
  return table;
}

}  // namespace flowrun::expr
