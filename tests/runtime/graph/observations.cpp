#include "observations.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace flowrun::graph {
namespace {

// What must come to each sink, and which ways to it keep the order.
class Expectation {
 public:
  Expectation(const Shape& shape, const Observations& observations) : shape_(shape), arrivals_(shape.nodes.size()) {
    std::size_t source = 0;
    for (std::size_t node = 0; node < shape.nodes.size(); ++node)
      if (shape.nodes[node].kind == Kind::source) add_source(node, source++, observations);
    for (std::size_t node = 0; node < shape.nodes.size(); ++node) run(node);
  }

  std::vector<Record> records(std::size_t sink) const {
    std::vector<Record> records;
    for (const Arrival& arrival : arrivals_[sink]) records.push_back(arrival.record);
    std::sort(records.begin(), records.end());
    return records;
  }
  bool is_ordered(std::size_t sink, std::int64_t path) const { return !unordered_.contains({sink, path}); }

 private:
  struct Arrival {
    Record record;
    bool is_ordered;
  };

  void add_source(std::size_t node, std::size_t source, const Observations& observations) {
    for (std::size_t partition = 0; partition < shape_.partitions[source].size(); ++partition)
      for (std::size_t number = 0; number < observations.epochs[source][partition].size(); ++number) {
        const std::uint64_t seed = mix(source, mix(partition, number));
        deliver(node, 0,
                {{static_cast<std::int64_t>(source), static_cast<std::int64_t>(partition),
                  static_cast<std::int64_t>(number), static_cast<std::int64_t>(seed % 5),
                  static_cast<std::int64_t>(seed / 5 % 3), 0},
                 true});
      }
  }

  void run(std::size_t index) {
    const Node& node = shape_.nodes[index];
    if (node.kind == Kind::source || node.ports == 0) return;
    for (const Arrival& arrival : arrivals_[index])
      apply(node, index, arrival.record, [&](Port port, const Record& record) {
        deliver(index, port, {record, arrival.is_ordered});
      });
  }

  void deliver(std::size_t from, Port port, const Arrival& arrival) {
    for (std::size_t to = from + 1; to < shape_.nodes.size(); ++to)
      for (const Plan::Input& input : shape_.nodes[to].inputs)
        for (const Plan::Edge& edge : input.edges) {
          if (edge.from != from || edge.port != port) continue;
          const bool ordered = arrival.is_ordered && (edge.exchange != Exchange::round_robin || shape_.workers == 1);
          arrivals_[to].push_back({arrival.record, ordered});
          if (!ordered) unordered_.insert({to, arrival.record.path});
        }
  }

  const Shape& shape_;
  std::vector<std::vector<Arrival>> arrivals_;
  std::set<std::pair<std::size_t, std::int64_t>> unordered_;
};

std::string text(const Record& record) {
  return "record " + std::to_string(record.number) + " of source " + std::to_string(record.source) + " partition " +
         std::to_string(record.partition);
}

class Checker {
 public:
  Checker(const Shape& shape, Observations& observations, std::uint64_t epochs)
      : shape_(shape), observations_(observations), epochs_(epochs), expectation_(shape, observations) {}

  void check_node(std::size_t node) {
    const Kind kind = shape_.nodes[node].kind;
    if (kind == Kind::source) return;
    for (const std::uint64_t marks : observations_.marks[node]) check_marks(node, marks);
    if (kind != Kind::sink && kind != Kind::block_sink) return;
    check_records(node);
    for (const Log& log : observations_.sinks[node]) check_epochs(node, log);
    if (kind == Kind::block_sink) check_writer(node);
    check_order(node);
  }

 private:
  // Where what is open is kept, a step is also asked at its end, if it gets there.
  void check_marks(std::size_t node, std::uint64_t marks) {
    const bool is_asked_at_end = !shape_.finishes_at_end && shape_.nodes[node].ports > 0;
    if (marks == epochs_ || (is_asked_at_end && marks == epochs_ + 1)) return;
    fault(node, "has seen " + std::to_string(marks) + " marks of " + std::to_string(epochs_));
  }

  void fault(std::size_t node, const std::string& what) {
    observations_.add_fault("node " + std::to_string(node) + " " + what);
  }

  static std::vector<Record> records(const std::vector<Log>& logs) {
    std::vector<Record> records;
    for (const Log& log : logs)
      for (const LogEntry& entry : log)
        if (const auto* const record = std::get_if<Record>(&entry)) records.push_back(*record);
    std::sort(records.begin(), records.end());
    return records;
  }

  void check_records(std::size_t node) {
    const std::vector<Record> expected = expectation_.records(node);
    const std::vector<Record> got = records(observations_.sinks[node]);
    if (got == expected) return;
    fault(node, "got " + std::to_string(got.size()) + " records, or others, for " + std::to_string(expected.size()));
  }

  // Records before a mark at the source are before it at the sink.
  void check_epochs(std::size_t node, const Log& log) {
    std::uint64_t epoch = 1;
    for (const LogEntry& entry : log) {
      const auto* const record = std::get_if<Record>(&entry);
      if (record == nullptr) {
        ++epoch;
        continue;
      }
      const std::uint64_t expected =
          observations_.epochs[static_cast<std::size_t>(record->source)][static_cast<std::size_t>(record->partition)]
                              [static_cast<std::size_t>(record->number)];
      if (epoch != expected)
        fault(node,
              "got " + text(*record) + " in epoch " + std::to_string(epoch) + ", not " + std::to_string(expected));
    }
    if (epoch != epochs_ + 1) fault(node, "ended in epoch " + std::to_string(epoch));
  }

  void check_writer(std::size_t node) {
    const Log& log = observations_.writers[node];
    check_epochs(node, log);
    if (records({log}) != records(observations_.sinks[node])) fault(node, "put other records than its writer wrote");
  }

  // Records of one partition with the same groups that went the same way come in their order, to one worker.
  void check_order(std::size_t node) {
    using Stream = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t>;
    std::map<Stream, std::pair<std::size_t, std::int64_t>> latest;
    for (std::size_t worker = 0; worker < shape_.workers; ++worker)
      for (const LogEntry& entry : observations_.sinks[node][worker]) {
        const auto* const record = std::get_if<Record>(&entry);
        if (record == nullptr || !expectation_.is_ordered(node, record->path)) continue;
        const Stream stream{record->source, record->partition, record->left, record->right, record->path};
        const auto [place, is_first] = latest.try_emplace(stream, worker, record->number);
        if (is_first) continue;
        if (place->second.first != worker)
          fault(node, "got " + text(*record) + " on another worker than one before it");
        if (place->second.second >= record->number) fault(node, "got " + text(*record) + " behind a later one");
        place->second.second = record->number;
      }
  }

  const Shape& shape_;
  Observations& observations_;
  std::uint64_t epochs_;
  Expectation expectation_;
};

}  // namespace

Observations::Observations(const Shape& shape)
    : marks(shape.nodes.size(), std::vector<std::uint64_t>(shape.workers)),
      sinks(shape.nodes.size(), std::vector<Log>(shape.workers)),
      writers(shape.nodes.size()) {
  for (const auto& partitions : shape.partitions) epochs.emplace_back(partitions.size());
}

void Observations::add_fault(std::string fault) {
  const std::lock_guard lock(mutex);
  faults.push_back(std::move(fault));
}

std::vector<std::string> check(const Shape& shape, Observations& observations, std::uint64_t epochs) {
  Checker checker(shape, observations, epochs);
  for (std::size_t node = 0; node < shape.nodes.size(); ++node) checker.check_node(node);
  return observations.faults;
}

}  // namespace flowrun::graph
