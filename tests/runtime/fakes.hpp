#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "component/sink.hpp"
#include "component/source.hpp"
#include "flow/plan.hpp"
#include "os/event.hpp"
#include "runtime/job.hpp"

namespace flowrun {

/// A source whose partitions are filled by the test, before the job runs or while it does. Thread-safe.
class Feed {
 public:
  explicit Feed(std::size_t partitions = 1) : partitions_(partitions) {}

  void send(Value value, std::size_t partition = 0) { send(std::vector{value}, partition); }
  /// All at once, so that they can be read as one batch.
  void send(const std::vector<Value>& values, std::size_t partition = 0);
  /// No partition gets any more.
  void end();
  std::vector<std::uint64_t> acknowledged() const;
  /// The positions that partitions were opened at by a job that goes on.
  std::vector<std::string> resumed() const;

  Plan::SourceNode node(double records_per_second = 0);

  /// At most; as the source of the test wants it.
  std::size_t batch_size = Batch::most_rows;

 private:
  class FeedSource;
  class FeedPartition;
  struct Contents {
    std::deque<Value> values;
    std::uint64_t given = 0;
  };

  mutable std::mutex mutex_;
  std::vector<Contents> partitions_;
  std::vector<Event*> events_;  // of the sources, one per worker
  std::vector<std::uint64_t> acknowledged_;
  std::vector<std::string> resumed_;
  bool ended_ = false;
};

/// What sinks and writers of the test have got, as text. Thread-safe.
class Journal {
 public:
  void add(std::string entry);
  std::vector<std::string> entries() const;
  std::vector<std::string> sorted() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> entries_;
};

/// A sink without a writer that notes each record as JSON and each seal as "seal 1".
Plan::SinkNode noting_sink(Journal& journal);
/// A sink that puts a block per batch, and its writer, which notes "write TEXT", "durable 1", "commit 1", "close", "abort".
Plan::SinkNode block_sink(std::size_t writer);
Plan::WriterNode noting_writer(Journal& journal);

/// An operator made of a function for each of its calls; those that are not given do nothing.
struct Calls {
  std::function<Progress(InputIndex, Batch&, Output&)> process;
  std::function<Progress(ClockKind, Time, Output&)> advance;
  std::function<Progress(Output&)> before_mark;
  std::function<Progress(Output&)> finish;
  std::function<Time()> next_timer;
};
Plan::OperatorNode operator_node(std::function<Calls(Context&)> make);
/// Hands on what comes.
Plan::OperatorNode passing();
/// Hands on what comes, and gives "finished" at the end of the input.
Plan::OperatorNode finishing();
/// Sets the group of each record to its value, for an exchange behind it.
Plan::OperatorNode grouping();

/// Writes plans: each function adds a node and returns its index.
class PlanWriter {
 public:
  Plan plan;

  Plan::NodeIndex source(Plan::SourceNode node);
  Plan::NodeIndex step(Plan::OperatorNode node, std::vector<Plan::Input> inputs, Port ports = 1);
  Plan::NodeIndex sink(Plan::SinkNode node, std::vector<Plan::Edge> edges);

 private:
  Plan::NodeIndex add(std::string name, Plan::Node node);
};

/// A clock and a log for jobs of tests.
class NoLog final : public Log {
 public:
  void write(LogLevel, std::string_view, std::string_view) override {}
};
JobOptions job_options(Clock& clock, std::size_t workers = 1);

std::string to_json(const Value& value);

}  // namespace flowrun
