#include "shape.hpp"

#include <algorithm>
#include <random>

namespace flowrun::graph {
namespace {

class Builder {
 public:
  explicit Builder(std::uint64_t seed) : random_(seed) {}

  Shape build() {
    shape_.workers = 1 + below(4);
    shape_.channel_limits = {one_in(4) ? std::size_t{1} : std::size_t{1024 * 1024}, one_in(4) ? 1 + below(4) : 1};
    shape_.writer_bytes = one_in(2) ? 1 : below(10000);
    shape_.marks_always = one_in(3);
    shape_.finishes_at_end = !one_in(4);
    for (std::uint64_t sources = 1 + below(3); sources > 0; --sources) add_source();
    for (std::uint64_t steps = below(9); steps > 0; --steps) add_step();
    for (std::uint64_t sinks = 1 + below(3); sinks > 0; --sinks) add_sink();
    if (one_in(6)) shape_.stop_after = static_cast<std::int64_t>(below(60));
    if (one_in(12)) shape_.fail_after = static_cast<std::int64_t>(below(60));
    return std::move(shape_);
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  bool one_in(std::uint64_t number) { return below(number) == 0; }

  Node node(Kind kind) {
    Node node;
    node.kind = kind;
    node.salt = random_();
    node.groups_by_left = one_in(2);
    node.stall_in = one_in(2) ? 0 : static_cast<std::uint32_t>(2 + below(4));
    return node;
  }

  void add_source() {
    std::vector<std::int64_t> partitions(below(5));
    for (std::int64_t& records : partitions) records = static_cast<std::int64_t>(one_in(8) ? 0 : below(60));
    shape_.partitions.push_back(std::move(partitions));
    shape_.nodes.push_back(node(Kind::source));
    Node tap = node(Kind::tap);
    tap.inputs = {{{{shape_.nodes.size() - 1}}}};
    shape_.nodes.push_back(std::move(tap));
    offer();
  }

  void add_step() {
    Node step = node(static_cast<Kind>(static_cast<std::uint64_t>(Kind::pass) + below(6)));
    if (step.kind == Kind::route) step.ports = static_cast<Port>(2 + below(2));
    for (std::uint64_t inputs = one_in(3) ? 2 : 1; inputs > 0; --inputs) step.inputs.push_back({random_edges(step)});
    std::erase_if(step.inputs, [](const Plan::Input& input) { return input.edges.empty(); });
    shape_.nodes.push_back(std::move(step));
    offer();
  }

  void add_sink() {
    Node sink = node(one_in(2) ? Kind::sink : Kind::block_sink);
    sink.ports = 0;
    sink.inputs = {{random_edges(sink)}};
    shape_.nodes.push_back(std::move(sink));
  }

  // All outputs of the latest node can be read.
  void offer() {
    for (Port port = 0; port < shape_.nodes.back().ports; ++port) outputs_.push_back({shape_.nodes.size() - 1, port});
  }

  // An output is read once by a node, so that its records show which way they came.
  std::vector<Plan::Edge> random_edges(const Node& to) {
    std::vector<Plan::Edge> edges;
    for (std::uint64_t tries = one_in(2) ? 1 : 1 + below(3); tries > 0; --tries) {
      // Mostly what was added last, for long graphs.
      const std::uint64_t back =
          one_in(2) ? below(std::min<std::uint64_t>(outputs_.size(), 3)) : below(outputs_.size());
      Plan::Edge edge = outputs_[outputs_.size() - 1 - back];
      const auto reads_it = [&](const Plan::Edge& other) { return other.from == edge.from && other.port == edge.port; };
      bool is_read = std::any_of(edges.begin(), edges.end(), reads_it);
      for (const Plan::Input& input : to.inputs)
        is_read = is_read || std::any_of(input.edges.begin(), input.edges.end(), reads_it);
      if (is_read) continue;
      if (one_in(3)) edge.exchange = one_in(4) ? Exchange::round_robin : Exchange::by_group;
      edges.push_back(edge);
    }
    return edges;
  }

  std::mt19937_64 random_;
  Shape shape_;
  std::vector<Plan::Edge> outputs_;
};

}  // namespace

std::uint64_t mix(std::uint64_t left, std::uint64_t right) {
  // The finisher of splitmix64.
  std::uint64_t mixed = left * 0x9E3779B97F4A7C15 + right;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
  return mixed ^ (mixed >> 31);
}

Shape random_shape(std::uint64_t seed) { return Builder(seed).build(); }

void apply(const Node& node, std::size_t index, const Record& record, const Emit& emit) {
  const std::uint64_t decision =
      mix(node.salt, mix(static_cast<std::uint64_t>(record.path), static_cast<std::uint64_t>(record.number)));
  std::uint64_t copies = 1;
  Port port = 0;
  if (node.kind == Kind::filter) copies = decision % 3 == 0 ? 0 : 1;
  if (node.kind == Kind::expand) copies = 1 + decision % 3;
  if (node.kind == Kind::route) port = static_cast<Port>(decision % node.ports);
  for (std::uint64_t copy = 0; copy < copies; ++copy) {
    Record emitted = record;
    emitted.path = static_cast<std::int64_t>(mix(static_cast<std::uint64_t>(record.path), mix(index, mix(port, copy))));
    emit(port, emitted);
  }
}

}  // namespace flowrun::graph
