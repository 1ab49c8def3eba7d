#include <fmt/format.h>

#include "expr/grammar.hpp"

namespace flowrun::expr {

// Terms that begin with a keyword.
Syntax* Parser::Grammar::keyword_term() {
  if (too_deep()) return make(SyntaxKind::identity, token_.offset);
  ++nesting_;
  Syntax* whole = nullptr;
  if (token_.text == "if") {
    whole = condition();
  } else if (token_.text == "try") {
    whole = attempt();
  } else if (token_.text == "reduce") {
    whole = fold(SyntaxKind::reduce);
  } else if (token_.text == "foreach") {
    whole = fold(SyntaxKind::foreach);
  } else if (token_.text == "break") {
    whole = leave();
  } else if (token_.text == "import" || token_.text == "include" || token_.text == "module") {
    fault({token_.offset, token_.length, "not-supported", fmt::format("`{}` is not supported", token_.text),
           "write definitions under `functions`"});
    whole = make(SyntaxKind::identity, token_.offset);
  } else {
    const char* const hint = token_.text == "def" ? "write the definition in parentheses: `(def f: .; f)`" : "";
    whole = fail(token_, "an expression", hint);
  }
  --nesting_;
  return whole;
}

Syntax* Parser::Grammar::condition() {
  Syntax* const whole = make(SyntaxKind::condition, token_.offset);
  do {
    next();
    whole->parts.push_back(query());
    expect_keyword("then");
    whole->parts.push_back(query());
  } while (token_.is_keyword("elif"));
  if (accept_keyword("else")) whole->parts.push_back(query());
  expect_keyword("end");
  return finish(whole);
}

Syntax* Parser::Grammar::attempt() {
  Syntax* const whole = make(SyntaxKind::attempt, token_.offset);
  next();
  whole->parts.push_back(term());
  if (accept_keyword("catch")) whole->parts.push_back(term());
  return finish(whole);
}

Syntax* Parser::Grammar::fold(SyntaxKind kind) {
  Syntax* const whole = make(kind, token_.offset);
  next();
  whole->parts.push_back(expression(1));
  expect_keyword("as");
  whole->patterns = patterns();
  expect("(", "behind the names that `as` gives");
  whole->parts.push_back(query());
  expect(";", "behind the value to start with");
  whole->parts.push_back(query());
  if (kind == SyntaxKind::foreach && accept(";")) whole->parts.push_back(query());
  expect(")", "for the `(` before");
  return finish(whole);
}

Syntax* Parser::Grammar::leave() {
  Syntax* const whole = make(SyntaxKind::leave, token_.offset);
  next();
  whole->name = expect_kind(TokenKind::variable, "the label's name as `$name`").text;
  return finish(whole);
}

}  // namespace flowrun::expr
