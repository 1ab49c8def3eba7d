#include "expr/builtins.hpp"
#include "expr/operations.hpp"
namespace flowrun::expr {
namespace {
class Empty final : public Node { public: Empty() : Node(true) {} Value one(Frame&, const Value&) const override { return {}; } };
}
std::span<const Builtin> value_builtins() {
  static const Builtin table[] = {
      {"empty", 0, "no output", nullptr, [](std::vector<const Node*>) -> NodePtr { return std::make_unique<Empty>(); }},
      {"not", 0, "whether the input does not hold", [](Evaluation&, const Value& input, const Value*) { return Value::boolean(!input.holds()); }},
      {"select", 1, "the input where `f` holds", nullptr, nullptr, "def select(f): if f then . else empty end;"},
      {"map", 1, "all outputs of `f` for each item", nullptr, nullptr, "def map(f): [.[] | f];"},
      {"error", 0, "fails with the input", [](Evaluation& run, const Value& input, const Value*) { return run.fail_with(input); }},
      {"error", 1, "fails with the argument", [](Evaluation& run, const Value&, const Value* a) { return run.fail_with(a[0]); }},
  };
  return table;
}
std::span<const Builtin> array_builtins() { return {}; }
std::span<const Builtin> object_builtins() { return {}; }
std::span<const Builtin> text_builtins() { return {}; }
std::span<const Builtin> number_builtins() { return {}; }
std::span<const Builtin> path_builtins() { return {}; }
std::span<const Builtin> generator_builtins() { return {}; }
std::span<const Builtin> regex_builtins() { return {}; }
std::span<const Builtin> time_builtins() { return {}; }
std::span<const Builtin> stream_builtins() { return {}; }
}  // namespace flowrun::expr
