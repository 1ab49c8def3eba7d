#include "flow/compile.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "flow/layout.hpp"

namespace flowrun {
namespace {

using Role = NodeDraft::Role;

const SourceStep& source_of(const NodeDraft& node) { return std::get<SourceStep>(node.step->work); }
const SinkStep& sink_of(const NodeDraft& node) { return std::get<SinkStep>(node.step->work); }
const OperatorPlan& operator_of(const NodeDraft& node) {
  if (node.role == Role::time) return source_of(node).time;
  return node.role == Role::key ? source_of(node).key : std::get<OperatorPlan>(node.step->work);
}
bool is_operator(const NodeDraft& node) {
  return node.role == Role::time || node.role == Role::key || node.role == Role::sender || node.role == Role::operation;
}

void merge(ReadSet& into, const ReadSet& reads) {
  into.value.merge(reads.value);
  into.key = into.key || reads.key;
  into.time = into.time || reads.time;
  into.meta = into.meta || reads.meta;
  into.raw = into.raw || reads.raw;
}

// The port of late records, which leave as they came.
std::optional<Port> late_port(const NodeDraft& node) {
  const auto& names = node.step->outputs.names;
  const auto late = std::find(names.begin(), names.end(), "late");
  if (node.role != Role::operation || late == names.end()) return std::nullopt;
  return static_cast<Port>(late - names.begin());
}

// The part of a step before the exchange hands records on as they are, or what it makes of them, which nobody else reads.
bool writes_value(const NodeDraft& node) { return node.role != Role::sender && operator_of(node).writes_value; }
bool passes_records(const NodeDraft& node) { return node.role == Role::sender || operator_of(node).passes_records; }

// Forward: whether the bytes of a record, as they were read, stand for the value that comes to each node.
std::vector<bool> find_raw_values(const std::vector<NodeDraft>& nodes) {
  std::vector<bool> comes(nodes.size());
  std::vector<bool> leaves(nodes.size());
  for (std::size_t index = 0; index < nodes.size(); ++index) {
    const NodeDraft& node = nodes[index];
    bool all = !node.inputs.empty();
    for (const Plan::Input& input : node.inputs)
      for (const Plan::Edge& edge : input.edges) {
        const NodeDraft& from = nodes[edge.from];
        const bool stands = edge.port == late_port(from) ? comes[edge.from] : leaves[edge.from];
        all = all && stands && edge.port != from.ports;
      }
    comes[index] = all;
    leaves[index] =
        node.role == Role::decoder ? source_of(node).codec == "json" : all && is_operator(node) && !writes_value(node);
  }
  return comes;
}

// Backward: what must be there of the records that come to a node, given what is read of those that leave it, and of late ones.
ReadSet reads_of(const NodeDraft& node, const ReadSet& later, const ReadSet& late, bool raw_is_value) {
  ReadSet reads;
  if (node.role == Role::sink) {
    reads = sink_of(node).sink.reads;
    if (raw_is_value && sink_of(node).codec == "json")
      reads.raw = true;
    else if (sink_of(node).sink.encodes)
      reads.value.merge(sink_of(node).encoder.reads);
  } else if (is_operator(node)) {
    const OperatorPlan& plan = operator_of(node);
    reads = later;
    if (!passes_records(node)) reads.value = Projection();
    if (writes_value(node)) reads.raw = false;
    merge(reads, node.side != nullptr ? node.side->reads : plan.reads);
    merge(reads, late);
  } else {
    reads = later;
  }
  if (node.can_reject && node.role != Role::decoder) reads.meta = true;
  if (node.errors_read && node.role != Role::decoder) {
    reads.key = reads.time = true;
    if (raw_is_value)
      reads.raw = true;
    else
      reads.value = Projection::everything();
  }
  return reads;
}

struct Reads {
  std::vector<ReadSet> in;    // of what comes to each node
  std::vector<ReadSet> out;   // of what leaves it
  std::vector<ReadSet> late;  // of its late records
};

// Of what comes to one side of a step that has several: of its value, what is read of the results under its name.
ReadSet side_reads(const NodeDraft& node, std::size_t input, const ReadSet& in, const ReadSet& out) {
  ReadSet reads = in;
  if (out.value.whole) reads.value = Projection::everything();
  for (const Projection::Field& field : out.value.fields)
    if (field.name == operator_of(node).sides[input].name) reads.value.merge(field.projection);
  return reads;
}

Reads find_reads(const std::vector<NodeDraft>& nodes, const std::vector<bool>& raw_is_value) {
  Reads reads{std::vector<ReadSet>(nodes.size()), std::vector<ReadSet>(nodes.size()),
              std::vector<ReadSet>(nodes.size())};
  for (std::size_t index = nodes.size(); index-- > 0;) {
    const NodeDraft& node = nodes[index];
    reads.in[index] = reads_of(node, reads.out[index], reads.late[index], raw_is_value[index]);
    const bool has_sides = node.role == Role::operation && !operator_of(node).sides.empty();
    for (std::size_t input = 0; input < node.inputs.size(); ++input) {
      const ReadSet in = has_sides ? side_reads(node, input, reads.in[index], reads.out[index]) : reads.in[index];
      for (const auto& [from, port, exchange] : node.inputs[input].edges)
        if (port != nodes[from].ports) merge(port == late_port(nodes[from]) ? reads.late[from] : reads.out[from], in);
    }
  }
  return reads;
}

Plan::SourceNode make_source(const SourceStep& step) {
  const Framing framing{step.decoder.make_framer, step.max_record, step.decoder.begins_with_header};
  return {[make = step.source.make, framing](Context& context) { return make(context, framing); },
          step.records_per_second};
}

Plan::OperatorNode make_operator(const NodeDraft& node, const ReadSet& read_later) {
  if (node.role == Role::decoder)
    return {[make = source_of(node).decoder.make, read_later](Context& context) { return make(context, read_later); }};
  const OperatorPlan& plan = operator_of(node);
  if (node.side != nullptr) return {node.side->make_before_exchange};
  return {node.role == Role::sender ? plan.make_before_exchange : plan.make};
}

Plan::SinkNode make_sink(const SinkStep& step, bool raw_stands_for_value, Plan& plan) {
  Plan::SinkNode sink;
  if (step.sink.make_writer != nullptr) {
    sink.writer = plan.writers.size();
    plan.writers.push_back({step.sink.name,
                            [make = step.sink.make_writer, header = step.encoder.header] { return make(header); },
                            step.sink.is_standard_output});
  }
  sink.make = [make = step.sink.make, encoder = step.encoder.make, raw_stands_for_value](Context& context,
                                                                                         BlockQueue* queue) {
    return make(context, encoder != nullptr ? encoder(context, raw_stands_for_value) : nullptr, queue);
  };
  return sink;
}

Plan::Node make_node(const NodeDraft& draft, const ReadSet& read_later, bool raw_is_value, Plan& plan) {
  Plan::Node node;
  node.step = draft.step->id;
  node.name = draft.name;
  if (draft.role == Role::source)
    node.work = make_source(source_of(draft));
  else if (draft.role == Role::sink)
    node.work = make_sink(sink_of(draft), raw_is_value && sink_of(draft).codec == "json", plan);
  else
    node.work = make_operator(draft, read_later);
  node.inputs = draft.inputs;
  node.ports = draft.ports;
  node.errors_read = draft.errors_read;
  node.on_error = draft.step->under_errors ? OnError::stop_always : draft.step->on_error;
  node.raw_is_value = raw_is_value;
  if (is_operator(draft) && draft.role != Role::sender) node.sets_time = operator_of(draft).sets_time;
  node.clock = draft.step->clock;
  node.late = late_port(draft);
  node.late_read = node.late && draft.late_read;
  return node;
}

// The nodes that the records of each source reach in the order of their partitions; the first that sets time is what its
// partitions are read by.
void find_time_nodes(Plan& plan) {
  for (Plan::NodeIndex source = 0; source < plan.nodes.size(); ++source) {
    auto* const work = std::get_if<Plan::SourceNode>(&plan.nodes[source].work);
    if (work == nullptr) continue;
    std::vector<bool> reached(plan.nodes.size());
    reached[source] = true;
    for (Plan::NodeIndex node = source + 1; node < plan.nodes.size() && !work->time_node; ++node) {
      for (const Plan::Input& input : plan.nodes[node].inputs)
        for (const Plan::Edge& edge : input.edges)
          if (reached[edge.from] && edge.exchange == Exchange::none) reached[node] = true;
      if (reached[node] && plan.nodes[node].sets_time) work->time_node = node;
    }
  }
}

// The first line of each ends with the clock, which the options may leave to the sources.
std::vector<state::StepFingerprint> fingerprints_of(const Flow& flow) {
  std::vector<state::StepFingerprint> fingerprints;
  for (const Step& step : flow.steps) {
    if (!step.keeps_state) continue;
    std::string text = std::get<OperatorPlan>(step.work).fingerprint;
    if (std::get<OperatorPlan>(step.work).has_clock)
      text.insert(std::min(text.find('\n'), text.size()),
                  step.clock == ClockKind::event ? " by event time" : " by arrival");
    fingerprints.push_back({step.id, std::move(text)});
  }
  return fingerprints;
}

}  // namespace

CompiledFlow compile_flow(const Flow& flow) {
  const std::vector<NodeDraft> drafts = lay_out(flow);
  CompiledFlow compiled;
  compiled.plan.flow = flow.name;
  compiled.raw_is_value = find_raw_values(drafts);
  Reads reads = find_reads(drafts, compiled.raw_is_value);
  for (std::size_t index = 0; index < drafts.size(); ++index)
    compiled.plan.nodes.push_back(
        make_node(drafts[index], reads.out[index], compiled.raw_is_value[index], compiled.plan));
  compiled.reads = std::move(reads.in);
  find_time_nodes(compiled.plan);
  compiled.plan.fingerprints = fingerprints_of(flow);
  return compiled;
}

}  // namespace flowrun
