#include "runtime/task_layout.hpp"

#include <catch2/catch.hpp>

#include "fakes.hpp"

namespace flowrun {

// A source, a step fused with it, a diamond, and an exchange behind it.
TEST_CASE("chains are fused, and fan-in, inputs and exchanges begin a task") {
  PlanWriter writer;
  Feed feed;
  Journal journal;
  const auto source = writer.source(feed.node());
  const auto step = writer.step(passing(), {{{{source}}}});
  const auto left = writer.step(passing(), {{{{step}}}});
  const auto right = writer.step(passing(), {{{{step}}}});
  const auto meeting = writer.step(passing(), {{{{left}, {right}}}});
  const auto group = writer.step(grouping(), {{{{meeting}}}});
  const auto far = writer.step(passing(), {{{{group, 0, Exchange::by_group}}}});
  const auto join = writer.step(passing(), {{{{far}}}, {{{step}}}});
  const auto sink = writer.sink(noting_sink(journal), {{join}});

  CHECK(lay_out_tasks(writer.plan, 2) ==
        TaskLayout{{source, step, left, right}, {meeting, group}, {far}, {join, sink}});
  // On one worker there is nobody to exchange with.
  CHECK(lay_out_tasks(writer.plan, 1) == TaskLayout{{source, step, left, right}, {meeting, group, far}, {join, sink}});
}

}  // namespace flowrun
