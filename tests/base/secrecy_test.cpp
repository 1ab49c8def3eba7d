#include "base/secrecy.hpp"

#include <catch2/catch.hpp>

TEST_CASE("what is hidden is replaced wherever it stands, the longest first, unless it is too short to be told") {
  flowrun::hide("a-token");
  flowrun::hide("a-token-that-is-longer");
  flowrun::hide("abc");
  CHECK(flowrun::without_secrets("a-token, a-token-that-is-longer, abc") == "***, ***, abc");
  CHECK(flowrun::without_secrets("") == "");
}
