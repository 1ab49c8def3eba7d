#include "flow/expression_scan.hpp"

#include <catch2/catch.hpp>

using namespace flowrun;

TEST_CASE("a template ends at the braces that do not belong to its expression") {
  const auto end_of = [](std::string_view text) { return find_outside(text, "}}", 3); };
  CHECK(end_of("${{ 1 }}") == 6);
  CHECK(end_of("${{ {a: {b: 1}} }} x }}") == 16);
  CHECK(end_of("${{ \"}}\" }}") == 9);
  CHECK(end_of("${{ \"a\\({b: 1} | .b) }}\" }}") == 25);
  CHECK(end_of("${{ 1 # }}\n}}") == 11);
  CHECK(end_of("${{ 1 ") == std::string_view::npos);
}
