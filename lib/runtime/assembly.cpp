#include "runtime/assembly.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/failure.hpp"
#include "runtime/event_time_stage.hpp"
#include "runtime/exchange.hpp"
#include "runtime/operator_stage.hpp"
#include "runtime/sink_stage.hpp"
#include "runtime/source_stage.hpp"

namespace flowrun {
namespace {

// Files that a job holds open for reading.
constexpr std::size_t most_open_partitions = 256;

std::unique_ptr<Outlet> make_outlet(Exchange exchange, const std::vector<Channel*>& channels, std::size_t sender) {
  if (exchange == Exchange::by_group) return std::make_unique<GroupExchange>(channels);
  if (exchange == Exchange::round_robin) return std::make_unique<RoundRobinExchange>(channels, sender);
  return std::make_unique<DirectOutlet>(*channels[sender]);
}

}  // namespace

Assembly::Assembly(const Plan& plan, const JobOptions& options, Coordinator& coordinator, Rest& rest)
    : plan_(plan),
      options_(options),
      coordinator_(coordinator),
      checkpoints_(options.store != nullptr ? std::make_optional<Checkpoints>(plan, *options.store, options.discarding)
                                            : std::nullopt),
      io_(coordinator, rest, checkpoints_ ? &*checkpoints_ : nullptr, coordinator.settled()),
      budget_(options.most_state),
      rate_of_(plan.nodes.size()),
      front_of_(plan.nodes.size()),
      unplaced_(plan.nodes.size()),
      stages_(plan.nodes.size()),
      operators_(plan.nodes.size()),
      inlets_(plan.nodes.size(), std::vector<std::vector<ChannelIntake::Inlet>>(options.workers)),
      sources_(plan.nodes.size()),
      merges_(plan.nodes.size()) {
  add_writers();
  add_source_limits();
  machines_.resize(options.workers);
  for (std::size_t number = 0; number < options.workers; ++number)
    add_stages(workers_.emplace_back(number, options.clock, coordinator, rest));
  for (Plan::NodeIndex node = 0; node < plan.nodes.size(); ++node)
    for (std::size_t input = 0; input < plan.nodes[node].inputs.size(); ++input)
      for (const Plan::Edge& edge : plan.nodes[node].inputs[input].edges)
        link(node, static_cast<InputIndex>(input), edge);
  const TaskLayout layout = lay_out_tasks(plan, options.workers);
  for (Worker& worker : workers_) add_tasks(worker, layout);
}

void Assembly::add_writers() {
  std::vector<std::size_t> lanes(plan_.writers.size());
  for (const Plan::Node& node : plan_.nodes)
    if (const auto* const sink = std::get_if<Plan::SinkNode>(&node.work);
        sink != nullptr && sink->writer != Plan::no_writer)
      lanes[sink->writer] += options_.workers;
  for (std::size_t writer = 0; writer < plan_.writers.size(); ++writer) {
    writers_.push_back(&io_.add(plan_.writers[writer].make(), plan_.writers[writer].resource, lanes[writer]));
    lane_bytes_.push_back(options_.writer_bytes / std::max<std::size_t>(lanes[writer], 1) + 1);
  }
}

void Assembly::add_source_limits() {
  for (Plan::NodeIndex node = 0; node < plan_.nodes.size(); ++node)
    if (const auto* const source = std::get_if<Plan::SourceNode>(&plan_.nodes[node].work)) {
      ++source_count_;
      if (source->records_per_second > 0)
        rate_of_[node] = &rates_.emplace_back(source->records_per_second, options_.clock);
      if (source->time_node) front_of_[node] = &fronts_.emplace_back(plan_.nodes[*source->time_node].sets_time->ahead);
    }
}

void Assembly::add_stages(Worker& worker) {
  for (Plan::NodeIndex node = 0; node < plan_.nodes.size(); ++node) {
    unplaced_[node].push_back(make_stage(plan_.nodes[node], worker));
    stages_[node].push_back(unplaced_[node].back().get());
  }
}

std::unique_ptr<Stage> Assembly::make_stage(const Plan::Node& node, Worker& worker) {
  if (const auto* const sink = std::get_if<Plan::SinkNode>(&node.work)) {
    BlockLane* const lane = sink->writer == Plan::no_writer ? nullptr
                                                            : &writers_[sink->writer]->add_lane(
                                                                  lane_bytes_[sink->writer], worker.bell(), io_.bell());
    return std::make_unique<SinkStage>(node, context(node, worker), lane);
  }
  if (std::holds_alternative<Plan::SourceNode>(node.work))
    return std::make_unique<SourceStage>(node, context(node, worker));
  auto stage = make_operator_stage(node, worker);
  operators_[static_cast<Plan::NodeIndex>(&node - plan_.nodes.data())].push_back(stage.get());
  return stage;
}

std::unique_ptr<OperatorStage> Assembly::make_operator_stage(const Plan::Node& node, const Worker& worker) {
  EpochParts* const parts = checkpoints_ ? &checkpoints_->parts() : nullptr;
  if (node.sets_time) return std::make_unique<EventTimeStage>(node, context(node, worker), options_, budget_, parts);
  return std::make_unique<OperatorStage>(node, context(node, worker), options_, budget_, parts);
}

Context Assembly::context(const Plan::Node& node, const Worker& worker) {
  Context context;
  context.step = node.step;
  context.worker = worker.number();
  context.workers = options_.workers;
  context.clock = &options_.clock;
  context.step_clock = node.clock;
  context.log = &options_.log;
  context.machine = &machines_[worker.number()];
  return context;
}

void Assembly::link(Plan::NodeIndex to, InputIndex input, const Plan::Edge& edge) {
  const bool fused = is_fused(plan_.nodes[to], options_.workers);
  for (std::size_t sender = 0; sender < options_.workers; ++sender) {
    Outlets& outlets = stages_[edge.from][sender]->outlets();
    if (fused) {
      outlets.add(edge.port, std::make_unique<InboxOutlet>(*stages_[to][sender]));
      continue;
    }
    std::vector<Channel*> channels(options_.workers);
    for (std::size_t receiver = 0; receiver < options_.workers; ++receiver) {
      if (edge.exchange == Exchange::none && receiver != sender) continue;
      channels[receiver] =
          &channels_.emplace_back(options_.channel_limits, workers_[sender].bell(), workers_[receiver].bell());
      inlets_[to][receiver].push_back({channels[receiver], input, edge.from, sender});
    }
    outlets.add(edge.port, make_outlet(edge.exchange, channels, sender));
  }
}

void Assembly::add_tasks(Worker& worker, const TaskLayout& layout) {
  for (const std::vector<Plan::NodeIndex>& nodes : layout) {
    std::vector<std::unique_ptr<Stage>> stages;
    for (const Plan::NodeIndex node : nodes) stages.push_back(std::move(unplaced_[node][worker.number()]));
    worker.add(Task(make_intake(nodes.front(), worker), std::move(stages), coordinator_));
  }
}

std::unique_ptr<Intake> Assembly::make_intake(Plan::NodeIndex root, Worker& worker) {
  const Plan::Node& node = plan_.nodes[root];
  const auto* const source_node = std::get_if<Plan::SourceNode>(&node.work);
  if (source_node == nullptr) {
    const Time reached = checkpoints_ ? checkpoints_->watermark(node.name) : beginning_of_time;
    auto merge = std::make_unique<ChannelIntake>(std::move(inlets_[root][worker.number()]), reached);
    merges_[root].push_back(merge.get());
    return merge;
  }
  const std::size_t most_open = std::max<std::size_t>(most_open_partitions / (options_.workers * source_count_), 1);
  auto source = std::make_unique<SourceIntake>(node, context(node, worker), most_open, rate_of_[root], coordinator_,
                                               checkpoints_ ? &checkpoints_->parts() : nullptr);
  if (source_node->time_node) {
    auto& times = static_cast<EventTimeStage&>(*stages_[*source_node->time_node][worker.number()]);
    source->read_by_time(*plan_.nodes[*source_node->time_node].sets_time, times.watermarks(), *front_of_[root],
                         worker.bell());
  }
  worker.add(*source);
  sources_[root].push_back(source.get());
  return source;
}

void Assembly::restore() {
  if (!checkpoints_) return;
  std::unordered_map<std::string_view, Plan::NodeIndex> by_name;
  for (Plan::NodeIndex node = 0; node < plan_.nodes.size(); ++node) by_name.emplace(plan_.nodes[node].name, node);
  checkpoints_->load([&](const std::string& node, const std::string& state, const state::Change& change) {
    const auto known = by_name.find(node);
    if (known != by_name.end()) restore(known->second, state, change);
  });
  for (Plan::NodeIndex node = 0; node < plan_.nodes.size(); ++node)
    for (OperatorStage* const stage : operators_[node]) {
      const Plan::Node& named = plan_.nodes[node];
      stage->track_changes();
      if (!checkpoints_->is_new())
        stage->go_on_from(checkpoints_->watermark(named.name), checkpoints_->closed_until(named.step));
    }
}

void Assembly::restore(Plan::NodeIndex node, const std::string& state, const state::Change& change) {
  const Status restored = operators_[node][change.hash % options_.workers]->restore(state, change);
  if (!restored.ok())
    throw Failure(ExitCode::recovery_unusable, fmt::format("cannot read the state of step `{}`: {}",
                                                           plan_.nodes[node].step, restored.error().message));
}

void Assembly::open_sources() {
  std::size_t next = 0;
  for (Plan::NodeIndex node = 0; node < sources_.size(); ++node) {
    if (sources_[node].empty()) continue;
    for (auto& name : sources_[node].front()->discover()) {
      const state::PartitionNote* const resume =
          checkpoints_ ? checkpoints_->partition(plan_.nodes[node].name, *name) : nullptr;
      sources_[node][next++ % options_.workers]->assign(std::move(name), resume);
    }
  }
  if (checkpoints_ && !options_.ignores_missing_partitions) require_all_partitions();
  find_dry_inlets();
  for (const auto& source : sources_)
    for (SourceIntake* const intake : source) intake->open();
}

// A worker without partitions holds no watermark back, not even until its thread has told so.
void Assembly::find_dry_inlets() {
  std::vector<std::vector<bool>> is_dry(plan_.nodes.size(), std::vector<bool>(options_.workers));
  for (Plan::NodeIndex node = 0; node < plan_.nodes.size(); ++node)
    for (std::size_t worker = 0; worker < options_.workers; ++worker) {
      if (!sources_[node].empty()) {
        is_dry[node][worker] = !sources_[node][worker]->has_partitions();
        continue;
      }
      bool all_dry = true;
      for (const Plan::Input& input : plan_.nodes[node].inputs)
        for (const Plan::Edge& edge : input.edges)
          for (std::size_t sender = 0; sender < options_.workers; ++sender)
            if (edge.exchange != Exchange::none || sender == worker) all_dry = all_dry && is_dry[edge.from][sender];
      is_dry[node][worker] = all_dry;
    }
  for (const auto& merges : merges_)
    for (ChannelIntake* const merge : merges)
      for (std::size_t inlet = 0; inlet < merge->inlets().size(); ++inlet)
        if (is_dry[merge->inlets()[inlet].node][merge->inlets()[inlet].worker]) merge->expect_nothing(inlet);
}

void Assembly::require_all_partitions() {
  std::vector<state::PartitionNote> found;
  for (const auto& source : sources_)
    for (const SourceIntake* const intake : source) intake->list_partitions(found);
  const auto missing = checkpoints_->missing(std::move(found));
  if (missing.empty()) return;
  throw Failure(ExitCode::recovery_unusable,
                fmt::format("'{}', which {} was reading, is not there any more{}\nhint: `--ignore-missing-partitions` "
                            "goes on without what is missing",
                            missing.front()->resource, missing.front()->source,
                            missing.size() > 1 ? fmt::format(", and {} more", missing.size() - 1) : ""));
}

void Assembly::store_beginning() {
  if (!checkpoints_ || !checkpoints_->is_new()) return;
  for (const auto& source : sources_)
    for (SourceIntake* const intake : source) checkpoints_->parts().add(coordinator_.settled(), intake->notes());
  io_.store_beginning();
}

void Assembly::wake_workers() {
  for (Worker& worker : workers_) worker.bell().ring();
}

StageCounts Assembly::counts(Plan::NodeIndex node) const {
  StageCounts sum;
  for (const Stage* const stage : stages_[node]) {
    const StageCounts counts = stage->counts();
    sum.records_in += counts.records_in;
    sum.records_out += counts.records_out;
    sum.late += counts.late;
    for (std::size_t kind = 0; kind < sum.rejected.size(); ++kind) sum.rejected[kind] += counts.rejected[kind];
  }
  return sum;
}

}  // namespace flowrun
