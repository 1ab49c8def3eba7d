#include "components.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <random>
#include <sched.h>
#include <utility>

#include "base/failure.hpp"
#include "component/sink.hpp"
#include "component/source.hpp"
#include "os/event.hpp"

namespace flowrun::graph {
namespace {

Value to_value(const Record& record, Arena& arena) {
  Value* const items = new_items(arena, 6);
  const std::array numbers{record.source, record.partition, record.number, record.left, record.right, record.path};
  for (std::size_t item = 0; item < numbers.size(); ++item) items[item] = Value::integer(numbers[item]);
  return Value::array(items, numbers.size());
}

Record to_record(const Value& value) {
  const auto items = value.items();
  return {items[0].as_integer(), items[1].as_integer(), items[2].as_integer(),
          items[3].as_integer(), items[4].as_integer(), items[5].as_integer()};
}

// Says in one of so many calls, at random, that nothing can be done right now.
class Stalls {
 public:
  Stalls(std::uint64_t seed, std::uint32_t one_in) : random_(seed), one_in_(one_in) {}
  bool now() { return one_in_ != 0 && random_() % one_in_ == 0; }
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

 private:
  std::mt19937_64 random_;
  std::uint32_t one_in_;
};

class GraphPartition final : public Partition {
 public:
  GraphPartition(std::int64_t source, std::int64_t partition, std::int64_t records,
                 std::shared_ptr<const PartitionName> name, Stalls stalls)
      : source_(source), partition_(partition), records_(records), name_(std::move(name)), stalls_(std::move(stalls)) {}

  Read read(Batch& batch, std::size_t most_records) override {
    if (stalls_.now()) return stalls_.below(2) == 0 ? Read::more : Read::caught_up;
    if (next_ == records_) return Read::end;
    const auto most = std::min<std::int64_t>(
        static_cast<std::int64_t>(std::min<std::size_t>(most_records, 1 + stalls_.below(8))), records_ - next_);
    for (std::int64_t count = 0; count < most; ++count, ++next_) {
      const std::uint64_t seed = mix(static_cast<std::uint64_t>(source_),
                                     mix(static_cast<std::uint64_t>(partition_), static_cast<std::uint64_t>(next_)));
      batch.append(to_value(
          {source_, partition_, next_, static_cast<std::int64_t>(seed % 5), static_cast<std::int64_t>(seed / 5 % 3), 0},
          batch.arena()));
    }
    batch.set_partition(name_);
    return Read::more;
  }
  Position position() const override { return std::to_string(next_); }

 private:
  std::int64_t source_;
  std::int64_t partition_;
  std::int64_t records_;
  std::int64_t next_ = 0;
  std::shared_ptr<const PartitionName> name_;
  Stalls stalls_;
};

class GraphSource final : public Source {
 public:
  GraphSource(const Shape& shape, const Node& node, std::int64_t source) : shape_(shape), node_(node), source_(source) {
    // Always readable: a partition that says that it is caught up is asked again as soon as the worker sleeps.
    more_.ring();
  }
  std::vector<std::shared_ptr<const PartitionName>> discover() override {
    std::vector<std::shared_ptr<const PartitionName>> names;
    for (std::size_t partition = 0; partition < records().size(); ++partition)
      names.push_back(std::make_shared<PartitionName>(PartitionName{"graph", static_cast<std::int32_t>(partition)}));
    return names;
  }
  std::unique_ptr<Partition> open(std::shared_ptr<const PartitionName> name, const Position*) override {
    const std::int64_t partition = name->number;
    Stalls stalls(mix(node_.salt, static_cast<std::uint64_t>(partition)), node_.stall_in);
    return std::make_unique<GraphPartition>(source_, partition, records()[static_cast<std::size_t>(partition)],
                                            std::move(name), std::move(stalls));
  }
  int wake_fd() const override { return more_.descriptor(); }

 private:
  const std::vector<std::int64_t>& records() const { return shape_.partitions[static_cast<std::size_t>(source_)]; }

  const Shape& shape_;
  const Node& node_;
  std::int64_t source_;
  Event more_;
};

class GraphStep final : public Operator {
 public:
  GraphStep(const Shape& shape, std::size_t index, std::size_t worker, Observations& observations, const Levers& levers)
      : shape_(shape),
        node_(shape.nodes[index]),
        index_(index),
        worker_(worker),
        observations_(observations),
        levers_(levers),
        stalls_(mix(node_.salt, worker), node_.stall_in) {}

  Progress process(InputIndex input, Batch& batch, Output& output) override {
    if (input >= node_.inputs.size()) fault("got a record of an input that it has not");
    if (stalls_.now()) return Progress::more;
    if (node_.kind == Kind::tap) note_reading(batch);
    const bool in_place = node_.kind == Kind::tap || node_.kind == Kind::pass || node_.kind == Kind::filter;
    return in_place ? change(batch, output) : expand(batch, output);
  }

  Progress advance(ClockKind, Time time, Output& output) override {
    if (give_held(output) == Progress::more) return Progress::more;
    if (time < watermark_) fault("was told of a watermark that moves back");
    watermark_ = time;
    return Progress::done;
  }

  Progress before_mark(Output& output) override {
    if (stalls_.now() || give_held(output) == Progress::more) return Progress::more;
    ++observations_.marks[index_][worker_];
    return Progress::done;
  }

  Progress finish(Output& output) override { return give_held(output); }

 private:
  void fault(const std::string& what) { observations_.add_fault("node " + std::to_string(index_) + " " + what); }

  // Gives each record an event time, and a watermark just below it, so that none is ever late whichever way it goes.
  void note_reading(Batch& batch) {
    for (const Batch::Row row : batch.rows()) {
      const Record record = to_record(batch.value(row));
      auto& epochs =
          observations_.epochs[static_cast<std::size_t>(record.source)][static_cast<std::size_t>(record.partition)];
      if (static_cast<std::int64_t>(epochs.size()) != record.number) fault("got a record out of order");
      epochs.push_back(observations_.marks[index_][worker_] + 1);
      batch.add_watermark(row, Time(Duration(2 * times_given_)));
      batch.set_time(row, Time(Duration(2 * ++times_given_)));
      const std::int64_t read = observations_.records_read.fetch_add(1);
      if (read == shape_.fail_after) throw Failure(ExitCode::running_failed, "failed as it should");
      if (read == shape_.stop_after) levers_.stop();
      if (stalls_.below(16) == 0) levers_.request_mark();
    }
    watermark_ = beginning_of_time;  // its own is not that of its input
  }

  void judge(const Batch& batch, Batch::Row row) {
    if (node_.kind == Kind::tap) return;
    Time watermark = watermark_;
    for (const WatermarkRun& run : batch.watermarks())
      if (run.first_row <= row) watermark = std::max(watermark, run.watermark);
    if (batch.time(row) <= watermark) fault("got a record behind a watermark that it was before");
  }

  void set_group(Batch& batch, Batch::Row row, const Record& record) const {
    const std::int64_t group = node_.groups_by_left ? record.left : record.right;
    batch.set_group(row,
                    {batch.arena().copy("group " + std::to_string(group)), mix(7, static_cast<std::uint64_t>(group))});
  }

  // Changes the batch in place.
  Progress change(Batch& batch, Output& output) {
    std::vector<Batch::Row> kept;
    for (const Batch::Row row : batch.rows()) {
      judge(batch, row);
      apply(node_, index_, to_record(batch.value(row)), [&](Port, const Record& record) {
        batch.set_value(row, to_value(record, batch.arena()));
        set_group(batch, row, record);
        kept.push_back(row);
      });
    }
    batch.select(kept);
    output.pass(std::move(batch));
    return Progress::done;
  }

  // Makes new records, or holds them back.
  Progress expand(Batch& batch, Output& output) {
    for (; !batch.empty(); batch.drop_front(1)) {
      if (output.full() || stalls_.now()) return Progress::more;
      const Batch::Row row = batch.rows().front();
      judge(batch, row);
      apply(node_, index_, to_record(batch.value(row)), [&](Port port, const Record& record) {
        if (node_.kind == Kind::hold) {
          held_.emplace_back(record, batch.time(row));
        } else {
          append(output, port, record, batch.time(row));
        }
      });
    }
    return Progress::done;
  }

  Progress give_held(Output& output) {
    for (; given_ < held_.size(); ++given_) {
      if (output.full() || stalls_.now()) return Progress::more;
      append(output, 0, held_[given_].first, held_[given_].second);
    }
    held_.clear();
    given_ = 0;
    return Progress::done;
  }

  void append(Output& output, Port port, const Record& record, Time time) {
    Batch& batch = output.building(port);
    const Batch::Row row = batch.append(to_value(record, batch.arena()));
    batch.set_time(row, time);
    set_group(batch, row, record);
    // Small batches, and so many that the output becomes full.
    if (stalls_.below(4) == 0) output.finish_building();
  }

  const Shape& shape_;
  const Node& node_;
  std::size_t index_;
  std::size_t worker_;
  Observations& observations_;
  const Levers& levers_;
  Stalls stalls_;
  Time watermark_ = beginning_of_time;
  std::int64_t times_given_ = 0;
  std::vector<std::pair<Record, Time>> held_;
  std::size_t given_ = 0;
};

constexpr std::size_t block_bytes = 200;

class GraphSink final : public Sink {
 public:
  GraphSink(const Node& node, Log& log, std::uint64_t& marks, std::size_t worker, BlockQueue* queue)
      : log_(log), marks_(marks), queue_(queue), stalls_(mix(node.salt, worker), node.stall_in) {}

  Progress write(Batch& batch, Output&) override {
    for (; !batch.empty(); batch.drop_front(1)) {
      if (stalls_.now()) return Progress::more;
      if (block_.size() >= block_bytes && flush() == Progress::more) return Progress::more;
      const Record record = to_record(batch.value(batch.rows().front()));
      log_.emplace_back(record);
      if (queue_ != nullptr) encode(record);
    }
    return Progress::done;
  }
  Progress flush() override {
    if (block_.empty()) return Progress::done;
    if (!queue_->has_room()) return Progress::more;
    queue_->put(std::exchange(block_, queue_->recycled()));
    return Progress::done;
  }
  Progress seal(std::uint64_t epoch) override {
    if (stalls_.now() || flush() == Progress::more) return Progress::more;
    if (epoch == ++marks_) log_.emplace_back(Seal{});
    return Progress::done;
  }

 private:
  void encode(const Record& record) {
    for (const std::int64_t number :
         {record.source, record.partition, record.number, record.left, record.right, record.path})
      block_ += std::to_string(number) + " ";
  }

  Log& log_;
  std::uint64_t& marks_;
  BlockQueue* queue_;
  Stalls stalls_;
  std::string block_;
};

class GraphWriter final : public Writer {
 public:
  GraphWriter(const Node& node, Log& log) : log_(log), stalls_(node.salt, node.stall_in) {}

  void open(const Position*) override {}
  void write(std::string_view block) override {
    while (stalls_.now()) ::sched_yield();
    const char* next = block.data();
    while (next < block.data() + block.size()) {
      std::array<std::int64_t, 6> numbers{};
      for (std::int64_t& number : numbers) next = std::from_chars(next, block.data() + block.size(), number).ptr + 1;
      log_.emplace_back(Record{numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]});
    }
  }
  Position make_durable(std::uint64_t epoch) override {
    if (epoch > 0) log_.emplace_back(Seal{});
    return {};
  }

 private:
  Log& log_;
  Stalls stalls_;
};

}  // namespace

Plan make_plan(const Shape& shape, Observations& observations, const Levers& levers) {
  Plan plan;
  std::int64_t sources = 0;
  for (std::size_t index = 0; index < shape.nodes.size(); ++index) {
    const Node& node = shape.nodes[index];
    Plan::Node made;
    made.step = made.name = "node " + std::to_string(index);
    made.inputs = node.inputs;
    made.ports = node.ports;
    if (node.kind == Kind::source) {
      made.work = Plan::SourceNode{
          [&shape, &node, source = sources++](Context&) { return std::make_unique<GraphSource>(shape, node, source); }};
    } else if (node.ports > 0) {
      made.work = Plan::OperatorNode{[&shape, index, &observations, &levers](Context& context) {
        return std::make_unique<GraphStep>(shape, index, context.worker, observations, levers);
      }};
    } else {
      Plan::SinkNode sink;
      if (node.kind == Kind::block_sink) {
        sink.writer = plan.writers.size();
        plan.writers.push_back({made.name, [&node, &log = observations.writers[index]] {
                                  return std::make_unique<GraphWriter>(node, log);
                                }});
      }
      sink.make = [&node, index, &observations](Context& context, BlockQueue* queue) {
        return std::make_unique<GraphSink>(node, observations.sinks[index][context.worker],
                                           observations.marks[index][context.worker], context.worker, queue);
      };
      made.work = std::move(sink);
    }
    plan.nodes.push_back(std::move(made));
  }
  return plan;
}

}  // namespace flowrun::graph
