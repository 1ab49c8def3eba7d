#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <time.h>
#include <vector>

#include "expr/program.hpp"
#include "expr/stack.hpp"

// Nanoseconds per item of expressions over 1 000, 10 000 and 100 000 items, and how much more an item costs among the most
// than among the fewest: about 1 where the work grows with the items, 1.7 where it is n log n, 100 where it is a square.
namespace {

using namespace flowrun;

constexpr std::size_t sizes[] = {1'000, 10'000, 100'000};

struct Job {
  const char* name;
  const char* input;  // of the number of items
  const char* expression;
};

constexpr const char* numbers = "[range(.)]";
constexpr const char* records = "[range(.) | {k: \"key\\(. * 7919 % 1000003)\", n: ., g: (. % 100)}]";
constexpr const char* wide = "[range(.) | {key: \"k\\(.)\", value: .}] | from_entries";

constexpr Job jobs[] = {
    {"reduce into an object", ".", "reduce range(.) as $i ({}; .[\"k\\($i)\"] = $i) | length"},
    {"reduce with +=", records, "reduce .[] as $x ({}; .[$x.k] += $x.n) | length"},
    {"reduce into an array", ".", "reduce range(.) as $i ([]; . + [$i]) | length"},
    {"reduce with setpath", records, "reduce .[] as $x ({}; setpath([\"a\", $x.k]; 1)) | .a | length"},
    {"INDEX", records, "INDEX(.k) | length"},
    {"group_by", records, "group_by(.g) | length"},
    {"sort_by", records, "sort_by(.k) | length"},
    {"unique_by", records, "unique_by(.g) | length"},
    {"to_entries", wide, "to_entries | length"},
    {"from_entries", records, "map({key: .k, value: .n}) | from_entries | length"},
    {"with_entries", wide, "with_entries(.value += 1) | length"},
    {"map_values", wide, "map_values(. + 1) | length"},
    {"|= over all", records, "(.[] | .n) |= . + 1 | length"},
    {"del of half", numbers, "del(.[] | select(. % 2 == 0)) | length"},
    {"del of keys", wide, "del(.[keys[]]) | length"},
    {"array difference", numbers, ". - map(select(. % 2 == 0)) | length"},
    {"join", numbers, "join(\",\") | length"},
    {"add of texts", numbers, "map(tostring) | add | length"},
    {"merge of objects", wide, ". * . | length"},
    {"paths", records, "[paths] | length"},
    {"tostream", numbers, "[tostream] | length"},
    {"fromstream", numbers, "fromstream(tostream) | length"},
    {"walk", records, "walk(if type == \"number\" then . + 1 else . end) | length"},
    {"flatten", records, "map([.n, [.g]]) | flatten | length"},
    {"tojson and back", records, "tojson | fromjson | length"},
    {"gsub", numbers, "join(\",\") | gsub(\",\"; \";\") | length"},
    {"transpose", numbers, "[., .] | transpose | length"},
};

double thread_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

std::shared_ptr<const expr::Program> program_of(const char* text) {
  const auto compiled = expr::compile(text, {});
  if (!compiled) std::printf("%s: %s\n", text, compiled.error()[0].message.c_str()), std::exit(1);
  return *compiled;
}

/// The median of some evaluations, per item.
double measure(const Job& job, std::size_t size) {
  expr::Machine machine({1'000'000'000, std::size_t{4} << 30});
  Arena inputs;
  Arena arena;
  const Value input =
      machine.one(*program_of(job.input), Value::integer(static_cast<std::int64_t>(size)), {}, inputs).value;
  const auto program = program_of(job.expression);
  std::vector<double> rounds;
  for (int round = 0; round < (size < 100'000 ? 15 : 5); ++round) {
    arena.clear();
    const double begin = thread_nanoseconds();
    if (machine.one(*program, input, {}, arena).outputs != expr::Outputs::one)
      std::printf("%s: %s\n", job.name, std::string(machine.error()).c_str()), std::exit(1);
    rounds.push_back((thread_nanoseconds() - begin) / static_cast<double>(size));
  }
  std::nth_element(rounds.begin(), rounds.begin() + static_cast<std::ptrdiff_t>(rounds.size() / 2), rounds.end());
  return rounds[rounds.size() / 2];
}

}  // namespace

int main() {
  std::printf("%-24s %8s %8s %8s %8s\n", "ns per item", "1 000", "10 000", "100 000", "growth");
  expr::call_on_evaluation_stack([] {
    for (const Job& job : jobs) {
      std::printf("%-24s", job.name);
      double first = 0;
      double last = 0;
      for (const std::size_t size : sizes) {
        last = measure(job, size);
        if (first == 0) first = last;
        std::printf(" %8.1f", last);
      }
      std::printf(" %8.2f\n", last / first);
    }
  });
}
