#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <random>
#include <unistd.h>

#include "base/failure.hpp"
#include "fakes.hpp"
#include "graph/components.hpp"
#include "state/memory_store.hpp"

namespace flowrun::graph {
namespace {

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const char* const given = std::getenv(name);
  return given != nullptr ? std::strtoull(given, nullptr, 10) : otherwise;
}

// A job that hangs is found by whoever runs the tests; this says which one it was.
char seed_at_hand[64];
extern "C" void tell_seed(int) {
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, seed_at_hand, sizeof seed_at_hand);
  std::_Exit(1);
}
constexpr unsigned seconds_for_one_graph = 300;

void watch(std::uint64_t seed) {
  ::alarm(0);
  std::snprintf(seed_at_hand, sizeof seed_at_hand, "\nhangs: FLOWRUN_TEST_SEED=%llu\n",
                static_cast<unsigned long long>(seed));
  std::signal(SIGALRM, tell_seed);
  ::alarm(seconds_for_one_graph);
}

std::vector<std::string> run(std::uint64_t seed) {
  const Shape shape = random_shape(seed);
  Observations observations(shape);
  Levers levers;
  const Plan plan = make_plan(shape, observations, levers);
  SystemClock clock;
  JobOptions options = job_options(clock, shape.workers);
  options.channel_limits = shape.channel_limits;
  options.writer_bytes = shape.writer_bytes;
  options.epoch_interval = shape.marks_always ? Duration(0) : std::chrono::hours(1);
  options.drain_timeout = std::chrono::hours(1);
  options.finishes_at_end = shape.finishes_at_end;
  state::MemoryStore store;
  options.store = &store;
  Job job(plan, options);
  levers.request_mark = [&job] { job.request_mark(); };
  levers.stop = [&job] { job.stop(); };
  try {
    const JobSummary summary = job.run();
    return check(shape, observations, summary.epochs);
  } catch (const Failure& failure) {
    if (shape.fail_after >= 0 && std::string(failure.what()) == "failed as it should") return observations.faults;
    return {failure.what()};
  }
}

}  // namespace

// FLOWRUN_TEST_SEED and FLOWRUN_TEST_GRAPHS repeat what failed: the seed of a single graph, and 1.
TEST_CASE(
    "jobs of any shape finish, lose and repeat nothing, keep the order of groups, and cut all ways at the same mark") {
  const std::uint64_t graphs = number_from_environment("FLOWRUN_TEST_GRAPHS", 2000);
  const std::uint64_t first = number_from_environment("FLOWRUN_TEST_SEED", std::random_device()());
  for (std::uint64_t seed = first; seed < first + graphs; ++seed) {
    INFO("FLOWRUN_TEST_SEED=" << seed << " FLOWRUN_TEST_GRAPHS=1");
    watch(seed);
    const std::vector<std::string> faults = run(seed);
    REQUIRE(faults == std::vector<std::string>{});
  }
  ::alarm(0);
}

}  // namespace flowrun::graph
