#include "flow/layout.hpp"

#include <algorithm>

namespace flowrun {
namespace {

// A step after all that it reads; of those that are ready, the first of the file.
std::vector<const Step*> in_order(const Flow& flow) {
  std::vector<const Step*> order;
  std::vector<bool> placed(flow.steps.size());
  const auto ready = [&](const Step& step) {
    return std::all_of(step.from.begin(), step.from.end(), [&](const Stream& stream) { return placed[stream.step]; });
  };
  while (order.size() < flow.steps.size()) {
    for (std::size_t index = 0; index < flow.steps.size(); ++index) {
      if (placed[index] || !ready(flow.steps[index])) continue;
      placed[index] = true;
      order.push_back(&flow.steps[index]);
      break;
    }
  }
  return order;
}

class Layout {
 public:
  explicit Layout(const Flow& flow) : flow_(flow), tails_(flow.steps.size(), none), readers_(flow.steps.size()) {
    for (const Step& step : flow.steps)
      for (const Stream& stream : step.from) readers_[stream.step].push_back(&step);
  }

  std::vector<NodeDraft> run() {
    for (const Step* step : in_order(flow_)) add(*step);
    return std::move(nodes_);
  }

 private:
  std::size_t index_of(const Step& step) const { return static_cast<std::size_t>(&step - flow_.steps.data()); }

  void add(const Step& step) {
    if (step.is_source())
      add_source(step, std::get<SourceStep>(step.work));
    else if (step.is_sink())
      add_node(NodeDraft::Role::sink, step, step.id, {{edges_into(step, 0)}}, 0, step.outputs.has_errors);
    else
      add_operator(step, std::get<OperatorPlan>(step.work));
  }

  void add_source(const Step& step, const SourceStep& source) {
    std::size_t tail = add_node(NodeDraft::Role::source, step, step.id, {}, 1, false);
    if (source.decoder.make != nullptr) {
      // Right behind a source, undecoded blocks go round the workers, so that all of them decode.
      const bool spread = spreads_blocks(step, source);
      const Exchange exchange = spread ? Exchange::round_robin : Exchange::none;
      const std::string name = step.id + (source.source.has_bytes ? "/decode" : "/value");
      tail = add_node(NodeDraft::Role::decoder, step, name, from_tail(tail, exchange), 1, true);
      if (spread) tails_[index_of(*readers_[index_of(step)].front())] = tail;
    }
    if (source.time.make != nullptr)
      tail = add_node(NodeDraft::Role::time, step, step.id + "/time", from_tail(tail), 1, true);
    if (source.key.make != nullptr)
      tail = add_node(NodeDraft::Role::key, step, step.id + "/key", from_tail(tail), 1, source.key.can_reject);
    tails_[index_of(step)] = tail;
  }

  static std::vector<Plan::Input> from_tail(std::size_t tail, Exchange exchange = Exchange::none) {
    return {{{{tail, 0, exchange}}}};
  }

  bool spreads_blocks(const Step& step, const SourceStep& source) const {
    const auto& readers = readers_[index_of(step)];
    return source.source.has_bytes && source.decoder.by_newline && source.key.make == nullptr &&
           source.time.make == nullptr && readers.size() == 1 && readers.front()->from.size() == 1 &&
           is_redistribute(*readers.front());
  }
  static bool is_redistribute(const Step& step) { return step.operation == "redistribute"; }

  void add_operator(const Step& step, const OperatorPlan& plan) {
    if (is_redistribute(step) && tails_[index_of(step)] != none) return;
    std::vector<Plan::Input> inputs;
    for (const SidePlan& side : plan.sides) inputs.push_back({{sender_of(step, plan, &side, inputs.size())}});
    if (plan.sides.empty()) inputs.push_back({edges_to_only_input(step, plan)});
    const auto ports = static_cast<Port>(step.outputs.names.size());
    tails_[index_of(step)] =
        add_node(NodeDraft::Role::operation, step, step.id, std::move(inputs), ports, plan.can_reject);
  }

  std::vector<Plan::Edge> edges_to_only_input(const Step& step, const OperatorPlan& plan) {
    if (plan.make_before_exchange != nullptr) return {sender_of(step, plan, nullptr, 0)};
    std::vector<Plan::Edge> edges = edges_into(step, 0);
    for (Plan::Edge& edge : edges) edge.exchange = plan.exchange;
    return edges;
  }

  // The edge from the part at the sender, which it adds.
  Plan::Edge sender_of(const Step& step, const OperatorPlan& plan, const SidePlan* side, std::size_t input) {
    const std::size_t sender =
        add_node(NodeDraft::Role::sender, step, step.id + "/" + (side != nullptr ? side->name : "group"),
                 {{edges_into(step, input)}}, 1, plan.can_reject);
    nodes_[sender].side = side;
    return {sender, 0, plan.exchange};
  }

  std::vector<Plan::Edge> edges_into(const Step& step, std::size_t input) {
    std::vector<Plan::Edge> edges;
    for (const ReadStream& stream : step.from) {
      if (stream.input != input) continue;
      const Step& from = flow_.steps[stream.step];
      if (stream.port == from.outputs.errors_port())
        add_error_edges(from, edges);
      else
        edges.push_back({tails_[stream.step], stream.port, Exchange::none});
      if (stream.port < from.outputs.names.size() && from.outputs.names[stream.port] == "late")
        nodes_[tails_[stream.step]].late_read = true;
    }
    return edges;
  }

  // What a step rejects comes from every node of it that can reject.
  void add_error_edges(const Step& from, std::vector<Plan::Edge>& edges) {
    for (std::size_t index = 0; index < nodes_.size(); ++index) {
      NodeDraft& node = nodes_[index];
      if (node.step != &from || !node.can_reject) continue;
      node.errors_read = true;
      edges.push_back({index, node.ports, Exchange::none});
    }
  }

  std::size_t add_node(NodeDraft::Role role, const Step& step, std::string name, std::vector<Plan::Input> inputs,
                       Port ports, bool can_reject) {
    nodes_.push_back({role, &step, std::move(name), std::move(inputs), ports, can_reject});
    return nodes_.size() - 1;
  }

  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  const Flow& flow_;
  std::vector<NodeDraft> nodes_;
  std::vector<std::size_t> tails_;  // of each step: the node whose outputs are the step's
  std::vector<std::vector<const Step*>> readers_;
};

}  // namespace

std::vector<NodeDraft> lay_out(const Flow& flow) { return Layout(flow).run(); }

}  // namespace flowrun
