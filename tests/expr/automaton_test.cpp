#include "expr/automaton.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

#include "expr/regex.hpp"

using namespace flowrun;
using expr::Automaton;

namespace {

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t bound) { return random() % bound; }

template <std::size_t size>
const char* any_of(Random& random, const std::array<const char*, size>& choices) {
  return choices[below(random, size)];
}

// Patterns of what an automaton takes, and now and then of something else.
std::string random_pattern(Random& random, std::size_t depth) {
  static constexpr std::array<const char*, 31> atoms = {
      "a",    "b",    "ab",       "-",      ":",    ".",     "\\d", "\\w",      "\\s",    "\\D",   "\\.",
      "[ab]", "[^a]", "[a-c0-9]", "[^\\d]", "[-a]", "[a-]",  "\\W", "\\n",      "[\\w.]", "[^-b]", "(?:ab)",
      "(a)",  "(?:)", "[]a]",     "[a&&b]", "\\b",  "[+--]", "$",   "\xC3\xA4", "(?i:a)"};
  static constexpr std::array<const char*, 15> repetitions = {"",   "",   "",    "",     "",      "*",      "+", "?",
                                                              "*?", "+?", "{2}", "{1,}", "{1,3}", "{0,2}?", "++"};
  std::string pattern;
  if (below(random, 5) == 0) pattern += '^';
  for (std::size_t parts = 1 + below(random, 4); parts > 0; --parts) {
    if (depth < 2 && below(random, 5) == 0)
      pattern += "(" + random_pattern(random, depth + 1) + ")";
    else
      pattern += any_of(random, atoms);
    pattern += any_of(random, repetitions);
    if (below(random, 6) == 0) pattern += '|';
  }
  if (below(random, 5) == 0) pattern += '$';
  return pattern;
}

std::string random_text(Random& random) {
  static constexpr std::array<const char*, 15> pieces = {"a", "a", "b", "b", "c", "A",  "0",       "7",
                                                         "-", ".", ":", " ", "_", "\n", "\xC3\xA4"};
  std::string text;
  for (std::size_t size = below(random, 12); size > 0; --size) text += any_of(random, pieces);
  return text;
}

}  // namespace

TEST_CASE("automata find what Oniguruma finds") {
  constexpr std::size_t programs = 20'000, texts = 20;
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  Random random(seed);
  std::size_t automata = 0, found = 0, answers = 0;
  for (std::size_t program = 0; program < programs; ++program) {
    const std::string pattern = random_pattern(random, 0);
    const auto regex = expr::Regex::compile(pattern, {});
    const auto automaton = regex.ok() ? Automaton::make(pattern) : nullptr;
    if (automaton == nullptr) continue;
    ++automata;
    for (std::size_t number = 0; number < texts; ++number) {
      const std::string text = random_text(random);
      const auto answer = automaton->test(text);
      if (answer == Automaton::Answer::unknown) continue;
      ++answers;
      std::vector<expr::MatchedGroup> groups;
      std::string message;
      const bool is_there = (*regex)->search(text, 0, groups, message) == expr::SearchOutcome::found;
      found += is_there;
      if (is_there == (answer == Automaton::Answer::found)) continue;
      FAIL("/" << pattern << "/ in \"" << text << "\": Oniguruma says " << is_there);
    }
  }
  CHECK(automata > programs / 8);
  CHECK(found > answers / 8);
  CHECK(answers - found > answers / 8);
}

TEST_CASE("an automaton is made of simple patterns alone") {
  for (const char* const simple :
       {"a", "[0-9]+:[0-9]+:[0-9]+", "-9[0-9]", "^(GET|POST) /[^ ]*$", "^\\d{4}-\\d\\d-\\d\\d$", "error|warn(ing)?",
        "\\.(png|jpe?g)$", "^a|b$", "[\\w.+-]+@\\w+\\.[a-z]{2,3}"})
    CHECK((Automaton::make(simple) != nullptr ? "" : simple) == std::string());
  for (const char* const other :
       {"", "a*", "(a+)+b", "(a|aa)+$", "a++", "(?i)a", "a(?=b)", "(a)\\1", "\\bfoo", "a^b", "a$b", "\xC3\xA4",
        "[[:alpha:]]", "[a[bc]]", "[a&&b]", "a{2}{3}", "[ab]*a[ab]{12}", "x{70}"})
    CHECK((Automaton::make(other) == nullptr ? "" : other) == std::string());
}

TEST_CASE("an automaton tells as soon as it knows, and not beyond ASCII") {
  const auto automaton = Automaton::make("^ab.");
  REQUIRE(automaton != nullptr);
  CHECK(automaton->test("abc\xC3\xA4") == Automaton::Answer::found);
  CHECK(automaton->test("ac\xC3\xA4") == Automaton::Answer::not_found);
  CHECK(automaton->test("ab\xC3\xA4") == Automaton::Answer::unknown);
  CHECK(automaton->test("ab") == Automaton::Answer::not_found);
  CHECK((*expr::Regex::compile("^ab.$", {}))->test("ab\xC3\xA4", *std::make_unique<std::string>()) ==
        expr::SearchOutcome::found);
}
