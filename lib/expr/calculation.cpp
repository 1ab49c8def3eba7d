#include <algorithm>

#include "expr/nodes.hpp"
#include "expr/operations.hpp"

namespace flowrun::expr {
namespace {

// Of integers whose result is one too, or of doubles; nothing where there is more to it, such as an overflow or an error.
template <Operator operation>
Value of_integers(std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  bool fits = false;
  if constexpr (operation == Operator::add) fits = !__builtin_add_overflow(left, right, &result);
  if constexpr (operation == Operator::subtract) fits = !__builtin_sub_overflow(left, right, &result);
  if constexpr (operation == Operator::multiply) fits = !__builtin_mul_overflow(left, right, &result);
  return fits ? Value::integer(result) : Value();
}
template <Operator operation>
Value of_doubles(double left, double right) {
  if constexpr (operation == Operator::add) return Value::number(left + right);
  if constexpr (operation == Operator::subtract) return Value::number(left - right);
  if constexpr (operation == Operator::multiply) return Value::number(left * right);
  if constexpr (operation == Operator::divide) return right != 0 ? Value::number(left / right) : Value();
  return {};
}
template <Operator operation>
Value of_numbers(const Value& left, const Value& right) {
  if (left.kind() == Kind::integer && right.kind() == Kind::integer)
    return of_integers<operation>(left.as_integer(), right.as_integer());
  if (left.kind() == Kind::number && right.kind() == Kind::number)
    return of_doubles<operation>(left.as_number(), right.as_number());
  return {};
}
Value of_numbers(Operator operation, const Value& left, const Value& right) {
  switch (operation) {
    case Operator::add:
      return of_numbers<Operator::add>(left, right);
    case Operator::subtract:
      return of_numbers<Operator::subtract>(left, right);
    case Operator::multiply:
      return of_numbers<Operator::multiply>(left, right);
    case Operator::divide:
      return of_numbers<Operator::divide>(left, right);
    default:
      return {};
  }
}

// A chain of operators of one strength, from left to right. The last operand is evaluated first, and its outputs vary slowest.
class Calculation final : public Node {
 public:
  Calculation(std::vector<const Node*> operands, std::vector<Operator> operators)
      : Node(all_single(operands)),
        operands_(std::move(operands)),
        operators_(std::move(operators)),
        left_(operands_[0]),
        right_(operands_[1]) {
    set_quick(operands_.size() == 2 && left_.is_quick() && right_.is_quick());
  }

  Value quick(const Value& input) const override {
    return of_numbers(operators_[0], left_.quick(input), right_.quick(input));
  }
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
      : Node(true), operand_(operand), constant_(constant), number_(to_double(constant)) {
    set_quick(operation != Operator::modulo && operand_.is_quick());
  }

  Value quick(const Value& input) const override {
    const Value* const left = operand_.glance(input);
    return left != nullptr ? quick_result(*left) : quick_result(operand_.quick(input));
  }
  const Value* operand_field() const override { return operand_.field(); }
  Value quick_of(const Value& field) const override { return quick_result(field); }
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
    const Value result = quick_result(left);
    return left.is_nothing() || !result.is_nothing() ? result : calculate(run, operation, left, constant_);
  }
  Value quick_result(const Value& left) const {
    if (left.kind() == Kind::number) return of_doubles<operation>(left.as_number(), number_);
    return of_numbers<operation>(left, constant_);
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

NodePtr make_negation(const Node* operand) { return std::make_unique<Negation>(operand); }

}  // namespace flowrun::expr
