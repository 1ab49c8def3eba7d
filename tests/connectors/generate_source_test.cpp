#include <catch2/catch.hpp>

#include "connectors/connectors.hpp"
#include "connectors/failures.hpp"
#include "connectors/framers.hpp"
#include "record/json.hpp"

using namespace flowrun;

namespace {

struct Generator {
  expr::Machine machine;
  Context context;
  std::unique_ptr<Source> source;

  Generator(const std::string& value, std::optional<std::int64_t> count, std::int64_t partitions = 1) {
    expr::Environment environment;
    environment.variables = {"key", "time", "meta", "i"};
    Options options;
    if (count) options.set("count", *count);
    options.set("value", ProgramPtr(*expr::compile(value, environment)));
    options.set("partitions", partitions);
    context.step = "numbers";
    context.machine = &machine;
    source = generate_source().plan(options)->make(context, Framing());
  }

  // The values of all partitions, as JSON; `;` stands between batches and `|` behind partitions.
  std::string read_all(std::size_t most_records = 1'000) {
    std::string text;
    for (const auto& name : source->discover()) {
      const auto partition = source->open(name, nullptr);
      for (;;) {
        Batch batch;
        if (partition->read(batch, most_records) != Partition::Read::more) break;
        for (const Batch::Row row : batch.rows()) write_json(batch.value(row), text), text += ' ';
        text += ';';
      }
      text += '|';
    }
    return text;
  }
};

}  // namespace

TEST_CASE("records are made of their number, in batches no larger than asked for") {
  CHECK(Generator("$i", 5).read_all() == "0 1 2 3 4 ;|");
  CHECK(Generator("{id: $i, even: ($i % 2 == 0)}", 2).read_all() == R"({"id":0,"even":true} {"id":1,"even":false} ;|)");
  CHECK(Generator("$i", 5).read_all(2) == "0 1 ;2 3 ;4 ;|");
  CHECK(Generator("$i", 0).read_all() == "|");
}

TEST_CASE("partitions share the numbers out in turn") {
  CHECK(Generator("$i", 7, 3).read_all() == "0 3 6 ;|1 4 ;|2 5 ;|");
  CHECK(Generator("$i", 2, 3).read_all() == "0 ;|1 ;||");
}

TEST_CASE("generation goes on at its position, and without a count never ends") {
  Generator generator("$i * 10", std::nullopt, 2);
  const auto names = generator.source->discover();
  const auto first = generator.source->open(names[1], nullptr);
  Batch batch;
  REQUIRE(first->read(batch, 1'000'000) == Partition::Read::more);
  CHECK(batch.size() == Batch::most_rows);
  const Position position = first->position();
  CHECK(position == "2049");
  const auto second = generator.source->open(names[1], &position);
  Batch next;
  REQUIRE(second->read(next, 1) == Partition::Read::more);
  CHECK(next.value(0).as_integer() == 20'490);
  CHECK(next.partition()->number == 1);
}

TEST_CASE("a value that cannot be made ends the run and says which") {
  struct Case {
    std::string value;
    std::string message;
  };
  const auto [value, message] = GENERATE(values<Case>(
      {{R"(if $i == 2 then error("no two") else $i end)", "step `numbers`: cannot make the value of $i = 2: no two"},
       {"empty", "step `numbers`: cannot make the value of $i = 0: it has no output, expected one"},
       {"$i, $i", "step `numbers`: cannot make the value of $i = 0: it has several outputs, expected one"}}));
  Generator generator(value, 5);
  CHECK(failure_of([&] { generator.read_all(); }) == std::pair(ExitCode::stopped_by_reject, message));
}
