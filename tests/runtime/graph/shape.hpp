#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "flow/plan.hpp"
#include "runtime/channel.hpp"

namespace flowrun::graph {

/// A record of a random graph: where it comes from, two groups that it may be exchanged by, and the way that it has gone.
struct Record {
  std::int64_t source = 0;
  std::int64_t partition = 0;
  std::int64_t number = 0;  // in its partition, from 0
  std::int64_t left = 0;
  std::int64_t right = 0;
  std::int64_t path = 0;  // a hash of the outputs that it came through

  auto operator<=>(const Record&) const = default;
};

/// What a node does with each record.
enum class Kind : std::uint8_t {
  source,
  tap,     // alone behind each source: notes what has been read before each mark
  pass,    // hands on in place
  copy,    // the same into new batches
  expand,  // one to three for one
  filter,  // some
  route,   // each to one of its outputs
  hold,    // keeps them back until a watermark, a mark or the end
  sink,
  block_sink  // with a writer of its own
};

struct Node {
  Kind kind = Kind::pass;
  std::vector<Plan::Input> inputs;
  Port ports = 1;
  std::uint64_t salt = 0;      // of its decisions
  bool groups_by_left = true;  // what comes out of it is grouped by `left`, else by `right`
  std::uint32_t stall_in = 0;  // it does nothing in one of so many calls; 0: in none
};

/// A random job: a DAG with diamonds, fan-in, fan-out, several inputs and exchanges, and how it is run.
struct Shape {
  std::vector<Node> nodes;                            // every edge leads from an earlier node to a later one
  std::vector<std::vector<std::int64_t>> partitions;  // by source: the number of records in each
  std::size_t workers = 1;
  ChannelLimits channel_limits;
  std::size_t writer_bytes = 1;
  bool marks_always = false;  // one epoch after the other, else some now and then
  bool finishes_at_end = true;
  std::int64_t stop_after = -1;  // records read; -1: not at all
  std::int64_t fail_after = -1;
};
Shape random_shape(std::uint64_t seed);

using Emit = std::function<void(Port, const Record&)>;
/// What comes out of node `index` for a record: the one truth for the job and for what is expected of it.
void apply(const Node& node, std::size_t index, const Record& record, const Emit& emit);

/// Mixes numbers into one that looks random.
std::uint64_t mix(std::uint64_t left, std::uint64_t right);

}  // namespace flowrun::graph
