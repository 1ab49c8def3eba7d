#include "operators/sharded.hpp"

#include <deque>
#include <stdexcept>

#include "state/typed_state.hpp"

namespace flowrun {
namespace {

// What a worker's step has stored of a group.
struct Stored {
  std::string bytes;
  void encode(std::string& out) const { out = bytes; }
  bool decode(std::string_view from) {
    bytes = from;
    return true;
  }
  void merge(Stored&& later) { bytes = std::move(later.bytes); }
};

class Sharded final : public Operator {
 public:
  Sharded(const OperatorPlan& plan, const Context& context, std::size_t workers) : stored_(*context.state, "stored") {
    for (std::size_t worker = 0; worker < workers; ++worker)
      workers_.push_back(std::make_unique<Worker>(plan, context, worker, workers));
  }

  Progress process(InputIndex, Batch& batch, Output& output) override {
    for (std::size_t row = 0; row < batch.size(); ++row) {
      Batch one = batch.share();
      const Batch::Row rows[] = {batch.rows()[row]};
      one.select(rows);
      Worker& worker = *workers_[turn_++ % workers_.size()];
      while (worker.sender->process(0, one, worker.sent) == Progress::more) collect(worker, output);
      collect(worker, output);
    }
    batch.drop_front(batch.size());
    return deliver(output);
  }

  Progress advance(ClockKind clock, Time time, Output& output) override {
    for (const auto& worker : workers_)
      if (worker->receiver->advance(clock, time, output) == Progress::more) return Progress::more;
    return Progress::done;
  }
  Time next_timer() const override {
    Time next = end_of_time;
    for (const auto& worker : workers_) next = std::min(next, worker->receiver->next_timer());
    return next;
  }

  Progress before_mark(Output& output) override {
    for (const auto& worker : workers_) {
      while (worker->sender->before_mark(worker->sent) == Progress::more) collect(*worker, output);
      collect(*worker, output);
    }
    if (deliver(output) == Progress::more) return Progress::more;
    for (const auto& worker : workers_) {
      if (worker->receiver->before_mark(output) == Progress::more) return Progress::more;
      worker->state.take_changes(
          [this](const state::KeyedState& state, const state::Change& change) { store(state.name(), change); });
    }
    return Progress::done;
  }

  void restored(Time watermark) override {
    for (const state::KeyedState::Entry* const entry : stored_.keyed().entries()) {
      const std::string_view key = stored_.keyed().group(*entry);
      const std::size_t end = key.find('\n');
      state::KeyedStates& states = workers_[entry->hash() % workers_.size()]->state;
      const auto& stored = *static_cast<const Stored*>(entry->state());
      const Status status = states.restore(key.substr(0, end), {key.substr(end + 1), entry->hash()}, stored.bytes);
      if (!status.ok()) throw std::logic_error(status.error().message);
    }
    for (const auto& worker : workers_) worker->receiver->restored(watermark);
  }
  Time closed_until() const override {
    Time latest = beginning_of_time;
    for (const auto& worker : workers_) latest = std::max(latest, worker->receiver->closed_until());
    return latest;
  }

  Progress finish(Output& output) override {
    for (const auto& worker : workers_) {
      while (worker->sender->finish(worker->sent) == Progress::more) collect(*worker, output);
      collect(*worker, output);
    }
    if (deliver(output) == Progress::more) return Progress::more;
    for (; finished_ < workers_.size(); ++finished_)
      if (workers_[finished_]->receiver->finish(output) == Progress::more) return Progress::more;
    return Progress::done;
  }

 private:
  struct Worker {
    Worker(const OperatorPlan& plan, const Context& outer, std::size_t number, std::size_t workers)
        : context(outer), sender_context(outer), sent(setup(outer)) {
      context.worker = sender_context.worker = number;
      context.workers = sender_context.workers = workers;
      context.state = &state;
      state.track_changes();
      sender_context.state = &sender_state;
      sender = plan.make_before_exchange(sender_context);
      receiver = plan.make(context);
    }
    static Output::Setup setup(const Context& context) {
      Output::Setup setup;
      setup.step = context.step;
      setup.errors_read = true;
      setup.clock = context.clock;
      setup.capacity = 2;
      return setup;
    }

    Context context;
    Context sender_context;
    state::KeyedStates state;
    state::KeyedStates sender_state;
    Output sent;
    std::unique_ptr<Operator> sender;
    std::unique_ptr<Operator> receiver;
  };
  struct Delivery {
    Worker* to;
    Batch batch;
  };

  void store(const std::string& name, const state::Change& change) {
    const std::string key = name + "\n" + std::string(change.group);
    const Group group{key, change.hash};
    if (change.erased)
      stored_.erase(group);
    else
      stored_.change(group).bytes = change.state;
  }

  void collect(Worker& worker, Output& output) {
    worker.sent.finish_building();
    for (Batch& errors : worker.sent.take(worker.sent.errors_port()))
      output.pass(std::move(errors), output.errors_port());
    for (const Batch& batch : worker.sent.take(0))
      for (const Batch::Row row : batch.rows()) {
        Worker* const to = workers_[batch.group(row).hash % workers_.size()].get();
        if (deliveries_.empty() || deliveries_.back().to != to || deliveries_.back().batch.full())
          deliveries_.push_back({to, Batch()});
        deliveries_.back().batch.append_copy(batch, row);
      }
  }

  Progress deliver(Output& output) {
    for (; !deliveries_.empty(); deliveries_.pop_front())
      if (deliveries_.front().to->receiver->process(0, deliveries_.front().batch, output) == Progress::more)
        return Progress::more;
    return Progress::done;
  }

  state::TypedState<Stored> stored_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::deque<Delivery> deliveries_;
  std::size_t turn_ = 0;
  std::size_t finished_ = 0;
};

}  // namespace

OperatorFactory sharded(const OperatorPlan& plan, std::size_t workers) {
  return [plan, workers](Context& context) { return std::make_unique<Sharded>(plan, context, workers); };
}

}  // namespace flowrun
