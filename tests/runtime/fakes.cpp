#include "fakes.hpp"

#include <algorithm>

#include "record/group.hpp"
#include "record/json.hpp"

namespace flowrun {

std::string to_json(const Value& value) {
  std::string text;
  write_json(value, text);
  return text;
}

class Feed::FeedPartition final : public Partition {
 public:
  FeedPartition(Feed& feed, std::size_t number, std::shared_ptr<const PartitionName> name)
      : feed_(feed), number_(number), name_(std::move(name)) {}

  Read read(Batch& batch, std::size_t most_records) override {
    const std::lock_guard lock(feed_.mutex_);
    Contents& contents = feed_.partitions_[number_];
    if (contents.values.empty()) return feed_.ended_ ? Read::end : Read::caught_up;
    const std::size_t most = std::min(most_records, feed_.batch_size);
    for (; batch.stored() < most && !contents.values.empty(); contents.values.pop_front(), ++contents.given)
      batch.append(deep_copy(contents.values.front(), batch.arena()));
    batch.set_partition(name_);
    return Read::more;
  }
  Position position() const override {
    const std::lock_guard lock(feed_.mutex_);
    return std::to_string(feed_.partitions_[number_].given);
  }

 private:
  Feed& feed_;
  std::size_t number_;
  std::shared_ptr<const PartitionName> name_;
};

class Feed::FeedSource final : public Source {
 public:
  explicit FeedSource(Feed& feed) : feed_(feed) {
    const std::lock_guard lock(feed_.mutex_);
    feed_.events_.push_back(&event_);
  }
  ~FeedSource() override {
    const std::lock_guard lock(feed_.mutex_);
    std::erase(feed_.events_, &event_);
  }
  std::vector<std::shared_ptr<const PartitionName>> discover() override {
    std::vector<std::shared_ptr<const PartitionName>> names;
    for (std::size_t number = 0; number < feed_.partitions_.size(); ++number)
      names.push_back(std::make_shared<PartitionName>(PartitionName{"feed", static_cast<std::int32_t>(number)}));
    return names;
  }
  std::unique_ptr<Partition> open(std::shared_ptr<const PartitionName> name, const Position* resume) override {
    if (resume != nullptr) {
      const std::lock_guard lock(feed_.mutex_);
      feed_.resumed_.push_back(*resume);
    }
    const auto number = static_cast<std::size_t>(name->number);
    return std::make_unique<FeedPartition>(feed_, number, std::move(name));
  }
  int wake_fd() const override {
    event_.clear();
    // What came between the last read and the clearing rings again.
    const std::lock_guard lock(feed_.mutex_);
    const bool has_more =
        feed_.ended_ || std::any_of(feed_.partitions_.begin(), feed_.partitions_.end(),
                                    [](const Contents& contents) { return !contents.values.empty(); });
    if (has_more) event_.ring();
    return event_.descriptor();
  }
  void acknowledge(std::uint64_t epoch) override {
    const std::lock_guard lock(feed_.mutex_);
    feed_.acknowledged_.push_back(epoch);
  }

 private:
  Feed& feed_;
  Event event_;
};

void Feed::send(const std::vector<Value>& values, std::size_t partition) {
  const std::lock_guard lock(mutex_);
  auto& waiting = partitions_[partition].values;
  waiting.insert(waiting.end(), values.begin(), values.end());
  for (const Event* const event : events_) event->ring();
}

void Feed::end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  for (const Event* const event : events_) event->ring();
}

std::vector<std::uint64_t> Feed::acknowledged() const {
  const std::lock_guard lock(mutex_);
  return acknowledged_;
}

std::vector<std::string> Feed::resumed() const {
  const std::lock_guard lock(mutex_);
  return resumed_;
}

Plan::SourceNode Feed::node(double records_per_second) {
  return {[this](Context&) { return std::make_unique<FeedSource>(*this); }, records_per_second};
}

void Journal::add(std::string entry) {
  const std::lock_guard lock(mutex_);
  entries_.push_back(std::move(entry));
}

std::vector<std::string> Journal::entries() const {
  const std::lock_guard lock(mutex_);
  return entries_;
}

std::vector<std::string> Journal::sorted() const {
  std::vector<std::string> entries = this->entries();
  std::sort(entries.begin(), entries.end());
  return entries;
}

namespace {

class NotingSink final : public Sink {
 public:
  explicit NotingSink(Journal& journal) : journal_(journal) {}
  Progress write(Batch& batch, Output&) override {
    for (const Batch::Row row : batch.rows()) journal_.add(to_json(batch.value(row)));
    return Progress::done;
  }
  Progress flush() override { return Progress::done; }
  Progress seal(std::uint64_t epoch) override {
    journal_.add("seal " + std::to_string(epoch));
    return Progress::done;
  }

 private:
  Journal& journal_;
};

class BlockSink final : public Sink {
 public:
  explicit BlockSink(BlockQueue& queue) : queue_(queue) {}
  Progress write(Batch& batch, Output&) override {
    if (flush() == Progress::more) return Progress::more;
    for (const Batch::Row row : batch.rows()) block_ += (block_.empty() ? "" : " ") + to_json(batch.value(row));
    return Progress::done;
  }
  Progress flush() override {
    if (block_.empty()) return Progress::done;
    if (!queue_.has_room()) return Progress::more;
    queue_.put(std::exchange(block_, queue_.recycled()));
    return Progress::done;
  }

 private:
  BlockQueue& queue_;
  std::string block_;
};

class NotingWriter final : public Writer {
 public:
  explicit NotingWriter(Journal& journal) : journal_(journal) {}
  void check(const Position*) override { journal_.add("check"); }
  void open(const Position*) override { journal_.add("open"); }
  void write(std::string_view block) override { journal_.add("write " + std::string(block)); }
  Position make_durable(std::uint64_t epoch) override {
    journal_.add("durable " + std::to_string(epoch));
    return {};
  }
  void commit(std::uint64_t epoch) override { journal_.add("commit " + std::to_string(epoch)); }
  void abort() override { journal_.add("abort"); }
  void close() override { journal_.add("close"); }

 private:
  Journal& journal_;
};

class CallingOperator final : public Operator {
 public:
  explicit CallingOperator(Calls calls) : calls_(std::move(calls)) {}
  Progress process(InputIndex input, Batch& batch, Output& output) override {
    return calls_.process(input, batch, output);
  }
  Progress advance(ClockKind clock, Time time, Output& output) override {
    return calls_.advance ? calls_.advance(clock, time, output) : Progress::done;
  }
  Progress before_mark(Output& output) override {
    return calls_.before_mark ? calls_.before_mark(output) : Progress::done;
  }
  Time next_timer() const override { return calls_.next_timer ? calls_.next_timer() : end_of_time; }
  Progress finish(Output& output) override { return calls_.finish ? calls_.finish(output) : Progress::done; }

 private:
  Calls calls_;
};

}  // namespace

Plan::SinkNode noting_sink(Journal& journal) {
  return {[&journal](Context&, BlockQueue*) { return std::make_unique<NotingSink>(journal); }};
}

Plan::SinkNode block_sink(std::size_t writer) {
  return {[](Context&, BlockQueue* queue) { return std::make_unique<BlockSink>(*queue); }, writer};
}

Plan::WriterNode noting_writer(Journal& journal) {
  return {"journal", [&journal] { return std::make_unique<NotingWriter>(journal); }};
}

Plan::OperatorNode operator_node(std::function<Calls(Context&)> make) {
  return {[make = std::move(make)](Context& context) { return std::make_unique<CallingOperator>(make(context)); }};
}

namespace {

Calls passing_calls() {
  Calls calls;
  calls.process = [](InputIndex, Batch& batch, Output& output) {
    output.pass(std::move(batch));
    return Progress::done;
  };
  return calls;
}

}  // namespace

Plan::OperatorNode passing() {
  return operator_node([](Context&) { return passing_calls(); });
}

Plan::OperatorNode finishing() {
  return operator_node([](Context&) {
    Calls calls = passing_calls();
    calls.finish = [](Output& output) {
      output.building().append(Value::text("finished"));
      return Progress::done;
    };
    return calls;
  });
}

Plan::OperatorNode grouping() {
  return operator_node([](Context&) {
    Calls calls;
    calls.process = [](InputIndex, Batch& batch, Output& output) {
      for (const Batch::Row row : batch.rows()) {
        std::string bytes;
        encode_group(batch.value(row), bytes);
        batch.set_group(row, {batch.arena().copy(bytes), hash_group(bytes, 0)});
      }
      output.pass(std::move(batch));
      return Progress::done;
    };
    return calls;
  });
}

Plan::NodeIndex PlanWriter::add(std::string name, Plan::Node node) {
  node.step = name;
  node.name = std::move(name);
  plan.nodes.push_back(std::move(node));
  return plan.nodes.size() - 1;
}

Plan::NodeIndex PlanWriter::source(Plan::SourceNode source) {
  Plan::Node node;
  node.work = std::move(source);
  return add("source" + std::to_string(plan.nodes.size()), std::move(node));
}

Plan::NodeIndex PlanWriter::step(Plan::OperatorNode step, std::vector<Plan::Input> inputs, Port ports) {
  Plan::Node node;
  node.work = std::move(step);
  node.inputs = std::move(inputs);
  node.ports = ports;
  return add("step" + std::to_string(plan.nodes.size()), std::move(node));
}

Plan::NodeIndex PlanWriter::sink(Plan::SinkNode sink, std::vector<Plan::Edge> edges) {
  Plan::Node node;
  node.work = std::move(sink);
  node.inputs = {{std::move(edges)}};
  node.ports = 0;
  return add("sink" + std::to_string(plan.nodes.size()), std::move(node));
}

JobOptions job_options(Clock& clock, std::size_t workers) {
  static NoLog log;
  JobOptions options{clock, log};
  options.workers = workers;
  return options;
}

}  // namespace flowrun
