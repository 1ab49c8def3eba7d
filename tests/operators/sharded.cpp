#include "operators/sharded.hpp"

#include <algorithm>
#include <deque>
#include <stdexcept>

#include "record/watermark_cursor.hpp"
#include "state/encoding.hpp"
#include "state/typed_state.hpp"

namespace flowrun {
namespace {

// What a worker's step has stored of a group.
struct Stored {
  std::string bytes;
  void encode(std::string& out) const { out += bytes; }
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
    WatermarkCursor watermarks(batch.watermarks(), watermark_);
    for (const Batch::Row row : batch.rows()) {
      tell_senders(watermarks.before(row), output);
      Batch one = batch.share();
      const Batch::Row rows[] = {row};
      one.select(rows);
      one.set_watermarks({{row, watermark_}});
      Worker& worker = *workers_[turn_++ % workers_.size()];
      while (worker.sender->process(0, one, worker.sent) == Progress::more) collect(worker, output);
      collect(worker, output);
    }
    batch.drop_front(batch.size());
    return deliver(output);
  }

  Progress advance(ClockKind clock, Time time, Output& output) override {
    if (clock == ClockKind::event) tell_senders(time, output);
    if (deliver(output) == Progress::more) return Progress::more;
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
      worker->state.take_changes([this](const std::string& name, const state::Change& change) { store(name, change); });
    }
    return Progress::done;
  }

  void restored(Time watermark) override {
    for (const state::KeyedState::Entry* const entry : stored_.keyed().entries()) {
      const StoredKey key(stored_.keyed().group(*entry));
      state::KeyedStates& states = workers_[entry->hash() % workers_.size()]->state;
      const auto& stored = *static_cast<const Stored*>(entry->state());
      const Status status = states.restore(key.name, {key.group, entry->hash()}, stored.bytes, key.pane);
      if (!status.ok()) throw std::logic_error(status.error().message);
    }
    watermark_ = std::max(watermark_, watermark);
    for (const auto& worker : workers_) {
      worker->sender->restored(watermark);
      worker->receiver->restored(watermark);
    }
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

  // Name of the state, pane and group, as one text.
  struct StoredKey {
    StoredKey(std::string_view of, Time in, std::string_view whose) : name(of), pane(in), group(whose) {}
    explicit StoredKey(std::string_view text) {
      name = text.substr(0, text.find('\n'));
      text.remove_prefix(name.size() + 1);
      pane = state::Reader(text).take<Time>();
      group = text.substr(sizeof pane);
    }
    std::string text() const {
      std::string text = name + "\n";
      state::put(pane, text);
      return text + group;
    }
    std::string name;
    Time pane;
    std::string group;
  };

  void store(const std::string& name, const state::Change& change) {
    if (change.pane_closed) {
      for (state::KeyedState::Entry* const entry : stored_.keyed().entries()) {
        const StoredKey key(stored_.keyed().group(*entry));
        if (key.name == name && key.pane == change.pane) stored_.keyed().erase(*entry);
      }
      return;
    }
    const std::string key = StoredKey(name, change.pane, change.group).text();
    const Group group{key, change.hash};
    if (change.erased)
      stored_.erase(group);
    else
      stored_.change(group).bytes = change.state;
  }

  // All senders have the same watermark, so a receiver has it, too, from the next record on.
  void tell_senders(Time watermark, Output& output) {
    if (watermark <= watermark_) return;
    for (const auto& worker : workers_) {
      while (worker->sender->advance(ClockKind::event, watermark, worker->sent) == Progress::more)
        collect(*worker, output);
      collect(*worker, output);
    }
    watermark_ = watermark;
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
        const Batch::Row mine = deliveries_.back().batch.append_copy(batch, row);
        deliveries_.back().batch.add_watermark(mine, watermark_);
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
  Time watermark_ = beginning_of_time;
  std::size_t turn_ = 0;
  std::size_t finished_ = 0;
};

}  // namespace

OperatorFactory sharded(const OperatorPlan& plan, std::size_t workers) {
  return [plan, workers](Context& context) { return std::make_unique<Sharded>(plan, context, workers); };
}

}  // namespace flowrun
