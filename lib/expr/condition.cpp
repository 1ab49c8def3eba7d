#include <algorithm>

#include "expr/nodes.hpp"
#include "expr/operations.hpp"

namespace flowrun::expr {
namespace {

// Of two numbers neither of which is NaN, by what the operator is.
template <class Number>
bool compare_numbers(Operator operation, Number left, Number right) {
  switch (operation) {
    case Operator::equal:
      return left == right;
    case Operator::not_equal:
      return left != right;
    case Operator::less:
      return left < right;
    case Operator::less_equal:
      return left <= right;
    case Operator::greater:
      return left > right;
    default:
      return left >= right;
  }
}

class Comparison final : public Node {
 public:
  Comparison(Operator operation, const Node* left, const Node* right)
      : Node(left->is_single() && right->is_single()),
        operation_(operation),
        left_(left),
        right_(right),
        seen_left_(left),
        seen_right_(right) {
    set_quick(is_single() && seen_left_.is_quick() && seen_right_.is_quick());
  }

  // Of two integers, or of doubles.
  Value quick(const Value& input) const override {
    const Value left = seen_left_.quick(input);
    const Value right = seen_right_.quick(input);
    if (left.kind() == Kind::integer && right.kind() == Kind::integer)
      return Value::boolean(compare_numbers(operation_, left.as_integer(), right.as_integer()));
    const bool are_real = left.kind() == Kind::number && right.kind() == Kind::number &&
                          left.as_number() == left.as_number() && right.as_number() == right.as_number();
    return are_real ? Value::boolean(compare_numbers(operation_, left.as_number(), right.as_number())) : Value();
  }
  Value one(Frame& frame, const Value& input) const override {
    Value right_room;
    const Value& right = seen_right_.see(frame, input, right_room);
    if (right.is_nothing()) return {};
    Value left_room;
    const Value& left = seen_left_.see(frame, input, left_room);
    if (left.is_nothing()) return {};
    return compare(frame.run, left, right);
  }

  bool each(Frame& frame, const Item& input, Emit emit) const override {
    if (is_single()) return Node::each(frame, input, emit);
    const Item plain{input.value, nullptr};
    return right_->each(frame, plain, [&](const Item& right) {
      return left_->each(frame, plain, [&](const Item& left) {
        const Value truth = compare(frame.run, left.value, right.value);
        return !truth.is_nothing() && emit(computed(input, truth));
      });
    });
  }

 private:
  Value compare(Evaluation& run, const Value& left, const Value& right) const {
    if (left.kind() == right.kind()) {  // else neither is walked over
      const bool is_equality = operation_ == Operator::equal || operation_ == Operator::not_equal;
      const char* const too_deep = is_equality ? "Equality check too deep" : "Comparison too deep";
      if (!run.can_walk(left, too_deep) || !run.can_walk(right, too_deep)) return {};
    }
    return Value::boolean(holds(operation_, left, right));
  }

  Operator operation_;
  const Node* left_;
  const Node* right_;
  Operand seen_left_;
  Operand seen_right_;
};

// `operand <operator> constant`, the most frequent condition.
class ComparisonWithConstant final : public Node {
 public:
  ComparisonWithConstant(Operator operation, const Node* operand, const Value& constant)
      : Node(true), operation_(operation), operand_(operand), constant_(constant) {
    is_exact_ =
        constant.kind() == Kind::integer && constant.as_integer() > -(1LL << 53) && constant.as_integer() < (1LL << 53);
    is_real_ = is_exact_ || (constant.kind() == Kind::number && constant.as_number() == constant.as_number());
    if (is_real_) number_ = to_double(constant);
    set_quick(is_real_ && operand_.is_quick());
  }

  Value one(Frame& frame, const Value& input) const override {
    Value room;
    const Value& left = operand_.see(frame, input, room);
    const Value result = quick_result(left);
    return left.is_nothing() || !result.is_nothing() ? result : any_result(frame.run, left);
  }
  Value quick(const Value& input) const override {
    const Value* const left = operand_.glance(input);
    return left != nullptr ? quick_result(*left) : quick_result(operand_.quick(input));
  }
  const Value* operand_field() const override { return operand_.field(); }
  Value quick_of(const Value& field) const override { return quick_result(field); }

 private:
  Value quick_result(const Value& left) const {
    if (left.kind() == Kind::integer && is_exact_)
      return Value::boolean(compare_numbers(operation_, left.as_integer(), constant_.as_integer()));
    if (left.kind() == Kind::number && is_real_ && left.as_number() == left.as_number())
      return Value::boolean(compare_numbers(operation_, left.as_number(), number_));
    return {};
  }
  [[gnu::noinline]] Value any_result(Evaluation& run, const Value& left) const {
    if (!run.can_walk(left)) return {};
    if (left.same_bits(constant_) && left.is_text()) return Value::boolean(compare_numbers(operation_, 0, 0));
    return Value::boolean(holds(operation_, left, constant_));
  }

  Operator operation_;
  bool is_exact_ = false;  // the constant is an integer that a double holds exactly
  bool is_real_ = false;   // ... or a double
  double number_ = 0;
  Operand operand_;
  Value constant_;
};

// operand == "short text", or != : texts that are held inline are equal where their bits are.
class ComparisonWithShortText final : public Node {
 public:
  ComparisonWithShortText(bool wants_equal, const Node* operand, const Value& constant)
      : Node(true), wants_equal_(wants_equal), operand_(operand), constant_(constant) {
    set_quick(operand_.is_quick());
  }

  Value one(Frame& frame, const Value& input) const override {
    Value room;
    const Value& left = operand_.see(frame, input, room);
    return result(left);
  }
  Value quick(const Value& input) const override {
    const Value* const left = operand_.glance(input);
    return left != nullptr ? result(*left) : result(operand_.quick(input));
  }
  const Value* operand_field() const override { return operand_.field(); }
  Value quick_of(const Value& field) const override { return result(field); }
  bool is_true(Frame& frame, const Value& input) const override {
    Value room;
    const Value& left = operand_.see(frame, input, room);
    return !left.is_nothing() && left.same_bits(constant_) == wants_equal_;
  }

 private:
  Value result(const Value& left) const {
    return left.is_nothing() ? left : Value::boolean(left.same_bits(constant_) == wants_equal_);
  }

  bool wants_equal_;
  Operand operand_;
  Value constant_;
};

// `and` ends at the first operand that does not hold, `or` at the first that does.
template <bool goes_on_while>
class Logic final : public Node {
 public:
  explicit Logic(std::vector<const Node*> operands) : Node(all_single(operands)), operands_(std::move(operands)) {
    set_quick(std::all_of(operands_.begin(), operands_.end(), [](const Node* node) { return node->is_quick(); }));
  }

  Value one(Frame& frame, const Value& input) const override {
    bool truth = goes_on_while;
    for (const Node* const operand : operands_) {
      const Value value = operand->one(frame, input);
      if (value.is_nothing()) return {};
      truth = value.holds();
      if (truth != goes_on_while) break;
    }
    return Value::boolean(truth);
  }
  Value quick(const Value& input) const override {
    bool truth = goes_on_while;
    for (const Node* const operand : operands_) {
      const Value value = operand->quick(input);
      if (value.is_nothing()) return {};
      truth = value.holds();
      if (truth != goes_on_while) break;
    }
    return Value::boolean(truth);
  }

  bool each(Frame& frame, const Item& input, Emit emit) const override {
    return is_single() ? Node::each(frame, input, emit) : from(frame, input, 0, emit);
  }

 private:
  bool from(Frame& frame, const Item& input, std::size_t number, Emit emit) const {
    if (!frame.run.step()) return false;
    return operands_[number]->each(frame, {input.value, nullptr}, [&](const Item& item) {
      const bool truth = item.value.holds();
      if (truth != goes_on_while || number + 1 == operands_.size()) return emit(computed(input, Value::boolean(truth)));
      return from(frame, input, number + 1, emit);
    });
  }

  std::vector<const Node*> operands_;
};

}  // namespace

NodePtr make_comparison(Operator operation, const Node* left, const Node* right) {
  const bool is_equality = operation == Operator::equal || operation == Operator::not_equal;
  if (right->constant() == nullptr || !left->is_single()) return std::make_unique<Comparison>(operation, left, right);
  if (const Value& constant = *right->constant(); is_equality && constant.is_text() && constant.is_inline())
    return std::make_unique<ComparisonWithShortText>(operation == Operator::equal, left, constant);
  return std::make_unique<ComparisonWithConstant>(operation, left, *right->constant());
}

NodePtr make_both(std::vector<const Node*> operands) { return std::make_unique<Logic<true>>(std::move(operands)); }
NodePtr make_either(std::vector<const Node*> operands) { return std::make_unique<Logic<false>>(std::move(operands)); }

}  // namespace flowrun::expr
