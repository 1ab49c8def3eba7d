#include "operators/sharded.hpp"

#include <deque>

#include "state/keyed_states.hpp"

namespace flowrun {
namespace {

class Sharded final : public Operator {
 public:
  Sharded(const OperatorPlan& plan, const Context& context, std::size_t workers) {
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
    return deliver(output);
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
