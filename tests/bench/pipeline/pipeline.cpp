// A plan built by hand (read, decode, filter, encode, write) run as a job: what each stage adds for a record.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <time.h>
#include <vector>

#include "bench/events.hpp"
#include "builtins.hpp"
#include "runtime/job.hpp"

using namespace flowrun;

namespace {

class NoLog final : public Log {
 public:
  void write(LogLevel, std::string_view, std::string_view) override {}
};

// Keeps records with a price above a bound.
class Expensive final : public Operator {
 public:
  Progress process(InputIndex, Batch& batch, Output& output) override {
    kept_.clear();
    for (const Batch::Row row : batch.rows()) {
      const Value* const price = find(batch.value(row), "price");
      if (price != nullptr && to_double(*price) * 0.9 > 100) kept_.push_back(row);
    }
    batch.select(kept_);
    if (!batch.empty()) output.pass(std::move(batch));
    return Progress::done;
  }

 private:
  std::vector<Batch::Row> kept_;
};

struct Stages {
  bool decodes = false;
  bool filters = false;
  std::string output;  // a path; empty: drop
  bool raw = false;    // records leave as they came
};

Options options(std::initializer_list<std::pair<std::string, OptionValue>> values) {
  Options options;
  for (const auto& [name, value] : values) options.set(name, value);
  return options;
}

void append_chain(Plan& plan, std::string name, std::variant<Plan::OperatorNode, Plan::SourceNode, Plan::SinkNode> work,
                  Port ports) {
  Plan::Node node;
  node.step = node.name = std::move(name);
  node.work = std::move(work);
  node.ports = ports;
  if (!plan.nodes.empty()) node.inputs = {{{{plan.nodes.size() - 1, 0, Exchange::none}}}};
  plan.nodes.push_back(std::move(node));
}

Plan make_plan(const std::string& input, const Stages& stages) {
  const Registry& all = builtins();
  Plan plan;
  plan.flow = "bench";
  const DecoderPlan decoder = *all.codec("json")->plan_decoder(Options(), 16 * 1024 * 1024);
  const SourcePlan source = *all.source("file")->plan(options({{"path", std::vector<std::string>{input}},
                                                               {"from", std::string("start")},
                                                               {"compression", std::string("auto")},
                                                               {"read", std::string("together")}}));
  append_chain(plan, "source",
               Plan::SourceNode{[=](Context& context) { return source.make(context, {decoder.make_framer}); }}, 1);
  ReadSet reads;
  reads.raw = stages.raw;
  if (stages.raw || stages.output.empty())
    reads.value.field("price").merge(Projection::everything());
  else
    reads.value = Projection::everything();
  if (stages.decodes)
    append_chain(plan, "decode", Plan::OperatorNode{[=](Context& context) { return decoder.make(context, reads); }}, 1);
  if (stages.filters)
    append_chain(plan, "filter", Plan::OperatorNode{[](Context&) { return std::make_unique<Expensive>(); }}, 1);
  const EncoderPlan encoder = *all.codec("json")->plan_encoder(Options());
  Plan::SinkNode sink;
  const SinkPlan sink_plan = stages.output.empty()
                                 ? *all.sink("drop")->plan(Options())
                                 : *all.sink("file")->plan(options({{"path", stages.output},
                                                                    {"if_exists", std::string("replace")},
                                                                    {"compression", std::string("none")}}));
  sink.make = [=, raw = stages.raw](Context& context, BlockQueue* queue) {
    return sink_plan.make(context, encoder.make(context, raw), queue);
  };
  if (sink_plan.make_writer) {
    sink.writer = 0;
    plan.writers.push_back({sink_plan.resource, [=] { return sink_plan.make_writer(encoder.header); }, false});
  }
  append_chain(plan, "sink", std::move(sink), 0);
  return plan;
}

void write_events(const std::string& path, std::size_t count) {
  std::ofstream file(path, std::ios::binary);
  bench::EventGenerator events;
  for (std::string block; count > 0; --count) {
    events.append(block);
    if (block.size() < 100'000 && count > 1) continue;
    file << block;
    block.clear();
  }
}

double nanoseconds(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

struct Measure {
  double wall;  // ns per record
  double cpu;   // of the whole process
};

Measure measure(const Plan& plan, std::size_t records) {
  SystemClock clock;
  NoLog log;
  const double wall = nanoseconds(CLOCK_MONOTONIC), cpu = nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
  Job(plan, JobOptions{clock, log}).run();
  return {(nanoseconds(CLOCK_MONOTONIC) - wall) / static_cast<double>(records),
          (nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) / static_cast<double>(records)};
}

}  // namespace

// bench_pipeline [EVENTS [ROUNDS [NAME]]]: a line for each pipeline, or for the one of that name.
int main(int count, char** arguments) {
  const std::size_t records = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 1'000'000;
  const int rounds = count > 2 ? std::atoi(arguments[2]) : 5;
  const std::string only = count > 3 ? arguments[3] : "";
  const auto folder = std::filesystem::temp_directory_path();
  const std::string input = (folder / "flowrun-bench-events.jsonl").string();
  const std::string output = (folder / "flowrun-bench-output.jsonl").string();
  write_events(input, records);
  const std::pair<const char*, Stages> pipelines[] = {
      {"read", {}},
      {"read, decode 1 field", {.decodes = true}},
      {"read, decode 1 field, filter", {.decodes = true, .filters = true}},
      {"read, decode 1 field, filter, raw to file", {true, true, output, true}},
      {"read, decode, filter, encode to file", {true, true, output, false}},
      {"read, decode, encode to file", {true, false, output, false}},
  };
  for (const auto& [name, stages] : pipelines) {
    if (!only.empty() && only != name) continue;
    const Plan plan = make_plan(input, stages);
    std::vector<Measure> measures;
    for (int round = 0; round < rounds; ++round) measures.push_back(measure(plan, records));
    std::sort(measures.begin(), measures.end(), [](const auto& a, const auto& b) { return a.cpu < b.cpu; });
    const Measure median = measures[measures.size() / 2];
    fmt::print("{:50} {:6.0f} ns/record wall {:6.0f} cpu (least {:.0f})\n", name, median.wall, median.cpu,
               measures.front().cpu);
  }
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  fmt::print("largest resident set {} MiB\n", usage.ru_maxrss / 1024);
  std::filesystem::remove(input);
  std::filesystem::remove(output);
}
