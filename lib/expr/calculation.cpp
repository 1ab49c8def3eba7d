#include <algorithm>

#include "expr/nodes.hpp"
#include "expr/operations.hpp"

namespace flowrun::expr {
namespace {

bool all_single(const std::vector<const Node*>& nodes) {
  return std::all_of(nodes.begin(), nodes.end(), [](const Node* node) { return node->is_single(); });
}

// A chain of operators of one strength, from left to right. The last operand is evaluated first, and its outputs vary slowest.
class Calculation final : public Node {
 public:
  Calculation(std::vector<const Node*> operands, std::vector<Operator> operators)
      : Node(all_single(operands)),
        operands_(std::move(operands)),
        operators_(std::move(operators)),
        left_(operands_[0]),
        right_(operands_[1]) {}

  Value one(Frame& frame, const Value& input) const override {
    if (operands_.size() > 2) return chain(frame, input);
    Value right_room;
    const Value& right = right_.see(frame, input, right_room);
    if (right.is_nothing()) return {};
    Value left_room;
    const Value& left = left_.see(frame, input, left_room);
    return left.is_nothing() ? left : calculate(frame.run, operators_[0], left, right);
  }

  bool each(Frame& frame, const Item& input, Emit emit) const override {
    if (is_single()) return Node::each(frame, input, emit);
    Gathering values(frame.run);
    for (std::size_t i = 0; i < operands_.size(); ++i) values.add({});
    return choose(frame, input, operands_.size(), values.values().data(), emit);
  }

 private:
  Value chain(Frame& frame, const Value& input) const {
    Gathering values(frame.run);
    for (std::size_t i = 0; i < operands_.size(); ++i) values.add({});
    for (std::size_t i = operands_.size(); i-- > 0;)
      if ((values.values()[i] = operands_[i]->one(frame, input)).is_nothing()) return {};
    return total(frame.run, values.values().data());
  }

  Value total(Evaluation& run, const Value* values) const {
    Value sum = values[0];
    for (std::size_t i = 1; i < operands_.size() && !sum.is_nothing(); ++i)
      sum = calculate(run, operators_[i - 1], sum, values[i]);
    return sum;
  }

  bool choose(Frame& frame, const Item& input, std::size_t count, Value* values, Emit emit) const {
    if (!frame.run.step()) return false;
    if (count == 0) {
      const Value sum = total(frame.run, values);
      return !sum.is_nothing() && emit(computed(input, sum));
    }
    return operands_[count - 1]->each(frame, {input.value, nullptr}, [&](const Item& item) {
      values[count - 1] = item.value;
      return choose(frame, input, count - 1, values, emit);
    });
  }

  std::vector<const Node*> operands_;
  std::vector<Operator> operators_;
  Operand left_;  // the first two operands
  Operand right_;
};

// `operand <operator> constant`, both numbers: no second node, no look at its kind.
template <Operator operation>
class CalculationWithNumber final : public Node {
 public:
  CalculationWithNumber(const Node* operand, const Value& constant)
      : Node(true), operand_(operand), constant_(constant), number_(to_double(constant)) {}

  Value one(Frame& frame, const Value& input) const override {
    const Value* const left = operand_.glance(input);
    return left != nullptr ? result(frame.run, *left) : seen_result(frame, input);
  }
  const Value& see(Frame& frame, const Value& input, Value& room) const override {
    return *new (&room) Value(CalculationWithNumber::one(frame, input));
  }

 private:
  // By itself, so that the calculation with a field has no frame on the stack.
  [[gnu::noinline]] Value seen_result(Frame& frame, const Value& input) const {
    Value room;
    return result(frame.run, operand_.see(frame, input, room));
  }
  Value result(Evaluation& run, const Value& left) const {
    if (left.kind() == Kind::number) {
      if constexpr (operation == Operator::add) return Value::number(left.as_number() + number_);
      if constexpr (operation == Operator::subtract) return Value::number(left.as_number() - number_);
      if constexpr (operation == Operator::multiply) return Value::number(left.as_number() * number_);
    }
    if (left.kind() == Kind::integer && constant_.kind() == Kind::integer) {
      std::int64_t result = 0;
      const std::int64_t right = constant_.as_integer();
      bool fits = false;
      if constexpr (operation == Operator::add) fits = !__builtin_add_overflow(left.as_integer(), right, &result);
      if constexpr (operation == Operator::subtract) fits = !__builtin_sub_overflow(left.as_integer(), right, &result);
      if constexpr (operation == Operator::multiply) fits = !__builtin_mul_overflow(left.as_integer(), right, &result);
      if (fits) return Value::integer(result);
    }
    return left.is_nothing() ? left : calculate(run, operation, left, constant_);
  }

  Operand operand_;
  Value constant_;
  double number_;
};

class Growth final : public Node {
 public:
  explicit Growth(const Node* addend) : Node(true), addend_(addend) {}
  Value one(Frame& frame, const Value& input) const override {
    const Value addend = addend_->one(frame, input);
    return addend.is_nothing() ? addend : add_to(frame.run, input, addend);
  }

 private:
  const Node* addend_;
};

class Comparison final : public Node {
 public:
  Comparison(Operator operation, const Node* left, const Node* right)
      : Node(left->is_single() && right->is_single()),
        operation_(operation),
        left_(left),
        right_(right),
        seen_left_(left),
        seen_right_(right) {}

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

// `operand <operator> constant`, the most frequent condition.
class ComparisonWithConstant final : public Node {
 public:
  ComparisonWithConstant(Operator operation, const Node* operand, const Value& constant)
      : Node(true), operation_(operation), operand_(operand), constant_(constant) {
    is_exact_ =
        constant.kind() == Kind::integer && constant.as_integer() > -(1LL << 53) && constant.as_integer() < (1LL << 53);
    is_real_ = is_exact_ || (constant.kind() == Kind::number && constant.as_number() == constant.as_number());
    if (is_real_) number_ = to_double(constant);
  }

  Value one(Frame& frame, const Value& input) const override {
    Value room;
    const Value& left = operand_.see(frame, input, room);
    if (left.kind() == Kind::integer && is_exact_)
      return Value::boolean(compare_numbers(operation_, left.as_integer(), constant_.as_integer()));
    if (left.kind() == Kind::number && is_real_ && left.as_number() == left.as_number())
      return Value::boolean(compare_numbers(operation_, left.as_number(), number_));
    return left.is_nothing() ? left : any_result(frame.run, left);
  }

 private:
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
      : Node(true), wants_equal_(wants_equal), operand_(operand), constant_(constant) {}

  Value one(Frame& frame, const Value& input) const override {
    Value room;
    const Value& left = operand_.see(frame, input, room);
    return left.is_nothing() ? left : Value::boolean(left.same_bits(constant_) == wants_equal_);
  }
  bool is_true(Frame& frame, const Value& input) const override {
    Value room;
    const Value& left = operand_.see(frame, input, room);
    return !left.is_nothing() && left.same_bits(constant_) == wants_equal_;
  }

 private:
  bool wants_equal_;
  Operand operand_;
  Value constant_;
};

class Negation final : public Node {
 public:
  explicit Negation(const Node* operand) : Node(operand->is_single()), operand_(operand) {}
  Value one(Frame& frame, const Value& input) const override {
    const Value value = operand_->one(frame, input);
    return value.is_nothing() ? value : negate(frame.run, value);
  }
  bool each(Frame& frame, const Item& input, Emit emit) const override {
    return operand_->each(frame, {input.value, nullptr}, [&](const Item& item) {
      const Value value = negate(frame.run, item.value);
      return !value.is_nothing() && emit(computed(input, value));
    });
  }

 private:
  const Node* operand_;
};

// `and` ends at the first operand that does not hold, `or` at the first that does.
template <bool goes_on_while>
class Logic final : public Node {
 public:
  explicit Logic(std::vector<const Node*> operands) : Node(all_single(operands)), operands_(std::move(operands)) {}

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

NodePtr make_calculation_with_number(Operator operation, const Node* operand, const Value& number) {
  switch (operation) {
    case Operator::add:
      return std::make_unique<CalculationWithNumber<Operator::add>>(operand, number);
    case Operator::subtract:
      return std::make_unique<CalculationWithNumber<Operator::subtract>>(operand, number);
    case Operator::multiply:
      return std::make_unique<CalculationWithNumber<Operator::multiply>>(operand, number);
    case Operator::divide:
      return std::make_unique<CalculationWithNumber<Operator::divide>>(operand, number);
    default:
      return std::make_unique<CalculationWithNumber<Operator::modulo>>(operand, number);
  }
}

}  // namespace

NodePtr make_calculation(std::vector<const Node*> operands, std::vector<Operator> operators) {
  const Value* const constant = operands.size() == 2 ? operands[1]->constant() : nullptr;
  if (constant != nullptr && constant->is_numeric() && operands[0]->is_single())
    return make_calculation_with_number(operators[0], operands[0], *constant);
  return std::make_unique<Calculation>(std::move(operands), std::move(operators));
}

NodePtr make_growth(const Node* addend) { return std::make_unique<Growth>(addend); }

NodePtr make_comparison(Operator operation, const Node* left, const Node* right) {
  const bool is_equality = operation == Operator::equal || operation == Operator::not_equal;
  if (right->constant() == nullptr || !left->is_single()) return std::make_unique<Comparison>(operation, left, right);
  if (const Value& constant = *right->constant(); is_equality && constant.is_text() && constant.is_inline())
    return std::make_unique<ComparisonWithShortText>(operation == Operator::equal, left, constant);
  return std::make_unique<ComparisonWithConstant>(operation, left, *right->constant());
}

NodePtr make_negation(const Node* operand) { return std::make_unique<Negation>(operand); }
NodePtr make_both(std::vector<const Node*> operands) { return std::make_unique<Logic<true>>(std::move(operands)); }
NodePtr make_either(std::vector<const Node*> operands) { return std::make_unique<Logic<false>>(std::move(operands)); }

}  // namespace flowrun::expr
