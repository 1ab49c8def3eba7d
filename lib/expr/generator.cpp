#include "expr/generator.hpp"

#include <algorithm>

#include "expr/builtins.hpp"
#include "expr/prelude.hpp"

namespace flowrun::expr {

void Generator::generate_root(const Definition& root) {
  tree_.root = generate(*root.body, root);
  tree_.variables = root.slots;
}

const Node* Generator::own(NodePtr node) {
  tree_.nodes.push_back(std::move(node));
  return tree_.nodes.back().get();
}

const Node* Generator::folded(const Node* node) {
  Gatherings gatherings;
  Evaluation run;
  run.arena = &tree_.constants;
  run.gatherings = &gatherings;
  run.steps_left = Budget{}.steps;
  run.most_bytes = tree_.constants.bytes() + Budget{}.bytes;
  run.lowest_stack = lowest_stack_address();
  Frame frame{run, nullptr, nullptr, nullptr};
  const Value value = node->one(frame, Value::null());
  return value.is_nothing() ? node : own(make_literal(deep_copy(value, tree_.constants)));
}

std::vector<const Node*> Generator::generate_parts(const Syntax& part, const Definition& in) {
  std::vector<const Node*> nodes;
  nodes.reserve(part.parts.size());
  for (const Syntax* const inner : part.parts) nodes.push_back(generate(*inner, in));
  return nodes;
}

const Node* Generator::generate(const Syntax& part, const Definition& in) {
  switch (part.kind) {
    case SyntaxKind::identity:
      return own(make_identity());
    case SyntaxKind::descend:
      return own(make_descend());
    case SyntaxKind::literal:
      return own(make_literal(deep_copy(part.value, tree_.constants)));
    case SyntaxKind::text:
      return own(make_text(part.name, generate_parts(part, in)));
    case SyntaxKind::format:
      return own(make_format(part.name));
    case SyntaxKind::access:
      return generate_access(part, in);
    case SyntaxKind::array:
      return generate_array(part, in);
    case SyntaxKind::object:
      return generate_object(part, in);
    case SyntaxKind::negate:
      return own(make_negation(generate(*part.parts[0], in)));
    case SyntaxKind::pipe:
      return part.parts.size() == 1 ? generate(*part.parts[0], in) : own(make_pipe(generate_parts(part, in)));
    case SyntaxKind::comma:
      return own(make_comma(generate_parts(part, in)));
    case SyntaxKind::alternative:
      return own(make_alternative(generate_parts(part, in)));
    case SyntaxKind::either:
      return own(make_either(generate_parts(part, in)));
    case SyntaxKind::both:
      return own(make_both(generate_parts(part, in)));
    case SyntaxKind::compare:
      return own(make_comparison(part.operators[0], generate(*part.parts[0], in), generate(*part.parts[1], in)));
    case SyntaxKind::add:
    case SyntaxKind::multiply:
      return own(make_calculation(generate_parts(part, in), part.operators));
    case SyntaxKind::update:
      return own(make_update(part.operators[0], generate(*part.parts[0], in), generate(*part.parts[1], in), false));
    case SyntaxKind::bind:
      return generate_bind(part, in);
    case SyntaxKind::reduce:
    case SyntaxKind::foreach:
      return generate_fold(part, in);
    case SyntaxKind::condition:
      return own(make_condition(generate_parts(part, in)));
    case SyntaxKind::attempt:
      return own(
          make_attempt(generate(*part.parts[0], in), part.parts.size() > 1 ? generate(*part.parts[1], in) : nullptr));
    case SyntaxKind::label:
      return own(make_label(part.variable->slot, generate(*part.parts[0], in)));
    case SyntaxKind::leave:
      return own(make_leave(in.depth - part.variable->owner->depth, part.variable->slot));
    case SyntaxKind::call:
      return generate_call(part, in);
    case SyntaxKind::variable:
      return generate_variable(part, in);
    case SyntaxKind::define:
      return generate(*part.parts[0], in);
  }
  return nullptr;
}

const Node* Generator::generate_access(const Syntax& part, const Definition& in) {
  const Node* const target = part.has_target ? generate(*part.parts[0], in) : nullptr;
  std::vector<AccessStep> steps;
  for (const PathStep& step : part.steps) {
    AccessStep made{step.kind, step.optional, {}, nullptr, nullptr};
    if (step.kind == PathStep::Kind::field) made.name = deep_copy(step.name, tree_.constants);
    if (step.key != nullptr) made.key = generate(*step.key, in);
    if (step.to != nullptr) made.to = generate(*step.to, in);
    const bool is_name =
        made.kind == PathStep::Kind::index && made.key->constant() != nullptr && made.key->constant()->is_text();
    if (is_name) made = {PathStep::Kind::field, step.optional, *made.key->constant(), nullptr, nullptr};
    steps.push_back(made);
  }
  return own(make_access(target, std::move(steps)));
}

const Node* Generator::generate_array(const Syntax& part, const Definition& in) {
  if (part.parts.empty()) return own(make_literal(Value::array(new_items(tree_.constants, 0), 0)));
  const Syntax& items = *part.parts[0];
  if (items.kind != SyntaxKind::comma) {
    const Node* const item = generate(items, in);
    const Node* const array = own(make_array(item));
    return item->constant() != nullptr ? folded(array) : array;
  }
  auto nodes = generate_parts(items, in);
  const bool constant =
      std::all_of(nodes.begin(), nodes.end(), [](const Node* item) { return item->constant() != nullptr; });
  const Node* const array = own(make_array(own(make_comma(std::move(nodes)))));
  return constant ? folded(array) : array;
}

const Node* Generator::generate_object(const Syntax& part, const Definition& in) {
  std::vector<std::pair<const Node*, const Node*>> entries;
  bool constant = true;
  for (std::size_t i = 0; i < part.parts.size(); i += 2) {
    const Node* const key = generate(*part.parts[i], in);
    const Node* value = part.parts[i + 1] != nullptr ? generate(*part.parts[i + 1], in) : nullptr;
    const bool is_named = key->constant() != nullptr && key->constant()->is_text();
    if (value == nullptr && is_named)
      value = own(make_access(nullptr, {{PathStep::Kind::field, false, *key->constant(), nullptr, nullptr}}));
    constant = constant && is_named && value->constant() != nullptr;
    entries.emplace_back(key, value);
  }
  const Node* const object = own(make_object(std::move(entries)));
  return constant ? folded(object) : object;
}

const Node* Generator::generate_bind(const Syntax& part, const Definition& in) {
  const Node* const source = generate(*part.parts[0], in);
  Binding binding = generate_binding(part, in);
  return own(make_bind(source, std::move(binding), generate(*part.parts[1], in)));
}

const Node* Generator::generate_fold(const Syntax& part, const Definition& in) {
  const Node* const source = generate(*part.parts[0], in);
  const Node* const start = generate(*part.parts[1], in);
  Binding binding = generate_binding(part, in);
  const bool is_reduce = part.kind == SyntaxKind::reduce;
  const Node* const update = is_reduce ? generate_consuming(*part.parts[2], in) : generate(*part.parts[2], in);
  if (part.kind == SyntaxKind::reduce) return own(make_reduce(source, std::move(binding), start, update));
  const Node* const extract = part.parts.size() > 3 ? generate(*part.parts[3], in) : nullptr;
  return own(make_foreach(source, std::move(binding), start, update, extract));
}

// Of all parts that see the input only the last may consume it; a stage of a pipe has the output of the stage before.
const Node* Generator::generate_consuming(const Syntax& part, const Definition& in) {
  switch (part.kind) {
    case SyntaxKind::update:
      return own(make_update(part.operators[0], generate(*part.parts[0], in), generate(*part.parts[1], in), true));
    case SyntaxKind::add: {
      const bool grows =
          part.parts.size() == 2 && part.operators[0] == Operator::add && part.parts[0]->kind == SyntaxKind::identity;
      if (!grows) return generate(part, in);
      const Node* const addend = generate(*part.parts[1], in);
      if (addend->is_single()) return own(make_growth(addend));
      return own(make_calculation({own(make_identity()), addend}, part.operators));
    }
    case SyntaxKind::pipe: {
      std::vector<const Node*> stages;
      bool consumes = true;
      for (const Syntax* const stage : part.parts) {
        stages.push_back(consumes ? generate_consuming(*stage, in) : generate(*stage, in));
        consumes = consumes && stage->kind == SyntaxKind::update && stages.back()->is_single();
      }
      return own(make_pipe(std::move(stages)));
    }
    case SyntaxKind::condition: {
      std::vector<const Node*> parts;
      for (std::size_t i = 0; i < part.parts.size(); ++i) {
        const bool is_condition = i % 2 == 0 && i + 1 < part.parts.size();
        parts.push_back(is_condition ? generate(*part.parts[i], in) : generate_consuming(*part.parts[i], in));
      }
      return own(make_condition(std::move(parts)));
    }
    case SyntaxKind::call: {
      if (part.builtin == nullptr || part.builtin->consuming == nullptr) return generate(part, in);
      auto arguments = generate_parts(part, in);
      const bool is_once =
          std::all_of(arguments.begin(), arguments.end(), [](const Node* node) { return node->is_single(); });
      return own(
          make_native_call(is_once ? part.builtin->consuming : part.builtin->function, std::move(arguments), false));
    }
    case SyntaxKind::bind: {
      const Node* const source = generate(*part.parts[0], in);
      Binding binding = generate_binding(part, in);
      const bool is_once =
          source->is_single() && binding.patterns.size() == 1 && binding.patterns[0].kind == Pattern::Kind::variable;
      const Node* const body = is_once ? generate_consuming(*part.parts[1], in) : generate(*part.parts[1], in);
      return own(make_bind(source, std::move(binding), body));
    }
    default:
      return generate(part, in);
  }
}

Binding Generator::generate_binding(const Syntax& part, const Definition& in) {
  Binding binding;
  for (const Pattern* const pattern : part.patterns) binding.patterns.push_back(generate_pattern(*pattern, in));
  for (const Variable* const variable : part.bound) binding.slots.push_back(variable->slot);
  return binding;
}

Destructuring Generator::generate_pattern(const Pattern& pattern, const Definition& in) {
  Destructuring made;
  made.kind = pattern.kind;
  if (pattern.variable != nullptr) made.slot = pattern.variable->slot;
  for (const auto& entry : pattern.entries) {
    Destructuring::Entry part;
    if (entry.key != nullptr) part.key = generate(*entry.key, in);
    part.has_slot = entry.variable != nullptr;
    if (part.has_slot) part.slot = entry.variable->slot;
    if (entry.value != nullptr) part.value = std::make_unique<const Destructuring>(generate_pattern(*entry.value, in));
    made.entries.push_back(std::move(part));
  }
  return made;
}

const Node* Generator::generate_variable(const Syntax& part, const Definition& in) {
  if (part.variable == nullptr) return own(make_given_variable(part.slot));
  return own(make_variable(in.depth - part.variable->owner->depth, part.variable->slot));
}

const Node* Generator::generate_call(const Syntax& part, const Definition& in) {
  if (part.parameter_of != nullptr) return own(make_closure_call(in.depth - part.parameter_of->depth, part.parameter));
  if (part.builtin != nullptr) return generate_builtin(part, in);
  const Definition& called = *part.definition;
  const std::size_t hops = called.outer != nullptr ? in.depth - called.outer->depth : 0;
  return call_definition(called, hops, generate_parts(part, in));
}

const Node* Generator::generate_builtin(const Syntax& part, const Definition& in) {
  const Builtin& builtin = *part.builtin;
  auto arguments = generate_parts(part, in);
  if (builtin.factory != nullptr) return own(builtin.factory(arguments));
  if (builtin.function != nullptr)
    return own(make_native_call(builtin.function, std::move(arguments), builtin.first_outermost));
  return call_definition(prelude_definition(builtin), 0, std::move(arguments));
}

const Node* Generator::call_definition(const Definition& definition, std::size_t hops,
                                       std::vector<const Node*> arguments) {
  const Compiled& called = compiled(definition);
  bool single = called.single;
  for (std::size_t i = 0; i < arguments.size(); ++i)
    if (definition.parameters[i].is_value && !arguments[i]->is_single()) single = false;
  return own(make_call(called.function, hops, std::move(arguments), single));
}

// A call of the definition itself goes round in the call around it, where its frame can be used again: closures would
// still need the old one.
const Node* Generator::generate_tail(const Syntax& part, const Definition& in) {
  switch (part.kind) {
    case SyntaxKind::define:
      return generate_tail(*part.parts[0], in);
    case SyntaxKind::pipe: {
      std::vector<const Node*> stages;
      for (const Syntax* const stage : part.parts)
        stages.push_back(stage == part.parts.back() ? generate_tail(*stage, in) : generate(*stage, in));
      return own(make_pipe(std::move(stages)));
    }
    case SyntaxKind::condition: {
      std::vector<const Node*> parts;
      for (std::size_t i = 0; i < part.parts.size(); ++i) {
        const bool is_condition = i % 2 == 0 && i + 1 < part.parts.size();
        parts.push_back(is_condition ? generate(*part.parts[i], in) : generate_tail(*part.parts[i], in));
      }
      return own(make_condition(std::move(parts)));
    }
    case SyntaxKind::call: {
      const auto is_value = [](const auto& parameter) { return parameter.is_value; };
      const bool goes_round = part.definition == &in && part.parts.size() <= most_tail_arguments &&
                              compiled(in).single && std::all_of(in.parameters.begin(), in.parameters.end(), is_value);
      if (!goes_round) return generate(part, in);
      auto arguments = generate_parts(part, in);
      for (const Node* const argument : arguments)
        if (!argument->is_single()) return call_definition(in, 1, std::move(arguments));
      return own(make_tail_call(compiled(in).function, 1, std::move(arguments)));
    }
    default:
      return generate(part, in);
  }
}

// A function that calls itself is assumed to have at most one output; where its body shows that this is wrong, the bodies
// made since, which believed it, are made again. Each function is found wrong once at most.
Generator::Compiled& Generator::compiled(const Definition& definition) {
  Compiled& made = compiled_[&definition];
  if (made.valid) return made;
  if (made.function == nullptr) {
    made.function = &tree_.functions.emplace_back();
    made.function->variables = definition.slots;
    for (const auto& parameter : definition.parameters) {
      made.function->parameter_is_value.push_back(parameter.is_value);
      if (parameter.is_value) made.function->value_slots.push_back(parameter.variable->slot);
    }
  }
  made.valid = true;
  made.number = ++begun_;
  made.function->body = generate_tail(*definition.body, definition);
  if (made.single && !made.function->body->is_single()) {
    made.single = false;
    for (auto& [other, state] : compiled_)
      if (state.number > made.number) state.valid = false;
    made.function->body = generate_tail(*definition.body, definition);
  }
  return made;
}

}  // namespace flowrun::expr
