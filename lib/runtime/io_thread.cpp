#include "runtime/io_thread.hpp"

#include <utility>

namespace flowrun {

IoThread::~IoThread() {
  if (!closing_.load() && !abandoned_.load()) abandon();
}

WriterTask& IoThread::add(std::unique_ptr<Writer> writer, std::string resource, std::size_t lanes) {
  return writers_.emplace_back(std::move(writer),
                               WriterTask::Setup{std::move(resource), lanes, committed_, checkpoints_ != nullptr});
}

void IoThread::open() {
  const auto position = [this](const WriterTask& writer) {
    return checkpoints_ != nullptr ? checkpoints_->sink(writer.resource()) : nullptr;
  };
  for (WriterTask& writer : writers_) writer.writer().check(position(writer));
  for (WriterTask& writer : writers_) {
    writer.writer().open(position(writer));
    ++opened_;
  }
}

void IoThread::store_beginning() {
  std::vector<state::SinkNote> sinks;
  for (WriterTask& writer : writers_) sinks.push_back({writer.resource(), writer.writer().make_durable(committed_)});
  checkpoints_->put(committed_, std::move(sinks));
}

void IoThread::start() {
  thread_ = Thread("flowrun-io", stack_bytes, [this] { run(); });
  is_running_ = true;
}

void IoThread::commit(std::uint64_t epoch) {
  if (to_commit_.exchange(epoch) != epoch) bell_.ring();
}

void IoThread::close() {
  closing_.store(true);
  bell_.ring();
  thread_.join();
}

void IoThread::abandon() {
  if (!is_running_) return abort_all();
  abandoned_.store(true);
  interrupt();
  bell_.ring();
  thread_.join();
}

void IoThread::interrupt() {
  for (WriterTask& writer : writers_) writer.writer().interrupt();
}

void IoThread::run() {
  const Retirement retirement(bell_);
  try {
    while (!abandoned_.load()) {
      if (step()) continue;
      if (!closing_.load() && checkpoints_ != nullptr && checkpoints_->tidy()) continue;
      if (closing_.load()) {
        for (WriterTask& writer : writers_) writer.writer().close();
        return;
      }
      bell_.sleep();
    }
  } catch (...) {
    coordinator_.fail(std::current_exception());
  }
  abort_all();
}

bool IoThread::step() {
  bool progress = false;
  for (WriterTask& writer : writers_) {
    progress = writer.step() || progress;
    if (writer.writer().reader_gone()) coordinator_.end_quietly();
  }
  return commit_next() || progress;
}

bool IoThread::commit_next() {
  if (committed_ == to_commit_.load()) return false;
  for (const WriterTask& writer : writers_)
    if (writer.reached() <= committed_) return false;
  ++committed_;
  if (checkpoints_ != nullptr) store(committed_);
  for (WriterTask& writer : writers_) writer.writer().commit(committed_);
  coordinator_.note_settled();
  // Also where there is always something to write.
  if (checkpoints_ != nullptr) checkpoints_->tidy();
  return true;
}

void IoThread::store(std::uint64_t epoch) {
  std::vector<state::SinkNote> sinks;
  for (WriterTask& writer : writers_) sinks.push_back({writer.resource(), writer.take_position()});
  checkpoints_->put(epoch, std::move(sinks));
}

void IoThread::abort_all() {
  for (; opened_ > 0; --opened_) {
    try {
      writers_[opened_ - 1].writer().abort();
    } catch (const std::exception&) {
      continue;  // the error that ended the run says more than what follows from it
    }
  }
}

}  // namespace flowrun
