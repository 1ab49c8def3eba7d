#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flow/plan.hpp"
#include "runtime/checkpoints.hpp"
#include "runtime/io_thread.hpp"
#include "runtime/job_options.hpp"
#include "runtime/operator_stage.hpp"
#include "runtime/rate_limit.hpp"
#include "runtime/state_budget.hpp"
#include "runtime/task_layout.hpp"
#include "runtime/worker.hpp"

namespace flowrun {

/// The parts of a job as its plan says: writers, and workers with their stages, channels and tasks. Makes them and keeps
/// them; what they do is theirs.
class Assembly {
 public:
  /// What is referred to outlives the assembly.
  Assembly(const Plan& plan, const JobOptions& options, Coordinator& coordinator, Rest& rest);

  IoThread& io() { return io_; }
  std::deque<Worker>& workers() { return workers_; }
  void wake_workers();

  /// Brings back the state of the latest epoch. Throws Failure (exit 10) where it cannot be read.
  void restore();
  /// Discovers all sources and deals their partitions to the workers in turn, each with where the latest epoch stands in it;
  /// then opens what each reads first.
  void open_sources();
  /// Of a store without any epoch: stores where all of it begins. Behind `open_sources` and `io().open()`.
  void store_beginning();

  /// Of a node, over all workers; from any thread.
  StageCounts counts(Plan::NodeIndex node) const;

 private:
  void add_writers();
  void add_source_limits();
  void add_stages(Worker& worker);
  std::unique_ptr<Stage> make_stage(const Plan::Node& node, Worker& worker);
  std::unique_ptr<OperatorStage> make_operator_stage(const Plan::Node& node, const Worker& worker);
  void restore(Plan::NodeIndex node, const std::string& state, const state::Change& change);
  void require_all_partitions();
  void find_dry_inlets();
  Context context(const Plan::Node& node, const Worker& worker);
  void link(Plan::NodeIndex to, InputIndex input, const Plan::Edge& edge);
  void add_tasks(Worker& worker, const TaskLayout& layout);
  std::unique_ptr<Intake> make_intake(Plan::NodeIndex root, Worker& worker);

  const Plan& plan_;
  const JobOptions& options_;
  Coordinator& coordinator_;
  std::optional<Checkpoints> checkpoints_;  // where epochs are stored
  IoThread io_;
  StateBudget budget_;
  std::vector<WriterTask*> writers_;
  std::vector<std::size_t> lane_bytes_;  // by writer
  std::deque<RateLimit> rates_;
  std::deque<ReadingFront> fronts_;
  std::vector<RateLimit*> rate_of_;      // by node
  std::vector<ReadingFront*> front_of_;  // by node
  std::deque<expr::Machine> machines_;   // by worker
  std::deque<Channel> channels_;
  std::deque<Worker> workers_;
  std::size_t source_count_ = 0;

  // By node and worker.
  std::vector<std::vector<std::unique_ptr<Stage>>> unplaced_;  // until they go into a task
  std::vector<std::vector<Stage*>> stages_;
  std::vector<std::vector<OperatorStage*>> operators_;  // none for other nodes
  std::vector<std::vector<std::vector<ChannelIntake::Inlet>>> inlets_;
  std::vector<std::vector<SourceIntake*>> sources_;  // none for other nodes
  std::vector<std::vector<ChannelIntake*>> merges_;  // none for nodes that begin no task
};

}  // namespace flowrun
