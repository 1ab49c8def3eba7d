#include <charconv>
#include <cmath>
#include <fmt/format.h>

#include "expr/grammar.hpp"
#include "expr/lenient_json.hpp"
#include "record/decimal.hpp"

namespace flowrun::expr {
namespace {

// A number keeps its digits where neither an integer of 64 bits nor a double has that value.
Value number_value(std::string_view token, Arena& arena) {
  const std::string digits = to_json_number(token);
  std::int64_t integer = 0;
  const char* const end = digits.data() + digits.size();
  if (const auto read = std::from_chars(digits.data(), end, integer); read.ptr == end && read.ec == std::errc())
    return integer == 0 && digits.front() == '-' ? Value::number(-0.0) : Value::integer(integer);
  const double number = to_double(digits);
  if (!std::isfinite(number)) return Value::number(number);
  const Value exact = Value::digits(arena.copy(digits));
  return compare(to_decimal(exact), to_decimal(Value::number(number))) == 0 ? Value::number(number) : exact;
}

}  // namespace

// A term is a primary and what may stand behind it: .name [..] ?
Syntax* Parser::Grammar::term() { return postfix(primary()); }

Syntax* Parser::Grammar::primary() {
  switch (token_.kind) {
    case TokenKind::number:
      return number();
    case TokenKind::text_begin:
      return text_literal("");
    case TokenKind::variable:
      return variable();
    case TokenKind::name:
      return call();
    case TokenKind::keyword:
      return keyword_term();
    case TokenKind::field:
      return make(SyntaxKind::identity, token_.offset);  // the step comes with what stands behind
    case TokenKind::format: {
      const Token format = token_;
      next();
      if (token_.kind == TokenKind::text_begin) return text_literal(std::string(format.text));
      Syntax* const whole = make(SyntaxKind::format, format.offset);
      whole->name = format.text;
      return finish(whole);
    }
    default:
      break;
  }
  if (token_.is(".")) return dot();
  if (token_.is("-")) return negated();
  if (token_.is("[")) return array();
  if (token_.is("{")) return object();
  const std::size_t offset = token_.offset;
  if (accept("..")) return finish(make(SyntaxKind::descend, offset));
  if (accept("(")) {
    Syntax* const inner = query();
    expect(")", "for the `(` before");
    // In parentheses a path is a whole of its own: (.a)? catches more than .a?
    if (inner->kind != SyntaxKind::access) return inner;
    Syntax* const whole = make(SyntaxKind::pipe, offset);
    whole->parts.push_back(inner);
    return finish(whole);
  }
  return fail(token_, "an expression");
}

Syntax* Parser::Grammar::dot() {
  const std::size_t offset = token_.offset;
  next();
  Syntax* const whole = make(SyntaxKind::identity, offset);
  if (token_.kind != TokenKind::text_begin && token_.kind != TokenKind::format) return finish(whole);
  Syntax* const access = make(SyntaxKind::access, offset);
  PathStep step;
  step.kind = PathStep::Kind::index;
  step.key = primary();
  name_step(step);
  step.optional = accept("?");
  access->steps.push_back(step);
  return finish(access);
}

Syntax* Parser::Grammar::postfix(Syntax* target) {
  bool is_open = target->kind == SyntaxKind::access;  // steps may be added to it
  while (path_step(target, is_open)) {
  }
  return target;
}

// One step behind `target`; false where there is none.
bool Parser::Grammar::path_step(Syntax*& target, bool& is_open) {
  PathStep step;
  if (token_.kind == TokenKind::field) {
    step.name = Value::text(token_.text, *tree_.arena);
    next();
  } else if (token_.is("[")) {
    step = bracket_step();
  } else if (token_.is(".")) {
    next();
    if (token_.is("[")) {
      step = bracket_step();
    } else if (token_.kind == TokenKind::text_begin || token_.kind == TokenKind::format) {
      step.kind = PathStep::Kind::index;
      step.key = primary();
      name_step(step);
    } else {
      fail(token_, "a field's name behind the `.`");
      return false;
    }
  } else if (accept("?")) {
    Syntax* const caught = make(SyntaxKind::attempt, target->offset);
    caught->parts.push_back(target);
    target = finish(caught);
    is_open = false;
    return true;
  } else {
    return false;
  }
  step.optional = accept("?");
  if (!is_open) {
    Syntax* const access = make(SyntaxKind::access, target->offset);
    access->has_target = target->kind != SyntaxKind::identity;
    if (access->has_target) access->parts.push_back(target);
    target = access;
    is_open = true;
  }
  target->steps.push_back(step);
  finish(target);
  return faults.empty();
}

PathStep Parser::Grammar::bracket_step() {
  PathStep step;
  next();
  if (accept("]")) {
    step.kind = PathStep::Kind::iterate;
    return step;
  }
  step.kind = PathStep::Kind::index;
  if (!token_.is(":")) step.key = query();
  if (accept(":")) {
    step.kind = PathStep::Kind::slice;
    if (step.key == nullptr || !token_.is("]")) step.to = query();
  }
  expect("]", "for the `[` before");
  name_step(step);
  return step;
}

// A constant text as a key is a field's name.
void Parser::Grammar::name_step(PathStep& step) {
  if (step.kind != PathStep::Kind::index || step.key->kind != SyntaxKind::literal || !step.key->value.is_text()) return;
  step.kind = PathStep::Kind::field;
  step.name = step.key->value;
  step.key = nullptr;
}

Syntax* Parser::Grammar::number() {
  const Token token = token_;
  next();
  return literal(number_value(token.text, *tree_.arena), token.offset);
}

Syntax* Parser::Grammar::negated() {
  const Token minus = token_;
  if (too_deep()) return make(SyntaxKind::identity, minus.offset);
  next();
  if (token_.kind == TokenKind::number) {
    const std::string digits = fmt::format("-{}", token_.text);
    next();
    return literal(number_value(digits, *tree_.arena), minus.offset);
  }
  ++nesting_;
  Syntax* const whole = make(SyntaxKind::negate, minus.offset);
  whole->parts.push_back(term());
  --nesting_;
  return finish(whole);
}

Syntax* Parser::Grammar::array() {
  Syntax* const whole = make(SyntaxKind::array, token_.offset);
  next();
  if (accept("]")) return finish(whole);
  whole->parts.push_back(query());
  expect("]", "for the `[` before");
  return finish(whole);
}

Syntax* Parser::Grammar::object() {
  Syntax* const whole = make(SyntaxKind::object, token_.offset);
  next();
  if (accept("}")) return finish(whole);
  do {
    if (token_.is("}")) break;  // a comma may stand behind the last entry
    object_entry(*whole);
  } while (accept(","));
  expect("}", "for the `{` before");
  return finish(whole);
}

void Parser::Grammar::object_entry(Syntax& whole) {
  const Token key = token_;
  Syntax* key_part = nullptr;
  Syntax* value = nullptr;  // of an entry that is its key alone
  if (key.kind == TokenKind::name || key.kind == TokenKind::keyword) {
    next();
    key_part = text_value(key.text, key.offset);
  } else if (key.kind == TokenKind::text_begin || key.kind == TokenKind::format) {
    key_part = primary();
  } else if (key.kind == TokenKind::variable) {
    value = variable();
    key_part = text_value(key.text, key.offset);
    if (token_.is(":") && value->kind == SyntaxKind::variable) {
      key_part = value;  // {$name: value} takes the name of the field from the variable
      value = nullptr;
    }
  } else if (accept("(")) {
    key_part = query();
    expect(")", "behind the key");
    if (!token_.is(":")) fail(token_, "`:` behind the key in parentheses");
  } else {
    const char* const hint = key.kind == TokenKind::number ? "keys are text: write `\"1\": value`" : "";
    fail(token_, "a field's name, `$name`, a text or `(`", hint);
    return;
  }
  if (accept(":")) value = object_value();
  whole.parts.push_back(key_part);
  whole.parts.push_back(value);
}

// A value goes to the next comma; a pipe needs no parentheses.
Syntax* Parser::Grammar::object_value() {
  if (too_deep()) return make(SyntaxKind::identity, token_.offset);
  ++nesting_;
  Syntax* const first = expression(1);
  Syntax* whole = first;
  while (accept("|")) {
    if (whole == first) {
      whole = make(SyntaxKind::pipe, first->offset);
      whole->parts.push_back(first);
    }
    whole->parts.push_back(expression(1));
  }
  --nesting_;
  return whole == first ? whole : finish(whole);
}

Syntax* Parser::Grammar::call() {
  const Token name = token_;
  Syntax* const whole = make(SyntaxKind::call, name.offset);
  whole->name = name.text;
  next();
  if (name.text == "true" || name.text == "false") {
    if (!token_.is("(")) return literal(Value::boolean(name.text == "true"), name.offset);
  } else if (name.text == "null" && !token_.is("(")) {
    return literal(Value::null(), name.offset);
  }
  if (!accept("(")) return finish(whole);
  do {
    whole->parts.push_back(query());
  } while (accept(";"));
  expect(")", "behind the arguments");
  return finish(whole);
}

Syntax* Parser::Grammar::variable() {
  const Token name = token_;
  next();
  if (name.text == "__loc__") {
    Member* const members = new_members(*tree_.arena, 2);
    std::size_t line = 1;
    for (const char c : text_.substr(0, name.offset)) line += c == '\n';
    members[0] = {Value::text("file"), Value::text("<top-level>")};
    members[1] = {Value::text("line"), Value::integer(static_cast<std::int64_t>(line))};
    return literal(Value::object(members, 2), name.offset);
  }
  Syntax* const whole = make(SyntaxKind::variable, name.offset);
  whole->name = name.text;
  return finish(whole);
}

Syntax* Parser::Grammar::text_literal(const std::string& format) { return text_parts(token_.offset, format, false); }

// Literal pieces and expressions in turn; a text without expressions is a literal.
Syntax* Parser::Grammar::text_parts(std::size_t offset, const std::string& format, bool open_ended) {
  Syntax* const whole = make(SyntaxKind::text, offset);
  whole->name = format;
  for (;;) {
    auto part = lexer_.next_text(open_ended);
    if (part.end == Lexer::TextEnd::fault) {
      fault({part.offset, part.length, "syntax", part.message, ""});
      return whole;
    }
    whole->parts.push_back(text_value(part.decoded, offset));
    if (part.end == Lexer::TextEnd::quote) break;
    next();
    whole->parts.push_back(query());
    if (!token_.is(")")) {
      fail(token_, "`)` for the `\\(` before");
      return whole;
    }
  }
  token_ = {TokenKind::text_begin, {}, lexer_.offset(), 0};
  next();
  if (whole->parts.size() > 1 || open_ended) return finish(whole);
  return finish(whole->parts[0]);
}

}  // namespace flowrun::expr
