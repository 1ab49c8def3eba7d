#include "operators/inspect.hpp"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <unistd.h>

#include "operators/planned.hpp"

using namespace flowrun;

namespace {

// A pipe whose reading end gives all that was written, up to its capacity.
class Pipe {
 public:
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) FAIL("no pipe");
    read_ = ends[0];
    write_ = ends[1];
  }
  ~Pipe() {
    ::close(read_);
    ::close(write_);
  }
  int write_end() const { return write_; }
  std::string text() const {
    std::string text(64 * 1024, '\0');
    const ssize_t size = ::read(read_, text.data(), text.size());
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
  }

 private:
  int read_;
  int write_;
};

}  // namespace

TEST_CASE("inspect prints a line for each record and passes it on") {
  const Pipe pipe;
  const auto make = [&](Context&) { return std::make_unique<Inspect>("seen", pipe.write_end()); };
  const auto outcome = OperatorHarness(make).send(R"({"a":1})").send("\"b\"").finish().only_batched().run();
  CHECK(outcome.values() == Values{R"({"a":1})", R"("b")"});
  CHECK(pipe.text() == "seen: {\"a\":1}\nseen: \"b\"\n");
}

TEST_CASE("what inspect cannot write does not stop the flow") {
  const auto make = [](Context&) { return std::make_unique<Inspect>("seen", -1); };
  CHECK(OperatorHarness(make).send("1").finish().run().values() == Values{"1"});
}

TEST_CASE("inspect counts as a sink and reads the whole record") {
  const OperatorPlan plan = planned("inspect", single(std::string("label")));
  CHECK((plan.counts_as_sink && plan.reads.value.whole && !plan.can_reject && !plan.writes_value));
}

TEST_CASE("redistribute passes records on behind an exchange of whole batches") {
  const OperatorPlan plan = planned("redistribute", Options());
  CHECK(plan.exchange == Exchange::round_robin);
  CHECK_FALSE(plan.can_reject);
  CHECK(harness_of(plan).send("1").send("2").finish().run().values() == Values{"1", "2"});
}
