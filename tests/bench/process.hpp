#pragma once

#include <string>
#include <vector>

namespace flowrun::bench {

/// What a child process used.
struct Usage {
  double wall_seconds = 0;
  double processor_seconds = 0;   // user and system, of all threads
  double resident_mebibytes = 0;  // at its largest
};

/// Runs `command` with its standard input from `input` and its standard output into nothing, to its end. Throws
/// std::runtime_error if it cannot be run or fails.
Usage run(const std::vector<std::string>& command, const std::string& input = "/dev/null");

/// Seconds until `copies` processes, each pinned to a processor of its own, have each done the same pure arithmetic.
double arithmetic_seconds(int copies);

}  // namespace flowrun::bench
