#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/process.hpp"

// jobs PROJECT BUILD INPUTS ROUNDS: flows beside the hand-written programs of the same jobs, in turn, and what several workers
// gain. Ratios are those of the same round; a table shows their median and the range from the first to the third quartile.
namespace flowrun::bench {
namespace {

struct Place {
  std::string project;
  std::string build;
  std::string inputs;
  int rounds;

  std::vector<std::string> flow(const std::string& name, const std::string& input, const char* workers = "1") const {
    const std::string file = name == "word-count" ? "/config/flows/" : "/tests/bench/flows/";
    return {build + "/flowrun",
            project + file + name + ".yaml",
            "-w",
            workers,
            "-p",
            "input=" + inputs + "/" + input,
            "--log-level",
            "warning"};
  }
  std::vector<std::string> enriching() const {
    return {build + "/flowrun",
            project + "/tests/bench/flows/enrich.yaml",
            "-w",
            "1",
            "-p",
            "users=" + customers(),
            "-p",
            "orders=" + inputs + "/events.jsonl",
            "--log-level",
            "warning"};
  }
  std::vector<std::string> enriching_by_hand() const {
    return {build + "/tests/bench/reference_enrich", customers(), inputs + "/events.jsonl"};
  }
  std::string customers() const { return inputs + "/customers.jsonl"; }
  std::vector<std::string> reference(const std::string& name, const std::string& input) const {
    return {build + "/tests/bench/reference_" + name, inputs + "/" + input};
  }
};

struct Spread {
  double first, median, third;  // quartiles
};

Spread spread(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](std::size_t quarter) { return values[(values.size() - 1) * quarter / 4]; };
  return {at(1), at(2), at(3)};
}

struct Job {
  const char* name;
  std::vector<std::string> flow;
  std::vector<std::string> reference;
  double records;
  double bound;  // of the ratio
};

void compare(const Place& place, const Job& job) {
  std::vector<double> ratios, processor_ratios, flow_times, reference_times;
  double resident = 0;
  for (int round = 0; round < place.rounds; round++) {
    const Usage flow = run(job.flow);
    const Usage reference = run(job.reference);
    ratios.push_back(flow.wall_seconds / reference.wall_seconds);
    processor_ratios.push_back(flow.processor_seconds / reference.processor_seconds);
    flow_times.push_back(flow.wall_seconds);
    reference_times.push_back(reference.wall_seconds);
    resident = std::max(resident, flow.resident_mebibytes);
  }
  const Spread ratio = spread(ratios);
  std::printf("| %s | %.0f | %.0f | %.2f (%.2f-%.2f) | %.2f | %.1f | %.0f |\n", job.name,
              spread(flow_times).median / job.records * 1e9, spread(reference_times).median / job.records * 1e9,
              ratio.median, ratio.first, ratio.third, spread(processor_ratios).median, job.bound, resident);
  std::fflush(stdout);
}

void compare_workers(const Place& place, const char* what, const char* flow, const char* input) {
  std::vector<double> flow_gains, loop_gains, ratios;
  for (int round = 0; round < 3 * place.rounds; round++) {
    const double one = run(place.flow(flow, input, "1")).wall_seconds;
    const double loop_one = arithmetic_seconds(1);
    const double two = run(place.flow(flow, input, "2")).wall_seconds;
    const double loop_two = arithmetic_seconds(2);
    flow_gains.push_back(one / two);
    loop_gains.push_back(2 * loop_one / loop_two);
    ratios.push_back(flow_gains.back() / loop_gains.back());
  }
  const Spread ratio = spread(ratios);
  std::printf(
      "\nTwo workers over one, %s: %.2f; two pinned loops over one: %.2f; ratio %.2f (%.2f-%.2f), at least 0.85\n",
      what, spread(flow_gains).median, spread(loop_gains).median, ratio.median, ratio.first, ratio.third);
}

void compare_sliding(const Place& place) {
  std::vector<double> ratios;
  for (int round = 0; round < place.rounds; round++) {
    const double sliding = run(place.flow("sliding", "few-users.jsonl")).wall_seconds;
    ratios.push_back(sliding / run(place.flow("tumbling_ten_minutes", "few-users.jsonl")).wall_seconds);
  }
  const Spread ratio = spread(ratios);
  std::printf("\nSliding 10 min every 10 s over tumbling 10 min, 1 000 users: %.2f (%.2f-%.2f), at most 2\n",
              ratio.median, ratio.first, ratio.third);
}

void compare_recovery(const Place& place) {
  std::vector<double> ratios;
  const std::string folder = place.inputs + "/recovery";
  std::vector<std::string> kept = place.flow("tumbling", "users.jsonl");
  kept.insert(kept.end(), {"-r", folder, "-s", "1s"});
  for (int round = 0; round < place.rounds; round++) {
    std::filesystem::remove_all(folder);
    const double with = run(kept).wall_seconds;
    ratios.push_back(with / run(place.flow("tumbling", "users.jsonl")).wall_seconds);
  }
  std::filesystem::remove_all(folder);
  const Spread ratio = spread(ratios);
  std::printf("\nTumbling minutes with an epoch a second over without recovery: %.2f (%.2f-%.2f), at most 1.1\n",
              ratio.median, ratio.first, ratio.third);
}

void compare_start(const Place& place) {
  std::vector<double> milliseconds;
  for (int round = 0; round < 5 * place.rounds; round++) {
    const double flow =
        run({place.build + "/flowrun", place.project + "/tests/bench/flows/one.yaml", "--log-level", "warning"},
            place.inputs + "/one.jsonl")
            .wall_seconds;
    milliseconds.push_back((flow - run({"/bin/true"}).wall_seconds) * 1e3);
  }
  const Spread more = spread(milliseconds);
  std::printf("One record from start to end beyond /bin/true: %.1f ms (%.1f-%.1f), at most 10\n", more.median,
              more.first, more.third);
}

void measure(const Place& place, double words_lines) {
  std::puts(
      "| job | ns/record | by hand | ratio (quartiles) | of processor time | bound | MiB "
      "|\n|---|---|---|---|---|---|---|");
  const double events = 1e6;
  const auto job = [&](const char* name, const char* flow, const char* reference, const char* input, double records,
                       double bound) {
    return Job{name, place.flow(flow, input), place.reference(reference, input), records, bound};
  };
  for (const Job& each :
       {job("filter and project, all fields checked", "filter_project", "filter_project_checked", "events.jsonl",
            events, 1.5),
        job("filter and project, two fields on demand", "filter_project", "filter_project_ondemand", "events.jsonl",
            events, 2.5),
        job("min, avg, max by group", "min_avg_max", "min_avg_max", "events.jsonl", events, 2.5),
        job("word count, per line", "word-count", "word_count", "text.txt", words_lines, 2.5),
        job("tumbling minutes, 100 000 users", "tumbling", "tumbling", "users.jsonl", events, 3),
        job("sessions, 100 000 users", "session", "session", "users.jsonl", events, 5),
        Job{"events with what is known of their users", place.enriching(), place.enriching_by_hand(), events, 4}})
    compare(place, each);
  compare_sliding(place);
  compare_recovery(place);
  compare_workers(place, "four files into drop", "drop", "part*.jsonl");
  compare_workers(place, "four files into tumbling minutes", "tumbling", "users-part*.jsonl");
  compare_start(place);
}

}  // namespace
}  // namespace flowrun::bench

int main(int count, char** arguments) {
  if (count != 6) return 2;
  try {
    flowrun::bench::measure({arguments[1], arguments[2], arguments[3], std::atoi(arguments[4])},
                            std::atof(arguments[5]));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
