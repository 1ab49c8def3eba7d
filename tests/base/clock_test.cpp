#include "base/clock.hpp"

#include <catch2/catch.hpp>

namespace flowrun {

TEST_CASE("a manual clock moves only when told to and bounds no wait") {
  ManualClock clock(Time(Duration(5)));
  CHECK(clock.now() == Time(Duration(5)));
  CHECK(clock.milliseconds_until(Time(Duration(6))) == -1);
  clock.advance(Duration(1));
  CHECK(clock.now() == Time(Duration(6)));
  CHECK(clock.milliseconds_until(Time(Duration(6))) == 0);
}

TEST_CASE("the wall clock bounds a wait, however far away its end is") {
  SystemClock clock;
  CHECK(clock.milliseconds_until(clock.now()) == 0);
  CHECK(clock.milliseconds_until(end_of_time) > 0);
  CHECK(clock.milliseconds_until(beginning_of_time) == 0);
}

}  // namespace flowrun
