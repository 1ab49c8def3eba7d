#include <cmath>
#include <cstring>

#include "expr/builtins.hpp"
#include "expr/lenient_json.hpp"
#include "expr/operations.hpp"
#include "record/json.hpp"

namespace flowrun::expr {
namespace {

class Empty final : public Node {
 public:
  Empty() : Node(true) {}
  Value one(Frame&, const Value&) const override { return {}; }
};

// select(f): the input for each output of `f` that holds.
class Select final : public Node {
 public:
  explicit Select(const Node* condition) : Node(condition->is_single()), condition_(condition) {}
  Value one(Frame& frame, const Value& input) const override {
    return condition_->is_true(frame, input) ? input : Value();
  }
  const Value& see(Frame& frame, const Value& input, Value& room) const override {
    return condition_->is_true(frame, input) ? input : *new (&room) Value();
  }
  bool each(Frame& frame, const Item& input, Emit emit) const override {
    if (is_single()) {
      const bool chosen = condition_->is_true(frame, input.value);
      return !frame.run.stopped() && (!chosen || emit(input));
    }
    return condition_->each(frame, {input.value, nullptr},
                            [&](const Item& truth) { return !truth.value.holds() || emit(input); });
  }

 private:
  const Node* condition_;
};

// A filter by kind: a path to its input, where that is of the kind.
template <bool (*accepts)(const Value&)>
class OfKind final : public Node {
 public:
  OfKind() : Node(true) {}
  Value one(Frame&, const Value& input) const override { return accepts(input) ? input : Value(); }
  bool each(Frame&, const Item& input, Emit emit) const override { return !accepts(input.value) || emit(input); }
};

template <bool (*accepts)(const Value&)>
NodePtr make_of_kind(const std::vector<const Node*>&) {
  return std::make_unique<OfKind<accepts>>();
}

bool is_null(const Value& value) { return value.is_null(); }
bool is_not_null(const Value& value) { return !value.is_null(); }
bool is_boolean(const Value& value) { return value.kind() == Kind::boolean; }
bool is_number(const Value& value) { return value.is_numeric(); }
bool is_text(const Value& value) { return value.is_text(); }
bool is_array(const Value& value) { return value.kind() == Kind::array; }
bool is_object(const Value& value) { return value.kind() == Kind::object; }
bool is_container(const Value& value) { return is_array(value) || is_object(value); }
bool is_scalar(const Value& value) { return !is_container(value); }

Value not_(Evaluation&, const Value& input, const Value*) { return Value::boolean(!input.holds()); }
Value type(Evaluation&, const Value& input, const Value*) { return Value::text(kind_name(input)); }
Value fail_with_input(Evaluation& run, const Value& input, const Value*) { return run.fail_with(input); }
Value fail_with_argument(Evaluation& run, const Value&, const Value* arguments) { return run.fail_with(arguments[0]); }

Value length_of(Evaluation& run, const Value& input, const Value*) { return length(run, input); }

Value absolute(Evaluation& run, const Value& input, const Value*) {
  return order(input, Value::integer(0)) < 0 ? negate(run, input) : input;
}

Value to_text(Evaluation& run, const Value& input, const Value*) { return as_text(run, input); }

Value to_json(Evaluation& run, const Value& input, const Value*) {
  std::string json;
  return append_json(run, input, json) && run.has_room(json.size()) ? Value::text(json, *run.arena) : Value();
}

Value from_json(Evaluation& run, const Value& input, const Value*) {
  if (!input.is_text()) return type_error(run, input, "only strings can be parsed");
  const auto text = input.as_text();
  JsonReader reader;
  if (const auto value = reader.read(text, *run.arena)) return *value;
  const auto value = read_lenient_json(text, *run.arena);
  return value ? *value : run.fail(value.error());
}

Value to_boolean(Evaluation& run, const Value& input, const Value*) {
  if (input.kind() == Kind::boolean) return input;
  if (input.is_text() && input.as_text() == "true") return Value::boolean(true);
  if (input.is_text() && input.as_text() == "false") return Value::boolean(false);
  return type_error(run, input, "cannot be parsed as a boolean");
}

Value contains_value(Evaluation& run, const Value& input, const Value* arguments) {
  const auto answer = contains(run, input, arguments[0]);
  return answer ? Value::boolean(*answer) : Value();
}
Value inside(Evaluation& run, const Value& input, const Value* arguments) {
  const auto answer = contains(run, arguments[0], input);
  return answer ? Value::boolean(*answer) : Value();
}

// contains(text that is constant), the most frequent use.
class ContainsText final : public Node {
 public:
  explicit ContainsText(const Value& part) : Node(true), part_(part) { set_quick(true); }
  Value one(Frame& frame, const Value& input) const override {
    return input.is_text() ? is_in(input) : contains_value(frame.run, input, &part_);
  }
  Value quick(const Value& input) const override { return input.is_text() ? is_in(input) : Value(); }

 private:
  Value is_in(const Value& text) const {
    const auto whole = text.as_text();
    const auto part = part_.as_text();
    return Value::boolean(memmem(whole.data(), whole.size(), part.data(), part.size()) != nullptr);
  }

  Value part_;
};

NodePtr make_contains(const std::vector<const Node*>& arguments) {
  const Value* const part = arguments[0]->constant();
  if (part != nullptr && part->is_text()) return std::make_unique<ContainsText>(*part);
  return make_native_call(contains_value, arguments, false);
}

Value to_array(Evaluation& run, const Value& input, const Value*) {
  if (input.kind() == Kind::array) return input;
  Gathering one(run);
  one.add(input);
  return one.array();
}

Value print_debug(Evaluation& run, const Value& input, const Value*) {
  std::string line = "[\"DEBUG:\",";
  if (!append_json(run, input, line)) return {};
  if (run.print != nullptr && *run.print) (*run.print)(line + "]\n");
  return input;
}

Value print_stderr(Evaluation& run, const Value& input, const Value*) {
  std::string line;
  if (input.is_text())
    line = input.as_text();
  else if (!append_json(run, input, line))
    return {};
  if (run.print != nullptr && *run.print) (*run.print)(line);
  return input;
}

Value list_builtins(Evaluation& run, const Value&, const Value*) {
  Gathering names(run);
  for (const Builtin* const builtin : builtins())
    if (!builtin->name.starts_with('_'))
      names.add(Value::text(std::string(builtin->name) + "/" + std::to_string(builtin->arity), *run.arena));
  return names.array();
}

Value never(Evaluation&, const Value&, const Value*) { return Value::boolean(false); }

}  // namespace

std::span<const Builtin> value_builtins() {
  static const Builtin table[] = {
      {.name = "empty", .meaning = "no output", .factory = [](auto) -> NodePtr { return std::make_unique<Empty>(); }},
      {.name = "not", .meaning = "whether the input is false or null", .function = not_},
      {.name = "select",
       .arity = 1,
       .meaning = "the input, where `f` holds",
       .factory = [](auto arguments) -> NodePtr { return std::make_unique<Select>(arguments[0]); }},
      {.name = "type",
       .meaning = "the kind of the input: null, boolean, number, string, array, object",
       .function = type},
      {.name = "length",
       .meaning = "characters, items, fields, or the absolute value of a number",
       .function = length_of},
      {.name = "abs", .meaning = "the absolute value of a number", .function = absolute},
      {.name = "toarray", .meaning = "the input in an array, unless it is one", .function = to_array},
      {.name = "error", .meaning = "fails with the input", .function = fail_with_input},
      {.name = "error", .arity = 1, .meaning = "fails with the message", .function = fail_with_argument},
      {.name = "tostring", .meaning = "a text as it is, anything else as JSON", .function = to_text},
      {.name = "tojson", .meaning = "the input as a JSON text", .function = to_json},
      {.name = "fromjson", .meaning = "the value of a JSON text", .function = from_json},
      {.name = "toboolean", .meaning = "true or false of their texts", .function = to_boolean},
      {.name = "contains",
       .arity = 1,
       .meaning = "whether the argument is a part of the input",
       .factory = make_contains},
      {.name = "inside", .arity = 1, .meaning = "whether the input is a part of the argument", .function = inside},
      {.name = "values", .meaning = "the input, unless null", .factory = make_of_kind<is_not_null>},
      {.name = "nulls", .meaning = "the input, if null", .factory = make_of_kind<is_null>},
      {.name = "booleans", .meaning = "the input, if true or false", .factory = make_of_kind<is_boolean>},
      {.name = "numbers", .meaning = "the input, if a number", .factory = make_of_kind<is_number>},
      {.name = "strings", .meaning = "the input, if a text", .factory = make_of_kind<is_text>},
      {.name = "arrays", .meaning = "the input, if an array", .factory = make_of_kind<is_array>},
      {.name = "objects", .meaning = "the input, if an object", .factory = make_of_kind<is_object>},
      {.name = "iterables", .meaning = "the input, if an array or an object", .factory = make_of_kind<is_container>},
      {.name = "scalars", .meaning = "the input, unless an array or an object", .factory = make_of_kind<is_scalar>},
      {.name = "isvalid",
       .arity = 1,
       .meaning = "whether `f` has no error",
       .definition = "def isvalid(f): try (f | true) catch false;"},
      {.name = "debug", .meaning = "prints the input to stderr and gives it on", .function = print_debug},
      {.name = "debug",
       .arity = 1,
       .meaning = "prints the outputs of `f` to stderr, gives the input on",
       .definition = "def debug(f): (f | debug | empty), .;"},
      {.name = "stderr", .meaning = "prints the input to stderr as it is and gives it on", .function = print_stderr},
      {.name = "builtins",
       .meaning = "the names of all functions, with their number of arguments",
       .function = list_builtins},
      {.name = "have_literal_numbers",
       .meaning = "true: numbers that are only copied keep their digits",
       .definition = "def have_literal_numbers: true;"},
      {.name = "have_decnum", .meaning = "false: computing is with 64-bit integers and doubles", .function = never},
  };
  return table;
}

}  // namespace flowrun::expr
