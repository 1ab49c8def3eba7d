#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "component/registry.hpp"
#include "state/epoch.hpp"

namespace flowrun {

/// A compiled flow: what the runtime runs, and nothing of how it was written. Every worker has a copy of every node.
struct Plan {
  using NodeIndex = std::size_t;

  /// From an output of an earlier node. Port `ports` of that node (one past its outputs) is its errors output.
  struct Edge {
    NodeIndex from = 0;
    Port port = 0;
    Exchange exchange = Exchange::none;
  };
  /// An input of a node: its edges are merged.
  struct Input {
    std::vector<Edge> edges;
  };

  struct SourceNode {
    std::function<std::unique_ptr<Source>(Context&)> make;
    double records_per_second = 0;                      // of the whole job; 0: no bound
    std::optional<NodeIndex> time_node = std::nullopt;  // that sets the event times by which partitions are read
  };
  struct OperatorNode {
    OperatorFactory make;
  };
  struct SinkNode {
    std::function<std::unique_ptr<Sink>(Context&, BlockQueue*)> make;
    std::size_t writer = no_writer;  // of `writers`
  };
  static constexpr std::size_t no_writer = static_cast<std::size_t>(-1);

  struct Node {
    std::string step;  // the id of the step; several nodes may come from one step
    std::string name;  // of this node, unique: `per_user`, `per_user/group`, `orders/decode`
    std::variant<OperatorNode, SourceNode, SinkNode> work;
    std::vector<Input> inputs;  // none for a source; one for a sink and most operators
    Port ports = 1;             // ordinary outputs; 0 for a sink
    bool errors_read = false;
    bool raw_is_value = false;  // the bytes of the records that come stand for their values (error records, sinks)
    OnError on_error = OnError::stop;
    /// It sets event times: the watermark behind it goes by them, partition by partition.
    std::optional<EventTimeOptions> sets_time;
    std::optional<Port> late;  // the output of late records, where the step has one
    bool late_read = false;
    ClockKind clock = ClockKind::system;  // of the step's durations
  };
  struct WriterNode {
    std::string resource;
    std::function<std::unique_ptr<Writer>()> make;
    bool is_standard_output = false;
  };

  std::string flow;
  std::vector<Node> nodes;  // every edge leads from an earlier node to a later one
  std::vector<WriterNode> writers;
  std::vector<state::StepFingerprint> fingerprints;  // of the steps that keep state, in the order of the flow
};

}  // namespace flowrun
