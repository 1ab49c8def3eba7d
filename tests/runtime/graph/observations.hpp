#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "shape.hpp"

namespace flowrun::graph {

struct Seal {};
using LogEntry = std::variant<Record, Seal>;
using Log = std::vector<LogEntry>;

/// What is seen while a random graph runs. Each part is written by one thread; all are read when the job has ended.
struct Observations {
  explicit Observations(const Shape& shape);

  /// Something that must not be. Any thread.
  void add_fault(std::string fault);

  /// By source, partition and record number: the epoch that it belongs to, as its tap sees it.
  std::vector<std::vector<std::vector<std::uint64_t>>> epochs;
  /// By node and worker: marks that the step has been told of.
  std::vector<std::vector<std::uint64_t>> marks;
  /// By node and worker: what came to a sink, and between which seals.
  std::vector<std::vector<Log>> sinks;
  /// By node: what came to the writer of a block sink, and between which epochs.
  std::vector<Log> writers;
  std::atomic<std::int64_t> records_read{0};

  std::mutex mutex;
  std::vector<std::string> faults;
};

/// What is wrong with a run that ended after `epochs` epochs; empty: nothing.
std::vector<std::string> check(const Shape& shape, Observations& observations, std::uint64_t epochs);

}  // namespace flowrun::graph
