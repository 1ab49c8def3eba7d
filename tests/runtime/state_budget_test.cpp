#include "runtime/state_budget.hpp"

#include <catch2/catch.hpp>

#include "running_job.hpp"

namespace flowrun {

TEST_CASE("state beyond the budget ends the run with the step that takes most, over all workers") {
  StateBudget budget(10 * 1024);
  StateBudget::Account& users = budget.open("per_user");
  StateBudget::Account& days = budget.open("per_day");
  CHECK(&budget.open("per_user") == &users);
  budget.add(users, 4 * 1024, 100);
  budget.add(users, 3 * 1024, 70);
  budget.add(days, 3 * 1024, 3);
  CHECK(failure_of([&] { budget.add(days, 1, 1); }) ==
        "7: the state of the flow takes more than max_state, 10.0 KiB: step `per_user` alone 7.0 KiB in 170 groups\n"
        "hint: let groups go (a window, or `forget`), run it with more memory, or raise --max-state");
  budget.add(days, -1024, -1);
  budget.add(users, 512, 1);
}

}  // namespace flowrun
