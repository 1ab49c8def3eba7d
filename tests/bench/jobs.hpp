#pragma once

#include <algorithm>
#include <cstdio>
#include <functional>
#include <string_view>
#include <time.h>
#include <vector>

namespace flowrun::bench {

/// A piece of work that is measured beside others.
struct Job {
  const char* name;
  std::function<std::size_t()> run;  // gives something that depends on all its work; 0: it failed
  const char* beside = nullptr;      // the job that its ratio is shown to
  std::vector<double> nanoseconds = {};
};

/// Of this thread: what else runs on the machine counts less than in wall time.
inline double thread_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Of the ratios within each round: what slows the machine down for a while slows both.
inline double median_ratio(const Job& job, const Job& other) {
  std::vector<double> ratios;
  for (std::size_t round = 0; round < job.nanoseconds.size(); ++round)
    ratios.push_back(job.nanoseconds[round] / other.nanoseconds[round]);
  return median(ratios);
}

/// The median, the fastest and slowest round, and the median of the ratios within a round.
inline void print(const std::vector<Job>& jobs, const char* unit) {
  std::printf("%-52s %8s %8s %8s  %s\n", "", unit, "fastest", "slowest", "ratio");
  for (const Job& job : jobs) {
    if (job.nanoseconds.empty()) continue;
    const auto [fastest, slowest] = std::minmax_element(job.nanoseconds.begin(), job.nanoseconds.end());
    std::printf("%-52s %8.1f %8.1f %8.1f", job.name, median(job.nanoseconds), *fastest, *slowest);
    for (const Job& other : jobs)
      if (job.beside != nullptr && std::string_view(job.beside) == other.name && !other.nanoseconds.empty())
        std::printf("  %.2f x %s", median_ratio(job, other), other.name);
    std::printf("\n");
  }
}

/// Runs the jobs in interleaved rounds and prints them, per each of `count` units of work; `only`: that job alone, where it is
/// not empty. False: one failed.
inline bool run_interleaved(std::vector<Job> jobs, std::string_view only, std::size_t count, const char* unit) {
  constexpr int rounds = 11;
  for (int round = 0; round < rounds; ++round)
    for (Job& job : jobs) {
      if (!only.empty() && only != job.name) continue;
      const double start = thread_nanoseconds();
      if (job.run() == 0) return std::fprintf(stderr, "%s failed\n", job.name), false;
      job.nanoseconds.push_back((thread_nanoseconds() - start) / static_cast<double>(count));
    }
  print(jobs, unit);
  return true;
}

}  // namespace flowrun::bench
