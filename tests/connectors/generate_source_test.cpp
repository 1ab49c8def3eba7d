#include <catch2/catch.hpp>

#include "connectors/connectors.hpp"
#include "connectors/framers.hpp"
#include "record/json.hpp"

using namespace flowrun;

namespace {

struct Generator {
  expr::Machine machine;
  Context context;
  std::unique_ptr<Source> source;
  std::unique_ptr<Operator> values;
  Output output{{.step = "numbers", .errors_read = true, .capacity = 1}};

  Generator(const std::string& value, std::optional<std::int64_t> count, std::int64_t partitions = 1) {
    expr::Environment environment;
    environment.variables = {"key", "time", "meta", "i"};
    Options options;
    if (count) options.set("count", *count);
    options.set("value", ProgramPtr(*expr::compile(value, environment)));
    options.set("partitions", partitions);
    context.step = "numbers";
    context.machine = &machine;
    const auto plan = generate_source().plan(options);
    source = plan->make(context, Framing());
    values = plan->make_records(context);
  }

  // The values of what a batch of numbers becomes, and the messages of errors.
  std::string made_of(Batch batch) {
    std::string text;
    while (!batch.empty()) {
      values->process(0, batch, output);
      output.finish_building();
      for (const Batch& made : output.take(0))
        for (const Batch::Row row : made.rows()) write_json(made.value(row), text), text += ' ';
      for (const Batch& errors : output.take(output.errors_port()))
        for (const Batch::Row row : errors.rows()) text.append(find(errors.value(row), "message")->as_text()) += ' ';
    }
    return text;
  }

  // The values of all partitions, as JSON; `;` stands between batches and `|` behind partitions.
  std::string read_all(std::size_t most_records = 1'000) {
    std::string text;
    for (const auto& name : source->discover()) {
      const auto partition = source->open(name, nullptr);
      for (;;) {
        Batch batch;
        if (partition->read(batch, most_records) != Partition::Read::more) break;
        text += made_of(std::move(batch)) + ';';
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
  CHECK(next.partition()->number == 1);
  CHECK(generator.made_of(std::move(next)) == "20490 ");
}

TEST_CASE("a value that cannot be made is rejected, and the next is made") {
  CHECK(Generator(R"(if $i == 1 then error("no one") else $i end)", 3).read_all() == "0 2 no one ;|");
  CHECK(Generator("$i | select(. != 0)", 2).read_all() == "1 the value has no output, one was expected ;|");
  CHECK(Generator("$i, (select($i == 1) | 0)", 2).read_all() == "0 the value has several outputs, one was expected ;|");
}

TEST_CASE("large values are handed on in parts") {
  Generator generator("\"x\" * 100000", 1'000);
  Batch numbers;
  REQUIRE(generator.source->open(generator.source->discover()[0], nullptr)->read(numbers, 1'000) ==
          Partition::Read::more);
  CHECK(numbers.size() == 1'000);
  CHECK(generator.values->process(0, numbers, generator.output) == Progress::more);
  CHECK(numbers.size() > 900);
}
