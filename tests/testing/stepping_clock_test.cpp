#include "testing/stepping_clock.hpp"

#include <catch2/catch.hpp>

using namespace flowrun;

TEST_CASE("the stepping clock knows the first time that is waited for") {
  const auto at = [](int seconds) { return Time(std::chrono::seconds(seconds)); };
  SteppingClock clock(at(10));
  CHECK(clock.next_due() == end_of_time);
  CHECK(clock.milliseconds_until(at(30)) == -1);
  CHECK(clock.milliseconds_until(at(20)) == -1);
  CHECK(clock.milliseconds_until(at(10)) == 0);
  CHECK(clock.next_due() == at(20));
  clock.set(at(20));
  CHECK(clock.now() == at(20));
  CHECK(clock.next_due() == end_of_time);
}
